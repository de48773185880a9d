"""The columns of a pandas frame as a table can hold them: numbers, text, days, true or false, and None."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.number import Number
from toolkit.core.operation import LARGEST_INTEGER
from toolkit.core.project import digest
from toolkit.database.columns import LABEL

if TYPE_CHECKING:
    import numpy
    import pandas

FLOATS = "DOUBLE"
INTEGERS = "BIGINT"
MOMENTS = ("DATE", "TIMESTAMP")
NUMBERS = "NUMBER"  # a column of numbers that keep their receipts
WITHOUT_ZONE = "a day, or a time without a zone"
LABELS = {"year": (1000, 2999), "decade": (1000, 2999), "quarter": (1, 4)}  # the values of columns that are named so
RANKS = (0, 99_999)
HASHED_DIGITS = ".9g"  # the last bits of a float differ between machines


@dataclass(frozen=True)
class FrameColumn:
    """One column: its name, DuckDB's name for its type (or NUMBERS), and an array of its values.

    The array is masked where an integer or float is missing; of other types it holds objects, and None.
    """

    name: str
    type: str
    array: numpy.ndarray

    @property
    def is_label(self) -> bool:
        """Whether it holds whole numbers that are years, quarters or ranks, by its name and by its values."""
        if self.type not in (INTEGERS, FLOATS) or not (match := LABEL.fullmatch(self.name)):
            return False
        least, greatest = LABELS.get(match[2], RANKS)
        return all(least <= value <= greatest and not value % 1 for value in self.array.tolist() if value is not None)


def columns_of_frame(frame: Any, where: str) -> list[FrameColumn]:
    """The columns of a frame or a series, those of a named index first; `where` names it in errors.

    Raises ToolkitError if it is neither, or with every index and column that a table cannot hold.
    """
    with_index = _with_index(_as_frame(frame, where), where)
    names = ["_".join(str(part) for part in _parts(name) if part != "") for name in with_index.columns]
    problems: list[Problem] = [
        Problem(
            f"{where}, column {name!r}",
            f"{names.count(name)} columns of this name" if name else "a column without a name",
            "a name for each column, and each name once",
            'name it, with .rename("n") if it is a count, or after what it holds'
            if getattr(frame, "columns", None) is None
            else "rename the columns, with frame.rename(columns=…) or frame.columns = […]",
        )
        for name in dict.fromkeys(names)
        if not name or names.count(name) > 1
    ]
    columns = []
    for index, name in enumerate(names):
        try:
            columns.append(_column(name, with_index.iloc[:, index], f"{where}, column {name}"))
        except ToolkitError as error:
            problems += error.problems
    if problems:
        raise ToolkitError(problems)
    return columns


def frame_hash(columns: list[FrameColumn]) -> str:
    """A hash of names, types and values, floats to nine significant digits; 16 hexadecimal digits."""
    return digest(_hashed(columns))[:16]


def _hashed(columns: list[FrameColumn]) -> Iterator[str]:
    for column in columns:
        yield f"{column.name} {column.type}"
        values = column.array.tolist()
        if column.type in (FLOATS, INTEGERS):
            yield " ".join("" if value is None else format(value, HASHED_DIGITS) for value in values)
        else:
            yield repr([value.digest if isinstance(value, Number) else value for value in values])


def _parts(name: object) -> tuple[object, ...]:
    return name if isinstance(name, tuple) else (name,)


def _as_frame(frame: Any, where: str) -> pandas.DataFrame:
    import pandas

    if isinstance(frame, pandas.Series):
        return frame.to_frame("" if frame.name is None else frame.name)
    if not isinstance(frame, pandas.DataFrame):
        mended = " (frame.to_pandas())" if hasattr(frame, "to_pandas") else ""
        raise ToolkitError(where, f"a {type(frame).__name__}", "a pandas frame or series", f"give it one{mended}")
    return frame


def _with_index(frame: pandas.DataFrame, where: str) -> pandas.DataFrame:
    """The frame with its index as columns. An index of whole numbers without a name only counts rows: it is left out.

    Raises ToolkitError for any other index without a name.
    """
    import pandas

    has_name = [name is not None for name in frame.index.names]
    if all(has_name):
        return frame.reset_index(allow_duplicates=True)
    if any(has_name) or not (len(frame) == 0 or pandas.api.types.is_integer_dtype(frame.index.dtype)):
        raise ToolkitError(
            f"{where}, its index",
            "an index without a name, whose values would be lost",
            "an index with a name, or none",
            'name it, with frame.rename_axis("what"), or drop it, with frame.reset_index(drop=True)',
        )
    return frame


def _column(name: str, series: pandas.Series, where: str) -> FrameColumn:
    """One column. Raises ToolkitError for values that a table cannot hold."""
    import pandas
    from pandas.api import types

    dtype = series.dtype
    if isinstance(dtype, pandas.CategoricalDtype):
        return _column(name, series.astype(object).infer_objects(), where)
    if isinstance(dtype, (pandas.PeriodDtype, pandas.IntervalDtype)):
        return FrameColumn(name, "VARCHAR", _objects([None if pandas.isna(value) else str(value) for value in series]))
    if types.is_bool_dtype(dtype):
        return FrameColumn(name, "BOOLEAN", _objects([None if pandas.isna(value) else bool(value) for value in series]))
    if types.is_complex_dtype(dtype) or types.is_timedelta64_dtype(dtype):
        raise _unfit(where, f"the type {dtype}")
    if isinstance(dtype, pandas.DatetimeTZDtype):
        raise ToolkitError(
            where,
            f"the type {dtype}",
            "a day, or a time without a zone",
            "take the zone off, with .dt.tz_localize(None)",
        )
    if types.is_numeric_dtype(dtype):
        return _numbers(name, INTEGERS if types.is_integer_dtype(dtype) else FLOATS, series, where)
    return _of_objects(name, series, where)


def _numbers(name: str, kind: str, series: pandas.Series, where: str) -> FrameColumn:
    import numpy

    values = series.to_numpy(dtype="float64", na_value=numpy.nan)
    if kind == INTEGERS:
        _refuse_inexact(series.dropna(), where)
    if numpy.isinf(values).any():
        raise ToolkitError(
            where,
            f"{values[numpy.isinf(values)][0]} in row {numpy.flatnonzero(numpy.isinf(values))[0] + 1}",
            "finite values, or none (NaN)",
            "look for a division by zero, or .replace([numpy.inf, -numpy.inf], numpy.nan)",
        )
    present = values[~numpy.isnan(values)]
    if len(present) < len(values) and (present == present.round()).all():
        kind = INTEGERS  # pandas makes floats of whole numbers where one is missing
    return FrameColumn(name, kind, numpy.ma.masked_invalid(values))


def _refuse_inexact(integers: pandas.Series, where: str) -> None:
    """Raises ToolkitError for whole numbers of which a float, as all numbers here are, would lose the last digits."""
    inexact = next((value for value in integers.tolist() if int(float(value)) != int(value)), None)
    if inexact is not None:
        raise ToolkitError(
            where,
            f"{inexact}, which no number here has in all its digits",
            f"whole quantities up to {LARGEST_INTEGER:,}",
            "make texts of codes, with .astype(str); or round it, with .astype(float)",
        )


def _of_objects(name: str, series: pandas.Series, where: str) -> FrameColumn:
    """A column of Python's objects: all text, all numbers, all days, and so on."""
    missing = series.isna().tolist()
    values = [None if is_missing else value for value, is_missing in zip(series.astype(object), missing, strict=True)]
    present = [value for value in values if value is not None]
    if all(isinstance(value, Number) for value in present) and present:
        return FrameColumn(name, NUMBERS, _objects(values))
    if all(isinstance(value, str) for value in present):
        return FrameColumn(name, "VARCHAR", _objects([None if value is None else str(value) for value in values]))
    if all(isinstance(value, bool) for value in present):
        return FrameColumn(name, "BOOLEAN", _objects(values))
    if all(isinstance(value, (Real, Decimal, Fraction)) and not isinstance(value, bool) for value in present):
        kind = INTEGERS if all(isinstance(value, Integral) for value in present) else FLOATS
        if kind == INTEGERS:
            _refuse_inexact(series.dropna(), where)
        return _numbers(name, kind, series.astype("float64"), where)
    if all(isinstance(value, (date, datetime)) for value in present):
        if any(isinstance(value, datetime) and value.tzinfo for value in present):
            raise ToolkitError(where, "times with a zone", WITHOUT_ZONE, "take the zone off")
        days = all(not isinstance(value, datetime) or value.time() == value.time().min for value in present)
        texts = [value and (value.isoformat()[:10] if days else value.isoformat()) for value in values]
        return FrameColumn(name, "DATE" if days else "TIMESTAMP", _objects(texts))
    kinds = list(dict.fromkeys(type(value).__name__ for value in present))
    raise _unfit(where, f"values of type {', '.join(kinds)}")


def _objects(values: list[Any]) -> numpy.ndarray:
    import numpy

    array = numpy.empty(len(values), dtype=object)
    array[:] = values
    return array


def _unfit(where: str, found: str) -> ToolkitError:
    return ToolkitError(
        where,
        found,
        "one of numbers, text, days, true or false, in all rows",
        "give its parts columns of their own, make it a number with a unit, or text with .astype(str)",
    )
