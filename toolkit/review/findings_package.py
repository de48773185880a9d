"""The data package of an archive's findings: what the stories state, every step of their receipts, and the units."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from toolkit.build.manifest import edition_units, numbers_of
from toolkit.core import followed
from toolkit.core.kind import KINDS
from toolkit.core.number import Number
from toolkit.core.operation import json_number
from toolkit.core.unit import base_units, parse_unit, unit_text
from toolkit.review.data_packages import Resource, package
from toolkit.review.printed_tables import PrintedTables
from toolkit.review.rows_package import steps_of

ALL_KINDS = f"one of {', '.join(KINDS)}; in the words of pages {', '.join(KINDS.values())}"
FINDINGS = {
    "id": "the finding's name",
    "stories": "the stories that state it",
    "node": "its receipt, in nodes.csv",
    "printed": "as the page prints it",
    "label": "what it is",
    "low": "low end",
    "high": "high end",
    "unit": "unit",
    "kind": ALL_KINDS,
    "given": "why it cannot be worked out again to the end; empty if it can",
}
NODES = {
    "id": "stands for value, unit and derivation",
    "low": "low end",
    "high": "high end",
    "unit": "unit",
    "kind": ALL_KINDS,
    "operation": "what was done with the inputs",
    "settings": "settings of the operation, as JSON",
    "inputs": "ids of the inputs, in order",
    "ref": "what a leaf is: figure, series row, dataset, usage log; of an answer, the question and its column",
    "why": "why an assumption may be made",
    "label": "what it is",
    "printed": "as receipts print it",
    "given": "why this step is taken as published and not worked out again; empty if it is",
}
UNITS = {"unit": "a unit of the other files", "factor": "multiply by this for base units", "base": "those base units"}


def findings(stored: Mapping, tables: PrintedTables) -> dict[str, bytes]:
    """The package of an edition's findings, with every number of their receipts, and all units in base units.

    `stored` is the edition's manifest, `tables` are those of the archive that the findings rest on. Raises ToolkitError
    for a receipt that cannot be read.
    """
    by_story = numbers_of(stored)
    numbers: dict[str, Number] = {}  # by digest, in which wording does not count
    printed: dict[str, str] = {}
    for slug, story in stored["stories"].items():
        for node in sorted(by_story[slug]):
            number = by_story[slug][node]
            numbers.setdefault(number.digest, number)
            printed.setdefault(number.digest, story["nodes"][node].get("printed", ""))
    all_tables = _with_rowless_steps(tables, numbers.values())
    stated: dict[str, tuple[dict, Number]] = {}  # by the finding's name, as the first story states it
    slugs: dict[str, list[str]] = {}
    for slug, story in stored["stories"].items():
        for name, finding in story["findings"].items():
            stated.setdefault(name, (finding, by_story[slug][finding["node"]]))
            slugs.setdefault(name, []).append(slug)
    rows = [
        (
            name,
            " ".join(slugs[name]),
            number.digest,
            finding["printed"],
            finding["label"],
            *_value(number),
            "; ".join(_reasons(number, all_tables)),
        )
        for name, (finding, number) in sorted(stated.items())
    ]
    steps = [node_row(numbers[digest], printed[digest], all_tables) for digest in sorted(numbers)]
    units = edition_units(stored)
    texts = {unit_text(number.unit) for number in numbers.values()} | tables.units
    settings = [dict(number.operation.settings) for number in numbers.values()]
    texts |= {str(setting["unit"]) for setting in settings if "aggregate" in setting}
    factors = [(text, *base_units(parse_unit(text, units))) for text in sorted(texts)]
    return package(
        "findings",
        f"Findings of {stored['name']}, with their receipts",
        [
            Resource("findings", "findings.csv", "What the stories state", FINDINGS, rows, "id"),
            Resource("nodes", "nodes.csv", "The receipts: each number and what it was made from", NODES, steps, "id"),
            Resource("units", "units.csv", "Units and their base units", UNITS, factors, "unit"),
        ],
    )


def _with_rowless_steps(tables: PrintedTables, numbers: Iterable[Number]) -> PrintedTables:
    """The tables with the steps that have no rows among those that are listed: nothing of them is missing."""
    shared = {name for name, why in tables.given.items() if not why}
    return replace(tables, listed=tables.listed | followed.steps_listed(steps_of(numbers), shared).keys())


def _reasons(number: Number, tables: PrintedTables) -> list[str]:
    """Why steps of a receipt are taken as published, each reason once."""
    return sorted({_reason_given(node, tables) for node in number.nodes().values()} - {""})


def _reason_given(number: Number, tables: PrintedTables) -> str:
    step, inputs = number.operation, number.inputs
    behind = inputs[0] if len(inputs) == 1 and not followed.has_own_rows(step) else number
    why_not = tables.given.get((behind.ref or "").removeprefix(followed.DATASET))
    listed = behind.digest in tables.listed or (step.name == followed.ALL_ROWS and why_not == "")
    of_input = behind.operation.name
    reason = followed.why_not_recomputed(step, str(number.kind), number.ref or "", bool(inputs), of_input, listed)
    return (why_not or reason) if reason == followed.ROWS else reason


def node_row(number: Number, printed: str, tables: PrintedTables) -> tuple:
    """A number of the receipts as a row of nodes.csv, in the order of NODES; `printed` as the manifest has it."""
    settings = dict(number.operation.settings)
    return (
        number.digest,
        *_value(number),
        number.operation.name,
        json.dumps(settings, ensure_ascii=False, sort_keys=True) if settings else "",
        " ".join(part.digest for part in number.inputs),
        number.ref or "",
        number.why or "",
        number.label,
        printed,
        _reason_given(number, tables),
    )


def _value(number: Number) -> tuple[float, float, str, str]:
    """Low, high, unit and kind."""
    return json_number(number.low), json_number(number.high), unit_text(number.unit), str(number.kind)
