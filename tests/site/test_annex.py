"""A story's annex: a page of its own, with nothing lost between the two."""

import json
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_markdown_cell

from tests.site import sample_story
from toolkit.core.errors import StoryError, ToolkitError
from toolkit.site.annex import split
from toolkit.site.edition import page_from_json, page_to_json
from toolkit.site.links import dead_links
from toolkit.site.page import edition_context

pytestmark = pytest.mark.heavy  # most make a page

BEGIN = new_markdown_cell("# How the cups were counted\n\nBy hand.", metadata={"tags": ["annex"]})
LIST = "# Tea\n\n- Some drink {eval}`top`.\n- Others drink {eval}`median`.\n- That is {eval}`multiple`.\n"


def words(node) -> str:
    return " ".join(node.get_text().split())


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return sample_story.make(
        tmp_path_factory.mktemp("annex"),
        "https://tea.example",
        [BEGIN],
        ["Not {quote}`kettle-survey: three times as much`."],
    )


@pytest.fixture(scope="module")
def story(made):
    return BeautifulSoup(made.page.html, "lxml")


@pytest.fixture(scope="module")
def annex(made):
    return BeautifulSoup(made.page.annex.html, "lxml")


def test_what_follows_the_tag_stands_on_the_annex_and_nowhere_else(made, story, annex):
    assert made.page.annex.path == "tea-annex.html"
    assert words(annex.h1) == "How the cups were counted" and words(annex.select_one(".dek")) == "By hand."
    assert not story.select(".exhibit") and len(annex.select(".exhibit")) == 2
    assert "14 cups" in annex.get_text() or "14 orders" in annex.get_text()
    assert annex.select(".receipt") and annex.find(id="sources")
    assert not story.find(id="code") and "open_story" in annex.find(id="code").get_text()
    assert all(annex.find(id=number["popovertarget"]) for number in annex.select(".n > button"))


def test_each_page_leads_to_the_other_and_old_links_to_charts_lead_on(made, story, annex):
    assert annex.select_one(".kicker a")["href"] == "tea.html"
    listed = {entry["id"]: entry.a["href"] for entry in story.select(".annex li")}
    assert listed["chart-pairs"] == "tea-annex.html#chart-pairs" and listed["limits"] == "tea-annex.html#limits"
    assert all(annex.find(id=name) for name in listed)
    assert dead_links([made.page], ["index.html", "claims.html"]) == []
    assert annex.find(id="corrections").parent.find("a", href="tea.html#corrections")


def test_the_workings_of_both_stand_on_the_annex(story, annex):
    assert not story.select("#questions, #pandas, #certainty")
    leads = [link["href"] for link in story.select(".asked a, a[href$='#certainty']")]
    assert leads and all(annex.find(id=link.removeprefix("tea-annex.html#")) for link in leads)
    known = [link["href"] for link in annex.select("#certainty a")]
    assert known and all(link.startswith("claims-") and "#c-" in link for link in known)


def test_its_charts_keep_their_files_and_their_embeds_lead_to_it(made):
    assert {"charts/pairs.svg", "charts/pairs.png", "data/pairs.csv"} <= set(made.page.files)
    embed = made.page.files["charts/pairs.html"].decode()
    assert "../../tea-annex.html#chart-pairs" in embed and "How the cups were counted" in embed


def test_findings_stay_claims_of_the_story_and_the_annex_is_a_part_of_it(story, annex):
    graphs = [json.loads(page.find("script").string)["@graph"] for page in (story, annex)]
    kinds = [[part["@type"] for part in graph] for graph in graphs]
    assert "Claim" in kinds[0] and "Claim" not in kinds[1] and kinds[1].count("Dataset") == 2
    assert graphs[1][0]["isPartOf"]["headline"] == words(story.h1)
    assert graphs[1][0]["url"] == "https://tea.example/tea-annex.html"


def test_a_stored_page_comes_back_with_its_annex(made):
    assert page_from_json(page_to_json(made.page, {"title": "Tea"})) == (made.page, {"title": "Tea"})
    assert page_from_json(page_to_json(made.page).replace(b'"sentences"', b'"of_another_version"')) is None


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ([BEGIN, new_markdown_cell("# More", metadata={"tags": ["annex"]})], "a second tag annex"),
        ([new_markdown_cell("Methods", metadata={"tags": ["annex"]})], "an annex without a title"),
        ([new_markdown_cell("# Again")], "a second headline"),
    ],
)
def test_what_is_no_annex_is_refused_by_name(tmp_path, cells, found):
    with pytest.raises(StoryError, match=found):
        sample_story.make(tmp_path, extra=cells)


def test_no_story_takes_the_address_of_an_annex(made):
    with pytest.raises(ToolkitError, match="tea-annex"):
        edition_context(made.project, [made.executed, replace(made.executed, slug="tea-annex")])


def test_a_list_under_the_headline_is_a_summary_of_three_sentences_with_a_number_each(tmp_path, monkeypatch):
    monkeypatch.setattr(sample_story, "HEAD", LIST)
    (tmp_path / "a").mkdir()
    found = BeautifulSoup(sample_story.make(tmp_path / "a").page.html, "lxml").select(".finding > ul > li")
    assert len(found) == 3 and all(item.select(".n") for item in found)
    monkeypatch.setattr(sample_story, "HEAD", LIST.replace(" {eval}`median`", " less"))
    (tmp_path / "b").mkdir()
    lists_below = [new_markdown_cell("## What we do not know\n\n- Why.")]
    with pytest.raises(StoryError, match="a summary of 3 sentences with 2 numbers") as raised:
        sample_story.make(tmp_path / "b", extra=lists_below)
    assert len(raised.value.problems) == 1


def test_the_parts_of_a_notebook_are_its_cells_each_once(made):
    told, beyond = split(made.executed)
    places = sorted(number for number, _ in [*told, *beyond])
    assert places == list(range(1, len(made.executed.notebook.cells) + 1))
