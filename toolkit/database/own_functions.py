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

# what may make one value of many rows, so that none of them shows: sums, means, counts, and sorted lists on their way
OF_ALL_ROWS = frozenset(
    "sum avg mean count fsum favg kahan_sum stddev stddev_pop stddev_samp var_pop var_samp variance corr covar_pop "
    "covar_samp skewness kurtosis kurtosis_pop product geomean list list_sort list_transform list_sum list_avg len "
    "cast filter abs sign sqrt cbrt ln log log2 log10 exp power pow round floor ceil nullif coalesce".split()
)
PARTS = re.compile(r'(\w+)\s*\(|[\["]')
SIGNS = {"[": "an element of a list", '"': "a name in quotes"}


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
    if header["of"] == "rows" and (picks := _picks_a_row(sql[header.end() :])):
        raise ToolkitError(
            path.name,
            f"{picks}, which may show a row by itself",
            f"a value of all rows together, of {', '.join(sorted(OF_ALL_ROWS))}",
            f"make it of these, or write {picks} in the question: in SQL of people nobody could tell what it shows",
        )
    return OwnFunction(header["meaning"], sql, header["of"] == "rows", header["unit"] == "kept")


def _picks_a_row(definition: str) -> str:
    """The first part of a macro that may show one of the rows that it is of; "" if none does."""
    for part in PARTS.finditer(re.split(r"\bAS\b", definition, maxsplit=1, flags=re.IGNORECASE)[-1]):
        if (name := part[1] or SIGNS[part[0]]).lower() not in OF_ALL_ROWS:
            return name
    return ""
