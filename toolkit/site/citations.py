"""The numbers that a page cites, and the sources, claims and questions they rest on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from markupsafe import Markup

from toolkit.core import wording
from toolkit.core.kind import KINDS, MARKS, Kind
from toolkit.core.number import Number
from toolkit.core.tree import nodes_of
from toolkit.core.unit import UnitRegistry, locale_of, parse_unit
from toolkit.core.wording import written_date
from toolkit.site.equations import step
from toolkit.site.markdown import curly
from toolkit.site.sourcing import Sourcing, listed

ISO_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
QUESTION = re.compile(r"question:([^#]+)#(.+)")  # the reference of an answer: its question, its column


@dataclass(frozen=True)
class Reference:
    """One number in the text: its position in document order, its note, its words and what it is."""

    position: int
    note: int
    number: Number
    marked: bool

    @property
    def text(self) -> str:
        """Its words."""
        return str(self.number)

    @property
    def kind(self) -> str:
        """What it is: reported, computed, measured, assumed or synthetic."""
        return str(self.number.kind)

    @property
    def html(self) -> Markup:
        """The number as it stands in the sentence, a link to its receipt."""
        long = " long" if len(self.text) > 16 else ""
        said = locale_of(self.number.unit).say(MARKS[self.kind])
        mark = Markup('<small class="kind">{}</small>').format(said) if self.marked else ""
        return Markup('<a class="n{}" id="n-{}" href="#r-{}" data-note="{}">{}</a>{}').format(
            long, self.position, self.position, self.note, self.text, mark
        )


@dataclass
class Citations:
    """The numbers that a page cites, in document order, and what they rest on: sources, claims, questions.

    `numbers` has every number of every receipt by its digest, `references` those in the text, `used` the ids of
    sources, `claims` the sources by claim, `questions` the SQL by name (empty where it is a file of the project).
    """

    sourcing: Sourcing
    numbers: dict[str, Number] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    used: dict[str, None] = field(default_factory=dict)
    claims: dict[str, set[str]] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)
    _notes: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def units(self) -> UnitRegistry:
        """The units of the database, in which numbers come from a notebook."""
        return self.sourcing.database.units

    def refer(self, number: Number) -> Reference:
        """Adds a number of the text; the reference has its position and its note."""
        self.add([number])
        note = self._notes.setdefault((number.digest, str(number)), len(self._notes) + 1)
        marked = number.kind > Kind.COMPUTED and all(other.number.kind != number.kind for other in self.references)
        made = Reference(len(self.references) + 1, note, number, marked)
        self.references.append(made)
        return made

    def add(self, numbers: Iterable[Number]) -> None:
        """Adds numbers with all that they rest on, and the sources, claims and questions of these."""
        for name, number in nodes_of(numbers).items():
            if name in self.numbers:
                continue
            self.numbers[name] = number
            if asked := QUESTION.fullmatch(number.ref or ""):
                self.questions.setdefault(asked[1], "")
            reading = self.sourcing.reading(number.ref or "")
            if reading.get("source"):
                self.used.setdefault(reading["source"])
            if reading.get("claim"):
                self.claims.setdefault(reading["claim"], set()).add(reading["source"])

    def known(self, number: Number) -> Number:
        """The number as it was added first, for the label that a finding gave it."""
        return self.numbers.get(number.digest, number)

    def by_digest(self, digests: Iterable[str]) -> list[Number]:
        """The numbers that were added with these digests."""
        return [self.numbers[digest] for digest in digests]

    def leaves(self, numbers: Iterable[Number]) -> list[Number]:
        """The numbers without inputs below some numbers, each once, in order of use."""
        return [self.known(leaf) for leaf in dict.fromkeys(leaf for one in numbers for leaf in one.leaves())]

    def sources(self, numbers: Iterable[Number]) -> list[str]:
        """The sources below some numbers, oldest first."""
        readings = (self.sourcing.reading(leaf.ref or "") for leaf in self.leaves(numbers))
        return sorted({reading["source"] for reading in readings if reading.get("source")}, key=self.sourcing.age)

    def cited(self, numbers: Iterable[Number]) -> str:
        """The sources below some numbers in a line."""
        return "; ".join(self.sourcing.cite(name) for name in self.sources(numbers))

    def notes(self) -> list[dict]:
        """Each distinct number of the text in a line, for the list of all numbers and for print."""
        first: dict[int, Reference] = {}
        for reference in self.references:
            first.setdefault(reference.note, reference)
        return [self._note(reference) for reference in first.values()]

    def line(self, number: Number) -> dict:
        """One number in a line: its words, its sum, its kind and its sources."""
        cites = [self.sourcing.cite(name) for name in self.sources([number])]
        full = replace(number, style=replace(number.style, bare=False, brief=False))  # no sentence has its unit here
        return {
            "text": str(full),
            "sum": with_question(number, step(number)),
            "label": label_of(self.known(number)),
            "kind": kind_words(number),
            "sources": listed(cites),
        }

    def _note(self, reference: Reference) -> dict:
        return {**self.line(reference.number), "position": reference.position, "note": reference.note}

    def unit_words(self, unit: str | None) -> str:
        """The words of a unit as a heading carries them: "tokens per merged request"; each amount has its own $."""
        if not unit or unit == "1":
            return ""
        parsed = parse_unit(unit, self.sourcing.database.units)
        return wording.unit_words(parsed).strip()


def kind_words(number: Number) -> str:
    """The kind of a number: what was computed, or the assumption itself."""
    return locale_of(number.unit).say((KINDS if number.inputs else MARKS)[str(number.kind)])


def label_of(number: Number) -> str:
    """What a number is, in the words of a page."""
    return curly(ISO_DATE.sub(lambda day: written_date(day[0], locale_of(number.unit)), number.label))


def with_question(number: Number, said: str) -> str:
    """A step in words, and for the answer to a question its column and its name."""
    asked = QUESTION.fullmatch(number.ref or "")
    return f"{said}; “{asked[2]}” in the answer to {asked[1]}" if asked and said else said
