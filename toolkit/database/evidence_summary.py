"""Keys too many for a receipt: their count, a digest, and what their rows add up to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.core.errors import ToolkitError
from toolkit.core.operation import exact_sum
from toolkit.core.project import digest
from toolkit.engine.connect import Connection

Range = tuple[float, float]
KEYS = 500  # a receipt holds so many keys of a cell
ROWS = """
SELECT asked, low, high, unit, claim, source, held FROM asked LEFT JOIN (
    SELECT key, coalesce(low, 1.0) AS low, coalesce(high, 1.0) AS high, coalesce(unit, '1') AS unit, claim, source,
        'figures' AS held FROM figures
    UNION ALL SELECT key, low, high, unit, NULL, source, series FROM series_rows
) AS leaves ON key = ltrim(asked, '-')
"""


@dataclass(frozen=True)
class ManyKeys:
    """Keys too many for a receipt: how many, what stands for them, where they lie, and what the rows add up to.

    `total` has the sums of low and high ends, taken exactly, with the rows that are taken off; `size` is the sum of
    what all rows come to without their signs.
    """

    count: int
    digest: str
    tables: tuple[str, ...]
    units: tuple[str, ...]
    total: Range
    size: float
    distinct: tuple[tuple[str, int], ...] = ()  # of keys, claims and sources


def many_keys(cursor: Connection, keys: Sequence[str]) -> ManyKeys:
    """What stands for very many keys, those with a minus taken off. Raises ToolkitError for a key that no row has."""
    import pyarrow

    refuse_no_key(keys)
    cursor.register("asked", pyarrow.table({"asked": keys}))
    rows = cursor.sql(ROWS).to_arrow_table()
    if rows["unit"].null_count:
        raise unknown_key(rows["asked"][rows["unit"].is_null().index(True).as_py()].as_py())
    signs = [-1 if key.startswith("-") else 1 for key in rows["asked"].to_pylist()]
    low, high = rows["low"].to_pylist(), rows["high"].to_pylist()
    least, most = _signed_sum(low, high, signs), _signed_sum(high, low, signs) if low != high else None
    found = {
        name: sorted(filter(None, rows[name].unique().to_pylist())) for name in ("held", "unit", "claim", "source")
    }
    distinct = {"key": len(set(keys)), "claim": len(found["claim"]), "source": len(found["source"])}
    return ManyKeys(
        len(keys),
        digest(["\n".join(sorted(keys))])[:16],
        tuple(found["held"]),
        tuple(found["unit"]),
        (least, least if most is None else most),
        math.fsum(map(abs, high)),
        tuple(distinct.items()),
    )


def _signed_sum(added: Sequence[float], subtracted: Sequence[float], signs: Sequence[int]) -> float:
    """The exact sum of one end, of rows that are taken off the other end."""
    if min(signs) > 0:
        return exact_sum(added, signs)
    return exact_sum([off if sign < 0 else on for on, off, sign in zip(added, subtracted, signs, strict=True)], signs)


def refuse_no_key(keys: Sequence[str | None]) -> None:
    """Raises ToolkitError where a row that was used has no key."""
    if None in keys:
        raise ToolkitError(
            "a column of keys",
            "NULL among the keys",
            "the key of every row that was used",
            "write list(key) FILTER (key IS NOT NULL)",
        )


def unknown_key(key: str) -> ToolkitError:
    """The error for a key that neither a figure nor a series row has."""
    return ToolkitError(
        f"the key {key.removeprefix('-')!r}",
        "no figure or series row has it",
        "values of a key column",
        "carry the key column of figures or a series through the query",
    )
