"""What variables, and columns of their frames, were bound to by the code of a notebook, in order."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, reduce
from typing import NamedTuple

from toolkit.notebook.calling_cell import NAME, Call
from toolkit.notebook.pandas_methods import PASSED

Function = ast.FunctionDef | ast.AsyncFunctionDef
Place = tuple[float, float]  # line, column
Bound = tuple[str, str, ast.expr, ast.expr | None]  # a variable, its column, what it is bound to, names of SOME columns
SOME = "*"  # a column, or several, whose names are no typed text
CHANGED = "{} changes {}"  # what a function leaves the argument at a place as


class Binding(NamedTuple):
    """A variable, or a column of its frame ("" for itself), and what it was bound to.

    `owner` is the name of the function in which it is local, "" for none. A function is bound to a lambda of its own.
    `named` is the expression of the names of SOME columns, and `loops` are those around it.
    """

    owner: str
    variable: str
    column: str
    value: ast.expr
    named: ast.expr | None = None
    loops: tuple[ast.For, ...] = ()


class Scope(NamedTuple):
    """Where an expression stands: after how many bindings, in which function.

    `given` is what lambdas and loops around it are given, `arguments` what the function is.
    """

    at: int
    owner: str = ""
    given: tuple[tuple[str, ast.expr, Scope], ...] = ()
    arguments: tuple[tuple[str, ast.expr, Scope], ...] = ()


def bindings_before(call: Call) -> tuple[Binding, ...]:
    """All that the cells before a call, and its own source up to it, or to the call of its function, bind."""
    node, module = call.around or (call.node, call.module)
    position = (node.lineno, node.col_offset) if node is not None else (math.inf, 0)
    before = [bound for source in call.before for _, bound in _bindings_of(source)]
    bindings = (*before, *(bound for ended, bound in _bindings_of(module) if ended <= position))
    variables = {one.variable for one in bindings}
    return tuple(one for one in bindings if not is_change(one) or ast.unparse(one.value.func) in variables)  # type: ignore[attr-defined]


def is_change(bound: Binding) -> bool:
    """Whether it says what a function of the notebook leaves a variable as."""
    return isinstance(bound.value, ast.Call) and CHANGED[2:-2] in getattr(bound.value.func, "id", "")


@dataclass(frozen=True)
class Bindings:
    """What the variables that a call sees were bound to, in order."""

    call: Call

    @cached_property
    def all(self) -> tuple[Binding, ...]:
        """All bindings before the call."""
        return bindings_before(self.call)

    @cached_property
    def places(self) -> Mapping[str, Sequence[int]]:
        """The places of each variable's bindings."""
        places_by_variable: dict[str, list[int]] = {}
        for index, bound in enumerate(self.all):
            places_by_variable.setdefault(bound.variable, []).append(index)
        return places_by_variable

    @cached_property
    def parts_of_days(self) -> frozenset[str]:
        """The columns that are bound to parts of days, as `.dt.month` is: one of several years."""
        parts = (one for one in self.all if getattr(getattr(one.value, "value", None), "attr", "") == "dt")
        return frozenset(one.column for one in parts) - {"year"}

    def of(self, name: str, scope: Scope) -> Iterator[tuple[int, Binding]]:
        """The bindings of a variable that an expression sees, the last first, each with its place."""
        places = reversed([one for one in self.places.get(name, ()) if one < scope.at])
        return ((one, self.all[one]) for one in places if self.all[one].owner in ("", scope.owner))

    def last(self, node: ast.expr, scope: Scope) -> ast.expr:
        """What a variable was bound to last, and that in its turn; of others the expression itself."""
        while isinstance(node, ast.Name) and (bound := next(self.of(node.id, scope), None)) and not bound[1].column:
            node, scope = bound[1].value, scope._replace(at=bound[0])
        return node


def arguments_around(call: Call) -> Iterator[tuple[str, ast.expr]]:
    """What the function that a call stands in was given: names of its arguments, and expressions."""
    function = function_named(call, ast.unparse(call.around[0].func)) if call.around is not None else None
    if call.around is None or function is None:
        return
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    yield from zip(names, call.around[0].args, strict=False)
    yield from ((one.arg, one.value) for one in call.around[0].keywords if one.arg)


def expressions_behind(call: Call, expression: ast.expr) -> Iterator[tuple[int, ast.expr]]:
    """An expression, and what names in it, and columns of these, were bound to last, each after how many bindings."""
    bindings, followed = bindings_before(call), set()
    text = expression.value if isinstance(expression, ast.Constant) else None
    names = NAME.findall(text) if isinstance(text, str) else []  # of frames in SQL
    arguments = [value for _, value in arguments_around(call)]
    waiting = [(len(bindings), one) for one in (expression, *map(ast.Name, names), *arguments)]
    while waiting:
        yield (one := waiting.pop())
        at, tree = one
        for name, column in _read_in(tree):
            bound: set[str] = set()
            for index in range(at - 1, -1, -1):
                binding = bindings[index]
                other = column and binding.column not in ("", column, SOME)
                if binding.variable != name or binding.column in bound or other:
                    continue
                bound |= {binding.column} - {SOME}
                if index not in followed:
                    followed.add(index)
                    waiting.append((index, binding.value))
                if not binding.column:
                    break


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
    functions, loops = _functions(source), [node for node in nodes if isinstance(node, ast.For)]
    bound_at: list[tuple[Place, int, Binding]] = []
    for place, node in enumerate(nodes):
        # a loop binds before its body runs
        ended = _start(node.body[0]) if isinstance(node, ast.For | ast.With) else _end(node)
        owner = _owner(_start(node), functions)
        loops_around = tuple(one for one in loops if _start(one) < _start(node) <= _end(one))
        place += len(nodes) * isinstance(node, Function)  # after the last line of its body, which ends where it does
        bound_to = [*_bound_by(node)]
        bound_to += [other for one in bound_to for loop in loops_around for other in _of_elements(one, loop)]
        bound_at += [(ended, place, Binding(owner, *one, loops_around)) for one in bound_to]
    return tuple((ended, binding) for ended, _, binding in sorted(bound_at, key=lambda one: one[:2]))


@cache
def _functions(source: str) -> tuple[Function, ...]:
    try:
        return tuple(node for node in ast.walk(ast.parse(source)) if isinstance(node, Function))
    except (SyntaxError, ValueError):
        return ()


def _owner(place: Place, functions: tuple[Function, ...]) -> str:
    functions_around = [one for one in functions if _start(one) < place <= _end(one)]
    return functions_around[-1].name if functions_around else ""


def _start(node: ast.stmt | ast.expr) -> Place:
    return node.lineno, node.col_offset


def _end(node: ast.stmt | ast.expr) -> Place:
    return node.end_lineno or 0, node.end_col_offset or 0


def _bound_by(node: ast.AST) -> Iterator[Bound]:
    match node:
        case ast.Assign(targets=targets, value=value):
            bound_to = [bound for one in targets for bound in _targets(one, value)]
            yield from bound_to
            yield from (one for one in _changed(value) if one[0] not in [bound[0] for bound in bound_to])
        case ast.AugAssign(target=target, op=op, value=value):
            yield from _targets(target, ast.BinOp(target, op, value))
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
            yield from _targets(target, value)
        case ast.For(target=ast.Tuple(elts=parts), iter=ast.Call(func=ast.Name(id="zip"), args=lists)) if len(
            parts
        ) == len(lists):
            yield from (one for part, value in zip(parts, lists, strict=True) for one in _targets(part, value))
        case ast.For(target=target, iter=value):
            yield from _targets(target, value)
        case ast.With(items=items):
            yield from (
                one for item in items if item.optional_vars for one in _targets(item.optional_vars, item.context_expr)
            )
        case ast.FunctionDef(name=name, args=args):
            returned = [one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value is not None]
            if returned:
                yield name, "", ast.Lambda(args, reduce(_or, returned)), None
            anew = {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
            for place, one in enumerate([*args.posonlyargs, *args.args]):
                if one.arg not in anew:
                    yield CHANGED.format(name, place), "", ast.Lambda(args, ast.Name(one.arg)), None
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name) as listed, attr="append"), args=[one])):
            yield name, "", _or(one, listed), None
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=frame, attr="insert"), args=[_, column, value, *_])):
            yield from _targets(ast.Subscript(frame, column), value)
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="update"), args=[ast.BinOp() as value])
        ):
            yield name, SOME, value, value
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)), keywords=[*_, last]) as changed) if (
            last.arg == "inplace"
        ):
            yield name, "", changed, None
        case ast.Expr(value=value):
            yield from _changed(value)


def _changed(value: ast.expr) -> Iterator[Bound]:
    """The variables that a call of a function gives it, bound to what it leaves them as."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        for index, one in enumerate(value.args):
            if isinstance(one, ast.Name):
                left = ast.Name(CHANGED.format(value.func.id, index))
                yield one.id, "", ast.Call(left, value.args, value.keywords), None


def _of_elements(bound: Bound, loop: ast.For) -> Iterator[Bound]:
    """Columns of what a loop goes through, where it binds those of what it has: for d in frames: d["a"] = …"""
    variable, column, _, column_names = bound
    targets = {one.id for one in ast.walk(loop.target) if isinstance(one, ast.Name)}
    if column and variable in targets:
        now = ast.Subscript(ast.Name(variable), column_names or ast.Constant(column))
        yield from ((name, column, now, column_names) for name in _elements(loop.iter))


def _elements(node: ast.expr) -> Iterator[str]:
    """The variables that a loop goes through, or through the elements of: frames, [a, b], frames.items()."""
    match node:
        case ast.Name(id=name):
            yield name
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            yield from (one.id for one in parts if isinstance(one, ast.Name))
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="items" | "values")):
            yield name
        case ast.Call(func=ast.Name(id="enumerate"), args=[listed, *_]):
            yield from _elements(listed)


def _or(one: ast.expr, other: ast.expr) -> ast.expr:
    """What is one of two, no matter which."""
    return ast.IfExp(ast.Constant(True), one, other)


def _targets(target: ast.expr, value: ast.expr) -> Iterator[Bound]:
    match target:
        case ast.Name(id=name):
            yield name, "", value, None
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            own = value.elts if isinstance(value, ast.Tuple) and len(value.elts) == len(parts) else [value] * len(parts)
            yield from (one for part, bound in zip(parts, own, strict=True) for one in _targets(part, bound))
        case ast.Subscript(
            value=ast.Attribute(value=frame, attr="loc" | "at"), slice=ast.Tuple(elts=[rows, columns])
        ):  # some rows alone, the others as they were
            some = value if isinstance(rows, ast.Slice) else _or(value, ast.Subscript(frame, columns))
            yield from _targets(ast.Subscript(frame, columns), some)
        case ast.Attribute(value=ast.expr() as frame, attr=name):
            yield _variable(frame), name, value, None
        case ast.Subscript(
            value=frame, slice=ast.Constant(value=str(name)) | ast.Tuple(elts=[*_, ast.Constant(value=str(name))])
        ):
            yield _variable(frame), name, value, None
        case ast.Subscript(value=frame, slice=columns):
            yield _variable(frame), SOME, value, columns


def _variable(frame: ast.expr) -> str:
    """The variable that holds what an item or an attribute of is bound; "" for none."""
    while isinstance(frame, ast.Attribute | ast.Subscript):
        frame = frame.value
    return frame.id if isinstance(frame, ast.Name) else ""


def _read_in(tree: ast.expr) -> set[tuple[str, str]]:
    """The names in an expression, each with the column of its frame that is read, "" for all of it."""
    nodes = list(ast.walk(tree))
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    columns: dict[int, str] = {}
    for node in nodes:
        match node:
            case ast.Attribute(value=ast.Name() as frame, attr=column) if id(node) not in called:
                columns[id(frame)] = column if column not in PASSED else ""
            case ast.Subscript(value=ast.Name() as frame, slice=ast.Constant(value=str(column))):
                columns[id(frame)] = column
    return {(node.id, columns.get(id(node), "")) for node in nodes if isinstance(node, ast.Name)}
