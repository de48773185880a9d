"""`FROM df` in `story.sql`: a SELECT of frames of the calling cell, which may be joined with the project's tables."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from toolkit.core.errors import Problem, StoryError, ToolkitError
from toolkit.core.unit import is_dimensionless, unit_text
from toolkit.database.ask import is_sql
from toolkit.database.frame_columns import FLOATS, INTEGERS, FrameColumn, columns_of_frame
from toolkit.database.frame_questions import ask_frames
from toolkit.database.meaning import Meaning, Role
from toolkit.database.open import Database
from toolkit.database.table import Table
from toolkit.database.typed_factors import multiplied
from toolkit.engine.frames import frames_in, variables_of
from toolkit.engine.select_only import refuse_other_than_select
from toolkit.notebook.calling_cell import Call, calling_cell, calling_frame
from toolkit.notebook.frame_units import FrameUnits
from toolkit.notebook.made import ABOUT, PERCENT, POINTS, MadeOf
from toolkit.notebook.number_from_pandas import NotebookInputs
from toolkit.notebook.stated_units import ONE_SIZE
from toolkit.notebook.table_from_frame import table_of_call


def frames_of(database: Database, query: str) -> dict[str, Any]:
    """The frames that a SELECT asks: variables of the calling cell whose names no table of the project has.

    {} where the query is the name of a file, which sees no cell. Raises ToolkitError for what is no SELECT.
    """
    if not is_sql(query):
        return {}
    tables = refuse_other_than_select("story.sql", query)
    return frames_in(tables, {*database.reported_columns, *database.datasets}, variables_of(calling_frame()))


def table_of_frames(
    database: Database,
    slug: str,
    inputs: NotebookInputs,
    query: str,
    frames: Mapping[str, Any],
    units: Mapping[str, str] | str,
    parameters: Mapping[str, object],
    name: str,
) -> Table:
    """The answer to a SELECT of frames, as `Story.table` makes one of a frame; it rests on other tables it reads too.

    Raises StoryError as `Story.table` does, and for frames that were typed; ToolkitError for what the database refuses.
    """
    call = calling_cell()
    where = f"story {slug}, story.sql, {name}"
    _refuse_typed(call, where, frames)
    datasets = [database.dataset(one) for one in sorted(inputs.opened)]
    columns_read = {
        one: _meanings(FrameUnits(frame, inputs.answers, datasets, database.units, call, ast.Name(one)), where)
        for one, frame in frames.items()
    }
    by_column, lacking = ({}, units) if isinstance(units, str) else (units, None)
    answer = ask_frames(database, where, query, parameters, frames, columns_read, by_column)
    inputs.add(*answer.rests_on)
    by_column = {**answer.units, **by_column}
    table = table_of_call(
        call,
        where,
        inputs,
        database,
        answer.frame,
        by_column,
        name,
        lacking=lacking,
        withheld=answer.withheld,
        meanings=answer.meanings,
    )
    return replace(table, sql=query.strip())


def _refuse_typed(call: Call, where: str, frames: Iterable[str]) -> None:
    problems = [
        Problem(
            where,
            f"the frame {name} was typed: no receipt can say where it is from",
            "a frame that was worked out from what the notebook took from the project",
            "make its values assumptions, assume(…, …, why=…), or add them as a dataset",
        )
        for name in frames
        if call.typed(ast.Name(name))
    ]
    if problems:
        raise StoryError(problems)


def _meanings(frame_units: FrameUnits, where: str) -> dict[str, Meaning]:
    """What the columns of a frame hold that are as they were read, or as their code says; {} of others.

    Columns without unit or form are left out: they may be anything that is counted. Raises StoryError for values in two
    sizes of a unit, NumberError for a unit that is not defined.
    """
    try:
        columns = columns_of_frame(frame_units.frame, where)
    except ToolkitError:  # nothing of it can be published as it is; a question may take parts of it
        return {}
    meanings = {one.name: _meaning(frame_units, one, where) for one in columns if one.type in (FLOATS, INTEGERS)}
    return {name: meaning for name, meaning in meanings.items() if meaning is not None}


def _meaning(frame_units: FrameUnits, values: FrameColumn, where: str) -> Meaning | None:
    as_read, from_code = frame_units.own(values), frame_units.made(values)
    if as_read is not None:
        from_code = MadeOf("values", unit=as_read.unit, form=as_read.form)
    if from_code.mixed:
        raise StoryError(f"{where}, column {values.name}", from_code.mixed[0], ONE_SIZE, from_code.mixed[1])
    if from_code.known is None or (from_code.form not in (PERCENT, POINTS) and is_dimensionless(from_code.known)):
        return None
    plain = is_dimensionless(from_code.known)
    share = from_code.form == PERCENT and unit_text(from_code.known) == "1"
    meaning = Meaning(Role.QUANTITY, from_code.known, points=plain and from_code.form == POINTS, relative=share)
    return multiplied(meaning, from_code.factor, frame_units.registry) or (
        meaning if 1 / ABOUT < abs(from_code.factor) < ABOUT else None
    )
