"""The data package of an archive's findings: what the stories state, every step of their receipts, and the units."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from toolkit.build.manifest import nodes_below
from toolkit.core.operation import from_json
from toolkit.core.tree import shared_digest
from toolkit.core.unit import base_units, parse_unit, registry_of_text
from toolkit.review import recompute
from toolkit.review.data_packages import Resource, package

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


def findings(stored: Mapping, printed_units: Iterable[str]) -> dict[str, bytes]:
    """The package of an edition's findings, with every number of their receipts, and all units in base units.

    `stored` is the edition's manifest, `printed_units` are those of figures and series rows.
    """
    nodes: dict[str, dict] = {}
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
            "; ".join(_reasons(found["node"], nodes)),
        )
        for name, (found, slugs) in sorted(stated.items())
    ]
    by_digest: dict[str, dict] = {}  # wording counts for nothing when a number is computed again
    for name, node in sorted(nodes.items()):
        by_digest.setdefault(shared_digest(name), node)
    steps = [node_row(name, node) for name, node in by_digest.items()]
    units = registry_of_text(stored["units"], "the manifest's units")
    texts = {node["unit"] for node in nodes.values()} | set(printed_units)
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


def _reasons(root: str, nodes: Mapping[str, dict]) -> list[str]:
    """Why steps of a receipt are taken as published, each reason once."""
    return sorted({_given(nodes[name]) for name in nodes_below([root], nodes)} - {""})


def _given(node: Mapping) -> str:
    made = from_json(node["operation"])
    return recompute.reason_given(made, node["kind"], node.get("ref") or "", bool(node["inputs"]))


def node_row(name: str, node: Mapping) -> tuple:
    """A node of a receipt as a row of nodes.csv, in the order of NODES."""
    settings = {key: value for key, value in node["operation"].items() if key != "name"}
    values = {
        **node,
        "id": name,
        "operation": node["operation"]["name"],
        "inputs": " ".join(map(shared_digest, node["inputs"])),
        "settings": json.dumps(settings, ensure_ascii=False, sort_keys=True) if settings else "",
        "given": _given(node),
    }
    return tuple(values.get(key, "") for key in NODES)
