"""Fields that an Altair chart names and nothing has, such as a column misspelt: Vega draws nothing there, unsaid."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from toolkit.core.errors import Problem

OF_ROWS = ("encoding", "facet", "transform")  # parts of a view that read fields of its rows
MADE_BESIDE = ("coef", "rSquared", "keys")  # by a regression with `params`
MOST_LISTED = 12  # names of columns


def unknown_fields(specifications: Iterable[Mapping[str, Any]], frames: Iterable[Any], where: str) -> Iterator[Problem]:
    """A problem for each field that is no column of the `frames`, and that no transform of its chart makes."""
    from toolkit.charts.specification import views

    columns = {str(name): frame[name] for frame in frames for name in frame.columns}
    for specification in specifications:
        held = list(views(dict(specification)))
        steps = [step for view in held for step in view.get("transform", ())]
        known = {*columns, *MADE_BESIDE, *(name for step in steps for name in _made(step, columns))}
        named = (name for view in held for part in OF_ROWS for name in _named(view.get(part)))
        for name in dict.fromkeys(named):
            if not {_plain(name), re.split(r"(?<!\\)[.\[]", name)[0]} & known:
                yield _problem(_plain(name), list(columns), where)


def _problem(name: str, columns: list[str], where: str) -> Problem:
    as_written = {column.casefold(): column for column in columns}
    spoken = re.sub(r"\W+", "_", name.rpartition(".")[2]).strip("_").casefold()  # as `toolkit add` names columns
    near = difflib.get_close_matches(spoken, as_written, 1)
    listed = ", ".join(columns[:MOST_LISTED]) + (", …" if len(columns) > MOST_LISTED else "")
    remedy = f"write {as_written[near[0]]!r}" if near else "name one of these, or make it in the frame"
    return Problem(where, f"the field {name!r}, which the chart's data do not have", listed, remedy)


def _made(step: Mapping[str, Any], columns: Mapping[str, Any]) -> Iterator[str]:
    """The fields that a transform makes, with the ends of bins and periods; of a pivot the values of its column."""
    from toolkit.charts.derived_fields import made_by

    given = step.get("as", ())
    names = [*made_by(step), *([given] if isinstance(given, str) else given)]
    yield from (*names, *(f"{name}_end" for name in names))
    if step.get("pivot") in columns:
        yield from columns[step["pivot"]].astype(str).unique()
    yield from step.get("from", {}).get("fields", ())


def _named(part: Any) -> Iterator[str]:
    """The fields that a part of a specification names: as `field`, in groups and folds, in expressions."""
    from toolkit.charts.expressions import Expression

    if isinstance(part, list):
        for one in part:
            yield from _named(one)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key == "field" and isinstance(value, str) and value not in ("", "*"):
                yield value
            elif key in ("groupby", "fold") and isinstance(value, list):
                yield from value
            elif key in ("calculate", "filter") and isinstance(value, str):
                yield from Expression(value).fields
            elif key not in ("data", "datasets"):
                yield from _named(value)


def _plain(name: str) -> str:
    """A field as its column is called: of "beak\\.length" "beak.length"."""
    return re.sub(r"\\(.)", r"\1", name)
