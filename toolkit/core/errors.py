"""What can go wrong, said so that the reader of the message can mend it."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where it is, what stands there, what may stand there, what to do."""

    where: str
    found: str
    allowed: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        return as_lines([self.where], self)


ALIKE = 5  # places named in full where one thing is wrong in many


def as_lines(places: list[str], problem: Problem) -> str:
    """One problem that stands in one or more places, as the lines of a message."""
    more = [f"    and in {len(places) - ALIKE} more places"] if len(places) > ALIKE else []
    lines = [f"{place}: {problem.found}" for place in places[:ALIKE]] + more
    lines += [f"    allowed: {problem.allowed}"] if problem.allowed else []
    lines += [f"    do: {problem.remedy}"] if problem.remedy else []
    return "\n".join(lines)


class ToolkitError(Exception):
    """One or more problems of an input, collected and raised once."""

    def __init__(self, where: str | Iterable[Problem], found: str = "", allowed: str = "", remedy: str = ""):
        self.problems: tuple[Problem, ...]
        if isinstance(where, str):
            self.problems = (Problem(where, found, allowed, remedy),)
        else:
            self.problems = tuple(where)
        alike: dict[Problem, list[str]] = {}
        for problem in self.problems:
            alike.setdefault(replace(problem, where=""), []).append(problem.where)
        super().__init__("\n".join(as_lines(places, problem) for problem, places in alike.items()))


@contextlib.contextmanager
def collect_problems(problems: list[Problem]) -> Iterator[None]:
    """Adds the problems of a ToolkitError to `problems`, each once, where several readers meet the same."""
    try:
        yield
    except ToolkitError as error:
        problems += [problem for problem in error.problems if problem not in problems]


class RecordError(ToolkitError):
    """The reported record under data/ does not hold together."""


class NumberError(ToolkitError):
    """Arithmetic that has no meaning: units that do not fit, or a bare number."""


class StoryError(ToolkitError):
    """A notebook cannot be published as it stands."""


def refused_by_system(
    error: OSError, name: Callable[[Path], str] = lambda path: path.name, after: str = ""
) -> ToolkitError:
    """What the operating system refused, in words: a folder that may not be written, a full disk, a path too long.

    `name` says how a path is printed, `after` what else its reader should know.
    """
    if error.filename is None and error.errno == errno.ENOENT:  # what tempfile says; its words name folders
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
        return ToolkitError(where, found, "a file or a folder that is there", f"add it, or correct its name{after}")
    return ToolkitError(
        where,
        found,
        "files and folders that this user may read and write, with room on the disk",
        f"allow it or make room, then run the command again{after}",
    )
