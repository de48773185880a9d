"""The scales that an Altair chart has its columns in, as its frames do, and what its expressions do with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.core.errors import Problem
from toolkit.core.number import Number
from toolkit.core.text import ONE_PERIOD
from toolkit.core.unit import Unit, UnitRegistry, convert_value, parse_unit, unit_text, unit_without_scales
from toolkit.database.table import Column, Table

if TYPE_CHECKING:
    from toolkit.charts.derived_fields import DerivedField

TERM = "\x00\\d+\x00|-?\\d+(?:\\.\\d+)?"  # a field in a plain expression without blanks, or a number
PAIR = re.compile(rf"(?<![*/%\w.])(?=({TERM})(?:[<>]=?|[!=]==?|[+-])({TERM})(?![*/%\w.]))")
PREDICATES = ("equal", "lt", "lte", "gt", "gte", "range", "oneOf")
SHARES = ("percent", "points")
ENDS = ("", "_low", "_high")  # of a column's fields
ONE_SCALE = "values in one scale"
CONVERT = 'convert one of them: in the query, in pandas, or by transform_calculate(converted="datum.{} * …")'


class ColumnScales(NamedTuple):
    """The scales that a chart has its columns in: how many `times` a number without scales their values are, by name.

    Numbers of the columns `in_table` are in it in the table too, as `.to("million USD")` makes them.
    """

    times: dict[str, float]
    in_table: list[str]

    def for_page(self) -> dict[str, Any]:
        """The scales by the names that a drawing reads them by (`read_drawing` in `charts/drawing.py`)."""
        return {"held": self.times, "in_scale": self.in_table}


def column_scales(
    tables: Iterable[tuple[Table, bool]], units: UnitRegistry, where: str
) -> tuple[ColumnScales, list[Problem]]:
    """(the scales of columns that have one, problems).

    With each table stands whether the frame that is drawn is its own, or one that it was made of. A name in two scales
    is a problem. Raises NumberError for a unit that `units` do not define.
    """
    scales_by_column: dict[str, tuple[float, bool]] = {}
    problems = []
    for table, is_own_frame in tables:
        for column in (one for one in table.columns if one.unit):
            unit_as_read = (table.unit_in_frame(column) if is_own_frame else column.unit_as_read) or column.unit or "1"
            unit = parse_unit(unit_as_read, units)
            times = times_scale(unit)
            scale = (times, times != 1 and unit_as_read == column.unit)
            if scales_by_column.setdefault(column.name, scale) != scale:
                two = f"{column.name} in {unit_as_read}, and in another scale in another frame"
                problems.append(Problem(where, two, ONE_SCALE, "rename it in one of the frames, or convert it"))
    scales = {name: times for name, (times, _) in scales_by_column.items() if times != 1}
    return ColumnScales(scales, [name for name in scales if scales_by_column[name][1]]), problems


def scales_of(table: Table, units: UnitRegistry) -> dict[str, Any]:
    """What `column_scales` finds of one table, by name, for its page; {} where no column has a scale."""
    scales, _ = column_scales([(table, True)], units, "")
    return scales.for_page() if scales.times else {}


def times_scale(unit: Unit) -> float:
    """How many times a number without a scale one in this unit is: 100 of percent, 0.001 of thousand EUR."""
    return convert_value(1.0, unit_without_scales(unit), unit)


def scale_problems(
    specification: Mapping[str, Any],
    tables: Sequence[Table],
    held: Mapping[str, float],
    units: UnitRegistry,
    where: str,
) -> Iterator[Problem]:
    """A problem for fields in different scales that a chart adds up, compares, or draws on one axis.

    So is a number over the whole that shares are compared with, of which 45 percent are 0.45. Raises NumberError for a
    unit that `units` do not define.
    """
    from toolkit.charts.derived_fields import derived_fields, known_as
    from toolkit.charts.specification import views

    derived = derived_fields(dict(specification), held)
    columns = {f"{one.name}{end}": (one, table) for table in tables for one in table.columns for end in ENDS}
    mixed = [field.mixed for field in derived.values() if field.mixed]
    for name, other, said in _compared(dict(specification)):
        field, second = known_as(name, derived), None if isinstance(other, float) else known_as(other, derived)
        column, table = columns.get(next(iter(field.columns), ""), (None, None))
        if second is not None and field.is_apart(second):
            mixed.append((field.columns[0], second.columns[0]))
        elif column and table and isinstance(other, float) and column.form in SHARES and field.times == 1:
            most = max((abs(one.high) for one in table[column.name] if isinstance(one, Number)), default=0.0)
            if abs(other) > max(1.0, most):
                found, allowed = f"{other:.12g} compared with shares, 0.45 for 45%", "numbers of at most 1"
                yield Problem(f"{where}, {said[:60]}", found, allowed, f"write {other:.12g} / 100")
    for name in (step.get("value") for view in views(dict(specification)) for step in view.get("transform", ())):
        if name in held:  # the fields of a pivot are named by what stands in its column
            found = f"transform_pivot of {name}, whose axes cannot say what scale they are in"
            yield Problem(where, found, "columns that say it", "pivot in pandas, or in the question")
    for one, other in mixed:
        found = f"{one} and {other} in different scales, added up or compared"
        yield Problem(where, found, ONE_SCALE, CONVERT.format(other))
    for channel, names in _on_one_scale(specification):
        known: dict[str | None, tuple[str, DerivedField]] = {}
        for name in names:
            field = known_as(name, derived)
            column, _ = columns.get(next(iter(field.columns), ""), (None, None))
            unit = unit_text(unit_without_scales(parse_unit(column.unit or "1", units))) if column else None
            first, as_first = known.setdefault(unit, (name, field))
            if column and as_first.is_apart(field):
                found = f"{first} and {name} on one scale, which they are not in"
                yield Problem(f"{where}, {channel}", found, ONE_SCALE, CONVERT.format(name))


def _compared(made: dict[str, Any]) -> Iterator[tuple[str, str | float, str]]:
    """(field, field or number, where) of all that a specification adds up or compares, as both are."""
    from toolkit.charts.expressions import Expression, conditions, predicates
    from toolkit.charts.specification import views

    for view in views(made):
        steps = [step[key] for step in view.get("transform", ()) for key in ("calculate", "filter") if key in step]
        for one in (one for given in (*steps, *(c["test"] for c in conditions(view))) for one in predicates(given)):
            if isinstance(one, str):
                names = [*(expression := Expression(one)).fields]
                for pair in PAIR.findall(re.sub(r"\s", "", expression.plain)):
                    terms = [names[int(term[1:-1])] if "\x00" in term else float(term) for term in pair]
                    named = sorted(terms, key=lambda term: isinstance(term, float))
                    yield from ((named[0], named[1], one),) if isinstance(named[0], str) else ()
            else:
                values = [one[key] for key in PREDICATES if key in one]
                for value in (each for given in values for each in (given if isinstance(given, list) else [given])):
                    if isinstance(value, (int, float)) and not isinstance(value, bool):
                        yield str(one["field"]), float(value), str(one["field"])


def _on_one_scale(specification: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """(channel, fields) of what a view, its layers, or plots that share a scale draw on one; `x2` is with `x`."""
    from toolkit.charts.derived_fields import COUNTS
    from toolkit.charts.formats import LABELLED
    from toolkit.charts.specification import channels, views

    for view in views(specification):
        resolved, repeated = view.get("resolve", {}).get("scale", {}), view.get("repeat")
        layers = repeated.get("layer", []) if isinstance(repeated, dict) else []
        fields: dict[str, list[str]] = {}
        together = layers or "layer" in view or "shared" in resolved.values()
        for name, part in channels(view if together else {"encoding": view.get("encoding", {})}):
            channel = name.rstrip("2")
            is_scaled = channel in (*LABELLED, "theta", "radius") and resolved.get(channel) != "independent"
            is_count = part.get("aggregate") in COUNTS or part.get("stack") == "normalize"
            if is_scaled and part.get("type", "quantitative") == "quantitative" and not is_count:
                fields.setdefault(channel, []).extend(
                    layers if isinstance(part.get("field"), dict) else [str(part.get("field"))]
                )
        yield from fields.items()


def lacking_numbers(tables: Iterable[Table]) -> set[str]:
    """The fields of numbers or days that some row of these tables has none for."""
    return {field for table in tables for column in table.columns for field in _lacking(table, column)}


def _lacking(table: Table, column: Column) -> Iterator[str]:
    cells = [*table[column.name]]
    present = [cell for cell in cells if cell is not None]
    if (
        len(present) < len(cells)
        and present
        and all(isinstance(value, Number) or ONE_PERIOD.fullmatch(str(value)) for value in present)
    ):
        yield from (f"{column.name}{end}" for end in ENDS)
