"""Which format a file has, by its first bytes and its ending, and how it is read, as far as that is not its header."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from toolkit.core.errors import ToolkitError
from toolkit.datasets import delimited_guess, duckdb_file, excel, json_file, sqlite_file, topojson
from toolkit.datasets.declaration import Reading
from toolkit.datasets.delimited import opened
from toolkit.engine.connect import Connection

FORMATS_READ = (
    "CSV, TSV and other delimited text (also .gz, .zst), .parquet, .xlsx (.xls, .xlsb, .ods), .json, .jsonl, .geojson, "
    ".topojson, SQLite, DuckDB"
)
BEGINNINGS = {b"PAR1": "parquet", b"SQLite format 3\0": "sqlite", b"\xd0\xcf\x11\xe0": "excel"}
OTHERS = {b"%PDF": "a PDF", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"GIF8": "a picture"}
JSON = (".json", ".jsonl", ".ndjson", ".geojson")
TOPOLOGY = re.compile(rb'^\{\s*"type"\s*:\s*"Topology"')
EXCEL = (".xlsx", ".xlsm", ".xlsb", ".ods", ".xls")
TABLES: dict[str, Callable[[Path], list[str]]] = {  # of formats that hold several
    "sqlite": sqlite_file.tables_of,
    "duckdb": duckdb_file.tables_of,
    "topojson": topojson.tables_of,
}
REMEDIES = {
    "a PDF": "take the tables out of it first, such as with Tabula, and add the CSV",
    "a zip file": "unpack it, and add the files in it",
    "a web page, or XML": "save the data that the page offers, and add that file",
}


@dataclass(frozen=True)
class Wanted:
    """What the user says of how a file is read; "" where it is to be found."""

    sheet: str = ""
    table: str = ""
    encoding: str = ""
    delimiter: str = ""


def format_of(path: Path) -> str:
    """The format of a file, one of FORMATS. Raises ToolkitError for one that cannot be read, and for an empty one."""
    try:
        with opened(path) as file:
            start = file.read(512)
    except (OSError, EOFError) as error:
        raise ToolkitError(path.name, f"cannot be read: {error}", "a whole file", "fetch it again") from error
    endings = [ending.lower() for ending in path.suffixes[-2:]]
    for beginning, found in BEGINNINGS.items():
        if start.startswith(beginning):
            return found
    if start[8:12] == b"DUCK":
        return "duckdb"
    if start.startswith(b"PK") and endings[-1:] and endings[-1] in EXCEL:
        return "excel"
    kind = next((kind for beginning, kind in OTHERS.items() if start.startswith(beginning)), "")
    kind = kind or ("a zip file" if start.startswith(b"PK\x03\x04") else "")
    text = start.removeprefix(b"\xef\xbb\xbf").strip()
    if text[:9].lower() == b"<!doctype" or re.match(rb"<(\?xml|[a-z]+[\s>])", text, re.IGNORECASE):
        kind = "a web page, or XML"
    if kind or not text:
        raise ToolkitError(
            path.name, kind or "an empty file", FORMATS_READ, REMEDIES.get(kind, "give a file with rows of data")
        )
    if TOPOLOGY.match(text) or ".topojson" in endings:
        return "topojson"
    if (
        any(ending in JSON for ending in endings)
        or text[:2] in (b"[{", b'{"')
        or text[:1] in (b"[", b"{")
        and b'"' in text
    ):
        return "json"
    return "csv"


def reading_of(connection: Connection, path: Path, wanted: Wanted) -> Reading:
    """How a file is read, header and footer apart.

    Raises ToolkitError as `format_of` does, and where one of several sheets or tables has to be named.
    """
    kind = format_of(path)
    if kind == "csv":
        return delimited_guess.guess_reading(path, wanted.encoding, wanted.delimiter)
    if kind == "excel":
        return Reading(kind, sheet=excel.sheet_of(path, wanted.sheet))
    if kind == "json":
        lists = json_file.lists_of(connection, path)
        return Reading(kind, table=_one_of(path, lists, wanted.table) if lists else "")
    return Reading(kind, table=_one_of(path, TABLES[kind](path), wanted.table)) if kind in TABLES else Reading(kind)


def _one_of(path: Path, names: list[str], wanted: str) -> str:
    if wanted in names:
        return wanted
    if not wanted and len(names) == 1:
        return names[0]
    found = f"no table {wanted!r}" if wanted else f"{len(names)} tables"
    raise ToolkitError(
        path.name, found, f"one of {', '.join(names) or 'none'}", f"name it: --table {names[0] if names else 'NAME'}"
    )
