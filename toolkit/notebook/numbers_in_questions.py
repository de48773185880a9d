"""Ends of numbers that a question is asked with: limit=rate.low is in the number's unit, without scale."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from toolkit.core.errors import Problem
from toolkit.core.unit import unit_text
from toolkit.database.column_meaning import Meanings
from toolkit.database.meaning import Meaning, Role
from toolkit.database.mixed_scales import mixed_scales
from toolkit.database.open import Database
from toolkit.database.query_tree import tree_of
from toolkit.datasets.declaration import Dataset
from toolkit.notebook.calling_cell import Call
from toolkit.notebook.made import PERCENT, POINTS
from toolkit.notebook.numbers_in_code import made_of_number


def numbers_in_question(
    call: Call, sql: str, database: Database, read: Sequence[Dataset], where: str
) -> Iterator[Problem]:
    """The problems of ends of numbers in the text of a query, and of parameters that are in another size than columns.

    Raises NumberError for a unit that is not defined.
    """
    keywords = call.node.keywords if call.node is not None else []
    ends = {one.arg: found for one in keywords if one.arg and (found := _meaning(one.value, call, database))}
    text = call.argument("query")
    for part in ast.walk(text) if isinstance(text, ast.JoinedStr) else ():
        if isinstance(part, ast.FormattedValue) and _meaning(part.value, call, database):
            said = ast.unparse(part.value)
            yield Problem(
                where,
                f"{said} in the text of a query, which does not know its unit",
                "a parameter, $name in the query",
                f"write $limit in place of {{{said}}}, and limit={said} after the query",
            )
    if ends:
        reader = Meanings({one.name: one for one in read}, database.reported_columns, database.units, given=ends)
        reader.of(tree_of(database.cursor(), sql))
        yield from mixed_scales(reader.scopes, where, database)


def _meaning(node: ast.expr, call: Call, database: Database) -> Meaning | None:
    if not (isinstance(node, ast.Attribute) and node.attr in ("low", "high")):
        return None
    made = made_of_number(node.value, call, database.units)
    if made is None or made.unit is None:
        return None
    share = made.form == PERCENT and unit_text(made.unit) == "1"
    return Meaning(Role.QUANTITY, made.unit, relative=share, points=made.form == POINTS)
