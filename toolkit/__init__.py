"""A Jupyter desk for investigative data journalism, on which a number is never bare."""

from toolkit.arithmetic import assume, exp, high_end, least_to_greatest, log, mean, span, total
from toolkit.desk.tables import Table, table
from toolkit.numbers import Number
from toolkit.publish.prose import say
from toolkit.story import open_story

__all__ = ["Number", "Table", "assume", "exp", "high_end", "least_to_greatest", "log", "mean", "open_story", "say",
           "span", "table", "total"]  # fmt: skip
