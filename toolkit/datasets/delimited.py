"""Delimited text: CSV, TSV and their kin, in any encoding, plain or compressed, as rows of texts."""

from __future__ import annotations

import codecs
import contextlib
import csv
import gzip
import io
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from toolkit.core.errors import ToolkitError
from toolkit.datasets.declaration import ReadOptions
from toolkit.datasets.unpacked_size import Unpacked
from toolkit.engine.connect import Connection, first_value
from toolkit.engine.errors import EngineError, reading_file
from toolkit.engine.paths import from_parquet, literal_pattern, quoted

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
WIDEST = 4096  # columns
LARGE = 16 << 20  # bytes of a file that several processors read faster than one
MEND = "mend the file at this place, or say how it is read: --delimiter, --encoding"


def compression_of(path: Path) -> str:
    """How a file is packed, whatever its name: gzip, zstd or none. Raises OSError where it cannot be opened."""
    with open(path, "rb") as file:
        start = file.read(4)
    return "gzip" if start.startswith(GZIP) else "zstd" if start == ZSTD else "none"


def opened(path: Path) -> IO[bytes]:
    """A file's bytes, unpacked where it is compressed with gzip or zstd. Raises OSError where it cannot be opened."""
    packed = compression_of(path)
    if packed == "gzip":
        return io.BufferedReader(Unpacked(path, gzip.open(path, "rb")))
    if packed == "zstd":
        import pyarrow

        return io.BufferedReader(Unpacked(path, pyarrow.CompressedInputStream(str(path), "zstd")))
    return open(path, "rb")


def write_texts(connection: Connection, path: Path, reading: ReadOptions, out: Path) -> dict[str, int]:
    """Writes all records of a file as Parquet, titles and header too: texts in columns c1, c2 …, NULL for empty cells.

    No column is said to have digits as text.
    Raises ToolkitError for a file that cannot be unpacked or decoded, or is no delimited text.
    """
    plain = _plain(path, reading, out.with_suffix(".txt"))
    width = _widest_at_the_start(plain, reading)
    with reading_file(path.name, MEND):
        while width < WIDEST:
            _write(connection, plain, reading, width + 1, out)
            beyond = f"SELECT count(c{width + 1}) FROM {from_parquet([out])}"
            if not first_value(connection.execute(beyond)):
                break
            width *= 2
    if width >= WIDEST:
        raise ToolkitError(path.name, f"more than {WIDEST} columns", f"at most {WIDEST}", MEND)
    if plain != path:
        plain.unlink()
    return {}


def _write(connection: Connection, plain: Path, reading: ReadOptions, width: int, out: Path) -> None:
    """Quotes have to be as RFC 4180 has them; where they are not, they are taken as they come.

    A file of which each line is a record is read by all processors.
    """
    columns = "{" + ", ".join(f"'c{at}': 'VARCHAR'" for at in range(1, width + 1)) + "}"
    filled = f"coalesce({', '.join(f'c{at}' for at in range(1, width + 1))}) IS NOT NULL"
    options = (
        "auto_detect = false, header = false, null_padding = true, nullstr = '', "
        f"delim = {quoted(reading.delimiter)}, quote = {quoted(reading.quote)}, escape = {quoted(reading.quote)}"
    )
    for strict in ("true", "false"):
        parallel = strict == "true" and _lines_are_records(plain, reading.quote)
        scan = (
            f"read_csv({quoted(literal_pattern(plain))}, columns = {columns}, {options}, strict_mode = {strict}, "
            f"parallel = {parallel})"
        )
        try:
            connection.execute(f"COPY (SELECT * FROM {scan} WHERE {filled}) TO {quoted(out)} (FORMAT parquet)")
            return
        except EngineError:
            if strict == "false":
                raise


def _lines_are_records(plain: Path, quote: str) -> bool:
    """Whether no line ends between two quotes: each has an even number of them. False for a file that is not large."""
    if plain.stat().st_size < LARGE:
        return False
    sign, carried = quote.encode(), b""
    other_bytes = bytes({*range(256)} - {*b"\r\n", *sign})
    with open(plain, "rb") as file:
        while sign and (block := file.read(1 << 23)):
            if carried or sign in block:
                signs = (carried + block.translate(None, other_bytes)).replace(b"\r", b"\n").replace(sign * 2, b"")
                ended, _, carried = signs.rpartition(b"\n")
                if sign in ended:
                    return False
    return True


def _widest_at_the_start(plain: Path, reading: ReadOptions) -> int:
    with open(plain, encoding="utf-8-sig", errors="replace", newline="") as file:
        return max((len(record) for record in records(file.read(1 << 20), reading.delimiter, reading.quote)), default=1)


def records(text: str, delimiter: str, quote: str) -> Iterator[list[str]]:
    """The records at the start of a text; for guesses, where the last may be cut off."""
    source = io.StringIO(text, newline="")
    if quote:
        reader = csv.reader(source, delimiter=delimiter, quotechar=quote)
    else:
        reader = csv.reader(source, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    with contextlib.suppress(csv.Error):  # a cell of more than 128 KB
        yield from reader


def _plain(path: Path, reading: ReadOptions, scratch: Path) -> Path:
    """The file itself where it is UTF-8 as it stands, else a copy that is."""
    encoding = codecs.lookup(reading.encoding).name
    with opened(path) as source:
        if encoding == "utf-8" and isinstance(source, io.BufferedReader) and isinstance(source.raw, io.FileIO):
            return path
        try:
            with open(scratch, "w", encoding="utf-8", newline="") as copy:
                shutil.copyfileobj(io.TextIOWrapper(source, encoding=encoding, newline=""), copy, 1 << 20)
        except (UnicodeDecodeError, EOFError, OSError, zlib.error) as error:
            raise ToolkitError(
                path.name, f"cannot be read as {encoding}: {error}", "the encoding that it has", "give its --encoding"
            ) from error
    return scratch
