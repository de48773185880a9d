"""Trees of numbers: a number, its inputs and theirs, by digest and as JSON from which they can be rebuilt."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol, Self, TypeVar

from toolkit.core.kind import Kind
from toolkit.core.operation import Operation
from toolkit.core.project import digest
from toolkit.core.unit import Unit, unit_text
from toolkit.core.wording import Style


class TreeNode(Protocol):
    """A number with its inputs, as Number has them."""

    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def unit(self) -> Unit: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def operation(self) -> Operation: ...
    @property
    def inputs(self) -> Sequence[Self]: ...
    @property
    def label(self) -> str: ...
    @property
    def ref(self) -> str | None: ...
    @property
    def why(self) -> str | None: ...
    @property
    def style(self) -> Style: ...
    @property
    def digest(self) -> str: ...


P = TypeVar("P", bound=TreeNode)


def nodes_of(numbers: Iterable[P]) -> dict[str, P]:
    """Every number of these trees by its digest: `numbers` first, then their inputs, depth first."""
    roots = list(numbers)
    nodes = {number.digest: number for number in reversed(roots)}  # the first of equal numbers, with its own label
    for number in roots:
        for part in number.inputs:
            _collect(part, nodes)
    return nodes


def _collect(number: P, nodes: dict[str, P]) -> None:
    if number.digest not in nodes:
        nodes[number.digest] = number
        for part in number.inputs:
            _collect(part, nodes)


def chosen_in(number: TreeNode) -> set[str]:
    """The ids of the readers' choices (`core.choice`) that a number rests on."""
    return {str(part.operation["choice"]) for part in nodes_of([number]).values() if part.operation.name == "taken"}


def nodes_to_json(numbers: Iterable[P]) -> dict[str, dict[str, Any]]:
    """Every number of these trees as JSON, by its digest; `printed` is for human readers and is not read back.

    Numbers with one digest may differ in label or style: each is a node of its own, and all but the first have a hash
    of their JSON added to the digest.
    """
    first = nodes_of(numbers)
    names: dict[int, str] = {}
    nodes: dict[str, dict[str, Any]] = dict.fromkeys(first, {})

    def name(number: P) -> str:
        if id(number) not in names:
            node = _to_json(number, [name(part) for part in number.inputs])
            equal = first[number.digest]
            same = equal is number or node == nodes[name(equal)]
            names[id(number)] = key = number.digest if same else f"{number.digest}-{_digest(node)}"
            nodes[key] = node
        return names[id(number)]

    for number in first.values():
        name(number)
    return nodes


def _to_json(number: TreeNode, inputs: list[str]) -> dict[str, Any]:
    optional = {key: value for key in ("label", "ref", "why") if (value := getattr(number, key))}
    style = style_to_json(number.style)
    return {
        "low": number.low,
        "high": number.high,
        "unit": unit_text(number.unit),
        "kind": str(number.kind),
        "operation": number.operation.to_json(),
        "inputs": inputs,
        "printed": str(number),
        **optional,
        **({"style": style} if style else {}),
    }


def _digest(node: Mapping[str, Any]) -> str:
    return digest([json.dumps(node, ensure_ascii=False)])[:8]


def shared_digest(name: str) -> str:
    """The digest that a node shares with equal numbers that are worded otherwise, from its name in JSON."""
    return name.partition("-")[0]


def style_to_json(style: Style) -> dict[str, Any]:
    """The fields of a style that differ from the defaults."""
    return {key: value for key, value in asdict(style).items() if value != getattr(Style, key)}


def numbers_from_json(
    nodes: Mapping[str, Mapping[str, Any]], make: Callable[[Mapping[str, Any], tuple[P, ...]], P]
) -> dict[str, P]:
    """The numbers of what `nodes_to_json` gave, by the same names; `make` builds one from its JSON and its inputs.

    Raises KeyError for an input that has no node.
    """
    numbers: dict[str, P] = {}

    def number(name: str) -> P:
        if name not in numbers:
            numbers[name] = make(nodes[name], tuple(number(part) for part in nodes[name]["inputs"]))
        return numbers[name]

    return {name: number(name) for name in nodes}
