"""What of a frame that came back from pandas may not be published: values of single rows, and of groups too small.

Pandas does not say which rows a value rests on. So the labels of a frame are looked for in the datasets that it rests
on: those that stand there are taken to be groups of the rows that have them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.core import smallest_group
from toolkit.core.errors import Problem
from toolkit.database.columns import LABEL, is_number
from toolkit.database.frame_columns import NUMBERS, FrameColumn
from toolkit.database.single_people import single_people_of_frame
from toolkit.database.withheld import Limit, RowsProblem
from toolkit.datasets.declaration import Dataset
from toolkit.engine.connect import Connection, first_value
from toolkit.engine.paths import identifier

if TYPE_CHECKING:
    from toolkit.database.open import Database

FRAME = "returned"  # the frame, as a table of a cursor
TEXTS = ("text", "date", "time")  # types of a dataset's columns
CODES = frozenset(("id", "ids", "no", "nr", "number", "code", "key"))  # in names of columns that count nothing
_UNKNOWN = "with an unknown number of rows of"
ALIKE = 0.5  # of a column's labels are in a column of a dataset: then it is made of that column


def withheld_value(
    database: Database, datasets: Iterable[str], raw: Mapping[str, bool], values: Iterable[float], where: str
) -> Problem | None:
    """Why a value of pandas that rests on these datasets may not be published; None if it may be.

    `raw` are those of which the notebook has rows that no page may show: true for more than the first ones.
    """
    for limit in database.limits(datasets):
        if limit.dataset.name not in raw:
            continue
        if limit.dataset.smallest_group > 1 and raw[limit.dataset.name]:
            return RowsProblem(where, f"a value {_UNKNOWN} {limit.dataset.name} behind it", *_ask_in_sql(limit))
        for column in _Check(limit.dataset, database.cursor(), ()).columns_with(values, limit.rows):
            if column not in limit.dataset.publish:
                found = f"{column} of fewer than {limit.rows} rows of {limit.dataset.name} is this value"
                return RowsProblem(where, found, *_ask_in_sql(limit, column))
    return None


def _ask_in_sql(limit: Limit, column: str = "") -> tuple[str, str]:
    """What is allowed of a dataset that tells of people, and what to do."""
    name, file = limit.dataset.name, f"data/datasets/{limit.dataset.name}.yml"
    listed = f"; or, if it harms nobody, list {column} under publish: in {file}" if column else ""
    return (
        f"values of at least {limit.rows} rows of {name}",
        f"ask story.sql, with GROUP BY and HAVING count(*) >= {limit.rows}, and work with its answer{listed}; "
        f"or, if nothing of {name} went into it, name what did: of=…",
    )


def withheld_columns(
    database: Database, datasets: Iterable[str], raw: Mapping[str, bool], columns: Sequence[FrameColumn], where: str
) -> dict[str, Problem]:
    """Why columns of a frame that rests on these datasets may not be published, by the column's name.

    `raw` is that of `withheld_value`.
    """
    problems: dict[str, Problem] = {}
    columns = [column for column in columns if column.type != NUMBERS]  # these keep the receipts that they have
    for dataset in map(database.dataset, datasets):
        if {column.name for column in dataset.columns} <= {*dataset.publish}:
            continue
        check = _Check(dataset, database.frame_cursor(FRAME, _as_text(columns)), columns)
        hidden = [one.name for one in check.hidden()]
        labels = {one.name: one.array.tolist() for one in check.labels}
        headings = [one.name for one in columns if one.name not in labels]
        naming = database.naming(dataset.name)
        if people := single_people_of_frame(check.cursor, dataset, naming, headings, labels.values(), where):
            problems |= {one.name: people for one in columns}
            continue
        if (problem := check.problem()) is None and dataset.name in raw:
            for limit in database.limits([dataset.name]):
                problem, hidden = check.of_people(limit, raw[dataset.name], hidden)
        if problem:
            problems |= {
                name: RowsProblem(f"{where}, column {name}", *problem) for name in hidden if name not in problems
            }
    return problems


def _as_text(columns: Sequence[FrameColumn]) -> Mapping[str, list[str | None]]:
    """The columns of a frame as text, as they are compared with those of a dataset."""
    return {
        column.name: [None if value is None else _text(column, value) for value in column.array.tolist()]
        for column in columns
    }


def _text(column: FrameColumn, value: object) -> str:
    """A value as DuckDB writes one of its type as text."""
    if column.is_label:
        return f"{value:.0f}"
    if column.type == "TIMESTAMP":
        whole, _, parts = str(value).replace("T", " ").partition(".")
        return f"{whole}.{parts.rstrip('0')}" if parts else whole
    return str(value)


@dataclass(frozen=True)
class _Check:
    """A frame against one dataset that it rests on."""

    dataset: Dataset
    cursor: Connection
    columns: Sequence[FrameColumn]

    @property
    def labels(self) -> list[FrameColumn]:
        """The frame's columns of words, days and years; the others are quantities."""
        return [one for one in self.columns if not is_number(one.type) or one.is_label]

    def hidden(self) -> Iterator[FrameColumn]:
        """The columns that show what the declaration does not list under publish:."""
        sources = self._sources()
        for column in self.columns:
            if sources.get(column.name, column.name if column not in self.labels else "") not in self.dataset.publish:
                if column.name in sources or column not in self.labels:
                    yield column

    def problem(self) -> tuple[str, str, str] | None:
        """(what was found, what is allowed, what to do), or None for a frame that may be published."""
        limit, name = max(self.dataset.smallest_group, smallest_group.OF_PEOPLE), self.dataset.name
        file = f"data/datasets/{name}.yml"
        allowed = f"at least {limit} rows behind each row, or columns that {file} lists under publish:"
        remedy = f"group the rows, or more coarsely; or, if it harms nobody, list the column under publish: in {file}"
        sources = self._sources()
        if self._shows_rows(sources):
            return (f"values of single rows of {name}", allowed, remedy) if any(self.hidden()) else None
        if not sources:
            return None
        if self.dataset.smallest_group > 1 and len(sources) < len(self.labels):
            others = ", ".join(one.name for one in self.labels if one.name not in sources)
            found = f"groups by {others}, {_UNKNOWN} {name} behind them"
            return found, allowed, "group by columns of the dataset, or ask in SQL, with GROUP BY and HAVING count(*)"
        small = sum(0 < count < limit for count in self._counts(sources))
        if not small or not any(self.hidden()):
            return None
        return f"{small} row{'s' if small > 1 else ''} resting on fewer than {limit} rows of {name}", allowed, remedy

    def of_people(self, limit: Limit, raw: bool, hidden: list[str]) -> tuple[tuple[str, str, str] | None, list[str]]:
        """What `problem` says of a dataset that tells of people, and the columns that it is about."""
        if self.dataset.smallest_group > 1 and raw:
            return (f"values {_UNKNOWN} {self.dataset.name} behind them", *_ask_in_sql(limit)), hidden
        grouped = bool(self._sources())  # then a mean may be the value of a row by chance, but not each of them
        for column in self.columns:
            if column.name in hidden and column not in self.labels:
                values = [value for value in column.array.tolist() if value is not None]
                if column.name in self.columns_with(values, limit.rows, grouped):
                    found = f"values of fewer than {limit.rows} rows of {self.dataset.name}"
                    return (found, *_ask_in_sql(limit, column.name)), [column.name]
        return None, []

    def columns_with(self, values: Iterable[float], limit: int, every: bool = False) -> Iterator[str]:
        """The columns of quantities in which one of these values, or each, stands in fewer rows than `limit`."""
        distinct_values = [*{float(value) for value in values}]
        for column in self.dataset.columns:
            coded = CODES & {*column.name.split("_")} or LABEL.fullmatch(column.name)
            if distinct_values and column.type in ("integer", "decimal") and not coded:
                value = f"CAST({identifier(column.name)} AS DOUBLE)"
                sql = (
                    f"SELECT count(*) FROM (SELECT 1 FROM {self._table} WHERE {value} IN (SELECT unnest($given)) "
                    f"GROUP BY {value} HAVING count(*) < {limit})"
                )
                needed = len(distinct_values) if every else 1
                if first_value(self.cursor.execute(sql, {"given": distinct_values})) >= needed:
                    yield column.name

    def _sources(self) -> dict[str, str]:
        """The columns of the dataset that the frame's labels are from, by the name of the label's column."""
        texts = [one.name for one in self.dataset.columns if one.type in TEXTS or LABEL.fullmatch(one.name)]
        source_by_label = {}
        for column in self.labels:
            ordered = sorted(texts, key=lambda name: name != column.name)
            if source := next((name for name in ordered if self._is_made_of(column.name, name)), None):
                source_by_label[column.name] = source
        return source_by_label

    def _is_made_of(self, label: str, source: str) -> bool:
        sql = (
            f"WITH theirs AS (SELECT DISTINCT {_plain(source)} AS one FROM {self._table}), "
            f"ours AS (SELECT DISTINCT {_plain(label)} AS one FROM {FRAME} WHERE {identifier(label)} IS NOT NULL) "
            f"SELECT count(theirs.one) > 0 AND count(theirs.one) >= {ALIKE} * count(*) "
            "FROM ours LEFT JOIN theirs USING (one)"
        )
        return bool(first_value(self.cursor.execute(sql)))

    def _shows_rows(self, sources: Mapping[str, str]) -> bool:
        """Whether rows of the frame are rows of the dataset: labels stand twice, or all quantities stand there so."""
        if self.labels:
            names = ", ".join(identifier(one.name) for one in self.labels)
            sql = f"SELECT count(*) > count(DISTINCT ({names})) FROM {FRAME}"
            return bool(sources) and bool(first_value(self.cursor.execute(sql)))
        numbers = [one.name for one in self.dataset.columns if one.type in ("integer", "decimal")]
        same = [one.name for one in self.columns if one.name in numbers]
        if not same:
            return False
        pairs = ", ".join(f"CAST({identifier(name)} AS DOUBLE)" for name in same)
        not_null = " AND ".join(f"{identifier(name)} IS NOT NULL" for name in same)
        sql = (
            f"SELECT count(*) > 1 AND bool_and(({pairs}) IN (SELECT ({pairs}) FROM {self._table} WHERE {not_null})) "
            f"FROM {FRAME} WHERE {not_null}"
        )
        return bool(first_value(self.cursor.execute(sql)))

    def _counts(self, sources: Mapping[str, str]) -> list[int]:
        """On how many rows of the dataset each row of the frame rests, by its labels."""
        alike = " AND ".join(f"l{index} IS NOT DISTINCT FROM d{index}" for index in range(len(sources)))
        ours = ", ".join(f"{_plain(label)} AS l{index}" for index, label in enumerate(sources))
        theirs = ", ".join(f"{_plain(source)} AS d{index}" for index, source in enumerate(sources.values()))
        sql = (
            f"WITH ours AS (SELECT {ours} FROM {FRAME}), theirs AS (SELECT {theirs}, count(*) AS n FROM {self._table} "
            f"GROUP BY ALL) SELECT coalesce(n, 0) FROM ours LEFT JOIN theirs ON {alike}"
        )
        return [int(count) for (count,) in self.cursor.execute(sql).fetchall()]

    @property
    def _table(self) -> str:
        return identifier(self.dataset.name)


def _plain(column: str) -> str:
    """A column as text without regard to case and to spaces at its ends; a time at midnight is its day."""
    return f"regexp_replace(lower(trim(CAST({identifier(column)} AS VARCHAR))), '^(.{{10}}) 00:00:00$', '\\1')"
