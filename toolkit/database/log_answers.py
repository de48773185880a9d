"""The SELECTs of a read log inside a question of other tables too: each is answered by itself, as if it stood alone.

What the rest of the question sees is that answer, without what too few people are behind, and nothing else of the log.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.core.errors import Problem, ToolkitError
from toolkit.database.columns import is_number, refuse_columns
from toolkit.database.group_sizes import from_parts
from toolkit.database.log_grains import refuse_several_grains
from toolkit.database.log_people import rows_of_read_log
from toolkit.database.query_tree import (
    Node,
    every_node,
    has_aggregates_or_windows,
    named_parameters,
    sql_of,
    tree_of,
)
from toolkit.database.rows_behind import is_plain
from toolkit.engine.connect import Connection
from toolkit.engine.errors import running_query
from toolkit.engine.paths import identifier

if TYPE_CHECKING:
    import numpy
    import pyarrow

EXAMPLE = (
    "WITH used AS (SELECT team, sum(tokens) AS tokens FROM … GROUP BY team) SELECT … FROM used JOIN … USING (team)"
)
KEPT_TYPES = ("DATE", "TIMESTAMP", "BOOLEAN", "VARCHAR")  # beside numbers; columns of other types become texts


@dataclass(frozen=True)
class LogAnswers:
    """A question whose SELECTs of a log are tables: its SQL, and the tables by their names in it.

    The tables lack what is withheld.
    """

    sql: str
    tables: Mapping[str, pyarrow.Table]


@dataclass
class _Answering:
    """Puts the answers of a log into the tree of a question; `log_tables` are the log's, in small letters."""

    cursor: Connection
    where: str
    log_tables: Collection[str]
    parameters: Mapping[str, object]
    tables: dict[str, pyarrow.Table] = field(default_factory=dict)
    lacking: set[str] = field(default_factory=set)

    def answered(self, part: Any) -> Any:
        """A part of the tree, with each SELECT of the log in it as one of its answer."""
        if isinstance(part, list):
            return [self.answered(inner) for inner in part]
        if not isinstance(part, dict):
            return part
        if part.get("type") == "SELECT_NODE" and (tables_read := [*_tables(part["from_table"])]):
            own = [name for name in tables_read if name in self.log_tables]
            if own and not is_plain(part):
                raise ToolkitError(
                    self.where,
                    f"a SELECT of the read log's {own[0]} that is no plain one: {', '.join(tables_read)}",
                    "SELECTs of one table of the log, by groups of people: of others it is not known how many people "
                    "are behind a number",
                    f"select of the log by itself inside the question, and join its answer: {EXAMPLE}",
                )
            if own:
                return self._answer(part, own[0])
        return {name: self.answered(inner) for name, inner in part.items()}

    def _answer(self, node: Node, table: str) -> Node:
        sql = sql_of(self.cursor, node)
        own_parameters = named_parameters(self.cursor, sql, self.parameters)
        with running_query(self.where, self.cursor):
            columns, arrays = rows_of_read_log(self.cursor, self.where, sql, own_parameters)
            refuse_columns(self.where, columns)
            refuse_several_grains(self.cursor, self.where, sql, {table}, own_parameters)
        name = f"answer {len(self.tables) + 1} of the log"
        self.tables[name] = _arrow(columns, arrays)
        if any(_has_gaps(array) for array in arrays):
            self.lacking.add(name)
        cast = (f"CAST({identifier(column)} AS {_type(kind)}) AS {identifier(column)}" for column, kind in columns)
        return tree_of(self.cursor, f"SELECT {', '.join(cast)} FROM {identifier(name)}")


def answers_of_log(
    cursor: Connection, where: str, sql: str, log_tables: Collection[str], parameters: Mapping[str, object]
) -> LogAnswers:
    """A question with the answers of a read log in place of its SELECTs, each asked on `cursor`.

    Raises ToolkitError as `rows_of_read_log` does, for a SELECT of a table of the log beside others, for a WITH that
    is named as a table of the log is, and for what adds up an answer from which numbers are withheld.
    """
    answering = _Answering(cursor, where, log_tables, parameters)
    tree = tree_of(cursor, sql)
    if names := sorted({name for name, _ in _withs(tree)} & {*log_tables}):
        raise ToolkitError(
            [
                Problem(
                    where, f"WITH {name}, which is the name of a table of the log", "a name of its own", "rename it"
                )
                for name in names
            ]
        )
    answered = answering.answered(tree)
    if aggregated := _aggregated_answer(answered, answering.lacking):
        raise ToolkitError(
            where,
            f"an aggregate or a window of {aggregated}, which lacks what was withheld of too few people",
            "sums, counts and means in the SELECT of the log itself, whose answer is joined",
            f"aggregate there: {EXAMPLE}",
        )
    return LogAnswers(sql_of(cursor, answered), answering.tables)


def _tables(table: Node) -> Iterator[str]:
    for part in from_parts(table):
        if part.get("type") == "BASE_TABLE":
            yield part["table_name"].lower()


def _withs(tree: Node) -> Iterator[tuple[str, Node]]:
    """The names that WITH gives anywhere in a tree, in small letters, and their queries."""
    for part in every_node(tree):
        for entry in part.get("cte_map", {}).get("map", ()):
            yield entry["key"].lower(), entry["value"]


def _aggregated_answer(tree: Node, lacking: Collection[str]) -> str:
    """The answer that lacks numbers and is aggregated: the name that WITH gives it, else "the log's answer"; or ""."""
    missing, count_before = {*lacking}, 0
    while len(missing) > count_before:  # what WITH names may select from what another WITH names
        count_before = len(missing)
        missing |= {
            name for name, query in _withs(tree) if any(_is_one_of(part, missing) for part in every_node(query))
        }
    for part in every_node(tree):
        if part.get("type") == "SELECT_NODE" and has_aggregates_or_windows(
            {name: part[name] for name in ("select_list", "having", "qualify")}
        ):
            for table in every_node(part["from_table"]):
                if _is_one_of(table, missing):
                    return "the log's answer" if table["table_name"] in lacking else str(table["table_name"])
    return ""


def _is_one_of(part: Node, names: Collection[str]) -> bool:
    """True for a table of one of these names, which are in small letters."""
    return part.get("type") == "BASE_TABLE" and part["table_name"].lower() in names


def _has_gaps(array: numpy.ndarray) -> bool:
    import numpy

    return bool(numpy.ma.getmaskarray(array).any())


def _type(kind: str) -> str:
    return kind if is_number(kind) or kind in KEPT_TYPES else "VARCHAR"


def _arrow(columns: Sequence[tuple[str, str]], arrays: Sequence[numpy.ndarray]) -> pyarrow.Table:
    """The columns of an answer as a table of Arrow."""
    import numpy
    import pyarrow

    columns_of_arrow = [
        pyarrow.array(numpy.ma.getdata(array), mask=numpy.ma.getmaskarray(array), from_pandas=True) for array in arrays
    ]
    return pyarrow.table(dict(zip([name for name, _ in columns], columns_of_arrow, strict=True)))
