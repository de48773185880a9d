"""The interactive page of charts whose specification holds the data: words, highlight, legend, keys and names."""

from functools import cache, partial

import pytest

from tests import counts
from tests.charts.example_charts import EXAMPLES
from tests.charts.test_altair_chart import CHARTS, drawing
from tests.charts.test_arrangement import made as many_plots
from tests.site import checkers, sample_edition

pytestmark = [pytest.mark.browser, pytest.mark.heavy]
MARKS = ".role-mark [role='graphics-symbol']"
LEVELS = """() => { let most = 0;
  for (const mark of document.querySelectorAll("#live .role-mark [role='graphics-symbol']")) {
    let levels = 0;
    for (let at = mark; at.id !== "live"; at = at.parentElement) levels += at.hasAttribute("role") ? 1 : 0;
    most = Math.max(most, levels);
  }
  return most; }"""


def own_chart(name):
    return drawing(CHARTS[name]())


DRAWINGS = {
    **{f"own-{name}": partial(own_chart, name) for name in ("points", "lines", "heat", "layers", "hconcat")},
    **{f"many-{name}": partial(many_plots, name) for name in ("violins", "matrix", "pyramid")},
    **{f"form-{name}": make for name, make in EXAMPLES.items()},
}
SOME = counts.spread(list(DRAWINGS), 5)
OTHERS = counts.some([name for name in DRAWINGS if name not in SOME], 12)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A function that gives the address of a chart's folder, drawn when it is first asked for."""
    root = tmp_path_factory.mktemp("live")
    made = sample_edition.written(root)

    @cache
    def drawn(name):
        chart = DRAWINGS[name]()
        folder = root / "edition" / name / "charts"
        folder.mkdir(parents=True)
        for path, content in sample_edition.pages_of(chart, made.edition).items():
            (folder / path.rpartition("/")[2].replace(f"{chart.id}-", "")).write_bytes(content)
        return f"{start}/{name}/charts"

    with sample_edition.served(root / "edition") as start:
        yield drawn


@pytest.fixture
def opened(open_page, address):
    def opened_page(name, width=720, wait=True, **options):
        page = open_page(f"{address(name)}/interactive.html", width, **options)
        if wait:
            page.wait_for_selector("figure.drawn")
        return page

    return opened_page


@pytest.mark.parametrize(
    "names", [SOME, pytest.param(OTHERS, marks=pytest.mark.slow)], ids=["some of them", "the others"]
)
def test_each_chart_is_drawn_with_its_page_style_and_script_alone_and_every_mark_has_a_name(opened, names):
    wrong, page = {}, None
    for name in names:
        page = opened(name, width=360, page=page)
        if found := list(faults(page)):
            wrong[name] = found
    assert wrong == {}


def faults(page):
    """What is not as it should be in the interactive page of a chart."""
    if len({*page.asked}) != 4 or (said := [one for one in page.said if not one.startswith("WARN")]):
        yield page.asked, said
    if not checkers.fits(page):
        yield "wider than the screen"
    names = page.eval_on_selector_all(f"#live {MARKS}", "all => all.map(mark => mark.getAttribute('aria-label'))")
    if (
        not names
        or not all(names)
        or any(word in said for said in names for word in ("NaN", "undefined", "null", "[object"))
    ):
        yield names[:5]
    words = "all => all.map(text => text.textContent)"
    still, drawn = (
        page.frames[1].eval_on_selector_all(".chart-narrow text", words),
        page.eval_on_selector_all("#live text", words),
    )
    if lost := [text for text in still if text not in " ".join(drawn) and text not in "".join(drawn)]:
        yield lost
    if (levels := page.evaluate(LEVELS)) > 4:
        yield levels
    page.locator(f"#live {MARKS}").first.focus()
    page.wait_for_timeout(150)
    lines = page.locator("#tip").inner_text().split("\n") if page.locator("#tip").is_visible() else []
    if not 1 <= len(lines) <= 5:
        yield lines


def test_the_mark_under_the_pointer_stays_and_says_its_values_in_words(opened):
    page = opened("own-points")
    page.locator(f"#live {MARKS}").first.hover()
    page.wait_for_selector("#tip:not([hidden])")
    assert page.locator("#tip").inner_text().split("\n") == ["group: A", "Score: 11", "year: 2022"]
    page.wait_for_selector(f"#live {MARKS}[opacity='0.175']")
    assert page.locator(f"#live {MARKS}[opacity='0.175']").count() == 17


def test_an_entry_of_the_legend_keeps_its_colour_and_the_keys_go_from_mark_to_mark(opened):
    page = opened("own-points")
    page.locator("#live .role-legend-symbol path").first.click()
    page.wait_for_selector(f"#live {MARKS}[opacity='0.175']")
    assert page.locator(f"#live {MARKS}[opacity='0.175']").count() == 12
    page.keyboard.press("Tab")
    first, second = (page.locator(f"#live {MARKS}").nth(place) for place in (0, 1))
    page.locator(f"#live {MARKS}").first.focus()
    page.keyboard.press("ArrowRight")
    assert second.evaluate("e => e === document.activeElement") and first.get_attribute("tabindex") == "-1"
    page.keyboard.press("Escape")
    assert not page.locator("#tip").is_visible()


def test_colours_are_the_pages_on_a_dark_screen(opened):
    page = opened("own-heat", color_scheme="dark", width=400)
    fills = page.eval_on_selector_all(f"#live {MARKS}", "all => all.map(e => getComputedStyle(e).fill)")
    assert "rgb(240, 112, 75)" in fills and len(set(fills)) == 5
    assert not page.locator("#live svg > rect[fill='white']").count()


def test_with_scripts_off_the_still_chart_stands_there(opened):
    page = opened("own-points", wait=False, java_script_enabled=False)
    shown = [svg for svg in page.frame_locator(".still iframe").locator("svg").all() if svg.is_visible()]
    assert [svg.get_attribute("class") for svg in shown] == ["chart chart-wide"]


@pytest.mark.parametrize(("name", "width", "scheme"), [("own-lines", 320, "light"), ("many-violins", 1280, "dark")])
def test_axe_finds_nothing(opened, name, width, scheme):
    page = opened(name, width=width, color_scheme=scheme, bypass_csp=True)
    assert checkers.axe(page) == []
