"""How large a workbook is, before it is read: a cell far from all others makes one of all between.

Whoever reads a sheet asks for memory for each cell up to its last row and column, and a process that asks for more
than there is ends without a word of ours.
"""

from __future__ import annotations

import contextlib
import zipfile
from functools import cache
from pathlib import Path

from toolkit.core.errors import ToolkitError
from toolkit.datasets.sheet_probe import sheet_sizes
from toolkit.datasets.unpacked_size import is_bomb

MOST_CELLS = 60_000_000  # of one sheet, empty ones too: two gigabytes while they are read
LONGEST = 2 << 30  # bytes of all that is packed
ALLOWED = f"at most {MOST_CELLS:,} cells, empty ones between them too"
REMEDY = "delete the rows and columns behind the data, or save the sheet as CSV"


def refuse_too_large(path: Path) -> None:
    """Raises ToolkitError for a workbook with more than is read, bytes or cells up to the last one."""
    stat = path.stat()
    if problem := _problem(path, stat.st_size, stat.st_mtime_ns):
        raise ToolkitError(path.name, problem, ALLOWED, REMEDY)


@cache
def _problem(path: Path, size: int, changed: int) -> str:
    with contextlib.suppress(zipfile.BadZipFile, OSError, ValueError), zipfile.ZipFile(path) as packed:
        unpacked = sum(entry.file_size for entry in packed.infolist())  # an .xls file is no zip file
        if unpacked > LONGEST or is_bomb(size, unpacked):
            return f"{unpacked >> 20:,} MiB when it is unpacked"
    sizes = sheet_sizes(str(path), MOST_CELLS)
    if isinstance(sizes, str):
        return sizes
    for name, (rows, columns) in sizes.items():
        if rows * columns > MOST_CELLS:
            cells = f"{rows * columns:,} cells up to the last one, in {rows:,} rows and {columns:,} columns"
            return f"the sheet {name!r} with {cells}"
    return ""
