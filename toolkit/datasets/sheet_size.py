"""How large the sheets of a workbook are, before they are read: a cell far from all others makes one of all between.

Whoever reads a sheet asks for memory for each cell up to its last row and column, and a process that asks for more
than there is ends without a word of ours.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from toolkit.core.errors import ToolkitError
from toolkit.datasets.sheet_probe import MEMORY, sheet_sizes

OF_XML = (".xlsx", ".xlsm")
MOST_CELLS = 60_000_000  # of one sheet, empty ones too: two gigabytes while they are read
MOST_ROWS = 1 << 20  # of a sheet; Excel has no more
LONGEST = 2 << 30  # bytes of all that is packed
BLOCK, OVERLAP = 4 << 20, 256  # bytes
CELL = re.compile(rb"""r\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["'][^>]*(?<!/)>\s*<[^/]""")  # one in which something stands
LETTERS = {count: re.compile(rb"""r\s*=\s*["'][A-Z]{%d}[0-9]""" % count) for count in (3, 2)}
DIGITS = {count: re.compile(rb"""r\s*=\s*["'][A-Z]{1,3}[0-9]{%d}["']""" % count) for count in (7, 6, 5, 4)}
COLUMNS = {1: 26, 2: 702, 3: 18_278}  # that so many letters can name
ALLOWED = f"at most {MOST_CELLS:,} cells, empty ones between them too"
REMEDY = "delete the rows and columns behind the data, or save the sheet as CSV"


def refuse_too_large(path: Path) -> None:
    """Raises ToolkitError for a workbook with more than is read: rows, cells up to the last one, bytes."""
    stat = path.stat()
    if problem := _problem(path, stat.st_size, stat.st_mtime_ns):
        raise ToolkitError(path.name, problem, ALLOWED, REMEDY)


@cache
def _problem(path: Path, size: int, changed: int) -> str:
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > LONGEST:
                return f"more than {LONGEST >> 30} GiB when it is unpacked"
            for entry in packed.infolist():
                if entry.filename.endswith(".xml") and (problem := _of_sheet(packed, entry)):
                    return f"{Path(entry.filename).name} with {problem}"
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError):
        pass  # an .xls file is no zip file; what is wrong with another is said by who reads it
    return "" if path.suffix.lower() in OF_XML else _of_read(path)


def _of_read(path: Path) -> str:
    """The problem of a workbook whose cells are not written as XML, or where rows and columns are repeated."""
    sizes = sheet_sizes(path)
    if sizes is None:
        return f"a cell so far from the others that all between take more than {MEMORY >> 30} GiB of memory"
    for name, (rows, columns) in sizes.items():
        if rows * columns > MOST_CELLS:
            size = f"{rows * columns:,} cells up to the last one, in {rows:,} rows and {columns:,} columns"
            return f"the sheet {name!r} with {size}"
    return ""


def _of_sheet(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    rows, letters, digits = 0, 1, 3
    for block, new in _blocks(packed, entry):
        rows += new.count(b"<row")
        letters = next((count for count, found in LETTERS.items() if count > letters and found.search(block)), letters)
        digits = next((count for count, found in DIGITS.items() if count > digits and found.search(block)), digits)
    if rows > MOST_ROWS:
        return f"{rows:,} rows"
    if COLUMNS[letters] * min(10**digits, MOST_ROWS) <= MOST_CELLS:
        return ""
    last_row, last_column = 1, 1
    for block, _ in _blocks(packed, entry):
        for column, row in set(CELL.findall(block)):
            last_row, last_column = max(last_row, int(row)), max(last_column, _number(column))
    cells = last_row * last_column
    if cells <= MOST_CELLS:
        return ""
    return f"{cells:,} cells up to the last one, in {last_row:,} rows and {last_column:,} columns"


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _blocks(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[tuple[bytes, bytes]]:
    """Its content in blocks: each with the end of the one before, and alone."""
    end = b""
    with packed.open(entry) as file:
        while new := file.read(BLOCK):
            yield end + new, new
            end = new[-OVERLAP:]
