"""The numbers that a page cites, and the sources, claims and questions that they were computed from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from markupsafe import Markup

from toolkit.core import wording
from toolkit.core.kind import KINDS, MARKS, Kind
from toolkit.core.locales import Locale
from toolkit.core.number import Number
from toolkit.core.tree import nodes_of, style_to_json
from toolkit.core.unit import UnitRegistry, locale_of, parse_unit, unit_text
from toolkit.core.wording import written_date
from toolkit.site.choices import ALWAYS, VisibleStates
from toolkit.site.equations import essential, step
from toolkit.site.markdown import curly
from toolkit.site.sourcing import Sourcing, listed

LONG = 16  # characters: a longer number may break between lines
ISO_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
HASH = re.compile(r", [0-9a-f]{12}\b")  # of a question or a usage log, which no reader can use
QUESTION = re.compile(r"question:([^#]+)#(.+)")  # the `ref` of a number that SQL answered: its question, its column


@dataclass(frozen=True)
class Reference:
    """A number where it stands in the text.

    `position` counts the references of a page from 1. `note` is the number of its footnote: equal numbers with equal
    text share one. `marked` says whether its kind is printed beside it, `visible_in` in which states it stands.
    `receipt` is the position of the first with the same number and text in the same states, whose receipt it opens.
    """

    position: int
    note: int
    number: Number
    marked: bool
    receipt: int
    visible_in: VisibleStates = ALWAYS

    @property
    def text(self) -> str:
        """The number as it is printed."""
        return str(self.number)

    @property
    def kind(self) -> str:
        """The name of the number's kind: "reported", "synthetic"."""
        return str(self.number.kind)

    @property
    def html(self) -> Markup:
        """The number as it stands in the sentence, under a button that opens and closes its receipt.

        The button lies over the number and holds none of it: readers' views and copies of the text leave buttons out.
        """
        long = " long" if len(self.text) > LONG else ""
        kind = locale_of(self.number.unit).say(MARKS[self.kind])
        mark = Markup('<small class="kind">{}</small>').format(kind) if self.marked else ""
        return Markup(
            '<span class="n{}" id="n-{}" data-note="{}">{}'
            '<button type="button" popovertarget="r-{}" aria-label="Receipt {}"></button></span>{}'
        ).format(long, self.position, self.note, self.text, self.receipt, self.note, mark)


@dataclass
class Citations:
    """The numbers that a page cites, collected while it is laid out, with their sources, claims and questions.

    `known` has the story's findings with their inputs, which lend their labels to equal numbers. `numbers` has every
    number of every receipt on the page, by digest; `references` the numbers in the text in document order;
    `used` the ids of all sources as an ordered set (the values are None); `claims` the ids of the sources that speak
    to each claim; `questions` the SQL of each question by name, "" where it is a file of the project. `queries` is the
    SQL of those that stand in the notebook itself; `codes` has the code of what was worked out in pandas by its hash.
    """

    sourcing: Sourcing
    known: Mapping[str, Number] = field(default_factory=dict)
    numbers: dict[str, Number] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    used: dict[str, None] = field(default_factory=dict)
    claims: dict[str, set[str]] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)
    queries: Mapping[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    _notes: dict[tuple[str, str], int] = field(default_factory=dict)
    _receipts: dict[tuple[str, str, str], int] = field(default_factory=dict)

    @property
    def units(self) -> UnitRegistry:
        """The database's units, in which numbers are read from a notebook's JSON."""
        return self.sourcing.database.units

    def cite(self, number: Number, visible_in: VisibleStates = ALWAYS, like: Reference | None = None) -> Reference:
        """Adds a number that stands in the text in some states, and returns its reference.

        The first number of each kind above computed is marked with its kind. `like` is what stands in its place in the
        declared state: it has the same footnote.
        """
        self.add([number])
        new = like.note if like else max(self._notes.values(), default=0) + 1
        note = self._notes.setdefault((number.digest, str(number)), new)
        seen_together = [other for other in self.references if not other.visible_in.is_disjoint(visible_in)]
        marked = number.kind > Kind.COMPUTED and all(other.number.kind != number.kind for other in seen_together)
        position = len(self.references) + 1
        receipt = self._receipts.setdefault((number.digest, str(number), visible_in.classes), position)
        reference = Reference(position, note, number, marked, receipt, visible_in)
        self.references.append(reference)
        return reference

    def add(self, numbers: Iterable[Number]) -> None:
        """Adds numbers and all their inputs, with the sources, claims and questions of each."""
        for digest, number in nodes_of(numbers).items():
            if digest in self.numbers:
                continue
            number = self.numbers[digest] = self.known.get(digest, number)
            if match := QUESTION.fullmatch(number.ref or ""):
                self.questions.setdefault(match[1], self.queries.get(match[1], ""))
            if code := code_of(number):
                self.codes.setdefault(*code)
            reading = self.sourcing.reading(number.ref or "")
            if not number.inputs:
                self.used.update(dict.fromkeys(self.sourcing.database.sources_of(number)))
            if reading.get("claim"):
                self.claims.setdefault(reading["claim"], set()).add(reading["source"])

    def labelled(self, number: Number) -> Number:
        """The equal number among the findings and their inputs, or the one that was added first, or `number` itself."""
        return self.known.get(number.digest, self.numbers.get(number.digest, number))

    def by_digest(self, digests: Iterable[str]) -> list[Number]:
        """The added numbers with these digests. Raises KeyError for one that was not added."""
        return [self.numbers[digest] for digest in digests]

    def leaves(self, numbers: Iterable[Number]) -> list[Number]:
        """The numbers without inputs that these were computed from, each once, in order of use."""
        return [self.labelled(leaf) for leaf in dict.fromkeys(leaf for number in numbers for leaf in number.leaves())]

    def sources(self, numbers: Iterable[Number]) -> list[str]:
        """The ids of the sources that these numbers were computed from, oldest first."""
        of, leaves = self.sourcing.database.sources_of, self.leaves(numbers)
        return sorted({source for leaf in leaves for source in of(leaf)}, key=self.sourcing.age)

    def cited(self, numbers: Iterable[Number]) -> str:
        """The sources that these numbers were computed from, oldest first: "Jellyfish, 15 April 2026; …"."""
        return "; ".join(self.sourcing.cite(source) for source in self.sources(numbers))

    def notes(self) -> list[dict]:
        """One entry a footnote and state, for the list of all numbers: `line`, `position`, `note` and `visible_in`."""
        first: dict[tuple[int, str, str, str], Reference] = {}
        for reference in self.references:
            number = reference.note, reference.number.digest, reference.text
            if (*number, ALWAYS.classes) not in first:
                first.setdefault((*number, reference.visible_in.classes), reference)
        return [
            {
                **self.line(reference.number),
                "position": reference.position,
                "note": reference.note,
                "visible_in": reference.visible_in,
            }
            for reference in sorted(first.values(), key=lambda first_reference: first_reference.note)
        ]

    def line(self, number: Number) -> dict:
        """What a line of a list says of a number: `text`, `calculation`, `label`, `kind` and `sources`, all text."""
        cites = [self.sourcing.cite(source) for source in self.sources([number])]
        shown_number = replace(essential(number)[0], style=number.style)
        return {
            "text": str(number.standalone),
            "calculation": with_question(number, step(shown_number)),
            "label": label_of(self.labelled(number)),
            "kind": kind_words(number),
            "sources": listed(cites),
        }

    def stated(self) -> list[dict]:
        """The numbers in the text in order: `node` (their digest), `low`, `high`, `unit`, and `style` as printed.

        In `style`, digits are those that were printed, also where the number chose them by itself.
        """
        return [
            {
                "node": reference.number.digest,
                "low": reference.number.low,
                "high": reference.number.high,
                "unit": unit_text(reference.number.unit),
                "style": style_to_json(reference.number.wording.style),
            }
            for reference in self.references
        ]

    def unit_words(self, unit: str | None) -> str:
        """A unit's words for the heading of a column: "tokens per merged request".

        Empty for None and "1". A currency has no words: its sign stands at each amount. Raises NumberError for a unit
        that data/units.txt lacks.
        """
        if not unit or unit == "1":
            return ""
        parsed = parse_unit(unit, self.sourcing.database.units)
        return wording.unit_words(parsed).strip()


def code_of(number: Number) -> tuple[str, str] | None:
    """(hash, code) of a number that pandas worked out, where it holds its code; else None, as of a hidden cell."""
    settings = dict(number.operation.settings) if number.operation.name == "code" else {}
    return (str(settings["sha"]), str(settings["code"])) if settings.get("code") else None


def kind_words(number: Number) -> str:
    """A number's kind in the page's language: "computed with assumptions"; without inputs the short "assumed"."""
    return locale_of(number.unit).say((KINDS if number.inputs else MARKS)[str(number.kind)])


def label_of(number: Number) -> str:
    """A number's label as a page prints it: curly quotes, dates written out."""
    return written_out(without_hash(number.label), locale_of(number.unit))


def written_out(label: str, locale: Locale) -> str:
    """A label with curly quotes, and its ISO dates written out."""
    return curly(ISO_DATE.sub(lambda day: written_date(day[0], locale), label))


def without_hash(text: str) -> str:
    """A text without the hash of a question or of a usage log."""
    return HASH.sub("", text)


def with_question(number: Number, calculation: str) -> str:
    """A calculation in words; of a number that SQL answered also the column and the question."""
    match, calculation = QUESTION.fullmatch(number.ref or ""), without_hash(calculation)
    return f"{calculation}; “{match[2]}” in the answer to {match[1]}" if match and calculation else calculation
