"""A specification's rows as CSV, in which the name of each field stands once: the same chart in fewer bytes.

A field that repeats another, or one value, is made by Vega-Lite as it reads the rows.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import Any

from toolkit.charts.expressions import expression_literal
from toolkit.charts.specification import channels

PLAIN = re.compile(r"\w+")  # names that Vega-Lite takes as they are where it is told how to read a field
KINDS = {bool: "boolean", int: "number", float: "number", str: "string"}
LEAST = 4  # rows: of fewer, CSV is hardly shorter
CALCULATE = '{"calculate":"","as":""},'  # what a field that is made costs beside its name and expression


def with_csv(specification: dict[str, Any]) -> dict[str, Any]:
    """The specification with its inline rows as CSV, where Vega-Lite reads the same rows from it."""
    return _changed(specification, _dates(specification))


def _changed(part: Any, dates: set[str]) -> Any:
    if isinstance(part, list):
        return [_changed(one, dates) for one in part]
    if not isinstance(part, dict):
        return part
    changed = {name: _changed(one, dates) for name, one in part.items()}
    if isinstance(part.get("data"), dict):
        changed["data"], made = _table(part["data"], dates)
        if made:
            changed["transform"] = made + changed.get("transform", [])
    return changed


def _dates(specification: dict[str, Any]) -> set[str]:
    """The fields of text that Vega-Lite by itself reads as dates: on a scale of time, and where a bar on one ends."""
    encoded = list(channels(specification))
    axes = {name for name, part in encoded if part.get("type") == "temporal" or "timeUnit" in part}
    return {str(part["field"]) for name, part in encoded if name.removesuffix("2") in axes and "field" in part}


def _table(data: dict[str, Any], dates: set[str]) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """(data with its rows as CSV, and how each field is to be read; the transforms that make the fields left out).

    Data stays as it is where cells would not be read back.
    """
    rows = data.get("values")
    if not isinstance(rows, list) or len(rows) < LEAST or "format" in data:
        return data, []
    columns = {name: [row.get(name) for row in rows] for name in dict.fromkeys(name for row in rows for name in row)}
    kinds = {name: {KINDS.get(type(cell), "") for cell in cells if cell is not None} for name, cells in columns.items()}
    if any(len(found) > 1 or "" in found for found in kinds.values()) or not all(map(PLAIN.fullmatch, columns)):
        return data, []  # a column of two kinds, a list or an object in a cell, or a name that says where to look
    raw = {name for name, cells in columns.items() if "" in cells}  # texts that may be "", which else is read as null
    if any(None in columns[name] for name in raw):
        return data, []
    made = _made({name: cells for name, cells in columns.items() if name not in dates}, kinds)
    kept = {name: cells for name, cells in columns.items() if name not in made}
    read = {name: kind for name in kept for kind in kinds[name] if kind != "string" or name not in raw | dates}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(kept)
    writer.writerows(zip(*(map(_cell, cells) for cells in kept.values()), strict=True))
    steps = [{"calculate": said, "as": name} for name, said in made.items()]
    return {**data, "values": text.getvalue(), "format": {"type": "csv", "parse": read}}, steps


def _made(columns: Mapping[str, list[Any]], kinds: Mapping[str, set[str]]) -> dict[str, str]:
    """The expressions of fields that repeat a field before them, or one value, where that is shorter; by field."""
    made: dict[str, str] = {}
    first: dict[tuple[Any, ...], str] = {}
    for name, cells in columns.items():
        same = first.setdefault((*sorted(kinds[name]), *cells), name)
        constant = len(set(cells)) == 1 and cells[0] is not None
        said = expression_literal(cells[0]) if constant else f"datum['{same}']" if same != name else ""
        if said and len(said) + len(CALCULATE) < sum(len(str(cell)) + 1 for cell in cells if cell is not None):
            made[name] = said
    return made


def _cell(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value
