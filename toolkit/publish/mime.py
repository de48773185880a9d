"""The MIME types by which a kernel hands numbers, tables, charts, declarations and a story's record to the page."""

from toolkit.desk.tables import MIME as TABLE
from toolkit.numbers import MIME as NUMBER
from toolkit.reported.choices import MIME as DECLARATION

CHART = "application/vnd.toolkit.chart+json"
RECORD = "application/vnd.toolkit.story+json"

__all__ = ["CHART", "DECLARATION", "NUMBER", "RECORD", "TABLE"]
