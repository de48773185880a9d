"""What variables, and columns of their frames, were bound to by the code of a notebook, in order."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from toolkit.notebook.calling_cell import Call

Function = ast.FunctionDef | ast.AsyncFunctionDef
Place = tuple[float, float]  # line, column


class Binding(NamedTuple):
    """A variable, or a column of its frame ("" for itself), and what it was bound to.

    `owner` is the name of the function in which it is local, "" for none. A function is bound to a lambda of its own.
    """

    owner: str
    variable: str
    column: str
    value: ast.expr


def bindings_before(call: Call) -> tuple[Binding, ...]:
    """All that the cells before a call, and its own source up to it, bind."""
    here = (call.node.lineno, call.node.col_offset) if call.node is not None else (math.inf, 0)
    before = [bound for source in call.before for _, bound in _bindings_of(source)]
    return (*before, *(bound for ended, bound in _bindings_of(call.module) if ended <= here))


def function_around(call: Call) -> str:
    """The name of the innermost function that a call stands in, "" for none."""
    return _owner((call.node.lineno, call.node.col_offset), _functions(call.module)) if call.node is not None else ""


def function_named(call: Call, name: str) -> Function | None:
    """The function that a notebook defined last by a name; None without one."""
    sources = (call.module, *reversed(call.before))
    return next((one for source in sources for one in reversed(_functions(source)) if one.name == name), None)


def modules(call: Call) -> frozenset[str]:
    """The names by which the cells of a call import modules."""
    return frozenset().union(*map(_imported_by, (*call.before, call.module)))


@cache
def _imported_by(source: str) -> frozenset[str]:
    try:
        imports = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import)]
    except (SyntaxError, ValueError):
        return frozenset()
    return frozenset(one.asname or one.name.partition(".")[0] for node in imports for one in node.names)


@cache  # each call of a notebook looks at all cells before it
def _bindings_of(source: str) -> tuple[tuple[Place, Binding], ...]:
    """What a source binds, in order, with where each is bound."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # a cell with magics
        return ()
    nodes = [node for node in ast.walk(tree) if isinstance(node, (ast.stmt, ast.NamedExpr))]
    functions = _functions(source)
    made: list[tuple[Place, int, Binding]] = []
    for place, node in enumerate(nodes):
        # a loop binds before its body runs
        ended = _start(node.body[0]) if isinstance(node, ast.For | ast.With) else _end(node)
        owner = _owner(_start(node), functions)
        made += [(ended, place, Binding(owner, *one)) for one in _bound_by(node)]
    return tuple((ended, binding) for ended, _, binding in sorted(made, key=lambda one: one[:2]))


@cache
def _functions(source: str) -> tuple[Function, ...]:
    try:
        return tuple(node for node in ast.walk(ast.parse(source)) if isinstance(node, Function))
    except (SyntaxError, ValueError):
        return ()


def _owner(place: Place, functions: tuple[Function, ...]) -> str:
    around = [one for one in functions if _start(one) < place <= _end(one)]
    return around[-1].name if around else ""


def _start(node: ast.stmt | ast.expr) -> Place:
    return node.lineno, node.col_offset


def _end(node: ast.stmt | ast.expr) -> Place:
    return node.end_lineno or 0, node.end_col_offset or 0


def _bound_by(node: ast.AST) -> Iterator[tuple[str, str, ast.expr]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from (bound for one in targets for bound in _targets(one, value))
        case ast.AugAssign(target=target, op=op, value=value):
            yield from _targets(target, ast.BinOp(target, op, value))
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
            yield from _targets(target, value)
        case ast.For(target=target, iter=value):
            yield from _targets(target, value)
        case ast.With(items=items):
            yield from (
                one for item in items if item.optional_vars for one in _targets(item.optional_vars, item.context_expr)
            )
        case ast.FunctionDef(name=name, args=args, body=[*_, ast.Return(value=ast.expr() as value)]):
            yield name, "", ast.Lambda(args, value)


def _targets(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, str, ast.expr]]:
    """(a variable, the column of it that is bound, "" for itself; to what)."""
    match target:
        case ast.Name(id=name):
            yield name, "", value
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            own = value.elts if isinstance(value, ast.Tuple) and len(value.elts) == len(parts) else [value] * len(parts)
            yield from (one for part, bound in zip(parts, own, strict=True) for one in _targets(part, bound))
        case ast.Subscript(value=frame, slice=ast.List(elts=columns)):  # frame[["a", "b"]] = …
            named = [one.value for one in columns if isinstance(one, ast.Constant)]
            yield from (bound for name in named for bound in _targets(ast.Attribute(frame, str(name)), value))
        case ast.Subscript(
            value=ast.Attribute(value=frame, attr="loc" | "at"),
            slice=ast.Tuple(elts=[rows, ast.Constant(value=str(name))]),
        ) if not isinstance(rows, ast.Slice):  # some rows alone, of which nothing is known
            yield from _targets(ast.Attribute(frame, name), ast.Constant(None))
        case (
            ast.Attribute(value=ast.expr() as frame, attr=name)
            | ast.Subscript(
                value=frame, slice=ast.Constant(value=str(name)) | ast.Tuple(elts=[*_, ast.Constant(value=str(name))])
            )
        ):
            yield next((variable for variable, _, _ in _targets(frame, value)), ""), name, value
