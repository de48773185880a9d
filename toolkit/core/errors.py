"""Errors that say where something is wrong, what was found, what is allowed and what to do."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import sysconfig
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where it is, what was found there, what is allowed there, what to do."""

    where: str
    found: str
    allowed: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        return as_lines([self.where], self)


REFUSED = "Refused"  # the first word of what a notebook shows of a ToolkitError
PACKAGE = Path(__file__).parents[1]
MOST_PLACES = 5  # a problem that occurs in more places names the first five and counts the others


def as_lines(places: list[str], problem: Problem) -> str:
    """A message for one problem that occurs in all of `places`: the places, what is allowed, what to do."""
    more = [f"    and in {len(places) - MOST_PLACES} more places"] if len(places) > MOST_PLACES else []
    lines = [f"{place}: {problem.found}" for place in places[:MOST_PLACES]] + more
    lines += [f"    allowed: {problem.allowed}"] if problem.allowed else []
    lines += [f"    do: {problem.remedy}"] if problem.remedy else []
    return "\n".join(lines)


class ToolkitError(Exception):
    """One or more problems of an input, raised together; `problems` has each of them once.

    Problems that differ only in their place are one paragraph of the message.
    """

    def __init__(self, where: str | Iterable[Problem], found: str = "", allowed: str = "", remedy: str = ""):
        self.problems: tuple[Problem, ...]
        if isinstance(where, str):
            self.problems = (Problem(where, found, allowed, remedy),)
        else:
            self.problems = tuple(dict.fromkeys(where))
        places_of: dict[Problem, list[str]] = {}
        for problem in self.problems:
            places_of.setdefault(replace(problem, where=""), []).append(problem.where)
        super().__init__("\n".join(as_lines(places, problem) for problem, places in places_of.items()))

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback: the author's line, and the message."""
        return [f"{REFUSED}{_line_of_author(self)}", *str(self).splitlines()]


def _line_of_author(error: ToolkitError) -> str:
    """The innermost line outside the toolkit that led to an error: " at line 3: gaps = story.table(df)"."""
    not_the_author = {PACKAGE, *(Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib"))}
    lines = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not not_the_author & {*Path(frame.filename).parents}
    ]
    return f" at line {lines[-1].lineno}: {lines[-1].line}" if lines and lines[-1].line else ""


@contextlib.contextmanager
def collect_problems(problems: list[Problem]) -> Iterator[None]:
    """Catches a ToolkitError and adds its problems to `problems`, without those that are there already."""
    try:
        yield
    except ToolkitError as error:
        problems += [problem for problem in error.problems if problem not in problems]


class DataFileError(ToolkitError):
    """Files in data/ are wrong, or contradict each other."""


class NumberError(ToolkitError):
    """Arithmetic without a meaning: units that do not fit, a bare value, or a result that is not finite."""


class StoryError(ToolkitError):
    """A notebook cannot be published as it stands."""


def refused_by_system(
    error: OSError, name: Callable[[Path], str] = lambda path: path.name, after: str = ""
) -> ToolkitError:
    """A ToolkitError for what the operating system refused: a folder not writable, a full disk, a path too long.

    `name` gives a path as it is printed; `after` is added to the end of the remedy.
    """
    # as tempfile raises it, with the folders that it tried in its message
    if error.filename is None and error.errno == errno.ENOENT:
        return ToolkitError(
            "the folder for temporary files",
            "none can be written",
            "a folder with room on its disk",
            "make room, or set the environment variable TMPDIR to such a folder",
        )
    path, found = error.filename, error.strerror or type(error).__name__
    if isinstance(error, shutil.Error):  # a list of files that were not copied, each with its reason
        path, _, why = error.args[0][0]
        found = re.sub(r"^\[Errno \d+\] |: '.*", "", str(why))
    place = Path(os.fsdecode(path)) if isinstance(path, (str, bytes)) else None
    where = name(place.parent if place.suffix == ".tmp" else place) if place else "the disk"
    if error.errno == errno.ENOENT:
        return ToolkitError(where, found, "an existing file or folder", f"add it, or correct its name{after}")
    return ToolkitError(
        where,
        found,
        "files and folders that this user may read and write, with room on the disk",
        f"allow it or make room, then run the command again{after}",
    )
