"""The MIME types by which a kernel hands to the page what the toolkit made, and a story's record."""

from toolkit.core.number import MIME as NUMBER
from toolkit.database.table import MIME as TABLE
from toolkit.reported.declaration import MIME as DECLARATION

CHART = "application/vnd.toolkit.chart+json"
SENTENCE = "application/vnd.toolkit.sentence+json"
STATES = "application/vnd.toolkit.states+json"  # beside another type: its output for the options of readers' choices
PICTURE = "application/vnd.toolkit.picture+json"
RECORD = "application/vnd.toolkit.notebook.story+json"
# the outputs of a cell that a page shows
PUBLISHED = frozenset((CHART, TABLE, PICTURE, NUMBER, SENTENCE, DECLARATION, STATES))

__all__ = ["CHART", "DECLARATION", "NUMBER", "PICTURE", "PUBLISHED", "RECORD", "SENTENCE", "STATES", "TABLE"]
