"""Rows that an author's Altair chart sums, averages, counts or stacks, read from the Vega that it compiles to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from toolkit.charts import vega
from toolkit.charts.derived_fields import COUNTS

SUMMARIES = "sum mean average median product count valid missing variance variancep stdev stdevp stderr q1 q3 ci0 ci1"
AGGREGATING = ("aggregate", "joinaggregate", "window", "stack")


@dataclass(frozen=True)
class RowGroups:
    """Groups of rows of the data set `data` that are each aggregated: the `fields` that they are grouped by.

    `filters` are the Vega expressions that chose the rows before, `summarized` the fields that are added up, averaged
    or stacked, each with the operation, "sum" of stacks; `grouped` says that what is aggregated are no rows of the
    data, but groups of them, `stacked` that they stand on each other in their own size.
    """

    data: str
    fields: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    summarized: tuple[tuple[str, str], ...] = ()
    grouped: bool = False
    stacked: bool = False


def aggregated_rows(specification: Mapping[str, Any]) -> Iterator[RowGroups]:
    """The groups of rows that a specification without data aggregates; none if Vega-Lite cannot compile it."""
    try:
        compiled = vega.compiled(specification)
    except ValueError:  # the drawing says what is wrong with it
        return
    yield from _aggregated(compiled, {})


def _aggregated(view: Mapping[str, Any], known: Mapping[str, RowGroups]) -> Iterator[RowGroups]:
    """What a view of Vega aggregates; `known` has, by name, which rows the data sets around it are made of."""
    known = dict(known)
    for data in view.get("data", ()):
        rows = known.get(str(data.get("source")), RowGroups(str(data["name"])))
        for step in data.get("transform", ()):
            if step["type"] == "filter":
                rows = replace(rows, filters=(*rows.filters, step["expr"]))
            elif step["type"] == "stack" or (
                step["type"] in AGGREGATING and {*step.get("ops", ())} & {*SUMMARIES.split()}
            ):
                fields = (*rows.fields, *map(str, step.get("groupby", ())))
                stacked = step["type"] == "stack" and step.get("offset") != "normalize"
                yield replace(rows, fields=fields, summarized=tuple(_summarized(step)), stacked=stacked)
            rows = replace(rows, grouped=rows.grouped or step["type"] == "aggregate")
        known[str(data["name"])] = rows
    for mark in view.get("marks", ()):
        facet = mark.get("from", {}).get("facet", {})
        rows = known.get(facet.get("data"), RowGroups(""))
        inner = {facet["name"]: replace(rows, fields=(*rows.fields, *facet.get("groupby", ())))} if facet else {}
        yield from _aggregated(mark, {**known, **inner})


def _summarized(step: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The fields that a step adds up, averages or stacks, and how."""
    named = zip(step.get("fields", ()), step.get("ops", ()), strict=False)
    found = [(str(field), how) for field, how in named if field and how in SUMMARIES.split() and how not in COUNTS]
    return [*found, (str(step["field"]), "sum")] if step["type"] == "stack" and step.get("field") else found
