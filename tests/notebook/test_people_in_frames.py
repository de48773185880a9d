"""People in frames: no value of one person becomes a number, nor of a private dataset what cannot be counted."""

import pytest

from tests.small_dataset import declare
from toolkit.core.errors import StoryError
from toolkit.database.open import open_database
from toolkit.notebook.story import Story

pytestmark = pytest.mark.heavy
ALL = "SELECT * FROM inspections"
FIGURE = "figure:office-survey#heavy"


@pytest.fixture
def opened(with_database):
    def story(**more):
        declare(with_database, **more)
        return Story("kitchens", open_database(with_database))

    return story


def test_the_value_of_one_person_is_no_number_of_a_story(opened):
    story = opened()
    df = story.sql(ALL).frame
    for value in (df.score.max(), df[df.owner == "Di Four"].fee.sum(), df.fee.iloc[0]):
        with pytest.raises(StoryError, match="of fewer than 2 rows of inspections is this value") as raised:
            story.number(value, "cup", how="x")
    assert "HAVING count" in raised.value.problems[0].remedy
    assert opened(publish="[score]").number(df.score.max(), "cup", how="x", of=story.database.leaf(FIGURE)).low == 30
    assert str(story.number((df.score > 9).sum(), "1", how="kitchens over nine")) == "4"


def test_a_mean_of_two_people_is_told_where_no_larger_group_is_declared(opened):
    """Fewer than two is a person. A newsroom that holds more back says so: smallest_group."""
    two = "SELECT owner, score FROM inspections ORDER BY score DESC LIMIT 2"
    story = opened()
    assert story.number(story.sql(two).frame.score.mean(), "cup", how="the two highest").low > 0
    story = opened(smallest_group=3)
    with pytest.raises(StoryError):
        story.number(story.sql(two).frame.score.mean(), "cup", how="the two highest")


def test_of_a_private_dataset_pandas_gives_numbers_of_published_answers_alone(opened):
    story = opened(private="true", smallest_group=2)
    grouped = "SELECT borough = 'Bronx' AS bronx, avg(score) AS mean_score FROM inspections GROUP BY ALL"
    scores = story.sql(grouped).frame
    assert story.number(scores.mean_score.max() - scores.mean_score.min(), "cup", how="gap").low == 10
    df = story.sql(ALL).frame
    with pytest.raises(StoryError, match="with an unknown number of rows of inspections behind it"):
        story.number(df.score.mean() + 0.1, "cup", how="x")
    made = story.table(df.groupby("borough").score.sum().drop("Kings"), {"score": "cup"}, name="x")
    assert "with an unknown number of rows" in made.withheld[0].found


def test_true_and_false_of_a_private_dataset_are_values_to_work_with_and_no_words(desk_with):
    moved = "respondent,region,moved\n" + "".join(f"{n},{'NS'[n % 2]},{str(n % 4 < 2).lower()}\n" for n in range(40))
    columns = "".join(
        f"  - {{name: {name}, printed: {name}, type: {kind}}}\n"
        for name, kind in [("respondent", "integer"), ("region", "text"), ("moved", "boolean")]
    )
    database = desk_with("survey", moved + "40,N,\n", columns, publish="[]")
    story = Story("survey", database)
    frame = story.sql("SELECT * FROM survey").frame
    assert frame.moved.dropna().map(type).eq(bool).all() and frame.moved.isna().sum() == 1
    known = frame.dropna(subset="moved")
    share = story.number((known.moved == True).mean(), "share", how="moved last year")  # noqa: E712
    assert str(share) == "50%" and len(known[known.moved.astype(bool)]) == 20
    by_region = known.groupby("region").moved.apply(lambda one: (one == True).mean())  # noqa: E712
    assert [str(one) for one in story.table(by_region.reset_index(name="moved_share"), name="x").numbers] == ["50%"] * 2
    assert story.table(frame[["region", "moved"]], name="rows").withheld
    assert story.sql("SELECT moved FROM survey").withheld


PEOPLE = "owner,site,hours\n" + "".join(f"{'ABCD'[row % 4]}da One,{'NS'[row % 3 > 1]},{row}\n" for row in range(24))
COLUMNS_OF_PEOPLE = """\
  - {name: owner, printed: owner, type: text}
  - {name: site, printed: site, type: text}
  - {name: hours, printed: hours, type: integer, unit: cup}
"""


def test_a_frame_with_people_as_headings_is_withheld_and_one_with_sites_is_not(desk_with):
    story = Story("work", desk_with("work", PEOPLE, COLUMNS_OF_PEOPLE))
    df = story.sql("SELECT * FROM work").frame
    by_person = df.pivot_table(index="site", columns="owner", values="hours", aggfunc="sum").reset_index()
    made = story.table(by_person, dict.fromkeys(by_person.columns[1:], "cup"), name="wide")
    assert {one.found for one in made.withheld} == {"headings that are people of work, by owner"}
    by_site = df.pivot_table(index="owner", columns="site", values="hours", aggfunc="sum").reset_index()
    assert story.table(by_site, {"N": "cup", "S": "cup"}, name="sites").withheld == ()


def test_a_frame_of_answers_with_names_of_a_private_dataset_is_withheld(desk_with):
    story = Story("work", desk_with("work", PEOPLE, COLUMNS_OF_PEOPLE, private="true"))
    df = story.sql("SELECT owner, sum(hours) AS hours FROM work GROUP BY owner").frame
    assert (
        story.table(df, {"hours": "cup"}, name="people").withheld[0].found.startswith("rows of single people of work")
    )
    story = Story("work", story.database)
    df = story.sql("SELECT site, sum(hours) AS hours FROM work GROUP BY site").frame
    assert story.table(df, {"hours": "cup"}, name="sites").withheld == ()
