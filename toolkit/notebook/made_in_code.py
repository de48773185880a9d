"""Follows the code behind a value, or behind a column of a frame, to the columns that it is made of.

Variables, and columns of their frames, are followed to where they were bound last, functions to what they return. Of
what is not understood nothing is known but the typed numbers on the way.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from toolkit.notebook.calling_cell import Call
from toolkit.notebook.code_bindings import Binding, bindings_before, function_around, modules
from toolkit.notebook.columns_behind import ColumnsBehind
from toolkit.notebook.made import COUNT, RATIO, TRUTH, UNKNOWN, MadeOf, made_alike, typed
from toolkit.notebook.pandas_methods import (
    ARITHMETIC,
    CONDITIONS,
    COUNTING,
    KEPT,
    OPERATORS,
    OTHER,
    PASSED,
    REPEATED,
    ROOTS,
)


class Scope(NamedTuple):
    """Where an expression stands: after how many bindings, in which function, and what this was given."""

    at: int
    owner: str = ""
    given: tuple[tuple[str, ast.expr, Scope], ...] = ()


@dataclass(frozen=True)
class MadeInCode:
    """Says what expressions of a call, and columns of its frames, are made of."""

    call: Call
    columns: ColumnsBehind
    _known: dict[tuple[int, str, Scope], tuple[ast.expr, MadeOf]] = field(default_factory=dict)

    def of(self, node: ast.expr | None, column: str = "", at: int | None = None) -> MadeOf:
        """What an expression is made of, or a column of the frame that it is; after `at` bindings, None for all."""
        if node is None:
            return UNKNOWN
        try:
            return self._made(
                node, column, Scope(len(self._bindings) if at is None else at, function_around(self.call))
            )
        except RecursionError:
            return UNKNOWN

    def _made(self, node: ast.expr, column: str, scope: Scope) -> MadeOf:
        key = (id(node), column, scope)
        if key not in self._known:
            self._known[key] = node, self._found(node, column, scope)
        return self._known[key][1]

    def _found(self, node: ast.expr, column: str, scope: Scope) -> MadeOf:
        match node:
            case ast.Constant(value=float(value) | int(value)) if not isinstance(value, bool):
                return typed(float(value))
            case ast.UnaryOp(op=ast.USub(), operand=inside):
                return -self._made(inside, column, scope)
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp() | ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
                return TRUTH
            case ast.BinOp(left=left, op=op, right=right):
                return self._worked_out(type(op), left, right, column, scope)
            case ast.Name(id=name):
                return self._named(name, column, scope)
            case ast.Attribute(value=inside, attr=name) if name in PASSED:
                return self._made(inside, column, scope)
            case ast.Attribute(attr=name) if name in OTHER:
                return UNKNOWN
            case ast.Attribute(attr="size" | "shape"):
                return COUNT
            case (
                ast.Attribute(value=frame, attr=name)
                | ast.Subscript(
                    value=frame,
                    slice=ast.Constant(value=str(name)) | ast.Tuple(elts=[*_, ast.Constant(value=str(name))]),
                )
            ):
                key = _grouped_by(frame, column) if column not in ("", name) else None
                return self._made(frame, name, scope) if key is None else self._made(key, column, scope)
            case ast.Subscript(value=inside) | ast.NamedExpr(value=inside):
                return self._made(inside, column, scope)
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                return made_alike([self._made(one, column, scope) for one in parts])
            case ast.Dict() if column:  # the columns of a frame
                made = next((value for key, value in _items(node) if key == column), None)
                return self._made(made, "", scope).in_rows() if made is not None else UNKNOWN
            case ast.IfExp(body=body, orelse=other):
                return made_alike([self._made(one, column, scope) for one in (body, other)])
            case ast.ListComp(elt=inside, generators=[one]) | ast.GeneratorExp(elt=inside, generators=[one]):
                item = [(one.target.id, one.iter, scope)] if isinstance(one.target, ast.Name) else []
                return self._made(inside, column, scope._replace(given=(*item, *scope.given)))
            case ast.Call():
                return self._called(node, column, scope)
            case ast.Lambda():  # a function that nobody calls here
                return self.columns.of(None, column)
        return UNKNOWN

    def _worked_out(self, op: type[ast.operator], left: ast.expr, right: ast.expr, column: str, scope: Scope) -> MadeOf:
        one, other = self._made(left, column, scope), self._made(right, column, scope)
        if op is ast.Pow and one.kind == other.kind == "typed" and one.factor and abs(other.factor) <= 20:
            return typed(float(one.factor**other.factor))
        return OPERATORS[op](one, other) if op in OPERATORS else UNKNOWN

    def _named(self, name: str, column: str, scope: Scope) -> MadeOf:
        """What a variable, or a column of it, was bound to last."""
        for argument, value, there in scope.given:
            if argument == name:
                return self._made(value, column, there)
        for place, bound in self._bound(name, scope):
            if bound.column == "columns":  # they are named anew
                return UNKNOWN
            if bound.column in ("", column):
                made = self._made(bound.value, "" if bound.column else column, scope._replace(at=place))
                several = made.kind == "typed" and len([*self._bound(name, scope)]) > 1
                return UNKNOWN if several else made.in_rows() if bound.column else made
        return self.columns.of(None, column)

    def _bound(self, name: str, scope: Scope) -> Iterator[tuple[int, Binding]]:
        places = reversed([one for one in self._variables.get(name, ()) if one < scope.at])
        return ((one, self._bindings[one]) for one in places if self._bindings[one].owner in ("", scope.owner))

    def _called(self, node: ast.Call, column: str, scope: Scope) -> MadeOf:
        function, arguments = node.func, node.args
        if isinstance(function, ast.Attribute):
            if function.attr.startswith("read_") or (function.attr in ROOTS and not self._is_module(function.value)):
                return self.columns.of(node, column)
            if not self._is_module(function.value):
                return self._method(node, function.attr, function.value, arguments, column, scope)
            return (
                self._method(node, function.attr, arguments[0], arguments[1:], column, scope) if arguments else UNKNOWN
            )
        if isinstance(function, ast.Lambda) or (isinstance(function, ast.Name) and self._is_bound(function.id, scope)):
            return self._applied(function, arguments, column, scope, node.keywords)
        if isinstance(function, ast.Name) and arguments:
            return self._method(node, function.id, arguments[0], arguments[1:], column, scope)
        return UNKNOWN

    def _method(
        self, node: ast.Call, name: str, taken: ast.expr, more: Sequence[ast.expr], column: str, scope: Scope
    ) -> MadeOf:
        """What a method makes of what it is called of, or a function of its first argument."""
        named = {one.arg: one.value for one in node.keywords if one.arg}
        if column and name in COUNTING and (key := _grouped_by(taken, column)) is not None:
            return self._made(key, column, scope)
        if name in ARITHMETIC and more:
            return self._worked_out(ARITHMETIC[name], taken, more[0], column, scope)
        if name == "value_counts" and "normalize" in named:
            return MadeOf("values", form=RATIO)
        if name in COUNTING:
            return UNKNOWN if "values" in named or "normalize" in named else COUNT
        if name in CONDITIONS:
            return TRUTH
        if name in FRAMES:
            return FRAMES[name](self, taken, more, named, column, scope)
        function = more[0] if more else None
        if name in ("apply", "map", "transform", "pipe") and isinstance(function, ast.Lambda | ast.Name | ast.Constant):
            return self._reduced(function, taken, column, scope).repeated()
        made = self._made(taken, column, scope)
        if name == "pct_change":
            return made / made
        if name == "diff":
            return made - made
        if name in ("sum", "mean"):
            return made.total() if name == "sum" else made.mean()
        if made.kind == "typed" or name in KEPT:
            return made
        return made.repeated() if name in REPEATED else made.unknown()

    def _reduced(self, how: ast.expr, taken: ast.expr, column: str, scope: Scope) -> MadeOf:
        """What a function, or a name of one, makes of an expression; of several that which a column is named by."""
        match how:
            case ast.List(elts=several):
                own = [one for one in several if f"_{column}".endswith(f"_{_name(one)}")]
                left = column.removesuffix(_name(own[0])).removesuffix("_") if own else column
                return self._reduced(own[0], taken, left, scope) if own else UNKNOWN
            case ast.Lambda():
                return self._applied(how, [taken], column, scope)
            case ast.Name(id=name) if self._is_bound(name, scope):
                return self._applied(how, [taken], column, scope)
            case ast.Constant(value=str(name)) | ast.Name(id=name) | ast.Attribute(attr=name):
                return self._method(ast.Call(how, [taken], []), name, taken, [], column, scope)
        return self._made(taken, column, scope).unknown()

    def _applied(
        self,
        function: ast.expr,
        arguments: Sequence[ast.expr],
        column: str,
        scope: Scope,
        named: Sequence[ast.keyword] = (),
    ) -> MadeOf:
        """What a function of the notebook returns of arguments."""
        owner, there, inside = scope.owner, scope.at, scope.given
        if isinstance(function, ast.Name):
            found = next(((at, one) for at, one in self._bound(function.id, scope) if not one.column), None)
            if found is None or not isinstance(found[1].value, ast.Lambda):
                return UNKNOWN
            there, owner, function, inside = found[0], function.id, found[1].value, ()
        if not isinstance(function, ast.Lambda):
            return UNKNOWN
        places = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
        given = [*zip(places, arguments, strict=False), *((one.arg, one.value) for one in named if one.arg)]
        bound = tuple((name, value, scope) for name, value in given)
        return self._made(function.body, column, Scope(there, owner, (*bound, *inside)))

    def _assigned(
        self, taken: ast.expr, more: Sequence[ast.expr], named: Mapping[str, ast.expr], column: str, scope: Scope
    ) -> MadeOf:
        made = named.get(column)
        if made is None:
            return self._made(taken, column, scope)
        function = isinstance(made, ast.Lambda)
        return (self._applied(made, [taken], "", scope) if function else self._made(made, "", scope)).in_rows()

    def _renamed(
        self, taken: ast.expr, more: Sequence[ast.expr], named: Mapping[str, ast.expr], column: str, scope: Scope
    ) -> MadeOf:
        pairs = ((old, getattr(new, "value", None)) for old, new in _items(named.get("columns")))
        before = {new: old for old, new in pairs}
        return self._made(taken, before.get(column, column), scope)

    def _joined(
        self, taken: ast.expr, more: Sequence[ast.expr], named: Mapping[str, ast.expr], column: str, scope: Scope
    ) -> MadeOf:
        """A column of two frames, which has a suffix where both have it."""
        frames = [taken, *more[:1], *(value for name, value in named.items() if name in ("right", "other"))]
        suffixes = [one.value for one in getattr(named.get("suffixes"), "elts", ()) if isinstance(one, ast.Constant)]
        sides = [(frame, column) for frame in frames]
        for frame, suffix in zip(frames, map(str, suffixes or ("_x", "_y")), strict=False):
            if suffix and column.endswith(suffix):
                sides.append((frame, column.removesuffix(suffix)))
        found = (self._made(frame, name, scope) for frame, name in sides)
        return next((made for made in found if made.kind != "unknown"), UNKNOWN).in_rows()

    def _pivoted(
        self, taken: ast.expr, more: Sequence[ast.expr], named: Mapping[str, ast.expr], column: str, scope: Scope
    ) -> MadeOf:
        values = named.get("values")
        if column in _texts(named.get("index")):
            return self._made(taken, column, scope)
        if not (isinstance(values, ast.Constant) and isinstance(values.value, str)):
            return UNKNOWN
        cell = ast.Attribute(taken, values.value)
        how = named.get("aggfunc")
        return (self._made(cell, "", scope) if how is None else self._reduced(how, cell, "", scope)).repeated()

    def _aggregated(
        self, taken: ast.expr, more: Sequence[ast.expr], named: Mapping[str, ast.expr], column: str, scope: Scope
    ) -> MadeOf:
        if column and (key := _grouped_by(taken, column)) is not None:
            return self._made(key, column, scope)
        match named.get(column):
            case ast.Tuple(elts=[ast.Constant(value=str(name)), how]):
                return self._reduced(how, ast.Attribute(taken, name), "", scope)
            case ast.Call(keywords=[ast.keyword(value=ast.Constant(value=str(name))), ast.keyword(value=how)]):
                return self._reduced(how, ast.Attribute(taken, name), "", scope)  # pd.NamedAgg
            case ast.expr() as how:
                return self._reduced(how, taken, "", scope)
        if more and isinstance(more[0], ast.Dict):
            for key, how in zip(more[0].keys, more[0].values, strict=True):
                name = getattr(key, "value", "")
                if isinstance(name, str) and (column == name or column.startswith(f"{name}_")):
                    return self._reduced(how, ast.Attribute(taken, name), column, scope)
            return UNKNOWN
        return self._reduced(more[0], taken, column, scope) if more else UNKNOWN

    def _is_module(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in self._modules

    def _is_bound(self, name: str, scope: Scope) -> bool:
        return name in self._variables or any(name == argument for argument, *_ in scope.given)

    @cached_property
    def _modules(self) -> frozenset[str]:
        return modules(self.call)

    @cached_property
    def _bindings(self) -> tuple[Binding, ...]:
        return bindings_before(self.call)

    @cached_property
    def _variables(self) -> Mapping[str, Sequence[int]]:
        """The places of each variable's bindings."""
        found: dict[str, list[int]] = {}
        for place, bound in enumerate(self._bindings):
            found.setdefault(bound.variable, []).append(place)
        return found


FRAMES: Mapping[str, Callable[..., MadeOf]] = {  # methods that name columns of frames
    "assign": MadeInCode._assigned, "rename": MadeInCode._renamed,
    "merge": MadeInCode._joined, "join": MadeInCode._joined,
    "pivot": MadeInCode._pivoted, "pivot_table": MadeInCode._pivoted,
    "agg": MadeInCode._aggregated, "aggregate": MadeInCode._aggregated,
}  # fmt: skip


def _grouped_by(node: ast.expr, column: str) -> ast.expr | None:
    """The frame that a chain of calls groups by a column of this name; None where it does not."""
    while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in ("groupby", "set_index") and column in {
                text for one in (*node.args, *(key.value for key in node.keywords)) for text in _texts(one)
            }:
                return node.func.value
            node = node.func.value
        else:
            node = node.func if isinstance(node, ast.Call) else node.value
    return None


def _items(node: ast.expr | None) -> Iterator[tuple[str, ast.expr]]:
    """The items of a dictionary whose keys are typed."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant):
                yield str(key.value), value


def _texts(node: ast.expr | None) -> set[str]:
    """The texts that an expression types."""
    found = (one.value for one in ast.walk(node) if isinstance(one, ast.Constant)) if node is not None else ()
    return {one for one in found if isinstance(one, str)}


def _name(how: ast.expr) -> str:
    """The name of a function, as pandas names columns by it."""
    return str(getattr(how, "value", None) or getattr(how, "id", None) or getattr(how, "attr", ""))
