"""A Jupyter desk for investigative data journalism, on which a number is never bare."""

from toolkit.core.number import Number
from toolkit.core.number_functions import assume, exp, high_end, least_to_greatest, log, low_end, mean, span, total
from toolkit.database.table import Table, table
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
    "open_story",
    "say",
    "span",
    "table",
    "total",
]
