"""The part of the database that holds datasets: a view of each by its name, and questions answered by column."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from toolkit.core import smallest_group
from toolkit.core.errors import ToolkitError
from toolkit.core.project import digest
from toolkit.core.text import nearest_first
from toolkit.core.unit import UnitRegistry, no_unit, unit_of_text
from toolkit.database.column_meaning import Meanings
from toolkit.database.columns import is_number, refuse_columns
from toolkit.database.dataset_views import DeclaredDatasets, shared_names
from toolkit.database.doubled_rows import doubled_rows
from toolkit.database.group_sizes import least_rows
from toolkit.database.left_out import fewest_left_out
from toolkit.database.meaning import LABEL, REPORTED, UNKNOWN, Columns, Meaning, Place, Role
from toolkit.database.printed_scales import PrintedScale, printed_scale
from toolkit.database.query_tree import Node, expression_sql, tree_of
from toolkit.database.rows_behind import RowSelection, selection_of
from toolkit.database.table import DATASET
from toolkit.database.total_rows import totals_added_up
from toolkit.database.trace import Traced, traced
from toolkit.database.withheld import Limit
from toolkit.datasets.declaration import Dataset
from toolkit.datasets.people import IDENTIFYING, NAMING, columns_of_people
from toolkit.datasets.profile import Profile, profile
from toolkit.engine.connect import DATABASE as PROJECT
from toolkit.engine.connect import Connection, arrays_of, columns_of, cursor_of
from toolkit.engine.errors import running_query
from toolkit.engine.paths import identifier
from toolkit.engine.select_only import refuse_other_than_select

if TYPE_CHECKING:
    import numpy

STATED, ENDS = ("figures", "series_rows"), ("low", "high")  # tables and their columns with the value that a row states
PRINTED = "printed_"  # names of columns with such a value as its source printed it begin so
BEHIND = 20  # so many of the rows behind a number are shown, in the columns that may be


@dataclass(frozen=True)
class QueryResult:
    """An answer by column: (name, DuckDB type) of each, its values in arrays of shape (rows,), and its query.

    `selection` is how the query selects rows, if that can be told: then its columns stand at the end. `tree` is the
    query as DuckDB reads it; `datasets`, `logged` (those of a usage log) and `others` are the tables that it reads.
    `limits` are those of datasets that tell of people; `least` has by dataset the fewest rows behind a group, and
    `left_out` of private ones the fewest that are left out, None where they are not known.
    """

    columns: tuple[tuple[str, str], ...]
    arrays: tuple[numpy.ndarray, ...]
    selection: RowSelection | None
    tree: Node
    datasets: tuple[str, ...]
    others: tuple[str, ...]
    logged: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    least: Mapping[str, int | None] = field(default_factory=dict)
    left_out: Mapping[str, int | None] = field(default_factory=dict)

    @property
    def added(self) -> int:
        """How many columns at the end are those of the selection."""
        return self.selection.added if self.selection else 0

    def counts(self, dataset: str, index: int) -> Sequence[int] | None:
        """How many rows of a dataset are behind each row of a column, at least; None where it is not known."""
        selection = self.selection
        if selection is None:
            fewest = self.least[dataset]
            return None if fewest is None else [fewest]
        if not selection.grouped:
            return [1] * len(self.arrays[0])
        # the last column counts rows; before it is one for each of `picked`
        first = len(self.columns) - 1 - len(selection.picked)
        parts = [first + nth for nth, column in enumerate(selection.picked) if column == index]
        counts = ([int(count) for count in self.arrays[position].tolist()] for position in (*parts, -1))
        return [min(filter(None, row), default=0) for row in zip(*counts, strict=True)]

    @cached_property
    def about(self) -> str:
        """A digest of all values."""
        return repr(self)

    def __repr__(self) -> str:
        """A digest of all values, for the trace."""
        return digest([repr(self.columns), *map(_content, self.arrays)])


def _content(array: numpy.ndarray) -> bytes:
    """The values of an array and which of them are NULL, to be digested."""
    import numpy

    mask, values = numpy.ma.getmaskarray(array), numpy.ma.getdata(array)
    if array.dtype.kind == "O":
        plain = numpy.where(mask, "", values)
        try:
            return "\0".join(plain).encode() + mask.tobytes()
        except TypeError:  # not all are texts
            return repr(array.tolist()).encode()
    plain = values.view("i8") if values.dtype.kind == "M" else values
    return numpy.where(mask, 0, plain).tobytes() + mask.tobytes()


class DatasetQuestions(Traced):
    """Reads the datasets of a project, each as a table by its name; never writes."""

    declared: DeclaredDatasets
    units: UnitRegistry
    _connection: Connection

    @property
    def datasets(self) -> dict[str, Dataset]:
        """The declared datasets by name."""
        return self.declared.datasets

    @traced
    def dataset(self, name: str) -> Dataset:
        """The declaration of a dataset, whose file is there and as declared.

        Raises ToolkitError naming the datasets there are, or what is wrong with its file.
        """
        if name not in self.datasets:
            raise ToolkitError(
                f"the dataset {name!r}",
                "not in data/datasets/",
                nearest_first(name, sorted(self.datasets)),
                "correct the name, or run `toolkit add FILE`",
            )
        if name in self.declared.unreadable:
            raise self.declared.unreadable[name]
        return self.datasets[name]

    @traced
    def ask_by_column(self, where: str, sql: str, parameters: Mapping[str, object]) -> QueryResult:
        """The answer to a query, by column; `where` names it in errors.

        Raises ToolkitError if it is no SELECT, cannot be run, has columns that no table shows, or reads a dataset whose
        file is missing or changed.
        """
        return self.asked_on(cursor_of(self._connection), where, sql, parameters)

    def asked_on(
        self,
        cursor: Connection,
        where: str,
        sql: str,
        parameters: Mapping[str, object],
        of_log: Collection[str] = frozenset(),
    ) -> QueryResult:
        """What `ask_by_column` returns, asked on a cursor that may have the tables `of_log` too; not in the trace.

        Raises ToolkitError as that does.
        """
        tables = sorted({name.lower() for name in refuse_other_than_select(where, sql, cursor)})
        used = tuple(name for name in tables if name in self.datasets)
        self.refuse_unreadable(used)
        with running_query(where, cursor):
            limits = self.limits(used)
            limited = [limit.dataset.name for limit in limits]
            columns_by = {name: [column.name for column in self.datasets[name].columns] for name in used}
            selection = selection_of(cursor, sql, parameters, columns_by, limited, alone=used == (*tables,))
            cursor.execute(selection.sql if selection else sql, dict(parameters) or None)
            columns = columns_of(cursor)
            selected = columns[: len(columns) - (selection.added if selection else 0)]
            refuse_columns(where, selected)
            arrays = tuple(arrays_of(cursor).values())
            tree = tree_of(cursor, sql)
            datasets_read = [self.datasets[name] for name in used]
            problems = list(doubled_rows(cursor, tree, parameters, where))
            problems += totals_added_up(cursor, datasets_read, tree, parameters, where)
            if problems:
                raise ToolkitError(problems)
            private = [limit.dataset.name for limit in limits if limit.dataset.smallest_group > 1]
            counted = () if selection else limited
            least = {name: least_rows(cursor, tree, name, parameters, name in private) for name in counted}
            left_out = {name: fewest_left_out(cursor, tree, name, parameters) for name in private}
        logged = tuple(name for name in tables if name in of_log)
        others = tuple(name for name in tables if name not in (*used, *logged))
        return QueryResult(tuple(columns), arrays, selection, tree, used, others, logged, limits, least, left_out)

    def refuse_unreadable(self, names: Iterable[str]) -> None:
        """Raises ToolkitError for datasets whose file is missing or changed, or whose name another table has."""
        if errors := [self.declared.unreadable[name] for name in names if name in self.declared.unreadable]:
            raise ToolkitError(problem for error in errors for problem in error.problems)
        if shared := [*shared_names(names, self.reported_columns)]:
            raise ToolkitError(shared)

    @traced
    def rows_digest(self, table: str) -> str:
        """A digest of all rows of a table of what is reported, whatever their order."""
        sql = f"SELECT count(*), sum(hash(one)::HUGEINT)::VARCHAR FROM {identifier(table)} AS one"
        return repr(cursor_of(self._connection).execute(sql).fetchone())

    def bind(self, where: str, sql: str) -> None:
        """Looks up a query's tables and columns, and does not run it. Raises ToolkitError as `ask_by_column` does."""
        cursor = cursor_of(self._connection)
        with running_query(where, cursor):
            described = cursor.execute(f"DESCRIBE {sql.rstrip().rstrip(';')}").fetchall()
        refuse_columns(where, [(name, kind) for name, kind, *_ in described])

    def cursor(self) -> Connection:
        """A cursor that sees all tables of the project, and that tables may be added to."""
        return cursor_of(self._connection)

    def profile(self, name: str) -> Profile:
        """What is in a dataset: types, missing and distinct values, ranges, what looks suspicious."""
        dataset = self.datasets[name]
        day = dataset.retrieved or date.max
        return profile(cursor_of(self._connection), identifier(name), dataset.columns, day)

    @traced
    def first_rows(self, name: str, columns: Iterable[str], condition: str = "") -> list[tuple[Any, ...]]:
        """The first rows of a dataset that fulfil a condition in SQL, at most BEHIND, in these columns.

        Raises ToolkitError for a condition that fails.
        """
        listed = ", ".join(map(identifier, columns))
        where = f" WHERE {condition}" if condition else ""
        cursor = cursor_of(self._connection)
        with running_query(f"the dataset {name}", cursor):
            return cursor.execute(f"SELECT {listed} FROM {identifier(name)}{where} LIMIT {BEHIND}").fetchall()

    def frame_cursor(self, name: str, columns: Mapping[str, Sequence[str | None]]) -> Connection:
        """A cursor on which columns of text are one more table, for questions of the toolkit itself."""
        import pyarrow

        cursor = cursor_of(self._connection)
        cursor.register(name, pyarrow.table({key: pyarrow.array(one, "string") for key, one in columns.items()}))
        return cursor

    @cached_property
    def reported_columns(self) -> dict[str, Columns]:
        """The columns of all tables of what is reported, by table: labels, counts, or numbers that rows state.

        Raises NumberError where data/units.txt no longer has a unit of a series.
        """
        cursor = cursor_of(self._connection)
        units = {
            (series, column): replace(REPORTED, unit=unit_of_text(unit, self.units))
            for series, column, unit in cursor.execute("SELECT series, name, unit FROM value_columns").fetchall()
        }
        series, counted = {name for name, _ in units}, Meaning(Role.COUNT, no_unit(self.units))
        sql = "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = $name"
        columns_by_table: dict[str, Columns] = {}
        for table, column, kind in cursor.execute(sql, {"name": PROJECT}).fetchall():
            meaning = UNKNOWN if is_number(kind) else LABEL
            if (table, column) in units:
                meaning = replace(units[table, column], made=frozenset({(table, column)}))
            elif table in STATED and column in ENDS:
                meaning = replace(REPORTED, made=frozenset({(table, column)}))
            elif table in series:  # a year or a rank: what rows state has a unit, and is printed without it
                meaning = replace(LABEL, told=kind == "DOUBLE" or (table, column.removeprefix(PRINTED)) in units)
            elif table in STATED and column.removeprefix(PRINTED) in ENDS:
                meaning = replace(UNKNOWN if is_number(kind) else LABEL, told=True)
            elif is_number(kind) and column.startswith("n_"):
                meaning = counted
            columns_by_table.setdefault(table, {})[column] = meaning
        return columns_by_table

    def reader(self) -> Meanings:
        """What reads the meaning of the columns of a query of figures and series."""
        return Meanings({}, self.reported_columns, self.units)

    def printed_scale(self, place: Place) -> PrintedScale | None:
        """The scale in which values of a column of a series were printed; None of a column without one."""
        return printed_scale(cursor_of(self._connection), place, self.units)

    def printed_row(self, key: str) -> tuple[str, str] | None:
        """The unit of a figure or a row of a series in SQL, and the one that it was printed in; None of another key."""
        queries = (f"SELECT unit, printed_unit FROM {table} WHERE key = $key" for table in STATED)
        units = cursor_of(self._connection).execute(" UNION ALL ".join(queries), {"key": key}).fetchone()
        return None if units is None or None in units else (units[0], units[1])

    def sql_of_expression(self, expression: Node) -> str:
        """An expression of a query's tree as SQL."""
        return expression_sql(cursor_of(self._connection), expression)

    def people_among(self, places: Collection[Place]) -> dict[str, str]:
        """Those of columns (dataset, column) by which people can be told and that may not be shown, by dataset."""
        people_by_dataset: dict[str, str] = {}
        for name in sorted({dataset for dataset, _ in places} & {*self.datasets}):
            if people := [column for column in self._people(name) if (name, column) in places]:
                people_by_dataset[name] = ", ".join(people)
        return people_by_dataset

    def limits(self, names: Iterable[str]) -> tuple[Limit, ...]:
        """The limits of those of these datasets that are private or tell of people."""
        found = []
        for name in names:
            dataset, people = self.datasets[name], ", ".join(self._people(name))
            if (rows := max(dataset.smallest_group, smallest_group.OF_PEOPLE if people else 1)) > 1:
                found.append(Limit(dataset, rows, people))
        return tuple(found)

    def naming(self, name: str) -> list[str]:
        """The columns of a dataset each value of which is of one person, without those that are published."""
        return [column for column, kind in self._kinds_of_people(name).items() if kind in NAMING]

    def _people(self, name: str) -> list[str]:
        """The columns of a dataset by which people can be told, without those that are published."""
        return [column for column, kind in self._kinds_of_people(name).items() if kind in IDENTIFYING]

    def _kinds_of_people(self, name: str) -> dict[str, str]:
        if name not in self._people_found:
            dataset = self.datasets[name]
            columns = [column for column in dataset.columns if column.name not in dataset.publish]
            self._people_found[name] = columns_of_people(cursor_of(self._connection), identifier(name), columns)
        return self._people_found[name]

    @cached_property
    def _people_found(self) -> dict[str, dict[str, str]]:
        return {}


def file_name(dataset: Dataset) -> str:
    """The name of a dataset's file as it may be published: of one that lies elsewhere without its folders."""
    return PurePath(dataset.file).name if dataset.linked else dataset.file


def dataset_reading(dataset: Dataset) -> dict[str, Any]:
    """What a receipt says of a dataset, in the form of a row of the database; `source` is None for a draft."""
    return {
        "key": DATASET + dataset.name,
        "dataset": dataset.name,
        "title": dataset.title,
        "source": dataset.source,
        "file": file_name(dataset),
        "sha256": dataset.sha256,
        "retrieved": dataset.retrieved.isoformat() if dataset.retrieved else None,
        "rows": dataset.rows,
        "private": dataset.private,
        "smallest_group": dataset.smallest_group,
        "publish": list(dataset.publish),
    }
