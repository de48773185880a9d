"""Topics with so many claims that they stand on several pages: nothing is lost, and every link leads to its claim."""

import pytest
from bs4 import BeautifulSoup

from tests.site import checkers, sample_story
from toolkit.charts import HOUSE
from toolkit.site import claim_pages
from toolkit.site.kept_files import KeptFiles
from toolkit.site.style import shared_styles

pytestmark = pytest.mark.heavy

MANY = 398  # before the three claims that the story uses, of which the last is the first of the third page
PAGES = ["claims-tea.html", "claims-tea.2.html", "claims-tea.3.html"]
MOST = 200
CLAIM = "  - {{id: tea.pot_{0}, statement: Tea in pot {0} of an invented office, unit: order, entity: an office}}\n"
FIGURE = "  - {{id: pot_{0}, claim: tea.pot_{0}, value: {0}, unit: order, place: page {0}}}\n"
REGISTER = """\
schema: 1
id: pot-register
publisher: The Potter
title: All pots
published: 2026-04-16
address: https://example.org/pots
primary: true
seen: in full
relies_on: []
figures:
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many")
    head, _, used = sample_story.CLAIMS.partition("claims:\n")
    (folder / "data" / "sources").mkdir(parents=True)
    figures = "".join(FIGURE.format(pot) for pot in range(1, MANY + 1))
    (folder / "data" / "sources" / "pot-register.yml").write_text(REGISTER + figures)
    with pytest.MonkeyPatch.context() as patched:
        pots = "".join(CLAIM.format(pot) for pot in range(1, MANY + 1))
        patched.setattr(sample_story, "CLAIMS", f"{head}claims:\n{pots}{used}")
        return sample_story.make(folder)


@pytest.fixture(scope="module")
def pages(made):
    return claim_pages.render(made.database, made.edition, [made.page])


@pytest.fixture(scope="module")
def soups(pages):
    return {name: BeautifulSoup(html, "lxml") for name, html in pages.items()}


def listed(soup) -> list[str]:
    """The claims on a page."""
    return [box["id"].removeprefix("c-") for box in soup.select(".claim > div")]


def words(node) -> str:
    return " ".join(node.get_text().split())


def test_its_claims_stand_on_several_pages_each_once_in_the_order_of_the_file(made, soups):
    assert list(soups) == ["claims.html", *PAGES]
    in_file = [row["id"] for row in made.database.rows("SELECT id FROM claims ORDER BY rowid")]
    assert [name for page in PAGES for name in listed(soups[page])] == in_file
    assert [len(listed(soups[page])) for page in PAGES] == [MOST, MOST, 1]


def test_each_page_says_which_claims_it_has_and_leads_to_the_others(soups):
    named = ["1 to 200", "201 to 400", "401"]
    for page, numbers in zip(PAGES, named, strict=True):
        assert f"Claims {numbers} of 401" in words(soups[page].select_one(".meta"))
        links = soups[page].select("#pages li a")
        assert [(link["href"], words(link)) for link in links] == list(zip(PAGES, named, strict=True))
        assert [words(link) for link in links if link.get("aria-current")] == [numbers]
    assert [link["href"] for page in PAGES for link in soups[page].select("a[rel=next]")] == PAGES[1:]
    assert len({words(soups[page].title) for page in PAGES}) == len(PAGES)
    index = [link["href"] for link in soups["claims.html"].select(".topic li a")]
    assert index == PAGES and "from “Tea in pot 201 of an invented office”" in words(soups["claims.html"])


def test_every_link_to_a_claim_leads_to_the_page_that_it_is_on(made, soups):
    of_story = [link["href"] for link in BeautifulSoup(made.page.html, "lxml").select("a[href^='claims-tea']")]
    assert {link.partition("#")[0] for link in of_story} == set(PAGES[1:])
    for link in of_story:
        page, _, place = link.partition("#")
        assert place.removeprefix("c-") in listed(soups[page])
    for page in PAGES:
        inside = {link["href"].removeprefix("#c-") for link in soups[page].select(".publisher a, .claim > div > a")}
        assert inside == set(listed(soups[page]))


def test_what_stories_use_stands_with_the_claim_on_its_page(soups):
    found = [{words(link) for link in soups[page].select(".ours a")} for page in PAGES]
    assert "3.4 times" in found[1] and not (found[0] | found[2])
    assert [link["href"] for link in soups[PAGES[2]].select("a[href='tea.html']")] == ["tea.html"]


def test_of_kept_pages_those_are_made_again_whose_claims_a_story_uses_otherwise(made, pages):
    first = KeptFiles()
    assert claim_pages.render(made.database, made.edition, [made.page], first) == pages
    by_key = {key: f"kept {name}".encode() for name, key in first.made_of.items()}
    again = claim_pages.render(made.database, made.edition, [made.page], KeptFiles(by_key))
    assert again == {name: f"kept {name}" for name in pages}
    unused = claim_pages.render(made.database, made.edition, [], KeptFiles(by_key))
    assert [name for name in pages if unused[name] == again[name]] == ["claims.html", PAGES[0]]
    last = BeautifulSoup(unused[PAGES[2]], "lxml")
    assert listed(last) == ["tea.multiple"] and not last.select("a[href='tea.html']")


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_a_reader_turns_pages_and_follows_a_receipt_with_scripts_off(open_page, made, pages, tmp_path, width, scheme):
    made.write(tmp_path)
    for name, html in pages.items():
        (tmp_path / name).write_text(html, encoding="utf-8")
    for name, style in shared_styles(HOUSE, pages.values()).items():
        (tmp_path / name).write_bytes(style)
    page = open_page(f"{tmp_path.as_uri()}/claims.html", width=width, color_scheme=scheme, java_script_enabled=False)
    page.locator(".topic summary").click()
    page.get_by_role("link", name="Claims 1 to 200").click()
    assert checkers.fits(page)
    page.get_by_role("link", name="Next: claims 201 to 400").click()
    page.get_by_role("navigation", name="Claims of this topic by number").get_by_role(
        "link", name="401", exact=True
    ).click()
    page.wait_for_url("**/claims-tea.3.html")
    assert page.locator(".claim").count() == 1
    page.goto(f"{tmp_path.as_uri()}/claims-tea.3.html#c-tea.multiple")
    assert page.locator("[id='c-tea.multiple']").is_visible()
