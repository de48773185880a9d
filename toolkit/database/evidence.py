"""The rows that a cell of an answer used, and the operation on their values that gives the cell's value.

One key names one figure or one row of a series; a key that begins with "-" is subtracted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING

from toolkit.core.errors import ToolkitError
from toolkit.core.followed import IN_SQL
from toolkit.core.kind import Kind, kind_of_result
from toolkit.core.number import Number, derive
from toolkit.core.number_functions import high_end, least_to_greatest, low_end, mean, total
from toolkit.core.operation import operation
from toolkit.core.unit import Unit, is_dimensionless, no_unit, parse_unit, unit_text
from toolkit.core.wording import Style
from toolkit.database.columns import FINITE
from toolkit.database.evidence_summary import ManyKeys, Range, refuse_missing_columns, refuse_null_keys
from toolkit.database.meaning import Meaning, Role, Step
from toolkit.database.rates import over_whole

if TYPE_CHECKING:
    from toolkit.database.open import Database

# roles of columns whose cells may be a value of a row, or the sum of some
OF_ROWS = (Role.REPORTED, Role.UNKNOWN, Role.MIXED, Role.UNTRACED)
ONCE = (Step.SUM, Step.MEAN, Step.STATISTIC)  # steps into which each row goes once
# what a step makes of an end of each of its rows
OF_ENDS: dict[Step, Callable[[list[float]], float]] = {
    Step.SUM: math.fsum,
    Step.MEAN: fmean,
    Step.LEAST: min,
    Step.GREATEST: max,
}
ROUNDING = 1e-12  # of the sum of absolute values: DuckDB adds doubles in no fixed order


@dataclass(frozen=True)
class Evidence:
    """The figures and series rows that a cell used; of more than evidence_summary.KEYS, their summary `many` alone."""

    added: tuple[Number, ...]
    subtracted: tuple[Number, ...]
    keys: tuple[str, ...] = ()  # of `added`, then of `subtracted`, without their minus
    many: ManyKeys | None = None  # where it is given, the other three are empty

    @classmethod
    def of(cls, database: Database, keys: Sequence[str] | ManyKeys | None) -> Evidence:
        """The rows of a cell's keys (None: no keys). Raises ToolkitError for NULL, or a key that no row has."""
        if isinstance(keys, ManyKeys):
            return cls((), (), (), keys)
        refuse_null_keys(keys or ())
        added = tuple(key for key in keys or () if not key.startswith("-"))
        subtracted = tuple(key[1:] for key in keys or () if key.startswith("-"))
        return cls(tuple(map(database.leaf, added)), tuple(map(database.leaf, subtracted)), (*added, *subtracted))

    @property
    def inputs(self) -> tuple[Number, ...]:
        """The numbers of all rows, added and subtracted; () where there are too many keys."""
        return (*self.added, *self.subtracted)

    def count(self, database: Database, query_name: str, heading: str, value: float, of: str) -> Number:
        """The number of a cell that holds a count, `value`, under a column's `heading`.

        Where the keys have exactly `value` distinct `of` ("key", "claim", "source" or "publisher"; "" checks nothing),
        its operation is that count, else "worked out in SQL". Raises ToolkitError where the cell has no keys.
        """
        inputs = self.inputs_or_count(database, query_name, heading)
        if not of:
            distinct = None
        elif self.many:
            distinct = dict(self.many.distinct).get(of)
        else:
            distinct = len({_fact(database, key, of) for key in self.keys})
        step = (
            operation("count", of=of)
            if value == distinct
            else operation("query", question=query_name, column=heading, how=IN_SQL)
        )
        style = Style(digits=len(f"{abs(value):.0f}"))  # all digits of a count are printed
        return Number(
            low=value,
            high=value,
            unit=no_unit(database.units),
            kind=kind_of_result(number.kind for number in inputs),
            operation=step,
            inputs=inputs,
            ref=_ref(query_name, heading),
            style=style,
        )

    def inputs_or_count(self, database: Database, query_name: str, heading: str) -> tuple[Number, ...]:
        """The numbers of all rows, or their count where there are too many. Raises ToolkitError where there is none."""
        if self.many:
            return (_many_rows(self.many, query_name, heading, no_unit(database.units)),)
        if not self.inputs:
            raise _no_keys(query_name, heading)
        return self.inputs


def number_of(
    database: Database, query_name: str, heading: str, ends: Range, evidence: Evidence, meaning: Meaning, where: str
) -> Number:
    """The number of a cell whose low and high are `ends`, made by the step that `meaning`, read from the query, says.

    It is one row's value, a sum, a mean, a least or greatest, if the rows give the cell's value so; else the operation
    is "worked out in SQL", and the unit that of `meaning`. `where` names the column in errors. Raises ToolkitError
    where an end is not finite, the cell has no keys, its rows have several units or another than its column, no unit
    can be read from the query, or it has one key and is not that row's value.
    """
    if not all(math.isfinite(end) for end in ends):
        raise ToolkitError(where, f"{ends[0]} to {ends[1]}", *FINITE)
    if evidence.many:
        return _of_many(database, query_name, heading, ends, evidence.many, meaning, where)
    if not evidence.inputs:
        raise _no_keys(query_name, heading)
    row_units = {unit_text(number.unit) for number in evidence.inputs}
    refuse_missing_columns(database.reported_columns, row_units, meaning, where)
    row_unit = _unit_of_rows(database, {*row_units}, meaning, where)
    ref = _ref(query_name, heading)
    _refuse_twice(evidence, meaning, where)
    shares = meaning.added_up and all(number.style.form == "percent" for number in evidence.inputs)
    if shares and (found := over_whole(heading, max(map(abs, ends)))):
        raise ToolkitError(where, *found)
    for tolerance in _tolerances(evidence.inputs) if meaning.role in OF_ROWS else ():
        for candidate in _candidates(evidence, meaning.step):
            if abs(candidate.low - ends[0]) <= tolerance and abs(candidate.high - ends[1]) <= tolerance:
                return candidate if candidate in evidence.inputs else replace(candidate, ref=ref)
    if len(evidence.inputs) == 1:
        (only_row,) = evidence.inputs
        raise ToolkitError(
            where,
            f"{ends[0]!r} to {ends[1]!r}" if ends[0] != ends[1] else repr(ends[0]),
            f"the value of its one row: {only_row.low!r} to {only_row.high!r} {unit_text(row_unit)}",
            "compute with numbers in the notebook",
        )
    if meaning.step is Step.SUM and evidence.subtracted and _is_sum(_all_added(evidence), ends):
        raise _wrong_signs(where)
    _refuse_other_rows(evidence, meaning, ends, where)
    step = operation("query", question=query_name, column=heading, how=IN_SQL)
    # a sum that the query hides, such as that of a PIVOT, has the unit of its rows
    summed = meaning.role is Role.UNTRACED and _is_sum(evidence, ends)
    unit = row_unit if summed else _unit_worked_out(row_unit, meaning, where)
    kind = kind_of_result(number.kind for number in evidence.inputs)
    as_rows = meaning.role is Role.REPORTED and unit == row_unit and len(row_units) == 1
    forms = {number.style.form for number in evidence.inputs}
    form = evidence.inputs[0].style.form if as_rows else "quantity"
    if len(row_units) > 1 and is_dimensionless(unit) and "percent" in forms:  # a mean of percentages, weighted
        form = "percent"
    style = Style("points" if meaning.points and form == "percent" else form)
    return Number(*ends, unit, kind, step, evidence.inputs, ref=ref, style=style)


def _unit_of_rows(database: Database, units: set[str], meaning: Meaning, where: str) -> Unit:
    """The one unit of the rows; of several what the query makes of the units of its columns.

    Raises ToolkitError where it does not say it, as a ratio of figures in dollars and in tokens, each in a unit of its
    own; or where the column holds values of another unit.
    """
    remedy = f"give it keys of its own (keys_{where.rpartition(' ')[2]})"
    if len(units) > 1 and meaning.step is Step.OTHER and meaning.unit is not None:
        columns = [database.reported_columns.get(table, {}).get(column) for table, column in meaning.made]
        if all(column is not None and column.unit is not None for column in columns):
            return meaning.unit
        remedy = "compute with numbers in the notebook: they carry their unit"
    if len(units) > 1:
        found = f"rows in {' and in '.join(sorted(units))}"
        raise ToolkitError(where, found, "rows of one unit", f"{remedy}, or take one unit")
    unit = parse_unit(units.pop(), database.units)
    if meaning.role == Role.REPORTED and meaning.unit not in (None, unit):
        found = f"values in {unit_text(meaning.unit)}, and keys of rows in {unit_text(unit)}"
        raise ToolkitError(where, found, "the keys of the rows whose values it uses", remedy)
    return unit


def _unit_worked_out(rows: Unit, meaning: Meaning, where: str) -> Unit:
    """The unit of what SQL worked out of `rows`. Raises ToolkitError where the query does not say it."""
    if meaning.role not in (Role.REPORTED, Role.QUANTITY):
        found = {Role.LITERAL: "a typed number"}.get(meaning.role, "an expression whose unit cannot be read")
        raise ToolkitError(
            where,
            found,
            "one value; a sum, a difference, a mean or another statistic of values; a ratio of two; a count",
            "compute with numbers in the notebook: they carry their unit",
        )
    return rows if meaning.unit is None else meaning.unit


def _candidates(evidence: Evidence, step: Step) -> Iterator[Number]:
    """The numbers that a step makes of rows, of one row its value or an end of it: which equals the cell is taken."""
    added, subtracted = evidence.added, evidence.subtracted
    if len(added) == 1 and not subtracted:
        yield added[0]
        if added[0].low != added[0].high:
            yield from (low_end(added[0]), high_end(added[0]))
        return
    if step is Step.SUM:
        yield _sum(evidence)
    elif subtracted:
        return
    elif step is Step.MEAN:
        yield mean(added)
    elif step in (Step.LEAST, Step.GREATEST):
        yield derive(operation(step.value), added, added[0].unit, added[0].style)
    elif step is Step.REACH:
        yield least_to_greatest(added)


def _sum(evidence: Evidence) -> Number:
    added, subtracted = evidence.added, evidence.subtracted
    if added:
        return total(added, less=subtracted)
    return derive(operation("sum", signs="-" * len(subtracted)), subtracted, subtracted[0].unit, subtracted[0].style)


def _all_added(evidence: Evidence) -> Evidence:
    return replace(evidence, added=evidence.inputs, subtracted=())


def _refuse_twice(evidence: Evidence, meaning: Meaning, where: str) -> None:
    """Raises ToolkitError where a sum, a mean or another statistic takes a row twice."""
    if meaning.step not in ONCE and meaning.role is not Role.UNTRACED:
        return
    if evidence.many:
        doubled = evidence.many.count - dict(evidence.many.distinct)["key"]
        found = f"{doubled:,} keys that stand there before" if doubled else ""
    else:
        count = len(evidence.added)
        signed = [*evidence.keys[:count], *(f"-{key}" for key in evidence.keys[count:])]
        repeated = next((key for index, key in enumerate(signed) if key in signed[:index]), None)
        found = f"the key {repeated} twice" if repeated else ""
    if found:
        raise ToolkitError(
            where,
            found,
            f"each row once in a {meaning.step.value if meaning.step in ONCE else 'sum'}",
            "look for a JOIN that finds several rows for one, and join on more columns or on SELECT DISTINCT",
        )


def _refuse_other_rows(evidence: Evidence, meaning: Meaning, ends: Range, where: str) -> None:
    """Raises ToolkitError where a sum, mean, least or greatest is of other rows than its keys name."""
    of_ends = OF_ENDS.get(meaning.step)
    if of_ends is None or meaning.role is not Role.REPORTED or (evidence.subtracted and meaning.step is not Step.SUM):
        return
    added = [[number.low for number in evidence.added], [number.high for number in evidence.added]]
    less = [[-number.low for number in evidence.subtracted], [-number.high for number in evidence.subtracted]]
    results = [of_ends([*plus, *minus]) for plus in added for minus in less]
    tolerance = _tolerances(evidence.inputs)[-1]
    if not all(any(abs(end - result) <= tolerance for result in results) for end in ends):
        signs = meaning.step is Step.SUM and not evidence.subtracted
        found = f"the {meaning.step.value} {ends[0]:.12g}"
        raise _other_rows(where, found, f"{results[0]:.12g}, that of its keys", signs)


def _other_rows(where: str, found: str, allowed: str, signs: bool = False) -> ToolkitError:
    column = where.rpartition(" ")[2]
    return ToolkitError(
        where,
        found,
        allowed,
        f"give it the keys of the rows that it takes: keys_{column}, with the same FILTER, WHERE or JOIN as its values"
        + ("; write '-' || key for those that are taken off" if signs else ""),
    )


def _wrong_signs(where: str) -> ToolkitError:
    return ToolkitError(
        where,
        "a sum, and keys with a minus of rows that it adds",
        "a minus before the keys of the rows that are taken off, and no others",
        "take the minus away, or write it before the values too",
    )


def _is_sum(evidence: Evidence, ends: Range) -> bool:
    """Whether a cell is the sum of its rows, DuckDB's rounding aside."""
    total, tolerance = _sum(evidence), _tolerances(evidence.inputs)[-1]
    return abs(total.low - ends[0]) <= tolerance and abs(total.high - ends[1]) <= tolerance


def _tolerances(inputs: Sequence[Number]) -> tuple[float, ...]:
    """How far a candidate may lie from the cell, in its unit: nothing; of several rows, then DuckDB's rounding."""
    size = math.fsum(max(abs(number.low), abs(number.high)) for number in inputs)
    return (0.0,) if len(inputs) == 1 else (0.0, ROUNDING * size)


def _of_many(
    database: Database, query_name: str, heading: str, ends: Range, many: ManyKeys, meaning: Meaning, where: str
) -> Number:
    """The number of a cell with too many keys: the sum of its rows, or else "worked out in SQL"."""
    rows = _unit_of_rows(database, set(many.units), meaning, where)
    _refuse_twice(Evidence((), (), (), many), meaning, where)
    equal = all(abs(end - exact) <= ROUNDING * many.size for end, exact in zip(ends, many.total, strict=True))
    if not equal and meaning.step is Step.SUM and all(abs(end - many.size) <= ROUNDING * many.size for end in ends):
        raise _wrong_signs(where)
    if not equal and meaning.step is Step.SUM and meaning.role is Role.REPORTED:
        raise _other_rows(where, f"the sum {ends[0]:.12g}", f"{many.total[0]:.12g}, that of its {many.count:,} keys")
    summed = equal and (meaning.step is Step.SUM or meaning.role is Role.UNTRACED)
    followed = {"aggregate": "sum", "of": "", "unit": many.units[0]} if summed else {}
    how = "added up" if summed else IN_SQL
    step = operation("query", question=query_name, column=heading, how=how, **followed)
    inputs = (_many_rows(many, query_name, heading, no_unit(database.units)),)
    unit = rows if summed else _unit_worked_out(rows, meaning, where)
    return Number(*(many.total if summed else ends), unit, Kind.COMPUTED, step, inputs, ref=_ref(query_name, heading))


def _many_rows(many: ManyKeys, query_name: str, heading: str, unit: Unit) -> Number:
    """The count of very many rows: the one input that a receipt shows in their place."""
    count = float(many.count)
    tables = " and ".join(many.tables)
    return Number(
        count,
        count,
        unit,
        Kind.REPORTED,
        operation("rows", count=many.count, digest=many.digest, sources=" ".join(many.sources)),
        label=f"rows of {tables}",
        ref=f"rows:{query_name}#{heading}",
        why=f"an archive lists them in rows/rows.csv; their keys have the digest {many.digest}",
        style=Style(digits=len(str(many.count))),
    )


def _fact(database: Database, key: str, of: str) -> str | None:
    """What a key is counted by: the key itself, or its claim, source or publisher."""
    if of == "key":
        return key
    fact: str | None = database.reading(key).get("source" if of == "publisher" else of)
    return database.source(fact)["publisher"] if of == "publisher" and fact else fact


def _ref(query_name: str, heading: str) -> str:
    return f"question:{query_name}#{heading}"


def _no_keys(query_name: str, heading: str) -> ToolkitError:
    return ToolkitError(
        f"notebooks/sql/{query_name}.sql, {heading}",
        "a row with an empty keys column",
        "the key of every figure or series row that was used",
        "carry keys through the query",
    )
