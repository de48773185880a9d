"""The data package of an archive's findings: what the stories state, every step of their receipts, and the units."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from toolkit.build.manifest import nodes_below
from toolkit.core import followed
from toolkit.core.operation import from_json
from toolkit.core.tree import shared_digest
from toolkit.core.unit import base_units, parse_unit, registry_of_text
from toolkit.review.data_packages import Resource, package
from toolkit.review.printed_tables import PrintedTables
from toolkit.review.rows_package import steps_of

FINDINGS = {
    "id": "the finding's name",
    "stories": "the stories that state it",
    "node": "its receipt, in nodes.csv",
    "printed": "as the page prints it",
    "label": "what it is",
    "low": "low end",
    "high": "high end",
    "unit": "unit",
    "kind": "reported, computed, measured, assumed or synthetic",
    "given": "why it cannot be worked out again to the end; empty if it can",
}
NODES = {
    "id": "stands for value, unit and derivation",
    "low": "low end",
    "high": "high end",
    "unit": "unit",
    "kind": "reported, computed, measured, assumed or synthetic",
    "operation": "what was done with the inputs",
    "settings": "settings of the operation, as JSON",
    "inputs": "ids of the inputs, in order",
    "ref": "what a leaf is: figure, series row, dataset, feed; of an answer, the question and its column",
    "why": "why an assumption may be made",
    "label": "what it is",
    "printed": "as receipts print it",
    "given": "why this step is taken as published and not worked out again; empty if it is",
}
UNITS = {"unit": "a unit of the other files", "factor": "multiply by this for base units", "base": "those base units"}


def findings(stored: Mapping, tables: PrintedTables) -> dict[str, bytes]:
    """The package of an edition's findings, with every number of their receipts, and all units in base units.

    `stored` is the edition's manifest, `tables` are those of the archive that the findings rest on.
    """
    nodes: dict[str, dict] = {}
    tables = _with_empty(tables, stored)
    stated: dict[str, tuple[dict, list[str]]] = {}
    for slug, story in stored["stories"].items():
        nodes = story["nodes"] | nodes
        for name, finding in story["findings"].items():
            stated.setdefault(name, (finding, []))[1].append(slug)
    rows = [
        (
            name,
            " ".join(slugs),
            found["node"],
            found["printed"],
            found["label"],
            *(nodes[found["node"]][key] for key in ("low", "high", "unit", "kind")),
            "; ".join(_reasons(found["node"], nodes, tables)),
        )
        for name, (found, slugs) in sorted(stated.items())
    ]
    by_digest: dict[str, str] = {}  # wording counts for nothing when a number is computed again
    for name in sorted(nodes):
        by_digest.setdefault(shared_digest(name), name)
    steps = [node_row(name, nodes, tables) for name in by_digest.values()]
    units = registry_of_text(stored["units"], "the manifest's units")
    texts = {node["unit"] for node in nodes.values()} | tables.units
    texts |= {str(node["operation"]["unit"]) for node in nodes.values() if "aggregate" in node["operation"]}
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


def _with_empty(tables: PrintedTables, stored: Mapping) -> PrintedTables:
    """The tables with those steps among the listed that have no row to list."""
    steps = {name: one for story in stored["stories"].values() for name, one in steps_of(story["nodes"]).items()}
    shared = {name for name, why in tables.given.items() if not why}
    return replace(tables, listed=tables.listed | followed.steps_listed(steps, shared).keys())


def _reasons(root: str, nodes: Mapping[str, dict], tables: PrintedTables) -> list[str]:
    """Why steps of a receipt are taken as published, each reason once."""
    return sorted({_given(name, nodes, tables) for name in nodes_below([root], nodes)} - {""})


def _given(name: str, nodes: Mapping[str, dict], tables: PrintedTables) -> str:
    node = nodes[name]
    inputs = node["inputs"]
    made = from_json(node["operation"])
    behind = inputs[0] if len(inputs) == 1 and not followed.lists_own(made) else name
    why_not = tables.given.get((nodes[behind].get("ref") or "").removeprefix(followed.DATASET))
    listed = shared_digest(behind) in tables.listed or (made.name == followed.ALL_ROWS and why_not == "")
    of_input = nodes[behind]["operation"]["name"]
    reason = followed.reason_given(made, node["kind"], node.get("ref") or "", bool(inputs), of_input, listed)
    return why_not or reason if reason == followed.ROWS else reason


def node_row(name: str, nodes: Mapping[str, dict], tables: PrintedTables) -> tuple:
    """A node of the receipts `nodes` as a row of nodes.csv, in the order of NODES, by the digest it shares."""
    node = nodes[name]
    settings = {key: value for key, value in node["operation"].items() if key != "name"}
    values = {
        **node,
        "id": shared_digest(name),
        "operation": node["operation"]["name"],
        "inputs": " ".join(map(shared_digest, node["inputs"])),
        "settings": json.dumps(settings, ensure_ascii=False, sort_keys=True) if settings else "",
        "given": _given(name, nodes, tables),
    }
    return tuple(values.get(key, "") for key in NODES)
