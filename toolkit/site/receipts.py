"""Receipts: how a number of a page was computed, down to the figures, usage logs and assumptions it was made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

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
)
from toolkit.site.equations import equation, essential
from toolkit.site.how_seen import how_seen, source_by_source
from toolkit.site.receipt_head import head
from toolkit.site.receipt_steps import LEAVES, ReceiptTree, StepsOnPage, amount_and_unit
from toolkit.site.rows_behind import rows_behind
from toolkit.site.sourcing import Sourcing, count, hedge, listed

RESTS_ON = {  # by what a result of pandas rests on, in words
    "all": "all that the notebook had taken by then, which may be more than was used",
    "named": "what its author named",
}
BY_AUTHOR = "its author’s word: the code that makes the value does not say it"
NAMED = 3  # so many other readings are named one by one; of more the rest is counted


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
    """Makes the receipts of a page's numbers, in their order.

    Where many steps are in an earlier receipt, a later one leads there: `steps_on_page` has them, as in `ReceiptTree`.
    """

    citations: Citations
    steps_on_page: dict[tuple[str, str], StepsOnPage] = field(default_factory=dict)

    @property
    def _sourcing(self) -> Sourcing:
        return self.citations.sourcing

    def of(self, reference: Reference) -> dict[str, Any]:
        """All that the receipt of a number in the text shows, by the names in receipt.html.j2."""
        number = reference.number
        amount, unit = amount_and_unit(number)
        first_lines = head(number, f"{amount} {unit}", self.citations)
        label = label_of(self.citations.labelled(number)) if number.inputs else ""
        return {
            "reference": reference,
            "kind": kind_words(number),
            "hedge": "" if number.inputs else hedge(self._sourcing.reading(number.ref or "")),
            "amount": amount,
            "unit": unit,
            "first": first_lines,
            "label": "" if label == first_lines.label else label,
            "calculation": with_question(number, equation(essential(number)[0])),
            "questions": questions_behind(number),
            "codes": [(sha, list(self.citations.codes).index(sha) + 1) for sha in code_behind(number)],
            "steps": ReceiptTree(self.citations, reference, self.steps_on_page).of(number, first_lines.label),
            "facts": self._facts(number),
            "behind": rows_behind(number, self._sourcing),
        }

    def _facts(self, number: Number) -> list[tuple[str, str]]:
        """(name, words) of what else is known of a number: of whom it is, its baseline, its origins …"""
        readings = [row for leaf in number.leaves() if (row := self._sourcing.reading(leaf.ref or ""))]
        figures = [reading for reading in readings if reading.get("claim")]
        claims = list(dict.fromkeys(reading["claim"] for reading in figures))
        populations = dict.fromkeys(reading["population"] for reading in figures if reading["population"])
        ways_seen = how_seen([*readings, *self._sources_of_many(number)], self._sourcing)
        facts = [
            ("Who", listed(populations) if len(claims) <= LEAVES else ""),
            ("Baseline", self._baseline(figures)),
            ("Rests on", _rests_on(number)),
            ("Unit", BY_AUTHOR if "unit_by" in dict(number.operation.settings) else ""),
            ("Rounding", rounding(number)),
            ("Seen", source_by_source(ways_seen, self._sourcing)),
        ]
        if 0 < len(claims) <= LEAVES:  # of more claims these say little
            origins = self._sourcing.origins(claims)
            facts += [
                (
                    "Origins",
                    f"{count(len(origins), 'source', 'sources')} in the end: {self._sourcing.publishers(origins)}",
                ),
                ("Certainty", self._certainty(claims)),
                ("Elsewhere", self._elsewhere(figures)),
            ]
        return [(name, words) for name, words in facts if words]

    def _sources_of_many(self, number: Number) -> list[dict]:
        """The sources of rows that are too many to be listed, each as a reading with nothing but its source."""
        leaves = [leaf for leaf in number.leaves() if leaf.operation.name == "rows"]
        return [{"source": source} for source in self.citations.sources(leaves)]

    def _baseline(self, figures: list[dict]) -> str:
        if len(figures) != 1 or not figures[0]["baseline"]:
            return ""
        return "the source gives none" if figures[0]["baseline"] == "none given" else figures[0]["baseline"]

    def _certainty(self, claims: list[str]) -> str:
        certainties = [self._sourcing.certainty(claim) for claim in claims]
        if len({(c.level, c.reasons) for c in certainties}) == 1:
            return f"{certainties[0].level}: {certainties[0].reasons}"
        lowest = min(certainties, key=lambda c: c.boxes)
        return f"{lowest.level} at the lowest: {lowest.reasons}"

    def _elsewhere(self, figures: list[dict]) -> str:
        lines = list(dict.fromkeys(line for reading in figures for line in self._sourcing.elsewhere(reading)))
        more = [count(len(lines) - NAMED, "other reading", "other readings")]
        return "; ".join(lines if len(lines) <= NAMED + 1 else lines[:NAMED] + more)


def with_all_inputs(number: Number) -> list[Number]:
    """A number and all that it was computed from, each once, the nearest inputs first."""
    seen, queue = {number}, [number]
    for part in queue:  # inputs are added to its end: breadth first
        queue += [below for below in dict.fromkeys(part.inputs) if below not in seen]
        seen.update(queue)
    return queue


def questions_behind(number: Number) -> list[str]:
    """The names of the questions whose answers a number was computed from, the nearest inputs first."""
    matches = (QUESTION.fullmatch(part.ref or "") for part in with_all_inputs(number))
    return list(dict.fromkeys(match[1] for match in matches if match))


def code_behind(number: Number) -> list[str]:
    """The hashes of the code in pandas that a number was worked out by, the nearest inputs first."""
    return list(dict.fromkeys(code[0] for part in with_all_inputs(number) if (code := code_of(part))))


def _rests_on(number: Number) -> str:
    """What a number that pandas worked out rests on, in words; empty for others."""
    settings = next((dict(part.operation.settings) for part in with_all_inputs(number) if code_of(part)), {})
    return RESTS_ON[str(settings["rests"])] if settings else ""
