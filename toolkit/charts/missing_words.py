"""Tooltips without the lines that a row has nothing for: a plain Vega would say "null" or "undefined" there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from toolkit.charts.expressions import expression_literal, field_of_row
from toolkit.charts.specification import Specification, views


def without_missing(whole: Specification) -> Specification:
    """The specification in which tooltips that some row lacks a field of are expressions that leave the line out."""
    rows = [row for view in views(whole) for row in _rows(view)]
    for view in views(whole):
        lines = view.get("encoding", {}).get("tooltip")
        if isinstance(lines, list) and all(_is_plain(line) for line in lines):
            if any(row.get(line["field"]) is None for row in rows for line in lines):
                view["encoding"] = view["encoding"] | {"tooltip": {"value": {"expr": _expression(lines)}}}
    return whole


def _rows(view: Mapping[str, Any]) -> list[dict[str, Any]]:
    data = view.get("data")
    return data["values"] if isinstance(data, dict) and data.get("name") == "table" else []


def _is_plain(line: Mapping[str, Any]) -> bool:
    return (
        line.get("type") == "nominal" and line.keys() <= {"field", "type", "title"} and isinstance(line["field"], str)
    )


def _expression(lines: Sequence[Mapping[str, Any]]) -> str:
    """The lines that a row has words for, as an object."""
    held = [field_of_row(line["field"]) for line in lines]
    names = [expression_literal(line.get("title") or line["field"]) for line in lines]
    parts = [f"isValid({value}) ? {{{name}: {value}}} : {{}}" for name, value in zip(names, held, strict=True)]
    return f"merge({', '.join(parts)})"
