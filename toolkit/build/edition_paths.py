"""Paths in editions and archives that come from anybody: none may leave the folder that it is meant to be in."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from toolkit.core.errors import Problem, ToolkitError
from toolkit.database.question_text import question_of

UNFIT = re.compile(r"[\x00-\x1f\x7f:\\]")  # drive letters and streams have a colon
LONGEST = 240  # characters of a path
LARGEST = 1 << 30  # bytes of an edition's files in all
REMEDY = "build the edition again, or ask for it again"


def outside(path: str) -> str:
    """What is wrong with a path that should stay below its folder, in words; "" if nothing is."""
    parts = path.split("/")
    if path.startswith("/") or UNFIT.search(path) or ".." in parts:
        return "a path that leaves its folder, or that some system would read otherwise"
    if len(path) > LONGEST or any(part in ("", ".") or part != part.strip() or part.endswith(".") for part in parts):
        return "no plain path"
    return ""


def refuse_other_than_files(edition: Path) -> None:
    """Raises ToolkitError for links, pipes and devices in an edition's folder, and for more than LARGEST bytes."""
    problems, size = [], 0
    for path in sorted(edition.rglob("*")):
        status = path.lstat()
        size += status.st_size if stat.S_ISREG(status.st_mode) else 0
        if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
            kind = "a symbolic link" if stat.S_ISLNK(status.st_mode) else "a pipe or a device"
            name = f"{edition.name}/{path.relative_to(edition).as_posix()}"
            problems.append(Problem(name, kind, "plain files", REMEDY))
    if size > LARGEST:
        problems.append(Problem(edition.name, f"files of {size >> 20:,} MiB", f"at most {LARGEST >> 20:,} MiB", REMEDY))
    if problems:
        raise ToolkitError(problems)


def refuse_paths_outside(edition: Path, stored: Mapping) -> None:
    """Raises ToolkitError for each path or name in an edition's manifest that leads out of it."""
    problems = [
        Problem(f"{edition.name}, {where}, {ascii(path)[1:-1][:80]}", wrong, "a path inside the edition", REMEDY)
        for where, path in _paths(stored)
        if (wrong := outside(path))
    ]
    if problems:
        raise ToolkitError(problems)


def _paths(stored: Mapping) -> Iterator[tuple[str, str]]:
    yield from (("files", path) for path in stored["files"])
    for slug, story in stored["stories"].items():
        where = f"stories.{slug}"
        yield from ((where, path) for path in (slug, *story["charts"], *story.get("pictures", ())))
        yield from ((where, story[key]["path"]) for key in ("html", "annex") if key in story)
        yield from ((where, chart[key]) for chart in story["charts"].values() for key in ("csv", "svg"))
        yield from ((where, question_of(key)) for key in story["questions"])
        yield from ((where, name) for name in (*story.get("queries", ()), *story.get("datasets", ())))
