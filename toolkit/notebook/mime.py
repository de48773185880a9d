"""The MIME types by which a kernel hands to the page what the toolkit made, and a story's record."""

from toolkit.core.number import MIME as NUMBER
from toolkit.database.table import MIME as TABLE
from toolkit.reported.declaration import MIME as DECLARATION

CHART = "application/vnd.toolkit.chart+json"
SENTENCE = "application/vnd.toolkit.sentence+json"
RECORD = "application/vnd.toolkit.notebook.story+json"
PUBLISHED = frozenset((CHART, TABLE, NUMBER, SENTENCE, DECLARATION))  # of a cell's outputs, what a page shows

__all__ = ["CHART", "DECLARATION", "NUMBER", "PUBLISHED", "RECORD", "SENTENCE", "TABLE"]
