"""Photographs and scans of a story: a file beside its notebook, with alt text, credit and licence."""

from __future__ import annotations

import base64
import difflib
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from toolkit.core.errors import Problem, StoryError, collect_problems
from toolkit.core.project import Project
from toolkit.core.text import unfit_sign
from toolkit.database.open import Database
from toolkit.notebook import mime
from toolkit.notebook.prose import refuse_typed
from toolkit.reading.entry import ID

ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff")
ALT = (15, 300)  # characters that an alt text may have, from and to
LONGEST_ID = 80  # its files add their width
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


@dataclass(frozen=True)
class Picture:
    """A picture as it will be published: `file` is its path from the project's root, `sha256` that of its content."""

    id: str
    file: str
    sha256: str
    alt: str
    credit: str
    licence: str
    caption: str
    project: Project = field(repr=False, compare=False)

    def to_json(self) -> dict[str, str]:
        """The picture for the page, which reads its file."""
        names = ("id", "file", "sha256", "alt", "credit", "licence", "caption")
        return {name: getattr(self, name) for name in names}

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/plain": f"{self.file}: {self.alt}", "text/html": self._html(), mime.PICTURE: self.to_json()}

    def _html(self) -> str:
        """The picture as JupyterLab shows it, in the width of a page."""
        from toolkit.notebook.picture_files import photograph

        photo = photograph((self.project.root / self.file).read_bytes(), self.file)
        width, kind = min(photo.files), "png" if photo.ending == "png" else "jpeg"
        address = f"data:image/{kind};base64,{base64.b64encode(photo.files[width]).decode()}"
        about = " ".join(filter(None, [self.caption, f"{self.credit}. {self.licence}"]))
        figure = '<figure><img src="{}" width="{}" alt="{}"><figcaption>{}</figcaption></figure>'
        return str(Markup(figure).format(address, width, self.alt, about))


def picture_of(
    database: Database, slug: str, path: str, alt: str, credit: str, licence: str, caption: str, id: str
) -> Picture:
    """The picture of a file in notebooks/, by its path from there.

    Raises StoryError with all that is wrong: no such file, another kind of file, words that are missing or typed
    numbers in them, and a file that is no picture.
    """
    from toolkit.notebook.picture_files import photograph

    where = f"story {slug}, picture {path}"
    words = {"alt": alt, "credit": credit, "licence": licence, "caption": caption, "id": id, "path": path}
    _refuse_no_text(where, words)
    problems = list(_missing(where, {"alt": alt, "credit": credit, "licence": licence}))
    if unfit := unfit_sign(licence):
        problems.append(Problem(f"{where}, licence", unfit, "characters that everybody sees", "write another one"))
    if id and (not ID.fullmatch(id) or len(id) > LONGEST_ID):
        allowed = f"words of a to z and digits, joined by - or _, {LONGEST_ID} signs at most"
        problems.append(
            Problem(f"{where}, id", repr(id[:LONGEST_ID]), allowed, "use such an id: it becomes the name of files")
        )
    if alt.strip() and not ALT[0] <= len(alt.strip()) <= ALT[1]:
        length = f"{len(alt.strip())} characters"
        problems.append(Problem(f"{where}, alt", length, f"{ALT[0]} to {ALT[1]}", "say what the picture shows"))
    for name in ("alt", "credit", "caption"):
        with collect_problems(problems):
            refuse_typed(words[name], f"{where}, {name}")
    file, content = "", b""
    with collect_problems(problems):
        file = _file(database.project, path, where)
        database.file_digest(file)  # for the trace: the story runs again if the picture changes
        content = (database.project.root / file).read_bytes()
        photograph(content, where)
    if problems:
        raise StoryError(problems)
    name = id or re.sub(r"[^a-z0-9]+", "-", file.rpartition("/")[2].rpartition(".")[0].lower()).strip("-") or "picture"
    return Picture(
        id=name,
        file=file,
        sha256=hashlib.sha256(content).hexdigest(),
        alt=alt.strip(),
        credit=credit.strip(),
        licence=licence.strip(),
        caption=caption.strip(),
        project=database.project,
    )


def _refuse_no_text(where: str, words: Mapping[str, object]) -> None:
    """Raises StoryError for words that are no text."""
    wrong = [
        Problem(f"{where}, {name}", repr(text_given)[:80], "text", "write it in quotes")
        for name, text_given in words.items()
        if not isinstance(text_given, str)
    ]
    if wrong:
        raise StoryError(wrong)


def _missing(where: str, words: dict[str, str]) -> Iterator[Problem]:
    for name, text in words.items():
        if not text.strip():
            yield Problem(f"{where}, {name}", "empty", "words", f"write the {name}")


def _file(project: Project, path: str, where: str) -> str:
    """The path of a picture's file from the project's root."""
    notebooks = project.notebooks.resolve()
    try:
        file = (notebooks / path).resolve(strict=False)
        file.exists()
    except (OSError, ValueError, RuntimeError) as error:  # a link to itself, a name that no file can have
        problem = str(error).partition(": ")[0]
        raise StoryError(where, f"no path of a file: {problem}", "a file in notebooks/", "correct the path") from error
    if ADDRESS.match(path) or not file.is_relative_to(notebooks):
        problem = "an address" if ADDRESS.match(path) else "outside notebooks/"
        raise StoryError(where, problem, "a file in notebooks/", "keep a copy in notebooks/pictures/, and name that")
    if file.suffix.lower() not in ENDINGS:
        raise StoryError(where, f"a file that ends in {file.suffix!r}", ", ".join(ENDINGS), "save it as one of these")
    if not file.is_file():
        pictures = sorted(
            picture.relative_to(notebooks).as_posix()
            for picture in notebooks.rglob("*")
            if picture.suffix.lower() in ENDINGS and ".ipynb_checkpoints" not in picture.parts
        )
        near = difflib.get_close_matches(path, pictures, 3, 0) or ["none so far"]
        raise StoryError(where, "no such file", f"pictures in notebooks/: {', '.join(near)}", "correct the path")
    return f"{project.notebooks.name}/{file.relative_to(notebooks).as_posix()}"
