"""Missing numbers in expressions of Vega, which takes them for 0: nothing is made of a row without one, as in SQL.

`datum.seconds / 60` is 0 of a row without seconds, and `datum.bids < 2` holds of one without bids.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from toolkit.charts.expressions import Expression, conditions, expression_literal
from toolkit.charts.specification import Specification, inner_views
from toolkit.core.errors import Problem

ORDERS = ("lt", "lte", "gt", "gte", "range")  # predicates that a missing number may fulfil
NEIGHBOURS = ("lag", "lead")  # of which the first or the last row has none


def leave_missing_out(made: Specification, lacking: Iterable[str], where: str) -> list[Problem]:
    """Lets the expressions of a specification make nothing of rows without a number of fields that are `lacking` some.

    What they make is missing then, and a test of it fails. A problem for each that says in several parts what is made
    of a row, and not what of one without such a number; what an author says of them stays.
    """
    problems: list[Problem] = []
    left = {*lacking}
    for step in made.get("transform", ()):
        if "calculate" in step:
            step["calculate"] = _calculated(Expression(str(step["calculate"])), left, where, problems)
        elif "filter" in step:
            step["filter"] = _tested(step["filter"], left, where, problems)
        left = (left | {*_made_lacking(step, left)}) - {*_filtered(step)}
    for condition in conditions(made):
        condition["test"] = _tested(condition["test"], left, where, problems)
    for view in inner_views(made):
        problems += leave_missing_out(view, left, where)
    return problems


def _made_lacking(step: Mapping[str, Any], left: set[str]) -> Iterator[str]:
    """The fields that a transform makes of which some row may have none."""
    named = step.get("as", ())
    names: list[str] = [named] if isinstance(named, str) else [*named]
    if "calculate" in step and left & Expression(str(step["calculate"])).fields.keys():
        yield from names
    elif "fold" in step and left & {*step["fold"]}:
        yield names[1] if len(names) > 1 else "value"
    elif "lookup" in step and "default" not in step:
        yield from names or step.get("from", {}).get("fields", ())
    for one in (part for listed in step.values() if isinstance(listed, list) for part in listed):
        if isinstance(one, dict) and isinstance(one.get("as"), str):
            if one.get("op") in NEIGHBOURS or one.get("field") in left:
                yield one["as"]


def _filtered(step: Mapping[str, Any]) -> Iterator[str]:
    """The fields without which a transform takes rows out."""
    predicate = step.get("filter")
    if isinstance(predicate, str) and not re.search(r"[!?]|\|\|", predicate):
        expression = Expression(predicate)
        yield from (field for field in expression.fields if f"isValid({expression.sign(field)})" in expression.plain)
    elif isinstance(predicate, dict) and predicate.get("valid") is True:
        yield predicate["field"]


def _calculated(expression: Expression, left: set[str], where: str, problems: list[Problem]) -> str:
    """A calculation that is null for rows without what it reads."""
    if not (read := _unsaid(expression, left)):
        return expression.text
    condition = expression.plain.partition("?")[0]
    if "||" in expression.plain or any(expression.sign(field) not in condition for field in read):
        problems.append(_unclear(expression, read[0], where))
    return f"{_valid(expression, read)} ? {expression.text} : null"


def _tested(predicate: Any, left: set[str], where: str, problems: list[Problem]) -> Any:
    """A predicate that fails for rows without what it reads."""
    if isinstance(predicate, str):
        expression = Expression(predicate)
        if not (read := _unsaid(expression, left)):
            return predicate
        if "||" in expression.plain:
            problems.append(_unclear(expression, read[0], where))
        return f"{_valid(expression, read)} && " + (f"({predicate})" if "?" in expression.plain else predicate)
    if not isinstance(predicate, dict):
        return predicate
    denied = predicate.get("not", predicate)
    if isinstance(denied, str):
        return _tested(f"!({denied})", left, where, problems)
    if isinstance(denied, dict) and denied.get("field") in left and denied.keys() & {*ORDERS}:
        return {"and": [{"field": denied["field"], "valid": True}, predicate]}
    parts = {key: predicate[key] for key in ("and", "or") if key in predicate}
    return predicate | {key: [_tested(one, left, where, problems) for one in inner] for key, inner in parts.items()}


def _unsaid(expression: Expression, left: set[str]) -> list[str]:
    """The fields lacking some that an expression computes with, and says nothing of where they are missing."""
    return [field for field in expression.fields if field in left and not _is_said(expression, field)]


def _is_said(expression: Expression, field: str) -> bool:
    """Whether an expression has a field as it is alone, or says what is made of rows without it."""
    sign = re.escape(expression.sign(field))
    asked = rf"\bis(?:Valid|NaN|Number|Finite)\({sign}\)|!{sign}|{sign}\s*\|\|"
    compared = rf"{sign}\s*[!=]==?\s*(?:null|undefined)\b|\b(?:null|undefined)\s*[!=]==?\s*{sign}"
    if re.search(f"{asked}|{compared}", expression.plain):
        return True
    return not re.sub(rf"(^|[?:])\s*{sign}\s*(?=$|:)", "", expression.plain).count(expression.sign(field))


def _valid(expression: Expression, read: Iterable[str]) -> str:
    return " && ".join(f"isValid({expression.fields[field]})" for field in read)


def _unclear(expression: Expression, field: str, where: str) -> Problem:
    written = expression.fields[field]
    leave_out = expression_literal(f"isValid({written})") if '"' not in written else f"'isValid({written})'"
    return Problem(
        f"{where}, {expression.text[:60]}",
        f"{written}, which some rows lack: Vega would take it for 0",
        "expressions that say what is made of rows without a number",
        f"leave these rows out before it: transform_filter({leave_out}), or write isValid({written}) where it counts",
    )
