"""Signals of padding by person and week, from events alone, and how often they agree with a simulation's truth.

Padding is use for the sake of a count; an honest twin is use that looks like it and is not.

What a signal is, its thresholds and the scoring are choices of data/declarations/padding-signals.yml. Nothing here
scores a real person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy

from toolkit.analysis.microdata import Rows, ask_by_person, by_person_sql, refuse_real_people
from toolkit.analysis.resampling import Estimate, PeopleBootstrap, all_digits
from toolkit.core.errors import ToolkitError
from toolkit.core.number import Number
from toolkit.core.operation import operation
from toolkit.core.unit import parse_unit
from toolkit.database.cell import Cell
from toolkit.database.table import Table, table
from toolkit.database.usage_logs import UsageLog
from toolkit.engine.paths import literal_pattern
from toolkit.reported.declaration import Declaration

SESSION_SIGNALS = ("long_read", "repeated_prompt", "fixed_interval", "large_context")
SIGNALS = (*SESSION_SIGNALS, "all_hours")  # all_hours: use at most hours of the day
TRUTH = """
SELECT user_id, week_start_on, role, cause, shape, count(*) AS sessions
FROM read_parquet($files)
GROUP BY ALL
"""
PARTS = """
WITH used AS (SELECT week_start_on, sum(tokens) AS tokens FROM activity_day GROUP BY week_start_on),
padded AS (
    SELECT week_start_on, sum(tokens) AS tokens
    FROM read_parquet($files)
    WHERE role = 'padding'
    GROUP BY week_start_on
)
SELECT
    1 + (used.week_start_on - min(used.week_start_on) OVER ()) // 7 AS week,
    (used.tokens - coalesce(padded.tokens, 0)) / people.number AS honest,
    coalesce(padded.tokens, 0) / people.number AS padding
FROM used
CROSS JOIN (SELECT count(DISTINCT user_id) AS number FROM outcome) AS people
LEFT JOIN padded ON padded.week_start_on = used.week_start_on
ORDER BY week
"""


@dataclass(frozen=True)
class PersonWeeks:
    """Person-weeks with any use, and which signals mark each: arrays of shape (person-weeks,) in the same order.

    `marks` has shape (person-weeks, signals), in the order of SIGNALS. `base` is the number of person-weeks, whose
    inputs are the log and the thresholds: the input that receipts give for every statistic of them.
    """

    usage_log: UsageLog
    person: numpy.ndarray  # user_id
    week: numpy.ndarray  # the day the week starts on
    marks: numpy.ndarray
    flagged: numpy.ndarray  # True where at least `signals_needed` signals mark it
    automation: numpy.ndarray  # True where it is flagged and at least `automation_share` of it headless
    tenth: numpy.ndarray  # the person's, by tokens over all weeks: 1 for those with the fewest, 10 with the most
    base: Number


@dataclass(frozen=True)
class Scored:
    """Person-weeks with the truth beside them, as boolean arrays of shape (person-weeks,)."""

    weeks: PersonWeeks
    padded: numpy.ndarray  # True where it has at least `padded_sessions` padding sessions
    shapes: dict[str, numpy.ndarray]  # by shape: weeks with any padding session of it
    twins: dict[str, numpy.ndarray]  # by twin: weeks with any session of it


def flag_weeks(usage_log: UsageLog, rules: Declaration) -> PersonWeeks:
    """Which of the declared signals mark each person-week of a synthetic usage log.

    Raises ToolkitError for a real usage log, as no real person is scored, and where a choice has no value.
    """
    refuse_real_people(usage_log, "signals by person")
    sql, question = by_person_sql("padding_weeks")
    thresholds = {name: _value(rules, name) for name in re.findall(r"\$(\w+)", sql)}
    weeks = ask_by_person(usage_log, "padding_weeks", {name: value.low for name, value in thresholds.items()})
    limits = {name: _value(rules, name) for name in ("week_share", "all_hours", "signals_needed", "automation_share")}
    marks = _marks(weeks, limits)
    flagged = marks.sum(axis=1) >= limits["signals_needed"].low
    count = float(len(flagged))
    base = Number(
        low=count,
        high=count,
        unit=parse_unit("1", usage_log.units),
        kind=usage_log.kind,
        operation=operation("statistic", said=f"weeks of people with any use, {question}"),
        inputs=(usage_log.leaf, *thresholds.values(), *limits.values()),
        label=f"weeks judged in {usage_log.name}",
        style=all_digits(count),
    )
    automation = flagged & (weeks["headless_share"] >= limits["automation_share"].low)
    return PersonWeeks(
        usage_log=usage_log,
        person=numpy.asarray(weeks["user_id"]),
        week=weeks["week_start_on"].astype("datetime64[D]"),
        marks=marks,
        flagged=flagged,
        automation=automation,
        tenth=_tenths(weeks["user_id"], weeks["tokens"]),
        base=base,
    )


def with_truth(weeks: PersonWeeks, rules: Declaration) -> Scored:
    """The judged weeks with the simulation's truth, which stands in files apart from the events.

    Raises ToolkitError for a real usage log, which has no truth, and where a choice has no value.
    """
    refuse_real_people(weeks.usage_log, "the truth")
    truth = weeks.usage_log.connection.cursor().execute(TRUTH, {"files": _truth(weeks.usage_log)}).fetchall()
    place = {key: number for number, key in enumerate(zip(weeks.person, weeks.week.astype(str), strict=True))}
    padding = numpy.zeros(len(place))  # sessions
    shapes: dict[str, numpy.ndarray] = {}
    twins: dict[str, numpy.ndarray] = {}
    for person, week, role, cause, shape, sessions in truth:
        at = place[person, week.isoformat()]
        group, name = (shapes, shape) if role == "padding" else (twins, cause)
        group.setdefault(name, numpy.zeros(len(place), bool))[at] = True
        padding[at] += sessions if role == "padding" else 0
    return Scored(weeks, padding >= _value(rules, "padded_sessions").low, shapes, twins)


def pool(
    scored: Sequence[Scored], hits: str, cases: str, bootstrap: PeopleBootstrap, labels: tuple[str, str]
) -> Estimate:
    """The share of `cases` that are `hits` too, over the person-weeks of all usage logs together, with its interval.

    Each of the two is a name that `marked` knows, or several joined by " & "; `labels` say what they count. A user_id
    is one person in all logs, drawn with the weeks of all logs. Raises ToolkitError if there is no case.
    """
    names = numpy.unique(numpy.concatenate([result.weeks.person for result in scored]))
    hit_count, case_count = numpy.zeros((2, len(names)))
    for result in scored:
        at = numpy.searchsorted(names, result.weeks.person)
        inside = _all(result, cases)
        case_count += numpy.bincount(at, inside, len(names))
        hit_count += numpy.bincount(at, inside & _all(result, hits), len(names))
    return bootstrap.share(hit_count, case_count, tuple(result.weeks.base for result in scored), labels)


def marked(scored: Scored, name: str) -> numpy.ndarray:
    """Which person-weeks are what `name` says: a boolean array of shape (person-weeks,).

    A name is one of SIGNALS, or: "used" (all), "flagged", "automation", "padded"; "shape x" (padding of shape x),
    "only x" (of shape x and no other), "twin" or "twin x" (a session of any twin, or of x), "any x y" (marked by signal
    x or y), "tenth 10" (people with the most tokens). "not " before a name negates it. A shape or twin that the log
    lacks marks none. Raises ToolkitError for any other name.
    """
    if name.startswith("not "):
        return ~marked(scored, name[4:])
    weeks, no_weeks = scored.weeks, numpy.zeros(len(scored.padded), bool)
    kind, _, argument = name.partition(" ")
    if kind == "shape":
        return scored.shapes.get(argument, no_weeks)
    if kind == "only":
        other_shapes = [mask for shape, mask in scored.shapes.items() if shape != argument]
        return scored.shapes.get(argument, no_weeks) & ~numpy.any([no_weeks, *other_shapes], axis=0)
    if kind == "tenth":
        return weeks.tenth == int(argument)
    if kind == "any":
        return numpy.any([marked(scored, signal) for signal in argument.split()], axis=0)
    if kind == "twin":
        return (
            scored.twins.get(argument, no_weeks) if argument else numpy.any([no_weeks, *scored.twins.values()], axis=0)
        )
    if name in SIGNALS:
        return weeks.marks[:, SIGNALS.index(name)]
    masks = {"used": ~no_weeks, "flagged": weeks.flagged, "automation": weeks.automation, "padded": scored.padded}
    if name not in masks:
        raise ToolkitError(
            f"weeks that are {name!r}", "no such name", ", ".join([*masks, "twin", *SIGNALS]), "correct the name"
        )
    return masks[name]


def tokens_by_week(usage_log: UsageLog) -> Table:
    """Mean tokens per developer in each week, weeks counted from 1: two rows a week, honest use and padding.

    Raises ToolkitError for a real usage log, which has no truth.
    """
    refuse_real_people(usage_log, "the truth")
    unit = parse_unit("token/developer", usage_log.units)
    rows: list[dict[str, Cell]] = []
    for week, honest, padding in usage_log.connection.cursor().execute(PARTS, {"files": _truth(usage_log)}).fetchall():
        for part, value in (("honest use", honest), ("padding", padding)):
            rows.append(
                {
                    "n_week": Number(
                        low=week,
                        high=week,
                        unit=parse_unit("1", usage_log.units),
                        kind=usage_log.kind,
                        operation=operation("statistic", said="week of the usage log"),
                        inputs=(usage_log.leaf,),
                        style=all_digits(week),
                    ),
                    "part": part,
                    "mean_token_per_developer": Number(
                        low=value,
                        high=value,
                        unit=unit,
                        kind=usage_log.kind,
                        operation=operation("statistic", said=f"tokens of {part} in a week, all developers"),
                        inputs=(usage_log.leaf,),
                    ),
                }
            )
    return table("tokens_by_week", rows)


def precision_at(padded: Number, recall: Number, false_alarms: Number) -> Number:
    """The share of flagged weeks that are padded, by Bayes' theorem; all shares are 0 to 1.

    `padded` is the share of all weeks that are padded, `recall` the share of padded weeks that are flagged,
    `false_alarms` the share of the other weeks that are flagged.
    """
    hits = padded * recall
    return (hits / (hits + (1 - padded) * false_alarms)).percent


def _truth(usage_log: UsageLog) -> list[str]:
    return [literal_pattern(path) for path in sorted((usage_log.folder / "truth").glob("*.parquet"))]


def _all(scored: Scored, names: str) -> numpy.ndarray:
    return numpy.all([marked(scored, name) for name in names.split(" & ")], axis=0)


def _value(rules: Declaration, name: str) -> Number:
    """The value of a declared choice. Raises ToolkitError where it has none."""
    value = rules[name].value
    if value is None:
        raise ToolkitError(f"the declaration {rules.id}, {name!r}", "no value", "a number", "declare its value")
    return value


def _marks(weeks: Rows, limits: dict[str, Number]) -> numpy.ndarray:
    shares = [weeks[f"{name}_share"] >= limits["week_share"].low for name in SESSION_SIGNALS]
    return numpy.column_stack([*shares, weeks["hour_entropy_bits"] >= limits["all_hours"].low])


def _tenths(person: numpy.ndarray, tokens: numpy.ndarray) -> numpy.ndarray:
    """The tenth, 1 to 10, of each week's person by tokens over all weeks."""
    _, at = numpy.unique(person, return_inverse=True)
    totals = numpy.bincount(at, tokens)
    order = numpy.argsort(numpy.argsort(totals, kind="stable"))
    return (10 * order // len(totals) + 1)[at]
