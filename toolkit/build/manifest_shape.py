"""What a manifest has to be made of before anything of it is read: it may come from anybody.

A shape is a type; or names, each with the shape of its value; or a list with the shape of each item.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

NUMBER, TEXT, TEXT_OR_NONE = (int, float), str, (str, type(None))
ANY_KEY, OPTIONAL = "*", "?"  # in place of a name: any; after a name: it may be missing
ANY_MAPPING: dict[str, Any] = {}
ANY_LIST: list[Any] = []
DOCUMENT = {"path": TEXT, "sha256": TEXT, "bytes": int}
HASHES = {"data": TEXT, "specification": TEXT}
NODE = {
    "low": NUMBER,
    "high": NUMBER,
    "unit": TEXT,
    "kind": TEXT,
    "operation": {"name": TEXT},
    "inputs": [TEXT],
    "label?": TEXT,
    "printed?": TEXT,
    "ref?": TEXT,
    "why?": TEXT,
    "style?": ANY_MAPPING,
}
STORY = {
    "title": TEXT,
    "html": DOCUMENT,
    "annex?": DOCUMENT,
    "findings": {
        ANY_KEY: {
            "node": TEXT,
            "printed": TEXT,
            "label?": TEXT,
            "states?": [{"node": TEXT, "printed": TEXT, "at": {ANY_KEY: TEXT}}],
        }
    },
    "nodes": {ANY_KEY: NODE},
    "numbers?": {ANY_KEY: [{"node?": TEXT, "low?": NUMBER, "high?": NUMBER, "unit?": TEXT, "style?": ANY_MAPPING}]},
    "choices?": {ANY_KEY: ANY_MAPPING},
    "questions": {ANY_KEY: TEXT},
    "queries?": {ANY_KEY: TEXT},
    "datasets?": {ANY_KEY: {"title": TEXT, "file": TEXT, "sha256": TEXT, "rows": int, "source": TEXT}},
    "charts": {ANY_KEY: {"form": TEXT, **HASHES, "csv": TEXT, "svg": TEXT, "states?": {ANY_KEY: HASHES}}},
    "tables": {ANY_KEY: {"data": TEXT, "units?": [TEXT_OR_NONE], "values?": [ANY_LIST]}},
    "pictures?": {ANY_KEY: ANY_MAPPING},
    "usage_logs?": {ANY_KEY: TEXT},
}
MANIFEST = {
    "schema": int,
    "name": TEXT,
    "day?": TEXT,
    "language?": TEXT,
    "units": TEXT,
    "inputs": {ANY_KEY: {ANY_KEY: TEXT}},
    "files": {ANY_KEY: {"sha256": TEXT, "bytes": int}},
    "stories": {ANY_KEY: STORY},
}
WORDS = {int: "a whole number", NUMBER: "a number", TEXT: "a text", TEXT_OR_NONE: "a text or null"}


def faults(manifest: object) -> Iterator[tuple[str, str, str]]:
    """(where, what was found, what is wanted) of each place where a manifest's JSON is not as a build shapes it.

    Last the receipts that lack a node, or of which one is among its own inputs.
    """
    misshapen = list(_misshapen(manifest, MANIFEST, ""))
    yield from ((where, "not there, or of another kind", expected) for where, expected in misshapen)
    if not misshapen and isinstance(manifest, Mapping):
        for slug, story in manifest["stories"].items():
            yield from _receipts(f"stories.{slug}", story)


def _misshapen(value: object, shape: Any, where: str) -> Iterator[tuple[str, str]]:
    """(where, what is wanted) of each place at which a value has another shape."""
    if isinstance(shape, Mapping):
        if not isinstance(value, Mapping):
            yield where, "names with values"
            return
        for key, inner_shape in shape.items():
            name = key.removesuffix(OPTIONAL)
            if key == ANY_KEY:
                for any_key, inner in value.items():
                    yield from _misshapen(inner, inner_shape, _below(where, any_key))
            elif name in value:
                yield from _misshapen(value[name], inner_shape, _below(where, name))
            elif not key.endswith(OPTIONAL):
                yield _below(where, name), "an entry of this name"
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield where, "a list"
            return
        for index, inner in enumerate(value if shape else ()):
            yield from _misshapen(inner, shape[0], f"{where}[{index}]")
    elif not isinstance(value, shape) or isinstance(value, bool):  # True is an int in Python
        yield where, WORDS[shape]


def _below(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _receipts(where: str, story: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The inputs and findings without a node, and nodes that are computed from themselves."""
    nodes = story["nodes"]
    names = {
        stated["node"] for finding in story["findings"].values() for stated in (finding, *finding.get("states", ()))
    }
    names |= {part for node in nodes.values() for part in node["inputs"]}
    for name in sorted(names - set(nodes)):
        yield where, f"no node {name}", "a node for each finding and each input"
    # nodes whose inputs are all gone go too, again and again: those in a circle stay
    remaining = {name: {part for part in node["inputs"] if part in nodes} for name, node in nodes.items()}
    while without_inputs := [name for name, parts in remaining.items() if not parts & remaining.keys()]:
        for name in without_inputs:
            del remaining[name]
    if remaining:
        yield where, f"the node {min(remaining)} is among its own inputs", "a number that is not computed from itself"
