"""Sums and means over rows of which some are one row that was read, as after a merge: each row counts once.

What a notebook summarizes is looked at in the frames that its variables hold.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.core.errors import Problem
from toolkit.database.table import Table
from toolkit.notebook.calling_cell import Call
from toolkit.notebook.code_bindings import Binding, bindings_before, expressions_behind, is_change, modules
from toolkit.notebook.pandas_methods import CONDITIONS, KEPT

REPEATING = {"merge", "join", "concat", "explode", "melt", "stack", "repeat"}  # methods that may repeat rows
SUMMARIES = {"sum", "mean", "median", "std", "var"}
PURE = (KEPT | CONDITIONS | REPEATING | {"assign", "rename"}) - {"table", "sample"}  # they give the same each time
EXPRESSIONS = (
    *(ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.keyword, ast.Constant, ast.List, ast.Tuple, ast.Dict),
    *(ast.Compare, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Slice, ast.expr_context, ast.operator, ast.unaryop),
    *(ast.cmpop, ast.boolop),
)
Summary = tuple[ast.expr, ast.expr, str, str]  # the expression, what it summarizes, the column "" if that says it, how


@dataclass(frozen=True)
class RepeatedRows:
    """Finds the sums and means behind what a call takes that count rows of an answer, one of `asked`, several times."""

    call: Call
    asked: Sequence[Table]

    def problems(self, where: str, columns: Iterable[str] = ()) -> Iterator[Problem]:
        """A problem for each summary that is another than that of the rows, each once; of all columns of a frame those
        that its code names, or that are among the `columns` which the call takes.
        """
        if self.call.main_argument is None:
            return
        behind = [*expressions_behind(self.call, self.call.main_argument)]
        nodes = [node for _, tree in behind for node in ast.walk(tree)]
        if not any(isinstance(one, ast.Attribute) and one.attr in REPEATING for one in nodes):
            return
        names_in_code = {*columns, *(str(getattr(one, "attr", getattr(one, "value", ""))) for one in nodes)}
        weights = {name for one in nodes if isinstance(one, ast.BinOp) for name in _weights(one)}
        seen = set()
        for at, tree in behind:
            for whole, summarized, column, how in _summaries(tree, modules(self.call)):
                for name in self._wrong(summarized, column, how, at):
                    code = ast.unparse(whole)
                    if name in names_in_code - weights and (code, name) not in seen:
                        seen.add((code, name))
                        yield Problem(f"{where}, “{code}”", *counted_several_times(name))

    def _wrong(self, summarized: ast.expr, column: str, how: str, at: int) -> Iterator[str]:
        """The columns whose summary counts rows several times."""
        import numpy

        value = self._value(summarized, at)
        rows = getattr(value, "obj", value)
        if hasattr(rows, "to_frame"):  # a column alone
            column, rows = str(rows.name), self._around(summarized, rows, at)
        if not hasattr(rows, "columns") or not rows.columns.is_unique or rows.columns.nlevels > 1:
            return
        groups = value.ngroup().to_numpy() if hasattr(value, "ngroup") else numpy.zeros(len(rows))
        numbers = [column] if column else value.head(0).columns
        for name in numbers:
            if name in rows and rows[name].dtype.kind in "iuf" and counted_again(rows, name, groups, how, self.asked):
                yield str(name)

    def _around(self, summarized: ast.expr, series: Any, at: int) -> Any:
        """The rows of the frame that a column is of; None where it cannot be told."""
        while isinstance(summarized, ast.Call | ast.Attribute | ast.Subscript):
            summarized = summarized.func if isinstance(summarized, ast.Call) else summarized.value
            frame = self._value(summarized, at)
            frame = getattr(frame, "obj", frame)
            if hasattr(frame, "columns"):
                if series.name not in frame or series.index.equals(frame.index):
                    return frame if series.name in frame else None
                can_tell = frame.index.is_unique and series.index.isin(frame.index).all()
                return frame.loc[series.index] if can_tell else None
        return None

    def _value(self, node: ast.expr, at: int) -> Any:
        """The value of an expression of frames, after so many bindings; None of one that may do more than that."""
        node = _AsBound(bindings_before(self.call), at).visit(copy.deepcopy(node))
        if not _is_pure(node):
            return None
        names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        variables = {name: self.call.variables[name] for name in names if name in self.call.variables}
        try:
            return eval(ast.unparse(node), {"__builtins__": {}}, variables)
        except Exception:  # of whatever the notebook's own frames raise here
            return None


class _AsBound(ast.NodeTransformer):
    """Names that are bound anew later as what they were bound to then."""

    def __init__(self, bindings: Sequence[Binding], at: int) -> None:
        self.bindings, self.at = bindings, at

    def visit_Name(self, node: ast.Name) -> ast.AST:
        bound_to = [(index, one) for index, one in enumerate(self.bindings) if one.variable == node.id]
        of_variable = [index for index, one in bound_to if not one.column and not is_change(one)]
        before = [index for index in of_variable if index < self.at]
        if before == of_variable or not before:
            return node
        bound: ast.AST = _AsBound(self.bindings, before[-1]).visit(copy.deepcopy(self.bindings[before[-1]].value))
        return bound


def counted_again(rows: Any, name: str, groups: Any, how: str, answers: Sequence[Table]) -> bool:
    """Whether a summary of a column counts rows of an answer more often than that has them, and differs for it.

    `groups` has the number of the group of each row, below zero of none. Rows that are all, and each once, of one of
    the `answers` are right.
    """
    counted = rows[name].notna().to_numpy() & (groups >= 0)
    rows, groups = rows[counted].reset_index(drop=True), groups[counted]
    rows_once = [once for table in answers if (once := _once(rows, name, groups, table)) is not None]
    if not rows_once or any(once.all() for once in rows_once):
        return False
    whole = _summary(rows[name], groups, how)
    return all(_summary(rows[name][once], groups[once], how) != whole for once in rows_once)


def counted_several_times(name: str) -> tuple[str, str, str]:
    """(found, allowed, remedy) where rows of a column count more often than they were read."""
    return (
        f"rows of {name} that count more often than they were read, as after a merge",
        "sums and means in which each row counts once",
        "add up before the merge, or merge with one row for each: drop_duplicates, or groupby(…)",
    )


def _once(rows: Any, name: str, groups: Any, answer: Table) -> Any:
    """Which rows are of an answer and no repetition in their group; None if some are not of it."""
    as_read = answer.frame
    words = [one.name for one in answer.columns if one.unit is None and one.name in rows]
    if not words or name not in as_read or name in words or (rows[words].dtypes != as_read[words].dtypes).any():
        return None
    keys = [*words, name]
    times = as_read.astype({name: float}).groupby(keys, dropna=False).size().rename("times").reset_index()
    times_in_answer = rows[keys].astype({name: float}).merge(times, on=keys, how="left").times.to_numpy()
    before = rows.groupby([*(rows[key] for key in keys), groups], dropna=False).cumcount().to_numpy()
    return None if (times_in_answer != times_in_answer).any() else before < times_in_answer


def _summary(values: Any, groups: Any, how: str) -> list[float]:
    return [float(f"{one:.12g}") for one in values.groupby(groups).agg(how).fillna(0)]


def _weights(node: ast.BinOp) -> Iterator[str]:
    """The columns that stand in a product with another."""
    if isinstance(node.op, ast.Mult) and _column(node.left) and _column(node.right):
        yield from (_column(node.left), _column(node.right))


def _column(node: ast.expr) -> str:
    """The name of the column that an expression is of a frame; "" for others."""
    match node:
        case ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
    return ""


def _summaries(tree: ast.AST, imported: frozenset[str]) -> Iterator[Summary]:
    """The sums and means in an expression."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=caller, attr=how)):
                function = isinstance(caller, ast.Name) and caller.id in imported and node.args
                yield from _of_method(node, how, node.args[0] if function else caller)


def _of_method(node: ast.Call, how: str, summarized: ast.expr) -> Iterator[Summary]:
    keywords = {one.arg: one.value for one in node.keywords if one.arg}
    if how in SUMMARIES:
        yield node, summarized, "", how
    elif how == "pivot_table" and (values := _text(keywords.get("values"))):
        keys = [one for key in ("index", "columns") if (one := keywords.get(key)) is not None]
        by = ast.List([part for one in keys for part in (one.elts if isinstance(one, ast.List) else [one])], ast.Load())
        grouped = ast.Call(ast.Attribute(summarized, "groupby", ast.Load()), [by], [])
        yield from ((node, grouped, values, one) for one in _hows(keywords.get("aggfunc", ast.Constant("mean"))))
    elif how in ("agg", "aggregate", "transform"):
        for one in node.args[:1]:
            pairs = zip(one.keys, one.values, strict=True) if isinstance(one, ast.Dict) else [(None, one)]
            yield from ((node, summarized, _text(key), way) for key, hows in pairs for way in _hows(hows))
        for one in keywords.values():
            parts = [key.value for key in one.keywords] if isinstance(one, ast.Call) else getattr(one, "elts", [])
            if len(parts) == 2:  # column, function: of a tuple, or of pd.NamedAgg
                yield from ((node, summarized, _text(parts[0]), way) for way in _hows(parts[1]))


def _hows(node: ast.expr) -> list[str]:
    """The summaries that functions, or names of them, are."""
    names = (getattr(one, "attr", getattr(one, "id", _text(one))) for one in getattr(node, "elts", [node]))
    return [name for name in names if name in SUMMARIES]


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is_pure(node: ast.expr) -> bool:
    """Whether an expression of pandas changes nothing, and gives the same each time."""
    nodes = [*ast.walk(node)]
    called = [one.func for one in nodes if isinstance(one, ast.Call)]
    return (
        all(isinstance(one, EXPRESSIONS) for one in nodes)
        and all(isinstance(one, ast.Attribute) and one.attr in PURE for one in called)
        and not any(one.attr.startswith("_") for one in nodes if isinstance(one, ast.Attribute))
        and not any(key.arg == "inplace" for one in nodes if isinstance(one, ast.Call) for key in one.keywords)
    )
