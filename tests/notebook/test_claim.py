"""The readings of a claim, as a notebook takes them, and the names that are nearest to an unknown one."""

import pytest

from toolkit import open_story
from toolkit.core.errors import ToolkitError
from toolkit.core.text import nearest_first
from toolkit.database.usage_logs import metric_sql


@pytest.fixture
def story(with_database):
    return open_story("coffee")


def test_a_claim_has_the_readings_of_its_sources_side_by_side(story):
    claim = story.claim("coffee.multiple_as_told")
    assert [(key, str(number)) for key, number in claim.items()] == [
        ("office-survey#told", "3.5 times"),
        ("paper-retelling#told", "4 times"),
    ]
    assert claim["office-survey#told"] == story["office-survey"]["told"]
    assert claim._ipython_key_completions_() == list(claim)
    assert claim.certainty == story.database.certainty(claim.id)["level"] and claim.statement in repr(claim)


def test_a_claim_of_statements_has_no_numbers_but_their_rows(story):
    claim = story.claim("coffee.beans")
    assert len(claim) == 0 and [row["stance"] for row in claim.rows] == ["affirms", "denies"]


@pytest.mark.parametrize(
    ("take", "near"),
    [
        (lambda story: story["ofice-survey"], "office-survey"),
        (lambda story: story["office-survey"]["medain"], "median"),
        (lambda story: story.claim("coffee.cups_heavi"), "coffee.cups_heavy"),
        (lambda story: story.claim("coffee.multiple_as_told")["office-survey#tld"], "office-survey#told"),
        (lambda story: story.ask("tolld"), "told"),
        (lambda story: metric_sql("lorentz"), "lorenz"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest_first(story, take, near):
    with pytest.raises(ToolkitError) as refused:
        take(story)
    (problem,) = refused.value.problems
    assert problem.allowed.startswith(near) and problem.remedy


def test_many_names_are_counted():
    known = [f"name-{letter}" for letter in "abcdefghijklmnopqrst"]
    assert nearest_first("name-k", known).startswith("name-k, ") and nearest_first("x", known).endswith(" and 4 more")
    assert nearest_first("x", []) == "none"
