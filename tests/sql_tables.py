"""docs/tables.md, written from the database and the contract of usage events: `python -m tests.sql_tables`."""

import shutil
import sys
import tempfile
from pathlib import Path

from tests.usage.generated_logs import STARTS, TOKEN_COLUMNS, write_log
from toolkit.core.project import Project, find_project
from toolkit.database.open import open_database
from toolkit.database.own_functions import own_functions
from toolkit.database.table_list import table_list
from toolkit.database.usage_logs import open_usage_log
from toolkit.usage.contract import EVENT
from toolkit.usage.log_views import METRIC_TABLES

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

**Functions.** Beside those of DuckDB, a question of the project's tables and frames, not of a usage log alone, may call
{functions}

**Series.** Each series of `data/series/` is a table of its name: the columns of its declaration, and `key`, which
receipts end in.

## What was reported
"""
LOGS = """## Usage logs

`story.ask("question", of=log)` and `story.sql("SELECT …", of=log)` ask one usage log, and the tables above with it if
the question names them. Its events are the table `usage_event`:
"""
METRICS = """## Tables of metrics

Metrics (`toolkit metric`, `story.ask("concentration", of=log)`), and questions of a simulated log on Spark, ask these
tables. They have the same columns of a simulated log and of one that was read, of files of events (`--events`), on
DuckDB and on Spark. Other questions ask them too. Costs that are added up are whole billionths of
a dollar, `cost_nanousd`.
"""
REQUEST = {"person": 0, "week": 0, "second": 0, "model": "a", "headless": False, "unknown": False}


def document() -> str:
    """The text of docs/tables.md."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(shutil.copytree(SAMPLE, Path(folder) / "sample"))
        tables = table_list(open_database(find_project(root)))
    functions = ", ".join(f"`{name}`, the {function.meaning[:-1]}" for name, function in own_functions().items())
    parts = [INTRODUCTION.replace("{functions}", f"{functions}.")]
    for table in tables:
        rows = [(f"`{column.name}`", column.type_and_unit, column.meaning) for column in table.columns]
        parts.append(f"### `{table.name}`: {table.meaning}\n\n{_rows(rows)}\n")
    events = [(f"`{column.name}`", column.type, column.meaning) for column in EVENT]
    return "\n".join([*parts, LOGS, _rows(events), "", METRICS, _tables_of_metrics()]) + "\n"


def _tables_of_metrics() -> str:
    """A row for each, with what it holds and its columns, of a log with one event."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "data").mkdir()
        shutil.copy(find_project().data / "units.txt", root / "data")
        event = REQUEST | dict.fromkeys(TOKEN_COLUMNS, 1)
        write_log(
            root / "log", {"start": STARTS[0], "events": [event], "work": [(1, 1.0)] * 3, "people": 1}, "synthetic"
        )
        log = open_usage_log(Project(root), root / "log")
        rows = [
            (f"`{name}`", meaning, ", ".join(f"`{column}`" for column, _ in log.rows(name, f"SELECT * FROM {name}")[0]))
            for name, meaning in METRIC_TABLES.items()
        ]
    return _rows(rows, ("table", "holds", "columns"))


def _rows(rows: list[tuple[str, ...]], titles: tuple[str, ...] = ("column", "type", "meaning")) -> str:
    lines = [titles, ("---",) * 3, *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    sys.exit(GUIDE.write_text(document(), encoding="utf-8") == 0)
