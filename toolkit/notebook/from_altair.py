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
from toolkit.notebook.expressions_in_charts import column_scales, lacking_numbers, scale_problems
from toolkit.notebook.refused_in_charts import is_empty, refuse_in_specifications
from toolkit.notebook.repeats_in_charts import repeats_added_up
from toolkit.notebook.stacked_shares import shares_over_the_whole
from toolkit.notebook.totals_in_charts import totals_drawn_together
from toolkit.notebook.typed_ends import typed_ends_problems

KEYS_OF_PARTS = ("layer", "hconcat", "vconcat", "concat")
BY_NAME_ALONE = 99  # the place of an argument that has none
OF_OUTLINES = ("SphereGenerator", "GraticuleGenerator")  # data of Altair's own: the edge of a map, and its grid
BELONG_TO_STORY = ("title", "description", "usermeta", "background", "padding", "autosize")


def altair_charts(chart: Any, narrow: Any, where: str) -> dict[str, Any]:
    """The charts of Altair in a call of `story.chart` by the name of their specification.

    Raises StoryError if one is made of a frame that was typed, or `narrow` is no such chart.
    """
    call = calling_cell()
    outlines = {"alt.sphere()", "alt.graticule()"}
    outlines |= {name for name, value in call.variables.items() if type(value).__name__ in OF_OUTLINES}
    for part in (call.argument("table"), call.argument("narrow", BY_NAME_ALONE)):
        for data in call.arguments_within(part, "Chart"):
            is_address = isinstance(data, ast.Constant)  # which `_frame_problems` refuses
            if call.typed(data) and not (is_address or ast.unparse(data) in outlines):
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
    """How a story makes the tables of a chart.

    `from_frame` makes one of a frame, given the columns that are drawn, `from_query` one of a query; `behind_frame`
    finds the table whose frame it is. `units` are those that the author gives: by column, or one for all columns
    without one. `answers` are those that the story has so far, `words` the texts beside the chart.
    """

    from_frame: Callable[[Any, Collection[str]], Table]
    behind_frame: Callable[[Any], Table | None]
    from_query: many_rows.Ask
    units: Mapping[str, str] | str
    database: Database
    answers: Sequence[Table]
    words: str = ""


def split_chart(charts: Mapping[str, Any], where: str, name: str, maker: TableMaker) -> tuple[Table, dict[str, Any]]:
    """(one table with the columns that the charts name, what the page draws of it).

    `charts` are the chart and, maybe, its version for phones, by name. What the page draws has each one's specification
    without data, by that name; "frames", how many rows of the table belong to each data set table-1, table-2 …; and the
    `ColumnScales` of these. Raises StoryError with all data that are no frames, for more rows than a page
    holds, totals added up with others, and a title of the chart's own.
    """
    import altair

    from toolkit.notebook.missing_numbers import leave_missing_out

    frames = list(_distinct(data for chart in charts.values() for data in _data_of(chart)))
    problems = [problem for frame in frames for problem in _frame_problems(frame, where)]
    if not frames:
        problems.append(Problem(where, "a chart without data", "alt.Chart(frame)", "give it a frame or a table"))
    if problems:
        raise StoryError(problems)
    with altair.data_transformers.enable("default", max_rows=None), altair.theme.enable("none"):
        if split := _as_groups(charts, frames, where, maker):
            return split
        distinct: dict[str, Any] = {}  # by Altair's name for the data, a hash of rows: a table and its frame have one
        for frame in frames:
            distinct.setdefault(_data_name(frame), frame)
        specifications = {part: _with_frames(chart).to_dict() for part, chart in charts.items()}
    names = {name: f"table-{place}" for place, name in enumerate(distinct, 1)}
    refuse_in_specifications(specifications, names, [_frame_of(frame) for frame in distinct.values()], where)
    column_names = _columns_named(specifications.values(), distinct.values())
    are_own_frames = [isinstance(frame, Table) or maker.behind_frame(frame) is not None for frame in distinct.values()]
    tables_of_frames = [
        frame if isinstance(frame, Table) else maker.from_frame(frame, column_names) for frame in distinct.values()
    ]
    drawn_tables = [table.only(column_names) for table in tables_of_frames]
    scales, problems = column_scales(zip(drawn_tables, are_own_frames, strict=True), maker.database.units, where)
    bare_specifications: dict[str, Any] = {
        part: _renamed(_without_data(specification), names) for part, specification in specifications.items()
    }
    tables_by_name = dict(zip(names.values(), tables_of_frames, strict=True))
    problems += totals_drawn_together(bare_specifications.values(), tables_by_name, maker.database.datasets, where)
    problems += shares_over_the_whole(bare_specifications.values(), tables_by_name, where)
    problems += repeats_added_up(bare_specifications.values(), tables_by_name, maker.answers, where)
    for specification in bare_specifications.values():
        problems += leave_missing_out(specification, lacking_numbers(tables_of_frames), where)
    problems += _scale_problems(bare_specifications.values(), tables_of_frames, scales.times, maker, where)
    if problems:
        raise StoryError(problems)
    return _joined(drawn_tables, name), {
        **bare_specifications,
        "frames": [len(table) for table in tables_of_frames],
        **({"typed": typed} if (typed := _typed(map(_frame_of, distinct.values()), column_names)) else {}),
        **scales.for_page(),
    }


def _typed(frames: Iterable[Any], named: Collection[str]) -> list[str]:
    """The columns that are no texts in frames, such as years, which are words in a table: filters compare them."""
    return sorted({str(name) for frame in frames for name in frame if frame[name].dtype.kind in "iufb"} & {*named})


def _as_groups(
    charts: Mapping[str, Any], frames: list[Any], where: str, maker: TableMaker
) -> tuple[Table, dict[str, Any]] | None:
    """What `split_chart` returns where a chart draws groups of one frame's rows; None where it draws the rows."""
    for frame in frames:
        table = frame if isinstance(frame, Table) else maker.behind_frame(frame)
        specification: dict[str, Any] = {}  # the rows of a frame that is not all of the chart's data are drawn as rows
        if len(frames) == len(charts) == 1 and getattr(charts["specification"], "data", None) is frame:
            chart = charts["specification"].copy(deep=False)
            chart.data = first_rows = _frame_of(frame).head(5)  # which say the types of its columns
            specification = chart.to_dict()
            names = {specification["data"]["name"]: ""}
            refuse_in_specifications({"specification": specification}, names, [_frame_of(frame)], where)
            table = table and table.only(_columns_named([specification], [first_rows]))
        grouped = many_rows.grouped_rows(specification, _frame_of(frame), table, maker.units, maker.from_query, where)
        if grouped:
            groups, drawn = grouped
            bare = {**_without_data(drawn), "data": {"name": "table-1"}}
            scales, problems = column_scales([(groups, True)], maker.database.units, where)
            problems += _scale_problems([bare], [groups], scales.times, maker, where)
            if problems:
                raise StoryError(problems)
            return groups, {"specification": bare, "frames": [len(groups)], **scales.for_page()}
    return None


def _columns_named(specifications: Iterable[Mapping[str, Any]], frames: Iterable[Any]) -> set[str]:
    """The columns that are drawn, and so published: those that charts name, in expressions too, and outlines of maps.

    All columns of the frames where charts name none.
    """
    from toolkit.charts.altair_maps import is_map
    from toolkit.charts.features import COLUMN

    bare = [_without_data(specification) for specification in specifications]
    texts = "\n".join(text for specification in bare for text in _texts(specification))
    columns = {str(name) for frame in frames for name in _frame_of(frame).columns}
    outlines = {COLUMN} if any(map(is_map, bare)) else set()
    named = {name for name in columns if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", texts)}
    return (named | outlines) & columns or columns


def _texts(tree: Any) -> Iterator[str]:
    """Every text in a specification but its titles, as Altair has the names of columns in it."""
    parts = [part for key, part in tree.items() if key != "title"] if isinstance(tree, dict) else tree
    if isinstance(tree, str):
        yield tree.replace("\\", "")
    elif isinstance(tree, (dict, list)):
        for part in parts:
            yield from _texts(part)


def _scale_problems(
    specifications: Iterable[Mapping[str, Any]],
    tables_of_chart: Sequence[Table],
    scales: dict[str, float],
    maker: TableMaker,
    where: str,
) -> Iterator[Problem]:
    """The problems of scales in specifications of these tables, and of titles of axes, each once."""
    columns = [column for table in tables_of_chart for column in table.columns]
    about = (columns, maker.database.units, where, maker.words, scales)
    for specification in specifications:
        yield from dict.fromkeys(
            (
                *scale_problems(specification, tables_of_chart, scales, maker.database.units, where),
                *typed_ends_problems(specification, tables_of_chart, scales, where),
                *title_problems(specification, *about),
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
    for inner in _inside(chart):
        yield from _data_of(inner)


def _lookups(chart: Any) -> list[Any]:
    """The LookupData of a chart's transforms: where they take fields of another table from."""
    transforms = getattr(chart, "transform", None)
    sources = [transform._kwds.get("from") for transform in transforms] if isinstance(transforms, list) else []
    return [source for source in sources if hasattr(source, "data")]


def _inside(chart: Any) -> list[Any]:
    parts = [getattr(chart, name, None) for name in KEYS_OF_PARTS]
    spec = getattr(chart, "spec", None)
    charts = [inner for part in parts if isinstance(part, list) for inner in part]
    return [*charts, spec] if hasattr(spec, "to_dict") else charts


def _distinct(all_data: Iterator[Any]) -> Iterator[Any]:
    """Each of some data once, without outlines, and those that Altair names "empty": a row that draws a mark once."""
    seen: set[int] = set()
    for data in all_data:
        if id(data) not in seen:
            seen.add(id(data))
            if type(data).__name__ not in OF_OUTLINES and not is_empty(str(getattr(data, "name", ""))):
                yield data


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
    copied = chart.copy(deep=False)
    if isinstance(getattr(copied, "data", None), Table):
        copied.data = copied.data.frame
    for name in KEYS_OF_PARTS:
        part = getattr(copied, name, None)
        if isinstance(part, list):
            setattr(copied, name, [_with_frames(inner) for inner in part])
    if hasattr(getattr(copied, "spec", None), "to_dict"):
        copied.spec = _with_frames(copied.spec)
    return copied


def _renamed(tree: Any, names: Mapping[str, str]) -> Any:
    if isinstance(tree, list):
        return [_renamed(part, names) for part in tree]
    if not isinstance(tree, dict):
        return tree
    return {key: _renamed(part, names) if key != "data" else _data_named(part, names) for key, part in tree.items()}


def _data_named(data: Any, names: Mapping[str, str]) -> Any:
    """The data of a view by their new name; of a view without data one row without cells, as Altair has it."""
    name = data.get("name", "") if isinstance(data, dict) else ""
    return {"name": names[name]} if name in names else {"values": [{}]} if is_empty(name) else data


def _joined(tables: list[Table], name: str) -> Table:
    """One table of all: rows after rows, with empty cells where a table lacks a column."""
    if len(tables) == 1:
        return tables[0]
    columns: dict[str, Column] = {}
    for table in tables:
        for column in table.columns:
            first = columns.setdefault(column.name, column)
            columns[column.name] = replace(first, withheld=first.withheld or column.withheld)
    rows: list[tuple[Cell, ...]] = [tuple(row.get(column) for column in columns) for table in tables for row in table]
    rested = tuple(dict.fromkeys(number for table in tables for number in table.rests_on))
    return Table(name, tuple(columns.values()), tuple(rows), rests_on=rested)
