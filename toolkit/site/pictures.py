"""Photographs and scans as a page shows them, and their files beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.core.errors import StoryError
from toolkit.core.project import Project
from toolkit.site.markdown import curly


@dataclass(frozen=True)
class RenderedPicture:
    """A picture as its template shows it; `sizes` are (path from the page, width), the narrowest first.

    `files` are those in the story's folder, by name.
    """

    id: str
    alt: str
    credit: str
    licence: str
    caption: str
    width: int
    height: int
    sizes: tuple[tuple[str, int], ...]
    files: Mapping[str, bytes]


def render_picture(picture: Mapping[str, str], folder: str, project: Project, where: str) -> RenderedPicture:
    """A picture's JSON as a page in `folder`'s story shows it. Raises StoryError if its file changed since the run."""
    from toolkit.notebook.picture_files import photograph

    path = project.root / picture["file"]
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != picture["sha256"]:
        raise StoryError(where, f"{picture['file']} changed while the story ran", "the file as it was", "build again")
    photo = photograph(content, where)
    files = {f"pictures/{picture['id']}-{width}.{photo.ending}": file for width, file in photo.files.items()}
    sizes = tuple((f"{folder}/{name}", width) for name, width in zip(files, photo.files, strict=True))
    words = {name: curly(picture[name]) for name in ("alt", "credit", "licence", "caption")}
    return RenderedPicture(picture["id"], **words, width=photo.width, height=photo.height, sizes=sizes, files=files)
