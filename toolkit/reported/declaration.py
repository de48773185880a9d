"""Declarations: lists of choices, fixed and hashed before a result is computed from them."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.core.errors import DataFileError
from toolkit.core.number import Number
from toolkit.core.text import HASH_SHOWN
from toolkit.core.wording import written_date

MIME = "application/vnd.toolkit.declaration+json"


@dataclass(frozen=True)
class DeclaredChoice:
    """One choice: its rule in a sentence, and a value or options where the rule has any.

    `value` is a Number of kind assumed, a point or a range, or None; `options` are Numbers or texts, () for none;
    `where` is file and line.
    """

    id: str
    rule: str
    value: Number | None
    options: tuple[Number | str, ...]
    where: str


@dataclass(frozen=True)
class Declaration:
    """A list of choices, the day on which it was fixed, and what was known by then.

    `hash` is a SHA-256 of the choices alone: ids, rules, values, options and units, in their order.
    """

    id: str
    declared_on: str
    known: str
    statement: str
    choices: tuple[DeclaredChoice, ...]
    hash: str

    def __getitem__(self, choice: str) -> DeclaredChoice:
        """The choice with this id. Raises DataFileError, with the ids of the list, for another."""
        for declared in self.choices:
            if declared.id == choice:
                return declared
        raise DataFileError(
            f"{declaration_path(self.id)}, {choice!r}",
            "no such choice",
            ", ".join(c.id for c in self.choices),
            "correct the id, or declare the choice",
        )

    @property
    def sentence(self) -> str:
        """The sentence of a page about the list: its day, what was known by then, and its hash."""
        return f"declared on {written_date(self.declared_on)}, after {self.known}; list {self.hash[:HASH_SHOWN]}"

    def _ipython_key_completions_(self) -> list[str]:
        return [choice.id for choice in self.choices]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:
        return {"text/plain": self.sentence, MIME: {"text": self.sentence, "file": declaration_path(self.id)}}


def declaration_path(name: str) -> str:
    """The path of a declaration's file from the project's root."""
    return f"data/declarations/{name}.yml"
