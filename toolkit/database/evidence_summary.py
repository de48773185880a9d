"""Keys too many for a receipt, in summary: their count, a digest, and the sum of their rows.

A key that begins with "-" names a row that is subtracted.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from toolkit.core.errors import ToolkitError
from toolkit.core.operation import exact_sum
from toolkit.core.project import digest
from toolkit.core.unit import unit_text
from toolkit.database.meaning import Columns, Meaning
from toolkit.engine.connect import Connection

Range = tuple[float, float]
KEYS = 500  # a receipt lists at most so many keys of a cell
ROWS = """
SELECT asked, if(starts_with(asked, '-'), -1, 1) AS sign, low, high, unit, claim, source, publisher, table_name
FROM asked LEFT JOIN (
    SELECT key, coalesce(low, 1.0) AS low, coalesce(high, 1.0) AS high, coalesce(unit, '1') AS unit, claim, source,
        'figures' AS table_name FROM figures
    UNION ALL SELECT key, low, high, unit, NULL, source, series FROM series_rows
) AS leaves ON key = ltrim(asked, '-') LEFT JOIN (SELECT id, publisher FROM sources) ON id = source
"""


@dataclass(frozen=True)
class ManyKeys:
    """Keys too many for a receipt, in summary."""

    count: int  # of keys, repeated ones counted again
    digest: str  # of the sorted keys
    tables: tuple[str, ...]  # "figures" and the names of series that have them
    units: tuple[str, ...]  # of the rows, sorted; several are refused where their sum is used
    total: Range  # exact sum of the rows, low and high end
    size: float  # sum of the rows' absolute values, against which rounding is judged
    distinct: tuple[tuple[str, int], ...] = ()  # how many different: ("key", n), ("claim", n), …
    sources: tuple[str, ...] = ()  # the ids of all sources of the rows, sorted


def many_keys(cursor: Connection, keys: Sequence[str]) -> ManyKeys:
    """The summary of very many keys. Raises ToolkitError for NULL among them, or a key that no row has."""
    import pyarrow

    refuse_null_keys(keys)
    cursor.register("asked", pyarrow.table({"asked": keys}))
    rows = cursor.sql(ROWS).to_arrow_table()
    if rows["unit"].null_count:
        raise unknown_key(rows["asked"][rows["unit"].is_null().index(True).as_py()].as_py())
    signs, low, high = (rows[name].to_pylist() for name in ("sign", "low", "high"))
    low_sum = _signed_sum(low, high, signs)
    high_sum = _signed_sum(high, low, signs) if low != high else low_sum
    facts = {
        name: sorted(filter(None, rows[name].unique().to_pylist()))
        for name in ("table_name", "unit", "claim", "source", "publisher")
    }
    distinct = {"key": len(set(keys)), **{name: len(facts[name]) for name in ("claim", "source", "publisher")}}
    return ManyKeys(
        count=len(keys),
        digest=digest(["\n".join(sorted(keys))])[:16],
        tables=tuple(facts["table_name"]),
        units=tuple(facts["unit"]),
        total=(low_sum, high_sum),
        size=math.fsum(map(abs, high)),
        distinct=tuple(distinct.items()),
        sources=tuple(facts["source"]),
    )


def _signed_sum(added: Sequence[float], subtracted: Sequence[float], signs: Sequence[int]) -> float:
    """The exact sum of one end of ranges: a range that is subtracted counts with its other end."""
    if min(signs) > 0:
        return exact_sum(added, signs)
    return exact_sum(
        [less if sign < 0 else plus for plus, less, sign in zip(added, subtracted, signs, strict=True)], signs
    )


def refuse_null_keys(keys: Sequence[str | None]) -> None:
    """Raises ToolkitError if None is among the keys: a row that was used has none."""
    if None in keys:
        raise ToolkitError(
            "a column of keys",
            "NULL among the keys",
            "the key of every row that was used",
            "write list(key) FILTER (key IS NOT NULL)",
        )


def empty_cell(key: str) -> ToolkitError:
    """The error for the key of a series row that states no value."""
    return ToolkitError(
        f"the key {key.removeprefix('-')!r}",
        "its row states no value: the cell is empty",
        "keys of rows with a value",
        "leave it out: list(key) FILTER (WHERE the value IS NOT NULL)",
    )


def unknown_key(key: str) -> ToolkitError:
    """The error for a key that neither a figure nor a series row has."""
    return ToolkitError(
        f"the key {key.removeprefix('-')!r}",
        "no figure or series row has it",
        "values of a key column",
        "carry the key column of figures or a series through the query",
    )


def refuse_missing_columns(
    reported: Mapping[str, Columns], units_found: Collection[str], meaning: Meaning, where: str
) -> None:
    """Raises ToolkitError for values of columns in several units, whose keys are of rows in some, `units_found`."""
    columns = {place: reported.get(place[0], {}).get(place[1]) for place in meaning.made}
    lacking = sorted(
        column
        for (_, column), meaning_of_column in columns.items()
        if meaning_of_column is not None
        and meaning_of_column.unit is not None
        and unit_text(meaning_of_column.unit) not in units_found
    )
    if lacking and len(columns) > 1 and meaning.unit is not None:
        tables = {table for table, _ in columns}
        keys = (name for table in tables for name in reported[table] if name.startswith("key_"))
        listed = ", ".join(sorted(keys))
        raise ToolkitError(
            where,
            f"a value that {', '.join(lacking)} went into, and no key of {'it' if len(lacking) == 1 else 'them'}",
            "the keys of all values that it is made of",
            f"list those of each: [{listed}] of one row, flatten(list([{listed}])) of several",
        )
