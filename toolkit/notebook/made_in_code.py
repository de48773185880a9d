"""Follows the code behind a value, or behind a column of a frame, to the columns that it is made of.

Variables, and columns of their frames, are followed to where they were bound last, functions to what they return. Of
what is not understood nothing is known but the typed numbers on the way.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from toolkit.notebook.calling_cell import Call
from toolkit.notebook.code_bindings import Bindings, Scope, arguments_around, function_around, modules
from toolkit.notebook.columns_behind import ColumnsBehind
from toolkit.notebook.made import COUNT, LABEL, RATIO, TRUTH, UNKNOWN, MadeOf, made_alike, made_either, typed
from toolkit.notebook.pandas_methods import (
    ARITHMETIC,
    CONDITIONS,
    COUNTING,
    FILLING,
    KEPT,
    NOTHING,
    OPERATORS,
    OTHER,
    PARTS_OF_DAYS,
    PASSED,
    REPEATED,
    ROOTS,
    columns_named_in,
    grouped_by,
    items_of,
    name_of,
    texts_in,
)

Exprs: TypeAlias = Sequence[ast.expr]
Named: TypeAlias = Mapping[str, ast.expr]


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
            place = len(self._bindings.all) if at is None else at
            given = tuple((name, one, Scope(place)) for name, one in arguments_around(self.call))
            return self._made(node, column, Scope(place, function_around(self.call), given))
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
            case ast.Attribute(value=ast.Attribute(attr="dt"), attr=name) if name in PARTS_OF_DAYS:
                return LABEL
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
                key = grouped_by(frame, column) if column not in ("", name) else None
                return self._made(frame, name, scope) if key is None else self._key(key, scope)
            case ast.Subscript(value=inside, slice=ast.List() | ast.Name() as names) if not column and (
                listed := texts_in(self._bindings.last(names, scope))
            ):
                return made_alike([self._made(inside, name, scope) for name in sorted(listed)])
            case ast.Subscript(value=inside) | ast.NamedExpr(value=inside):
                return self._made(inside, column, scope)
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                return made_alike([self._made(one, column, scope) for one in parts])
            case ast.Dict(values=parts) if not column:
                return made_alike([self._made(one, column, scope) for one in parts])
            case ast.Dict() if column:  # the columns of a frame
                made = next((value for key, value in items_of(node) if key == column), None)
                return self._made(made, "", scope).in_rows() if made is not None else UNKNOWN
            case ast.IfExp(body=body, orelse=other):
                return self._either([body, other], column, scope)
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

    def _key(self, key: ast.expr, scope: Scope) -> MadeOf:
        """What rows are grouped by: a label where nothing says that it measures something."""
        made = self._made(key, "", scope)
        return made if made.known is not None else LABEL

    def _either(self, choices: Sequence[ast.expr], column: str, scope: Scope) -> MadeOf:
        """What the code chooses one of; None and other things that are nothing do not count."""
        return made_either([self._made(one, column, scope) for one in choices if not self._is_nothing(one, scope)])

    def _is_nothing(self, node: ast.expr, scope: Scope) -> bool:
        bound = next(self._bindings.of(node.id, scope), None) if isinstance(node, ast.Name) else None
        return ast.unparse(bound[1].value if bound else node) in NOTHING

    def _named(self, name: str, column: str, scope: Scope) -> MadeOf:
        """What a variable, or a column of it, was bound to last."""
        for argument, value, there in scope.given:
            if argument == name:
                return self._made(value, column, there)
        for place, bound in self._bindings.of(name, scope):
            if bound.column == "columns":  # they are named anew
                return UNKNOWN
            if bound.column in ("", column):
                made = self._made(bound.value, "" if bound.column else column, scope._replace(at=place))
                times = [one.column for _, one in self._bindings.of(name, scope)].count(bound.column)
                if made.kind == "typed" and times > 1 and not column:
                    return UNKNOWN
                return made.in_rows() if bound.column else made
        return self.columns.of(None, column)

    def _called(self, node: ast.Call, column: str, scope: Scope) -> MadeOf:
        function, arguments = node.func, node.args
        if isinstance(function, ast.Attribute):
            if function.attr.startswith("read_") or (function.attr in ROOTS and not self._is_module(function.value)):
                return self.columns.of(node, column)
            if not self._is_module(function.value):
                return self._method(node, function.attr, function.value, arguments, column, scope)
            if function.attr in ("where", "select") and len(arguments) > 1:  # of NumPy: one by a condition, or another
                lists = [getattr(one, "elts", [one]) for one in arguments[1:]]
                return self._either([one for listed in lists for one in listed], column, scope)
            return (
                self._method(node, function.attr, arguments[0], arguments[1:], column, scope) if arguments else UNKNOWN
            )
        if isinstance(function, ast.Lambda) or (isinstance(function, ast.Name) and self._is_bound(function.id, scope)):
            return self._applied(function, arguments, column, scope, node.keywords)
        if isinstance(function, ast.Name) and arguments:
            made = self._method(node, function.id, arguments[0], arguments[1:], column, scope)
            return made if made.kind != "typed" or hasattr(builtins, function.id) else UNKNOWN  # an assumption is none
        return UNKNOWN

    def _method(
        self, node: ast.Call, name: str, taken: ast.expr, more: Sequence[ast.expr], column: str, scope: Scope
    ) -> MadeOf:
        """What a method makes of what it is called of, or a function of its first argument."""
        named = {one.arg: one.value for one in node.keywords if one.arg}
        if column and name not in FRAMES and (key := grouped_by(taken, column)) is not None:
            return self._key(key, scope)
        if name in ARITHMETIC and more:
            return self._worked_out(ARITHMETIC[name], taken, more[0], column, scope)
        if name == "value_counts" and "normalize" in named:
            return MadeOf("values", form=RATIO)
        if name in COUNTING:
            return UNKNOWN if "normalize" in named else COUNT
        if name == "crosstab":
            how, values = named.get("aggfunc", ast.Constant("sum")), named.get("values")
            cells = COUNT if values is None else self._reduced(how, values, "", scope).repeated()
            return MadeOf("values", form=RATIO) if "normalize" in named else cells
        if name in CONDITIONS:
            return TRUTH
        if name in FRAMES:
            return FRAMES[name](self, taken, more, named, column, scope)
        function = more[0] if more else None
        if name == "map" and function is not None and (given := self._made(function, "", scope)).kind == "typed":
            return given  # by a dictionary of typed numbers
        if name in ("apply", "map", "transform", "pipe") and isinstance(function, ast.Lambda | ast.Name | ast.Constant):
            return self._reduced(function, taken, column, scope).repeated()
        made = self._made(taken, column, scope)
        if name == "pct_change":
            return made / made
        if name == "diff":
            return made - made
        if name in ("sum", "mean"):
            return made.total() if name == "sum" else made.mean()
        if name in FILLING:
            return made.filled([self._made(one, "", scope) for one in (*more, *named.values())])
        if name in KEPT or (made.kind == "typed" and all(self._made(one, "", scope).kind == "typed" for one in more)):
            return made
        return made.repeated() if name in REPEATED else made.unknown()

    def _reduced(self, how: ast.expr, taken: ast.expr, column: str, scope: Scope) -> MadeOf:
        """What a function, or a name of one, makes of an expression; of several that which a column is named by."""
        match how:
            case ast.List(elts=several):
                own = [one for one in several if f"_{column}".endswith(f"_{name_of(one)}")]
                left = column.removesuffix(name_of(own[0])).removesuffix("_") if own else column
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
            found = next(((at, one) for at, one in self._bindings.of(function.id, scope) if not one.column), None)
            if found is None or not isinstance(found[1].value, ast.Lambda):
                return UNKNOWN
            there, owner, function, inside = found[0], function.id, found[1].value, ()
        if not isinstance(function, ast.Lambda):
            return UNKNOWN
        places = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
        given = [*zip(places, arguments, strict=False), *((one.arg, one.value) for one in named if one.arg)]
        bound = tuple((name, value, scope) for name, value in given)
        return self._made(function.body, column, Scope(there, owner, (*bound, *inside)))

    def _assigned(self, taken: ast.expr, more: Exprs, named: Named, column: str, scope: Scope) -> MadeOf:
        made = named.get(column)
        if made is None:
            return self._made(taken, column, scope)
        function = isinstance(made, ast.Lambda)
        return (self._applied(made, [taken], "", scope) if function else self._made(made, "", scope)).in_rows()

    def _renamed(self, taken: ast.expr, more: Exprs, named: Named, column: str, scope: Scope) -> MadeOf:
        pairs = ((old, getattr(new, "value", None)) for old, new in items_of(named.get("columns")))
        before = {new: old for old, new in pairs}
        return self._made(taken, before.get(column, column), scope)

    def _joined(self, taken: ast.expr, more: Exprs, named: Named, column: str, scope: Scope) -> MadeOf:
        """A column of two frames, which has a suffix where both have it."""
        frames = [taken, *more[:1], *(value for name, value in named.items() if name in ("right", "other"))]
        suffixes = [one.value for one in getattr(named.get("suffixes"), "elts", ()) if isinstance(one, ast.Constant)]
        sides = [(frame, column) for frame in frames]
        for frame, suffix in zip(frames, map(str, suffixes or ("_x", "_y")), strict=False):
            if suffix and column.endswith(suffix):
                sides.append((frame, column.removesuffix(suffix)))
        found = (self._made(frame, name, scope) for frame, name in sides)
        return next((made for made in found if made.kind != "unknown"), UNKNOWN).in_rows()

    def _evaluated(self, taken: ast.expr, more: Exprs, named: Named, column: str, scope: Scope) -> MadeOf:
        """A column that a text assigns; without one what the text works out."""
        text = more[0] if more else named.get("expr")
        found = dict(columns_named_in(str(text.value), taken)) if isinstance(text, ast.Constant) else {}
        made = found.get(column, found.get(""))
        return self._made(taken, column, scope) if made is None else self._made(made, "", scope).in_rows()

    def _melted(self, taken: ast.expr, more: Exprs, named: Named, column: str, scope: Scope) -> MadeOf:
        """Columns below one another in a column of values, those beside as they were."""
        kept, melted, _, values = [*more, None, None, None, None][:4]
        kept, melted, values = (
            named.get(k, v) for k, v in (("id_vars", kept), ("value_vars", melted), ("value_name", values))
        )
        if column in texts_in(kept):
            return self._made(taken, column, scope).repeated()
        names = texts_in(melted) or self._chosen(taken, scope) - texts_in(kept) or self.columns.beside(texts_in(kept))
        if column != getattr(values, "value", "value"):
            return UNKNOWN
        return made_alike([self._made(taken, name, scope) for name in sorted(names)])

    def _chosen(self, node: ast.expr, scope: Scope) -> set[str]:
        """The columns that a frame was left with by their names; none where the code does not say it."""
        node = self._bindings.last(node, scope)
        return texts_in(node.slice) if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.List) else set()

    def _pivoted(self, taken: ast.expr, more: Exprs, named: Named, column: str, scope: Scope) -> MadeOf:
        values = named.get("values")
        if column in texts_in(named.get("index")):
            return self._key(ast.Attribute(taken, column), scope)
        if not (isinstance(values, ast.Constant) and isinstance(values.value, str)):
            return UNKNOWN
        cell = ast.Attribute(taken, values.value)
        how = named.get("aggfunc")
        return (self._made(cell, "", scope) if how is None else self._reduced(how, cell, "", scope)).repeated()

    def _aggregated(self, taken: ast.expr, more: Exprs, named: Named, column: str, scope: Scope) -> MadeOf:
        if column and (key := grouped_by(taken, column)) is not None:
            return self._key(key, scope)
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
        return name in self._bindings.places or any(name == argument for argument, *_ in scope.given)

    @cached_property
    def _modules(self) -> frozenset[str]:
        return modules(self.call)

    @cached_property
    def _bindings(self) -> Bindings:
        return Bindings(self.call)


FRAMES: Mapping[str, Callable[..., MadeOf]] = {  # methods that name columns of frames
    "assign": MadeInCode._assigned, "rename": MadeInCode._renamed,
    "eval": MadeInCode._evaluated, "melt": MadeInCode._melted,
    "merge": MadeInCode._joined, "join": MadeInCode._joined,
    "pivot": MadeInCode._pivoted, "pivot_table": MadeInCode._pivoted,
    "agg": MadeInCode._aggregated, "aggregate": MadeInCode._aggregated,
}  # fmt: skip
