"""A Jupyter desk for investigative data journalism, on which a number is never bare."""

from toolkit.desk.tables import Table, table
from toolkit.numbers import Number, assume, exp, log, total
from toolkit.publish.prose import say
from toolkit.story import open_story

__all__ = ["Number", "Table", "assume", "exp", "log", "open_story", "say", "table", "total"]
