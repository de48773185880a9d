"""Fields that the transforms of a chart make of its columns: which have the unit of a column, and in which scale."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from toolkit.charts.arrangement import Specification, views
from toolkit.charts.expressions import Expression

COUNTS = ("count", "distinct", "valid", "missing")  # what Vega-Lite makes of any column
RANKS = ("row_number", "rank", "dense_rank", "ntile")
# what keeps the unit of its column, in an encoding or a transform
KEEPING = (
    *("sum", "mean", "average", "median", "min", "max", "q1", "q3", "ci0", "ci1", "stdev", "stdevp", "stderr"),
    *("lag", "lead", "first_value", "last_value", "nth_value"),
)
ROUNDING = ("abs", "round", "floor", "ceil", "min", "max")  # functions that keep it in an expression
MEANS = ("mean", "average")
ENDS = ("", "_low", "_high")  # of the fields of a column: of a range, its two ends
CONDITION = re.compile(r"^[^?]*[<>=][^?]*(\?(?:1:0|0:1))?$")  # 1 or 0
SIGN = re.compile("\x00(\\d+)\x00")  # of a field in the plain text of an expression
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


Known = Mapping[str, DerivedField]


def derived_fields(made: Specification, held: Mapping[str, float] | None = None) -> dict[str, DerivedField]:
    """The fields that the transforms of a specification make, by name, and those of columns in a scale.

    `held` says how many times their numbers on pages the values of these columns are.
    """
    columns = ((f"{name}{end}", times) for name, times in (held or {}).items() for end in ENDS)
    start = {name: DerivedField((name,), times, scale=times) for name, times in columns}
    found = dict(start)
    for view in views(made):
        for step in view.get("transform", ()):
            own = {name: start.get(name, DerivedField((name,))) for name in made_by(step)}  # in another view it is anew
            found |= dict(_made_by(step, {**found, **own}))
    return found


def made_by(step: Mapping[str, Any]) -> Iterator[str]:
    """The fields that a transform of Vega-Lite makes; of a lookup they are columns of another table of the chart."""
    yield from (name for name, _ in _made_by(step, {}))


def _made_by(step: Mapping[str, Any], known: Known) -> Iterator[tuple[str, DerivedField]]:
    if "lookup" in step:
        return
    named = step.get("as", ())
    names: Sequence[str] = [named] if isinstance(named, str) else named
    if "calculate" in step:
        made = calculated(str(step["calculate"]), known)
        yield from ((name, made) for name in names)
    elif "fold" in step:
        key, value = names or ("key", "value")
        yield from ((key, DerivedField()), (value, _together([known_as(one, known) for one in step["fold"]])))
    elif "quantile" in step:
        probability, value = names or ("prob", "value")
        yield from ((probability, DerivedField(ratio=True)), (value, known_as(step["quantile"], known)))
    elif "density" in step:
        value, density = names or ("value", "density")
        yield from ((value, known_as(step["density"], known)), (density, DerivedField()))
    elif "bin" in step or "stack" in step:
        yield from ((name, known_as(step.get("field", step.get("stack")), known)) for name in names)
    elif on := step.get("regression", step.get("loess")):
        yield from ((name, known_as(one, known)) for name, one in zip(names, (step["on"], on), strict=False))
    else:
        yield from ((name, DerivedField()) for name in names)
    for one in (part for listed in step.values() if isinstance(listed, list) for part in listed):
        if isinstance(one, dict) and isinstance(one.get("as"), str):
            yield one["as"], _of_operation(one, known)


def known_as(name: str, known: Known) -> DerivedField:
    """A field by its name; one that no transform makes is a column, as pages have it unless it is known otherwise."""
    return known.get(name, DerivedField((name,)))


def _of_operation(one: Mapping[str, Any], known: Known) -> DerivedField:
    """What an operation, such as a mean, makes of a field."""
    if one.get("op") not in KEEPING or not isinstance(one.get("field"), str):
        return DerivedField(counted=one.get("op") in (*COUNTS, *RANKS))
    field, averaged = known_as(one["field"], known), one["op"] in MEANS
    return DerivedField(ratio=averaged, share=averaged, counted=not averaged) if field.condition else field


def calculated(text: str, known: Known) -> DerivedField:
    """What an expression makes of fields; nothing is known of what is more than arithmetic with fields and numbers."""
    expression = Expression(Expression(text).without_guard.strip())
    names = [*expression.fields]
    try:
        tree = ast.parse(SIGN.sub(r"_\1", expression.plain).strip(), mode="eval").body
    except SyntaxError:  # a condition as JavaScript has it
        tree = ast.Constant("")
    found = _made_of(tree, {f"_{place}": known_as(name, known) for place, name in enumerate(names)})
    if isinstance(found, DerivedField):
        return found
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
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ROUNDING:
        parts = [_made_of(one, known) for one in node.args]
        fields = [one for one in parts if isinstance(one, DerivedField)]
        return _together(fields) if fields and None not in parts else None
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
    less = isinstance(node.left, ast.BinOp) and isinstance(node.left.op, ast.Sub) and ast.dump(node.left.right)
    return DerivedField(times=left.times / right.times, ratio=True, share=less == ast.dump(node.right))


def _times(field: DerivedField, number: float) -> DerivedField | None:
    """A field times a number; of what has no column only a power of ten changes the scale, and no mean does."""
    power = is_power_of_ten(number)
    mean = len(field.columns) > 1 and math.isclose(number * len(field.columns), 1)
    if field.columns or field.ratio or field.product:
        changes = power or (field.columns and not mean)
        return replace(field, times=field.times * number) if changes else field
    return None


def is_power_of_ten(number: float) -> bool:
    """Whether a factor changes a scale alone, as 1000 and 0.01 do."""
    return number > 0 and math.isclose(math.log10(number), round(math.log10(number)), abs_tol=1e-9)


def _added(node: ast.BinOp, left: DerivedField | float, right: DerivedField | float) -> DerivedField | None:
    """A field and another one, or a number, added up, or one taken off the other."""
    less = isinstance(node.op, ast.Sub)
    if isinstance(left, DerivedField) and isinstance(right, DerivedField):
        made = _together([left, right])
        known = made.columns or made.mixed or made.product
        return replace(made, change=made.change or less) if known else None
    field, number = (left, right) if isinstance(left, DerivedField) else (right, left)
    assert isinstance(field, DerivedField) and isinstance(number, float)
    if field.ratio:  # less one is how much more it is; one less it is the rest
        return replace(field, share=True) if less and math.isclose(number, field.times) else None
    rest = less and isinstance(left, float) and number in WHOLES
    return replace(field, change=field.change or (less and not rest)) if field.columns or field.product else None


def _together(fields: Sequence[DerivedField]) -> DerivedField:
    """Fields side by side, or added up: values of all their columns, if they are in one scale."""
    first, columns = fields[0], tuple(dict.fromkeys(name for one in fields for name in one.columns))
    alike = all(math.isclose(one.times, first.times) for one in fields)
    if len(fields) == 1 or (alike and all(one.product for one in fields)):
        return first
    if not all(one.columns for one in fields):
        return DerivedField()
    if alike:  # as halves of two are their mean
        times = first.scale if math.isclose(first.times * len(columns), first.scale) else first.times
        return DerivedField(columns, times, change=any(one.change for one in fields), scale=first.scale)
    if other := next(filter(first.is_apart, fields), None):
        return DerivedField(mixed=(first.columns[0], other.columns[0]))
    return DerivedField(times=first.scale, product=first.scale != WHOLES[1])  # with weights
