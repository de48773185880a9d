"""The front page: one sentence, one number, one chart, the stories."""

import json
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_markdown_cell

from tests.publish import sample_story
from toolkit.errors import ToolkitError
from toolkit.publish import front


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return sample_story.make(tmp_path_factory.mktemp("tea"))


def words(node) -> str:
    return " ".join(node.get_text().split())


def test_it_leads_with_the_first_story(made):
    soup = BeautifulSoup(made.index, "lxml")
    assert words(soup.h1) == made.page.dek
    number = soup.select_one(".number.big a")
    assert words(number) == "3.4×" and number["href"].startswith("tea.html#r-")
    assert BeautifulSoup(made.page.html, "lxml").find(id=number["href"].partition("#")[2])
    assert "Computed from reported figures" in words(soup.select_one(".number.big"))
    assert [svg["class"] for svg in soup.find_all("svg")] == [["chart", "chart-narrow"]]
    assert soup.time["datetime"] == "2026-05-12"


def test_it_lists_every_story_with_its_number_kind_and_date(made):
    soup = BeautifulSoup(front.render([made.page, made.page], made.desk, made.edition), "lxml")
    stories = soup.select(".stories li")
    assert len(stories) == 2
    assert stories[0].h3.a["href"] == "tea.html" and words(stories[0].h3) == made.page.title
    assert words(stories[0].select_one(".small")) == "Computed from reported figures · 12 May 2026"


def test_a_cell_tagged_front_gives_its_sentence_and_is_not_in_the_story(tmp_path):
    cell = new_markdown_cell("The office drinks less than is *told*.", metadata={"tags": ["front"]})
    made = sample_story.make(tmp_path, extra=[cell])
    assert words(BeautifulSoup(made.index, "lxml").h1) == "The office drinks less than is told."
    assert "less than is" not in made.page.html


def test_feed_and_sitemap_exist_only_with_an_address(made, tmp_path):
    assert front.feeds([made.page], made.edition) == {}
    other = sample_story.make(tmp_path, site="https://desk.example")
    files = front.feeds([other.page], other.edition)
    feed = ElementTree.fromstring(files["feed.xml"])
    space = {"a": "http://www.w3.org/2005/Atom"}
    assert feed.findtext("a:entry/a:title", None, space) == other.page.title
    assert feed.findtext("a:entry/a:updated", None, space) == "2026-05-12T00:00:00Z"
    found = ElementTree.fromstring(files["sitemap.xml"]).iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")
    assert [place.text for place in found] == [
        f"https://desk.example/{name}" for name in ("", "claims.html", "tea.html")
    ]
    assert "Sitemap: https://desk.example/sitemap.xml" in files["robots.txt"].splitlines()


def policy(html: str) -> dict[str, list[str]]:
    content = BeautifulSoup(html, "lxml").find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    return {rule.split()[0]: rule.split()[1:] for rule in content.split(";")}


@pytest.mark.parametrize("site", ["https://desk.example", "https://desk.example/audits/2026"])
def test_pages_with_an_address_let_auditors_ask_for_the_rules_of_its_host_and_nothing_else(made, tmp_path, site):
    assert policy(made.index).keys() == {"default-src", "style-src", "img-src", "font-src", "base-uri", "form-action"}
    other = sample_story.make(tmp_path, site=site)
    for html, closed in ((other.index, made.index), (other.page.html, made.page.html)):
        rules = policy(html)
        assert rules.pop("connect-src") == ["https://desk.example/robots.txt"]
        assert rules == policy(closed) and rules["default-src"] == ["'none'"]


def test_an_edition_in_a_folder_of_a_host_leaves_the_rules_to_the_host(tmp_path):
    made = sample_story.make(tmp_path, site="https://desk.example/audits")
    assert set(front.feeds([made.page], made.edition)) == {"feed.xml", "sitemap.xml"}


@pytest.mark.parametrize("site", ["desk.example", "https://", "https://desk.example; script-src *", "file:///tmp"])
def test_an_address_that_is_none_is_refused(tmp_path, site):
    with pytest.raises(ToolkitError, match="tool.toolkit"):
        sample_story.make(tmp_path, site=site)


def test_it_is_made_like_the_pages_it_leads_to(made):
    soup = BeautifulSoup(made.index, "lxml")
    assert soup.html["lang"] == "en" and len(soup.find_all("h1")) == 1
    assert "default-src 'none'" in soup.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    assert json.loads(soup.script.string)["hasPart"] == [
        {"@type": "Article", "headline": made.page.title, "url": "tea.html"}
    ]
    assert not soup.find_all("img") and len(soup.find_all("script")) == 1
