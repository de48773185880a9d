"""Compares the findings of an edition with those of its rebuild, with the causes of what differs.

Values agree where they do to nine significant digits.
"""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.build.manifest import state_name
from toolkit.core.number import Number, to_nine_digits
from toolkit.core.unit import unit_text
from toolkit.review.two_editions import Editions, Mismatch, causes_of


def compare_findings(editions: Editions) -> tuple[int, list[Mismatch]]:
    """(number of findings, those that differ in value, unit, kind, receipt, label or printed text)."""
    pairs = editions.pairs("findings")
    compared = [_finding(where, editions, old, new) for where, old, new in pairs]
    return len(pairs), [mismatch for mismatch in compared if mismatch]


def _finding(where: str, editions: Editions, old: Mapping, new: Mapping) -> Mismatch | None:
    """The mismatch of a finding, in one of the states of readers' choices; None without one."""
    causes = causes_of(editions.inputs)
    if not old or not new:
        return Mismatch("finding", where, old.get("printed", ""), new.get("printed", ""), causes=causes)
    if old.get("label") != new.get("label"):
        labels = str(old.get("label", "")), str(new.get("label", ""))
        return Mismatch("finding", where, *labels, text_changed=False, causes=causes, part="the label of a finding")
    if old.keys() != new.keys():
        names = ", ".join(sorted(old)), ", ".join(sorted(new))
        return Mismatch("finding", where, *names, text_changed=False, causes=causes, part="the entries of a finding")
    before, after = _in_states(old), _in_states(new)
    if before.keys() != after.keys():
        return Mismatch("finding", where, "; ".join(before), "; ".join(after), causes=causes)
    slug = where.partition(", ")[0]
    for state, old_finding in before.items():
        roots = editions.numbers[0][slug][old_finding["node"]], editions.numbers[1][slug][after[state]["node"]]
        first = deepest_difference(*roots)
        text_changed = old_finding["printed"] != after[state]["printed"]
        if first or text_changed:
            return Mismatch(
                what="finding",
                where=where + (f", with {state}" if state else ""),
                old=f"{old_finding['printed']} ({value_and_unit(roots[0])})",
                new=f"{after[state]['printed']} ({value_and_unit(roots[1])})",
                text_changed=text_changed,
                deepest_difference=_in_words(*first) if first and first != roots else "",
                causes=causes_of(editions.inputs, (first[1].ref or "") if first else ""),
            )
    return None


def _in_states(finding: Mapping) -> dict[str, Mapping]:
    """A finding's entry under "", and what it is in each state of readers' choices by the state's name."""
    return {"": finding, **{state_name(state["at"]): state for state in finding.get("states", ())}}


def deepest_difference(
    old: Number, new: Number, compared: set[tuple[Number, Number]] | None = None
) -> tuple[Number, Number] | None:
    """The deepest cause of a difference between two receipts: a pair (old, new) that differs while its inputs agree.

    Inputs are paired by position and searched before the number itself, first to last. None where the receipts agree.
    `compared` has the pairs that were searched already.
    """
    compared = set() if compared is None else compared
    if (old, new) in compared:
        return None
    compared.add((old, new))
    for pair in zip(old.inputs, new.inputs, strict=False):
        pair_below = deepest_difference(*pair, compared)
        if pair_below:
            return pair_below
    return (old, new) if facts(old) != facts(new) else None


def facts(number: Number) -> tuple:
    """What must be equal of a number in both editions, inputs apart: value, printed text and all but the label."""
    described = (unit_text(number.unit), number.kind, number.operation, number.ref, number.why, str(number))
    return _low_and_high(number), described, len(number.inputs)


def _low_and_high(number: Number) -> tuple[str, str]:
    return to_nine_digits(number.low), to_nine_digits(number.high)


def value_and_unit(number: Number) -> str:
    """A number's value to nine digits, its unit and its kind: "35 cup/week, reported"."""
    unit = "" if unit_text(number.unit) == "1" else f" {unit_text(number.unit)}"
    return f"{' to '.join(dict.fromkeys(_low_and_high(number)))}{unit}, {number.kind}"


def _in_words(old: Number, new: Number) -> str:
    """How a number differs: "figure:report#seats: 35 cup/week, reported → 36 cup/week, reported"."""
    name = new.ref or new.label or new.method
    more = f", {old.method} → {new.method}" if old.operation != new.operation else ""
    more += f", {old.ref or ''} → {new.ref or ''}" if old.ref != new.ref else ""
    return f"{name}: {value_and_unit(old)} → {value_and_unit(new)}{more}"
