"""Simulated use beside real: each statistic as two numbers, one measured in a public trace, one from a usage log."""

from __future__ import annotations

from collections.abc import Mapping

import numpy

from toolkit.core.errors import ToolkitError
from toolkit.core.kind import Kind
from toolkit.core.number import Number, constant
from toolkit.core.number_functions import assume
from toolkit.core.operation import operation
from toolkit.core.project import Project, find_project
from toolkit.core.unit import no_unit, parse_unit
from toolkit.core.wording import Style
from toolkit.database.cell import Cell
from toolkit.database.table import Table, table
from toolkit.database.usage_logs import UsageLog
from toolkit.engine.connect import arrays_of
from toolkit.usage.calibration_check import ABOUT, Comparison, calibration, compare

UNITS = {"millisecond": ("second", 1000)}  # a unit of traces: the unit of pages, and how many of the first make one
REASONS = {  # an allowed difference, as a share of the real value: why it is as large
    0.05: "the real share varies little between tools",
    0.15: "a tenth to nine tenths of a distribution",
    0.30: "the last hundredth of a distribution, and variances, which it decides",
}
DRAWS = 1_000
QUANTILES = (0.025, 0.975)  # of the draws


def against_reality(usage_log: UsageLog) -> Table:
    """A row for each statistic and quantile: real (measured), generated, their ratio, and the allowed difference.

    `basis` is that of `calibration_check.Comparison`; `agrees` says whether the difference is allowed, and `why`
    explains one that is not. Sessions are the log's ordinary coding sessions, outcomes all of its outcomes.
    Raises ToolkitError if data/calibration.yml cannot be read.
    """
    real = calibration(usage_log.project)
    return table(
        "against_reality", [_row(real, line, usage_log) for line in compare(usage_log.project, usage_log.folder)]
    )


def real_number(name: str, project: Project | None = None) -> Number:
    """A number of data/calibration.yml, measured in the public trace that its receipt names.

    `project` is by default that of the working directory. Raises ToolkitError with the names of the numbers there are.
    """
    real = calibration(project or find_project())
    if name not in real["numbers"]:
        raise ToolkitError(
            f"the number {name!r}", "not in data/calibration.yml", ", ".join(real["numbers"]), "correct the name"
        )
    entry = real["numbers"][name]
    return _real(real, name, entry["file"], entry["value"], entry["unit"], ABOUT.get(name, name))


def sampled_concentration(usage_log: UsageLog, seed: int = 1) -> Table:
    """The Lorenz curve of tokens among the real developers, and among samples of as many of a log's developers.

    Row k is about the k people with the fewest tokens: `people` is their share of the people, `generated` their share
    of tokens (the middle 95 % of DRAWS samples), `real` that share as measured, or None: only two points are
    published, so that none is one person's. Raises ToolkitError if data/calibration.yml cannot be read.
    """
    people = real_number("developers.people", usage_log.project)
    count = int(people.low)
    sql = "SELECT tokens FROM developer WHERE tokens > 0 ORDER BY user_id"
    tokens = arrays_of(usage_log.connection.cursor().execute(sql))["tokens"].astype(float)
    random = numpy.random.default_rng(seed)
    samples = numpy.sort([random.choice(tokens, count, replace=False) for _ in range(DRAWS)], axis=1)
    cumulated = numpy.cumsum(samples, axis=1)
    low, high = numpy.quantile(cumulated / cumulated[:, -1:], QUANTILES, axis=0)
    real = {
        8: real_number("developers.smallest_eight_share", usage_log.project),
        count - 2: 1 - real_number("developers.largest_two_share", usage_log.project),
    }
    words = f"middle 95 % of {DRAWS} draws of {count} developers, seed {seed}: share of tokens of the lowest"
    rows: list[dict[str, Cell]] = []
    for place in range(1, count):
        share_of_tokens = Number(
            low=float(low[place - 1]),
            high=float(high[place - 1]),
            unit=parse_unit("1", usage_log.units),
            kind=usage_log.kind,
            operation=operation("draws", said=f"{words} {place}"),
            inputs=(usage_log.leaf,),
            style=Style("percent", 2),
        )
        share = (constant(place, people.unit) / people).percent.digits(2)
        rows.append({"place": str(place), "people": share, "generated": share_of_tokens, "real": real.get(place)})
    return table("sampled_concentration", rows)


def count_rows(compared: Table, **where: object) -> Number:
    """How many rows of a table have these values, as a number whose inputs are the usage logs behind the table.

    Raises ToolkitError for an unknown column, IndexError if no number in the table comes from a synthetic log.
    """
    answer = compared.where(**where)
    conditions = {column: ("no", "yes")[value] if isinstance(value, bool) else value for column, value in where.items()}
    words = " and ".join(f"{column} is {value}" for column, value in conditions.items())
    usage_logs = tuple(
        dict.fromkeys(leaf for number in compared.numbers for leaf in number.leaves() if leaf.kind == Kind.SYNTHETIC)
    )
    unit = no_unit(usage_logs[0].unit)
    style = Style("quantity", max(1, len(str(len(answer)))))
    return Number(
        low=len(answer),
        high=len(answer),
        unit=unit,
        kind=compared.kind,
        operation=operation("statistic", said=f"rows of the table {compared.name}" + (words and f" where {words}")),
        inputs=usage_logs,
        style=style,
    )


def _row(calibrated: Mapping, line: Comparison, usage_log: UsageLog) -> dict[str, Cell]:
    about = ABOUT[line.statistic] + ("" if line.share is None else f", {line.at}")
    real = _real(calibrated, line.statistic, line.file, line.real, line.unit, about)
    unit, per_unit = UNITS.get(line.unit, (line.unit, 1))
    value = line.generated / per_unit
    generated = Number(
        low=value,
        high=value,
        unit=parse_unit(unit, usage_log.units),
        kind=usage_log.kind,
        operation=operation("statistic", said=f"{about.lower()}, in the usage log"),
        inputs=(usage_log.leaf,),
        label=about,
        style=_style(line.statistic, value),
    )
    allowed = assume(line.allowed, "1", why=f"allowed difference: {REASONS[line.allowed]}").percent
    place = None if line.share is None else assume(line.share, "1", why="a quantile at which the two are compared")
    return {
        "statistic": line.statistic,
        "about": ABOUT[line.statistic],
        "at": line.at,
        "place": place,
        "real": real,
        "generated": generated,
        "ratio": (generated / real).times.digits(3) if line.real else None,
        "allowed": allowed,
        "basis": line.basis,
        "agrees": line.holds,
        "why": "" if line.holds else line.why,
    }


def _real(calibrated: Mapping, name: str, file: str, value: float, unit: str, about: str) -> Number:
    """A value of data/calibration.yml as a number; its receipt names the file, the licence and the command."""
    trace = next(entry for entry in calibrated["files"] if entry["id"] == file)
    count = calibrated["distributions"].get(name, {}).get("n")
    why = (
        f"{trace['name']}{f', {count:,} values' if count else ''}; {trace['address']}, {trace['commit']}; "
        f"licence: {trace['licence']}; sha256 {trace['sha256'][:16]}; changed: {trace['changes']}; "
        f"computed by {calibrated['command']}"
    )
    unit, per_unit = UNITS.get(unit, (unit, 1))
    return Number(
        low=value / per_unit,
        high=value / per_unit,
        unit=parse_unit(unit),
        kind=Kind.MEASURED,
        operation=operation("measured"),
        inputs=(),
        label=about,
        ref=f"calibration:{name}",
        why=why,
        style=_style(name, value / per_unit),
    )


def _style(name: str, value: float) -> Style:
    form = "percent" if name.endswith("_share") else "times" if name.endswith("_over_output") else "quantity"
    small = value == int(value) and value < 1000  # a small whole number has all its digits, others three
    return Style(form, max(1, len(str(int(value)))) if small else 3)
