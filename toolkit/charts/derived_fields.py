"""Fields that the transforms of a chart make of its columns: which have the unit of a column, and in which scale."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from toolkit.charts.expressions import Expression
from toolkit.charts.specification import Specification, views

COUNTS = ("count", "distinct", "valid", "missing")  # what Vega-Lite makes of any column
RANKS = ("row_number", "rank", "dense_rank", "ntile")
# aggregates and windows whose values are in the unit of their column, in an encoding or a transform
KEEP_UNIT = (
    *("sum", "mean", "average", "median", "min", "max", "q1", "q3", "ci0", "ci1", "stdev", "stdevp", "stderr"),
    *("lag", "lead", "first_value", "last_value", "nth_value"),
)
FUNCTIONS_KEEP_UNIT = ("abs", "round", "floor", "ceil", "min", "max")  # those of an expression
MEANS = ("mean", "average")
ENDS = ("", "_low", "_high")  # of the fields of a column: of a range, its two ends
CONDITION = re.compile(r"^[^?]*[<>=][^?]*(\?(?:1:0|0:1))?$")  # 1 or 0
FIELD_SIGN = re.compile("\x00(\\d+)\x00")  # which stands for a field in the plain text of an expression
WHOLES = (1.0, 100.0)  # of which a share, or a percentage, is taken off


@dataclass(frozen=True)
class DerivedField:
    """Values of `columns` multiplied by `times`; of no columns: what is counted, made of several fields, or not known.

    `ratio` and `product` are of several fields, `times` what their scales and typed powers of ten make of the numbers.
    `share` says that a ratio is how much one field is more than another, or a mean of a `condition`, which is 1 or 0;
    `change` that something was taken off; `mixed` names two fields in different scales that are added up. `scale` is
    that of the columns before any typed number.
    """

    columns: tuple[str, ...] = ()
    times: float = 1
    counted: bool = False
    ratio: bool = False
    share: bool = False
    condition: bool = False
    product: bool = False
    change: bool = False
    mixed: tuple[str, ...] = ()
    scale: float = 1

    def is_apart(self, other: DerivedField) -> bool:
        """Whether values of both are not in one scale, by those of their columns."""
        scales = not math.isclose(self.scale, other.scale) and not math.isclose(self.times, other.times)
        return bool(self.columns and other.columns) and scales


Known = Mapping[str, DerivedField]  # fields by name
Made = Iterator[tuple[str, DerivedField]]


def derived_fields(
    specification: Specification, times_by_column: Mapping[str, float] | None = None
) -> dict[str, DerivedField]:
    """The fields that the transforms of a specification make, by name, and those of columns in a scale.

    `times_by_column` says how many times their numbers on pages the values of these columns are.
    """
    ends = ((f"{name}{end}", times) for name, times in (times_by_column or {}).items() for end in ENDS)
    columns = {name: DerivedField((name,), times, scale=times) for name, times in ends}
    fields = dict(columns)
    for view in views(specification):
        for step in view.get("transform", ()):
            # a field that a step makes again, in another view say, is made of the column, not of what it was there
            begun = {name: columns.get(name, DerivedField((name,))) for name in made_by(step)}
            fields |= dict(_made_by(step, {**fields, **begun}))
    return fields


def made_by(step: Mapping[str, Any]) -> Iterator[str]:
    """The fields that a transform of Vega-Lite makes; of a lookup they are columns of another table of the chart."""
    yield from (name for name, _ in _made_by(step, {}))


def _made_by(step: Mapping[str, Any], known: Known) -> Made:
    if "lookup" in step:
        return
    yield from _made_as(step, known)
    for operations in step.values():  # {"aggregate": [{"op": "mean", "field": "fee", "as": "mean_fee"}]}
        for operation in operations if isinstance(operations, list) else ():
            if isinstance(operation, dict) and isinstance(operation.get("as"), str):
                yield operation["as"], _of_operation(operation, known)


def _made_as(step: Mapping[str, Any], known: Known) -> Made:
    """The fields that a transform makes under the names that it has as `as`."""
    given = step.get("as", ())
    names: Sequence[str] = [given] if isinstance(given, str) else given
    if "calculate" in step:
        field = calculated(str(step["calculate"]), known)
        yield from ((name, field) for name in names)
    elif "fold" in step:
        key, value = names or ("key", "value")
        yield from ((key, DerivedField()), (value, _together([known_as(name, known) for name in step["fold"]])))
    elif "quantile" in step:
        probability, value = names or ("prob", "value")
        yield from ((probability, DerivedField(ratio=True)), (value, known_as(step["quantile"], known)))
    elif "density" in step:
        value, density = names or ("value", "density")
        yield from ((value, known_as(step["density"], known)), (density, DerivedField()))
    elif "bin" in step or "stack" in step:
        yield from ((name, known_as(step.get("field", step.get("stack")), known)) for name in names)
    elif values := step.get("regression", step.get("loess")):
        yield from ((name, known_as(field, known)) for name, field in zip(names, (step["on"], values), strict=False))
    else:
        yield from ((name, DerivedField()) for name in names)


def known_as(name: str, known: Known) -> DerivedField:
    """A field by its name; one that no transform makes is a column, as pages have it unless it is known otherwise."""
    return known.get(name, DerivedField((name,)))


def _of_operation(operation: Mapping[str, Any], known: Known) -> DerivedField:
    """What an operation, such as a mean, makes of a field."""
    if operation.get("op") not in KEEP_UNIT or not isinstance(operation.get("field"), str):
        return DerivedField(counted=operation.get("op") in (*COUNTS, *RANKS))
    field, averaged = known_as(operation["field"], known), operation["op"] in MEANS
    return DerivedField(ratio=averaged, share=averaged, counted=not averaged) if field.condition else field


def calculated(text: str, known: Known) -> DerivedField:
    """What an expression makes of fields; nothing is known of what is more than arithmetic with fields and numbers."""
    expression = Expression(Expression(text).without_guard.strip())
    names = [*expression.fields]
    try:
        tree = ast.parse(FIELD_SIGN.sub(r"_\1", expression.plain).strip(), mode="eval").body
    except SyntaxError:  # a condition as JavaScript has it
        tree = ast.Constant("")
    field = _made_of(tree, {f"_{place}": known_as(name, known) for place, name in enumerate(names)})
    if isinstance(field, DerivedField):
        return field
    return DerivedField(condition=CONDITION.search(re.sub(r"[\s()]", "", expression.plain)) is not None)


def _made_of(node: ast.expr, known: Known) -> DerivedField | float | None:
    """What a part of an expression makes: a field, a typed number, or None for anything else."""
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Constant):
        return float(node.value) if isinstance(node.value, (int, float)) else None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _made_of(node.operand, known)
        return -inner if isinstance(inner, float) else inner
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS_KEEP_UNIT:
        arguments = [_made_of(argument, known) for argument in node.args]
        fields = [argument for argument in arguments if isinstance(argument, DerivedField)]
        return _together(fields) if fields and None not in arguments else None
    if not isinstance(node, ast.BinOp):
        return None
    left, right = _made_of(node.left, known), _made_of(node.right, known)
    if left is None or right is None or (isinstance(left, float) and isinstance(right, float)):
        return None
    if isinstance(node.op, (ast.Mult, ast.Div)):
        return _multiplied(node, left, right)
    return _added(node, left, right) if isinstance(node.op, (ast.Add, ast.Sub)) else None


def _multiplied(node: ast.BinOp, left: DerivedField | float, right: DerivedField | float) -> DerivedField | None:
    """A field times or over another one, or a number, which may change its scale."""
    over = isinstance(node.op, ast.Div)
    if isinstance(right, float) and isinstance(left, DerivedField):
        return _times(left, 1 / right if over and right else right)
    if isinstance(left, float) or isinstance(right, float):
        return _times(right, left) if isinstance(right, DerivedField) and isinstance(left, float) and not over else None
    if not over:
        return DerivedField(times=left.times * right.times, product=True)
    taken_off = isinstance(node.left, ast.BinOp) and isinstance(node.left.op, ast.Sub) and ast.dump(node.left.right)
    is_change = taken_off == ast.dump(node.right)  # (new - old) / old
    return DerivedField(times=left.times / right.times, ratio=True, share=is_change)


def _times(field: DerivedField, number: float) -> DerivedField | None:
    """A field times a number; of what has no column only a power of ten changes the scale, and no mean does."""
    takes_mean = len(field.columns) > 1 and math.isclose(number * len(field.columns), 1)
    if field.columns or field.ratio or field.product:
        changes_scale = is_power_of_ten(number) or (field.columns and not takes_mean)
        return replace(field, times=field.times * number) if changes_scale else field
    return None


def is_power_of_ten(number: float) -> bool:
    """Whether a factor changes a scale alone, as 1000 and 0.01 do."""
    return number > 0 and math.isclose(math.log10(number), round(math.log10(number)), abs_tol=1e-9)


def _added(node: ast.BinOp, left: DerivedField | float, right: DerivedField | float) -> DerivedField | None:
    """A field and another one, or a number, added up, or one taken off the other."""
    is_difference = isinstance(node.op, ast.Sub)
    if isinstance(left, DerivedField) and isinstance(right, DerivedField):
        both = _together([left, right])
        is_known = both.columns or both.mixed or both.product
        return replace(both, change=both.change or is_difference) if is_known else None
    field, number = (left, right) if isinstance(left, DerivedField) else (right, left)
    assert isinstance(field, DerivedField) and isinstance(number, float)
    if field.ratio:  # less one is how much more it is; one less it is the rest
        return replace(field, share=True) if is_difference and math.isclose(number, field.times) else None
    is_rest = is_difference and isinstance(left, float) and number in WHOLES  # 100 - share
    is_change = field.change or (is_difference and not is_rest)
    return replace(field, change=is_change) if field.columns or field.product else None


def _together(fields: Sequence[DerivedField]) -> DerivedField:
    """Fields side by side, or added up: values of all their columns, if they are in one scale."""
    first, columns = fields[0], tuple(dict.fromkeys(name for field in fields for name in field.columns))
    in_one_scale = all(math.isclose(field.times, first.times) for field in fields)
    if len(fields) == 1 or (in_one_scale and all(field.product for field in fields)):
        return first
    if not all(field.columns for field in fields):
        return DerivedField()
    if in_one_scale:
        is_mean = math.isclose(first.times * len(columns), first.scale)  # halves of two columns
        times = first.scale if is_mean else first.times
        return DerivedField(columns, times, change=any(field.change for field in fields), scale=first.scale)
    if other := next(filter(first.is_apart, fields), None):
        return DerivedField(mixed=(first.columns[0], other.columns[0]))
    return DerivedField(times=first.scale, product=first.scale != WHOLES[1])  # with weights
