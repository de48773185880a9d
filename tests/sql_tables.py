"""docs/tables.md, written from the database and the contract of usage events: `python -m tests.sql_tables`."""

import shutil
import sys
import tempfile
from pathlib import Path

from toolkit.core.project import find_project
from toolkit.database.open import open_database
from toolkit.database.table_list import table_list
from toolkit.usage.contract import EVENT

GUIDE = Path(__file__).parents[1] / "docs" / "tables.md"
SAMPLE = Path(__file__).parent / "sample"
INTRODUCTION = """# The tables and columns SQL sees

`story.sql("SELECT …")` and the questions in `notebooks/sql/` ask these tables together. `story.tables()` and
`toolkit tables` list them with the datasets and series of a project. `python -m tests.sql_tables` writes this page.

**Datasets.** Each dataset of `data/datasets/` is a table of its name, with the columns of its declaration and
the values of its file: 4.1 of `million USD`, 45 of `percent`. Rows that are totals of others (`totals: [Total]`
under a column) are there, and a question that adds them up with the rows that they sum is refused.

**Frames.** A frame of the cell is a table of its variable's name: `FROM df JOIN inspections …`. Numbers rest on what
the notebook took, and on each table that the question reads.

**Series.** Each series of `data/series/` is a table of its name: the columns of its declaration, and `key`, which
receipts end in.

## What was reported
"""
LOGS = """## Usage logs

`story.ask("question", of=log)` and `story.sql("SELECT …", of=log)` ask one usage log, and the tables above with it if
the question names them. Its events are the table `usage_event`:
"""


def document() -> str:
    """The text of docs/tables.md."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(shutil.copytree(SAMPLE, Path(folder) / "sample"))
        tables = table_list(open_database(find_project(root)))
    parts = [INTRODUCTION]
    for table in tables:
        rows = [(f"`{column.name}`", column.type_and_unit, column.meaning) for column in table.columns]
        parts.append(f"### `{table.name}`: {table.meaning}\n\n{_rows(rows)}\n")
    events = [(f"`{column.name}`", column.type, column.meaning) for column in EVENT]
    return "\n".join([*parts, LOGS, _rows(events)]) + "\n"


def _rows(rows: list[tuple[str, ...]]) -> str:
    lines = [("column", "type", "meaning"), ("---",) * 3, *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    sys.exit(GUIDE.write_text(document(), encoding="utf-8") == 0)
