"""{quote} and {source}: what stands in them is held against the source that they name."""

import pytest

from tests.site import sample_story
from toolkit.core.errors import StoryError
from toolkit.database.open import open_database
from toolkit.notebook.typed_numbers import typed_numbers
from toolkit.site.citations import Citations
from toolkit.site.source_roles import linked, source_and_words
from toolkit.site.sourcing import Sourcing


@pytest.fixture
def citations(tmp_path):
    return Citations(Sourcing(open_database(sample_story.make_project(tmp_path))))


def test_a_source_named_without_a_number_stands_in_the_list_and_dates_the_page(citations):
    assert linked("source", "leaf-daily: The Leaf's man", citations, "here") == (
        '<a class="q" href="#s-leaf-daily">The Leaf’s man</a>'
    )
    assert list(citations.used) == ["leaf-daily"] and citations.sourcing.newest(citations.used) == "2026-05-12"


def test_a_quotation_is_a_part_of_what_was_entered_as_quoted(citations):
    assert source_and_words("quote", "kettle-survey: times as much", citations, "here")[1] == "times as much"
    with pytest.raises(StoryError, match="not among the quotes of kettle-survey") as refused:
        linked("quote", "kettle-survey: four times as much", citations, "here")
    assert "three times as much" in str(refused.value) and not citations.used
    with pytest.raises(StoryError, match="none is entered"):
        linked("quote", "leaf-daily: as much", citations, "here")


@pytest.mark.parametrize("role", ["quote", "source"])
def test_a_source_that_nobody_entered_is_refused_with_those_that_are(citations, role):
    with pytest.raises(StoryError, match="no source 'kettle-surveys'") as refused:
        linked(role, "kettle-surveys: three times", citations, "here")
    assert "kettle-survey" in str(refused.value).partition("allowed:")[2]


def test_a_number_typed_into_the_name_of_a_source_is_one():
    assert typed_numbers("So says {source}`daily: paper 12 of Leaf`, {quote}`daily: 12 cups`.") == ["12"]
