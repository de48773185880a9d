"""The front page: two stories with a sentence, a number and a chart each, then a list of the others."""

import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from tests.site import sample_story
from tests.site.test_page import corrected_project
from toolkit.core.errors import StoryError, ToolkitError
from toolkit.site import front
from toolkit.site.feeds import feeds

pytestmark = pytest.mark.heavy


OTHERS = ["index.html", "claims.html", "claims-tea.html"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return sample_story.make(tmp_path_factory.mktemp("tea"))


def words(node) -> str:
    return " ".join(node.get_text().split())


def test_it_leads_with_the_first_story(made):
    soup = BeautifulSoup(made.index, "lxml")
    assert words(soup.h1) == made.page.dek
    number = soup.select_one(".number.big a")
    assert words(number) == "3.4×" and number["href"].startswith("tea.html#n-")
    assert BeautifulSoup(made.page.html, "lxml").find(id=number["href"].partition("#")[2])
    assert "Computed from reported figures" in words(soup.select_one(".number.big"))
    assert [svg["class"][-1] for svg in soup.find_all("svg")] == ["chart-wide", "chart-narrow"]
    assert soup.time["datetime"] == "2026-05-12"


def test_the_second_story_leads_too_and_the_others_are_listed_with_number_kind_and_date(made):
    soup = BeautifulSoup(front.render([made.page] * 4, made.database, made.edition), "lxml")
    assert [len(article.select("svg")) for article in soup.select(".leads article")] == [2, 1]
    stories = soup.select(".stories li")
    assert len(stories) == 2
    assert stories[0].h3.a["href"] == "tea.html" and words(stories[0].h3) == made.page.title
    assert words(stories[0].select_one(".small")) == "Computed from reported figures · 12 May 2026"


def test_sentences_tagged_front_stand_there_with_their_numbers_and_not_in_the_story(tmp_path):
    made = sample_story.make(
        tmp_path,
        front_texts=[
            "The office drinks {eval}`multiple` what is *told*.",
            "Told as {eval}`told`, spread {eval}`sigma`.\n\nOr not.",
        ],
    )
    soup = BeautifulSoup(made.index, "lxml")
    assert words(soup.h1) == "The office drinks 3.4 times what is told." and not soup.h1.p
    assert words(soup.select_one(".number.big a")) == "3.4×"
    more = [words(p) for p in soup.select(".leads .also")]
    assert more[0].startswith("Told as 3 times, spread 0.97") and "assumed" in more[0] and more[1] == "Or not."
    story = BeautifulSoup(made.page.html, "lxml")
    links = soup.select("h1 a.n, .also a.n")
    for link in links:
        page, _, place = link["href"].partition("#")
        assert page == "tea.html" and words(link) == words(story.find(id=place))
    assert len(links) == 3
    assert "Or not." not in made.page.html


@pytest.mark.parametrize(
    "text, said",
    [
        ("It is {eval}`unsaid`.", "stands in no sentence of the story"),
        ("- a list", "a list for the front page"),
    ],
)
def test_what_the_front_page_cannot_take_is_refused(tmp_path, text, said):
    with pytest.raises(StoryError, match=said):
        sample_story.make(tmp_path, front_texts=[text])


def test_feed_and_sitemap_exist_only_with_an_address(made, tmp_path):
    assert feeds([made.page], made.edition, OTHERS) == {}
    other = sample_story.make(tmp_path, site="https://desk.example")
    files = feeds([other.page], other.edition, OTHERS)
    feed = ElementTree.fromstring(files["feed.xml"])
    space = {"a": "http://www.w3.org/2005/Atom"}
    assert feed.findtext("a:entry/a:title", None, space) == other.page.title
    assert feed.findtext("a:entry/a:updated", None, space) == "2026-05-12T00:00:00Z"
    found = ElementTree.fromstring(files["sitemap.xml"]).iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")
    assert [place.text for place in found] == [
        f"https://desk.example/{name}" for name in ("", "claims.html", "claims-tea.html", "tea.html")
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
        rules, without = policy(html), policy(closed)
        assert rules.pop("connect-src") == ["https://desk.example/robots.txt"]
        for policies in (rules, without):  # a page's fonts have the letters of its address, which paper shows
            assert all(style == "'self'" or style.startswith("'sha256-") for style in policies.pop("style-src"))
        assert rules == without and rules["default-src"] == ["'none'"]


def test_an_edition_in_a_folder_of_a_host_leaves_the_rules_to_the_host(tmp_path):
    made = sample_story.make(tmp_path, site="https://desk.example/audits")
    assert set(feeds([made.page], made.edition, OTHERS)) == {"feed.xml", "sitemap.xml"}


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


def test_each_correction_is_an_entry_of_the_feed(tmp_path):
    corrected_project(tmp_path, site="https://desk.example")
    made = sample_story.make(tmp_path, site="https://desk.example")
    feed = ElementTree.fromstring(feeds([made.page], made.edition, OTHERS)["feed.xml"])
    space = {"a": "http://www.w3.org/2005/Atom"}
    story, note = feed.findall("a:entry", space)
    assert note.findtext("a:title", None, space) == f"Correction: {made.page.title}"
    assert "four <times> is now 3.4 times" in note.findtext("a:summary", None, space)
    place = note.findtext("a:id", None, space).partition("#")[2]
    assert BeautifulSoup(made.page.html, "lxml").find(id=place)
    assert feed.findtext("a:updated", None, space) == "2026-06-01T00:00:00Z"


def test_no_character_of_a_feed_is_invisible(made):
    hidden = replace(made.page, title="12.5\u202e cups")
    edition = replace(made.edition, site="https://desk.example")
    assert "<title>12.5[U+202E] cups</title>" in feeds([hidden], edition, OTHERS)["feed.xml"]
