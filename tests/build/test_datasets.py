"""A story of a dataset, built: its numbers lead to the file's rows, and another file makes the story stale."""

import hashlib
import json
import shutil

import pytest

from tests.small_dataset import INSPECTIONS, declare
from toolkit.build.pipeline import build
from toolkit.core.errors import StoryError, ToolkitError
from toolkit.review.archive import archive
from toolkit.review.diff import changes
from toolkit.review.recompute import check
from toolkit.review.unpacking import unpacked
from toolkit.review.verify import verify

pytestmark = pytest.mark.heavy
ALL = "[id, borough, cuisine, score, fee, inspected, owner]"
CODE = """\
from toolkit import open_story, say

story = open_story("kitchens")
scores = story.sql("SELECT borough, avg(score) AS mean_score FROM inspections WHERE score > 0 GROUP BY ALL ORDER BY 1")
bronx = story.finding("kitchens.bronx", scores.one("mean_score", borough="Bronx"), "Mean score in the Bronx")
rows = story.sql("SELECT * FROM inspections")
rows
"""
CHART = """\
story.chart(scores, "dots", x="mean_score", y="borough", title=say("The Bronx has {}", bronx), id="scores",
            subtitle="Mean score by borough (invented)", notes="Invented.",
            alt="One dot for each borough at its mean score; that of the Bronx is the greatest.")
"""
PROSE = """\
---
dek: Nothing here is true; it shows what a story of a dataset is made of.
status: published
---

# Kitchens of an invented city

The mean score in the Bronx is {eval}`bronx`.
"""


@pytest.fixture(scope="module")
def drawings(tmp_path_factory):
    """A folder for the drawings of all tests here: their charts are alike, and drawn once."""
    return tmp_path_factory.mktemp("drawings")


@pytest.fixture
def kitchens(warm, drawings):
    sample = warm
    shutil.rmtree(sample.build / "drawings")
    (sample.build / "drawings").symlink_to(drawings)
    declare(sample, publish=ALL)
    code = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    cells = [
        {**code, "id": "one", "source": CODE},
        {"cell_type": "markdown", "id": "two", "metadata": {}, "source": PROSE},
        {**code, "id": "three", "source": CHART},
    ]
    (sample.notebooks / "coffee.ipynb").unlink()
    (sample.root / "pyproject.toml").write_text("[tool.toolkit]\n")
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (sample.notebooks / "kitchens.ipynb").write_text(json.dumps(notebook))
    return sample


def test_a_story_of_a_dataset_from_receipt_to_archive(kitchens, tmp_path):
    first = build(kitchens, tmp_path / "first")
    page = (first / "kitchens.html").read_text()
    assert "20 cups" in page and "is avg(score), worked out in SQL" in page
    assert "The rows behind this number: 3 of 6. In the columns that are published, these are:" in page
    assert "<td>Bronx</td><td>Pizza</td><td>10</td>" in page
    assert "SELECT borough, avg(score) AS mean_score FROM inspections" in page
    assert "retrieved 15 April 2026" in page and "href=#s-office-survey" in page
    stored = json.loads((first / "manifest.json").read_text())
    sha256 = hashlib.sha256(INSPECTIONS.encode()).hexdigest()
    assert stored["inputs"]["data"]["data/datasets/inspections.csv"] == sha256
    assert stored["stories"]["kitchens"]["datasets"]["inspections"]["rows"] == 6

    with unpacked(archive(kitchens, first, tmp_path / "kitchens.zip")) as (_, root):
        assert (root / "datasets" / "inspections.csv").read_text() == INSPECTIONS
        lines, agrees = check(root)
        assert agrees and lines[0].startswith("1 of 1 findings recomputed")
        rows = [line.partition(",")[2] for line in (root / "rows" / "rows.csv").read_text().splitlines()]
        assert rows == ["row,column,value", "1,score,10.0", "2,score,20.0", "3,score,30.0"]
        (root / "rows" / "rows.csv").write_text((root / "rows" / "rows.csv").read_text().replace("30.0", "31.0"))
        lines, agrees = check(root)
        assert not agrees and "20.3333333 recomputed" in lines[0]

    changed = INSPECTIONS + "7,Bronx,Pizza,40,1,2025-05-01,Ed Five\n"
    (kitchens.data / "datasets" / "inspections.csv").write_text(changed)
    with pytest.raises(ToolkitError, match="inspections.csv: the file was changed: its SHA-256 is"):
        build(kitchens, tmp_path / "second")
    declare(kitchens, content=changed, publish=ALL)
    said = []
    second = build(kitchens, tmp_path / "second", said.append)
    assert any(line.startswith("ran kitchens: the dataset inspections changed") for line in said)
    assert "25 cups" in (second / "kitchens.html").read_text()
    (dataset,) = [change for change in changes(first, second) if change.what == "dataset"]
    assert (dataset.old[:6], dataset.new[:6]) == ("6 rows", "7 rows")


def test_a_story_that_rests_on_a_draft_is_refused(kitchens, tmp_path):
    declare(kitchens, source=None)
    with pytest.raises(StoryError, match="the dataset inspections: a draft, as it has no source"):
        build(kitchens, tmp_path / "out")


@pytest.mark.slow
def test_an_edition_of_a_linked_dataset_is_verified(kitchens, tmp_path):
    away = tmp_path / "away"
    away.mkdir()
    (away / "inspections.csv").write_text(INSPECTIONS)
    declare(kitchens, linked="true", file="../away/inspections.csv", publish=ALL)
    (kitchens.data / "datasets" / "inspections.csv").unlink()
    edition = build(kitchens)
    assert verify(kitchens, edition).holds
    assert str(tmp_path) not in (edition / "kitchens.html").read_text() + (edition / "manifest.json").read_text()


def test_of_a_private_dataset_only_the_hash_travels(kitchens, tmp_path):
    declare(kitchens, private="true", smallest_group=2)
    edition = build(kitchens, tmp_path / "edition")
    with unpacked(archive(kitchens, edition, tmp_path / "kitchens.zip")) as (_, root):
        held = {path.name: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert "inspections.yml" in held and "inspections.csv" not in held
    assert not any(b"Ada One" in content for content in held.values())
    declare(kitchens, private="true", smallest_group=4)
    with pytest.raises(StoryError, match="resting on fewer than 4 rows of inspections"):
        build(kitchens, tmp_path / "edition")


def test_no_two_numbers_of_an_edition_give_a_row_of_a_private_dataset_away(kitchens, tmp_path):
    declare(kitchens, private="true", smallest_group=2)
    path = kitchens.notebooks / "kitchens.ipynb"
    path.write_text(path.read_text().replace("{eval}`bronx`", "{eval}`bronx`, of pizza {eval}`pizza`"))
    notebook = json.loads(path.read_text())
    asked = "SELECT avg(score) AS mean_score FROM inspections WHERE borough = 'Bronx' AND cuisine = 'Pizza'"
    notebook["cells"][0]["source"] += f'\npizza = story.sql("{asked}").one("mean_score")\n'
    path.write_text(json.dumps(notebook))
    with pytest.raises(StoryError, match="1 row of the first not in the second"):
        build(kitchens, tmp_path / "edition")


CANARIES = """\
id,borough,cuisine,score,fee,inspected,owner
880001,Bronx,Kumquat,71003,9100.375,2019-07-13,Ada Kestrel
880002,Bronx,Sorrel,71017,9100.625,2019-07-14,Bo Merganser
880003,Queens,Rhubarb,71039,9101.125,2019-07-17,Cy Whimbrel
880004,Queens,Tansy,71069,9101.875,2019-07-18,Di Avocet
"""
EXPLORED = """\
rows = story.sql("SELECT * FROM inspections")
df = rows.frame
print(df.to_string())
display(df, rows, story.dataset("inspections"))
import warnings
warnings.warn(df.owner[0])
counted = story.sql("WITH dear AS (SELECT * FROM inspections WHERE fee > 9000) SELECT count(*) AS n_dear FROM dear")
story.finding("kitchens.dear", counted.one("n_dear"), "Dear kitchens")
means = story.table(df.groupby("borough").score.mean().reset_index(), {"score": "cup"})
story.finding("kitchens.gap", means.one("score", borough="Queens") - means.one("score", borough="Bronx"), "Gap")
"""


def test_no_value_of_a_row_leaves_where_the_declaration_lists_no_column(kitchens, tmp_path):
    """Not on pages, not in what charts, recheck.html, feeds or the manifest hold, and not in the archive."""
    declare(kitchens, content=CANARIES)
    path = kitchens.notebooks / "kitchens.ipynb"
    notebook = json.loads(path.read_text())
    cell = {"cell_type": "code", "execution_count": None, "id": "four", "metadata": {}, "outputs": []}
    notebook["cells"].append({**cell, "source": EXPLORED})
    path.write_text(json.dumps(notebook))
    edition = build(kitchens, tmp_path / "edition")
    with unpacked(archive(kitchens, edition, tmp_path / "kitchens.zip")) as (_, root):
        held = {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        lines, agrees = check(root)
    values = {cell for line in CANARIES.splitlines()[1:] for cell in line.split(",")} - {"Bronx", "Queens"}
    values |= {name.split()[1] for name in values if " " in name} | {"9100.38", "71,003", "13 July 2019"}
    assert len(values) == 31 and "edition/recheck.html" in held
    assert [(name, value) for name, content in held.items() for value in values if value.encode() in content] == []
    assert agrees and any("rows of a dataset that may not be shared" in line for line in lines)
