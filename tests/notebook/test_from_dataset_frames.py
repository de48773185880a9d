"""Frames over datasets: kind measured, what they rest on, and nothing of a single row on a page."""

import pandas as pd
import pytest

from tests.notebook.test_from_pandas import run_cell
from tests.small_dataset import declare
from toolkit.core.errors import StoryError
from toolkit.core.kind import Kind
from toolkit.database.open import open_database
from toolkit.notebook.story import Story

pytestmark = pytest.mark.heavy

ALL = "SELECT * FROM inspections"


@pytest.fixture
def opened(desk_with, monkeypatch):
    """A function from lines of the declaration to a story of a project with the dataset."""
    monkeypatch.setattr("toolkit.notebook.number_from_pandas.assumptions", {})

    return lambda name="inspections", **more: Story("kitchens", desk_with(name, **more))


@pytest.fixture
def story(opened):
    return opened()


def test_a_number_over_a_dataset_is_measured_and_names_its_file(story):
    df = story.sql(ALL).frame
    made = story.number(df.score.mean(), "cup", how="mean score")
    (rows,) = made.inputs
    assert made.kind == Kind.MEASURED and rows.ref == "dataset:inspections" and "inspections.csv, SHA-256" in rows.label
    assert rows.low == 6 and str(made) == "16 cups"


def test_looking_at_a_dataset_is_taking_it_and_it_may_be_named(story):
    view = story.dataset("inspections")
    made = story.number(pd.DataFrame(view.rows)[3].mean(), "cup", how="mean of the first rows", of=view)
    assert made.inputs == (view.leaf,) == story.number(sum(view.rows[0][3:4]) / 4, "cup", how="x").inputs


def test_two_datasets_are_both_rested_on_where_one_is_not_named(sample):
    for name in ("inspections", "reviews"):
        declare(sample, name)
    story = Story("kitchens", open_database(sample))
    a, b = story.sql("SELECT score FROM inspections"), story.sql("SELECT score FROM reviews")
    both = story.number((a.frame.score + b.frame.score).mean(), "cup", how="mean sum")
    assert [one.ref for one in both.inputs] == ["dataset:inspections", "dataset:reviews"]
    assert [one.ref for one in story.number(b.frame.score.mean(), "cup", how="x", of=b).inputs] == ["dataset:reviews"]


def table_of(story, build, name="x"):
    units = {"score": "cup", "fee": "USD", "x": "cup"}
    made = build(story.sql(ALL).frame)
    made = made.reset_index() if isinstance(made, pd.Series) else made
    return story.table(made, {key: unit for key, unit in units.items() if key in made}, name=name)


SHOWN = {
    "groups": lambda df: df[df.borough != "Kings"].groupby("borough", as_index=False).score.sum(),
    "two kinds of groups": lambda df: (
        df[df.borough == "Queens"].groupby(["borough", "cuisine"]).score.var().reset_index()
    ),
    "a summary": lambda df: df[["score", "fee"]].agg(["mean", "var"]).rename_axis("what").reset_index(),
    "numbers that are worked out": lambda df: df[["score"]].rank().assign(score=lambda d: d.score + 0.25),
}
WITHHELD = {
    "rows": (lambda df: df[["borough", "score"]], "values of single rows"),
    "rows under other names": (lambda df: df[["owner", "score"]].rename(columns={"owner": "who"}), "values of single"),
    "rows in other letters": (lambda df: df.assign(who=df.owner.str.upper())[["who"]], "values of single rows"),
    "numbers alone": (lambda df: df[["score", "fee"]], "values of single rows"),
    "a group of one": (lambda df: df.groupby("borough").score.mean(), "1 row resting on fewer than 2 rows"),
    "with a total": (
        lambda df: pd.concat([df.groupby("owner").score.mean(), pd.Series({"All": 1.0}, name="score")]).rename_axis(
            "who"
        ),
        "2 rows resting on fewer than 2",
    ),
    "a summary of single rows": (
        lambda df: df[["score"]].agg(["min", "max"]).rename_axis("what").reset_index(),
        "values of fewer than 2 rows",
    ),
    "the most of each group": (
        lambda df: df[df.borough == "Queens"].groupby("borough").score.max(),
        "values of fewer than 2 rows",
    ),
    "days": (lambda df: df.groupby("inspected").score.mean(), "6 rows resting on fewer than 2 rows"),
}


@pytest.mark.parametrize("build", SHOWN.values(), ids=SHOWN)
def test_groups_of_rows_may_be_published(story, build):
    assert table_of(story, build).withheld == ()


@pytest.mark.parametrize(("build", "found"), WITHHELD.values(), ids=WITHHELD)
def test_single_rows_are_withheld_whatever_they_are_called(story, build, found):
    made = table_of(story, build)
    assert found in made.withheld[0].found and "publish: in data/datasets/inspections.yml" in made.withheld[0].remedy
    assert made.numbers == ()
    words = dict.fromkeys(("subtitle", "notes", "alt"), "In a sentence, at some length, so that it is an alt text.")
    with pytest.raises(StoryError, match=found):
        story.chart(made, "dots", title="Shown", **words)


def test_columns_that_the_declaration_lists_may_be_published_row_by_row(opened):
    story = opened(publish="[borough, score]")
    assert table_of(story, lambda df: df[["borough", "score"]]).withheld == ()
    assert table_of(story, lambda df: df[["score"]]).withheld == ()
    made = table_of(story, lambda df: df[["borough", "score", "owner"]])
    assert [column.name for column in made.columns if column.withheld] == ["owner"]


def test_the_suppression_limit_of_a_dataset_holds_for_frames(opened):
    story = opened(smallest_group=3)
    (problem,) = table_of(story, SHOWN["groups"]).withheld[:1]
    assert "1 row resting on fewer than 3 rows" in problem.found
    made = table_of(
        story, lambda df: df.assign(half=df.score.gt(12).map(str)).groupby(["borough", "half"]).score.mean()
    )
    assert "with an unknown number of rows" in made.withheld[0].found


def test_a_column_as_it_was_taken_keeps_its_unit_and_another_is_told_it(story):
    scores = story.sql("SELECT borough, avg(score) AS mean_score FROM inspections GROUP BY borough")
    df = scores.frame
    df["gap"] = df.mean_score - df.mean_score.min()
    gaps = story.table(df, units={"gap": "cup"})
    assert [(column.name, column.unit) for column in gaps.columns[1:]] == [("mean_score", "cup"), ("gap", "cup")]
    df["mean_score"] = df.mean_score * 2.5
    with pytest.raises(StoryError) as raised:
        story.table(df, units={"gap": "cup"})
    (problem,) = raised.value.problems
    assert problem.where.endswith("column mean_score") and 'units={"mean_score": "cup"}' in problem.remedy


NUMBER = "made = story.number(df.score.mean(), 'cup', how='mean')"


@pytest.mark.parametrize(
    "source",
    [
        'df = pd.read_csv("../data/datasets/inspections.csv")',
        'df = pd.concat(pd.read_csv(path) for path in Path("../data/datasets").glob("*.csv"))',
        "story.dataset('inspections')\ndf = pd.DataFrame({'score': told.told_multiple})",
    ],
)
def test_a_file_that_a_cell_reads_itself_is_taken(story, monkeypatch, source):
    monkeypatch.chdir(story.database.project.notebooks)
    told = story.ask("told").frame
    made = run_cell(story, told, f"import pandas as pd\nfrom pathlib import Path\ntold = frame\n{source}\n{NUMBER}")
    assert [one.ref for one in made.inputs][-1] == "dataset:inspections" and made.kind == Kind.MEASURED
    assert list(story.datasets) == ["inspections"]


def test_a_frame_has_the_values_of_its_file_and_a_page_those_without_scales(opened):
    columns = (
        "  - {name: town, printed: town, type: text}\n  - {name: fee, printed: fee, type: decimal, unit: million cup}\n"
        "  - {name: part, printed: part, type: decimal, unit: percent}\n"
    )
    content = "town,fee,part\nA,4.1,99.6\nB,2.5,45\n"
    story = opened(name="shops", content=content, columns=columns, publish="[town, fee, part]")
    asked = story.sql("SELECT town, fee, part FROM shops ORDER BY town")
    assert asked.frame.attrs["units"] == {"fee": "million cup", "part": "percent"}
    assert asked.frame.fee.tolist() == [4.1, 2.5] and asked.frame.part.tolist() == [99.6, 45]
    again = story.table(asked.frame.copy(), name="again")
    assert [row[1].low for row in again.rows] == [row[1].low for row in asked.rows] == [4.1e6, 2.5e6]
    assert [row[2].low for row in again.rows] == [row[2].low for row in asked.rows] == [0.996, 0.45]
    once_more = story.table(again.frame.copy(), name="more")
    assert [row[1].low for row in once_more.rows] == [4.1e6, 2.5e6]
