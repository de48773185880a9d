"""Receipts: what stands behind each number of a page, down to the figures, feeds and assumptions it rests on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from markupsafe import Markup, escape

from toolkit.core import wording
from toolkit.core.kind import KINDS, MARKS, Kind
from toolkit.core.number import DIGITS, Number
from toolkit.core.tree import nodes_of
from toolkit.core.unit import UnitRegistry, convert_value, locale_of, parse_unit, plain_unit
from toolkit.core.wording import written_date
from toolkit.site.equations import equation, step
from toolkit.site.markdown import curly
from toolkit.site.sourcing import Sourcing, claim_address, count, hedge, listed

ISO_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
QUESTION = re.compile(r"question:([^#]+)#(.+)")  # the reference of an answer: its question, its column
LEAVES = 8  # a receipt lists so many inputs one by one; more are counted by source
DEPTH = 3
READINGS = 3


@dataclass(frozen=True)
class Reference:
    """One number in the text: its place in document order, its note, its words and what it is."""

    place: int
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
            long, self.place, self.place, self.note, self.text, mark
        )


@dataclass(frozen=True)
class Step:
    """One input in a receipt's tree."""

    amount: str
    unit: str
    label: str
    sum: str = ""
    about: Markup = Markup("")
    steps: tuple[Step, ...] = ()


def kind_words(number: Number) -> str:
    """The kind of a number: what was computed, or the assumption itself."""
    return locale_of(number.unit).say((KINDS if number.inputs else MARKS)[str(number.kind)])


def label_of(number: Number) -> str:
    """What a number is, in the words of a page."""
    return curly(ISO_DATE.sub(lambda day: written_date(day[0], locale_of(number.unit)), number.label))


def amount_and_unit(number: Number) -> tuple[str, str]:
    """The amount and the words of its unit: ("69 million", "tokens per merged request")."""
    said = number.wording
    if said.style.brief:
        return said.short, ""
    return said.amount, "" if said.style.bare else said.unit.strip()


def rounding(number: Number) -> str:
    """How the printed number was rounded from the computed one."""
    if not number.inputs or number.low != number.high:
        return ""
    printed = number.wording.low.number
    value = convert_value(number.low, number.unit, plain_unit(number.unit))
    for digits in range(1, DIGITS + 1):
        if printed == wording.round_to(value, digits):
            if digits == len(wording.round_to(value, DIGITS).normalize().as_tuple().digits):
                return "none: printed in full"
            return f"printed to {count(digits, 'significant figure', 'significant figures')}"
    return ""


@dataclass
class Ledger:
    """All numbers of a page in document order, and what they rest on."""

    sourcing: Sourcing
    numbers: dict[str, Number] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    used: dict[str, None] = field(default_factory=dict)
    claims: dict[str, set[str]] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)
    _notes: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def units(self) -> UnitRegistry:
        """The units of the desk, in which numbers come from a notebook."""
        return self.sourcing.database.units

    def refer(self, number: Number) -> Reference:
        """Enters a number of the text."""
        self.learn([number])
        note = self._notes.setdefault((number.digest, str(number)), len(self._notes) + 1)
        marked = number.kind > Kind.COMPUTED and all(other.number.kind != number.kind for other in self.references)
        made = Reference(len(self.references) + 1, note, number, marked)
        self.references.append(made)
        return made

    def learn(self, numbers: Iterable[Number]) -> None:
        """Takes in the receipts of a table, chart or number: sources, claims and questions they use."""
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
        """The number as it was learnt first, for the label that a finding gave it."""
        return self.numbers.get(number.digest, number)

    def named(self, digests: Iterable[str]) -> list[Number]:
        """The numbers of some digests, as they were learnt."""
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
        return {**self.line(reference.number), "place": reference.place, "note": reference.note}

    # one receipt

    def receipt(self, reference: Reference) -> dict:
        """Everything a receipt shows, for its template."""
        number = reference.number
        amount, unit = amount_and_unit(number)
        seen: set[str] = set()
        steps = self._steps(number, seen, DEPTH) if number.inputs else (self._own_leaf(number, seen),)
        return {
            "reference": reference,
            "kind": kind_words(number),
            "amount": amount,
            "unit": unit,
            "label": label_of(self.known(number)) if number.inputs else "",
            "sum": with_question(number, equation(number)),
            "questions": questions_below(number),
            "steps": steps,
            "rows": self._rows(number),
        }

    def _steps(self, number: Number, seen: set[str], depth: int) -> tuple[Step, ...]:
        parts = [part for part in dict.fromkeys(number.inputs) if part.operation.name != "constant"]
        if len(parts) <= LEAVES and depth > 0:
            return tuple(self._step(self.known(part), seen, depth) for part in parts)
        leaves = self.leaves(parts)
        return self._by_source(leaves) if len(leaves) > LEAVES else tuple(self._leaf(leaf, seen) for leaf in leaves)

    def _step(self, number: Number, seen: set[str], depth: int) -> Step:
        if not number.inputs:
            return self._leaf(number, seen)
        amount, unit = amount_and_unit(number)
        label = label_of(number)
        if number.digest in seen:
            return Step(amount, unit, label, "as above")
        seen.add(number.digest)
        said = with_question(number, equation(number))
        return Step(amount, unit, label, said, Markup(""), self._steps(number, seen, depth - 1))

    def _leaf(self, number: Number, seen: set[str]) -> Step:
        reading = self.sourcing.reading(number.ref or "")
        amount, unit = amount_and_unit(number) if number.operation.name != "stated" else ("", "")
        amount = hedge(reading) + amount if amount else ""
        label = ", ".join(filter(None, (label_of(number), reading.get("qualifier"))))
        return Step(amount[:1].upper() + amount[1:], unit, label, "", self._about(number, reading, seen))

    def _about(self, number: Number, reading: dict, seen: set[str]) -> Markup:
        kind = self.units.locale.say(str(number.kind))
        if number.why and number.why != number.label:
            return Markup("{}: {}").format(kind, number.why)
        source = reading.get("source")
        if not source:
            return Markup("{}{}").format(kind, f" · {number.ref}" if number.ref != "assumption" else "")
        place = f" · {reading['place']}" if reading.get("place") else ""
        cite = "same source" if source in seen else self.sourcing.cite(source)
        seen.add(source)
        said = Markup('{} · <a href="#s-{}">{}</a>{}').format(kind, source, cite, place)
        if "claim" in reading:
            said += Markup(' · <a href="{}">all readings</a>').format(claim_address(reading["claim"]))
        return said

    def _own_leaf(self, number: Number, seen: set[str]) -> Step:
        """The leaf a number is itself; its amount stands above already, unless the source hedges it."""
        made = self._leaf(self.known(number), seen)
        return made if hedge(self.sourcing.reading(number.ref or "")) else replace(made, amount="", unit="")

    def _by_source(self, leaves: list[Number]) -> tuple[Step, ...]:
        """Many inputs, counted by publisher, each of its documents linked by date."""
        found: dict[str, list[Number]] = {}
        for leaf in leaves:
            found.setdefault(self.sourcing.reading(leaf.ref or "").get("source", ""), []).append(leaf)
        publishers: dict[str, list[str]] = {}
        for name in sorted(filter(None, found), key=self.sourcing.age):
            publishers.setdefault(self.sourcing.publisher(name), []).append(name)
        steps, date, say = [], self.sourcing.date, self.units.locale.say
        for publisher, names in publishers.items():
            mine = [leaf for name in names for leaf in found[name]]
            kinds = listed(dict.fromkeys(say(str(leaf.kind)) for leaf in mine))
            links = Markup(", ").join(
                Markup('<a href="#s-{}">{}</a>').format(name, date(self.sourcing.source(name)["published"]))
                for name in names
            )
            about = Markup("{} · {}, {}").format(kinds, publisher, links)
            steps.append(Step(count(len(mine), "figure", "figures"), "", "", "", about))
        rest = found.get("", [])
        steps += [Step(*amount_and_unit(leaf), label_of(leaf), "", escape(str(leaf.kind))) for leaf in rest[:LEAVES]]
        return tuple(steps)

    def _rows(self, number: Number) -> list[tuple[str, str]]:
        readings = [found for leaf in number.leaves() if (found := self.sourcing.reading(leaf.ref or ""))]
        figures = [reading for reading in readings if reading.get("claim")]
        claims = list(dict.fromkeys(reading["claim"] for reading in figures))
        who = dict.fromkeys(reading["population"] for reading in figures if reading["population"])
        rows = [
            ("Who", listed(who) if len(claims) <= LEAVES else ""),
            ("Baseline", self._baseline(figures)),
            ("Rounding", rounding(number)),
            ("Seen", self._seen(readings)),
        ]
        if 0 < len(claims) <= LEAVES:  # of more claims these say little
            origins = self.sourcing.origins(claims)
            names = list(dict.fromkeys(self.sourcing.publisher(name) for name in origins))
            names = listed([*names[:LEAVES], "others"] if len(names) > LEAVES else names)
            rows += [
                ("Origins", f"{count(len(origins), 'source', 'sources')} in the end: {names}"),
                ("Certainty", self._certainty(claims)),
                ("Elsewhere", self._elsewhere(figures)),
            ]
        return [(name, value) for name, value in rows if value]

    def _baseline(self, figures: list[dict]) -> str:
        if len(figures) != 1 or not figures[0]["baseline"]:
            return ""
        return "the source gives none" if figures[0]["baseline"] == "none given" else figures[0]["baseline"]

    def _seen(self, readings: list[dict]) -> str:
        how = {r["source"]: self.sourcing.seen(r["source"], r.get("seen")) for r in readings if r.get("source")}
        if len(set(how.values())) <= 1:
            return next(iter(how.values()), "")
        if len(how) > READINGS:
            counted = Counter(how.values()).most_common()
            return "; ".join(f"{count(many, 'source', 'sources')} {said.replace('; ', ', ')}" for said, many in counted)
        return "; ".join(f"{self.sourcing.publisher(name)}: {said.replace('; ', ', ')}" for name, said in how.items())

    def _certainty(self, claims: list[str]) -> str:
        found = [self.sourcing.certainty(claim) for claim in claims]
        if len({(c.level, c.reasons) for c in found}) == 1:
            return f"{found[0].level}: {found[0].reasons}"
        lowest = min(found, key=lambda c: c.boxes)
        return f"{lowest.level} at the lowest: {lowest.reasons}"

    def _elsewhere(self, figures: list[dict]) -> str:
        lines = list(dict.fromkeys(line for reading in figures for line in self.sourcing.elsewhere(reading)))
        more = [f"{count(len(lines) - READINGS, 'other reading', 'other readings')} on the desk"]
        return "; ".join(lines if len(lines) <= READINGS + 1 else lines[:READINGS] + more)

    def unit_words(self, unit: str | None) -> str:
        """The words of a unit as a heading carries them: "tokens per merged request"; each amount has its own $."""
        if not unit or unit == "1":
            return ""
        parsed = parse_unit(unit, self.sourcing.database.units)
        return wording.unit_words(parsed).strip()


def with_question(number: Number, said: str) -> str:
    """A step in words, and for the answer to a question its column and its name."""
    asked = QUESTION.fullmatch(number.ref or "")
    return f"{said}; “{asked[2]}” in the answer to {asked[1]}" if asked and said else said


def questions_below(number: Number) -> list[str]:
    """The questions whose answers a number rests on, in order of use, the nearest first."""
    found: dict[str, None] = {}
    met, left = {number}, [number]
    for one in left:
        if asked := QUESTION.fullmatch(one.ref or ""):
            found.setdefault(asked[1])
        left += [part for part in dict.fromkeys(one.inputs) if part not in met]
        met.update(left)
    return list(found)
