"""A chart of more rows than a page holds: what Altair would group in the browser is asked of DuckDB, with receipts."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from toolkit.core.errors import StoryError
from toolkit.database.table import MOST_ROWS, Table
from toolkit.engine.paths import identifier as quoted

OPERATIONS = {"mean": "avg", "average": "avg", "median": "median", "sum": "sum", "min": "min", "max": "max"}
PERIODS = {"year": "year", "yearquarter": "quarter", "yearmonth": "month", "yearmonthdate": "day"}
TITLES = {"mean": "Mean of {}", "average": "Mean of {}", "median": "Median of {}", "sum": "Sum of {}"}
PLAIN = re.compile(r"[a-z_][a-z0-9_]*")  # a name that SQL takes without quotation marks
COLUMNS_OF = re.compile(  # SELECT of columns as they are, from one table
    r"SELECT\s+(?:\*|\w+(?:\s*,\s*\w+)*)\s+FROM\s+(\w+(?:\s+WHERE\b(?:(?!\b(?:GROUP|ORDER|LIMIT|QUALIFY|UNION)\b).)*)?)",
    re.I | re.S,
)
BINS = {"x": 10, "y": 10, "row": 6, "column": 6}  # at most, where the author does not say; Vega-Lite's own numbers
ENDS = ("_from", "_to")  # of a bin, after the name of its column
YEARS = (1000, 2999)
Encoding = dict[str, Any]
Ask = Callable[[str, Mapping[str, str]], Table]


class HouseTitle(str):
    """A title that no author gave."""

    __slots__ = ()


def grouped_rows(
    specification: Mapping[str, Any],
    frame: Any,
    table: Table | None,
    units: Mapping[str, str] | str,
    ask: Ask,
    where: str,
) -> tuple[Table, dict[str, Any]] | None:
    """(the groups that a chart draws of a frame, the specification that draws them); None where its rows are drawn.

    `table` is the frame's own, None without one; `units` are the author's, by column of the frame or of the groups, or
    one for all that lack it; `ask` answers a query, with units of columns. Raises StoryError for more rows than a page
    holds that cannot be grouped so, with the query to write.
    """
    if len(frame) <= MOST_ROWS and not (table is not None and table.withheld):
        return None
    select_list, encoding = _query(specification, frame)
    is_answer = table is not None and bool(table.datasets) and "$" not in (table.sql or "$")
    if select_list and is_answer and table is not None:
        _write_years(encoding, frame, table)
        grouped = {key: part for key, part in specification.items() if key != "encoding"} | {"encoding": encoding}
        query = f"SELECT {select_list} FROM {_relation(table.sql or '')} GROUP BY ALL ORDER BY ALL"
        return ask(query, _units(dict(_made_of(specification)), frame, table, units)), grouped
    if len(frame) <= MOST_ROWS:
        return None
    instead = f"SELECT {select_list or _counts(specification)} FROM … GROUP BY ALL"
    raise StoryError(
        where,
        f"{len(frame):,} rows, each of which the page would hold",
        f"{MOST_ROWS:,} rows at most",
        f'draw groups of them: story.sql("{instead}").frame',
    )


def _query(specification: Mapping[str, Any], frame: Any) -> tuple[str, Encoding]:
    """(what to select, the encoding of its columns); "" where not all that a chart draws are groups of rows."""
    if "mark" not in specification or specification.get("transform") or specification.get("params"):
        return "", {}
    selected: dict[str, str] = {}
    encoding_of_groups: Encoding = {}
    summed = False
    for name, channel in specification.get("encoding", {}).items():
        parts = [_channel(name, one, frame) for one in (channel if isinstance(channel, list) else [channel])]
        if None in parts:
            return "", {}
        found_parts = [part for part in parts if part is not None]
        summed = summed or any("aggregate" in one for one in _listed(channel))
        for columns, _ in found_parts:
            selected |= columns
        encoding_of_groups[name] = (
            [encoding for _, encoding in found_parts] if isinstance(channel, list) else found_parts[0][1]
        )
        if (ends := encoding_of_groups[name]) and isinstance(ends, dict) and "to" in ends:
            encoding_of_groups[f"{name}2"] = {"field": ends.pop("to")}
    select_list = ", ".join(f"{sql} AS {_identifier(column)}" for column, sql in selected.items())
    return (select_list, encoding_of_groups) if summed else ("", {})


def _made_of(specification: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The columns of the groups by name, each with the column of the frame that it is made of."""
    for channel in specification["encoding"].values():
        for encoding in _listed(channel):
            field, operation = encoding.get("field", ""), encoding.get("aggregate")
            if encoding.get("bin"):
                yield from ((f"{field}{end}", field) for end in ENDS)
            elif field and operation != "count":
                yield (f"{operation}_{field}" if operation else field, field)


def _write_years(encoding: Encoding, frame: Any, table: Table) -> None:
    """Lets the axis of bins of years, whole numbers without a unit, say these without commas."""
    plain = [column.name for column in table.columns if column.unit is None and frame[column.name].dtype.kind in "iuf"]
    values_by_column = {f"{name}{ENDS[0]}": frame[name].dropna() for name in plain}
    years = {
        first for first, values in values_by_column.items() if values.between(*YEARS).all() and (values % 1 == 0).all()
    }
    for channel in encoding.values():
        if isinstance(channel, dict) and channel.get("field") in years and channel.get("axis", {}) is not None:
            channel["axis"] = {"format": "d"} | channel.get("axis", {})


def _units(
    made_of: Mapping[str, str], frame: Any, table: Table, units_given: Mapping[str, str] | str
) -> dict[str, str]:
    """The units of the columns of groups, `made_of` columns of the frame: those of ends of bins, and the author's.

    What is given for no column of the frame stays: if the groups have none of that name either, it is refused.
    """
    frame_units = {column.name: table.unit_in_frame(column) for column in table.columns}
    units = {
        group: frame_units.get(field) or "1"
        for group, field in made_of.items()
        if group in (f"{field}{end}" for end in ENDS)
    }
    if isinstance(units_given, str):
        lacking = {name for name, unit in frame_units.items() if unit is None and frame[name].dtype.kind in "iuf"}
        return units | {group: units_given for group, field in made_of.items() if group != field and field in lacking}
    units |= {group: units_given[field] for group, field in made_of.items() if field in units_given}
    return units | {name: unit for name, unit in units_given.items() if name not in frame.columns}


def _relation(sql: str) -> str:
    """What stands after FROM: of plain columns their own table and condition, of which the rows behind are known."""
    sql = sql.strip().rstrip(";")
    simple = COLUMNS_OF.fullmatch(sql)
    return simple[1] if simple else f"({sql})"


def _identifier(name: str) -> str:
    """A column's name as SQL takes it, without quotation marks where it needs none."""
    return name if PLAIN.fullmatch(name) else quoted(name)


def _listed(channel: Any) -> list[Mapping[str, Any]]:
    return [part for part in (channel if isinstance(channel, list) else [channel]) if isinstance(part, dict)]


def _channel(name: str, channel: Any, frame: Any) -> tuple[dict[str, str], Encoding] | None:
    """(the columns that a channel needs, by name with their SQL, the channel that reads them); None if none can."""
    if not isinstance(channel, dict) or "condition" in channel or isinstance(channel.get("sort"), dict):
        return None
    if "field" not in channel and channel.get("aggregate") != "count":
        return ({}, channel) if "value" in channel or "datum" in channel else None
    field, operation = channel.get("field", ""), channel.get("aggregate")
    settings = {key: part for key, part in channel.items() if key not in ("aggregate", "bin", "field")}
    if operation == "count":
        return {"n": "count(*)"}, {"title": "Number of rows"} | settings | {"field": "n"}
    if operation in OPERATIONS:
        column = f"{operation}_{field}"
        title = {"title": HouseTitle(TITLES.get(operation, f"{operation.capitalize()} of {{}}").format(field))}
        return {column: f"{OPERATIONS[operation]}({_identifier(field)})"}, title | settings | {"field": column}
    if operation or channel.get("timeUnit", "year") not in PERIODS:
        return None
    if channel.get("bin"):
        return _binned(name, field, channel["bin"], settings, frame)
    if unit := channel.get("timeUnit"):
        return {field: f"date_trunc('{PERIODS[unit]}', {_identifier(field)})::DATE"}, settings | {"field": field}
    return {field: _identifier(field)}, settings | {"field": field}


def _binned(
    name: str, field: str, settings: Any, other_settings: Encoding, frame: Any
) -> tuple[dict[str, str], Encoding] | None:
    if name not in "xy" or (isinstance(settings, dict) and not settings.keys() <= {"maxbins", "step"}):
        return None
    bin_settings = settings if isinstance(settings, dict) else {}
    low, high = float(frame[field].min()), float(frame[field].max())
    step = bin_settings.get("step") or bin_step(low, high, bin_settings.get("maxbins", BINS[name]))
    start = f"floor({_identifier(field)} / {step!r}) * {step!r}"
    low_name, high_name = (f"{field}{end}" for end in ENDS)
    title = {"title": HouseTitle(field), "bin": {"binned": True, "step": step}}
    ends = {low_name: start, high_name: f"{start} + {step!r}"}
    return ends, title | other_settings | {"field": low_name, "to": high_name}


def bin_step(low: float, high: float, most_bins: int) -> float:
    """The width of bins that Vega chooses for values from low to high in at most so many bins."""
    span = (high - low) or abs(low) or 1.0
    step = 10.0 ** (round(math.log10(span)) - math.ceil(math.log10(most_bins)))
    while math.ceil(span / step) > most_bins:
        step *= 10
    for part in (5, 2):
        if span / (step / part) <= most_bins:
            step /= part
    return step


def _counts(specification: Mapping[str, Any]) -> str:
    """A query that counts the rows of a chart whose every row is a mark."""
    fields = list(dict.fromkeys(_fields(specification)))[:3]
    return ", ".join([*(_identifier(field) for field in fields), "count(*) AS n"])


def _fields(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        for name, part in tree.items():
            if name == "field" and isinstance(part, str):
                yield part
            else:
                yield from _fields(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from _fields(part)
