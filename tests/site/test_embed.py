"""A chart in a page of its own: complete, small, silent, and linked to its story."""

import base64
import re
from collections import Counter
from pathlib import PurePosixPath

import pytest
from bs4 import BeautifulSoup

from tests import counts
from tests.charts.example_charts import EXAMPLES
from tests.site import checkers, sample_edition, sample_story
from toolkit.site.edition import EditionContext

pytestmark = pytest.mark.heavy

SITE = "https://desk.example"
LARGEST_LIVE = 20_000
LARGEST = 38_000  # for squares that count out hundreds; most stay under 12,000


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return sample_edition.written(tmp_path_factory.mktemp("tea"))


@pytest.fixture(scope="module")
def soup(made):
    return BeautifulSoup(made.page.files["charts/model.html"], "lxml")


def folder_of(made):
    """The edition that `sample_edition` wrote."""
    return made.project.root.parent / "edition"


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


def policy(soup) -> str:
    return soup.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]


def test_it_loads_the_style_that_all_charts_share_and_nothing_runs(made, soup):
    closed = "default-src 'none'; style-src 'self'; font-src data:; base-uri 'none'; form-action 'none'"
    assert policy(soup) == closed
    assert [(link["rel"], link["href"]) for link in soup.find_all("link")] == [(["stylesheet"], "../../charts.css")]
    assert not soup.find_all(["script", "style", "img", "iframe"]) and not soup.find_all(src=True)
    assert not re.search(r"url\((?!#)|@import", str(soup))
    assert not re.search(r"url\((?!data:font/woff2;)|@import", (folder_of(made) / "charts.css").read_text())
    live = BeautifulSoup(made.page.files["charts/model-interactive.html"], "lxml")
    assert policy(live) == f"{closed}; frame-src 'self'; script-src 'self' blob:"


def test_every_file_that_a_chart_page_names_is_there(made):
    charts = folder_of(made) / "tea" / "charts"
    for file in charts.glob("*.html"):
        page = BeautifulSoup(file.read_bytes(), "lxml")
        named = [*(tag["href"] for tag in page.find_all(href=True)), *(tag["src"] for tag in page.find_all(src=True))]
        assert named and all((charts / name.partition("#")[0]).is_file() for name in named), file.name


def test_no_font_lies_twice_in_the_files_of_charts(made):
    charts = [file for file in folder_of(made).rglob("charts/*") if file.suffix in (".html", ".svg")]
    shared = [folder_of(made) / "charts.css", *charts]
    fonts = Counter(font for file in shared for font in re.findall(r"base64,([^)]+)", file.read_text()))
    assert len(fonts) >= 4 and set(fonts.values()) == {1}
    assert not [file.name for file in shared if file.suffix == ".html" and "base64," in file.read_text()]


def test_the_download_has_the_glyphs_of_its_own_words(made):
    source = made.page.files["charts/model.svg"].decode()
    fonts = [base64.b64decode(font) for font in re.findall(r"base64,([^)]+)", source)]
    assert [font[:4] for font in fonts] == [b"wOF2"] * 2 and sum(map(len, fonts)) < 9_000
    assert source.encode() == sample_story.make(made.project.root.parent / "again").page.files["charts/model.svg"]


@pytest.mark.heavy
@pytest.mark.parametrize("form", counts.slow_but(counts.spread(list(EXAMPLES), 7), list(EXAMPLES)))
def test_it_is_small(form):
    pages = sample_edition.pages_of(EXAMPLES[form](), EditionContext("Forms", "", ()))
    sizes = {name: len(content) for name, content in pages.items()}
    assert all(size < (LARGEST_LIVE if "interactive" in name else LARGEST) for name, size in sizes.items())


def test_tags_have_addresses_and_the_iframe_stands_where_the_edition_has_an_address(tmp_path, soup):
    assert soup.find("meta", property="og:image")["content"] == "model.png" and not soup.find("details")
    assert not soup.find("link", rel="canonical") and not soup.find("meta", property="og:url")
    made = sample_story.make(tmp_path, SITE)
    page, live = (
        BeautifulSoup(made.page.files[f"charts/{name}.html"], "lxml") for name in ("pairs", "pairs-interactive")
    )
    tags = {meta["property"]: meta["content"] for meta in page.find_all("meta", property=True)}
    assert tags["og:url"] == f"{SITE}/tea/charts/pairs.html"
    assert [tags["og:url"]] * 2 == [one.find("link", rel="canonical")["href"] for one in (page, live)]
    assert tags["og:image"] == f"{SITE}/tea/charts/pairs.png" and "charts/pairs.png" in made.page.files
    assert tags["og:image:alt"] == "Three bars on one axis: computed, as told, and as retold."
    code = BeautifulSoup(made.page.files["charts/pairs.html"], "lxml").find("pre").string
    frame = BeautifulSoup(code, "lxml").iframe
    assert frame["src"] == f"{SITE}/tea/charts/pairs.html" and frame["title"].startswith("Computed, it’s 3.4 times")


def test_hostile_text_stays_text(made):
    page = made.page.files["charts/pairs.html"].decode()
    assert "onerror=alert(1)&gt;" in page and not BeautifulSoup(page, "lxml").find("img")


@pytest.mark.browser
@pytest.mark.parametrize(("width", "drawn"), [(320, "chart-narrow"), (659, "chart-narrow"), (660, "chart-wide")])
def test_two_requests_no_word_from_the_console_and_no_sideways_scroll(open_page, made, width, drawn):
    page = open_page(embed(made), width)
    page.wait_for_load_state("networkidle")
    assert [PurePosixPath(address).name for address in page.asked] == ["model.html", "charts.css"] and page.said == []
    shown = [svg.get_attribute("class") for svg in page.locator(".plot svg").all() if svg.is_visible()]
    assert shown == [f"chart {drawn}"]
    assert checkers.fits(page)
    sizes = page.eval_on_selector_all(
        f".{drawn} text",
        "all => all.map(t => parseFloat(getComputedStyle(t).fontSize) * t.ownerSVGElement.clientWidth /"
        " t.ownerSVGElement.viewBox.baseVal.width)",
    )
    assert min(sizes) >= 12


FACES = """document.fonts.ready.then(() =>
    [...document.fonts].filter(f => f.status === "loaded").map(f => `${f.family} ${f.weight}`))"""


@pytest.mark.browser
def test_in_the_iframe_of_another_site_it_has_its_fonts_and_asks_its_own_edition_alone(open_page, made, tmp_path):
    boxes = ("", "sandbox", 'sandbox="allow-scripts"')
    framed = [(name, box) for name in ("model", "model-interactive") for box in boxes]
    with sample_edition.served(folder_of(made)) as edition, sample_edition.served(tmp_path) as host:
        other = edition.replace("127.0.0.1", "localhost")
        frames = (f'<iframe {box} src="{other}/tea/charts/{name}.html"></iframe>' for name, box in framed)
        (tmp_path / "host.html").write_text("".join(frames))
        page = open_page(f"{host}/host.html")
        page.wait_for_load_state("networkidle")
        for (name, box), frame in zip(framed, page.main_frame.child_frames, strict=True):
            assert frame.evaluate(FACES) == ["Desk Sans 400", "Desk Sans 600"]
            still = name == "model" or box == "sandbox"  # where no script runs, the still chart stands there
            shown = frame.child_frames[0] if still and frame.child_frames else frame
            shown.wait_for_selector("svg.chart-narrow" if still else "#live svg")
        assert all(address.removeprefix("blob:").startswith((f"{other}/", "null/")) for address in page.asked[1:])


@pytest.mark.browser
def test_its_policy_refuses_every_other_style_font_picture_and_script(open_page, made):
    page = open_page(embed(made), 720)
    page.evaluate(
        """() => {
            const add = (tag, of) => document.head.append(Object.assign(document.createElement(tag), of));
            add("style", {textContent: "h1 { color: rgb(1, 2, 3) }"});
            add("script", {textContent: "document.title = 'run'"});
            add("link", {rel: "stylesheet", href: "https://desk.example/other.css"});
            add("img", {src: "../../tea/charts/model.png"});
            return new FontFace("Other", "url(../../other.woff2)").load().catch(() => null);
        }"""
    )
    page.wait_for_timeout(200)
    assert page.title() != "run"
    assert page.eval_on_selector("h1", "e => getComputedStyle(e).color") != "rgb(1, 2, 3)"
    assert len([word for word in page.said if "Content Security Policy" in word]) >= 5


@pytest.mark.browser
def test_the_height_of_the_iframe_holds_the_page(open_page, tmp_path):
    page = open_page(embed(sample_edition.written(tmp_path, SITE)))
    height = int(re.search(r'height="(\d+)"', page.locator("pre").text_content())[1])
    for width in (360, 712):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.querySelector('main').offsetHeight") <= height <= 900, width


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_axe_finds_nothing(open_page, made, width, scheme):
    page = open_page(embed(made), width, color_scheme=scheme, bypass_csp=True)
    assert checkers.axe(page) == []


@pytest.mark.slow
def test_the_nu_checker_finds_nothing(tmp_path):
    made = sample_story.make(tmp_path, SITE)
    names = ["pairs.html", "pairs-interactive.html", "model-interactive.html"]
    for name in names:
        (tmp_path / name).write_bytes(made.page.files[f"charts/{name}"])
    assert checkers.nu(tmp_path / name for name in names) == []


def embed(made) -> str:
    """The address of the file of the simulated chart's embed."""
    return (folder_of(made) / "tea" / "charts" / "model.html").as_uri()
