"""Functions of SQL beside DuckDB's own, for questions of the project's tables: sql/functions/ has a file of each.

A file is a CREATE MACRO below comments: what the function gives, then `of: rows` where it makes one value of many, as
sum does, or `of: value`, and `unit: none`, or `unit: kept` where its value has the unit of its first argument. Where
people are protected one of many rows counts as a mean, so it may show none of them by itself, as max does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from toolkit.core.errors import ToolkitError

FOLDER = Path(__file__).parent / "sql" / "functions"
HEADER = re.compile(r"-- (?P<meaning>.+)\n-- of: (?P<of>rows|value)\n-- unit: (?P<unit>none|kept)\nCREATE MACRO \w+")


PICKS_A_ROW = re.compile(
    r"\b((list_)?(min|max|first|last|any_value|arg_\w+|mode|median|quantile\w*|string_agg|histogram)|\w+_by)\s*\(",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class OwnFunction:
    """A function of SQL: what it gives in words, the statement that makes it, and what the comments above it say."""

    meaning: str
    sql: str
    of_rows: bool
    keeps_unit: bool


@cache
def own_functions() -> Mapping[str, OwnFunction]:
    """The functions by name, which is that of their file. Raises ToolkitError for a file that is none."""
    return {path.stem: _own_function(path) for path in sorted(FOLDER.glob("*.sql"))}


def averages(name: str) -> bool:
    """Whether a function of ours makes one value of many rows. Raises ToolkitError as `own_functions`."""
    function = own_functions().get(name)
    return function is not None and function.of_rows


def _own_function(path: Path) -> OwnFunction:
    sql = path.read_text(encoding="utf-8")
    header = HEADER.match(sql)
    if header is None or not header[0].endswith(f"CREATE MACRO {path.stem}"):
        raise ToolkitError(
            path.name,
            "no CREATE MACRO of that name below three comments",
            "-- what it gives, -- of: rows or value, -- unit: none or kept",
            "write the comments as gini.sql has them",
        )
    if header["of"] == "rows" and (picks := PICKS_A_ROW.search(sql, header.end())):
        raise ToolkitError(
            path.name,
            f"{picks[1]}, which shows a row by itself",
            "a value of all rows together: in SQL of people nobody could tell what it shows",
            f"make it of sums, means and counts, or write {picks[1]} in the question",
        )
    return OwnFunction(header["meaning"], sql, header["of"] == "rows", header["unit"] == "kept")
