"""One way to ask the database: figures and series as they were printed, datasets by column, or both together."""

from __future__ import annotations

import re
from collections.abc import Mapping

from toolkit.core.errors import ToolkitError
from toolkit.core.project import digest
from toolkit.database.dataset_answer import DatasetAnswer
from toolkit.database.open import Database
from toolkit.database.query import ask, read_question
from toolkit.database.table import Table
from toolkit.engine.select_only import refuse_other_than_select

PARAMETER = re.compile(r"\$[a-z]")
NAMED = 6  # hexadecimal digits of the hash of a query, in the name that it gets


def is_sql(question: str) -> bool:
    """Whether a question is SQL, and not the name of a file of notebooks/sql: it has a space or a line break."""
    return len(question.split()) > 1


def name_of_query(database: Database, sql: str) -> str:
    """A name for a query that stands in a notebook: that of its first dataset or table, and a hash of its text.

    Raises ToolkitError as `refuse_other_than_select` does.
    """
    tables_named = refuse_other_than_select("story.sql", sql)
    tables = sorted(tables_named, key=lambda name: (name.lower() not in database.datasets, name.lower()))
    start = tables[0].lower() if tables else "query"
    return f"{start}-{digest([sql.strip()])[:NAMED]}"


def check_question(database: Database, name: str) -> None:
    """Runs a question of figures and series that needs no parameters; others are parsed, those of datasets bound too.

    A large dataset so takes no longer than a small one. Raises ToolkitError as `answer_question` does.
    """
    sql, where = read_question(database, name), f"notebooks/sql/{name}.sql"
    tables = {table.lower() for table in refuse_other_than_select(where, sql)}
    if PARAMETER.search(sql):
        return
    if tables.isdisjoint(database.datasets):
        ask(database, name, sql)
    else:
        database.refuse_unreadable(sorted(tables & {*database.datasets}))
        database.bind(where, sql)


def answer_question(
    database: Database,
    question: str,
    units: Mapping[str, str] | str | None = None,
    parameters: Mapping[str, object] | None = None,
    name: str = "",
) -> Table:
    """The answer to a question, SQL or the name of a file in notebooks/sql; `parameters` fill its $names.

    `name` is that of SQL, by default as `name_of_query` makes one. A quantity has the unit of the values that it is
    made of, or of `units`, by column or one for all, where the query says none. Raises ToolkitError with all that is
    wrong: SQL that is no SELECT of tables, cannot be run or has columns that no table shows, a dataset whose file is
    missing or changed, a figure without its key, a unit that is not defined.
    """
    inline = is_sql(question)
    name = (name or name_of_query(database, question)) if inline else question
    sql = question.strip() if inline else read_question(database, question)
    where = f"story.sql, {name}" if inline else f"notebooks/sql/{name}.sql"
    tables = {table.lower() for table in refuse_other_than_select(where, sql)}
    if tables.isdisjoint(database.datasets):
        if units:
            raise ToolkitError(
                f"{where}, units", "a unit for figures or series", "none: theirs are printed", "leave units= out"
            )
        return ask(database, name, sql, parameters, where)
    result = database.ask_by_column(where, sql, dict(parameters or {}))
    return DatasetAnswer(database, name, where, result, parameters or {}, units or {}).table(sql)
