"""Which format a file has, by its first bytes and its ending, and how it is read, header and footer apart."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

from toolkit.core.errors import Problem, ToolkitError
from toolkit.datasets.declaration import ReadOptions
from toolkit.datasets.delimited import opened
from toolkit.datasets.file_format import Wanted
from toolkit.datasets.formats import format_named, formats, formats_read
from toolkit.engine.connect import Connection

OTHERS = {
    b"%PDF": "a PDF",
    b"PARE": "an encrypted Parquet file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
}
REMEDIES = {
    "a PDF": "take the tables out of it first, such as with Tabula, and add the CSV",
    "an encrypted Parquet file": "write it again without a key",
    "a zip file": "unpack it, and add the files in it",
    "a web page, or XML": "save the data that the page offers, and add that file",
}


def format_of(path: Path) -> str:
    """The name of a file's format. Raises ToolkitError for one that cannot be read, and for an empty one."""
    try:
        with opened(path) as file:
            start = file.read(512)
    except (OSError, EOFError) as error:
        raise ToolkitError(path.name, f"cannot be read: {error}", "a whole file", "fetch it again") from error
    endings = [ending.lower() for ending in path.suffixes[-2:]]
    all_formats = formats()
    if certain := next(
        (name for name, form in all_formats.items() if not form.text and form.matches(start, endings)), None
    ):
        return certain
    kind = next((kind for beginning, kind in OTHERS.items() if start.startswith(beginning)), "")
    kind = kind or ("a zip file" if start.startswith(b"PK\x03\x04") else "")
    text = start.removeprefix(b"\xef\xbb\xbf").strip()
    by_text = next((name for name, form in all_formats.items() if form.text and form.matches(text, endings)), None)
    if by_text is None or all_formats[by_text].rank:
        if text[:9].lower() == b"<!doctype" or re.match(rb"<(\?xml|[a-z]+[\s>])", text, re.IGNORECASE):
            kind = kind or "a web page, or XML"
    if kind or not text or by_text is None:
        raise ToolkitError(
            path.name, kind or "an empty file", formats_read(), REMEDIES.get(kind, "give a file with rows of data")
        )
    return by_text


def reading_of(connection: Connection, path: Path, asked: Wanted) -> ReadOptions:
    """How a file is read, header and footer apart.

    Raises ToolkitError as `format_of` does, where one of several sheets or tables has to be named, and for what is
    said that its format does not take.
    """
    name = format_of(path)
    form = format_named(name)
    problems = [
        Problem(
            f"--{option}",
            f"{path.name} is {name}, which has none",
            ", ".join(f"--{option_name}" for option_name in form.options) or "no option of how it is read",
            "leave it out",
        )
        for option, asked_value in asdict(asked).items()
        if asked_value and option not in form.options
    ]
    if problems:
        raise ToolkitError(problems)
    return form.reading(connection, path, asked)
