"""How far a usage log looks like real agent traffic, and how often signals of padding mark its people, as a group.

Nothing here says that a log is forged. Nothing tells of one person: shares of fewer than OF_LOG people, or of
all but fewer than that, are withheld.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from toolkit.analysis.microdata import by_person_sql
from toolkit.analysis.padding_recipes import DECLARATION, signal_precision, signal_rules
from toolkit.core.kind import Kind
from toolkit.core.number import Number
from toolkit.core.number_functions import span
from toolkit.core.operation import operation
from toolkit.core.project import digest
from toolkit.core.smallest_group import OF_LOG
from toolkit.core.text import HASH_SHOWN
from toolkit.core.unit import locale_of, parse_unit
from toolkit.core.wording import grouped_digits
from toolkit.database.cell import Cell
from toolkit.database.log_rows import SQL
from toolkit.database.table import Table, table
from toolkit.database.usage_logs import UsageLog
from toolkit.engine.connect import Connection
from toolkit.reported.declaration import Declaration
from toolkit.usage.real_traffic import (
    CHECKS,
    CREATE_VIEW_OF_LOG,
    LEAST_REQUESTS,
    QUERY,
    REPORTED,
    known_rates,
    measured,
    reported_rates,
)

FEWEST_STEPS = 500  # steps that a verdict needs; twenty real sessions have more
CONSISTENT, NOT_CONSISTENT = "consistent with", "not consistent with"
TOO_FEW, NOT_RECORDED = "too few steps to say", "not recorded in this log"
NO_RANGE = "to compare with: no range of real sessions is known"
SIGNALS = {
    "long_read": "Long reads, little written",
    "repeated_prompt": "Identical prompts",
    "fixed_interval": "Fixed interval",
    "large_context": "Large context",
    "all_hours": "All hours",
}


@dataclass(frozen=True)
class Inspection:
    """What an inspection found: a row a check, and a row a signal, or why there is none (`withheld`).

    `values_withheld` is true for a real log of fewer than OF_LOG people: verdicts are told, values not.
    """

    usage_log: UsageLog
    steps: Number  # from one request of a session to the next, that the checks rest on
    checks: Table
    signals: Table | None
    withheld: str
    values_withheld: bool

    @property
    def tables(self) -> dict[str, Table | None]:
        """What `toolkit inspect` prints, in its order, and gives as JSON by name; None where it is withheld."""
        return {"checks": self.checks, "signals": self.signals, "accounting": self.usage_log.accounting}


def inspect(usage_log: UsageLog) -> Inspection:
    """Inspects a usage log, read or simulated.

    A project without a declaration of signals is told of none. Raises ToolkitError for one that cannot be read.
    """
    cursor = usage_log.connection.cursor()
    withholds = usage_log.kind != Kind.SYNTHETIC and usage_log.declared["developers"] < OF_LOG
    steps, checks = _checks(usage_log, cursor, withholds)
    signals, withheld = _signals(usage_log, cursor)
    return Inspection(usage_log, steps, checks, signals, withheld, withholds)


def rows_in_words(table: Table) -> list[tuple[str, ...]]:
    """The headings of a table, then its rows, in words: counts to the last digit, nothing where a cell is empty."""
    names = [column.name for column in table.columns]
    # "N " is what `heading` makes of n_
    heads = tuple(column.label.removeprefix("N ").capitalize() for column in table.columns)
    return [heads, *(tuple(_text(name, row[name]) for name in names) for row in table)]


def _text(name: str, cell: Cell) -> str:
    if isinstance(cell, Number) and name.startswith("n_"):
        return grouped_digits(int(cell.low), locale_of(cell.unit))
    return "" if cell is None else str(cell)


def _checks(usage_log: UsageLog, cursor: Connection, withholds: bool) -> tuple[Number, Table]:
    """The steps that were judged and a row a check, without the values of a log where it `withholds` them."""
    of_log = CREATE_VIEW_OF_LOG.format(cost="NULL" if usage_log.kind == Kind.SYNTHETIC else "cost_usd")
    cursor.execute(of_log)
    measurements = measured(cursor)
    question_id = f"question real_traffic, {digest([QUERY.read_text(encoding='utf-8'), of_log])[:HASH_SHOWN]}"
    steps = _count(
        usage_log, measurements["steps"] or 0, f"steps in sessions of {LEAST_REQUESTS} requests or more, {question_id}"
    )
    rows: list[dict[str, Cell]] = []
    for name, (unit, words) in {**CHECKS, **REPORTED}.items():
        real, low, high = (
            None if rate is None else _in_three_figures(rate, unit) for rate in _rates(usage_log, name, unit, words)
        )
        value = measurements[name]
        cell: Cell = None
        if value is not None:
            number = _in_three_figures(_statistic(usage_log, value, unit, f"{words}, {question_id}", steps), unit)
            cell = f"withheld: under {OF_LOG} people" if withholds else number
        ends = None if low is None or high is None else span(low, high)
        verdict = _verdict(value, steps.low, low, high)
        rows.append({"check": words, "here": cell, "real": real, "range": ends, "verdict": verdict})
    headings = {"check": "Check", "here": "This log", "real": "Real sessions", "range": "Range of real ones"}
    return steps, table("checks", rows, verdict="Real traffic", **headings)


def _verdict(value: float | None, steps: float, low: Number | None, high: Number | None) -> str:
    if value is None:
        return NOT_RECORDED
    if steps < FEWEST_STEPS:
        return TOO_FEW
    if low is None or high is None:
        return NO_RANGE
    return CONSISTENT if low.low <= value <= high.low else NOT_CONSISTENT


def _rates(usage_log: UsageLog, name: str, unit: str, words: str) -> list[Number | None]:
    """The real value of a check, and both ends of its range; None where one is not known."""
    if name in CHECKS:
        return [_real(usage_log, value, unit, words) for value in known_rates()["rates"][name]]
    reported = reported_rates()[name]
    why = "; ".join(filter(None, (reported["said"], reported["address"], reported["commit"])))
    values = (reported["value"], *(reported["range"] or (None, None)))
    return [
        None
        if value is None
        else replace(_real(usage_log, value, unit, words), kind=Kind.REPORTED, operation=operation("stated"), why=why)
        for value in values
    ]


def _signals(usage_log: UsageLog, cursor: Connection) -> tuple[Table | None, str]:
    if not (usage_log.project.data / "declarations" / f"{DECLARATION}.yml").is_file():
        return None, f"data/declarations/{DECLARATION}.yml, which fixes what a signal is, is not in this project"
    rules, _ = signal_rules(usage_log.project)
    sql, parameters = _signal_question(rules)
    answer = cursor.execute(sql, parameters).fetchall()
    people = max((people for _, _, people, _, _ in answer), default=0)
    if people < OF_LOG:
        return (
            None,
            f"fewer than {OF_LOG} people with use, so that a share would be about single people",
        )
    precision = signal_precision(usage_log.project)
    question_id = f"question signal_shares, {digest([sql])[:HASH_SHOWN]}"
    rows: list[dict[str, Cell]] = []
    for name, weeks, _, marked, marked_people in sorted(answer, key=lambda row: list(SIGNALS).index(row[0])):
        tells_of_few = 0 < marked_people < OF_LOG or 0 < people - marked_people < OF_LOG
        all_weeks = _count(usage_log, weeks, f"weeks of people with any use, {question_id}")
        part = _count(usage_log, marked, f"weeks that the signal marks: {SIGNALS[name].lower()}, {question_id}")
        rows.append(
            {
                "signal": SIGNALS[name],
                "marked": f"withheld: under {OF_LOG} people" if tells_of_few else (part / all_weeks).percent,
                "right": precision[name].interval if name in precision else None,
            }
        )
    headings = {"signal": "Signal", "marked": "Weeks marked here", "right": "Right in simulated logs"}
    return table("signals", rows, **headings), ""


def _signal_question(rules: Declaration) -> tuple[str, dict[str, float]]:
    """The SQL of how often signals mark a log's people together, and the declared thresholds that it takes."""
    shares = (SQL / "checks" / "signal_shares.sql").read_text(encoding="utf-8")
    after_with = shares[shares.index("marked AS") :]  # its WITH is ours, with person_week in front
    sql = f"WITH person_week AS (\n{by_person_sql('padding_weeks')[0]}), {after_with}"
    values = {name: rules[name].value for name in re.findall(r"\$(\w+)", sql)}
    return sql, {name: value.low for name, value in values.items() if value is not None}


def _statistic(usage_log: UsageLog, value: float, unit: str, words: str, of: Number) -> Number:
    return Number(
        low=float(value),
        high=float(value),
        unit=parse_unit(unit, usage_log.units),
        kind=usage_log.kind,
        operation=operation("statistic", said=words),
        inputs=(of,),
    )


def _real(usage_log: UsageLog, value: float, unit: str, words: str) -> Number:
    """A base rate, measured in the public sessions that its receipt names."""
    rates = known_rates()
    return Number(
        low=float(value),
        high=float(value),
        unit=parse_unit(unit, usage_log.units),
        kind=Kind.MEASURED,
        operation=operation("measured"),
        label=words,
        why=f"{rates['file']}; {rates['address']}, {rates['commit']}; licence: {rates['licence']}; "
        f"sha256 {rates['sha256'][:16]}; computed by python -m toolkit.usage.real_traffic FILE",
    )


def _count(usage_log: UsageLog, count: float, words: str) -> Number:
    return _statistic(usage_log, count, "1", words, usage_log.leaf)


def _in_three_figures(number: Number, unit: str) -> Number:
    """A share in per cent, to three figures, where it is one; other numbers as they are."""
    share = unit == "1" and number.high <= 1
    return number.percent.digits(3) if share else number.digits(3)
