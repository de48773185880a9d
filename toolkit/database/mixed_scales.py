"""Values of one kind in two sizes that a query adds or compares: thousands with millions, per cent with shares.

So are a typed 1 and per cent in `1 - pct`, and a typed 4 and values of a series that was printed in millions: SQL has
4000000 of it (`printed_scales.py`).
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

ROLES_WITH_SIZE = (Role.QUANTITY, Role.REPORTED)
MOST_LETTERS = 60  # of an expression in a sentence
Wrong = tuple[str, str, str]  # what was found, what is allowed, what to do


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
    problem_by_place: dict[str, Problem] = {}
    for select, expressions in scopes:
        for expression in _own_expressions(select):
            sides = [ComparedSide(node, expressions.meaning(node)) for node in _nodes_of_sides(expression)]
            sign = str(expression.get("function_name", ""))
            for left, right in combinations(sides, 2):
                if wrong := _wrong_values(sign, left, right) or _wrong_typed(sign, left, right, database.printed_scale):
                    place = f"{sql_of(left.node)[:MOST_LETTERS]} and {sql_of(right.node)[:MOST_LETTERS]}"
                    problem_by_place.setdefault(place, Problem(f"{where}, {place}", *wrong))
    yield from problem_by_place.values()


def _wrong_values(sign: str, left: ComparedSide, right: ComparedSide) -> Wrong | None:
    """What is wrong with two values in one place that are not of one size; None where they are, or may be."""
    first, second = left.meaning, right.meaning
    if sign in ("*", "/"):
        return None
    if first.role not in ROLES_WITH_SIZE or second.role not in ROLES_WITH_SIZE:
        return _one_minus_percent(sign, left, right)
    if Role.REPORTED in (first.role, second.role) and None in (first.unit, second.unit):
        return _of_file_beside_reported(first, second)
    if first.unit is None or second.unit is None:
        return None
    if first.unit.dimensionality != second.unit.dimensionality:
        return _of_two_kinds(first, second)
    factor = base_units(second.unit)[0] / base_units(first.unit)[0]
    if math.isclose(factor, 1) or (is_dimensionless(first.unit) and not (_is_share(first) and _is_share(second))):
        return None
    found = f"values in {_unit_in_words(first)}, and in {_unit_in_words(second)}"
    return found, "values of one size", f"convert one of them: multiply the second by {_in_words(factor)}"


def _of_file_beside_reported(first: Meaning, second: Meaning) -> Wrong | None:
    """What is wrong with values of a dataset in thousand USD beside figures, which SQL has in USD."""
    of_file = next((m.unit for m in (first, second) if m.role is Role.QUANTITY and m.unit is not None), None)
    if of_file is None or unit_without_scales(of_file) == of_file:
        return None
    factor = base_units(of_file)[0] / base_units(unit_without_scales(of_file))[0]
    return (
        f"values in {unit_text(of_file)}, and figures or series, whose units have no scales",
        "values of one size",
        f"multiply those in {unit_text(of_file)} by {_in_words(factor)}",
    )


def _of_two_kinds(first: Meaning, second: Meaning) -> Wrong | None:
    """What is wrong with dollars and people in one place; nothing with seats and people, which are both counted."""
    units = [meaning.unit for meaning in (first, second) if meaning.unit is not None]
    if any(map(is_dimensionless, units)) or all(map(is_counted, units)):
        return None
    found = f"values in {_unit_in_words(first)}, and in {_unit_in_words(second)}"
    return found, "values of one kind", "put values of one unit together, or work out a ratio of the two"


def _wrong_typed(
    sign: str, left: ComparedSide, right: ComparedSide, printed_scale: Callable[[Place], PrintedScale | None]
) -> Wrong | None:
    """What is wrong with a typed number beside values of a series, or with one that they are multiplied by."""
    for values, beside in ((left, right), (right, left)):
        number, meaning = typed_number(beside.node), values.meaning
        if number is None or meaning.role is not Role.REPORTED or len(meaning.made) != 1:
            continue
        if (scale := printed_scale(*meaning.made)) is None:
            return None
        if sign in ("*", "/"):
            return scale.wrong_times(number if sign == "*" else 1 / number) if number else None
        added_up = any(node.get("function_name") == "sum" for node in every_node(values.node))
        return scale.wrong_beside(number, added_up)
    return None


def _one_minus_percent(sign: str, left: ComparedSide, right: ComparedSide) -> Wrong | None:
    """What is wrong with `1 - x` where x is in per cent, and with `100 - x` where it is a share."""
    number, meaning = typed_number(left.node), right.meaning
    if sign != "-" or number not in (1, 100) or meaning.unit is None or not _is_share(meaning):
        return None
    whole = 100 if unit_text(meaning.unit) == "percent" else 1
    if number == whole:
        return None
    found = f"{number:g} less values in {_unit_in_words(meaning)}"
    return found, f"{whole} less them", f"write {whole} in place of {number:g}"


def _is_share(meaning: Meaning) -> bool:
    """Whether values are per cent or shares; figures without a unit may be, and count as such."""
    if meaning.unit is None or not is_dimensionless(meaning.unit):
        return False
    return unit_text(meaning.unit) == "percent" or meaning.ratio or meaning.relative or meaning.role is Role.REPORTED


def _unit_in_words(meaning: Meaning) -> str:
    unit = meaning.unit
    return "shares" if unit is None or unit == no_unit(unit) else unit_text(unit)


def _in_words(factor: float) -> str:
    """A factor as SQL may have it: "1000", "1 / 1000"."""
    return f"{factor:.12g}" if factor > 1 else f"1 / {1 / factor:.12g}"


def _nodes_of_sides(expression: Node) -> list[Node]:
    """The expressions that this one adds, compares, or chooses from: of `a > b + c` a and b + c; of another none."""
    if expression.get("class") == "COMPARISON":
        return [expression["left"], expression["right"]]
    if expression.get("class") == "BETWEEN":
        return [expression["input"], expression["lower"], expression["upper"]]
    if expression.get("class") == "CASE":
        return [*(check["then_expr"] for check in expression["case_checks"]), expression["else_expr"]]
    if expression.get("type") in ("COMPARE_IN", "COMPARE_NOT_IN", "OPERATOR_COALESCE"):
        return [*expression["children"]]
    compares = str(expression.get("function_name", "")).lower() in (*ALIKE, "*", "/")
    arguments = function_arguments(expression) if compares else []
    return arguments if len(arguments) > 1 else []


def _own_expressions(select: Node) -> Iterator[Node]:
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
