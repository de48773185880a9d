"""How far a usage log looks like real agent traffic, and how often signals of padding mark its people, as a group.

Nothing here says that a log is forged, and nothing is of one person: shares of groups under FEWEST people, or
of all but fewer than that, are withheld.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from toolkit.analysis.microdata import question
from toolkit.analysis.recipes import DECLARATION, signal_precision, signal_rules
from toolkit.core.kind import Kind
from toolkit.core.number import Number
from toolkit.core.number_functions import span
from toolkit.core.operation import operation
from toolkit.core.project import digest
from toolkit.core.unit import parse_unit
from toolkit.database.cell import Cell
from toolkit.database.log_aggregates import FEWEST
from toolkit.database.log_rows import SQL
from toolkit.database.table import Table, table
from toolkit.database.usage_logs import UsageLog
from toolkit.engine.connect import Connection
from toolkit.reported.declaration import Declaration
from toolkit.usage.real_traffic import (
    CHECKS,
    LEAST_REQUESTS,
    OF_LOG,
    QUERY,
    REPORTED,
    known_rates,
    measured,
    reported_rates,
)

FEWEST_STEPS = 500  # that a verdict is given on: fewer than twenty real sessions have
CONSISTENT, NOT_CONSISTENT = "consistent with", "not consistent with"
TOO_FEW, NOT_RECORDED = "too few steps to say", "not recorded in this log"
NO_RANGE = "to compare: of real ones no range is known"
SIGNALS = {
    "long_read": "Long reads, little written",
    "repeated_prompt": "Identical prompts",
    "fixed_interval": "Fixed interval",
    "large_context": "Large context",
    "all_hours": "All hours",
}


@dataclass(frozen=True)
class Inspection:
    """What an inspection found: a row a check, and a row a signal, or why there is none (`withheld`)."""

    usage_log: UsageLog
    steps: Number  # from one request of a session to the next, that the checks rest on
    checks: Table
    signals: Table | None
    withheld: str
    few: bool  # whether somebody's log is of fewer than FEWEST people: of it verdicts are told, and no values


def inspect(usage_log: UsageLog) -> Inspection:
    """Inspects a usage log, read or simulated.

    Raises ToolkitError if the declaration of signals cannot be read; a project without one is told no signals.
    """
    cursor = usage_log.connection.cursor()
    few = usage_log.kind != Kind.SYNTHETIC and usage_log.declared["developers"] < FEWEST
    steps, checks = _checks(usage_log, cursor, few)
    signals, withheld = _signals(usage_log, cursor)
    return Inspection(usage_log, steps, checks, signals, withheld, few)


def in_words(found: Table) -> list[tuple[str, ...]]:
    """The headings of a table, then its rows, in words: counts to the last digit, nothing where a cell is empty."""
    names = [column.name for column in found.columns]
    heads = tuple(column.label.removeprefix("N ").capitalize() for column in found.columns)
    return [heads, *(tuple(_words(name, row[name]) for name in names) for row in found)]


def _words(name: str, cell: Cell) -> str:
    if isinstance(cell, Number) and name.startswith("n_"):
        return f"{cell.low:,.0f}"
    return "" if cell is None else str(cell)


def _checks(usage_log: UsageLog, cursor: Connection, few: bool) -> tuple[Number, Table]:
    """The steps that were judged and a row a check; of a log of `few` people without the values."""
    of_log = OF_LOG.format(cost="NULL" if usage_log.kind == Kind.SYNTHETIC else "cost_usd")
    cursor.execute(of_log)
    found = measured(cursor)
    asked = f"question real_traffic, {digest([QUERY.read_text(encoding='utf-8'), of_log])[:12]}"
    steps = _counted(usage_log, found["steps"] or 0, f"steps in sessions of {LEAST_REQUESTS} requests or more, {asked}")
    rows: list[dict[str, Cell]] = []
    for name, (unit, words) in {**CHECKS, **REPORTED}.items():
        real, low, high = (None if one is None else _worded(one, unit) for one in _rates(usage_log, name, unit, words))
        value = found[name]
        here: Cell = None
        if value is not None:
            number = _worded(_statistic(usage_log, value, unit, f"{words}, {asked}", steps), unit)
            here = f"withheld: under {FEWEST} people" if few else number
        ends = None if low is None or high is None else span(low, high)
        verdict = _verdict(value, steps.low, low, high)
        rows.append({"check": words, "here": here, "real": real, "range": ends, "verdict": verdict})
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
    """What is real of a check: the value, and both ends of its range; nothing where it is not known."""
    if name in CHECKS:
        return [_real(usage_log, value, unit, words) for value in known_rates()["rates"][name]]
    said = reported_rates()[name]
    why = "; ".join(filter(None, (said["said"], said["address"], said["commit"])))
    values = (said["value"], *(said["range"] or (None, None)))
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
    found = cursor.execute(sql, parameters).fetchall()
    people = max((row[2] for row in found), default=0)
    if people < FEWEST:
        return (
            None,
            f"fewer than {FEWEST} people with use, so that a share would be about single people",
        )
    said = signal_precision(usage_log.project)
    asked = f"question signal_shares, {digest([sql])[:12]}"
    rows: list[dict[str, Cell]] = []
    for name, weeks, _, marked, marked_people in sorted(found, key=lambda row: list(SIGNALS).index(row[0])):
        small = 0 < marked_people < FEWEST or 0 < people - marked_people < FEWEST
        whole = _counted(usage_log, weeks, f"weeks of people with any use, {asked}")
        part = _counted(usage_log, marked, f"weeks that the signal marks: {SIGNALS[name].lower()}, {asked}")
        rows.append(
            {
                "signal": SIGNALS[name],
                "marked": f"withheld: under {FEWEST} people" if small else (part / whole).percent,
                "right": said[name].interval if name in said else None,
            }
        )
    headings = {"signal": "Signal", "marked": "Weeks marked here", "right": "Right in simulated logs"}
    return table("signals", rows, **headings), ""


def _signal_question(rules: Declaration) -> tuple[str, dict[str, float]]:
    """The SQL of how often signals mark a log's people together, and the declared thresholds that it takes."""
    own = (SQL / "checks" / "signal_shares.sql").read_text(encoding="utf-8")
    sql = f"WITH person_week AS (\n{question('padding_weeks')[0]}), {own[own.index('marked AS') :]}"
    values = {name: rules[name].value for name in re.findall(r"\$(\w+)", sql)}
    return sql, {name: value.low for name, value in values.items() if value is not None}


def _statistic(usage_log: UsageLog, value: float, unit: str, said: str, of: Number) -> Number:
    return Number(
        low=float(value),
        high=float(value),
        unit=parse_unit(unit, usage_log.units),
        kind=usage_log.kind,
        operation=operation("statistic", said=said),
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


def _counted(usage_log: UsageLog, count: float, said: str) -> Number:
    return _statistic(usage_log, count, "1", said, usage_log.leaf)


def _worded(number: Number, unit: str) -> Number:
    """A share in per cent, to three figures, where it is one; other numbers as they are."""
    share = unit == "1" and number.high <= 1
    return number.percent.digits(3) if share else number.digits(3)
