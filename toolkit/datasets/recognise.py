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
    known = formats()
    if found := next((name for name, one in known.items() if not one.text and one.matches(start, endings)), None):
        return found
    kind = next((kind for beginning, kind in OTHERS.items() if start.startswith(beginning)), "")
    kind = kind or ("a zip file" if start.startswith(b"PK\x03\x04") else "")
    text = start.removeprefix(b"\xef\xbb\xbf").strip()
    found = next((name for name, one in known.items() if one.text and one.matches(text, endings)), None)
    if found is None or known[found].rank:
        if text[:9].lower() == b"<!doctype" or re.match(rb"<(\?xml|[a-z]+[\s>])", text, re.IGNORECASE):
            kind = kind or "a web page, or XML"
    if kind or not text or found is None:
        raise ToolkitError(
            path.name, kind or "an empty file", formats_read(), REMEDIES.get(kind, "give a file with rows of data")
        )
    return found


def reading_of(connection: Connection, path: Path, wanted: Wanted) -> ReadOptions:
    """How a file is read, header and footer apart.

    Raises ToolkitError as `format_of` does, where one of several sheets or tables has to be named, and for what is
    said that its format does not take.
    """
    name = format_of(path)
    found = format_named(name)
    problems = [
        Problem(
            f"--{option}",
            f"{path.name} is {name}, which has none",
            ", ".join(f"--{one}" for one in found.options) or "no option of how it is read",
            "leave it out",
        )
        for option, said in asdict(wanted).items()
        if said and option not in found.options
    ]
    if problems:
        raise ToolkitError(problems)
    return found.reading(connection, path, wanted)
