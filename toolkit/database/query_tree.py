"""A SELECT as DuckDB's parser reads it: its tree in JSON, with parameters filled in, and as SQL again."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from toolkit.database.aggregate_functions import is_aggregate
from toolkit.database.rates import PERIODS
from toolkit.engine.connect import Connection, first_value

Node = dict[str, Any]
NUMERIC = ("INTEGER", "NUMERIC", "DOUBLE", "DECIMAL")  # kinds of typed numbers
NOWHERE = 0  # the place in a query's text of what was not written in it
KEPT = 500
_parsed: dict[str, Node] = {}  # up to KEPT trees by their SQL: the rules of a question each take the same again


def tree_of(cursor: Connection, sql: str, parameters: Mapping[str, object] | None = None) -> Node:
    """The tree of one SELECT, with the values of its $parameters in place. Raises KeyError if it is no SELECT."""
    if sql not in _parsed:
        tree = json.loads(first_value(cursor.execute("SELECT json_serialize_sql(?)", [sql])))
        if len(_parsed) >= KEPT:
            _parsed.clear()
        _parsed[sql] = tree["statements"][0]["node"]
    node: Node = _filled(_parsed[sql], parameters or {})
    return node


def run_with(cursor: Connection, sql: str, parameters: Mapping[str, object]) -> Connection:
    """A cursor that has run a query with those of the parameters that it names. Raises EngineError if it fails."""
    return cursor.execute(sql, named_parameters(cursor, sql, parameters) or None)


def named_parameters(cursor: Connection, sql: str, parameters: Mapping[str, object]) -> dict[str, object]:
    """Those of the parameters that a query names: DuckDB refuses any other."""
    nodes = every_node(tree_of(cursor, sql)) if parameters else ()
    named = {node["identifier"] for node in nodes if node.get("class") == "PARAMETER"}
    return {name: value for name, value in parameters.items() if name in named}


def sql_of(cursor: Connection, node: Node) -> str:
    """A tree as SQL, with brackets wherever they might be needed."""
    tree = {"error": False, "statements": [{"node": node, "named_param_map": []}]}
    return str(first_value(cursor.execute("SELECT json_deserialize_sql(?::JSON)", [json.dumps(tree)])))


def expression_sql(cursor: Connection, expression: Node) -> str:
    """One expression as SQL, without the brackets around it and without its alias."""
    node = {**tree_of(cursor, "SELECT 1"), "select_list": [{**expression, "alias": ""}]}
    text = sql_of(cursor, node).removeprefix("SELECT ")  # as people write it:
    text = text.replace("count_star()", "count(*)").replace("count()", "count(*)")
    return text[1:-1] if text.startswith("(") and _closes_at_end(text) else text


def unplaced(tree: Any) -> Any:
    """A tree without the places of its parts in the text of a query."""
    if isinstance(tree, list):
        return [unplaced(part) for part in tree]
    if not isinstance(tree, dict):
        return tree
    return {name: unplaced(part) for name, part in tree.items() if not name.startswith("query_location")}


def every_node(tree: object) -> Iterator[Node]:
    """Every part of a tree, itself included."""
    left = [tree]
    while left:
        part = left.pop()
        if isinstance(part, list):
            left += part
        elif isinstance(part, dict):
            yield part
            left += part.values()


def function_arguments(function: Node) -> list[Node]:
    """The expressions that a function is given."""
    return [argument["expression"] for argument in function["arguments"]]


def is_grouped(node: Node) -> bool:
    """True for a SELECT whose rows are groups of rows: it has GROUP BY, DISTINCT, or aggregates in what it selects."""
    if node["group_expressions"] or node["aggregate_handling"] == "FORCE_AGGREGATES" or is_distinct(node):
        return True
    return any(aggregates(e) for e in node["select_list"])


def is_distinct(node: Node) -> bool:
    """True for SELECT DISTINCT."""
    return any(modifier["type"] == "DISTINCT_MODIFIER" for modifier in node["modifiers"])


def is_group_key(node: Node, expression: Node) -> bool:
    """True for an expression of columns by which a SELECT groups: all its rows of a group have the same value."""
    return refers(expression) and is_grouped(node) and not aggregates(expression)


def group_keys(node: Node) -> list[Node]:
    """The expressions by which a SELECT groups; what stands in GROUP BY as a place or another name is resolved."""
    selected = node["select_list"]
    if node["aggregate_handling"] == "FORCE_AGGREGATES":
        return [e for e in selected if is_group_key(node, e)]
    return [_resolved(e, selected) for e in node["group_expressions"]]


def group_period(node: Node) -> str:
    """The shortest time by which a SELECT groups, as its keys are named or made: "month" say; "" for none."""
    found: set[str] = set()
    for key in group_keys(node):
        for part in every_node(key):
            name, arguments = str(part.get("function_name", "")).lower(), part.get("arguments")
            first = function_arguments(part)[0] if name in ("date_trunc", "datetrunc") and arguments else {}
            found |= {first["literal"]["text"].lower()} if first.get("class") == "CONSTANT" else {"year"} & {name}
        found |= {key["column_names"][-1].lower().rstrip("s")} if key["class"] == "COLUMN_REF" else set()
    return next((period for period in PERIODS if period in found), "")


def _resolved(e: Node, selected: Sequence[Node]) -> Node:
    if e["class"] == "CONSTANT" and e["literal"]["kind"] == "INTEGER":
        return selected[int(e["literal"]["text"]) - 1]
    if e["class"] == "COLUMN_REF" and len(e["column_names"]) == 1:
        return next((column for column in selected if column["alias"].lower() == e["column_names"][0].lower()), e)
    return e


def refers(expression: Node) -> bool:
    """True for an expression that depends on the rows of a table: it has a column, or counts them."""
    return any(
        part.get("class") in ("COLUMN_REF", "SUBQUERY", "WINDOW") or part.get("function_name") == "count_star"
        for part in every_node(expression)
    )


def has_column(expression: Node) -> bool:
    """True for an expression in which a column of a table stands, or all of them."""
    return any(part.get("class") in ("COLUMN_REF", "STAR") for part in every_node(expression))


def has_typed_term(expression: Node) -> bool:
    """True where a typed value is added, taken off, or one of several of which one is the result."""
    if expression["class"] == "SUBQUERY":
        node = expression["subquery"]["node"]
        return any(not refers(e) or has_typed_term(e) for e in node.get("select_list", ()))
    below = list(nearest_below(list(expression.values())))
    name, kind = str(expression.get("function_name", "")).lower(), expression["type"]
    added = name in ("+", "-", "greatest", "least", "ifnull") or kind in ("OPERATOR_COALESCE", "CASE_EXPR")
    typed = [term for term in below if not refers(term) and not is_nothing(term)]
    return bool(added and typed) or any(map(has_typed_term, below))


def without_scaling(tree: Any) -> Any:
    """A query, or a part of one, without its typed factors and divisors that change a scale: 100, 1000, millions."""
    if isinstance(tree, list):
        return [without_scaling(part) for part in tree]
    if not isinstance(tree, dict):
        return tree
    if tree.get("function_name") in ("*", "/") and len(tree["arguments"]) == 2:
        left, right = function_arguments(tree)
        if _is_scale(right):
            return without_scaling({**left, "alias": tree["alias"]})
        if tree["function_name"] == "*" and _is_scale(left):
            return without_scaling({**right, "alias": tree["alias"]})
    return {key: without_scaling(part) for key, part in tree.items()}


def scale_of(tree: Any) -> float:
    """What all typed factors that change a scale, as `without_scaling` leaves them out, multiply an expression by."""
    return _factor(tree, _is_scale)


def factor_of(tree: Any) -> float:
    """What all typed factors, of whatever size, multiply an expression by."""
    return _factor(tree, lambda e: bool(e["class"] == "CONSTANT" and e["literal"]["kind"] in NUMERIC))


def _factor(tree: Any, counts: Callable[[Node], bool]) -> float:
    if isinstance(tree, list):
        return math.prod(_factor(part, counts) for part in tree)
    if not isinstance(tree, dict):
        return 1.0
    name, arguments = tree.get("function_name"), function_arguments(tree) if "arguments" in tree else []
    if name in ("*", "/") and len(arguments) == 2:
        left, right = (float(e["literal"]["text"]) if counts(e) else _factor(e, counts) for e in arguments)
        return left * right if name == "*" else left / (right or 1.0)
    if name in ("+", "-"):
        sides = {_factor(e, counts) for e in arguments if refers(e)}
        if len(sides) == 1:  # both in one scale, which is that of their sum
            return sides.pop()
    return math.prod(_factor(part, counts) for part in tree.values())


def _is_scale(e: Node) -> bool:
    if e["class"] != "CONSTANT" or e["literal"]["kind"] not in NUMERIC:
        return False
    power = math.log10(abs(float(e["literal"]["text"])) or 1)
    return abs(power) >= 2 and power % 1 == 0


def is_ratio(expression: Node) -> bool:
    """True for an expression in which something of the rows is divided by something of the rows, or a rank by all."""
    for part in every_node(expression):
        name = str(part.get("function_name", "")).lower()
        if name in ("cume_dist", "percent_rank") or (name == "/" and all(map(refers, function_arguments(part)))):
            return True
    return False


def has_typed_choice(expression: Node) -> bool:
    """True where one of several results of a CASE, or what stands for an empty value, is a typed number.

    0 and 1 are none: sums of them count.
    """
    kind = expression["type"]
    results = [check["then_expr"] for check in expression.get("case_checks", ())] + [expression.get("else_expr")]
    if kind == "OPERATOR_COALESCE" or expression.get("function_name") == "ifnull":
        results = expression.get("children") or function_arguments(expression)
    below = nearest_below(list(expression.values()))
    return any(map(_is_typed_amount, filter(None, results))) or any(map(has_typed_choice, below))


def _is_typed_amount(e: Node) -> bool:
    constants = [part["literal"] for part in every_node(e) if part.get("class") == "CONSTANT"]
    numbers = [constant for constant in constants if constant["kind"] in NUMERIC]
    return not refers(e) and bool(numbers) and any(constant["text"] not in ("0", "1") for constant in numbers)


def is_nothing(e: Node) -> bool:
    """True for a typed NULL or 0."""
    return bool(e["class"] == "CONSTANT" and (e["literal"]["kind"] == "NULL_LITERAL" or e["literal"]["text"] == "0"))


def aggregates(expression: Node) -> bool:
    """True for an expression with an aggregate function, such as sum; its windows and subqueries do not count."""
    if expression["class"] in ("WINDOW", "SUBQUERY"):
        return False
    if is_aggregate(expression):
        return True
    return any(aggregates(part) for part in nearest_below(list(expression.values())))


def has_aggregates_or_windows(expression: Node) -> bool:
    """True for an expression with an aggregate function or a window anywhere in it."""
    return any(part.get("class") == "WINDOW" or is_aggregate(part) for part in every_node(expression))


def selects_inside_out(tree: Any, ctes: Sequence[Node]) -> Iterator[tuple[Node, Sequence[Node]]]:
    """Every SELECT of a tree, those inside another before it, and what WITH names around it, after `ctes`."""
    if isinstance(tree, list):
        for one in tree:
            yield from selects_inside_out(one, ctes)
    elif isinstance(tree, dict):
        inside = ctes
        for entry in (tree.get("cte_map") or {}).get("map", ()):
            yield from selects_inside_out(entry["value"]["query_node"], inside)
            inside = [*inside, entry]
        for name, part in tree.items():
            if name != "cte_map":
                yield from selects_inside_out(part, inside)
        if tree.get("type") == "SELECT_NODE":
            yield tree, ctes


def nearest_below(left: list[Any]) -> Iterator[Node]:
    """The nearest expressions below an expression."""
    for part in left:
        if isinstance(part, list):
            yield from nearest_below(part)
        elif isinstance(part, dict):
            if "class" in part:
                yield part
            else:
                yield from nearest_below(list(part.values()))


def _constant(value: object) -> Node:
    """A value of Python as an expression; a day or a time is a text, which DuckDB reads as what it is compared with."""
    if isinstance(value, (list, tuple)):
        children = [{"name": "", "expression": _constant(item)} for item in value]
        return function("list_value", children)
    kind = {type(None): "NULL_LITERAL", bool: "BOOLEAN", int: "INTEGER", float: "NUMERIC"}.get(type(value), "STRING")
    text = "" if value is None else repr(value) if kind == "NUMERIC" else str(value)
    text = text.lower() if kind == "BOOLEAN" else value.isoformat() if isinstance(value, date) else text
    return {**_expression("CONSTANT", "VALUE_CONSTANT"), "literal": {"kind": kind, "text": text}}


def function(name: str, arguments: list[Node]) -> Node:
    """A call of a function with these arguments, each {"name": "", "expression": …}."""
    return {
        **_expression("FUNCTION", "FUNCTION"),
        "function_name": name,
        "schema": "",
        "filter": None,
        "order_bys": {"type": "ORDER_MODIFIER", "orders": []},
        "distinct": False,
        "is_operator": False,
        "export_state": False,
        "catalog": "",
        "arguments": arguments,
        "qualified_name": {"path": [name]},
    }


def _expression(class_: str, type_: str) -> Node:
    return {"class": class_, "type": type_, "alias": "", "query_location": NOWHERE, "query_location_length": 0}


def _filled(part: Any, parameters: Mapping[str, object]) -> Any:
    if isinstance(part, list):
        return [_filled(inner, parameters) for inner in part]
    if not isinstance(part, dict):
        return part
    if part.get("class") == "PARAMETER" and part["identifier"] in parameters:
        return {**_constant(parameters[part["identifier"]]), "alias": part["alias"]}
    return {name: _filled(inner, parameters) for name, inner in part.items()}


def _closes_at_end(text: str) -> bool:
    """True if the first bracket of a text closes with its last; brackets in quotes do not count."""
    depth, quote = 0, ""
    for index, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "()":
            depth += 1 if sign == "(" else -1
            if depth == 0:
                return index == len(text) - 1
    return False
