"""The MIME types by which a kernel hands numbers, tables, charts, declarations and a story's record to the page."""

from toolkit.core.number import MIME as NUMBER
from toolkit.database.table import MIME as TABLE
from toolkit.reported.declaration import MIME as DECLARATION

CHART = "application/vnd.toolkit.chart+json"
RECORD = "application/vnd.toolkit.notebook.story+json"

__all__ = ["CHART", "DECLARATION", "NUMBER", "RECORD", "TABLE"]
