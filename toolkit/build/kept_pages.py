"""The pages of claims, kept between builds: of a large desk most of what they show did not change."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from toolkit.build.kept_file import keep, kept
from toolkit.core.project import Project
from toolkit.site.kept_files import KeptFiles


def last_pages(project: Project, code: str) -> KeptFiles:
    """The pages of the last edition that the code and the libraries with this digest made."""
    contents = {path.name: kept(path) for path in _folder(project, code).glob("[!.]*")}
    return KeptFiles({key: content for key, content in contents.items() if content is not None})


def keep_pages(project: Project, code: str, files: KeptFiles, pages: Mapping[str, str]) -> None:
    """Keeps the pages of this edition by path, of which `files` knows what they are made of, and no others.

    Raises OSError where it cannot write.
    """
    folder = _folder(project, code)
    for name, key in files.made_of.items():
        if key not in files.last:
            keep(folder / key, pages[name].encode())
    for path in folder.parent.glob("*"):
        if path != folder:
            shutil.rmtree(path, ignore_errors=True)
    for key in files.last.keys() - files.made_of.values():
        (folder / key).unlink(missing_ok=True)


def _folder(project: Project, code: str) -> Path:
    return project.build / "claims" / code[:16]
