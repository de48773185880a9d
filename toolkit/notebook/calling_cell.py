"""The code that called the toolkit: the source of its cell, and whether an argument was typed, not worked out."""

from __future__ import annotations

import ast
import builtins
import inspect
import linecache
import os
import re
import sys
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path
from types import FrameType
from typing import Any

from toolkit.engine.frames import variables_of
from toolkit.notebook.shell import HIDDEN, running_shell

TOOLKIT = __name__.partition(".")[0]
INSTALLED = ("site-packages", "dist-packages")  # folders of libraries: these compute, and bring in no data of a project
QUOTED, NAME = re.compile(r"'([^'\n]+)'|\"([^\"\n]+)\""), re.compile(r"[^\W\d]\w*")  # in texts of code
Position = tuple[int | None, int | None, int | None, int | None]  # first and last line, first and last column
READERS = {"globals", "locals", "vars", "__import__"}  # built-in functions of which nobody can tell what they give


ADDING = ("append", "extend", "add", "update", "insert")  # methods that give a list or a dictionary more
MAIN_ARGUMENTS = ("value", "frame", "query", "table")  # names of the first argument of calls


@dataclass(frozen=True)
class Call:
    """A call of the toolkit: `code` is the source of the cell, or, outside a notebook, of the function, that made it.

    `node` is the call as parsed, None where its source cannot be had; `before` are the sources of the cells that ran
    before, `module` the source that the call stands in. `around` is, of a call in a function, the call of this and the
    source that it stands in. `hidden` says that no page shows the code.
    """

    code: str
    node: ast.Call | None = None
    module: str = ""
    before: tuple[str, ...] = ()
    target: str = field(default="")  # the name that the result is given
    hidden: bool = False
    around: tuple[ast.Call, str] | None = None
    variables: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)  # that the call sees

    def argument(self, name: str, position: int = 0) -> ast.expr | None:
        """The expression of an argument, by its name or its position; None where it has none."""
        if self.node is None:
            return None
        keywords = {keyword.arg: keyword.value for keyword in self.node.keywords}
        return self.node.args[position] if len(self.node.args) > position else keywords.get(name)

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
                    left += [value for value in bound if len(bound) == 1 and isinstance(value, (ast.Call, ast.BinOp))]
                elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == function:
                    keywords = [keyword.value for keyword in node.keywords if keyword.arg == "data"]
                    yield from (node.args or keywords)[:1]

    @property
    def main_argument(self) -> ast.expr | None:
        """The expression of the value, frame, query or table that the call takes; None where it has none."""
        return next(filter(None, map(self.argument, MAIN_ARGUMENTS)), None)

    def behind(self, expression: ast.expr) -> Iterator[ast.AST]:
        """An expression, and all that the names in it, and in its texts, are bound to."""
        left: list[ast.AST] = [expression]
        seen: set[str] = set()
        while left:
            yield (tree := left.pop())
            names, _ = _names_and_texts(tree)
            left += [value for name in names - seen for value in self._bindings.get(name, ()) if value is not None]
            seen |= names

    def texts_behind(self, expression: ast.expr) -> Iterator[str]:
        """The texts typed into an expression, and into all that is `behind` it."""
        yield from (text for tree in self.behind(expression) for text in _names_and_texts(tree)[1])

    def typed(self, expression: ast.expr | None) -> bool:
        """True for an expression into which nothing comes but what is typed: literals, and what is worked out of them.

        Names and functions are followed to where they are bound. Something comes from a name that is bound elsewhere,
        such as one of the toolkit or of a module of the project, and from a file, whose path is typed.
        """
        return expression is not None and self._typed(expression, frozenset())

    def _typed(self, expression: ast.AST, seen: frozenset[str]) -> bool:
        nodes = list(ast.walk(expression))
        # of functions in it: what calls give them counts
        parameters = {node.arg for node in nodes if isinstance(node, ast.arg)}
        return not any(
            (isinstance(node, ast.Name) and node.id not in parameters and not self._typed_name(node.id, seen))
            or (isinstance(node, ast.Constant) and isinstance(node.value, str) and self._brings_in(node.value, seen))
            for node in nodes
        )

    def _brings_in(self, text: str, seen: frozenset[str]) -> bool:
        """Whether a typed text is a path, or code or SQL that names one or a variable."""
        quoted = [part for pair in QUOTED.findall(text) for part in pair]
        names = [] if text.isidentifier() else [name for name in NAME.findall(text) if name in self._bindings]
        return any(map(_is_path, (text, *quoted))) or not all(self._typed_name(name, seen) for name in names)

    def _typed_name(self, name: str, seen: frozenset[str]) -> bool:
        if name in seen:
            return True
        bound = self._bindings.get(name)
        if bound is None:
            return hasattr(builtins, name) and name not in READERS
        return all(value is not None and self._typed(value, seen | {name}) for value in bound)

    @cached_property
    def _bindings(self) -> dict[str, list[ast.AST | None]]:
        """What each name was bound to, in this source and the cells before; None for what cannot be told."""
        values_by_name: dict[str, list[ast.AST | None]] = {}
        for source in (*self.before, self.module):
            for name, value in _bindings_of(source):
                values_by_name.setdefault(name, []).append(value)
        return values_by_name


def _text(node: ast.AST) -> str:
    """A text that is typed; "" for any other node."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@lru_cache(5000)  # each call looks at what is behind it several times, and so does the next
def _names_and_texts(tree: ast.AST) -> tuple[frozenset[str], tuple[str, ...]]:
    """The names in a tree, those in its texts among them, and the texts that are typed in it."""
    nodes = [*ast.walk(tree)]
    texts = tuple(filter(None, map(_text, nodes)))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return frozenset(names.union(*map(NAME.findall, texts))), texts


def calling_cell() -> Call:
    """The call that entered the toolkit, seen from inside it."""
    caller = calling_frame()
    shell = running_shell()
    space = shell.user_ns if shell is not None else None
    ran = (frame for frame in _outwards(caller) if frame.f_globals is space and frame.f_code.co_name == "<module>")
    cell = next((frame for frame in ran if _lines(frame)), caller)
    history = shell.history_manager if shell is not None and caller.f_globals is space else None
    before = tuple(history.input_hist_parsed[:-1]) if history else ()
    code, module = _code(cell), "".join(_lines(caller))
    if history and code == history.input_hist_parsed[-1].strip("\n"):
        code = history.input_hist_raw[-1].strip("\n")  # with its magics as they were written
    node, target = _call_node(caller, module)
    hidden = shell is not None and getattr(shell, HIDDEN, False)
    return Call(code, node, module, before, target, hidden, _call_around(caller), variables_of(caller))


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
    position = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    return _calls_of(source).get(position, (None, ""))


def _call_around(frame: FrameType) -> tuple[ast.Call, str] | None:
    """The call of the function that a frame runs, by its name, and the source of it; None of code in no function."""
    if frame.f_back is None or not frame.f_code.co_name.isidentifier():
        return None
    source = "".join(_lines(frame.f_back))
    node, _ = _call_node(frame.f_back, source)
    is_by_name = node is not None and isinstance(node.func, ast.Name) and node.func.id == frame.f_code.co_name
    return (node, source) if node is not None and is_by_name else None


@cache  # a cell, or a module, calls the toolkit again and again
def _calls_of(source: str) -> dict[Position, tuple[ast.Call, str]]:
    """The calls in a source, each with the name that its result is given, by where they stand."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError):
        return {}
    assigned = [node for node in nodes if isinstance(node, ast.Assign)]
    targets = {node.value: node.targets[0].id for node in assigned if isinstance(node.targets[0], ast.Name)}
    calls = [node for node in reversed(nodes) if isinstance(node, ast.Call)]  # of two at one place the outer
    return {
        (call.lineno, call.end_lineno, call.col_offset, call.end_col_offset): (call, targets.get(call, ""))
        for call in calls
    }


@cache  # each call of a notebook looks at all cells before it
def _bindings_of(source: str) -> tuple[tuple[str, ast.AST | None], ...]:
    """(name, the expression or function that it is bound to) in a source; None for what comes from elsewhere."""
    try:
        return tuple(_bindings_in(ast.parse(source)))
    except (SyntaxError, ValueError):
        return ()


def _bindings_in(tree: ast.AST) -> Iterator[tuple[str, ast.AST | None]]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _bound(target, node.value)
        elif isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr)) and node.value is not None:
            yield from _bound(node.target, node.value)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
            yield from _bound(node.target, node.iter)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ADDING:
            yield from (bound for one in node.args for bound in _bound(node.func.value, one))
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                if item.optional_vars is not None:
                    yield from _bound(item.optional_vars, item.context_expr)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            origin = node.module if isinstance(node, ast.ImportFrom) else None
            for alias in node.names:
                library = _is_library((origin or alias.name).partition(".")[0])
                yield alias.asname or alias.name.partition(".")[0], ast.Constant(None) if library else None
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, node
            if not isinstance(node, ast.ClassDef):
                yield from _arguments_of(node, [call for call in calls if ast.unparse(call.func) == node.name])
        elif isinstance(node, ast.Lambda):
            yield from ((one.arg, None) for one in ast.walk(node.args) if isinstance(one, ast.arg))


def _arguments_of(
    function: ast.FunctionDef | ast.AsyncFunctionDef, calls: list[ast.Call]
) -> Iterator[tuple[str, ast.AST | None]]:
    """Each argument of a function with what calls give it; None where no call is seen, or not what it gives."""
    parameters = function.args
    by_order = [*parameters.posonlyargs, *parameters.args]
    positions = {parameter.arg: position for position, parameter in enumerate(by_order)}
    for parameter in (node for node in ast.walk(parameters) if isinstance(node, ast.arg)):
        if parameter.arg not in positions or not calls:
            yield parameter.arg, None
        for call in calls if parameter.arg in positions else ():
            by_keyword = {keyword.arg: keyword.value for keyword in call.keywords}
            if None in by_keyword or any(isinstance(value, ast.Starred) for value in call.args):
                yield parameter.arg, None
            else:
                by_position = call.args[positions[parameter.arg] :]
                yield parameter.arg, by_position[0] if by_position else by_keyword.get(parameter.arg)


def _is_library(module: str) -> bool:
    """Whether a module is Python's own or an installed one; the toolkit, and modules of the project, bring in data."""
    if module == TOOLKIT:
        return False
    file = getattr(sys.modules.get(module), "__file__", None) or ""
    return module in sys.stdlib_module_names or any(folder in Path(file).parts for folder in INSTALLED)


def _is_path(text: str) -> bool:
    """Whether a text is the path of something that is there, or a pattern in a folder that is."""
    if not 0 < len(text) < 500 or "\0" in text:
        return False
    return os.path.exists(text) or os.path.dirname(text) not in ("", "/") and os.path.isdir(os.path.dirname(text))


def _bound(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.AST | None]]:
    """Each name in a target with the value; an item set, as in frame["x"] = 3, binds its frame to more."""
    if isinstance(target, (ast.Subscript, ast.Attribute, ast.Starred)):
        yield from _bound(target.value, value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        for part in target.elts:
            yield from _bound(part, value)
    elif isinstance(target, ast.Name):
        yield target.id, value
