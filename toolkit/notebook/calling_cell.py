"""The code that called the toolkit: the source of its cell, and whether an argument was typed, not worked out."""

from __future__ import annotations

import ast
import builtins
import inspect
import linecache
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from types import FrameType
from typing import Any

TOOLKIT = __name__.partition(".")[0]
TYPED_ONLY = ("decimal", "fractions", "math", "numpy", "pandas", "random", "statistics")  # their calls bring in no data
READING = ("read", "load", "from", "open", "genfromtxt", "memmap")  # how the names of those begin that do
HIDDEN = "_cell_is_hidden"  # an attribute of IPython's shell, true in a build while a cell runs whose source is hidden
READERS = {"open", "input", "eval", "exec", "getattr", "globals", "locals", "vars", "__import__"}  # built-in functions


@dataclass(frozen=True)
class Call:
    """A call of the toolkit: `code` is the source of the cell, or, outside a notebook, of the function, that made it.

    `node` is the call as parsed, None where its source cannot be had; `before` are the sources of the cells that ran
    before, `module` the source that the call stands in. `hidden` says that no page shows the code.
    """

    code: str
    node: ast.Call | None = None
    module: str = ""
    before: tuple[str, ...] = ()
    target: str = field(default="")  # the name that the result is given
    hidden: bool = False

    def argument(self, name: str, place: int = 0) -> ast.expr | None:
        """The expression of an argument, by its name or its place; None where it has none."""
        if self.node is None:
            return None
        named = {keyword.arg: keyword.value for keyword in self.node.keywords}
        return self.node.args[place] if len(self.node.args) > place else named.get(name)

    def arguments_within(self, expression: ast.expr | None, function: str) -> Iterator[ast.expr]:
        """The first argument, or `data`, of each call of a function by this name in an expression.

        A name in it that is bound once, to a call or a sum of calls, is looked into.
        """
        left, seen = [expression] if expression is not None else [], set()
        while left:
            for node in ast.walk(left.pop()):
                if isinstance(node, ast.Name) and node.id not in seen:
                    seen.add(node.id)
                    bound = self._bindings.get(node.id, [])
                    left += [one for one in bound if len(bound) == 1 and isinstance(one, (ast.Call, ast.BinOp))]
                elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == function:
                    named = [keyword.value for keyword in node.keywords if keyword.arg == "data"]
                    yield from (node.args or named)[:1]

    def typed(self, expression: ast.expr | None) -> bool:
        """True for an expression made of typed values alone: a literal, arithmetic on literals, a name bound to one."""
        return expression is not None and self._typed(expression, frozenset())

    def _typed(self, expression: ast.expr, seen: frozenset[str]) -> bool:
        for node in ast.walk(expression):
            if isinstance(node, ast.Attribute) and node.attr.startswith(READING):
                return False
            if isinstance(node, ast.Name) and not self._typed_name(node.id, seen):
                return False
        return True

    def _typed_name(self, name: str, seen: frozenset[str]) -> bool:
        if name in seen:
            return True
        bound = self._bindings.get(name)
        if bound is None:
            return hasattr(builtins, name) and name not in READERS
        return all(one is not None and self._typed(one, seen | {name}) for one in bound)

    @cached_property
    def _bindings(self) -> dict[str, list[ast.expr | None]]:
        """What each name was bound to, in this source and the cells before; None for what cannot be told."""
        found: dict[str, list[ast.expr | None]] = {}
        for source in (*self.before, self.module):
            for name, value in _bindings_of(source):
                found.setdefault(name, []).append(value)
        return found


def calling_cell() -> Call:
    """The call that entered the toolkit, seen from inside it."""
    caller = calling_frame()
    shell = _shell()
    space = shell.user_ns if shell is not None else None
    ran = (frame for frame in _outwards(caller) if frame.f_globals is space and frame.f_code.co_name == "<module>")
    cell = next((frame for frame in ran if _lines(frame)), caller)
    history = shell.history_manager if shell is not None and caller.f_globals is space else None
    before = tuple(history.input_hist_parsed[:-1]) if history else ()
    code, module = _code(cell), "".join(_lines(caller))
    if history and code == history.input_hist_parsed[-1].strip("\n"):
        code = history.input_hist_raw[-1].strip("\n")  # with its magics as they were written
    node, target = _call_node(caller, module)
    return Call(code, node, module, before, target, shell is not None and getattr(shell, HIDDEN, False))


def calling_frame() -> FrameType:
    """The innermost frame outside the toolkit."""
    frame = sys._getframe(1)
    while frame.f_back is not None and str(frame.f_globals.get("__name__", "")).partition(".")[0] == TOOLKIT:
        frame = frame.f_back
    return frame


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _shell() -> Any:
    """IPython's shell; None outside a notebook. IPython is not imported for it."""
    found = sys.modules.get("IPython")
    return found.get_ipython() if found is not None and hasattr(found, "get_ipython") else None


def _lines(frame: FrameType) -> list[str]:
    return linecache.getlines(frame.f_code.co_filename, frame.f_globals)


def _code(frame: FrameType) -> str:
    """The source of a cell, or of a function outside one; "" where it cannot be had."""
    lines = _lines(frame)
    if frame.f_code.co_name != "<module>" and lines:
        lines = inspect.getblock(lines[frame.f_code.co_firstlineno - 1 :])
    return textwrap.dedent("".join(lines)).strip("\n")


def _call_node(frame: FrameType, source: str) -> tuple[ast.Call | None, str]:
    """The call that a frame is making, and the name that its result is given ("" for none)."""
    here = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return None, ""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found = next(
        (one for one in calls if here == (one.lineno, one.end_lineno, one.col_offset, one.end_col_offset)), None
    )
    named = (node for node in ast.walk(tree) if isinstance(node, ast.Assign) and node.value is found)
    targets = [node.targets[0] for node in named]
    return found, next((target.id for target in targets if isinstance(target, ast.Name)), "")


@cache  # each call of a notebook looks at all cells before it
def _bindings_of(source: str) -> tuple[tuple[str, ast.expr | None], ...]:
    """(name, the expression that it is bound to) in a source; None for what comes from elsewhere, such as arguments."""
    try:
        return tuple(_bindings_in(ast.parse(source)))
    except (SyntaxError, ValueError):
        return ()


def _bindings_in(tree: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _bound(target, node.value)
        elif isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr)) and node.value is not None:
            yield from _bound(node.target, node.value)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
            yield from _bound(node.target, node.iter)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                if item.optional_vars is not None:
                    yield from _bound(item.optional_vars, item.context_expr)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            origin = node.module if isinstance(node, ast.ImportFrom) else None
            for alias in node.names:
                pure = (origin or alias.name).partition(".")[0] in TYPED_ONLY and not alias.name.startswith(READING)
                yield alias.asname or alias.name.partition(".")[0], ast.Constant(None) if pure else None
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, None
        elif isinstance(node, ast.arg):
            yield node.arg, None


def _bound(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr | None]]:
    """Each name in a target with the value; an item set, as in frame["x"] = 3, binds its frame to more."""
    if isinstance(target, (ast.Subscript, ast.Attribute, ast.Starred)):
        yield from _bound(target.value, value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        for part in target.elts:
            yield from _bound(part, value)
    elif isinstance(target, ast.Name):
        yield target.id, value
