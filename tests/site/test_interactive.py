"""The interactive page of a chart in a real Chromium: three requests, one row lit, its words beside it."""

from pathlib import Path

import pytest

from tests.charts.samples import PALETTE, SAMPLES
from tests.site import checkers, sample_edition
from toolkit import charts
from toolkit.site import interactive

pytestmark = pytest.mark.browser
IN_PIXELS = [name for name, make in SAMPLES.items() if charts.FORMS[make().form].in_pixels]
UNNAMED = {"tree": {"edge"}, "paired": {"ellipse"}}  # rows that are part of a shape


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An edition with the invented story and a folder with a chart of each form."""
    root = tmp_path_factory.mktemp("interactive")
    made = sample_edition.written(root)
    for name in IN_PIXELS:
        pages = sample_edition.pages_of(SAMPLES[name](), made.edition)
        file = root / "edition" / "forms" / "charts" / f"{name}.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(next(content for path, content in pages.items() if "interactive" in path))
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
        page.wait_for_load_state("networkidle")
        if wait:
            page.wait_for_selector("figure.drawn")
        return page

    return opened_page


def dimmed(page) -> list[str]:
    """The texts of the drawing that stepped back."""
    return page.eval_on_selector_all(
        "#live text", "all => all.filter(e => Number(getComputedStyle(e).opacity) < 1).map(e => e.textContent)"
    )


def test_it_asks_for_the_page_its_style_and_the_bundle_draws_and_says_nothing(opened, address):
    page = opened()
    asked = ("tea/charts/model-interactive.html", "charts.css", "vega.js")
    assert page.asked == [f"{address}/{name}" for name in asked]
    assert page.said == []
    assert page.locator("#live svg").is_visible() and not page.locator(".still").is_visible()
    assert page.locator("#live").get_by_text("SIMULATED", exact=True).is_visible()


def test_it_also_works_from_a_file(opened, folder):
    page = opened(start=folder.as_uri())
    assert len(page.asked) == 3 and page.said == [] and page.locator("#live svg").is_visible()


def test_the_row_under_the_pointer_is_lit_and_says_its_value_kind_and_source(opened):
    page = opened()
    page.locator(".rows_marks path").nth(1).hover()
    assert page.locator("#tip").inner_text().split("\n") == [
        "top tenth",
        "Cups a week: 31 orders a week",
        "Reported",
        "Source: The Kettle, 15 April 2026",
    ]
    page.wait_for_function("document.querySelector('#live text[opacity]')")
    assert "simulated office" in dimmed(page) and "top tenth" not in dimmed(page)
    page.locator(".rows_marks path").nth(0).hover()
    assert page.locator("#tip").inner_text().split("\n") == [
        "simulated office",
        "Cups a week: 14 orders a week",
        "SIMULATED",
    ]
    page.mouse.move(5, 890)
    assert not page.locator("#tip").is_visible()


def test_lines_of_other_rows_step_back_and_those_of_the_lit_row_stay(opened):
    page = opened("forms/charts/tree.html")
    look = "all => all.map(e => getComputedStyle(e).opacity)"
    assert set(page.eval_on_selector_all("#live .mark-line path", look)) == {"1"}
    page.locator(".rows_marks path").first.focus()
    page.wait_for_timeout(200)
    assert "1" in page.eval_on_selector_all("#live .mark-line path", look)
    texts = page.eval_on_selector_all("#live text", look)
    assert {"1", "0.22"} >= set(texts)


def test_a_tap_keeps_the_words_until_the_next_one_elsewhere(opened):
    page = opened(width=360, has_touch=True)
    page.locator(".rows_marks path").nth(1).tap()
    page.wait_for_timeout(300)
    assert page.locator("#tip").inner_text().startswith("top tenth")
    page.locator("h1").tap()
    assert not page.locator("#tip").is_visible()


def test_the_tip_stays_clear_of_its_row_and_inside_the_page(opened):
    page = opened(width=330)
    rows = page.locator(".rows_marks path").all()
    boxes = [row.bounding_box() for row in rows]  # before the focus, whose stroke would count
    for row, box in zip(rows, boxes, strict=True):
        row.focus()
        tip = page.locator("#tip").bounding_box()
        assert tip["y"] >= box["y"] + box["height"] or tip["y"] + tip["height"] <= box["y"]
        assert tip["x"] >= 0 and tip["x"] + tip["width"] <= 330


def test_rows_are_reached_and_left_by_keyboard(opened):
    page = opened()
    page.keyboard.press("Tab")
    first, second = (page.locator(".rows_marks path").nth(place) for place in (0, 1))
    assert first.evaluate("e => e === document.activeElement")
    assert page.locator("#tip").inner_text().startswith("simulated office")
    assert first.get_attribute("aria-label").startswith("simulated office")
    page.keyboard.press("ArrowDown")
    assert second.evaluate("e => e === document.activeElement")
    assert page.locator("#tip").inner_text().startswith("top tenth")
    page.keyboard.press("Escape")
    assert not page.locator("#tip").is_visible()
    page.keyboard.press("Tab")
    assert page.locator("main a").evaluate("e => e === document.activeElement")


@pytest.mark.parametrize("width", [320, 720])
def test_with_scripts_off_the_still_chart_stands_there(opened, width):
    page = opened(width=width, java_script_enabled=False, wait=False)
    shown = [svg for svg in page.locator(".plot svg").all() if svg.is_visible()]
    assert [svg.get_attribute("class") for svg in shown] == ["chart chart-narrow"]
    assert not page.get_by_text("Point at a mark").is_visible()


def test_the_other_layout_is_drawn_when_the_window_changes(opened):
    page = opened(width=720)
    page.set_viewport_size({"width": 360, "height": 900})
    page.wait_for_selector("#live svg[width='340']")
    page.locator(".rows_marks path").first.hover()
    assert page.locator("#tip").is_visible() and page.said == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_on_paper_the_chart_is_printed_once(opened):
    page = opened()
    page.emulate_media(media="print")
    assert page.locator("#live svg").is_visible()
    assert not page.locator(".still").is_visible() and not page.get_by_text("Point at a mark").is_visible()


@pytest.mark.parametrize("name", IN_PIXELS)
def test_every_form_draws_its_words_again_and_has_a_place_for_each_row(opened, name):
    drawing = SAMPLES[name]()
    page = opened(f"forms/charts/{name}.html", width=360)
    assert page.said == []
    still, live = (
        page.eval_on_selector_all(f"{plot} text", "all => all.map(e => e.textContent).sort()")
        for plot in (".still", "#live")
    )
    assert live == still
    named = [row for row in drawing.rows if row.get(drawing.encodings.get("role")) not in UNNAMED.get(drawing.form, ())]
    ellipses = {row.get("label") for row in drawing.rows if row.get("role") == "ellipse"}
    assert page.locator(".rows_marks path").count() == len(named) + len(ellipses)
    page.locator(".rows_marks path").first.focus()
    assert page.locator("#tip").inner_text().startswith("row ")


def test_hostile_text_runs_nothing(opened):
    page = opened("tea/charts/pairs-interactive.html", bypass_csp=True)
    alerts = []
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    page.locator(".rows_marks path").nth(2).focus()
    assert "onerror=alert(1)" in page.locator("#tip").inner_text()
    page.wait_for_timeout(200)
    assert alerts == [] and page.locator("img").count() == 0


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_axe_finds_nothing(opened, width, scheme):
    page = opened(width=width, color_scheme=scheme, bypass_csp=True)
    assert checkers.axe(page) == []


def test_pages_and_bundle_are_the_same_bytes_each_time(folder, tmp_path):
    drawing = SAMPLES["lines_simulated"]()
    edition = sample_edition.EditionContext("Tea, audited", "", ())
    assert sample_edition.pages_of(drawing, edition) == sample_edition.pages_of(SAMPLES["lines_simulated"](), edition)
    script = (interactive.embed.REPORT / "interactive.js").read_text(encoding="utf-8")
    bundled = (folder / "vega.js").read_bytes()
    assert interactive.bundle.__wrapped__(script) == bundled
    assert bundled.startswith(interactive.licences()) and b"Redistributions in binary form" in interactive.licences()
    assert interactive.shared_files(tmp_path, PALETTE) == interactive.shared_files(tmp_path, PALETTE)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": [1, {"b": 2, "c": None}], "d": "e"}, {"a": [1, {"b": 3}], "d": "e", "f": [True]}),
        ({"a": [1, 2]}, {"a": [1, 2, 3]}),
        ({"=": 1}, {"=": 2}),
        ({"a": 1}, {"a": 1}),
    ],
)
def test_what_differs_between_the_widths_makes_one_specification_of_the_other(opened, one, other):
    """`patched` of the page's script undoes `difference`."""
    drawn = interactive.with_differences({"wide": one, "narrow": other})
    script = (Path(interactive.__file__).parent / "templates/report/interactive.js").read_text(encoding="utf-8")
    function = script[script.index("function patched") : script.index("async function begin")]
    made = opened().evaluate(f"drawn => {{ {function} return patched(drawn.both, drawn.narrow) }}", drawn)
    assert made == other
