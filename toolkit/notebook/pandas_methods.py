"""What methods of pandas, functions of NumPy and operators do to the units of the values that they take."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable, Iterator, Mapping
from operator import add, matmul, mul, sub, truediv
from typing import TypeVar

from toolkit.database.rates import PERIODS
from toolkit.notebook.made import MadeOf

S = TypeVar("S")
OPERATORS: Mapping[type[ast.operator], Callable[[MadeOf, MadeOf], MadeOf]] = {
    ast.Add: add,
    ast.Sub: sub,
    ast.Mult: mul,
    ast.MatMult: matmul,
    ast.Div: truediv,
    ast.FloorDiv: truediv,
}
ARITHMETIC: Mapping[str, type[ast.operator]] = {  # of pandas and NumPy
    "add": ast.Add,
    "sub": ast.Sub,
    "subtract": ast.Sub,
    "mul": ast.Mult,
    "multiply": ast.Mult,
    "dot": ast.MatMult,
    "matmul": ast.MatMult,
    "div": ast.Div,
    "divide": ast.Div,
    "truediv": ast.Div,
    "true_divide": ast.Div,
    "floordiv": ast.FloorDiv,
    "floor_divide": ast.FloorDiv,
}
COUNTING = ("count", "nunique", "size", "value_counts", "rank", "cumcount", "ngroup", "len")
BARE = {"corr", "corrwith", "skew", "kurt", "kurtosis", "log", "log10", "log2", "log1p"}  # what has no unit
PLACES = {"idxmax", "idxmin", "argmax", "argmin", "argsort", "factorize", "codes"}  # of rows, and numbers of classes
AVERAGING = ("mean", "nanmean", "average")
OF_ONE: Mapping[str, Callable[[MadeOf], MadeOf]] = {
    **dict.fromkeys(AVERAGING, MadeOf.mean),
    **dict.fromkeys(("var", "square"), lambda made: made**2),
    "sqrt": lambda made: made**0.5,
    "cbrt": lambda made: made ** (1 / 3),
    "diff": lambda made: made - made,
    "pct_change": lambda made: made / made,
}
CONDITIONS = {
    *("eq", "ne", "gt", "ge", "lt", "le", "isin", "between", "isna", "notna", "isnull", "notnull", "any", "all"),
    *("contains", "startswith", "endswith", "match", "duplicated"),
}
KEPT = frozenset(  # methods and functions whose values are in the unit of those that they take
    "median std sem min max first last nth quantile mode abs round head tail sort_values sort_index reset_index "
    "set_index rename_axis dropna fillna ffill bfill astype item nlargest nsmallest query copy drop drop_duplicates "
    "where mask clip groupby resample unstack stack to_frame squeeze reindex sample filter tolist select_dtypes "
    "interpolate asfreq truncate swaplevel to_numpy to_list convert_dtypes infer_objects shift xs get_group droplevel "
    "unique to_numeric iterrows itertuples Chart Series DataFrame table float int sorted list".split()
)
ADDING = ("sum", "nansum", "fsum", "cumsum")
REPEATED = {"cummax", "cummin", "rolling", "expanding", "ewm", "explode"}
FILLING = ("fillna", "where", "mask", "clip", "combine_first")  # with other values
PASSED = {"frame", "T", "values", "iloc", "loc", "iat", "at"}  # attributes that are of the same values
PARTS_OF_DAYS = ("year", "month", "day", "hour", "quarter", "week", "weekday", "dayofweek", "dayofyear", "day_of_week")
FREQUENCIES = {"h": "hour", "D": "day", "W": "week", "M": "month", "Q": "quarter", "Y": "year"}  # by their first letter
OTHER = {"str", "dt", "cat", "index", "columns", "dtype", "name"}
NOTHING = ("None", "[]", "np.nan", "numpy.nan", "pd.NA", "pd.NaT", "float('nan')")  # that no value stands for
ROOTS = ("sql", "ask")  # of a story, as pd.read_… are


def grouped_by(node: ast.expr, column: str) -> ast.expr | None:
    """What a chain of calls groups by, or sets as index, under a name; None where it does not."""
    while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in ("groupby", "set_index"):
                given = [*node.args, *(one.value for one in node.keywords if one.arg in ("by", "keys"))]
                for key in (part for one in given for part in getattr(one, "elts", [one])):
                    if isinstance(key, ast.Constant) and key.value == column:
                        return ast.Attribute(node.func.value, column)
                    if isinstance(key, ast.Attribute) and _name_of_values(key) == column:
                        return key
            node = node.func.value
        else:
            node = node.func if isinstance(node, ast.Call) else node.value
    return None


def period_of(node: ast.expr, scope: S, last: Callable[[ast.expr, S], tuple[ast.expr, S]]) -> str:
    """The shortest time by which the rows of a chain of calls are grouped, "month" say; "" where it does not say one.

    `last` gives what a variable that stands in a scope was bound to, and where that stands. Months of no year are
    several times, so parts of days are none.
    """
    while isinstance(node := (bound := last(node, scope))[0], ast.Call | ast.Attribute | ast.Subscript):
        scope = bound[1]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if (name := node.func.attr) in (*ADDING, *AVERAGING, *COUNTING, "agg", "aggregate"):
                return ""
            if name in ("groupby", "resample"):
                keys = [part for one in (*node.args, *(one.value for one in node.keywords)) for part in parts_of(one)]
                found = [_period(key, name == "resample") for key in keys]
                return next((period for period in PERIODS if period in found), "")
        node = node.func if isinstance(node, ast.Call) else node.value
    return ""


def adds_to(node: ast.expr, name: str) -> bool:
    """Whether an expression is a variable and something more."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and ast.unparse(node.left) == name


def parts_of(node: ast.expr) -> list[ast.expr]:
    return list(getattr(node, "elts", [node]))


def _period(key: ast.expr, of_time: bool) -> str:
    """The time that a key of rows is: by its name, by what makes it of a time, or, `of_time`, by what it says."""
    match key:
        case ast.Call(func=ast.Attribute(attr="to_period" | "Grouper" | "floor"), args=args, keywords=named):
            texts = [*args, *(one.value for one in named if one.arg == "freq")]
            return next((period for one in texts if (period := _period(one, True))), "")
        case ast.Constant(value=str(text)) if of_time:
            return FREQUENCIES.get(text[:1], "")
        case ast.Attribute(attr="year") | ast.Constant(value="year"):
            return "year"
        case (
            ast.Attribute(value=ast.Name(), attr=name)
            | ast.Constant(value=str(name))
            | ast.Subscript(slice=ast.Constant(value=str(name)))
        ):
            return name.rstrip("s") if name.rstrip("s") in PERIODS else ""
    return ""


def _name_of_values(node: ast.expr) -> str:
    """The name of a column, which parts of its days keep: `frame.day.dt.year` is named day."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "dt":
        node = node.value.value
    match node:
        case ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
    return ""


def items_of(node: ast.expr | None) -> Iterator[tuple[str, ast.expr]]:
    """The items of a dictionary whose keys are typed."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant):
                yield str(key.value), value


def texts_in(node: ast.expr | None) -> set[str]:
    """The texts that an expression types."""
    found = (one.value for one in ast.walk(node) if isinstance(one, ast.Constant)) if node is not None else ()
    return {one for one in found if isinstance(one, str)}


def name_of(how: ast.expr) -> str:
    """The name of a function, as pandas names columns by it."""
    return str(getattr(how, "value", None) or getattr(how, "id", None) or getattr(how, "attr", ""))


def columns_named_in(text: str, frame: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """(the column that it assigns, "" for none; the expression) of each line of a text for `query` or `eval` of pandas.

    Its names are columns of a frame, and with @ variables. Nothing of a text that pandas alone can read.
    """
    try:
        lines = ast.parse(textwrap.dedent(str(text)).strip().replace("@", f"{VARIABLE}.")).body
    except SyntaxError:
        return
    for line in lines:
        match line:
            case ast.Assign(targets=[ast.Name(id=name)], value=made):
                yield name, _OfFrame(frame).visit(made)
            case ast.Expr(value=made):
                yield "", _OfFrame(frame).visit(made)


VARIABLE = "__variable"  # what stands for the @ of a query of pandas


class _OfFrame(ast.NodeTransformer):
    """Names as columns of a frame."""

    def __init__(self, frame: ast.expr) -> None:
        self.frame = frame

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == VARIABLE:
            return ast.Name(node.attr, ast.Load())
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Attribute(self.frame, node.id, ast.Load())
