"""The keys behind a number that has too many for its receipt, found by asking its question again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from toolkit.core.followed import ArchivedStep
from toolkit.core.project import digest
from toolkit.database.query import read_question
from toolkit.database.question_text import parameters_of, question_of
from toolkit.engine.connect import columns_of
from toolkit.engine.errors import running_query
from toolkit.engine.select_only import refuse_other_than_select

if TYPE_CHECKING:
    from toolkit.database.open import Database


def keys_behind(database: Database, stored: Mapping, leaf: ArchivedStep) -> list[str]:
    """The sorted keys that a step of the operation `rows` counts; [] where no question of `stored` gives them.

    `stored` is a manifest. Raises ToolkitError for a question that cannot be asked.
    """
    question_id = leaf.ref.removeprefix("rows:").partition("#")[0]
    for story in stored["stories"].values():
        for question in story["questions"]:
            name, parameters = question_of(question), parameters_of(question)
            if name != question_id or parameters is None:
                continue
            sql = story.get("queries", {}).get(name) or read_question(database, name)
            cursor = database.cursor()
            refuse_other_than_select(name, sql, cursor)
            with running_query(name, cursor):
                columns = columns_of(cursor.execute(sql, parameters or None))
                rows = cursor.fetchall()
            keyed = [place for place, (column, _) in enumerate(columns) if column.startswith("keys")]
            for row in rows:
                for keys in (sorted(row[place]) for place in keyed if row[place]):
                    if digest(["\n".join(keys)])[:16] == leaf.operation["digest"]:
                        return keys
    return []


def sql_of_question(database: Database, stored: Mapping, name: str) -> str:
    """The SQL of a question that a manifest names, of a notebook or a file. Raises ToolkitError for a lost one."""
    inline = (story.get("queries", {}).get(name) for story in stored["stories"].values())
    return next(filter(None, inline), "") or read_question(database, name)
