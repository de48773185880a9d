"""A specification's rows as CSV, in which the name of each field stands once: the same chart in fewer bytes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

PLAIN = re.compile(r"\w+")  # names that Vega-Lite takes as they are where it is told how to read a field
KINDS = {bool: "boolean", int: "number", float: "number", str: "string"}
LEAST = 4  # rows: of fewer, CSV is hardly shorter


def with_csv(specification: dict[str, Any]) -> dict[str, Any]:
    """The specification with its inline rows as CSV, where Vega-Lite reads the same rows from it."""
    return _changed(specification, _dates(specification))


def _changed(part: Any, dates: set[str]) -> Any:
    if isinstance(part, list):
        return [_changed(one, dates) for one in part]
    if not isinstance(part, dict):
        return part
    return {name: _table(one, dates) if name == "data" else _changed(one, dates) for name, one in part.items()}


def _dates(specification: dict[str, Any]) -> set[str]:
    """The fields of text that Vega-Lite by itself reads as dates: on a scale of time, and where a bar on one ends."""
    found = list(_channels(specification))
    axes = {channel for channel, _, dated in found if dated}
    return {field for channel, field, dated in found if dated or channel.removesuffix("2") in axes}


def _channels(part: Any, name: str = "") -> Iterator[tuple[str, str, bool]]:
    """(channel, its field, whether it is of dates) wherever a specification encodes one."""
    if isinstance(part, dict):
        if isinstance(field := part.get("field"), str):
            yield name, field, part.get("type") == "temporal" or "timeUnit" in part
        for key, one in part.items():
            yield from _channels(one, key)
    elif isinstance(part, list):
        for one in part:
            yield from _channels(one, name)


def _table(data: Any, dates: set[str]) -> Any:
    """Data with its rows as CSV, and how each field is to be read; as it is where cells would not be read back."""
    rows = data.get("values") if isinstance(data, dict) else None
    if not isinstance(rows, list) or len(rows) < LEAST or "format" in data:
        return data
    columns = {name: [row.get(name) for row in rows] for name in dict.fromkeys(name for row in rows for name in row)}
    kinds = {name: {KINDS.get(type(cell), "") for cell in cells if cell is not None} for name, cells in columns.items()}
    if any(len(found) > 1 or "" in found for found in kinds.values()) or not all(map(PLAIN.fullmatch, columns)):
        return data  # a column of two kinds, a list or an object in a cell, or a name that says where to look
    raw = {name for name, cells in columns.items() if "" in cells}  # texts that may be "", which else is read as null
    if any(None in columns[name] for name in raw):
        return data
    read = {
        name: kind for name, found in kinds.items() for kind in found if kind != "string" or name not in raw | dates
    }
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*(map(_cell, cells) for cells in columns.values()), strict=True))
    return {**data, "values": text.getvalue(), "format": {"type": "csv", "parse": read}}


def _cell(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value
