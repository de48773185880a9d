"""Ranges of expressions that use an input more than once.

A number is a tree of arithmetic over inputs that are ranges. Where an input stands in the tree twice, the
ranges of the parts do not tell the range of the whole: x / x is 1 whatever x may be.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.numbers import Number

LINEAR = re.compile(r"−?\{0\}( [+−] \{\d+\})*|\(\{0\}( \+ \{\d+\})*\) ÷ \d+")  # a sum, a difference, a mean
CORNERS = 10  # up to 2**10 corners of the box of uncertain inputs are evaluated
Degrees = dict["Number", "tuple[int, int] | None"]


def corner_range(made: Number) -> tuple[float, float] | None:
    """Least and greatest value of a number over its uncertain inputs, where they lie at corners of the box.

    None where the expression is not known to rise or fall in each input throughout.
    """
    powers = degrees(made)
    if len(powers) > CORNERS or any(power is None or max(power) > 1 for power in powers.values()):
        return None
    values = [
        value_at(made, dict(zip(powers, corner, strict=True)))
        for corner in itertools.product(*((atom.low, atom.high) for atom in powers))
    ]
    return min(values), max(values)


def degrees(number: Number) -> Degrees:
    """The degree of each uncertain input in the fraction of polynomials that `number` is.

    Where no degree is above one the fraction rises or falls in each input throughout, so that its least
    and greatest values lie at corners of the box (a ratio of functions linear in each variable).
    """
    parts = [part.atoms for part in number.inputs]
    atoms = dict.fromkeys(atom for part in parts for atom in part)
    if number.method not in ("{0} × {1}", "{0} ÷ {1}") and not LINEAR.fullmatch(number.method):
        if number.method == "1 ÷ {0}":
            return {atom: degree and (degree[1], degree[0]) for atom, degree in parts[0].items()}
        linear = len(parts) == 1 and number.method.startswith(("{0} in ", "{0} + ", "{0} − ", "1 − ", "1 + "))
        return parts[0] if linear else dict.fromkeys(atoms)
    found: Degrees = {}
    for atom in atoms:
        ups_downs = [part.get(atom, (0, 0)) for part in parts]
        if None in ups_downs:
            found[atom] = None
        elif number.method == "{0} × {1}":
            found[atom] = (sum(up for up, _ in ups_downs), sum(down for _, down in ups_downs))
        elif number.method == "{0} ÷ {1}":
            (up, down), (up2, down2) = ups_downs
            found[atom] = (up + down2, down + up2)
        else:
            downs = sum(down for _, down in ups_downs)
            found[atom] = (max(up + downs - down for up, down in ups_downs), downs)
    return found


def value_at(number: Number, corner: dict[Number, float]) -> float:
    """The value of `number` where its uncertain inputs take the values of `corner`."""
    if number in corner:
        return corner[number]
    if number.low == number.high:
        return number.low
    return number.rule(*(value_at(part, corner) for part in number.inputs))


def sum_method(count: int, taken: int = 0) -> str:
    """The method of a sum of `count` inputs, the last `taken` of them taken off, as receipts carry it."""
    marks = ["+"] * (count - taken) + ["−"] * taken
    return "".join(f" {mark} {{{place}}}" for place, mark in enumerate(marks)).removeprefix(" + ")
