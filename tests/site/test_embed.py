"""A chart in a page of its own: complete, small, silent, and linked to its story."""

import re

import pytest
from bs4 import BeautifulSoup

from tests.charts.samples import SAMPLES
from tests.site import checkers, sample_edition, sample_story
from toolkit.site.page import EditionContext

SITE = "https://desk.example"
LARGEST = 66_000  # for squares that count out hundreds; most stay under 45,000


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return sample_edition.written(tmp_path_factory.mktemp("tea"))


@pytest.fixture(scope="module")
def soup(made):
    return BeautifulSoup(made.page.files["charts/model.html"], "lxml")


def words(node) -> str:
    return " ".join(node.get_text().split())


def test_an_embed_says_all_that_the_chart_says_in_its_story(soup):
    assert soup.html["lang"] == "en"
    assert words(soup.h1) == "A simulated office drinks 14 orders a week"
    assert soup.title.string == "A simulated office drinks 14 orders a week – Tea, audited"
    assert soup.find("meta", {"name": "description"})["content"].startswith("Cups a week in an office that does not")
    said = words(soup.main)
    for text in ("SIMULATED", "Cups a week in an office that does not exist", "Nobody in it exists.", "The Kettle, 15"):
        assert text in said
    drawn = soup.select(".plot > svg")
    assert [svg["class"] for svg in drawn] == [["chart", "chart-wide"], ["chart", "chart-narrow"]]
    assert all("SIMULATED" in words(svg) for svg in drawn)


def test_it_leads_back_to_the_chart_in_its_story(made, soup):
    path, _, anchor = soup.find("a")["href"].partition("#")
    assert path == "../../tea.html" and soup.find("a")["target"] == "_top"
    assert BeautifulSoup(made.page.html, "lxml").find(id=anchor)["class"] == ["exhibit"]


def test_the_story_offers_both_pages_of_each_chart_and_loads_neither(made):
    story = BeautifulSoup(made.page.html, "lxml")
    for chart in ("pairs", "model"):
        links = [a["href"] for a in story.select(f"#chart-{chart} .files a") if a["href"].endswith(".html")]
        assert links == [f"tea/charts/{chart}.html", f"tea/charts/{chart}-interactive.html"]
        assert {link.removeprefix("tea/") for link in links} <= set(made.page.files)
    assert "vega" not in made.page.html


def test_nothing_is_fetched_and_nothing_runs(soup):
    policy = soup.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-") and "script" not in policy
    assert not soup.find_all(["script", "link", "img", "iframe"]) and not soup.find_all(src=True)
    assert not re.search(r"url\((?!data:|#)|@import", str(soup))


@pytest.mark.heavy
@pytest.mark.parametrize("form", SAMPLES)
def test_it_is_small(form):
    pages = sample_edition.pages_of(SAMPLES[form](), EditionContext("Forms", "", ()))
    sizes = {name: len(content) for name, content in pages.items()}
    assert max(size for name, size in sizes.items() if "interactive" not in name) < LARGEST
    assert max(sizes.values()) < 4 * LARGEST


def test_tags_and_the_iframe_stand_only_where_the_edition_has_an_address(tmp_path, soup):
    assert not soup.find_all("meta", property=True) and not soup.find("details")
    made = sample_story.make(tmp_path, SITE)
    for name in ("pairs", "pairs-interactive"):
        page = BeautifulSoup(made.page.files[f"charts/{name}.html"], "lxml")
        tags = {meta["property"]: meta["content"] for meta in page.find_all("meta", property=True)}
        assert tags["og:url"] == page.find("link", rel="canonical")["href"] == f"{SITE}/tea/charts/{name}.html"
        assert tags["og:image"] == f"{SITE}/tea/charts/pairs.png" and "charts/pairs.png" in made.page.files
        assert tags["og:image:alt"] == "Three dots on one axis: computed, as told, and as retold."
    code = BeautifulSoup(made.page.files["charts/pairs.html"], "lxml").find("pre").string
    frame = BeautifulSoup(code, "lxml").iframe
    assert frame["src"] == f"{SITE}/tea/charts/pairs.html" and frame["title"].startswith("Computed, it’s 3.4 times")


def test_hostile_text_stays_text(made):
    page = made.page.files["charts/pairs.html"].decode()
    assert "onerror=alert(1)&gt;" in page and not BeautifulSoup(page, "lxml").find("img")


@pytest.mark.browser
@pytest.mark.parametrize(("width", "drawn"), [(320, "chart-narrow"), (659, "chart-narrow"), (660, "chart-wide")])
def test_one_request_no_word_from_the_console_and_no_sideways_scroll(browser, made, tmp_path_factory, width, drawn):
    page, asked, said = opened(browser, made, width)
    assert len(asked) == 1 and said == []
    shown = [svg.get_attribute("class") for svg in page.locator(".plot svg").all() if svg.is_visible()]
    assert shown == [f"chart {drawn}"]
    assert checkers.fits(page)
    sizes = page.eval_on_selector_all(
        f".{drawn} text",
        "all => all.map(t => t.getAttribute('font-size') * t.ownerSVGElement.clientWidth /"
        " t.ownerSVGElement.viewBox.baseVal.width)",
    )
    assert min(sizes) >= 12
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 712])
def test_the_height_of_the_iframe_holds_the_page(browser, tmp_path, width):
    made = sample_story.make(tmp_path, SITE)
    page, *_ = opened(browser, made, width)
    height = int(re.search(r'height="(\d+)"', page.locator("pre").text_content())[1])
    assert page.evaluate("document.querySelector('main').offsetHeight") <= height <= 900
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser, made, width, scheme):
    page, *_ = opened(browser, made, width, color_scheme=scheme, bypass_csp=True)
    assert checkers.axe(page) == []
    page.context.close()


@pytest.mark.slow
def test_the_nu_checker_finds_nothing(tmp_path):
    made = sample_story.make(tmp_path, SITE)
    names = ["pairs.html", "pairs-interactive.html", "model-interactive.html"]
    for name in names:
        (tmp_path / name).write_bytes(made.page.files[f"charts/{name}"])
    assert checkers.nu(tmp_path / name for name in names) == []


def opened(browser, made, width: int, **options) -> tuple:
    """The embed of the simulated chart, what it asked for and what the console said."""
    context = browser.new_context(viewport={"width": width, "height": 700}, **options)
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    file = made.project.root / "shown" / "model.html"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(made.page.files["charts/model.html"])
    page.goto(file.as_uri())
    page.wait_for_load_state("networkidle")
    return page, asked, said
