"""Claims as a terminal shows them: who says what, and on which origins they rely."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from datetime import date
from typing import Any

from toolkit.database.open import Database
from toolkit.database.reported_rows import Row

FACTS = (  # name in the list, column of the database
    ("published", "published"),
    ("counted", "population"),
    ("baseline", "baseline"),
    ("qualifier", "qualifier"),
    ("period", "period"),
    ("attributed", "attributed_to"),
    ("place", "place"),
    ("seen", "seen"),
    ("basis", "basis"),
    ("note", "note"),
)


def claim_list(database: Database, start: str = "") -> list[Row]:
    """Claims whose id begins with `start` (by default all), by id.

    A row has id, statement, unit, sources, origins, certainty, its reasons, and in `mutated` the fields of figures
    that a source changed when it retold another's.
    """
    return database.rows(
        "SELECT claims.id, claims.statement, claims.unit, "
        "list_sort(list(DISTINCT figures.source) FILTER (figures.source IS NOT NULL)) AS sources, "
        "(SELECT list_sort(list(source)) FROM origins WHERE origins.claim = claims.id) AS origins, "
        "any_value(certainty.level) AS certainty, any_value(certainty.reasons) AS reasons, "
        "coalesce((SELECT any_value(fields) FROM mutated_claims WHERE mutated_claims.claim = claims.id), []) "
        "AS mutated "
        "FROM claims LEFT JOIN figures ON figures.claim = claims.id LEFT JOIN certainty ON certainty.claim = claims.id "
        "WHERE starts_with(claims.id, $start) GROUP BY claims.id, claims.statement, claims.unit ORDER BY claims.id",
        {"start": start},
    )


def claim_readings(database: Database, claim: str) -> list[Row]:
    """Each source's reading of one claim, oldest first, with what it changed in retelling, and facts of the claim.

    Raises IndexError if there is no such claim.
    """
    changed = database.rows("SELECT * FROM mutations WHERE claim = $claim", {"claim": claim})
    summary = claim_list(database, claim)[0]
    readings = []
    for row in database.readings(claim):
        own_changes = [mutation for mutation in changed if f"figure:{mutation['told_by']}" == row["key"]]
        printed = str(database.leaf(row["key"])) if row["low"] is not None else f"{row['stance']}: {row['says']}"
        facts = {name: row[column] for name, column in FACTS}
        readings.append(
            {
                "source": row["source"],
                "publisher": row["publisher"],
                "printed": printed,
                **facts,
                "primary": row["is_primary"],
                "about": row["about"],
                "bound": row["bound"],
                "relies_on": row["relies_on"],
                "changed": [f"{m['field']}: {m['stated']} → {m['told']}" for m in own_changes],
                "claim": claim,
                "statement": summary["statement"],
                "origins": summary["origins"],
                "certainty": summary["certainty"],
                "reasons": summary["reasons"],
            }
        )
    return readings


def as_json(rows: list[Row]) -> Any:
    """Rows as JSON values, dates in ISO form."""
    return json.loads(
        json.dumps(rows, default=lambda value: value.isoformat() if isinstance(value, date) else str(value))
    )


def as_text(rows: list[Row]) -> str:
    """One or more rows of claim_list or claim_readings as lines for a terminal."""
    if "sources" in rows[0]:
        return "\n".join(_claim(row) for row in rows) + f"\n{len(rows)} claim{'s' * (len(rows) != 1)}"
    first = rows[0]
    head = [f"{first['claim']}: {first['statement']}", _sourcing(first), ""]
    return "\n".join([*head, *(_reading(row) for row in rows)]).rstrip()


def _claim(row: Row) -> str:
    mutated = f"; changed in retelling: {', '.join(row['mutated'])}" if row["mutated"] else ""
    return f"{row['id']}\n    {row['statement']}\n    {_counted(row['sources'], 'source')}, {_sourcing(row)}{mutated}"


def _sourcing(row: Row) -> str:
    origins = row["origins"] or []
    return f"{_counted(origins, 'origin')} ({', '.join(origins)}), certainty {row['certainty']}"


def _counted(items: Sequence[str] | None, noun: str) -> str:
    count = len(items or ())
    return f"{count} {noun}{'s' * (count != 1)}"


def _reading(row: Row) -> str:
    about = " ".join(filter(None, [row["bound"], "about" if row["about"] else ""]))
    lines = [
        f"{row['source']} ({row['publisher']}{', primary' if row['primary'] else ''})",
        f"    {about + ' ' if about else ''}{row['printed']}",
    ]
    for name, _ in FACTS:
        if row[name]:
            lines += textwrap.wrap(f"{name}: {row[name]}", 100, initial_indent="    ", subsequent_indent="        ")
    lines.append(f"    relies on: {', '.join(row['relies_on']) or 'nothing on the desk (an origin)'}")
    lines += [f"    changed: {line}" for line in row["changed"]]
    return "\n".join(lines) + "\n"
