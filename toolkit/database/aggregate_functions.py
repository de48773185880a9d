"""Which functions of SQL make one value of many rows: DuckDB's, its macros that call one, and ours."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from toolkit.database.own_functions import own_functions
from toolkit.engine.connect import in_memory

CALL = re.compile(r"(\w+)\(")
FUNCTIONS = """
    SELECT DISTINCT lower(function_name), macro_definition FROM duckdb_functions()
    WHERE function_type = 'aggregate' OR function_type = 'macro'
"""


def is_aggregate(part: dict[str, Any]) -> bool:
    """True for the node of a query's tree that calls one of `aggregate_functions`."""
    return part.get("class") == "FUNCTION" and part["function_name"].lower() in aggregate_functions()


@cache
def aggregate_functions() -> frozenset[str]:
    """The names of functions that make one value of many rows.

    Raises ToolkitError as `own_functions`.
    """
    with in_memory() as connection:
        found = connection.execute(FUNCTIONS).fetchall()
    names = {name for name, definition in found if definition is None}
    names.update(name for name, function in own_functions().items() if function.of_rows)
    macros = {name: {*CALL.findall(definition.lower())} for name, definition in found if definition is not None}
    while added := {name for name, calls in macros.items() if calls & names} - names:  # one may call another
        names |= added
    return frozenset(names)
