"""A question of a frame knows the units in which the frame was read, whatever it names them."""

import pytest

from tests.small_dataset import declare
from tests.small_series import written
from toolkit.core.errors import ToolkitError
from toolkit.database.open import open_database
from toolkit.notebook.story import Story

SHOPS = "id,town,pct,fee,seats\n1,A,99.6,4.1,1\n2,A,40,6.2,2\n3,B,45,0.1,5\n"
COLUMNS = """\
  - {name: id, printed: id, type: integer}
  - {name: town, printed: town, type: text}
  - {name: pct, printed: pct, type: decimal, unit: percent}
  - {name: fee, printed: fee, type: decimal, unit: million USD}
  - {name: seats, printed: seats, type: integer, unit: person}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    made = written(tmp_path_factory.mktemp("shops"), [["A", "2001", "3", "paper"]])
    declare(made, "shops", SHOPS, COLUMNS, source="paper", publish="[id, town, pct, fee, seats]")
    open_database(made)
    return made


@pytest.fixture
def story(project):
    return Story("any", open_database(project))


def read(story):
    return story.sql("SELECT id, town, pct / 100 AS pct, round(fee * 1e6) AS fee, seats FROM shops").frame


@pytest.mark.parametrize(
    ("selected", "units", "said"),
    [
        ("fee AS tokens", {}, "the name says token, its values are in USD"),
        ("seats AS rank", {}, "a name that says a label, and values in person"),
        ("sum(fee) AS n_seats", {}, "a name that says a count"),
        ("sum(fee) AS fee_million_usd", {}, "the name says million USD, its values are in USD"),
        ("sum(fee) AS total", {"total": "token"}, "the unit token, and values in USD"),
        ("max(pct) - min(pct) AS gap", {"gap": "share"}, "the unit share, and values in percentage points"),
        ("seats::VARCHAR AS s", {}, "numbers as text"),
    ],
)
def test_a_question_of_a_frame_knows_the_units_that_it_was_read_in(story, selected, units, said):
    df = read(story)
    with pytest.raises(ToolkitError) as caught:
        story.sql(f"SELECT {selected} FROM df", units=units)
    assert said in str(caught.value) and len(df) == 3


@pytest.mark.parametrize(
    ("selected", "units", "words"),
    [
        ("sum(fee) AS total", {}, "$10.4m"),
        ("sum(fee) AS total", {"total": "USD"}, "$10.4m"),
        ("max(fee) AS dues", {}, "$6.2m"),
        ("max(pct) - min(pct) AS gap", {}, "59.6 percentage points"),
        ("avg(pct) AS pct", {}, "62%"),
        ("sum(seats) AS n_seats", {}, "8 people"),
        ("count(*) AS n_shops", {}, "3"),
        ("max(fee / seats) AS each", {"each": "USD/person"}, "$4.1m per person"),
        ("count(*) FILTER (pct > 0.4) / count(*) AS large_share", {}, "67%"),
    ],
)
def test_what_a_question_makes_of_a_frame_has_the_unit_of_what_it_is_made_of(story, selected, units, words):
    df = read(story)
    (number,) = story.sql(f"SELECT {selected} FROM df", units=units).numbers
    assert str(number) == words and len(df) == 3
