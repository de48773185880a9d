"""The pages of claims: complete, filtered with scripts off and on, inert, the same each time."""

import gzip
import json
import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from tests.site import checkers, sample_story
from toolkit.charts import HOUSE
from toolkit.core.errors import ToolkitError
from toolkit.core.project import find_project
from toolkit.database.open import open_database
from toolkit.site import claim_pages
from toolkit.site.claims import FIELDS
from toolkit.site.edition import EditionContext
from toolkit.site.page import edition_context
from toolkit.site.style import shared_styles

pytestmark = pytest.mark.heavy

RAW, PACKED = 400_000, 60_000  # the most bytes of a page; packed with the styles and fonts that it shares
ELEMENTS = 5_000  # 16,300 kept a simulated phone busy for more than a quarter of a second


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return sample_story.make(tmp_path_factory.mktemp("tea"))


@pytest.fixture(scope="module")
def pages(made):
    return claim_pages.render(made.database, made.edition, [made.page])


@pytest.fixture(scope="module")
def html(pages):
    return pages["claims-tea.html"]


@pytest.fixture(scope="module")
def soup(html):
    return BeautifulSoup(html, "lxml")


@pytest.fixture(scope="module")
def database():
    return open_database(find_project())


@pytest.fixture(scope="module")
def whole(database):
    """The pages of this desk's own record, as no story uses it."""
    return claim_pages.render(database, EditionContext("Tokenmaxxing, audited", "", ()), [])


@pytest.fixture(scope="module")
def claims(whole):
    """All claims on the topics' pages of this desk's own record."""
    return [box for html in whole.values() for box in BeautifulSoup(html, "lxml").select("details.claim")]


def words(node) -> str:
    return " ".join(node.get_text().split())


def test_every_claim_of_the_desk_is_there_with_each_of_its_readings(database, whole, claims):
    counted = {
        row["claim"]: row["n"] for row in database.rows("SELECT claim, count(*) AS n FROM figures GROUP BY claim")
    }
    shown = {box.div["id"].removeprefix("c-"): len(box.select("ul > li")) for box in claims}
    assert shown == counted and len(shown) == database.rows("SELECT count(*) AS n FROM claims")[0]["n"]
    levels = {row["claim"]: row["level"] for row in database.rows("SELECT claim, level FROM certainty")}
    said = {box.div["id"].removeprefix("c-"): words(box.select_one(".sure")).lower() for box in claims}
    assert said == levels
    listed = BeautifulSoup(whole["claims.html"], "lxml").select(".claim a")
    assert {link["href"] for link in listed} == {f"claims-{name.partition('.')[0]}.html#c-{name}" for name in shown}


def test_each_page_of_the_record_keeps_to_its_bytes_and_elements(whole):
    shared = [len(gzip.compress(style, 9, mtime=0)) for style in shared_styles(HOUSE, whole.values()).values()]
    for html in whole.values():
        assert len(html.encode()) <= RAW and len(gzip.compress(html.encode(), 9, mtime=0)) + sum(shared) <= PACKED
        assert len(BeautifulSoup(html, "lxml").find_all(True)) <= ELEMENTS


def test_the_list_says_that_these_are_the_words_of_sources_and_what_the_levels_mean(pages, database, claims):
    said = words(BeautifulSoup(pages["claims.html"], "lxml").main)
    for text in ("not our verdict", "does not make it true", "It speaks of the sourcing, not of the claim"):
        assert text in said
    stances = {words(box.summary.b) for box in claims if "it" in words(box.summary.b).split()}
    assert "one source affirms it" in stances and not any("affirmed" in text for text in stances)


def test_a_claim_links_to_our_finding_where_it_stands(made, soup):
    claim = soup.find(id="c-tea.cups_top")
    link, _ = claim.select(".ours a")
    assert words(claim.select_one(".ours")) == "Our finding: 3.4 times, Cups, top tenth over median"
    path, _, place = link["href"].partition("#")
    assert path == "tea.html" and words(BeautifulSoup(made.page.html, "lxml").find(id=place)) == "3.4 times"
    assert soup.find(id="c-tea.cups_top").parent["class"].count("found") == 1


def test_a_claim_says_who_said_what_on_whose_word_and_how_sure_the_desk_is(soup):
    claim = soup.find(id="c-tea.multiple")
    summary = words(claim.parent.summary)
    assert summary == "Cups of the top tenth as a multiple about 3 times; 4 times Moderate"
    assert claim.contents[0].strip() == "an invented office · Q1 2026 · times"
    survey, retold = claim.select("li")
    assert words(survey.b) == "about 3 times" and survey.a["href"] == "https://example.org/kettle"
    assert "The Kettle, 15 April 2026; primary, read in full" in words(survey)
    assert "Against: the median drinker · Place: page 1" in words(survey)
    assert words(retold.b) == "4 times" and retold.a is None
    assert "12 May 2026; seen through another" in words(retold) and "Relies on The Kettle" in words(retold)
    assert "Changed: value, from The Kettle: 3 times → 4 times" in words(retold)
    assert "1 origin: The Kettle. Raised: primary document seen. Lowered: readings differ" in words(claim)
    assert [link["href"] for link in claim.select('a[href$="tea.html"]')] == ["tea.html"]


def test_what_a_retelling_changed_is_named_in_words_for_readers(database, claims):
    said = [words(line) for box in claims for line in box.select("li p")]
    named = {line.split(": ")[1].split(", from ")[0] for line in said if line.startswith(("Changed: ", "Rounded: "))}
    stored = {row["field"] for row in database.rows("SELECT DISTINCT field FROM mutations")}
    assert named == {FIELDS.get(field, field) for field in stored} and not named & FIELDS.keys()


def test_a_rounding_is_called_one_and_is_no_change(database, claims):
    said = [words(line) for box in claims for line in box.select("li p")]
    for word, holds in (("Rounded: ", True), ("Changed: ", False)):
        stored = database.rows("SELECT count(*) AS n FROM mutations WHERE holds = ?", [holds])[0]["n"]
        assert sum(line.startswith(word) for line in said) == stored > 0
    changed = {row["claim"] for row in database.rows("SELECT DISTINCT claim FROM mutations WHERE NOT holds")}
    assert {box.div["id"].removeprefix("c-") for box in claims if "retold" in box["class"]} == changed


def test_a_reading_that_relies_on_nothing_says_on_what_basis(database, claims):
    stored = database.rows("SELECT basis, count(*) AS n FROM figures WHERE basis IS NOT NULL GROUP BY basis")
    details = [words(line) for box in claims for line in box.select("li small")]
    assert stored
    for row in stored:
        assert sum(f"Basis: {row['basis']}" in line for line in details) == row["n"]


def test_receipts_lead_to_the_readings_of_their_claims(made, soup):
    links = BeautifulSoup(made.page.html, "lxml").select(".receipt a[href^='claims-tea.html#']")
    assert {words(link) for link in links} == {"all readings"}
    for link in links:
        assert soup.find(id=link["href"].partition("#")[2])


def test_it_is_found_from_every_page_and_in_the_sitemap(made, soup):
    for page in (made.page.html, made.index):
        assert BeautifulSoup(page, "lxml").select("header nav a[href='claims.html']")
    assert soup.select("header nav a[href='claims.html']")[0]["aria-current"] == "page"
    assert all(soup.find(id=link["href"][1:]) for link in soup.select(".publisher a"))
    assert [link["href"] for link in soup.select("nav.index a")] == ["claims-tea.html"]


def test_a_story_may_not_take_the_name_of_the_page(made):
    for slug in ("claims", "claims-tea"):
        with pytest.raises(ToolkitError, match="rename the notebook"):
            edition_context(made.project, [replace(made.executed, slug=slug)])


def test_publishers_lead_to_the_claims_they_speak_of(soup):
    kettle = next(box for box in soup.select(".publisher") if words(box.summary).startswith("The Kettle"))
    assert [link["href"] for link in kettle.select("a")] == ["#c-tea.cups_top", "#c-tea.cups_median", "#c-tea.multiple"]


def test_only_its_own_script_may_run(html, soup):
    policy = soup.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    assert "default-src 'none'" in policy and re.search(r"script-src 'sha256-[\w+/=]+'$", policy)
    ran = [script for script in soup.find_all("script") if script.get("type") != "application/ld+json"]
    assert len(ran) == 1 and "src" not in ran[0].attrs
    assert json.loads(soup.find("script", type="application/ld+json").string)["@type"] == "Dataset"


def test_hostile_text_stays_text(html, soup):
    assert not soup.find_all("img") and "<script>alert" not in html
    assert "<img src=x onerror=alert(1)>" in soup.find(id="c-tea.multiple").get_text()


def test_the_same_record_gives_the_same_bytes(pages, tmp_path):
    again = sample_story.make(tmp_path)
    assert claim_pages.render(again.database, again.edition, [again.page]) == pages


@pytest.fixture
def opened(open_page, html, whole, tmp_path):
    """Opens a page of the whole record, or the sample's."""
    for name, content in (whole | {"sample.html": html}).items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    for name, style in shared_styles(HOUSE, [html, *whole.values()]).items():
        (tmp_path / name).write_bytes(style)
    return lambda at="claims-capex.html", **options: open_page(f"{tmp_path.as_uri()}/{at}", **options)


def shown(page, what=".claim") -> int:
    return page.eval_on_selector_all(what, "all => all.filter(e => e.checkVisibility()).length")


@pytest.mark.browser
def test_with_scripts_off_choices_of_certainty_and_mark_are_kept_together(opened, database):
    page = opened("claims-articles.html", java_script_enabled=False, offline=True)
    rows = database.rows("SELECT level FROM certainty WHERE claim LIKE 'articles.%'")
    all_claims, high = len(rows), sum(row["level"] == "high" for row in rows)
    assert shown(page) == all_claims and not page.locator("#find").is_visible()
    page.get_by_role("radio", name=f"high {high}").check()
    assert shown(page) == high
    page.locator("#only-retold").check()
    both = database.rows(
        "SELECT count(DISTINCT claim) AS n FROM mutations JOIN certainty USING (claim) "
        "WHERE level = 'high' AND NOT holds AND claim LIKE 'articles.%'"
    )
    assert shown(page) == both[0]["n"]
    page.get_by_role("radio", name="low 2").check()
    page.locator("#only-several").check()
    assert shown(page) == 0 and page.get_by_text("No claim is all of this.").is_visible()


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
def test_a_link_opens_its_claim(opened, scripts):
    page = opened("claims-capex.html#c-capex.amazon_2026", java_script_enabled=scripts)
    assert page.locator("[id='c-capex.amazon_2026']").is_visible()
    box = page.locator(".claim", has=page.locator("[id='c-capex.amazon_2026']")).locator("summary").bounding_box()
    assert 0 <= box["y"] < 900


@pytest.mark.browser
@pytest.mark.parametrize("name", ["claims.html", "claims-capex.html"])
def test_words_filter_where_scripts_run_and_nothing_is_asked_for(opened, name):
    page = opened(name)
    everything = page.locator(".claim").count()
    page.get_by_label("With the words").fill("Amazon 2026")
    assert 0 < shown(page) < everything and 0 < shown(page, ".topic") < 10
    assert page.locator("output").inner_text() == f"{shown(page)} of {everything} claims"
    page.get_by_label("With the words").fill("no such words anywhere")
    assert shown(page) == 0 and page.get_by_text(re.compile("No claim (is all of this|has all these)")).is_visible()
    page.get_by_label("With the words").fill("")
    assert page.locator(".claim:not(.out)").count() == everything
    assert [address.rpartition("/")[2] for address in page.asked] == [
        name,
        *shared_styles(HOUSE, []),
    ] and page.said == []


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [("sample.html", 320, "light"), ("sample.html", 1280, "dark"), ("claims.html", 320, "dark")],
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(opened, name, width, scheme):
    page = opened(name, width=width, color_scheme=scheme, bypass_csp=True)
    checkers.open_folds(page)
    assert checkers.axe(page) == [] and checkers.fits(page)


@pytest.mark.browser
def test_on_paper_a_claim_is_a_line_unless_its_reader_opened_it(opened):
    page = opened()
    page.locator(".claim", has=page.locator("[id='c-capex.amazon_2026']")).locator("summary").click()
    page.emulate_media(media="print")
    assert page.locator("[id='c-capex.amazon_2026']").is_visible() and not page.locator(".filters").is_visible()
    assert shown(page, ".claim > summary") == page.locator(".claim").count()
    assert shown(page, ".claim > div") == 1


@pytest.mark.browser
def test_hostile_text_runs_nothing(opened):
    page = opened("sample.html", bypass_csp=True)
    alerts = []
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    page.get_by_label("With the words").fill("<img src=x onerror=alert(1)>")
    page.wait_for_timeout(200)
    assert alerts == [] and page.locator("img").count() == 0


@pytest.mark.slow
def test_the_nu_checker_finds_nothing(pages, tmp_path):
    for name, html in pages.items():
        (tmp_path / name).write_text(html, encoding="utf-8")
    assert checkers.nu([tmp_path / name for name in pages]) == []
