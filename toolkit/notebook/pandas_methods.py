"""What methods of pandas, functions of NumPy and operators do to the units of the values that they take."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from operator import add, mul, sub, truediv

from toolkit.notebook.made import MadeOf

OPERATORS: Mapping[type[ast.operator], Callable[[MadeOf, MadeOf], MadeOf]] = {
    ast.Add: add, ast.Sub: sub, ast.Mult: mul, ast.Div: truediv, ast.FloorDiv: truediv,
}  # fmt: skip
ARITHMETIC: Mapping[str, type[ast.operator]] = {  # of pandas and NumPy
    "add": ast.Add, "sub": ast.Sub, "subtract": ast.Sub, "mul": ast.Mult, "multiply": ast.Mult, "dot": ast.Mult,
    "div": ast.Div, "divide": ast.Div, "truediv": ast.Div, "true_divide": ast.Div, "floordiv": ast.FloorDiv,
    "floor_divide": ast.FloorDiv,
}  # fmt: skip
COUNTING = ("count", "nunique", "size", "value_counts", "rank", "cumcount", "ngroup", "crosstab", "len")
CONDITIONS = {
    *("eq", "ne", "gt", "ge", "lt", "le", "isin", "between", "isna", "notna", "isnull", "notnull", "any", "all"),
    *("contains", "startswith", "endswith", "match", "duplicated"),
}
KEPT = {  # methods and functions whose values are in the unit of those that they take
    *(
        "sum",
        "mean",
        "median",
        "min",
        "max",
        "first",
        "last",
        "nth",
        "quantile",
        "mode",
        "abs",
        "round",
        "head",
        "tail",
    ),
    *("sort_values", "sort_index", "reset_index", "set_index", "rename_axis", "dropna", "fillna", "ffill", "bfill"),
    *("astype", "item", "nlargest", "nsmallest", "query", "copy", "drop", "drop_duplicates", "where", "mask", "clip"),
    *("groupby", "resample", "unstack", "stack", "to_frame", "squeeze", "reindex", "sample", "filter", "tolist"),
    *("to_numpy", "to_list", "convert_dtypes", "infer_objects", "shift", "xs", "get_group", "droplevel", "unique"),
    *(
        "to_numeric",
        "Series",
        "DataFrame",
        "table",
        "float",
        "int",
        "sorted",
        "list",
        "abs",
        "fsum",
        "nansum",
        "nanmean",
    ),
}
REPEATED = {"cumsum", "cummax", "cummin", "rolling", "expanding", "ewm", "explode", "transform", "apply", "concat"}
PASSED = {"frame", "T", "values", "iloc", "loc", "iat", "at"}  # attributes that are of the same values
OTHER = {"str", "dt", "cat", "index", "columns", "dtype", "name"}
ROOTS = ("sql", "ask")  # of a story, as pd.read_… are
