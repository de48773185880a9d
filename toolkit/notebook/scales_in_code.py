"""Scales that a notebook's code changes by hand: a share times 100, euros divided by a million.

Frames have values without scales, and pages write them in words that fit: 0.45 as 45%, 4100000 as €4.1m. So what was
multiplied by hand and is then said to be in the unit that was read is a hundred times too large.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType

from toolkit.core.errors import StoryError
from toolkit.core.unit import Unit, convert_exactly, is_dimensionless, unit_text, unit_without_scales
from toolkit.database.given_units import PERCENT, TIMES, ColumnRead
from toolkit.notebook.calling_cell import Call

DIVIDES = ("div", "divide", "truediv")
COUNTING = ("count", "nunique", "size", "value_counts", "rank", "cumcount", "crosstab")
DIFFERENCES = ("sub", "subtract", "diff")
NAMING = ("assign", "agg", "aggregate")  # methods whose keywords are columns
THOUSANDS = tuple(1000.0**power for power in (-1, -2, -3, -4))
BY_HAND = (*THOUSANDS, 0.01, 100.0, *(1 / one for one in THOUSANDS))  # changes of scale, as cents of euros
Seen = Mapping[str, int]  # how many bindings of a variable count, of those that are known
Layer = tuple[float, ast.expr | None, Seen]


@dataclass(frozen=True)
class CodeScales:
    """Follows values through the code before a call, to what their scale was multiplied by on the way.

    Variables, and columns of their frames, are followed to where they were bound last. What is not understood changes
    no scale.
    """

    call: Call

    def factor(self, node: ast.expr | None) -> float:
        """The typed numbers that an expression multiplies by and divides by, as one factor; 1 where it has none."""
        return self._factor(node, {}) if node is not None else 1.0

    def is_difference(self, node: ast.expr | None) -> bool:
        """Whether an expression takes one worked-out value from another."""
        _, inner, _ = self._inner(node, {}) if node is not None else (1.0, None, {})
        return isinstance(inner, ast.Call) or (isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Sub))

    def counts(self, node: ast.expr | None) -> bool:
        """Whether an expression counts rows or ranks them, on its way."""
        seen: Seen = {}
        while node is not None:
            if isinstance(node, ast.Call):
                how = [
                    one.value for one in node.keywords if one.arg == "aggfunc" and isinstance(one.value, ast.Constant)
                ]
                if {*COUNTING} & {getattr(node.func, "attr", ""), *(one.value for one in how)}:
                    return True
            _, inside, seen = self._layer(node, seen)
            node = None if inside is node else inside
        return False

    def _factor(self, node: ast.expr, seen: Seen) -> float:
        factor, inner, seen = self._inner(node, seen)
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
            return factor * self._factor(inner.func.value, seen)
        if not isinstance(inner, ast.BinOp):
            return factor
        left, right = self._factor(inner.left, seen), self._factor(inner.right, seen)
        if isinstance(inner.op, ast.Mult):
            return factor * left * right
        if isinstance(inner.op, ast.Div):
            return factor * left / right
        return factor * left if math.isclose(left, right) else factor

    def _inner(self, node: ast.expr, seen: Seen) -> Layer:
        """(the factor of all that lies around it, an operation of two worked-out values or None, what was followed)."""
        factor, left = 1.0, node
        while True:
            times, inside, seen = self._layer(left, seen)
            factor *= times
            if inside is None or inside is left:
                return factor, inside, seen
            left = inside

    def _layer(self, node: ast.expr, seen: Seen) -> Layer:
        """(the factor of an expression's outermost step, what that was done to, what was followed)."""
        match node:
            case ast.BinOp(left=left, op=op, right=right):
                typed = [self._number(left), self._number(right)]
                if typed == [None, None]:
                    return 1.0, node, seen
                return _times(op, *typed), left if typed[0] is None else right, seen
            case ast.UnaryOp(operand=inside) | ast.Lambda(body=inside):
                return 1.0, inside, seen
            case ast.Call():
                return self._called(node, seen)
            case ast.Name(id=name):
                return self._bound_to(name, "", seen) or (1.0, None, seen)
            case (
                ast.Attribute(value=frame, attr=name)
                | ast.Subscript(
                    value=frame,
                    slice=ast.Constant(value=str(name)) | ast.Tuple(elts=[*_, ast.Constant(value=str(name))]),
                )
            ):
                return self._column(frame, name, seen) or (1.0, frame, seen)
            case ast.Subscript(value=frame):
                return 1.0, frame, seen
        return 1.0, None, seen

    def _number(self, node: ast.expr) -> float | None:
        """A typed number, or one that a variable was bound to and nothing else; None for all else."""
        if isinstance(node, ast.Name):
            bound = self._bound.get(node.id, [])
            return _typed(bound[0][1]) if len(bound) == 1 and not bound[0][0] else None
        return _typed(node)

    def _called(self, node: ast.Call, seen: Seen) -> Layer:
        first = node.args[0] if node.args else None
        if isinstance(node.func, ast.Attribute) and not self._is_module(node.func.value):
            size = self._number(first) if first is not None else None
            if node.func.attr in DIFFERENCES:
                return 1.0, node, seen
            if size and node.func.attr in (*TIMES, *DIVIDES):
                return size if node.func.attr in TIMES else 1 / size, node.func.value, seen
            if first is not None and node.func.attr in (*TIMES, *DIVIDES):
                op = ast.Mult() if node.func.attr in TIMES else ast.Div()
                return 1.0, ast.BinOp(node.func.value, op, first), seen
            own = self._factor(first, seen) if isinstance(first, ast.Lambda) else 1.0
            return own, node.func.value, seen
        own = self._factor(node.func, seen) if isinstance(node.func, ast.Name) else 1.0
        return own, first, seen

    def _column(self, frame: ast.expr, name: str, seen: Seen) -> Layer | None:
        """As `_layer`, of a column of a frame; None where no code of this frame makes the column."""
        match frame:
            case ast.Name(id=variable):
                return self._bound_to(variable, name, seen)
            case ast.Call(func=function, args=arguments, keywords=keywords):
                inside = [function.value] if isinstance(function, ast.Attribute) else []
                made = next((keyword.value for keyword in keywords if keyword.arg == name), None)
                if made is not None and isinstance(function, ast.Attribute) and function.attr in NAMING:
                    match made:
                        case ast.Tuple(elts=[ast.Constant(value=str(column)), ast.Constant(value=str(how))]):
                            made = ast.Call(ast.Attribute(ast.Attribute(function.value, column), how), [], [])
                    return 1.0, made, seen
                return next(filter(None, (self._column(one, name, seen) for one in (*inside, *arguments))), None)
            case ast.Attribute(value=inside) | ast.Subscript(value=inside) | ast.BinOp(left=inside):
                return self._column(inside, name, seen)
        return None

    def _bound_to(self, variable: str, column: str, seen: Seen) -> Layer | None:
        """As `_layer`, what a variable, or a column of it, was bound to last before what was followed already."""
        bound = self._bound.get(variable, [])
        for place in reversed(range(seen.get(variable, len(bound)))):
            own, value = bound[place]
            if own == column:
                return 1.0, value, {**seen, variable: place}
            if not own:
                return self._column(value, column, {**seen, variable: place})
        return None

    def _is_module(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id not in self._bound

    @cached_property
    def _bound(self) -> Mapping[str, list[tuple[str, ast.expr]]]:
        """(a column, "" for the variable itself; the expression) of all that variables were bound to, in order."""
        found: dict[str, list[tuple[str, ast.expr]]] = {}
        node = self.call.node
        for source in (*self.call.before, self.call.module):
            here = (node.lineno, node.col_offset) if node is not None and source is self.call.module else (math.inf, 0)
            for variable, column, value in _bindings_of(source, here):
                found.setdefault(variable, []).append((column, value))
        return MappingProxyType(found)


def column_of(frame: ast.expr | None, name: str) -> ast.expr:
    """The expression of a column of a frame; `frame` is that of the frame, None where it is not known."""
    return ast.Attribute(frame or ast.Constant(None), name)


def is_changed_to(factor: float, unit: Unit, read: Iterable[ColumnRead]) -> bool:
    """Whether the code changed values by just what this unit is of the one they were read in: 45 percent of 0.45."""
    if is_dimensionless(unit):
        return unit_text(unit) == PERCENT and math.isclose(factor, 100)
    kin = (one.unit for one in read if unit_without_scales(one.unit) == unit_without_scales(unit) and one.unit != unit)
    return any(math.isclose(factor, convert_exactly(1.0, one, unit)) for one in kin)


def refuse_changed_scale(factor: float, stated: tuple[Unit, str], read: Iterable[ColumnRead], where: str) -> None:
    """Raises StoryError for a unit and form that are said of values whose scale the code changed by this factor.

    A share, or percentage points of shares that were read, is not multiplied by 100; what was read in a unit without
    scales is not divided by thousands.
    """
    unit, form = stated
    if is_dimensionless(unit):
        plain = form in (PERCENT, "points") and unit_text(unit) != PERCENT
        changed, instead, allowed = plain and math.isclose(factor, 100), "* 100", "shares, 0.45 for 45%"
    else:
        kin = [one.unit for one in read if unit_without_scales(one.unit) == unit_without_scales(unit)]
        money = kin and "[currency]" in unit.dimensionality  # a rate per 1,000 is of people or cases
        by_hand = any(math.isclose(factor, one) for one in (BY_HAND if money else THOUSANDS))
        # of euros a head no column may have been read
        changed = by_hand and unit == unit_without_scales(unit) and all(one == unit for one in kin)
        instead = f"* {factor:.0f}" if factor > 1 else f"/ {1 / factor:.0f}"
        allowed = f"values in {unit_text(unit)}, as the notebook read them"
    if changed:
        raise StoryError(
            where,
            f"values that the code changes by {instead}, in the unit that they had before",
            allowed,
            f"leave out {instead}, and rounding after it: pages write numbers in words that fit",
        )


def refuse_share_of_difference(stated: tuple[Unit, str], read: Iterable[ColumnRead], where: str) -> None:
    """Raises StoryError for a share that is said of a difference, where percentages were read as shares."""
    unit, form = stated
    if form == PERCENT and is_dimensionless(unit) and any(one.form == PERCENT for one in read):
        raise StoryError(
            where,
            "a share, said of a difference",
            "percentage points, for what is left of one share less another",
            'say "percentage points"',
        )


def _times(op: ast.operator, left: float | None, right: float | None) -> float:
    """What an operation with a typed number at one side multiplies the other side by."""
    if isinstance(op, ast.Mult):
        return left or right or 1.0
    return 1 / right if isinstance(op, ast.Div | ast.FloorDiv) and right else 1.0


def _typed(node: ast.expr) -> float | None:
    """A number that is typed, by itself or worked out of typed ones (10**6); None for all else."""
    match node:
        case ast.Constant(value=float(value) | int(value)) if not isinstance(value, bool):
            return float(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return None if (size := _typed(operand)) is None else -size
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            base, power = _typed(left), _typed(right)
            return None if base is None or power is None or abs(power) > 20 else float(base**power)
    return None


def _bindings_of(source: str, here: tuple[float, float]) -> Iterator[tuple[str, str, ast.expr]]:
    """(a variable, a column of it or "", the expression) of all that a source binds before a place, in order."""
    return (binding for end, binding in _bindings_by_end(source) if end <= here)


@cache  # each call of a notebook looks at all cells before it
def _bindings_by_end(source: str) -> tuple[tuple[tuple[float, float], tuple[str, str, ast.expr]], ...]:
    """(line and column of its end, what it binds) of all statements of a source that bind, in order of their ends."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # a cell with magics
        return ()
    nodes = [node for node in ast.walk(tree) if isinstance(node, (ast.stmt, ast.NamedExpr))]
    ended = [(node.end_lineno or 0, node.end_col_offset or 0, place) for place, node in enumerate(nodes)]
    return tuple(((line, column), one) for line, column, place in sorted(ended) for one in _bindings(nodes[place]))


def _bindings(node: ast.AST) -> Iterator[tuple[str, str, ast.expr]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((*_target(one), value) for one in targets)
        case ast.AugAssign(target=target, op=op, value=value):
            yield *_target(target), ast.BinOp(target, op, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
            yield *_target(target), value
        case ast.FunctionDef(name=name, body=[*_, ast.Return(value=ast.expr() as value)]):
            yield name, "", value


def _target(node: ast.expr) -> tuple[str, str]:
    """(a variable, the column of it that is bound, "" for itself)."""
    match node:
        case ast.Name(id=name):
            return name, ""
        case (
            ast.Attribute(value=ast.expr() as frame, attr=name)
            | ast.Subscript(
                value=frame, slice=ast.Constant(value=str(name)) | ast.Tuple(elts=[*_, ast.Constant(value=str(name))])
            )
        ):
            return _target(frame)[0], name
    return "", ""
