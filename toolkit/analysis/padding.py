"""Signals of padding by person and week, from events alone, and how they fare against the truth of a simulation.

What a signal is, its thresholds and the scoring are choices of data/declarations/padding-signals.yml. Nothing here
scores a real person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy

from toolkit.analysis.microdata import Rows, fetch, question, refuse_real_people
from toolkit.analysis.resampling import Draws, Estimate, written_out
from toolkit.core.errors import ToolkitError
from toolkit.core.number import Number
from toolkit.core.operation import operation
from toolkit.core.unit import parse_unit
from toolkit.database.table import Cell, Table, table
from toolkit.database.usage_logs import UsageLog
from toolkit.engine.paths import exactly
from toolkit.reported.declaration import Declaration

OF_SESSIONS = ("long_read", "repeated_prompt", "fixed_interval", "large_context")
SIGNALS = (*OF_SESSIONS, "all_hours")
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
class Weeks:
    """Weeks of people with any use, and what the signals say of each: arrays side by side.

    `marks` has a column for each of SIGNALS; `base` is the number of weeks, which knows log, question and thresholds.
    """

    usage_log: UsageLog
    person: numpy.ndarray
    week: numpy.ndarray
    marks: numpy.ndarray
    flagged: numpy.ndarray
    automation: numpy.ndarray  # flagged, and sent with nobody watching
    tenth: numpy.ndarray  # of the people with any use, by tokens: 1 for those with the fewest, 10 with the most
    base: Number


@dataclass(frozen=True)
class Scored:
    """Weeks with the truth beside them: which hold padding, of which shapes, and which hold an honest twin."""

    weeks: Weeks
    padded: numpy.ndarray
    shapes: dict[str, numpy.ndarray]
    twins: dict[str, numpy.ndarray]


def judge(usage_log: UsageLog, rules: Declaration) -> Weeks:
    """What the declared signals say of each person and week of a synthetic usage log.

    Raises ToolkitError for a real usage log: no real person is scored.
    """
    refuse_real_people(usage_log, "signals by person")
    sql, asked = question("padding_weeks")
    of_query = {name: _value(rules, name) for name in re.findall(r"\$(\w+)", sql)}
    found = fetch(usage_log, "padding_weeks", {name: value.low for name, value in of_query.items()})
    kept = {name: _value(rules, name) for name in ("week_share", "all_hours", "signals_needed", "automation_share")}
    marks = _marks(found, kept)
    flagged = marks.sum(axis=1) >= kept["signals_needed"].low
    count = float(len(flagged))
    base = Number(
        count,
        count,
        parse_unit("1", usage_log.units),
        usage_log.kind,
        operation("statistic", said=f"weeks of people with any use, {asked}"),
        (usage_log.leaf, *of_query.values(), *kept.values()),
        f"weeks judged in {usage_log.name}",
        style=written_out(count),
    )
    automation = flagged & (found["headless_share"] >= kept["automation_share"].low)
    return Weeks(
        usage_log,
        numpy.asarray(found["user_id"]),
        found["week_start_on"].astype("datetime64[D]"),
        marks,
        flagged,
        automation,
        _tenths(found["user_id"], found["tokens"]),
        base,
    )


def match(weeks: Weeks, rules: Declaration) -> Scored:
    """The judged weeks with the simulation's truth, which is kept in files apart from the events.

    Raises ToolkitError for a real usage log, which has no truth.
    """
    refuse_real_people(weeks.usage_log, "the truth")
    found = weeks.usage_log.connection.cursor().execute(TRUTH, {"files": _truth(weeks.usage_log)}).fetchall()
    place = {key: number for number, key in enumerate(zip(weeks.person, weeks.week.astype(str), strict=True))}
    padding = numpy.zeros(len(place))
    shapes: dict[str, numpy.ndarray] = {}
    twins: dict[str, numpy.ndarray] = {}
    for person, week, role, cause, shape, sessions in found:
        at = place[person, week.isoformat()]
        kept, name = (shapes, shape) if role == "padding" else (twins, cause)
        kept.setdefault(name, numpy.zeros(len(place), bool))[at] = True
        padding[at] += sessions if role == "padding" else 0
    return Scored(weeks, padding >= _value(rules, "padded_sessions").low, shapes, twins)


def pool(scored: Sequence[Scored], hits: str, cases: str, draws: Draws, words: tuple[str, str]) -> Estimate:
    """The share of cases that are hits, over the weeks of all usage logs together, people drawn with all their weeks.

    `hits` and `cases` join names of `marked` by " & ". Raises ToolkitError if there is no case.
    """
    names = numpy.unique(numpy.concatenate([one.weeks.person for one in scored]))
    above, below = numpy.zeros((2, len(names)))
    for one in scored:
        at = numpy.searchsorted(names, one.weeks.person)
        inside = _all(one, cases)
        below += numpy.bincount(at, inside, len(names))
        above += numpy.bincount(at, inside & _all(one, hits), len(names))
    return draws.ratio(above, below, tuple(one.weeks.base for one in scored), words)


def marked(scored: Scored, name: str) -> numpy.ndarray:
    """Weeks of a name: used (all), flagged, automation, padded, twin, one of SIGNALS, "shape x", "twin x", "tenth 10";
    "not " turns it round.

    "only x" is padding of that shape and of no other, "any x y" what one of the signals marks. Raises ToolkitError
    for a name that is none of these.
    """
    if name.startswith("not "):
        return ~marked(scored, name[4:])
    weeks, none = scored.weeks, numpy.zeros(len(scored.padded), bool)
    kind, _, which = name.partition(" ")
    if kind == "shape":
        return scored.shapes.get(which, none)
    if kind == "only":
        others = [held for shape, held in scored.shapes.items() if shape != which]
        return scored.shapes.get(which, none) & ~numpy.any([none, *others], axis=0)
    if kind == "tenth":
        return weeks.tenth == int(which)
    if kind == "any":
        return numpy.any([marked(scored, signal) for signal in which.split()], axis=0)
    if kind == "twin":
        return scored.twins.get(which, none) if which else numpy.any([none, *scored.twins.values()], axis=0)
    if name in SIGNALS:
        return weeks.marks[:, SIGNALS.index(name)]
    known = {"used": ~none, "flagged": weeks.flagged, "automation": weeks.automation, "padded": scored.padded}
    if name not in known:
        raise ToolkitError(
            f"weeks that are {name!r}", "no such name", ", ".join([*known, "twin", *SIGNALS]), "correct the name"
        )
    return known[name]


def tokens_by_week(usage_log: UsageLog) -> Table:
    """Mean tokens a developer in each week, counted from 1, in two parts: honest use, and padding by the truth.

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
                        week,
                        week,
                        parse_unit("1", usage_log.units),
                        usage_log.kind,
                        operation("statistic", said="week of the feed"),
                        (usage_log.leaf,),
                        style=written_out(week),
                    ),
                    "part": part,
                    "mean_token_per_developer": Number(
                        value,
                        value,
                        unit,
                        usage_log.kind,
                        operation("statistic", said=f"tokens of {part} in a week, all developers"),
                        (usage_log.leaf,),
                    ),
                }
            )
    return table("tokens_by_week", rows)


def precision_at(padded: Number, recall: Number, false_alarms: Number) -> Number:
    """The share of flagged weeks that are padded, where `padded` of all weeks are: Bayes' theorem.

    `recall` and `false_alarms` are shares of padded and of honest weeks that are flagged.
    """
    hits = padded * recall
    return (hits / (hits + (1 - padded) * false_alarms)).percent


def _truth(usage_log: UsageLog) -> list[str]:
    return [exactly(path) for path in sorted((usage_log.folder / "truth").glob("*.parquet"))]


def _all(scored: Scored, names: str) -> numpy.ndarray:
    return numpy.all([marked(scored, name) for name in names.split(" & ")], axis=0)


def _value(rules: Declaration, name: str) -> Number:
    """What was chosen. Raises ToolkitError where a choice has no value."""
    value = rules[name].value
    if value is None:
        raise ToolkitError(f"the declaration {rules.id}, {name!r}", "no value", "a number", "declare its value")
    return value


def _marks(found: Rows, kept: dict[str, Number]) -> numpy.ndarray:
    shares = [found[f"{name}_share"] >= kept["week_share"].low for name in OF_SESSIONS]
    return numpy.column_stack([*shares, found["hour_entropy_bits"] >= kept["all_hours"].low])


def _tenths(person: numpy.ndarray, tokens: numpy.ndarray) -> numpy.ndarray:
    """For each week, the tenth of its person by tokens over all weeks."""
    _, at = numpy.unique(person, return_inverse=True)
    used = numpy.bincount(at, tokens)
    order = numpy.argsort(numpy.argsort(used, kind="stable"))
    return (10 * order // len(used) + 1)[at]
