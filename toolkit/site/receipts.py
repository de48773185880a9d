"""Receipts: how a number of a page was computed, down to the figures, usage logs and assumptions it was made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from toolkit.core import wording
from toolkit.core.number import COMPARED_DIGITS, Number
from toolkit.core.unit import convert_value, unit_without_scales
from toolkit.site.citations import (
    QUESTION,
    Citations,
    Reference,
    code_of,
    kind_words,
    label_of,
    with_question,
    without_hash,
)
from toolkit.site.equations import equation, essential
from toolkit.site.receipt_head import head
from toolkit.site.rows_behind import rows_behind
from toolkit.site.sourcing import Sourcing, claim_address, count, hedge, listed

LEAVES = 8  # a receipt lists so many inputs one by one; more are counted by source
DEPTH = 3  # levels of a receipt; below them are the figures alone
AS_ABOVE, REST_AS_ABOVE = "as above", "all else as above"  # what a receipt has said of a step already
RESTS = {
    "all": "all that the notebook had taken by then, which may be more than was used",
    "named": "what its author named",
}
READINGS = 3  # other readings, or sources, that are named one by one


@dataclass(frozen=True)
class ReceiptStep:
    """One input in a receipt's tree, in words; `about` says where it is from, `steps` are its own inputs."""

    amount: str
    unit: str
    label: str
    calculation: str = ""
    about: Markup = Markup("")
    steps: tuple[ReceiptStep, ...] = ()


def amount_and_unit(number: Number) -> tuple[str, str]:
    """(amount, words of its unit): ("69 million", "tokens per merged request").

    The unit is there too where the sentence leaves it out, so that the step below comes to what is printed. Words
    without a space before them, as in German "3,5-mal", are part of the amount.
    """
    said = replace(number, style=replace(number.style, bare=False, brief=False)).wording
    return (said.amount, said.unit.strip()) if said.unit[:1] in ("", " ") else (said.amount + said.unit, "")


def rounding(number: Number) -> str:
    """How the printed number was rounded from the computed one, in words; empty for ranges, and without inputs."""
    if not number.inputs or number.low != number.high:
        return ""
    printed = number.wording.low.number
    value = convert_value(number.low, number.unit, unit_without_scales(number.unit))
    if printed == wording.round_to(value, COMPARED_DIGITS):
        return "none: printed in full"
    for digits in (number.style.digits or 2, *range(1, COMPARED_DIGITS)):
        if printed == wording.round_to(value, digits):
            return f"printed to {count(digits, 'significant figure', 'significant figures')}"
    return ""


@dataclass(frozen=True)
class Receipts:
    """Makes the receipts of a page's numbers."""

    citations: Citations

    @property
    def _sourcing(self) -> Sourcing:
        return self.citations.sourcing

    def of(self, reference: Reference) -> dict[str, Any]:
        """All that the receipt of a number in the text shows, by the names in receipt.html.j2."""
        number = reference.number
        amount, unit = amount_and_unit(number)
        seen: set[str] = set()
        first = head(number, f"{amount} {unit}", self.citations)
        steps = self._steps(number, seen, DEPTH) if number.inputs else (self._own_leaf(number, first.label, seen),)
        label = label_of(self.citations.labelled(number)) if number.inputs else ""
        return {
            "reference": reference,
            "kind": kind_words(number),
            "hedge": "" if number.inputs else hedge(self._sourcing.reading(number.ref or "")),
            "amount": amount,
            "unit": unit,
            "first": first,
            "label": "" if label == first.label else label,
            "calculation": with_question(number, equation(essential(number)[0])),
            "questions": questions_below(number),
            "codes": [(sha, list(self.citations.codes).index(sha) + 1) for sha in codes_below(number)],
            "steps": steps,
            "rows": self._rows(number),
            "behind": rows_behind(number, self._sourcing),
        }

    def _steps(self, number: Number, seen: set[str], depth: int) -> tuple[ReceiptStep, ...]:
        made, conditions = essential(number)
        inputs = (*(made.inputs or (made,)), *conditions)
        parts = [part for part in dict.fromkeys(inputs) if part.operation.name != "constant"]
        if len(parts) <= LEAVES and depth > 0:
            return tuple(self._step(self.citations.labelled(part), seen, depth) for part in parts)
        leaves = self.citations.leaves(parts)
        if len(leaves) <= LEAVES:
            return tuple(self._leaf(leaf, seen) for leaf in leaves)
        counts_claims = made.operation.name == "count" and made.operation["of"] == "claim"
        return self._by_source(leaves, seen, counts_claims)

    def _step(self, number: Number, seen: set[str], depth: int) -> ReceiptStep:
        if not number.inputs:
            return self._leaf(number, seen)
        amount, unit = amount_and_unit(number)
        label = label_of(number)
        if number.digest in seen:
            return ReceiptStep(amount, unit, label, AS_ABOVE)
        seen.add(number.digest)
        said = with_question(number, equation(essential(number)[0]))
        return ReceiptStep(amount, unit, label, said, Markup(""), self._steps(number, seen, depth - 1))

    def _leaf(self, number: Number, seen: set[str]) -> ReceiptStep:
        reading = self._sourcing.reading(number.ref or "")
        amount, unit = amount_and_unit(number) if number.operation.name != "stated" else ("", "")
        amount = hedge(reading) + amount if amount else ""
        amount = amount[:1].upper() + amount[1:]
        label = ", ".join(filter(None, (label_of(number), reading.get("qualifier"))))
        if amount and number.digest in seen:
            return ReceiptStep(amount, unit, label, AS_ABOVE)
        seen.add(number.digest)
        made = number.operation.words([], self.citations.units.locale.say) if reading.get("dataset") else ""
        return ReceiptStep(amount, unit, label, made, self._about(number, reading, seen))

    def _about(self, number: Number, reading: dict, seen: set[str]) -> Markup:
        kind = self.citations.units.locale.say(str(number.kind))
        if number.why and number.why != number.label:
            said_by = self._publishers(self.citations.sources([number]))
            return Markup("{}{}: {}").format(kind, f" · {said_by}" if said_by else "", without_hash(number.why))
        source = reading.get("source")
        if not source:
            log = (number.ref or "").partition("log:")[2]
            return Markup("{}{}").format(kind, f" · usage log {log}" if log else "")
        place = f" · {reading['place']}" if reading.get("place") else ""
        if printed := self._sourcing.as_printed(reading):
            place = f" · printed as {printed}{place}"
        if reading.get("retrieved"):
            place = f" · retrieved {self._sourcing.date(reading['retrieved'])}"
        cite = "same source" if source in seen else self._sourcing.cite(source)
        seen.add(source)
        said = Markup('{} · <a href="#s-{}">{}</a>{}').format(kind, source, cite, place)
        if "claim" in reading:
            said += Markup(' · <a href="{}">all readings</a>').format(claim_address(reading["claim"]))
        return said

    def _own_leaf(self, number: Number, head: str, seen: set[str]) -> ReceiptStep:
        """The only step of a number without inputs: what the label `head` and the amount above it do not say."""
        made = self._leaf(self.citations.labelled(number), seen)
        if made.label == head:
            made = replace(made, label="")
        return made if hedge(self._sourcing.reading(number.ref or "")) else replace(made, amount="", unit="")

    def _by_source(self, leaves: list[Number], seen: set[str], counts_claims: bool) -> tuple[ReceiptStep, ...]:
        """Many inputs as one step a publisher: how many figures, with a link to each of its documents by date.

        With `counts_claims` it says how many claims each publisher adds to those above it. What no source stated is
        listed one by one, unless it is above.
        """
        found: dict[str, list[Number]] = {}
        for leaf in leaves:
            found.setdefault(self._sourcing.reading(leaf.ref or "").get("source", ""), []).append(leaf)
        publishers: dict[str, list[str]] = {}
        for name in sorted(filter(None, found), key=self._sourcing.age):
            publishers.setdefault(self._sourcing.publisher(name), []).append(name)
        claims: set[str] = set()
        steps = []
        for publisher, names in publishers.items():
            mine = [leaf for name in names for leaf in found[name]]
            more = {self._sourcing.reading(leaf.ref or "").get("claim", "") for leaf in mine} - claims
            claims |= more
            adding = f"adding {count(len(more), 'claim', 'claims')}" if counts_claims else ""
            about = self._publisher(publisher, names, mine)
            steps.append(ReceiptStep(count(len(mine), "figure", "figures"), adding, "", "", about))
        rest = found.get("", [])
        steps += [self._leaf(leaf, seen) for leaf in rest if leaf.digest not in seen]
        if len(steps) < len(publishers) + len(rest):
            steps.append(ReceiptStep("", "", "", REST_AS_ABOVE if steps else AS_ABOVE))
        return tuple(steps)

    def _publisher(self, publisher: str, names: list[str], figures: list[Number]) -> Markup:
        """Which kinds of figures of a publisher are behind a step, and its documents `names` by date."""
        date, say = self._sourcing.date, self.citations.units.locale.say
        kinds = listed(dict.fromkeys(say(str(one.kind)) for one in figures))
        links = Markup(", ").join(
            Markup('<a href="#s-{}">{}</a>').format(name, date(self._sourcing.source(name)["published"]))
            for name in names
        )
        return Markup("{} · {}, {}").format(kinds, publisher, links)

    def _rows(self, number: Number) -> list[tuple[str, str]]:
        readings = [found for leaf in number.leaves() if (found := self._sourcing.reading(leaf.ref or ""))]
        figures = [reading for reading in readings if reading.get("claim")]
        claims = list(dict.fromkeys(reading["claim"] for reading in figures))
        who = dict.fromkeys(reading["population"] for reading in figures if reading["population"])
        rows = [
            ("Who", listed(who) if len(claims) <= LEAVES else ""),
            ("Baseline", self._baseline(figures)),
            ("Rests on", _rests_on(number)),
            ("Rounding", rounding(number)),
            ("Seen", self._seen([*readings, *self._many_rows(number)])),
        ]
        if 0 < len(claims) <= LEAVES:  # of more claims these say little
            origins = self._sourcing.origins(claims)
            rows += [
                ("Origins", f"{count(len(origins), 'source', 'sources')} in the end: {self._publishers(origins)}"),
                ("Certainty", self._certainty(claims)),
                ("Elsewhere", self._elsewhere(figures)),
            ]
        return [(name, value) for name, value in rows if value]

    def _publishers(self, sources: Iterable[str]) -> str:
        names = list(dict.fromkeys(map(self._sourcing.publisher, sources)))
        return listed([*names[:LEAVES], "others"] if len(names) > LEAVES else names)

    def _many_rows(self, number: Number) -> list[dict]:
        """The sources of rows too many to list, each as a reading of which nothing else is known."""
        many = [leaf for leaf in number.leaves() if leaf.operation.name == "rows"]
        return [{"source": source} for source in self.citations.sources(many)]

    def _baseline(self, figures: list[dict]) -> str:
        if len(figures) != 1 or not figures[0]["baseline"]:
            return ""
        return "the source gives none" if figures[0]["baseline"] == "none given" else figures[0]["baseline"]

    def _seen(self, readings: list[dict]) -> str:
        how = {r["source"]: self._sourcing.seen(r["source"], r.get("seen")) for r in readings if r.get("source")}
        if len(set(how.values())) <= 1:
            return next(iter(how.values()), "")
        if len(how) > READINGS:
            counted = Counter(how.values()).most_common()
            return "; ".join(f"{count(many, 'source', 'sources')} {said.replace('; ', ', ')}" for said, many in counted)
        return "; ".join(f"{self._sourcing.publisher(name)}: {said.replace('; ', ', ')}" for name, said in how.items())

    def _certainty(self, claims: list[str]) -> str:
        found = [self._sourcing.certainty(claim) for claim in claims]
        if len({(c.level, c.reasons) for c in found}) == 1:
            return f"{found[0].level}: {found[0].reasons}"
        lowest = min(found, key=lambda c: c.boxes)
        return f"{lowest.level} at the lowest: {lowest.reasons}"

    def _elsewhere(self, figures: list[dict]) -> str:
        lines = list(dict.fromkeys(line for reading in figures for line in self._sourcing.elsewhere(reading)))
        more = [count(len(lines) - READINGS, "other reading", "other readings")]
        return "; ".join(lines if len(lines) <= READINGS + 1 else lines[:READINGS] + more)


def below(number: Number) -> list[Number]:
    """A number and all that it was computed from, each once, the nearest inputs first."""
    seen, queue = {number}, [number]
    for one in queue:  # which grows meanwhile: breadth first
        queue += [part for part in dict.fromkeys(one.inputs) if part not in seen]
        seen.update(queue)
    return queue


def questions_below(number: Number) -> list[str]:
    """The names of the questions whose answers a number was computed from, the nearest inputs first."""
    asked = (QUESTION.fullmatch(one.ref or "") for one in below(number))
    return list(dict.fromkeys(found[1] for found in asked if found))


def codes_below(number: Number) -> list[str]:
    """The hashes of the code in pandas that a number was worked out by, the nearest inputs first."""
    return list(dict.fromkeys(found[0] for one in below(number) if (found := code_of(one))))


def _rests_on(number: Number) -> str:
    """What a number that pandas worked out rests on, in words; empty for others."""
    made = next((dict(one.operation.settings) for one in below(number) if code_of(one)), {})
    return RESTS[str(made["rests"])] if made else ""
