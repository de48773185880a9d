"""Numbers in a notebook's code that are compared with a column as its file states it, which frames have without scale.

`schools[schools.free_meals_pct > 50]` of a column in percent, which a frame has as 0.5, would choose no row, without a
word. A comparison is looked at where something that it went into is published.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from toolkit.core.errors import Problem
from toolkit.core.unit import is_dimensionless, unit_without_scales
from toolkit.database.compared_literals import (
    IN_PERCENT,
    StatedScale,
    in_scale_problem,
    is_below_all,
    is_in_scale,
    scales_of,
)
from toolkit.database.given_units import PERCENT
from toolkit.database.open import Database
from toolkit.database.table import Table
from toolkit.notebook.calling_cell import Call
from toolkit.notebook.code_bindings import expressions_behind, function_named, modules
from toolkit.notebook.columns_behind import ColumnsBehind
from toolkit.notebook.made import POINTS
from toolkit.notebook.made_in_code import MadeInCode
from toolkit.notebook.pandas_methods import columns_named_in

COMPARING = ("eq", "ne", "gt", "ge", "lt", "le", "between", "clip", "isin")  # methods, and functions of NumPy
CUTTING = ("cut", "digitize")  # functions of pandas and NumPy
APPLYING = ("apply", "map", "transform", "agg", "aggregate", "pipe", "assign", "filter")
SEEN = "which frames have without its scale"
Pair = tuple[ast.expr, ast.expr, ast.expr]  # a comparison, and two expressions that it compares


@dataclass(frozen=True)
class ComparedNumbers:
    """Finds the comparisons of scaled columns behind what a call takes; `asked` are the answers of its notebook."""

    call: Call
    asked: Sequence[Table]
    database: Database

    def problems(self, where: str) -> Iterator[Problem]:
        """A problem for each comparison with typed numbers that are many times larger or smaller than the values."""
        if self.call.taken is None or not (self._scales or self._has_shares):
            return
        found: dict[tuple[int, int], tuple[ast.expr, StatedScale, list[str]]] = {}  # by where each stands in its cell
        for at, tree in expressions_behind(self.call, self.call.taken):
            for whole, left, right in self._pairs(tree):
                for one, other in ((left, right), (right, left)):
                    if scale := self._other_scale(one, other, at):
                        place = (whole.lineno, whole.col_offset)
                        found.setdefault(place, (whole, scale, []))[2].append(
                            f"{self._code.of(other, at=at).factor:.17g}"
                        )
        for whole, scale, numbers in found.values():
            yield in_scale_problem(f"{where}, “{ast.unparse(whole)}”", [*dict.fromkeys(numbers)], scale, SEEN)

    def _other_scale(self, side: ast.expr, other: ast.expr, at: int) -> StatedScale | None:
        """The scale in which a typed number is compared with what is without; None where it is not so."""
        number = self._code.of(other, at=at)
        if number.kind != "typed":
            return None
        made = self._code.of(side, at=at)
        compared = number.factor / (made.factor or 1.0)
        if made.kind != "values" or made.unit is None or made.unit != unit_without_scales(made.unit):
            return None
        if is_dimensionless(made.unit):
            return IN_PERCENT if made.form in (PERCENT, POINTS) and is_in_scale(compared, IN_PERCENT) else None
        scale, least = self._scales.get(made.names[0].lower(), (None, 0.0)) if len({*made.names}) == 1 else (None, 0.0)
        if scale is None:
            return None
        return scale if is_in_scale(compared, scale) or is_below_all(compared, scale, least) else None

    def _pairs(self, tree: ast.AST) -> Iterator[Pair]:
        for node in ast.walk(tree):
            match node:
                case ast.Compare(left=left, comparators=others):
                    yield from ((node, one, other) for one, other in zip([left, *others], others, strict=False))
                case ast.Subscript(value=frame, slice=ast.Lambda() as function):
                    yield from self._applied(function, frame)
                case ast.Call(func=ast.Attribute(value=taken, attr=name)):
                    yield from self._of_call(node, name, taken)
                case ast.Call(func=ast.Name() as function, args=[*given]):
                    yield from self._applied(function, *given)

    def _of_call(self, node: ast.Call, name: str, taken: ast.expr) -> Iterator[Pair]:
        given = [*node.args, *(one.value for one in node.keywords)]
        if name in (*COMPARING, *CUTTING) and given:
            function = isinstance(taken, ast.Name) and taken.id in modules(self.call)
            side, *numbers = given if function else [taken, *given]
            listed = [inner for one in numbers for inner in _listed(one, alone=name not in CUTTING)]
            yield from ((node, side, one) for one in listed)
        elif name in ("query", "eval") and given and isinstance(given[0], ast.Constant):
            yield from self._of_text(str(given[0].value), taken)
        elif name in APPLYING:
            for one in given:
                yield from self._applied(one, taken)

    def _of_text(self, text: str, frame: ast.expr) -> Iterator[Pair]:
        """The comparisons in the text of a query of pandas, whose names are columns, and with @ variables."""
        for _, made in columns_named_in(text, frame):
            yield from self._pairs(made)

    def _applied(self, function: ast.expr, *taken: ast.expr) -> Iterator[Pair]:
        """The comparisons in a function of the notebook, or a lambda, that is given these."""
        called = function_named(self.call, function.id) if isinstance(function, ast.Name) else function
        if not isinstance(called, ast.Lambda | ast.FunctionDef) or len(called.args.args) < len(taken):
            return
        given = {argument.arg: one for argument, one in zip(called.args.args, taken, strict=False)}
        for part in called.body if isinstance(called, ast.FunctionDef) else [called.body]:
            yield from self._pairs(_Given(given).visit(copy.deepcopy(part)))

    @cached_property
    def _code(self) -> MadeInCode:
        registry = self.database.units
        return MadeInCode(self.call, ColumnsBehind(self.asked, (), registry, self.call))

    @cached_property
    def _has_shares(self) -> bool:
        return any(column.form == PERCENT for table in self.asked for column in table.columns)

    @cached_property
    def _scales(self) -> Mapping[str, tuple[StatedScale, float]]:
        """The scale of each column that was read of a dataset under its own name, and the least value in it."""
        found = {}
        for table in self.asked:
            stated = scales_of(map(self.database.dataset, table.datasets), self.database.units)
            for column in table.columns:
                if column.unit and (scale := stated.get(column.name.lower())) and column.name in table.frame:
                    found[column.name.lower()] = scale, float(table.frame[column.name].min(skipna=True))
        return found


class _Given(ast.NodeTransformer):
    """Names as what they are given."""

    def __init__(self, given: Mapping[str, ast.expr]) -> None:
        self.given = given

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return self.given.get(node.id, node)


def _listed(node: ast.expr, *, alone: bool) -> list[ast.expr]:
    """The expressions in a list, or what a range is made of; one that stands `alone`, which of bins is their number."""
    match node:
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return parts
        case ast.Call(args=parts) if ast.unparse(node.func).rpartition(".")[2] in ("range", "arange", "linspace"):
            return parts
    return [node] if alone else []
