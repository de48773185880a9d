"""Values of one kind in two sizes that a query adds or compares: thousands with millions, per cent with shares.

Numbers that it types beside values of a series in millions, as if SQL had these so, are among them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from toolkit.core.errors import Problem
from toolkit.core.unit import base_units, is_counted, is_dimensionless, no_unit, unit_text, unit_without_scales
from toolkit.database.dataset_questions import DatasetQuestions
from toolkit.database.expression_meaning import ALIKE, Expressions, typed_number
from toolkit.database.meaning import Meaning, Place, Role
from toolkit.database.printed_scales import PrintedScale
from toolkit.database.query_tree import Node, every_node, function_arguments

WITH_SIZE = (Role.QUANTITY, Role.REPORTED)
LONGEST = 60  # letters of an expression in a sentence


@dataclass(frozen=True)
class ComparedSide:
    """One of the expressions that are added, compared, or chosen from, and what it means."""

    node: Node
    meaning: Meaning


def mixed_scales(
    scopes: Iterable[tuple[Node, Expressions]], where: str, database: DatasetQuestions
) -> Iterator[Problem]:
    """A problem for each place where values in two sizes of one unit are added, compared, or stand in one column.

    `scopes` are the SELECTs of a query with what their names mean.
    """
    sql_of = database.sql_of_expression
    found: dict[str, Problem] = {}
    for select, expressions in scopes:
        for e in _own_nodes(select):
            sides = [ComparedSide(node, expressions.meaning(node)) for node in _nodes_of_sides(e)]
            for left, right in combinations(sides, 2):
                if wrong := _wrong(e, left, right) or _typed_beside(e, left, right, database.printed_scale):
                    place = f"{sql_of(left.node)[:LONGEST]} and {sql_of(right.node)[:LONGEST]}"
                    found.setdefault(place, Problem(f"{where}, {place}", *wrong))
    yield from found.values()


def _wrong(e: Node, left: ComparedSide, right: ComparedSide) -> tuple[str, str, str] | None:
    """(found, allowed, remedy) of two values in one place that are not of one size; None where they are, or may be."""
    first, second = left.meaning, right.meaning
    if e.get("function_name") in ("*", "/"):
        return None
    if first.role not in WITH_SIZE or second.role not in WITH_SIZE:
        return _one_minus_percent(e, left, right)
    if Role.REPORTED in (first.role, second.role) and None in (first.unit, second.unit):
        of_file = next((m.unit for m in (first, second) if m.role is Role.QUANTITY and m.unit is not None), None)
        if of_file is None or unit_without_scales(of_file) == of_file:
            return None
        by = base_units(of_file)[0] / base_units(unit_without_scales(of_file))[0]
        return (
            f"values in {unit_text(of_file)}, and figures or series, whose units have no scales",
            "values of one size",
            f"multiply those in {unit_text(of_file)} by {_by(by)}",
        )
    if first.unit is None or second.unit is None:
        return None
    if first.unit.dimensionality != second.unit.dimensionality:
        return _of_two_kinds(first, second)
    by = base_units(second.unit)[0] / base_units(first.unit)[0]
    if math.isclose(by, 1) or (is_dimensionless(first.unit) and not (_is_share(first) and _is_share(second))):
        return None
    found = f"values in {_said(first)}, and in {_said(second)}"
    return found, "values of one size", f"convert one of them: multiply the second by {_by(by)}"


def _of_two_kinds(first: Meaning, second: Meaning) -> tuple[str, str, str] | None:
    """What is wrong with values of two kinds in one place: dollars and people. Things that are counted have one sum."""
    units = [meaning.unit for meaning in (first, second) if meaning.unit is not None]
    if any(map(is_dimensionless, units)) or all(map(is_counted, units)):
        return None
    found = f"values in {_said(first)}, and in {_said(second)}"
    return found, "values of one kind", "put values of one unit together, or work out a ratio of the two"


def _typed_beside(
    e: Node, left: ComparedSide, right: ComparedSide, printed: Callable[[Place], PrintedScale | None]
) -> tuple[str, str, str] | None:
    """What is wrong with a typed number beside values of a series, or with a factor of these."""
    for values, beside in ((left, right), (right, left)):
        number, meaning = typed_number(beside.node), values.meaning
        if number is None or meaning.role is not Role.REPORTED or len(meaning.made) != 1:
            continue
        if (scale := printed(*meaning.made)) is None:
            return None
        if (sign := e.get("function_name")) in ("*", "/"):
            return scale.wrong_times(number if sign == "*" else 1 / number) if number else None
        return scale.wrong_beside(number, any(part.get("function_name") == "sum" for part in every_node(values.node)))
    return None


def _one_minus_percent(e: Node, left: ComparedSide, right: ComparedSide) -> tuple[str, str, str] | None:
    """What is wrong with `1 - x` where x is in per cent, and with `100 - x` where it is a share."""
    number, meaning = typed_number(left.node), right.meaning
    if e.get("function_name") != "-" or number not in (1, 100) or meaning.unit is None or not _is_share(meaning):
        return None
    whole = 100 if unit_text(meaning.unit) == "percent" else 1
    if number == whole:
        return None
    return f"{number:g} less values in {_said(meaning)}", f"{whole} less them", f"write {whole} in place of {number:g}"


def _is_share(meaning: Meaning) -> bool:
    """Whether values are per cent or shares; those of figures may be."""
    if meaning.unit is None or not is_dimensionless(meaning.unit):
        return False
    return unit_text(meaning.unit) == "percent" or meaning.ratio or meaning.relative or meaning.role is Role.REPORTED


def _said(meaning: Meaning) -> str:
    unit = meaning.unit
    return "shares" if unit is None or unit == no_unit(unit) else unit_text(unit)


def _by(factor: float) -> str:
    return f"{factor:.12g}" if factor > 1 else f"1 / {1 / factor:.12g}"


def _nodes_of_sides(e: Node) -> list[Node]:
    """The expressions that this one adds, compares, or chooses from; of another none."""
    if e.get("class") == "COMPARISON":
        return [e["left"], e["right"]]
    if e.get("class") == "BETWEEN":
        return [e["input"], e["lower"], e["upper"]]
    if e.get("class") == "CASE":
        return [*(check["then_expr"] for check in e["case_checks"]), e["else_expr"]]
    if e.get("type") in ("COMPARE_IN", "COMPARE_NOT_IN", "OPERATOR_COALESCE"):
        return [*e["children"]]
    arguments = function_arguments(e) if str(e.get("function_name", "")).lower() in (*ALIKE, "*", "/") else []
    return arguments if len(arguments) > 1 else []


def _own_nodes(select: Node) -> Iterator[Node]:
    """Every expression of a SELECT that is not in another SELECT inside it."""
    waiting: list[Any] = [*select.values()]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict) and part.get("type") != "SELECT_NODE":
            waiting += part.values()
            if "class" in part:
                yield part
