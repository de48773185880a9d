"""The interactive page of a chart in a real Chromium: four files, one row lit, its words beside it."""

import base64
import gzip
import json
from pathlib import Path

import pytest

from tests.charts.example_charts import EXAMPLES, PALETTE
from tests.site import checkers, sample_edition
from toolkit import charts
from toolkit.site import interactive, vega_bundle

pytestmark = pytest.mark.browser
REPORTS = Path(__file__).parents[2] / "reports"
MARKS = "#live .role-mark [role='graphics-symbol']"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An edition with the invented story."""
    root = tmp_path_factory.mktemp("interactive")
    sample_edition.written(root)
    return root / "edition"


@pytest.fixture(scope="module")
def address(folder):
    with sample_edition.served(folder) as start:
        yield start


@pytest.fixture
def opened(open_page, address):
    """Opens an interactive page."""

    def opened_page(name="tea/charts/model-interactive.html", start=address, width=720, wait=True, **options):
        page = open_page(f"{start}/{name}", width, **options)
        if wait:
            page.wait_for_selector("figure.drawn")
        return page

    return opened_page


def test_it_asks_for_the_page_its_style_and_the_bundle_draws_and_says_nothing(opened, address):
    page = opened()
    page.wait_for_load_state("networkidle")
    asked = ("tea/charts/model-interactive.html", "tea/charts/model.html", "charts.css", "vega.js")
    assert {*page.asked} == {f"{address}/{name}" for name in asked}
    assert page.said == []
    assert page.locator("#live svg").is_visible() and not page.locator(".still").is_visible()
    assert page.locator("#live").get_by_text("SIMULATED", exact=True).is_visible()


def test_it_also_works_from_a_file(opened, folder):
    page = opened(start=folder.as_uri())
    page.wait_for_load_state("networkidle")
    assert len({*page.asked}) == 4 and page.said == [] and page.locator("#live svg").is_visible()


def test_a_mark_says_its_row_its_kind_and_its_source(opened):
    page = opened()
    page.locator(f"{MARKS}[aria-label*='top tenth']").first.hover()
    assert page.locator("#tip").inner_text().split("\n")[-2:] == ["kind: reported", "Source: The Kettle, 15 April 2026"]
    page.mouse.move(5, 890)
    assert not page.locator("#tip").is_visible()


def test_a_tap_says_the_words_of_a_mark(opened):
    page = opened(width=360, has_touch=True)
    page.locator(MARKS).nth(1).tap()
    assert "top tenth" in page.locator("#tip").inner_text()


def test_the_tip_stays_inside_the_page(opened):
    page = opened(width=330)
    for mark in page.locator(MARKS).all():
        mark.focus()
        tip = page.locator("#tip").bounding_box()
        assert tip["x"] >= 0 and tip["x"] + tip["width"] <= 330


@pytest.mark.parametrize(("width", "drawn"), [(320, "narrow"), (659, "narrow"), (675, "narrow"), (692, "wide")])
def test_with_scripts_off_the_still_chart_stands_there_whole_and_alone(opened, width, drawn):
    page = opened(width=width, java_script_enabled=False, wait=False)
    frame = page.frame_locator(".still iframe")
    shown = [svg for svg in frame.locator("svg").all() if svg.is_visible()]
    assert [svg.get_attribute("class") for svg in shown] == [f"chart chart-{drawn}"]
    (box, room) = (one.bounding_box() for one in (shown[0], page.locator(".still")))
    assert abs(box["height"] - room["height"]) < 1 and abs(box["y"] - room["y"]) < 1 and box["width"] <= room["width"]
    assert [part.is_visible() for part in frame.locator("figcaption, .notes").all()] == [False, False]
    assert not page.get_by_text("Point at a mark").is_visible()


def test_the_other_layout_is_drawn_when_the_window_changes(opened):
    page = opened(width=720)
    page.set_viewport_size({"width": 360, "height": 900})
    page.wait_for_function("document.querySelector('#live svg').clientWidth <= 344")
    page.locator(MARKS).first.hover()
    assert page.locator("#tip").is_visible() and page.said == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_on_paper_the_chart_is_printed_once(opened):
    page = opened()
    page.emulate_media(media="print")
    assert page.locator("#live svg").is_visible()
    assert not page.locator(".still").is_visible() and not page.get_by_text("Point at a mark").is_visible()


def test_hostile_text_runs_nothing(opened):
    page = opened("tea/charts/pairs-interactive.html", bypass_csp=True)
    alerts = []
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    page.locator(f"{MARKS}[aria-label*='onerror']").first.focus()
    assert "onerror=alert(1)" in page.locator("#tip").inner_text()
    page.wait_for_timeout(200)
    assert alerts == [] and page.locator("img").count() == 0


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_axe_finds_nothing(opened, width, scheme):
    page = opened(width=width, color_scheme=scheme, bypass_csp=True)
    assert checkers.axe(page) == []


def test_pages_are_the_same_bytes_each_time():
    drawing = EXAMPLES["lines_simulated"]()
    edition = sample_edition.EditionContext("Tea, audited", "", ())
    assert sample_edition.pages_of(drawing, edition) == sample_edition.pages_of(EXAMPLES["lines_simulated"](), edition)
    assert interactive.shared_chart_files(PALETTE) == interactive.shared_chart_files(PALETTE)


def test_vega_js_is_what_its_parts_make():
    made = vega_bundle.MADE.read_text(encoding="utf-8")
    assert (
        made.startswith(vega_bundle.start_of_bundle())
        and "Redistributions in binary form" in vega_bundle.start_of_bundle()
    )
    bundled = json.loads(made.removeprefix(vega_bundle.start_of_bundle()).removeprefix("run(").removesuffix(");\n"))
    unpacked = gzip.decompress(base64.b85decode(bundled)).decode()
    assert unpacked == vega_bundle.bundled_script(), "run python -m toolkit.site.vega_bundle"


def test_the_pages_script_unpacks_the_specifications_of_both_widths(opened):
    rows, others = [{"a": 1, "b": "ü – <b>"}, {"a": True}], [{"data": 1}]
    theme = {width: charts.interactive_theme(width) for width in charts.LAYOUTS}
    views = [
        {"data": {"values": rows, "name": "table"}},
        {"data": {"name": "table"}},
        {"data": {"values": others, "format": {}}},
        {"data": {"values": others, "name": "table"}},
        {"data": {"sequence": {}}},
    ]
    drawn = {
        "wide": {"layer": views, "config": {"axis": theme["wide"]["axis"], "mark": {"color": "red"}}},
        "narrow": {"data": {"name": "own"}, "datasets": {"own": rows, "none": [], "map": {"type": "Feature"}}},
    }
    packed = interactive.specifications(drawn)
    assert gzip.decompress(base64.b85decode(packed)).decode().count("ü") == 1
    parts = [(interactive.embed.REPORT / name).read_text(encoding="utf-8") for name in ("base85.js", "interactive.js")]
    script = f"const THEME = {json.dumps(theme)}; {''.join(parts)}"
    start, end = (script.index(part) for part in ("function unpacked", "const HOW"))
    function = script[: script.index("const WIDE")] + script[start:end]
    made = opened().evaluate(f"text => {{ {function} return unpacked(text) }}", packed)
    whole = [{"a": 1, "b": "ü – <b>"}, {"a": True, "b": None}]
    named = [{"data": {"name": "table"}}] * 2 + [{"data": {"name": "rows-1", "format": {}}}, *views[3:]]
    assert made["wide"] == {
        "layer": named,
        "config": {**theme["wide"], "mark": {"color": "red"}},
        "datasets": {"table": whole, "rows-1": others},
    }
    held = {"own": whole, "none": [], "map": {"type": "Feature"}}
    assert made["narrow"] == {"data": {"name": "own"}, "config": theme["narrow"], "datasets": held}


@pytest.mark.parametrize("width", charts.LAYOUTS)
def test_most_of_a_charts_configuration_is_in_the_theme_of_all(width):
    whole = charts.interactive_specification(EXAMPLES["lines_simulated"](), width)
    own = interactive._own_config(whole, width)
    assert {**charts.interactive_theme(width), **own}.items() >= whole["config"].items()
    assert len(json.dumps(own)) < len(json.dumps(whole["config"])) / 5


@pytest.mark.parametrize("length", [0, 1, 2, 3, 4, 5, 256, 1001])
def test_the_pages_script_reads_base_85_as_python_writes_it(opened, length):
    content = bytes(255 - at % 256 for at in range(length))
    function = (interactive.embed.REPORT / "base85.js").read_text(encoding="utf-8")
    read = opened().evaluate(f"text => {{ {function} return [...bytesOf(text)] }}", base64.b85encode(content).decode())
    assert bytes(read) == content


@pytest.mark.slow
def test_all_published_words_have_colours_of_the_page_which_a_dark_one_changes(browser):
    page, apart = browser.new_page(color_scheme="dark"), {}
    for path in sorted(REPORTS.glob("*/charts/*-interactive.html")):
        page.goto(path.as_uri())
        page.wait_for_selector("figure.drawn")
        fills = page.evaluate("[...document.querySelectorAll('#live svg text')].map((one) => one.getAttribute('fill'))")
        if plain := [fill for fill in fills if not fill.startswith(("var(", "color-mix("))] or not fills:
            apart[path.name] = plain
    page.close()
    assert not apart
