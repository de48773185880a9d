"""What commands print: JSON, the rows of a table for it, and lines in columns; and the option --json."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.database.cell import Cell
    from toolkit.database.table import Table


def json_argument(parser: ArgumentParser) -> None:
    """The option `--json` of a command that prints text without it."""
    parser.add_argument("--json", action="store_true", help="the same as JSON")


def print_json(value: object, indent: int | None = None) -> None:
    """Prints a value as JSON, in ASCII where the output is not UTF-8."""
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(value, ensure_ascii=not utf8, indent=indent))


def plain_rows(table: Table) -> list[dict[str, object]]:
    """The rows of a table for JSON: words as they are, a number as low and high."""
    return [{key: _plain(cell) for key, cell in row.items()} for row in table]


def _plain(cell: Cell) -> object:
    """A cell for JSON: words as they are, a number as low and high."""
    from toolkit.core.number import Number

    return [cell.low, cell.high] if isinstance(cell, Number) else cell


def aligned(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows of words as lines, each column as wide as its widest word."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = ["  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)
