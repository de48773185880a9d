"""Receipts: what stands behind each number of a page, down to the figures, feeds and assumptions it rests on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from markupsafe import Markup, escape

from toolkit import wording
from toolkit.intervals import LINEAR
from toolkit.publish.amounts import EN, nine, rounding, split_amount
from toolkit.publish.markdown import curly
from toolkit.publish.sourcing import Sourcing, claim_address, count, hedge, listed
from toolkit.units import parse_unit
from toolkit.wording import KINDS, MARKS, written_date

ISO_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
QUESTION = re.compile(r"question:([^#]+)#(.+)")  # the reference of an answer: its question, its column
ORDER = tuple(KINDS)
LEAVES = 8  # a receipt lists so many inputs one by one; more are counted by source
DEPTH = 3
READINGS = 3


@dataclass(frozen=True)
class Reference:
    """One number in the text: its place in document order, its note, its words and what it is."""

    place: int
    note: int
    text: str
    root: str
    kind: str
    marked: bool

    @property
    def html(self) -> Markup:
        """The number as it stands in the sentence, a link to its receipt."""
        long = " long" if len(self.text) > 16 else ""
        mark = Markup('<small class="kind">{}</small>').format(MARKS[self.kind]) if self.marked else ""
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


def kind_words(node: Mapping) -> str:
    """The kind of a number: what was computed, or the assumption itself."""
    return (KINDS if node["inputs"] else MARKS)[node["kind"]]


@dataclass
class Ledger:
    """All numbers of a page in document order, and what they rest on."""

    sourcing: Sourcing
    nodes: dict[str, dict] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    used: dict[str, None] = field(default_factory=dict)
    claims: dict[str, set[str]] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)
    _notes: dict[tuple[str, str], int] = field(default_factory=dict)

    def refer(self, number: Mapping) -> Reference:
        """Enters a number of the text: {"text", "root", "nodes"} as a notebook keeps it."""
        self.learn(number["nodes"])
        kind = self.nodes[number["root"]]["kind"]
        note = self._notes.setdefault((number["root"], number["text"]), len(self._notes) + 1)
        marked = ORDER.index(kind) > 1 and all(reference.kind != kind for reference in self.references)
        made = Reference(len(self.references) + 1, note, number["text"], number["root"], kind, marked)
        self.references.append(made)
        return made

    def learn(self, nodes: Mapping[str, dict]) -> None:
        """Takes in the receipts of a table, chart or number: sources, claims and questions they use."""
        for name, node in nodes.items():
            self.nodes.setdefault(
                name, {**node, "label": curly(ISO_DATE.sub(lambda day: written_date(day[0]), node["label"]))}
            )
            if asked := QUESTION.fullmatch(node["ref"] or ""):
                self.questions.setdefault(asked[1], "")
            reading = self.sourcing.reading(node["ref"] or "")
            if reading.get("source"):
                self.used.setdefault(reading["source"])
            if reading.get("claim"):
                self.claims.setdefault(reading["claim"], set()).add(reading["source"])

    def leaves(self, roots: Iterable[str]) -> list[dict]:
        """The nodes without inputs below `roots`, each once, in order of use."""
        found: dict[str, dict] = {}

        def walk(name: str) -> None:
            node = self.nodes[name]
            if not node["inputs"]:
                found.setdefault(name, node)
            for part in node["inputs"]:
                walk(part)

        for root in roots:
            walk(root)
        return list(found.values())

    def sources(self, roots: Iterable[str]) -> list[str]:
        """The sources below `roots`, oldest first."""
        readings = (self.sourcing.reading(leaf["ref"] or "") for leaf in self.leaves(roots))
        return sorted({reading["source"] for reading in readings if reading.get("source")}, key=self.sourcing.age)

    def cited(self, roots: Iterable[str]) -> str:
        """The sources below `roots` in a line."""
        return "; ".join(self.sourcing.cite(name) for name in self.sources(roots))

    def notes(self) -> list[dict]:
        """Each distinct number of the text in a line, for the list of all numbers and for print."""
        first: dict[int, Reference] = {}
        for reference in self.references:
            first.setdefault(reference.note, reference)
        return [self._note(reference) for reference in first.values()]

    def line(self, text: str, root: str) -> dict:
        """One number in a line: its words, its sum, its kind and its sources."""
        node = self.nodes[root]
        cites = [self.sourcing.cite(name) for name in self.sources([root])]
        return {"text": text, "sum": self._sum(node, exact=False), "label": node["label"],
                "kind": kind_words(node), "sources": listed(cites)}  # fmt: skip

    def _note(self, reference: Reference) -> dict:
        return {**self.line(reference.text, reference.root), "place": reference.place, "note": reference.note}

    # one receipt

    def receipt(self, reference: Reference) -> dict:
        """Everything a receipt shows, for its template."""
        node = self.nodes[reference.root]
        amount, unit = split_amount(reference.text)
        leaves = self.leaves([reference.root])
        seen: set[str] = set()
        steps = self._steps(node, seen, DEPTH) if node["inputs"] else (self._own_leaf(node, seen),)
        return {
            "reference": reference, "kind": kind_words(node), "amount": amount, "unit": unit,
            "label": node["label"] if node["inputs"] else "", "sum": self._sum(node),
            "questions": self._questions(reference.root), "steps": steps,
            "rows": self._rows(node, reference.text, leaves),
        }  # fmt: skip

    def _questions(self, root: str) -> list[str]:
        """The questions whose answers a number rests on, in order of use."""
        found: dict[str, None] = {}
        met, left = {root}, [root]
        for name in left:
            if asked := QUESTION.fullmatch(self.nodes[name]["ref"] or ""):
                found.setdefault(asked[1])
            left += [part for part in dict.fromkeys(self.nodes[name]["inputs"]) if part not in met]
            met.update(left)
        return list(found)

    def _steps(self, node: dict, seen: set[str], depth: int) -> tuple[Step, ...]:
        parts = list(dict.fromkeys(node["inputs"]))
        if len(parts) <= LEAVES and depth > 0:
            return tuple(self._step(part, seen, depth) for part in parts)
        leaves = self.leaves(parts)
        return self._by_source(leaves) if len(leaves) > LEAVES else tuple(self._leaf(leaf, seen) for leaf in leaves)

    def _step(self, name: str, seen: set[str], depth: int) -> Step:
        node = self.nodes[name]
        if not node["inputs"]:
            return self._leaf(node, seen)
        amount, unit = split_amount(node["text"])
        if name in seen:
            return Step(amount, unit, node["label"], "as above")
        seen.add(name)
        return Step(amount, unit, node["label"], self._sum(node), Markup(""), self._steps(node, seen, depth - 1))

    def _leaf(self, node: dict, seen: set[str]) -> Step:
        reading = self.sourcing.reading(node["ref"] or "")
        amount, unit = split_amount(hedge(reading) + node["text"]) if node["method"] != "as stated" else ("", "")
        label = ", ".join(filter(None, (node["label"], reading.get("qualifier"))))
        return Step(amount[:1].upper() + amount[1:], unit, label, "", self._about(node, reading, seen))

    def _about(self, node: dict, reading: dict, seen: set[str]) -> Markup:
        if node["why"] and node["why"] != node["label"]:
            return Markup("{}: {}").format(node["kind"], node["why"])
        source = reading.get("source")
        if not source:
            return Markup("{}{}").format(node["kind"], f" · {node['ref']}" if node["ref"] != "assumption" else "")
        place = f" · {reading['place']}" if reading.get("place") else ""
        cite = "same source" if source in seen else self.sourcing.cite(source)
        seen.add(source)
        said = Markup('{} · <a href="#s-{}">{}</a>{}').format(node["kind"], source, cite, place)
        if "claim" in reading:
            said += Markup(' · <a href="{}">all readings</a>').format(claim_address(reading["claim"]))
        return said

    def _own_leaf(self, node: dict, seen: set[str]) -> Step:
        """The leaf a number is itself; its amount stands above already, unless the source hedges it."""
        made = self._leaf(node, seen)
        return made if hedge(self.sourcing.reading(node["ref"] or "")) else replace(made, amount="", unit="")

    def _by_source(self, leaves: list[dict]) -> tuple[Step, ...]:
        """Many inputs, counted by publisher, each of its documents linked by date."""
        found: dict[str, list[dict]] = {}
        for leaf in leaves:
            found.setdefault(self.sourcing.reading(leaf["ref"] or "").get("source", ""), []).append(leaf)
        publishers: dict[str, list[str]] = {}
        for name in sorted(filter(None, found), key=self.sourcing.age):
            publishers.setdefault(self.sourcing.publisher(name), []).append(name)
        steps = []
        for publisher, names in publishers.items():
            mine = [leaf for name in names for leaf in found[name]]
            kinds = listed(dict.fromkeys(leaf["kind"] for leaf in mine))
            links = Markup(", ").join(
                Markup('<a href="#s-{}">{}</a>').format(name, written_date(self.sourcing.source(name)["published"]))
                for name in names
            )
            about = Markup("{} · {}, {}").format(kinds, publisher, links)
            steps.append(Step(count(len(mine), "figure", "figures"), "", "", "", about))
        rest = found.get("", [])
        steps += [Step(*split_amount(leaf["text"]), leaf["label"], "", escape(leaf["kind"])) for leaf in rest[:LEAVES]]
        return tuple(steps)

    def _rows(self, node: dict, text: str, leaves: list[dict]) -> list[tuple[str, str]]:
        readings = [found for leaf in leaves if (found := self.sourcing.reading(leaf["ref"] or ""))]
        figures = [reading for reading in readings if reading.get("claim")]
        claims = list(dict.fromkeys(reading["claim"] for reading in figures))
        who = dict.fromkeys(reading["population"] for reading in figures if reading["population"])
        rows = [("Who", listed(who) if len(claims) <= LEAVES else ""),
                ("Baseline", self._baseline(figures)), ("Rounding", rounding(node, text)),
                ("Seen", self._seen(readings))]  # fmt: skip
        if 0 < len(claims) <= LEAVES:  # of more claims these say little
            origins = self.sourcing.origins(claims)
            names = list(dict.fromkeys(self.sourcing.publisher(name) for name in origins))
            names = listed([*names[:LEAVES], "others"] if len(names) > LEAVES else names)
            rows += [("Origins", f"{count(len(origins), 'source', 'sources')} in the end: {names}"),
                     ("Certainty", self._certainty(claims)), ("Elsewhere", self._elsewhere(figures))]  # fmt: skip
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

    def _sum(self, node: dict, exact: bool = True) -> str:
        """The method with the inputs' values in it, and what it comes to: "69m ÷ 7m = 9.85714286"."""
        if not node["inputs"]:
            return ""
        said = self._step_in_words(node)
        said = f"{said} = {self.value(node)}" if exact else said
        asked = QUESTION.fullmatch(node["ref"] or "")
        return f"{said}; “{asked[2]}” in the answer to {asked[1]}" if asked else said

    def _step_in_words(self, node: dict) -> str:
        method, inputs = node["method"], node["inputs"]
        figures = count(len(set(inputs)), "figure", "figures")
        if "{" not in method and node["ref"]:  # a count, or what else a question did
            counts = method.startswith("count")
            return f"{method if counts else 'asked'} {'in' if ' of ' in method and counts else 'of'} {figures}"
        terms = [self._term(self.nodes[part]) for part in inputs]
        if method.count("{") <= LEAVES:
            return method.format(*terms).replace(" ** 2", "²").replace(" ** 3", "³").replace(" ** ", "^")
        if not LINEAR.fullmatch(method):
            return count(len(inputs), "input", "inputs")
        first, second, *_, last = re.split(r" (?=[+−])", method)
        many = f" ({figures})" if node["ref"] else ""
        return f"{first} {second} {last[0]} … {last}{many}".format(*terms)

    def _term(self, node: dict) -> str:
        """An input in a sum: a figure as printed, a computed plain number to four significant digits."""
        if node["inputs"] and node["unit"] == "1" and "%" not in node["short"]:
            ends = dict.fromkeys(
                wording.plain(wording.round_to(node[end], 4).normalize(), EN) for end in ("low", "high")
            )
            return "–".join(ends)
        return node["short"].removesuffix("×")

    def value(self, node: dict) -> str:
        """The value as computed, to nine significant digits: "9.85714286"."""
        ends = list(dict.fromkeys(nine(node[end]) for end in ("low", "high")))
        return EN.range.format(low=ends[0], high=ends[1]) if len(ends) == 2 else ends[0]

    def unit_words(self, unit: str | None) -> str:
        """The words of a unit as a heading carries them: "tokens per merged request"; each amount has its own $."""
        if not unit or unit == "1":
            return ""
        parsed = parse_unit(unit, self.sourcing.desk.units)
        return wording.unit_words(parsed, EN).strip()
