"""Spreadsheets of Excel and OpenDocument: one sheet of an .xlsx, .xlsm, .xls, .xlsb or .ods file as rows of texts.

The module's name is the `format:` that declarations of datasets store.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from toolkit.core.errors import ToolkitError
from toolkit.datasets.declaration import ReadOptions
from toolkit.datasets.file_format import Format
from toolkit.datasets.rows_of_texts import write_rows
from toolkit.datasets.sheet_size import refuse_too_large
from toolkit.engine.connect import Connection

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".ods", ".xls")


def _write_texts(connection: Connection, path: Path, reading: ReadOptions, out: Path) -> dict[str, int]:
    """Writes the rows of a sheet as Parquet: texts in columns c1, c2 …, as a CSV file would have them.

    Returns the columns in which the sheet itself has digits as text, each with the last row of such. Raises
    ToolkitError for a file that is no spreadsheet or is locked by a password, and for a sheet that is not there.
    """
    with _workbook(path) as book:
        return write_rows(book.get_sheet_by_name(reading.sheet).iter_rows(), out)


def sheet_of(path: Path, asked_name: str) -> str:
    """The sheet to be read: the one that is wanted, else the only one in which something stands.

    Raises ToolkitError for a file that is no spreadsheet, and where several sheets could be meant.
    """
    import python_calamine

    with _workbook(path) as book:
        kind, seen = python_calamine.SheetTypeEnum.WorkSheet, python_calamine.SheetVisibleEnum.Visible
        visible = [sheet.name for sheet in book.sheets_metadata if (sheet.typ, sheet.visible) == (kind, seen)]
        if asked_name in book.sheet_names:
            return asked_name
        filled = [name for name in visible if book.get_sheet_by_name(name).height > 1]
        if not asked_name and len(filled) == 1:
            return filled[0]
    if asked_name or filled:
        problem = f"no sheet {asked_name!r}" if asked_name else f"{len(filled)} sheets with rows"
        names = filled or visible
        raise ToolkitError(
            path.name, problem, f"one of {', '.join(map(repr, names))}", f"name it: --sheet {quote(names[0])}"
        )
    raise ToolkitError(path.name, "no sheet with rows", "a sheet with a header and rows", "save it with its data")


def merged_rows(path: Path, sheet: str) -> frozenset[int]:
    """The rows, counted from 1 without empty ones, in which cells are merged across columns.

    Raises ToolkitError for a file that is no workbook.
    """
    with _workbook(path) as book:
        cells_of_sheet = book.get_sheet_by_name(sheet)
        top = (cells_of_sheet.start or (0, 0))[0]
        merged = {
            row - top
            for (first, left), (last, right) in cells_of_sheet.merged_cell_ranges or ()
            for row in range(first, min(last, first + 100) + 1)
            if right > left
        }
        filled = [
            row for row, cells in enumerate(cells_of_sheet.to_python(nrows=100)) if any(cell != "" for cell in cells)
        ]
    return frozenset(count for count, row in enumerate(filled, 1) if row in merged)


def merged_below(path: Path, sheet: str) -> int:
    """How many blocks of cells are merged across rows: only the first row of each has their value.

    Raises ToolkitError for a file that is no workbook.
    """
    with _workbook(path) as book:
        return sum(last > first for (first, _), (last, _) in book.get_sheet_by_name(sheet).merged_cell_ranges or ())


@contextlib.contextmanager
def _workbook(path: Path) -> Iterator[CalamineWorkbook]:
    import python_calamine

    refuse_too_large(path)
    try:
        with python_calamine.load_workbook(path) as book:
            yield book
    except python_calamine.PasswordError as error:
        raise ToolkitError(path.name, "locked by a password", "an open file", "save it without one") from error
    except python_calamine.WorksheetNotFound as error:
        raise ToolkitError(path.name, f"no sheet {error}", "a sheet of this file", "name it: --sheet") from error
    except (python_calamine.CalamineError, OSError) as error:
        raise ToolkitError(
            path.name, f"no spreadsheet: {error}", ".xlsx, .xls, .xlsb or .ods", "save it again as .xlsx"
        ) from error


def _notes(path: Path, reading: ReadOptions) -> list[str]:
    merged = merged_below(path, reading.sheet)
    return (
        [f"{merged} blocks of cells are merged across rows: only the first row of each has their value"]
        if merged
        else []
    )


FORMAT = Format(
    description=".xlsx (.xls, .xlsb, .ods)",
    endings=ENDINGS,
    matches=lambda start, endings: (
        start.startswith(b"\xd0\xcf\x11\xe0") or (start.startswith(b"PK") and "".join(endings[-1:]) in ENDINGS)
    ),
    options=("sheet",),
    reading=lambda connection, path, wanted: ReadOptions("spreadsheet", sheet=sheet_of(path, wanted.sheet)),
    write=_write_texts,
    header=True,
    merged=lambda path, reading: merged_rows(path, reading.sheet),
    notes=_notes,
)
