"""Where the data of a sheet begin and end: the row of its header, and the totals and notes below the last row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from toolkit.core.errors import ToolkitError
from toolkit.core.text import shortened
from toolkit.core.total_words import is_total
from toolkit.datasets.header_units import scale_said
from toolkit.datasets.parquet import field_names
from toolkit.engine.connect import Connection, first_value
from toolkit.engine.paths import from_parquet, identifier

TOP, BOTTOM = 60, 12  # rows that are looked at
NUMBER = re.compile(r"[(]?[-+\u2212]?\s*[^\w\s]{0,2}\s*[0-9][0-9.,' \u00a0\u202f]*\s*[%€$£]?[)]?")
YEAR = re.compile(r"(19|20)[0-9]{2}([/-][0-9]{2,4})?")

Row = tuple[str | None, ...]


@dataclass(frozen=True)
class Extent:
    """The first and last row of a header (0, 0 for none), how many rows below the data are no data, and those rows.

    `scale` is that of the numbers, such as million, where a row above the header or below the data says one.
    """

    header: tuple[int, int]
    footer: int
    left_out: tuple[str, ...]
    scale: str = ""


def find_extent(
    connection: Connection,
    name: str,
    raw: Path,
    header: tuple[int, int] | None = None,
    merged: frozenset[int] = frozenset(),
) -> Extent:
    """Header (where it is not said) and footer of a sheet's rows, which `raw` has as texts.

    `merged` are rows with merged cells. Raises ToolkitError where rows under the header, or merged cells in it, may
    belong to it: that is not guessed.
    """
    rows, count = _some_rows(connection, raw)
    top = rows[:TOP]
    filled = sorted(_filled(row) for row in top)
    usual = filled[len(filled) // 2]
    if header is None:
        header = _header(name, top, usual, merged)
    below = min(BOTTOM, count - header[1] - 1)
    footer, left_out = _footer(rows[len(rows) - below :] if below > 0 else [], usual)
    above = (cell for row in rows[: max(header[0] - 1, 0)] for cell in row if cell)
    scale = next(filter(None, map(scale_said, (*above, *left_out))), "")
    return Extent(header, footer, left_out, scale)


def _header(name: str, top: list[Row], usual: int, merged: frozenset[int]) -> tuple[int, int]:
    start = next((at for at, row in enumerate(top) if _filled(row) >= max(1, 0.6 * usual)), 0)
    below = top[start + 1 :]
    numeric = [at for at in range(len(top[0])) if _is_numeric([row[at] for row in below])]
    if start == 0 and _is_data(top[0], numeric):
        return (0, 0)
    more = _second_header(below, numeric)
    if more or start + 1 in merged:
        _refuse_header(name, top[start : start + 3], start + 1, more)
    return (start + 1, start + 1)


def _some_rows(connection: Connection, raw: Path) -> tuple[list[Row], int]:
    """The first rows and the last of a sheet, and how many it has."""
    every, listed = from_parquet([raw], rows=True), ", ".join(map(identifier, field_names(raw)))
    count = int(first_value(connection.execute(f"SELECT count(*) FROM {every}")))
    where = f"file_row_number < {TOP} OR file_row_number >= {count - BOTTOM}"
    rows = connection.execute(f"SELECT {listed} FROM {every} WHERE {where} ORDER BY file_row_number").fetchall()
    return [tuple(cell.strip() or None if cell else None for cell in row) for row in rows], count


def _filled(row: Row) -> int:
    return sum(cell is not None for cell in row)


def _is_numeric(cells: list[str | None]) -> bool:
    filled = [cell for cell in cells if cell is not None]
    return len(filled) >= 2 and sum(NUMBER.fullmatch(cell.strip()) is not None for cell in filled) > 0.7 * len(filled)


def _is_data(row: Row, numeric: list[int]) -> bool:
    """True for a first row with numbers wherever the rows below have them, if they are no years."""
    cells = [row[at] or "" for at in numeric]
    numbers = bool(cells) and all(NUMBER.fullmatch(cell.strip()) for cell in cells)
    return numbers and not all(YEAR.fullmatch(cell.strip()) for cell in cells)


def _second_header(below: list[Row], numeric: list[int]) -> bool:
    """True if the row under the header has words wherever the rows below it have numbers."""
    words = [cell for cell in (below[0][at] for at in numeric) if cell is not None] if len(below) > 2 else []
    return len(words) >= 2 and not any(re.search("[0-9]|^[-–.…]+$|^n/?a$", cell.strip().lower()) for cell in words)


def _refuse_header(name: str, rows: list[Row], first: int, second: bool) -> None:
    shown_rows = "; ".join(
        f"row {number}: {shortened(' | '.join(cell or '' for cell in row))}" for number, row in enumerate(rows, first)
    )
    raise ToolkitError(
        name,
        f"{'several rows look like a header' if second else 'cells of the header are merged'} ({shown_rows})",
        "one row of names, or rows of names that are joined",
        f"name the last row of the header, --header {first + 1}, or all rows, --header {first}-{first + 1}; "
        f"--header {first} takes that row alone",
    )


def _footer(bottom: list[Row], usual: int) -> tuple[int, tuple[str, ...]]:
    """How many of the last rows are notes, or totals of what stands above them, and these rows as texts."""
    left: list[str] = []
    for row in reversed(bottom):
        cells = [cell for cell in row if cell is not None]
        note = len(cells) == 1 and usual > 2 and row[0] is not None and not NUMBER.fullmatch(cells[0].strip())
        total = len(cells) > 1 and any(is_total(cell, certain=True) for cell in cells[:2])
        if not (note or total):
            break
        left.insert(0, " | ".join(cells))
    return len(left), tuple(left)
