"""What pandas worked out in a notebook, run by the build's own kernels, and its page: the code, and the same again."""

import json

import pytest
from bs4 import BeautifulSoup

from tests.notebook.test_run import evaluated, write
from toolkit.core.number import Number
from toolkit.core.tree import shared_digest
from toolkit.database.open import open_database
from toolkit.notebook.mime import NUMBER, TABLE
from toolkit.notebook.run import execute_all
from toolkit.site import page

pytestmark = pytest.mark.heavy
OPEN = 'from toolkit import open_story\nstory = open_story("cups")\ntold = story.ask("told")'
FRAME = 'df = told.frame\ndf["gap"] = df.told_multiple - df.told_multiple.min()'
TABLE_CELL = 'gaps = story.table(df, units={"gap": "multiple"}, caption="Gaps")\ngaps'
NUMBER_CELL = """%%time
def spread(values):
    return values.max() - values.min()
wide = story.number(spread(df.told_multiple), "multiple", how="largest less smallest", of=[told])
story.finding("cups.spread", wide, "Spread")"""
PROSE = """---
dek: A dek.
---
# Cups

They lie {eval}`wide` apart, {eval}`gaps.one("gap", publisher="Invented Paper")` at most."""


def test_numbers_of_pandas_have_the_code_of_their_cell_and_come_out_the_same_again(sample):
    path = write(sample, "cups", OPEN, FRAME, TABLE_CELL, NUMBER_CELL.removeprefix("%%time\n"), PROSE)
    first, second = (execute_all([path])[0] for _ in range(2))
    assert first.as_bytes == second.as_bytes
    assert [words for _, words in evaluated(first)] == ["0.50 times", "0.5 times"]

    database = open_database(sample)
    data = first.notebook.cells[4].metadata["user_expressions"][0]["result"]["data"]
    wide = Number.from_json(data[NUMBER], database.units)
    assert wide.operation["code"] == NUMBER_CELL.removeprefix("%%time\n")
    assert shared_digest(first.record["findings"]["cups.spread"]["node"]) == wide.digest
    shown = first.notebook.cells[2].outputs[0]["data"][TABLE]
    assert shown["name"] == "gaps" and shown["kind"] == "computed"
    assert TABLE_CELL in [node["operation"].get("code") for node in shown["nodes"].values()]

    made = page.render(first, database, page.edition_context(sample, [first]))
    soup = BeautifulSoup(made.html, "lxml")
    receipt = soup.select_one("aside.receipt")
    text = " ".join(receipt.get_text(" ").split())
    assert "largest less smallest, worked out in pandas in this notebook: 0.5" in text
    (link,) = receipt.select('a[href^="#p-"]')
    (fold,) = (pre for pre in soup.select("#pandas pre") if pre["id"] == link["href"][1:])
    assert fold.get_text() == wide.operation["code"] and "what its author named" in receipt.get_text()


def test_a_cell_with_a_magic_has_its_code_too(sample):
    path = write(sample, "cups", OPEN, FRAME, NUMBER_CELL, "# Cups\n\nThey lie {eval}`wide` apart.")
    (run,) = execute_all([path])
    data = run.notebook.cells[3].metadata["user_expressions"][0]["result"]["data"][NUMBER]
    assert data["nodes"][data["root"]]["operation"]["code"] == NUMBER_CELL


def test_the_code_of_a_hidden_cell_stands_in_no_receipt(sample):
    path = write(sample, "cups", OPEN, FRAME, TABLE_CELL, NUMBER_CELL.removeprefix("%%time\n"), PROSE)
    notebook = json.loads(path.read_text())
    notebook["cells"][3]["metadata"] = {"tags": ["remove-input"]}
    path.write_text(json.dumps(notebook))
    (run,) = execute_all([path])
    database = open_database(sample)
    data = run.notebook.cells[4].metadata["user_expressions"][0]["result"]["data"]
    wide = Number.from_json(data[NUMBER], database.units)
    assert wide.operation["code"] == "" and len(wide.operation["sha"]) == 12
    made = page.render(run, database, page.edition_context(sample, [run]))
    assert "def spread" not in made.html + json.dumps(run.record)
    assert (
        "largest less smallest" in made.html
        and TABLE_CELL.splitlines()[0][:20] in BeautifulSoup(made.html, "lxml").text
    )
