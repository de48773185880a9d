"""The keys behind a number that rests on too many for its receipt: the question that gave them is asked again."""

from __future__ import annotations

import ast
import datetime
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from toolkit.core.followed import Step
from toolkit.core.project import digest
from toolkit.database.query import read_question
from toolkit.engine.connect import columns_of
from toolkit.engine.errors import running_query
from toolkit.engine.select_only import refuse_other_than_select

if TYPE_CHECKING:
    from toolkit.database.open import Database

PARAMETER = re.compile(r" (\w+)=")
MADE = {  # what writes itself as a call
    "datetime.date": datetime.date,
    "datetime.datetime": datetime.datetime,
    "datetime.time": datetime.time,
    "Decimal": Decimal,
    **{f"np.{name}": int for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")},
    **{f"np.{name}": float for name in ("float32", "float64")},
    "np.str_": str,
}
NAMED = {"np.True_": True, "np.False_": False}


def keys_behind(database: Database, stored: Mapping, leaf: Step) -> list[str]:
    """The sorted keys that a step of the operation `rows` counts; [] where no question of `stored` gives them.

    `stored` is a manifest. Raises ToolkitError for a question that cannot be asked.
    """
    wanted = leaf.ref.removeprefix("rows:").partition("#")[0]
    for story in stored["stories"].values():
        for asked in story["questions"]:
            name, given = asked.partition(" ")[0], parameters(asked)
            if name != wanted or given is None:
                continue
            sql = story.get("queries", {}).get(name) or read_question(database, name)
            cursor = database.cursor()
            refuse_other_than_select(name, sql, cursor)
            with running_query(name, cursor):
                columns = columns_of(cursor.execute(sql, given or None))
                found = cursor.fetchall()
            keyed = [place for place, (column, _) in enumerate(columns) if column.startswith("keys")]
            for row in found:
                for keys in (sorted(row[place]) for place in keyed if row[place]):
                    if digest(["\n".join(keys)])[:16] == leaf.operation["digest"]:
                        return keys
    return []


def sql_of_question(database: Database, stored: Mapping, name: str) -> str:
    """The SQL of a question that a manifest names, of a notebook or a file. Raises ToolkitError for a lost one."""
    inline = (story.get("queries", {}).get(name) for story in stored["stories"].values())
    return next(filter(None, inline), "") or read_question(database, name)


def parameters(asked: str) -> dict[str, object] | None:
    """The parameters in a manifest's name of a question, "told month='2026-01' least=3"; None if not all are plain.

    Plain are texts, numbers, dates and times, None, and lists of them.
    """
    try:
        return dict(_parameters(asked))
    except (ValueError, SyntaxError, TypeError):
        return None


def _value(text: str) -> object:
    """The value that a text is the repr of. Raises ValueError, SyntaxError or TypeError where it is not plain."""
    tree = ast.parse(text.strip(), mode="eval").body
    made = MADE.get(ast.unparse(tree.func)) if isinstance(tree, ast.Call) and not tree.keywords else None
    if made and isinstance(tree, ast.Call):
        return made(*(ast.literal_eval(one) for one in tree.args))
    if (name := ast.unparse(tree)) in NAMED:
        return NAMED[name]
    return ast.literal_eval(tree)


def _parameters(asked: str) -> Iterator[tuple[str, object]]:
    starts = [*PARAMETER.finditer(asked)]
    while starts:
        first = starts.pop(0)
        for count in range(len(starts) + 1):  # the text of a value may itself look like the next parameter
            end = starts[count].start() if count < len(starts) else len(asked)
            try:
                value = _value(asked[first.end() : end])
            except (ValueError, SyntaxError, TypeError):
                if count == len(starts):
                    raise
                continue
            yield first[1], value
            starts = starts[count:]
            break
