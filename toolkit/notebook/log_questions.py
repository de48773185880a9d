"""The questions of usage logs that stand in a notebook's cells as SQL, found without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from toolkit.core.errors import Problem, ToolkitError
from toolkit.database.ask import is_sql
from toolkit.engine.portable import refuse_unportable

if TYPE_CHECKING:
    from nbformat import NotebookNode


def unportable_questions(slug: str, notebook: NotebookNode) -> Iterator[Problem]:
    """A problem for each thing that means something else on Spark in a question `of` a usage log in a cell.

    A question that is put together when the notebook runs is read then. Raises ToolkitError where nothing can read SQL.
    """
    for count, cell in enumerate(notebook.cells, 1):
        for sql in _questions(cell.source) if cell.cell_type == "code" else ():
            try:
                refuse_unportable(f"story {slug}, cell {count}", sql)
            except ToolkitError as error:
                yield from error.problems


def _questions(source: str) -> Iterator[str]:
    """The SQL of each call of `sql` or `ask` that has it as a text, and a usage log."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # a cell with magics
        return
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in ("sql", "ask"):
            of = any(keyword.arg == "of" for keyword in call.keywords)
            arguments = [
                *call.args[:1],
                *(keyword.value for keyword in call.keywords if keyword.arg in ("query", "question")),
            ]
            for argument in arguments:
                if (
                    of
                    and isinstance(argument, ast.Constant)
                    and isinstance(argument.value, str)
                    and is_sql(argument.value)
                ):
                    yield argument.value
