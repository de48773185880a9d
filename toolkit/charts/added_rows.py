"""Rows that an author's chart adds up, averages, counts or stacks, as Vega-Lite compiles it to Vega."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import vl_convert

SUMMARIES = "sum mean average median product count valid missing variance variancep stdev stdevp stderr q1 q3 ci0 ci1"
ADDING = ("aggregate", "joinaggregate", "window", "stack")


@dataclass(frozen=True)
class RowGroups:
    """Groups of rows of one data set that are added up each: the fields that they have in common.

    `filters` are the conditions of Vega by which their rows were chosen before.
    """

    data: str
    fields: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()


def added_rows(specification: Mapping[str, Any]) -> Iterator[RowGroups]:
    """The groups of rows that a specification without data adds up; none of one that Vega-Lite does not take."""
    try:
        compiled = vl_convert.vegalite_to_vega(dict(specification), vl_version="6.4")
    except ValueError:  # the drawing says what is wrong with it
        return
    yield from _added(compiled, {})


def _added(view: Mapping[str, Any], known: Mapping[str, RowGroups]) -> Iterator[RowGroups]:
    """What a view of Vega adds up; `known` are data sets around it, as the rows of the first that they are made of."""
    known = dict(known)
    for data in view.get("data", ()):
        rows = known.get(str(data.get("source")), RowGroups(str(data["name"])))
        for step in data.get("transform", ()):
            if step["type"] == "filter":
                rows = replace(rows, filters=(*rows.filters, step["expr"]))
            elif step["type"] == "stack" or (step["type"] in ADDING and {*step.get("ops", ())} & {*SUMMARIES.split()}):
                yield replace(rows, fields=(*rows.fields, *map(str, step.get("groupby", ()))))
        known[str(data["name"])] = rows
    for mark in view.get("marks", ()):
        facet = mark.get("from", {}).get("facet", {})
        rows = known.get(facet.get("data"), RowGroups(""))
        inner = {facet["name"]: replace(rows, fields=(*rows.fields, *facet.get("groupby", ())))} if facet else {}
        yield from _added(mark, {**known, **inner})
