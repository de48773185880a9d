"""An ugly CSV, a sheet, a database and a large Parquet file become charts of a page by `add` and `build` alone."""

import json
import sqlite3

import pytest

from tests.datasets.workbook import workbook
from toolkit.build.pipeline import build
from toolkit.core.errors import ToolkitError
from toolkit.engine.connect import in_memory
from toolkit.engine.paths import quoted
from toolkit.main import main
from toolkit.review.diff import changes

pytestmark = pytest.mark.slow
TOWNS = ("Köln", "Ulm", "Bonn")
CELL = """\
{name} = story.sql("SELECT town, sum(cups) AS cups FROM {name} GROUP BY ALL ORDER BY 1", units={{"cups": "cup"}})
{name}_most = story.finding("files.{name}", {name}.one("cups", town="Bonn"), "Cups in Bonn, of the {name}")
story.chart({name}, "dots", x="cups", y="town", title=say("Bonn has {{}}", {name}_most), id="{name}-chart",
            subtitle="Cups by town (invented)", notes="Invented.", alt="One dot for each of three towns at its cups.")
"""
PROSE = """\
---
dek: Nothing here is true; it shows four kinds of files.
status: published
---

# Four files of an invented trade
"""
LAST = "Bonn has {eval}`ugly_most` in the ugly one, and {eval}`large_most` in the large one."


def ugly(rows):
    """A file as an office sends one: a title, blank lines, decimal commas, marks, a total; in Windows-1252."""
    marked = ("{},5", "1.{:03},5*", "({},0)", "n/a")
    lines = [f"{TOWNS[at % 3]};{marked[at % 4].format(at % 999)}" for at in range(rows)]
    text = "\r\n".join(["Tassen der Städte;", ";", "Town;Cups", *lines, "Summe;123.456,0", ""])
    return text.encode("cp1252")


def write_files(folder):
    (folder / "ugly.csv").write_bytes(ugly(50_000))
    table = [[TOWNS[at % 3], at] for at in range(3_000)]
    (folder / "sheet.xlsx").write_bytes(workbook({"Data": [["Town", "Cups"], *table]}))
    with sqlite3.connect(folder / "base.sqlite") as file:
        file.execute("CREATE TABLE cups (Town TEXT, Cups REAL)")
        file.executemany("INSERT INTO cups VALUES (?, ?)", table)
    file.close()
    listed = ", ".join(map(quoted, TOWNS))
    with in_memory() as connection:
        connection.execute(
            f"COPY (SELECT [{listed}][1 + i % 3] AS town, i % 1000 AS cups FROM range(1000000) AS t(i)) "
            f"TO {quoted(folder / 'large.parquet')} (FORMAT parquet)"
        )


def test_four_kinds_of_files_become_charts_and_a_changed_row_another_number(warm, tmp_path, capsys):
    files = {"ugly": "ugly.csv", "sheet": "sheet.xlsx", "base": "base.sqlite", "large": "large.parquet"}
    write_files(tmp_path)
    for name, file in files.items():
        given = [str(tmp_path / file), "--name", name, "--source", "office-survey"]
        assert main(["--project", str(warm.root), "add", *given]) == 0
    assert "12,500 cells" not in capsys.readouterr().out, "marks for missing values are none that do not fit"
    (warm.notebooks / "coffee.ipynb").unlink()
    (warm.root / "pyproject.toml").write_text("[tool.toolkit]\n")
    code = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    opened = 'from toolkit import open_story, say\n\nstory = open_story("files")\n'
    cells = [
        {"cell_type": "markdown", "id": "prose", "metadata": {}, "source": PROSE},
        {**code, "id": "opened", "source": opened},
        *({**code, "id": name, "source": CELL.format(name=name)} for name in files),
        {"cell_type": "markdown", "id": "last", "metadata": {}, "source": LAST},
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (warm.notebooks / "files.ipynb").write_text(json.dumps(notebook))
    first = build(warm, tmp_path / "first")
    page = (first / "files.html").read_text()
    assert all(f'id="{name}-chart"' in page for name in files)

    (tmp_path / "ugly.csv").write_bytes(ugly(50_001))
    (warm.data / "datasets" / "ugly.csv").write_bytes(ugly(50_001))
    with pytest.raises(ToolkitError, match="ugly.csv: the file was changed"):
        build(warm, tmp_path / "second")
    assert main(["--project", str(warm.root), "add", "--update", "ugly"]) == 0
    assert "rows: 50,000 → 50,001" in capsys.readouterr().out
    said = []
    second = build(warm, tmp_path / "second", said.append)
    assert any(line.startswith("ran files: the dataset ugly changed") for line in said)
    found = changes(first, second)
    (dataset,) = [change for change in found if change.what == "dataset"]
    assert (dataset.old[:11], dataset.new[:11]) == ("50,000 rows", "50,001 rows")
    moved = {change.where for change in found if change.what == "moved"}
    assert moved == {"files, files.ugly", "files, files.ugly, input 1"}
