"""Which files of data/ are read. A file that looks like one of them and is not read is a problem."""

from __future__ import annotations

import contextlib
import difflib
import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from toolkit.core.errors import Problem
from toolkit.core.project import Project
from toolkit.reading.file_names import COPIES, NOTES, meant_name

FOLDERS = {
    "claims": (".yml",),
    "sources": (".yml",),
    "series": (".yml", ".csv"),
    "datasets": (".yml",),
    "declarations": (".yml",),
    "scenarios": (".yml",),
}
FILES = ("units.txt", "names_with_digits.txt", "glossary.yml", "corrections.yml", "watch.yml", "calibration.yml")
ALIKE = 0.8  # of two names of files, as difflib counts: "unit.txt" was meant as "units.txt"
OPENED = "what a notebook opens by a path with data/ in it"


def data_files(project: Project, folder: str, ending: str = ".yml") -> list[Path]:
    """The files of a folder of data/ with this ending, sorted by name, without hidden ones.

    Empty for a folder that is missing, or cannot be read (a problem of `unread_files`).
    """
    path = project.data / folder
    with contextlib.suppress(OSError):
        return [path / name for name, kind in _inside(path).items() if kind == "file" and name.endswith(ending)]
    return []


def unread_files(project: Project) -> list[Problem]:
    """A problem for each file and folder of data/ that neither the toolkit nor a notebook reads, with a remedy."""
    folders = [folder for folder in FOLDERS if folder != "datasets"]
    problems = [
        *_unread(project, "", FILES),
        *(problem for folder in folders for problem in _unread(project, folder, ())),
    ]
    paths = project.notebooks.glob("*.ipynb") if problems else ()
    notebooks = "".join(path.read_text(encoding="utf-8", errors="replace") for path in paths if path.is_file())
    return [problem for problem in problems if not re.search(rf"{re.escape(problem.where)}(?![\w.-])", notebooks)]


def _unread(project: Project, folder: str, files: tuple[str, ...]) -> Iterator[Problem]:
    path, endings = project.data / folder, FOLDERS.get(folder, ())
    try:
        inside = _inside(path)
    except OSError as error:
        yield Problem(project.name(path), f"cannot be read: {error.strerror}", "a folder", "allow reading it")
        return
    rooms = () if folder else (*FOLDERS, project.build.name)
    for name, kind in inside.items():
        is_read = name in rooms if kind == "folder" else name in files or name.endswith((*endings, NOTES))
        is_read = is_read or not (folder or _looks_like_input(name, kind))
        if not is_read or kind == "link to nothing":
            allowed = ", ".join([*(f"*{ending}" for ending in endings), *files, *(FOLDERS if files else ()), OPENED])
            where = f"{project.name(path)}/{os.fsencode(name).decode(errors='backslashreplace')}"
            yield Problem(where, f"a {kind} that nothing reads", allowed, _remedy(name, kind, folder, inside))


def _inside(path: Path) -> dict[str, str]:
    """The kind of each entry of a folder, by name: "file", "folder" or "link to nothing"; hidden ones are left out.

    Raises OSError for a folder that cannot be read.
    """
    if not path.is_dir():
        return {}
    with os.scandir(path) as entries:
        return {
            entry.name: "folder" if entry.is_dir() else "file" if entry.is_file() else "link to nothing"
            for entry in sorted(entries, key=lambda one: one.name)
            if not entry.name.startswith(".")
        }


def _looks_like_input(name: str, kind: str) -> bool:
    """True if an entry at the top of data/ looks like one that is read; others are left to notebooks."""
    meant = meant_name(name)
    if kind == "folder":
        return meant in FILES or bool(difflib.get_close_matches(meant, FOLDERS, 1))
    misspelt = meant.endswith(".txt") and bool(difflib.get_close_matches(meant, FILES, 1, ALIKE))
    return misspelt or meant.endswith((".yml", ".csv", ".sql", ".ipynb", *COPIES)) or meant in (*FILES, *FOLDERS)


def _remedy(name: str, kind: str, folder: str, beside: Collection[str]) -> str:
    """The remedy for an entry that nothing reads: the name under which it would be read, or to move it away."""
    away = "move it out of data/"
    if name.lower().endswith(COPIES) or kind == "link to nothing":
        return f"remove it, or {away}"
    if kind == "folder":
        near = difflib.get_close_matches(name.lower(), () if folder else FOLDERS, 1)
        return f"rename it to {near[0]}, or {away}" if near else f"{away}, or its files to where they are read"
    meant = meant_name(name)
    if not folder and (near := difflib.get_close_matches(meant, FILES, 1, ALIKE)):
        meant = near[0]
    if not (meant.endswith(FOLDERS[folder]) if folder else meant in FILES):
        return away if folder else f"{away}, or into the folder that it belongs to"
    return f"put it into {meant}, which is there too" if meant in beside else f"rename it to {meant}"
