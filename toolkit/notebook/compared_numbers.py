"""Numbers in a notebook's code that are compared with shares as if these were per cent.

`towns[towns.turnout > 50]` of shares, 0.5 for 50 per cent, would choose no row, without a word. A comparison is looked
at where something that it went into is published.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from toolkit.core.errors import Problem
from toolkit.core.number import Number
from toolkit.core.unit import unit_text
from toolkit.database.given_units import PERCENT
from toolkit.database.open import Database
from toolkit.database.printed_scales import PrintedScale
from toolkit.database.table import Table
from toolkit.notebook.calling_cell import Call
from toolkit.notebook.code_bindings import expressions_behind, function_named, modules
from toolkit.notebook.columns_behind import ColumnsBehind
from toolkit.notebook.made import POINTS
from toolkit.notebook.made_in_code import MadeInCode
from toolkit.notebook.pandas_methods import columns_named_in
from toolkit.notebook.stated_units import ONE_SIZE

COMPARING = ("eq", "ne", "gt", "ge", "lt", "le", "between", "clip", "isin")  # methods, and functions of NumPy
CUTTING = ("cut", "digitize")  # functions of pandas and NumPy
APPLYING = ("apply", "map", "transform", "agg", "aggregate", "pipe", "assign", "filter")
Pair = tuple[ast.expr, ast.expr, ast.expr]  # a comparison, and two expressions that it compares


@dataclass(frozen=True)
class ComparedNumbers:
    """Finds the comparisons of shares behind what a call takes; `asked` are the answers of its notebook."""

    call: Call
    asked: Sequence[Table]
    database: Database

    def problems(self, where: str) -> Iterator[Problem]:
        """A problem for each comparison of shares with typed numbers over 1, and of values in two sizes of one unit.

        So is a typed number beside values of a series that is in the scale in which these were printed.
        """
        if self.call.main_argument is None or not any(column.unit for table in self.asked for column in table.columns):
            return
        mixed: dict[str, Problem] = {}
        shares_compared: dict[tuple[int, int], tuple[ast.expr, list[str]]] = {}  # by where each stands in its cell
        for at, tree in expressions_behind(self.call, self.call.main_argument):
            for whole, left, right in self._pairs(tree):
                code, compared = ast.unparse(whole), not isinstance(whole, ast.BinOp)
                # sums are looked at where they are published
                if compared and (sizes := self._code.of(left, at=at).mixed_with(self._code.of(right, at=at))):
                    mixed[code] = Problem(f"{where}, “{code}”", sizes[0], ONE_SIZE, sizes[1])
                for one, other in ((left, right), (right, left)):
                    if wrong := self._as_printed(one, other, at):
                        mixed.setdefault(code, Problem(f"{where}, “{code}”", *wrong))
                    if compared and code not in mixed and (number := self._per_cent(one, other, at)):
                        _, numbers = shares_compared.setdefault((whole.lineno, whole.col_offset), (whole, []))
                        numbers.append(f"{number:.17g}")
        yield from mixed.values()
        for whole, numbers in shares_compared.values():
            yield Problem(
                f"{where}, “{ast.unparse(whole)}”",
                f"{', '.join(dict.fromkeys(numbers))} compared with shares, 0.45 for 45%",
                "shares compared with numbers of at most 1",
                f"write {', '.join(f'{one} / 100' for one in dict.fromkeys(numbers))}",
            )

    def _per_cent(self, side: ast.expr, other: ast.expr, at: int) -> float | None:
        """The typed number over 1 that an expression is, if the one beside it is of shares; else None."""
        number, values = self._code.of(other, at=at), self._code.of(side, at=at)
        of_shares = values.kind == "values" and values.unit is not None and unit_text(values.unit) == "1"
        if number.kind != "typed" or not of_shares or values.form not in (PERCENT, POINTS):
            return None
        return number.factor if abs(number.factor / (values.factor or 1.0)) > 1 else None

    def _as_printed(self, side: ast.expr, other: ast.expr, at: int) -> tuple[str, str, str] | None:
        """What is wrong with a typed number beside values of figures or series; None where nothing is."""
        number, values = self._code.of(other, at=at), self._code.of(side, at=at)
        if number.kind != "typed" or values.kind != "values" or values.factor != 1 or len(values.names) != 1:
            return None
        scales = (self._printed(table, values.names[0]) for table in reversed(self.asked))
        scale = next((one for one in scales if one is not None), None)
        return scale.wrong_beside(number.factor, values.added_up) if scale is not None else None

    def _printed(self, table: Table, name: str) -> PrintedScale | None:
        """The scale in which values of a column were printed; None of one without it, or of a dataset."""
        column = next((one for one in table.columns if name in (one.name, f"{one.name}_low", f"{one.name}_high")), None)
        cell = (
            next((one for one in table[column.name] if isinstance(one, Number)), None) if column is not None else None
        )
        row = self.database.printed_row(cell.ref) if cell is not None and cell.ref else None
        if row is None or table.datasets:
            return None
        values = table.frame[name].dropna()
        return PrintedScale.of(*row, (values.min(), values.max(), values.sum()), self.database.units)

    def _pairs(self, tree: ast.AST) -> Iterator[Pair]:
        for node in ast.walk(tree):
            match node:
                case ast.Compare(left=left, comparators=others):
                    yield from ((node, one, other) for one, other in zip([left, *others], others, strict=False))
                case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
                    yield node, left, right
                case ast.Subscript(value=frame, slice=ast.Lambda() as function):
                    yield from self._applied(function, frame)
                case ast.Call(func=ast.Attribute(value=caller, attr=name)):
                    yield from self._of_call(node, name, caller)
                case ast.Call(func=ast.Name() as function, args=[*arguments]):
                    yield from self._applied(function, *arguments)

    def _of_call(self, node: ast.Call, name: str, caller: ast.expr) -> Iterator[Pair]:
        arguments = [*node.args, *(one.value for one in node.keywords)]
        if name in (*COMPARING, *CUTTING) and arguments:
            function = isinstance(caller, ast.Name) and caller.id in modules(self.call)
            side, *numbers = arguments if function else [caller, *arguments]
            numbers_compared = [inner for one in numbers for inner in _listed(one, alone=name not in CUTTING)]
            yield from ((node, side, one) for one in numbers_compared)
        elif name in ("query", "eval") and arguments and isinstance(arguments[0], ast.Constant):
            yield from self._of_text(str(arguments[0].value), caller)
        elif name in APPLYING:
            for one in arguments:
                yield from self._applied(one, caller)

    def _of_text(self, text: str, frame: ast.expr) -> Iterator[Pair]:
        """The comparisons in the text of a query of pandas, whose names are columns, and with @ variables."""
        for _, expression in columns_named_in(text, frame):
            yield from self._pairs(expression)

    def _applied(self, function: ast.expr, *arguments: ast.expr) -> Iterator[Pair]:
        """The comparisons in a function of the notebook, or a lambda, that is given these."""
        called = function_named(self.call, function.id) if isinstance(function, ast.Name) else function
        if not isinstance(called, ast.Lambda | ast.FunctionDef) or len(called.args.args) < len(arguments):
            return
        by_parameter = {argument.arg: one for argument, one in zip(called.args.args, arguments, strict=False)}
        for part in called.body if isinstance(called, ast.FunctionDef) else [called.body]:
            yield from self._pairs(_WithArguments(by_parameter).visit(copy.deepcopy(part)))

    @cached_property
    def _code(self) -> MadeInCode:
        registry = self.database.units
        return MadeInCode(self.call, ColumnsBehind(self.asked, (), registry, self.call))


class _WithArguments(ast.NodeTransformer):
    """Has in place of names of parameters what a call gives them."""

    def __init__(self, by_parameter: Mapping[str, ast.expr]) -> None:
        self.by_parameter = by_parameter

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return self.by_parameter.get(node.id, node)


def _listed(node: ast.expr, *, alone: bool) -> list[ast.expr]:
    """The expressions in a list, or what a range is made of; one that stands `alone`, which of bins is their number."""
    match node:
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return parts
        case ast.Call(args=parts) if ast.unparse(node.func).rpartition(".")[2] in ("range", "arange", "linspace"):
            return parts
    return [node] if alone else []
