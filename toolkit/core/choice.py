"""Assumptions that readers of a page may change: options, and numbers evaluated again with another option."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from toolkit.core.errors import NumberError
from toolkit.core.number import Number, convert, derive
from toolkit.core.operation import operation
from toolkit.core.tree import chosen_in

Picks = Mapping[str, str]  # the key of the option that is taken, by the id of its choice


@dataclass(frozen=True)
class Choice:
    """An assumption with the options that readers have; `declared` is the key of the one that the story computes with.

    `options` are numbers of one unit by key; `names` say in words what each is.
    """

    id: str
    label: str
    options: Mapping[str, Number]
    names: Mapping[str, str]
    declared: str

    def number(self, key: str) -> Number:
        """The option `key` as the number that a story computes with; all are written in one style.

        Raises NumberError for a value that is not finite.
        """
        first, option = next(iter(self.options.values())), self.options[key]
        step = operation("taken", choice=self.id, option=key, of=self.label)
        return derive(step, [convert(option, first.unit)], first.unit, first.style).named(self.label)

    def to_json(self) -> dict[str, Any]:
        """Label, declared key, and the options' names and printed values by key."""
        options = {key: {"name": self.names[key], "printed": str(self.number(key))} for key in self.options}
        return {"label": self.label, "declared": self.declared, "options": options}


def picks_of(choices: Mapping[str, Choice], ids: Collection[str]) -> Iterator[dict[str, str]]:
    """Every combination of the options of the choices with these ids, the declared one first."""
    selected = [choice for choice in choices.values() if choice.id in ids]
    keys = [list(dict.fromkeys((choice.declared, *choice.options))) for choice in selected]
    for combination in itertools.product(*keys):
        yield {choice.id: key for choice, key in zip(selected, combination, strict=True)}


def with_options(number: Number, picks: Picks, choices: Mapping[str, Choice]) -> Number:
    """`number` evaluated again from its tree with these options; choices that `picks` leaves out keep theirs.

    Raises NumberError where an operation on the way cannot be run again (a query, draws), or has no value there.
    """
    replaced: dict[int, Number] = {}

    def again(part: Number) -> Number:
        if id(part) not in replaced:
            replaced[id(part)] = _recomputed(part, [again(part_input) for part_input in part.inputs], picks, choices)
        return replaced[id(part)]

    return again(number)


def _recomputed(number: Number, inputs: list[Number], picks: Picks, choices: Mapping[str, Choice]) -> Number:
    step = number.operation
    if step.name == "taken" and (choice := str(step["choice"])) in picks:
        return replace(choices[choice].number(picks[choice]), style=number.style, label=number.label)
    if all(new is old for new, old in zip(inputs, number.inputs, strict=True)):
        return number
    refuse_opaque(number)
    if step.name == "ratio" and inputs[1].low <= 0 <= inputs[1].high:
        where = number.label or step.words([str(part) for part in inputs])
        raise NumberError(
            where,
            f"the divisor {inputs[1]} may be zero for one of the options",
            "a divisor that cannot be zero",
        )
    result = derive(step, inputs, number.unit, number.style)
    return replace(result, label=number.label, ref=number.ref, why=number.why)


def refuse_opaque(number: Number) -> None:
    """Raises NumberError for a number on a choice whose operation cannot be run again from its inputs' values."""
    step = number.operation
    if step.rule is None and step.primitive.shape != "range":
        raise NumberError(
            number.label or step.words([str(part) for part in number.inputs]),
            f"the operation {step.name} on the choice {min(chosen_in(number))}: it cannot be run again for its options",
            "operations that the table of toolkit/core/operation.py has a rule for",
            "compute it from the declared value instead of the choice, or leave it out",
        )
