"""A Jupyter desk for investigative data journalism, on which a number is never bare.

Each name is imported when it is first used: commands that need no numbers do without pint and DuckDB.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.core.number import Number
    from toolkit.core.number_functions import assume, exp, high_end, least_to_greatest, log, low_end, mean, span, total
    from toolkit.database.table import Table, table
    from toolkit.notebook.annotation import note
    from toolkit.notebook.prose import say
    from toolkit.notebook.story import open_story

__all__ = [
    "Number",
    "Table",
    "assume",
    "exp",
    "high_end",
    "least_to_greatest",
    "log",
    "low_end",
    "mean",
    "note",
    "open_story",
    "say",
    "span",
    "table",
    "total",
]

HOMES = {
    "Number": "toolkit.core.number",
    "Table": "toolkit.database.table",
    "table": "toolkit.database.table",
    "note": "toolkit.notebook.annotation",
    "say": "toolkit.notebook.prose",
    "open_story": "toolkit.notebook.story",
}  # the modules of those that are not in toolkit.core.number_functions


def __getattr__(name: str) -> object:
    """The public name `name`. Raises AttributeError for any other."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(HOMES.get(name, "toolkit.core.number_functions")), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
