"""Follows the code behind a value, or behind a column of a frame, to the columns that it is made of.

Variables, and columns of their frames, are followed to where they were bound last, functions to what they return. Of
what is not understood nothing is known but the typed numbers on the way.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from toolkit.notebook.calling_cell import Call
from toolkit.notebook.code_bindings import SOME, Binding, Bindings, Scope, arguments_around, function_around, modules
from toolkit.notebook.columns_behind import ColumnsBehind
from toolkit.notebook.frame_methods import ANY, FRAMES, comprehended
from toolkit.notebook.made import COUNT, LABEL, RATIO, TRUTH, UNKNOWN, MadeOf, made_alike, made_either, typed
from toolkit.notebook.names_of_columns import NamesOfColumns
from toolkit.notebook.numbers_in_code import made_of_number, typed_attribute
from toolkit.notebook.pandas_methods import (
    ADDING,
    ARITHMETIC,
    BARE,
    CONDITIONS,
    COUNTING,
    FILLING,
    KEPT,
    NOTHING,
    OF_ONE,
    OPERATORS,
    OTHER,
    PARTS_OF_DAYS,
    PASSED,
    PLACES,
    REPEATED,
    ROOTS,
    adds_to,
    grouped_by,
    items_of,
    name_of,
    period_of,
)

FUNCTIONS = (ast.Lambda, ast.Name, ast.Attribute, ast.Constant)  # or names of them
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
            place = len(self.bindings.all) if at is None else at
            given = tuple((name, one, Scope(place)) for name, one in arguments_around(self.call))
            return self.made(node, column, Scope(place, function_around(self.call), (), given))
        except RecursionError:
            return UNKNOWN

    def made(self, node: ast.expr, column: str, scope: Scope) -> MadeOf:
        """What an expression is made of where it stands, or a column of the frame that it is."""
        key = (id(node), column, scope)
        if key not in self._known:
            self._known[key] = node, self._found(node, column, scope)
        return self._known[key][1]

    def _found(self, node: ast.expr, column: str, scope: Scope) -> MadeOf:
        match node:
            case ast.Constant(value=float(value) | int(value)) if not isinstance(value, bool):
                return typed(float(value))
            case ast.UnaryOp(op=ast.USub(), operand=inside):
                return -self.made(inside, column, scope)
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp() | ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
                return TRUTH
            case ast.BinOp(left=left, op=op, right=right):
                return self._worked_out(type(op), left, right, column, scope)
            case ast.Name(id=name):
                return self._named(name, column, scope)
            case ast.Attribute(value=inside, attr="low" | "high") if not column and (
                number := made_of_number(inside, self.call, self.columns.registry)
            ):
                return number
            case ast.Attribute(value=ast.Name(id=name), attr=own) if by := typed_attribute(name, own, self.call):
                return typed(by)
            case ast.Attribute(value=inside, attr=name) if name in PASSED:
                return self.made(inside, column, scope)
            case ast.Attribute(value=ast.Attribute(attr="dt"), attr=name) if name in PARTS_OF_DAYS:
                return LABEL
            case ast.Attribute(value=ast.BinOp(op=ast.Sub()) | ast.Attribute(attr="dt"), attr="days"):
                return self.columns.length_of_time("day")
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
                return self.made(frame, name, scope) if key is None else self.key(key, scope)
            case ast.Subscript(value=frame, slice=named) if (text := self.names.text(named, scope)) is not None:
                return self.made(ast.Subscript(frame, ast.Constant(text)), column, scope)
            case ast.Subscript(value=inside, slice=ast.List() | ast.Name() as names) if not column and (
                listed := self.names.texts(names, scope)
            ):
                return made_alike([self.made(inside, name, scope) for name in listed])
            case ast.Subscript(value=inside) | ast.NamedExpr(value=inside):
                return self.made(inside, column, scope)
            case ast.Dict() if column:  # the columns of a frame
                made = next((value for key, value in items_of(node) if key == column), None)
                return self.made(made, "", scope).in_rows() if made is not None else UNKNOWN
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Dict(values=parts):
                return made_alike([self.made(one, column, scope) for one in parts])
            case ast.IfExp(body=body, orelse=other):
                return self._either([body, other], column, scope)
            case ast.ListComp(elt=inside, generators=[one]) | ast.GeneratorExp(elt=inside, generators=[one]):
                item = [(one.target.id, one.iter, scope)] if isinstance(one.target, ast.Name) else []
                return self.made(inside, column, scope._replace(given=(*item, *scope.given)))
            case ast.Call() | ast.DictComp():
                return self._called(node, column, scope)
            case ast.Lambda():  # a function that nobody calls here
                return self.columns.of(None, column)
        return UNKNOWN

    def _worked_out(self, op: type[ast.operator], left: ast.expr, right: ast.expr, column: str, scope: Scope) -> MadeOf:
        one, other = self.made(left, column, scope), self.made(right, column, scope)
        if op is ast.Pow and other.kind == "typed" and abs(other.factor) <= 20:
            return typed(float(one.factor**other.factor)) if one.kind == "typed" and one.factor else one**other.factor
        return OPERATORS[op](one, other) if op in OPERATORS else UNKNOWN

    def key(self, key: ast.expr, scope: Scope) -> MadeOf:
        """What rows are grouped by: a label where nothing says that it measures something."""
        made = self.made(key, "", scope)
        return made if made.known is not None else LABEL

    def _either(self, choices: Sequence[ast.expr], column: str, scope: Scope) -> MadeOf:
        """What the code chooses one of; None and other things that are nothing do not count."""
        return made_either([self.made(one, column, scope) for one in choices if not self._is_nothing(one, scope)])

    def _is_nothing(self, node: ast.expr, scope: Scope) -> bool:
        bound = next(self.bindings.of(node.id, scope), None) if isinstance(node, ast.Name) else None
        return ast.unparse(bound[1].value if bound else node) in NOTHING

    def _named(self, name: str, column: str, scope: Scope) -> MadeOf:
        """What a variable, or a column of it, was bound to last."""
        for argument, value, there in scope.given:
            if argument == name:
                return self.made(value, column, there)
        return self._bound(name, column, scope, len(self.bindings.all))

    def _bound(self, name: str, column: str, scope: Scope, before: int) -> MadeOf:
        """What a variable, or a column of it, was bound to last `before` a binding; in a function first by itself."""
        bound_to = [one for one in self.bindings.of(name, scope) if one[0] < before]
        of_arguments = [one for one in scope.arguments if one[0] == name]
        for place, bound in bound_to:
            if of_arguments and bound.owner != scope.owner:
                break
            inside = scope._replace(at=place)
            if bound.column == "columns" and column:  # they are named anew: of a pivot table all but its keys are alike
                return self._bound(name, column if ".join(" in ast.unparse(bound.value) else ANY, inside, place)
            if bound.column == SOME and column:
                if (some := self._some(name, bound, column, scope, place)) is not None:
                    return some
            elif bound.column in ("", column):
                made = self.made(bound.value, "" if bound.column else column, inside)
                same = [one for _, one in bound_to if one.column == bound.column]
                if bound.loops and adds_to(bound.value, name):
                    return made.total()
                if made.kind == "typed" and len(same) > 1 and not column and any(one.loops for one in same):
                    return UNKNOWN
                return made.in_rows() if bound.column else made
        if of_arguments:
            _, value, there = of_arguments[0]
            return self.made(value, column, there)
        return self.columns.of(None, column)

    def _some(self, name: str, bound: Binding, column: str, scope: Scope, place: int) -> MadeOf | None:
        """What a column is that a binding of SOME columns may bind; None where it does not."""
        inside, changed = scope._replace(at=place), ast.unparse(bound.named or ast.Constant(None))
        rounds = self.names.given_by(bound, column, inside)
        if rounds is not None:
            for given, number in rounds:
                there = inside._replace(given=(*given, *scope.given))
                source = column if number is None else self.names.beside(bound.value, number, column, there)
                return self.made(bound.value, "" if number is None else source, there).in_rows()
            return None
        loops = {one.id for loop in bound.loops for one in ast.walk(loop.target) if isinstance(one, ast.Name)}
        alone = isinstance(bound.named, ast.Name) and bound.named.id in loops
        if loops and not alone:
            return None
        given = ((changed, ast.Constant(column), inside),) if alone else ()
        after = self.made(bound.value, "" if alone else column, inside._replace(given=(*given, *scope.given)))
        return after.in_rows().or_not(self._bound(name, column, scope, place), changed)

    def _called(self, node: ast.Call | ast.DictComp, column: str, scope: Scope) -> MadeOf:
        if isinstance(node, ast.DictComp):
            return comprehended(self, node, column, scope) or UNKNOWN
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
        if isinstance(function, ast.Call) and ast.unparse(function.func).endswith("vectorize") and function.args:
            return self.applied(function.args[0], arguments, column, scope)
        if isinstance(function, ast.Lambda) or (isinstance(function, ast.Name) and self._is_bound(function.id, scope)):
            return self.applied(function, arguments, column, scope, node.keywords)
        if isinstance(function, ast.Name) and function.id == "map" and len(arguments) == 2:
            return self.applied(arguments[0], arguments[1:], column, scope).repeated()
        if isinstance(function, ast.Name) and arguments:
            made = self._method(node, function.id, arguments[0], arguments[1:], column, scope)
            return made if made.kind != "typed" or hasattr(builtins, function.id) else UNKNOWN  # an assumption is none
        return UNKNOWN

    def _method(
        self, node: ast.Call, name: str, called_of: ast.expr, arguments: Sequence[ast.expr], column: str, scope: Scope
    ) -> MadeOf:
        """What a method makes of what it is called of, or a function of its first argument."""
        keywords = {keyword.arg or ANY: keyword.value for keyword in node.keywords}
        if column and name not in FRAMES and (key := grouped_by(called_of, column)) is not None:
            return self.key(key, scope)
        if name in ARITHMETIC and arguments:
            return self._worked_out(ARITHMETIC[name], called_of, arguments[0], column, scope)
        if name == "value_counts" and "normalize" in keywords:
            return MadeOf("values", form=RATIO)
        if name in COUNTING:
            return UNKNOWN if "normalize" in keywords else COUNT
        if name == "crosstab":
            how, values = keywords.get("aggfunc", ast.Constant("sum")), keywords.get("values")
            cells = COUNT if values is None else self.reduced(how, values, "", scope).repeated()
            return MadeOf("values", form=RATIO) if "normalize" in keywords else cells
        if name == "pop" and arguments and (text := self.names.text(arguments[0], scope)) is not None:
            return self.made(called_of, text, scope)
        if name in CONDITIONS:
            return TRUTH
        if name in FRAMES:
            return FRAMES[name](self, called_of, arguments, keywords, column, scope)
        function = arguments[0] if arguments else keywords.get("func")
        if name in ("apply", "map", "transform") and isinstance(function, ast.Dict):
            function = dict(items_of(function)).get(column, function)  # one for each column
        if name == "map" and function is not None and (mapped := self.made(function, "", scope)).kind != "unknown":
            return mapped  # by a dictionary
        if name in ("apply", "map", "transform", "pipe") and isinstance(function, FUNCTIONS):
            return self.reduced(function, called_of, column, scope).repeated()
        if name == "total_seconds":
            return self.columns.length_of_time("second")
        if name in BARE:
            return MadeOf("bare")
        if name in PLACES:
            return LABEL
        columns_in_rows = self.names.columns_of(called_of, scope) if not column and _is_along_rows(keywords) else []
        made_of_columns = [self.made(called_of, name_of_one, scope) for name_of_one in columns_in_rows]
        made = made_alike(made_of_columns) if made_of_columns else self.made(called_of, column, scope)
        if name in OF_ONE:
            return OF_ONE[name](made)
        if name in ADDING:
            period = period_of(called_of, scope, self.names.last)
            total = made.total("" if period in self.bindings.parts_of_days else period)
            return total.repeated() if name == "cumsum" else total
        if name in FILLING:
            return made.filled(self.made(one, "", scope) for one in (*arguments, *keywords.values()))
        is_typed = made.kind == "typed" and all(self.made(one, "", scope).kind == "typed" for one in arguments)
        if name in KEPT or is_typed:
            return made
        return made.repeated() if name in REPEATED else made.unknown()

    def reduced(self, how: ast.expr, taken: ast.expr, column: str, scope: Scope) -> MadeOf:
        """What a function, or a name of one, makes of an expression; of several that which a column is named by."""
        match how:
            case ast.List(elts=several):
                own = [one for one in several if f"_{column}".endswith(f"_{name_of(one)}")]
                left = column.removesuffix(name_of(own[0])).removesuffix("_") if own else column
                return self.reduced(own[0], taken, left, scope) if own else UNKNOWN
            case ast.Lambda():
                return self.applied(how, [taken], column, scope)
            case ast.Name(id=name) if self._is_bound(name, scope):
                return self.applied(how, [taken], column, scope)
            case ast.Constant(value=str(name)) | ast.Name(id=name) | ast.Attribute(attr=name):
                return self._method(ast.Call(how, [taken], []), name, taken, [], column, scope)
        return self.made(taken, column, scope).unknown()

    def applied(
        self,
        function: ast.expr,
        arguments: Sequence[ast.expr],
        column: str,
        scope: Scope,
        named: Sequence[ast.keyword] = (),
    ) -> MadeOf:
        """What a function of the notebook returns of arguments."""
        definition = None
        if isinstance(function, ast.Name):
            definition = next(((at, one) for at, one in self.bindings.of(function.id, scope) if not one.column), None)
            function = definition[1].value if definition is not None else function
        if not isinstance(function, ast.Lambda):
            return UNKNOWN
        places = [*function.args.posonlyargs, *function.args.args]
        defaults = zip(reversed(places), reversed(function.args.defaults), strict=False)
        value_of_parameter = {one.arg: value for one, value in defaults} | {
            one.arg: value for one, value in zip(places, arguments, strict=False)
        }
        value_of_parameter |= {one.arg: one.value for one in named if one.arg}
        bound = tuple((name, value, scope) for name, value in value_of_parameter.items())
        if definition is not None:
            owner = definition[1].variable.partition(" ")[0]
            return self.made(function.body, column, Scope(definition[0], owner, (), bound))
        return self.made(function.body, column, scope._replace(given=(*bound, *scope.given)))

    def _is_module(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in self._modules

    def _is_bound(self, name: str, scope: Scope) -> bool:
        return name in self.bindings.places or any(name == one for one, *_ in (*scope.given, *scope.arguments))

    @cached_property
    def _modules(self) -> frozenset[str]:
        return modules(self.call)

    @cached_property
    def bindings(self) -> Bindings:
        return Bindings(self.call)

    @cached_property
    def names(self) -> NamesOfColumns:
        return NamesOfColumns(self.bindings)


def _is_along_rows(named: Named) -> bool:
    """Whether a method puts the columns of each row together."""
    return isinstance(axis := named.get("axis"), ast.Constant) and axis.value in (1, "columns")
