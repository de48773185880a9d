"""A chart of Altair, taken apart: its specification without data, and one table of all frames that it is made of."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from toolkit.core.errors import Problem, StoryError
from toolkit.database.cell import Cell
from toolkit.database.open import Database
from toolkit.database.table import Column, Table
from toolkit.notebook import many_rows
from toolkit.notebook.axis_titles import title_problems
from toolkit.notebook.calling_cell import calling_cell
from toolkit.notebook.expressions_in_charts import held_in, lacking_numbers, scale_problems
from toolkit.notebook.refused_in_charts import refuse_in_specifications
from toolkit.notebook.repeats_in_charts import repeats_added_up
from toolkit.notebook.stacked_shares import shares_over_the_whole
from toolkit.notebook.totals_in_charts import totals_drawn_together
from toolkit.notebook.typed_ends import typed_ends_problems

KEYS_OF_PARTS = ("layer", "hconcat", "vconcat", "concat")
BY_NAME_ALONE = 99  # the place of an argument that has none
BELONG_TO_STORY = ("title", "description", "usermeta", "background", "padding", "autosize")


def altair_charts(chart: Any, narrow: Any, where: str) -> dict[str, Any]:
    """The charts of Altair in a call of `story.chart` by the name of their specification.

    Raises StoryError if one is made of a frame that was typed, or `narrow` is no such chart.
    """
    call = calling_cell()
    for part in (call.argument("table"), call.argument("narrow", BY_NAME_ALONE)):
        for data in call.arguments_within(part, "Chart"):
            if call.typed(data) and not isinstance(
                data, ast.Constant
            ):  # a typed address passes here: `_frame_problems` refuses it
                raise StoryError(
                    where,
                    f"alt.Chart({ast.unparse(data)[:60]}): typed values, and no receipt can say where they are from",
                    "frames that were worked out from what the notebook took from the project",
                    "take the values from a source or a dataset; a reference line is a row of such a table",
                )
    if narrow is None:
        return {"specification": chart}
    if not is_altair(narrow):
        raise StoryError(f"{where}, narrow", f"a {type(narrow).__name__}", "a chart of Altair", "draw it for a phone")
    return {"specification": chart, "narrow": narrow}


def is_altair(chart: object) -> bool:
    """Whether a value is a chart of Altair; Altair is not imported for it."""
    return type(chart).__module__.partition(".")[0] == "altair" and hasattr(chart, "to_dict")


class TableMaker(NamedTuple):
    """How a story makes tables: `of` a frame of whose numbers some columns are drawn, or of a query (`ask`).

    `own` finds the table that a frame was taken from. `units` are those that the author gives: by column, or one for
    all that lack it. `asked` are the answers before, `words` what stands beside the chart.
    """

    of: Callable[[Any, Collection[str]], Table]
    own: Callable[[Any], Table | None]
    ask: many_rows.Ask
    units: Mapping[str, str] | str
    database: Database
    asked: Sequence[Table]
    words: str = ""


def split_chart(charts: Mapping[str, Any], where: str, name: str, tables: TableMaker) -> tuple[Table, dict[str, Any]]:
    """The table of a chart and of its phone's version, of the columns that they name, and what the page draws of both.

    The latter has each chart's specification without data, by its name, "frames": how many rows of the table each of
    their data sets table-1, table-2 … has, and the scales that columns are `Held` in. Raises StoryError with all data
    that are no frames, for more rows than a page holds, totals added up with others, and a title of the chart's own.
    """
    import altair

    from toolkit.charts.missing_numbers import leave_missing_out

    frames = list(_distinct(data for chart in charts.values() for data in _data_of(chart)))
    problems = [problem for frame in frames for problem in _frame_problems(frame, where)]
    if not frames:
        problems.append(Problem(where, "a chart without data", "alt.Chart(frame)", "give it a frame or a table"))
    if problems:
        raise StoryError(problems)
    with altair.data_transformers.enable("default", max_rows=None), altair.theme.enable("none"):
        if groups := _grouped(charts, frames, where, tables):
            return groups
        distinct: dict[str, Any] = {}  # by Altair's name for the data, a hash of rows: a table and its frame have one
        for frame in frames:
            distinct.setdefault(_data_name(frame), frame)
        made = {part: _with_frames(chart).to_dict() for part, chart in charts.items()}
    named = _columns_named(made.values(), distinct.values())
    own = [isinstance(frame, Table) or tables.own(frame) is not None for frame in distinct.values()]
    found = [frame if isinstance(frame, Table) else tables.of(frame, named) for frame in distinct.values()]
    shown = [table.only(named) for table in found]
    scales, problems = held_in(zip(shown, own, strict=True), tables.database.units, where)
    names = {name: f"table-{place}" for place, name in enumerate(distinct, 1)}
    refuse_in_specifications(made, names, where)
    drawn: dict[str, Any] = {part: _renamed(_without_data(one), names) for part, one in made.items()}
    held = dict(zip(names.values(), found, strict=True))
    problems += totals_drawn_together(drawn.values(), held, tables.database.datasets, where)
    problems += shares_over_the_whole(drawn.values(), held, where)
    problems += repeats_added_up(drawn.values(), held, tables.asked, where)
    for one in drawn.values():
        problems += leave_missing_out(one, lacking_numbers(found), where)
    problems += _scales_of(drawn.values(), found, scales.held, tables, where)
    if problems:
        raise StoryError(problems)
    return _joined(shown, name), {**drawn, "frames": [len(one) for one in found], **scales._asdict()}


def _grouped(
    charts: Mapping[str, Any], frames: list[Any], where: str, tables: TableMaker
) -> tuple[Table, dict[str, Any]] | None:
    """What `split_chart` returns of one chart of one frame whose groups are drawn; None where its rows are."""
    for frame in frames:
        table = frame if isinstance(frame, Table) else tables.own(frame)
        first_rows = _frame_of(frame).head(5)  # which say the types of its columns
        alone = len(frames) == len(charts) == 1 and getattr(charts["specification"], "data", None) is frame
        specification: dict[str, Any] = {}  # of others rows are only counted
        if alone:
            chart = charts["specification"].copy(deep=False)
            chart.data = first_rows
            specification = chart.to_dict()
            refuse_in_specifications({"specification": specification}, {specification["data"]["name"]: ""}, where)
            table = table and table.only(_columns_named([specification], [first_rows]))
        groups = many_rows.grouped_rows(specification, _frame_of(frame), table, tables.units, tables.ask, where)
        if groups:
            drawn = {**_without_data(groups[1]), "data": {"name": "table-1"}}
            scales, problems = held_in([(groups[0], True)], tables.database.units, where)
            if problems := [*problems, *_scales_of([drawn], [groups[0]], scales.held, tables, where)]:
                raise StoryError(problems)
            return groups[0], {"specification": drawn, "frames": [len(groups[0])], **scales._asdict()}
    return None


def _columns_named(specifications: Iterable[Mapping[str, Any]], frames: Iterable[Any]) -> set[str]:
    """The columns of frames that charts name, in expressions too, and those of outlines of maps; all if they name none.

    They are what is drawn, and what a chart publishes.
    """
    from toolkit.charts.altair_maps import is_map
    from toolkit.charts.features import COLUMN

    made = [_without_data(one) for one in specifications]
    texts = "\n".join(text for one in made for text in _texts(one))
    columns = {str(name) for frame in frames for name in _frame_of(frame).columns}
    outlines = {COLUMN} if any(map(is_map, made)) else set()
    found = {name for name in columns if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", texts)}
    return (found | outlines) & columns or columns


def _texts(tree: Any) -> Iterator[str]:
    """Every text in a specification but its titles, as Altair has the names of columns in it."""
    parts = [part for key, part in tree.items() if key != "title"] if isinstance(tree, dict) else tree
    if isinstance(tree, str):
        yield tree.replace("\\", "")
    elif isinstance(tree, (dict, list)):
        for part in parts:
            yield from _texts(part)


def _scales_of(
    specifications: Iterable[Mapping[str, Any]],
    found: Sequence[Table],
    held: dict[str, float],
    tables: TableMaker,
    where: str,
) -> Iterator[Problem]:
    """The problems of scales in specifications of these tables, and of titles of axes, each once."""
    columns = [column for table in found for column in table.columns]
    about = (columns, tables.database.units, where, tables.words, held)
    for made in specifications:
        yield from dict.fromkeys(
            (
                *scale_problems(made, found, held, tables.database.units, where),
                *typed_ends_problems(made, found, held, where),
                *title_problems(made, *about),
            )
        )


def _data_name(frame: Any) -> str:
    import altair

    return str(altair.Chart(_frame_of(frame)).mark_point().to_dict()["data"]["name"])


def _frame_of(data: Any) -> Any:
    return data.frame if isinstance(data, Table) else data


def _without_data(specification: Mapping[str, Any]) -> dict[str, Any]:
    """A specification without data, and without what the page says."""
    left_out = ("datasets", "$schema", *BELONG_TO_STORY)
    return {key: value for key, value in specification.items() if key not in left_out}


def _data_of(chart: Any) -> Iterator[Any]:
    """Everything that a chart and the charts inside it are given as data."""
    data = getattr(chart, "data", None)
    if data is not None and type(data).__name__ != "UndefinedType":
        yield data
    yield from (looked_up.data for looked_up in _lookups(chart))
    for one in _inside(chart):
        yield from _data_of(one)


def _lookups(chart: Any) -> list[Any]:
    """The LookupData of a chart's transforms: where they take fields of another table from."""
    transforms = getattr(chart, "transform", None)
    found = [one._kwds.get("from") for one in transforms] if isinstance(transforms, list) else []
    return [one for one in found if hasattr(one, "data")]


def _inside(chart: Any) -> list[Any]:
    parts = [getattr(chart, name, None) for name in KEYS_OF_PARTS]
    spec = getattr(chart, "spec", None)
    found = [one for part in parts if isinstance(part, list) for one in part]
    return [*found, spec] if hasattr(spec, "to_dict") else found


def _distinct(found: Iterator[Any]) -> Iterator[Any]:
    """Each of some data once, without those that Altair names "empty": a row without cells, which draws a mark once."""
    seen: set[int] = set()
    for one in found:
        if id(one) not in seen:
            seen.add(id(one))
            if str(getattr(one, "name", "")).partition("-")[0] != "empty":
                yield one


def _frame_problems(data: Any, where: str) -> Iterator[Problem]:
    """The problem of data that are neither a table, nor a frame of pandas, nor an outline of a map."""
    if isinstance(data, Table) or hasattr(data, "iloc"):
        return
    kind = f"a {type(data).__name__}"
    if isinstance(data, str) or hasattr(data, "url"):
        yield Problem(where, "data at an address", "a frame", "run toolkit add ADDRESS, then take story.sql(…).frame")
    else:
        yield Problem(where, f"{kind} as data", "a frame of pandas, or a table", "put its values into a frame")


def _with_frames(chart: Any) -> Any:
    """The chart with frames in place of tables, itself left as it is."""
    if not any(isinstance(data, Table) for data in _data_of(chart)):
        return chart
    made = chart.copy(deep=False)
    if isinstance(getattr(made, "data", None), Table):
        made.data = made.data.frame
    for name in KEYS_OF_PARTS:
        part = getattr(made, name, None)
        if isinstance(part, list):
            setattr(made, name, [_with_frames(one) for one in part])
    if hasattr(getattr(made, "spec", None), "to_dict"):
        made.spec = _with_frames(made.spec)
    return made


def _renamed(tree: Any, names: Mapping[str, str]) -> Any:
    if isinstance(tree, list):
        return [_renamed(part, names) for part in tree]
    if not isinstance(tree, dict):
        return tree
    return {
        key: {"name": names[part["name"]]}
        if key == "data" and isinstance(part, dict) and part.get("name") in names
        else _renamed(part, names)
        for key, part in tree.items()
    }


def _joined(tables: list[Table], name: str) -> Table:
    """One table of all: rows after rows, with empty cells where a table lacks a column."""
    if len(tables) == 1:
        return tables[0]
    columns: dict[str, Column] = {}
    for table in tables:
        for column in table.columns:
            known = columns.setdefault(column.name, column)
            columns[column.name] = replace(known, withheld=known.withheld or column.withheld)
    rows: list[tuple[Cell, ...]] = [tuple(row.get(column) for column in columns) for table in tables for row in table]
    rested = tuple(dict.fromkeys(number for table in tables for number in table.rests_on))
    return Table(name, tuple(columns.values()), tuple(rows), rests_on=rested)
