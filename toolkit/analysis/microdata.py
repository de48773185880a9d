"""Rows of single people, which only a synthetic usage log may give: what analyses count, draw and compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy

from toolkit.analysis.resampling import TIMES, Draws, Estimate
from toolkit.core.errors import ToolkitError
from toolkit.core.kind import Kind
from toolkit.core.number import Number
from toolkit.core.operation import operation
from toolkit.core.project import digest
from toolkit.core.unit import parse_unit
from toolkit.database.usage_logs import SQL, UsageLog
from toolkit.engine.connect import arrays_of

Rows = Mapping[str, numpy.ndarray]


def refuse_real_people(usage_log: UsageLog, action: str) -> None:
    """Raises ToolkitError if a usage log is not synthetic: nobody real is scored, ranked or matched with a truth."""
    if usage_log.kind != Kind.SYNTHETIC:
        raise ToolkitError(
            f"{action} of the feed {usage_log.name}",
            "rows of real people",
            "a synthetic feed",
            "ask a metric of toolkit/usage/metrics: they are of groups, and name nobody",
        )


def question(name: str) -> tuple[str, str]:
    """The SQL of toolkit/usage/by_person/<name>.sql, and the words by which a number names it."""
    sql = (SQL / "by_person" / f"{name}.sql").read_text(encoding="utf-8")
    return sql, f"question {name}, {digest([sql])[:12]}"


def fetch(usage_log: UsageLog, name: str, parameters: Mapping[str, object]) -> Rows:
    """The columns of a question of toolkit/usage/by_person, in the order of its rows: callers guard what they show."""
    return arrays_of(usage_log.connection.cursor().execute(question(name)[0], dict(parameters)))


@dataclass(frozen=True)
class Totals:
    """What each person of a synthetic log used and merged from a week on; `base` is what numbers of it rest on."""

    usage_log: UsageLog
    rows: Rows
    base: Number

    def ratio(self, above: str, below: str, draws: Draws, words: tuple[str, str], unit: str = "1") -> Estimate:
        """Sum of a column over the sum of another; a share where `unit` is 1."""
        made = parse_unit(unit, self.usage_log.units)
        return draws.ratio(self.rows[above], self.rows[below], (self.base,), words, made if unit != "1" else None)

    def multiple(self, other: Totals, above: str, below: str, draws: Draws, words: str) -> Estimate:
        """Sum of a column over the sum of another, as a multiple of the same in `other`, which has the same people.

        Raises ToolkitError if the two usage logs do not hold the same people.
        """
        if not numpy.array_equal(self.rows["user_id"], other.rows["user_id"]):
            raise ToolkitError(
                f"{words} of {self.usage_log.name} over {other.usage_log.name}",
                "other people",
                "one population: equal developers and seed",
                "open both feeds alike",
            )
        columns = numpy.column_stack([self.rows[above], self.rows[below], other.rows[above], other.rows[below]])
        method = f"{words}, as a multiple of the same people's in {other.usage_log.name}"
        return draws.of_sums(lambda a, b, c, d: a / b / (c / d), columns, (self.base, other.base), method, TIMES)


def totals(usage_log: UsageLog, from_week: Number) -> Totals:
    """What people used and merged from a week on, weeks counted from 0. Raises ToolkitError for a real usage log."""
    refuse_real_people(usage_log, "totals")
    on = date.fromisoformat(usage_log.declared["start_on"]) + timedelta(weeks=int(from_week.low))
    rows = fetch(usage_log, "totals", {"from_on": on.isoformat()})
    people = float(len(rows["user_id"]))
    asked = question("totals")[1]
    base = Number(
        people,
        people,
        parse_unit("developer", usage_log.units),
        usage_log.kind,
        operation("statistic", said=f"people of the feed, weeks from {on.isoformat()} on, {asked}"),
        (usage_log.leaf, from_week),
        f"people of {usage_log.name}",
    )
    return Totals(usage_log, rows, base)
