"""Rows of single people, asked of synthetic usage logs alone, and statistics of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy

from toolkit.analysis.resampling import TIMES, Estimate, PeopleBootstrap
from toolkit.core.errors import ToolkitError
from toolkit.core.kind import Kind
from toolkit.core.number import Number
from toolkit.core.operation import operation
from toolkit.core.project import digest
from toolkit.core.text import HASH_SHOWN
from toolkit.core.unit import parse_unit
from toolkit.database.log_rows import SQL
from toolkit.database.usage_logs import UsageLog
from toolkit.engine.connect import arrays_of

Rows = Mapping[str, numpy.ndarray]  # columns by name, each of shape (rows,)


def refuse_real_people(usage_log: UsageLog, action: str) -> None:
    """Raises ToolkitError, which names the `action`, for a log that is not synthetic: no real person is scored."""
    if usage_log.kind != Kind.SYNTHETIC:
        raise ToolkitError(
            f"{action} of the usage log {usage_log.name}",
            "rows of real people",
            "a synthetic usage log",
            "ask a metric of toolkit/usage/metrics: they are of groups, and name nobody",
        )


def by_person_sql(name: str) -> tuple[str, str]:
    """The SQL of toolkit/usage/by_person/<name>.sql, and its name with the hash of its text, for receipts."""
    sql = (SQL / "by_person" / f"{name}.sql").read_text(encoding="utf-8")
    return sql, f"question {name}, {digest([sql])[:HASH_SHOWN]}"


def ask_by_person(usage_log: UsageLog, name: str, parameters: Mapping[str, object]) -> Rows:
    """The answer to a question of toolkit/usage/by_person, in the order of its rows.

    It does not check whether the log is synthetic: callers do, with `refuse_real_people`.
    """
    return arrays_of(usage_log.connection.cursor().execute(by_person_sql(name)[0], dict(parameters)))


@dataclass(frozen=True)
class Totals:
    """What each person of a synthetic log used and merged from a week on: one row a person.

    `base`, the number of people, is the input that receipts give for every statistic of these rows.
    """

    usage_log: UsageLog
    rows: Rows
    base: Number

    def share(self, hits: str, cases: str, draws: PeopleBootstrap, labels: tuple[str, str]) -> Estimate:
        """The sum of column `hits` as a share of that of column `cases`; `labels` say what the two count.

        Raises ToolkitError if there is no case.
        """
        return draws.share(self.rows[hits], self.rows[cases], (self.base,), labels)

    def multiple(self, other: Totals, numerator: str, denominator: str, draws: PeopleBootstrap, label: str) -> Estimate:
        """The ratio of two columns' sums as a multiple of the same ratio in `other`, which has the same people.

        `label` names the ratio. Raises ToolkitError if the two usage logs do not hold the same people, or if no draw
        has a finite value.
        """
        if not numpy.array_equal(self.rows["user_id"], other.rows["user_id"]):
            raise ToolkitError(
                f"{label} of {self.usage_log.name} over {other.usage_log.name}",
                "other people",
                "one population: equal developers and seed",
                "open both usage logs alike",
            )
        columns = numpy.column_stack(
            [rows[name] for rows in (self.rows, other.rows) for name in (numerator, denominator)]
        )
        method = f"{label}, as a multiple of the same people's in {other.usage_log.name}"
        return draws.of_sums(lambda a, b, c, d: a / b / (c / d), columns, (self.base, other.base), method, TIMES)


def totals(usage_log: UsageLog, from_week: Number) -> Totals:
    """What people used and merged from a week on, counted from 0.

    Raises ToolkitError for a real usage log, and where some use has no price.
    """
    refuse_real_people(usage_log, "totals")
    from_on = date.fromisoformat(usage_log.declared["start_on"]) + timedelta(weeks=int(from_week.low))
    rows = ask_by_person(usage_log, "totals", {"from_on": from_on.isoformat()})
    if numpy.ma.is_masked(rows["cost_usd"]):
        raise ToolkitError(
            f"the costs of {usage_log.name}",
            "use of a model on a day before its first price",
            "a price from the first day of the scenario on",
            "add it to prices of the model in the scenario",
        )
    people = float(len(rows["user_id"]))
    question = by_person_sql("totals")[1]
    base = Number(
        low=people,
        high=people,
        unit=parse_unit("developer", usage_log.units),
        kind=usage_log.kind,
        operation=operation(
            "statistic", said=f"people of the usage log, weeks from {from_on.isoformat()} on, {question}"
        ),
        inputs=(usage_log.leaf, from_week),
        label=f"people of {usage_log.name}",
    )
    return Totals(usage_log, rows, base)
