"""The questions of a story: of the database, of frames of the calling cell, or of a usage log; each is noted once."""

from __future__ import annotations

import re
from collections.abc import Mapping

from toolkit.core.errors import ToolkitError
from toolkit.database.ask import answer_question, is_sql, name_of_query
from toolkit.database.log_questions import answer_with_log, asks_project
from toolkit.database.query_tree import tree_of
from toolkit.database.question_text import question_as_asked
from toolkit.database.table import Table
from toolkit.database.usage_logs import UsageLog, ask_usage_log, metric_sql
from toolkit.notebook.calling_cell import calling_cell
from toolkit.notebook.frame_questions import frames_of, table_of_frames
from toolkit.notebook.numbers_in_questions import numbers_in_question
from toolkit.notebook.prose import allowed_names
from toolkit.notebook.story_state import StoryState
from toolkit.notebook.typed_labels import query_problems

FREE = re.compile(r"[a-z][a-z0-9_]*")  # what a chart's id can be made of


def answered(
    story: StoryState,
    query: str,
    units: Mapping[str, str] | str | None,
    of: UsageLog | None,
    parameters: Mapping[str, object],
) -> Table:
    """The answer to a SELECT, or to a question or metric by its name. Raises ToolkitError as `Story.sql` does."""
    if is_sql(query):
        _refuse_unused(query, parameters)
    name = _name(story, query) if is_sql(query) else query
    table = (
        _answer(story, query, units, parameters, name)
        if of is None
        else _of_log(story, query, units, of, parameters, name)
    )
    tree = tree_of(story.database.cursor(), table.sql or "SELECT 1", parameters)
    names = allowed_names(story.database.project)
    datasets = [story.database.dataset(dataset) for dataset in table.datasets]
    where = f"story.sql, {table.name}"
    problems = [*query_problems(tree, table, names, story.database.units, where, datasets)]
    problems += numbers_in_question(calling_cell(), table.sql or "SELECT 1", story.database, datasets, where)
    if problems:
        raise ToolkitError(problems)
    if is_sql(query):
        story.queries[table.name] = table.sql or ""
    story.datasets |= dict.fromkeys(table.datasets)
    question = question_as_asked(table.name, parameters)
    story.asked[f"{question}{f' of {of.name}' if of else ''}"] = table.digest
    story.inputs.add(table)
    return table


def _refuse_unused(query: str, parameters: Mapping[str, object]) -> None:
    """Raises ToolkitError for a parameter that the query does not name, such as one of another method."""
    unused = [name for name in parameters if name not in re.findall(r"\$(\w+)", query)]
    if unused:
        raise ToolkitError(
            "story.sql",
            f"{', '.join(f'{name}=' for name in unused)}, and no ${unused[0]} in the query",
            "units=, of=, and a value for each $name in the query",
            f"write ${unused[0]} in it, or leave {unused[0]}= out; a title and a caption are those of story.table",
        )


def _name(story: StoryState, query: str) -> str:
    """The name of SQL in a notebook: the variable that the cell gives its answer to, unless the name is in use."""
    target = calling_cell().target.lower()
    query_asked = story.queries.get(target, query.strip())
    files = (path.stem for path in story.database.project.questions.glob("*.sql"))
    if FREE.fullmatch(target) and query_asked == query.strip() and target not in files:
        return target
    return name_of_query(story.database, query)


def _answer(
    story: StoryState, query: str, units: Mapping[str, str] | str | None, parameters: Mapping[str, object], name: str
) -> Table:
    if frames := frames_of(story.database, query):
        return table_of_frames(story.database, story.slug, story.inputs, query, frames, units or {}, parameters, name)
    return answer_question(story.database, query, units, parameters, name)


def _of_log(
    story: StoryState,
    question: str,
    units: Mapping[str, str] | str | None,
    of: UsageLog,
    parameters: Mapping[str, object],
    name: str,
) -> Table:
    where, sql = f"story.sql, {name}", question.strip()
    if not is_sql(question):
        sql_of_file = story.database.file(f"notebooks/sql/{question}.sql")
        where, sql = f"{question}.sql", metric_sql(question) if sql_of_file is None else sql_of_file
    if asks_project(story.database, of, where, sql):
        return answer_with_log(story.database, of, name, where, sql, units or {}, parameters)
    if units:
        raise ToolkitError(
            f"{where}, units",
            "units for columns of a usage log alone",
            "none",
            "name each column after its unit: spend_usd",
        )
    return ask_usage_log(of, name, sql, parameters)
