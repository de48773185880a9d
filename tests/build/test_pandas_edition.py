"""A number of pandas over a dataset from cell to edition and archive, and again when one row of the file changes."""

import shutil
import zipfile

import pytest

from tests.notebook.test_run import write
from tests.small_dataset import INSPECTIONS, declare
from toolkit.build.pipeline import build
from toolkit.core.project import find_project
from toolkit.review import recompute
from toolkit.review.archive import archive
from toolkit.review.diff import changes
from toolkit.review.verify import verify

pytestmark = [pytest.mark.heavy, pytest.mark.slow]
OPEN = 'from toolkit import open_story, say\nstory = open_story("kitchens")'
ASKED = "SELECT borough, avg(score) AS mean_score FROM inspections GROUP BY borough HAVING count(*) > 1"
WORK = f"""scores = story.sql("{ASKED}")
df = scores.frame
df["gap"] = df.mean_score - df.mean_score.min()
gaps = story.table(df, units={{"gap": "cup"}}, caption="Gaps")
most = story.finding("kitchens.most", story.number(df.gap.max(), "cup", how="the widest gap"))
gaps"""
CHART = """story.chart(gaps, "dots", x="gap", y="borough", title=say("{} apart", most), subtitle="Scores, invented",
            notes="Invented.", alt="Two dots on one axis, one for each part of the invented city.")"""
PROSE = "---\nstatus: published\ndek: Invented.\n---\n# Kitchens\n\nThey lie {eval}`most` apart."


def test_it_is_built_verified_archived_and_made_again_when_a_row_changes(warm, tmp_path):
    (warm.notebooks / "coffee.ipynb").unlink()
    (warm.root / "requirements.lock").write_text("")
    (warm.root / "pyproject.toml").write_text('[tool.toolkit]\nname = "Kitchens"\n')
    declare(warm)
    write(warm, "kitchens", OPEN, WORK, PROSE, CHART)
    edition = build(find_project(warm.root))
    assert verify(find_project(warm.root), edition).holds

    with zipfile.ZipFile(archive(find_project(warm.root), edition, tmp_path / "edition.zip")) as packed:
        packed.extractall(tmp_path / "archive")
    (script,) = (tmp_path / "archive").rglob("recompute.py")
    lines, agrees = recompute.check(script.parent)
    assert agrees and "rows of a dataset that may not be shared; worked out in pandas" in lines[0]
    assert "kitchens.most rests on dataset:inspections; code in pandas, " in lines[0]

    shutil.copytree(edition, tmp_path / "old")
    declare(warm, content=INSPECTIONS.replace("2,Bronx,Tea,20", "2,Bronx,Tea,26"))
    said = []
    build(find_project(warm.root), progress=said.append)
    assert any("the dataset inspections changed" in line for line in said)
    found = changes(tmp_path / "old", edition)
    moved = next(change for change in found if change.where == "kitchens, kitchens.most")
    assert moved.old.startswith("10 cups (10 to 10 cup, measured") and moved.new.startswith("12 cups (12 to 12 cup")
