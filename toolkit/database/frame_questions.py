"""Questions of frames, which are tables by their names, and of the project's tables beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from toolkit.core.errors import Problem, ToolkitError, collect_problems
from toolkit.core.number import Number
from toolkit.core.operation import operation
from toolkit.core.unit import UnitRegistry, is_dimensionless, no_unit, unit_text
from toolkit.database.column_meaning import Meanings
from toolkit.database.column_names import refuse_wrong_name, unit_or_form
from toolkit.database.columns import LABEL, is_fraction, is_key, is_number, refuse_columns
from toolkit.database.dataset_rows import rows_of
from toolkit.database.doubled_rows import doubled_rows
from toolkit.database.given_units import PERCENT, POINTS, parse_given
from toolkit.database.group_sizes import least_rows
from toolkit.database.left_out import fewest_left_out
from toolkit.database.meaning import UNKNOWN, Columns, Meaning, Role
from toolkit.database.mixed_scales import mixed_scales
from toolkit.database.open import Database
from toolkit.database.query import refuse_missing_keys
from toolkit.database.query_tree import tree_of
from toolkit.database.withheld import (
    Limit,
    left_out_problem,
    literal_problem,
    numbers_in_text,
    single_row_problem,
    small_group_problem,
)
from toolkit.datasets.declaration import Dataset
from toolkit.engine.connect import Connection, columns_of
from toolkit.engine.errors import running_query
from toolkit.engine.frames import register_frames
from toolkit.engine.paths import identifier
from toolkit.engine.select_only import refuse_other_than_select

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class FramesAnswer:
    """An answer as a frame, without its keys; what it rests on beside the frames; the units that its query says.

    `units` has them as an author would give them, `meanings` as values have them: "points" of a difference of shares
    is no unit there. `withheld` says of columns why no page may show them.
    """

    frame: pandas.DataFrame
    rests_on: tuple[Number, ...]
    units: Mapping[str, str]
    meanings: Mapping[str, Meaning]
    withheld: Mapping[str, Problem]


def ask_frames(
    database: Database,
    where: str,
    sql: str,
    parameters: Mapping[str, object],
    frames: Mapping[str, Any],
    columns_read: Mapping[str, Columns] = MappingProxyType({}),
    units_given: Mapping[str, str] = MappingProxyType({}),
) -> FramesAnswer:
    """The answer to a query of `frames` and tables of the project; `where` names it in errors.

    `columns_read` has by frame what its columns hold that are as they were read, `units_given` what the author says
    of the answer's. Raises ToolkitError if it is no SELECT, cannot be run, has columns that no table shows or that are
    typed, or in another unit than they are named or said to be, or reads figures or series without their keys.
    """
    cursor = database.cursor()
    other_tables = {name.lower() for name in refuse_other_than_select(where, sql, cursor)} - {
        name.lower() for name in frames
    }
    datasets = {name: database.dataset(name) for name in sorted(other_tables) if name in database.datasets}
    reported = sorted(other_tables & {*database.reported_columns})
    database.refuse_unreadable(datasets)
    for name in reported:
        database.rows_digest(name)
    with running_query(where, cursor):
        register_frames(cursor, frames)
        tables = {name.lower(): _columns(cursor, name, columns_read.get(name, {})) for name in frames}
        limits, tree = database.limits(datasets), tree_of(database.cursor(), sql)
        guarded = frozenset(limit.dataset.name for limit in limits)
        reader = Meanings(datasets, {**database.reported_columns, **tables}, database.units, guarded=guarded)
        columns = columns_of(cursor.execute(sql, dict(parameters) or None))
        refuse_columns(where, columns)
        names = [name for name, _ in columns]
        meanings = dict(zip(names, reader.of_columns(tree, names), strict=True))
        roles = {name: meaning.role for name, meaning in meanings.items()}
        refuse_missing_keys(where, columns, roles, bool(reported))
        frame = cursor.df()
        in_groups = {limit.dataset.name for limit in limits if limit.dataset.smallest_group > 1}
        fewest_rows = {name: least_rows(cursor, tree, name, parameters, name in in_groups) for name in guarded}
        left_out = {name: fewest_left_out(cursor, tree, name, parameters) for name in in_groups}
        wrong = list(doubled_rows(cursor, tree, parameters, where))
        wrong += mixed_scales(reader.scopes, where, database)
    if wrong := [*wrong, *_wrong_columns(where, columns, meanings, units_given, database.units)]:
        raise ToolkitError(wrong)
    rows = (
        rows_of(dataset, dataset.rows, operation("rows_within", all=dataset.rows), no_unit(database.units))
        for dataset in datasets.values()
    )
    keys = dict.fromkeys(
        key.removeprefix("-") for name in filter(is_key, names) for cell in frame[name] for key in cell
    )
    in_units = {name: meaning for name, meaning in meanings.items() if meaning.unit is not None}
    withheld = _withheld(database, where, columns, meanings, datasets, limits, fewest_rows, left_out)
    return FramesAnswer(
        frame[[name for name in names if not is_key(name)]],
        (*rows, *map(database.leaf, keys)),
        {name: _unit_or_share(name, meaning, database.units) for name, meaning in in_units.items()},
        in_units,
        withheld,
    )


def _wrong_columns(
    where: str,
    columns: Sequence[tuple[str, str]],
    meanings: Mapping[str, Meaning],
    units_given: Mapping[str, str],
    units: UnitRegistry,
) -> list[Problem]:
    """The problems of columns of numbers that are typed, or named or said to be in another unit."""
    typed = [name for name, kind in columns if meanings[name].role is Role.LITERAL and is_number(kind)]
    wrong = [literal_problem(where, name) for name in typed]
    for name, kind in columns:
        with collect_problems(wrong):
            _refuse_other_unit(f"{where}, column {name}", name, kind, meanings[name], units_given.get(name), units)
    return wrong


def _withheld(
    database: Database,
    where: str,
    columns: Sequence[tuple[str, str]],
    meanings: Mapping[str, Meaning],
    datasets: Mapping[str, Dataset],
    limits: Sequence[Limit],
    fewest_rows: Mapping[str, int | None],
    left_out: Mapping[str, int | None],
) -> dict[str, Problem]:
    """Why no page may show a column, by name; those that any may show are left out."""
    by_people = database.people_among(frozenset().union(*(meaning.keys for meaning in meanings.values())))
    withheld: dict[str, Problem] = {}
    for name, kind in columns:
        meaning = meanings[name]
        problem: Problem | None = single_row_problem(where, name, meaning, datasets)
        for limit in limits:
            by, count = by_people.get(limit.dataset.name, ""), fewest_rows[limit.dataset.name]
            if problem is None and limit.concerns(meaning, is_number(kind), bool(by)):
                problem = small_group_problem(where, limit, None if count is None else [count], by)
                problem = problem or left_out_problem(where, limit, left_out.get(limit.dataset.name, 0))
        if problem is None and kind == "VARCHAR" and meaning.told:
            problem = numbers_in_text(where, name)
        if problem is not None:
            withheld[name] = problem
    return withheld


def _columns(cursor: Connection, name: str, meanings: Columns) -> Columns:
    """What the columns of a registered frame hold, by name."""
    described = columns_of(cursor.execute(f"SELECT * FROM {identifier(name)} LIMIT 0"))
    return {column: meanings.get(column, UNKNOWN) for column, _ in described}


def _refuse_other_unit(
    where: str, name: str, kind: str, meaning: Meaning, unit_given: str | None, units: UnitRegistry
) -> None:
    """Raises ToolkitError where a column's name, or the unit `unit_given` for it, is not that of what it is made of."""
    if meaning.role is not Role.QUANTITY or meaning.unit is None or not is_number(kind):
        return
    values_in = f"values in {_unit_of(meaning)}"
    if unit_given is None:
        refuse_wrong_name(where, name, meaning, units)
        if LABEL.fullmatch(name) and not is_fraction(kind):
            remedy = "name it after what it holds"
            raise ToolkitError(
                where, f"a name that says a label, and {values_in}", "a name that says what it holds", remedy
            )
        return
    stated, form = parse_given(unit_given, units)
    without_unit = is_dimensionless(stated) and is_dimensionless(meaning.unit)
    if (without_unit and meaning.points and form != "points") or (not without_unit and stated != meaning.unit):
        made_of, remedy = "the unit of what it is made of", "leave it out; pages write it in words that fit"
        raise ToolkitError(where, f"the unit {unit_given}, and {values_in}", made_of, remedy)


def _unit_or_share(name: str, meaning: Meaning, units: UnitRegistry) -> str:
    """As `_unit_of`, but "share" where the column's name says that a ratio without a unit is one."""
    share = unit_or_form(name, units).form == "percent" and meaning.role is Role.QUANTITY
    unit_of_values = _unit_of(meaning)
    return "share" if share and unit_of_values == "1" else unit_of_values


def _unit_of(meaning: Meaning) -> str:
    """The unit of a column's values, as an author would give it."""
    unit = unit_text(meaning.unit) if meaning.unit is not None else ""
    if meaning.points and unit in (PERCENT, "1"):
        return POINTS
    return "share" if meaning.relative and unit == "1" else unit
