"""Which files of data/ are read; whatever else lies there is refused, not passed over in silence."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from toolkit.errors import Problem
from toolkit.project import Project

FOLDERS = {
    "claims": (".yml",), "sources": (".yml",), "series": (".yml", ".csv"), "declarations": (".yml",),
    "scenarios": (".yml",),
}  # fmt: skip
FILES = ("units.txt", "names.txt", "glossary.yml", "corrections.yml", "calibration.yml")
NOTES = ".md"  # for people, in any folder
DOUBLED = re.compile(r"(\.yml|\.csv|\.txt)\.txt$")  # as editors that hide endings save
COPIES = ("~", "#", ".bak", ".old", ".orig", ".rej", ".swp", ".tmp")  # what editors and merges leave behind


def entered(project: Project, folder: str, ending: str = ".yml") -> list[Path]:
    """The files of a folder of data/ by name; hidden ones are none of them."""
    place = project.data / folder
    return [place / name for name in _names(place) if name.endswith(ending)]


def unread(project: Project) -> list[Problem]:
    """A problem for each file and folder of data/ that nothing reads, with the name to give it."""
    return [*_unread(project, "", FILES), *(problem for folder in FOLDERS for problem in _unread(project, folder, ()))]


def _unread(project: Project, folder: str, files: tuple[str, ...]) -> Iterator[Problem]:
    place, endings = project.data / folder, FOLDERS.get(folder, ())
    try:
        names = _names(place)
    except OSError as error:
        yield Problem(project.name(place), f"cannot be read: {error.strerror}", "a folder", "allow reading it")
        return
    for name in names:
        path = place / name
        room = not folder and name in (*FOLDERS, project.build.name) and path.is_dir()
        if not room and name not in files and not name.endswith((*endings, NOTES)):
            found = f"a {'folder' if path.is_dir() else 'file'} that nothing reads"
            allowed = ", ".join([*(f"*{ending}" for ending in endings), *files, *(FOLDERS if files else ())])
            yield Problem(project.name(path), found, allowed, _remedy(path, folder, names))


def _names(place: Path) -> list[str]:
    return sorted(name for name in os.listdir(place) if not name.startswith(".")) if place.exists() else []


def _remedy(path: Path, folder: str, names: list[str]) -> str:
    """What to do with what nothing reads: the name under which it would be read, or that it has to go."""
    away = "move it out of data/"
    if path.name.lower().endswith(COPIES):
        return f"an editor's copy: remove it, or {away}"
    if path.is_dir():
        near = difflib.get_close_matches(path.name.lower(), () if folder else FOLDERS, 1)
        return f"rename it to {near[0]}, or {away}" if near else f"{away}, or its files to where they are read"
    meant = DOUBLED.sub(r"\1", path.name.strip().lower().replace(".yaml", ".yml"))
    if not (meant.endswith(FOLDERS[folder]) if folder else meant in FILES):
        return away if folder else f"{away}, or into the folder that it belongs to"
    return f"put it into {meant}, which is there too" if meant in names else f"rename it to {meant}"
