"""A story of a dataset, built: its numbers lead to the file's rows, and another file makes the story stale."""

import hashlib
import json

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


@pytest.fixture
def kitchens(warm):
    sample = warm
    declare(sample, publish="[borough, score]")
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
    assert "<td>Bronx</td><td>10</td>" in page and "Ada One" not in page
    assert "SELECT borough, avg(score) AS mean_score FROM inspections" in page
    assert "retrieved 15 April 2026" in page and 'href="#s-office-survey"' in page
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
    declare(kitchens, content=changed, publish="[borough, score]")
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
    declare(kitchens, linked="true", file="../away/inspections.csv")
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
