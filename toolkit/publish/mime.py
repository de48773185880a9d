"""The MIME types by which a kernel hands numbers, tables, charts and a story's record to the page."""

from toolkit.desk.tables import MIME as TABLE
from toolkit.numbers import MIME as NUMBER

CHART = "application/vnd.toolkit.chart+json"
RECORD = "application/vnd.toolkit.story+json"

__all__ = ["CHART", "NUMBER", "RECORD", "TABLE"]
