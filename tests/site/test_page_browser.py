"""The page in a real Chromium: scripts and network off, on small screens, by keyboard, on paper, checked by machine."""

import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from PIL import Image

from tests.site import checkers, sample_story
from toolkit.database.open import open_database
from toolkit.notebook.picture import picture_of

pytestmark = pytest.mark.browser
WIDTHS = (320, 390, 768, 1000, 1280)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = sample_story.make(tmp_path_factory.mktemp("tea"))
    folder = tmp_path_factory.mktemp("edition")
    made.write(folder)
    return folder


@pytest.fixture
def opened(open_page, folder):
    """Opens a page of the edition."""

    def opened_page(name="tea.html", scheme="light", **options):
        file, sign, anchor = name.partition("#")
        return open_page(f"{(folder / file).as_uri()}{sign}{anchor}", color_scheme=scheme, **options)

    return opened_page


MARKDOWN = r"""
## 日本語の見出し

A claim.[^n] It is ~~not~~ so, at https://example.org/a/very/long/address/that/does/not/break/anywhere, H<sub>2</sub>O.

- [ ] open
- [x] done

Term
: What it is, with $\frac{a}{b}$ in it.

$$
\sum_{i=0}^n x_i = a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p + q + r + s + t + u + v + w + x + y
$$

| left | right |
| :--- | ---: |
| a | b |

[back](#日本語の見出し)

[^n]: A note with [a link](#limits).
"""


def test_all_of_markdown_and_a_picture_stand_on_a_page_that_loads_nothing_from_elsewhere(open_page, tmp_path):
    project = sample_story.make_project(tmp_path / "tea")
    project.notebooks.mkdir()
    Image.linear_gradient("L").resize((1500, 900)).save(project.notebooks / "gate.png")
    database = open_database(project)
    words = {"alt": "A grey gate, half open.", "credit": "The archive", "licence": "CC BY 4.0", "caption": "A gate"}
    picture = picture_of(database, "tea", "gate.png", id="", **words)
    shown = new_output("execute_result", picture._repr_mimebundle_(), execution_count=1)
    extra = [new_markdown_cell(MARKDOWN), new_code_cell("story.picture(…)", outputs=[shown])]
    folder = tmp_path / "edition"
    folder.mkdir()
    file = sample_story.make(tmp_path / "tea", extra=extra).write(folder)
    page = open_page(file.as_uri(), width=1280)
    page.locator("img").scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('img').complete")
    assert page.evaluate("document.querySelector('img').naturalWidth") > 0
    assert all(asked.startswith(folder.as_uri()) for asked in page.asked) and page.said == []
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert checkers.fits(page)
        page.get_by_role("link", name="Footnote a").click()
        assert page.locator("#note-a").is_visible()
        checked = open_page(file.as_uri(), width=width, bypass_csp=True)
        assert checkers.axe(checked) == []


def visible_charts(page) -> list[str]:
    return page.eval_on_selector_all(
        ".plot svg", "all => all.filter(e => e.getBoundingClientRect().width > 0).map(e => e.getAttribute('class'))"
    )


@pytest.mark.parametrize("width", [320, 1280])
def test_with_scripts_and_network_off_every_text_and_chart_shows(opened, width):
    page = opened(width=width, java_script_enabled=False, offline=True)
    assert page.locator("h1").text_content() == "The office drinks 3.4 times the tea, it’s said"
    for text in ("What The Kettle says", "All of it is invented.", "None so far.", "As each told it"):
        assert page.get_by_text(text).first.is_visible()
    drawn = "chart chart-wide" if width > 727 else "chart chart-narrow"
    shown = [svg for svg in page.locator(".plot svg").all() if svg.is_visible()]
    assert [svg.get_attribute("class") for svg in shown] == [drawn, drawn]
    names = re.findall(r'img "([^"]*)"', page.locator("main").aria_snapshot())
    assert len(names) == 2


def test_one_request_and_no_word_from_the_console(opened, folder):
    page = opened()
    page.wait_for_load_state("networkidle")
    assert page.asked == [(folder / "tea.html").as_uri()] and page.said == []
    assert page.evaluate("[...document.fonts].filter(f => f.status == 'loaded').length") >= 3
    assert page.evaluate("document.querySelectorAll('script:not([type=\"application/ld+json\"])').length") == 0


TOO_WIDE = f"""() => [...document.querySelectorAll(".receipt")].filter((receipt) => {{
  receipt.showPopover();
  return {checkers.ROOT}.scrollWidth > {checkers.ROOT}.clientWidth;
}}).map((receipt) => receipt.id)"""


@pytest.mark.parametrize("name", ["tea.html", "index.html"])
def test_no_page_scrolls_sideways_even_with_everything_open(opened, name):
    page = opened(name)
    checkers.open_folds(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert checkers.fits(page), width
        assert page.evaluate(TOO_WIDE) == [], width
        page.evaluate("document.querySelector(':popover-open')?.hidePopover()")
    assert name != "tea.html" or page.locator(".receipt").count() > 2


@pytest.mark.parametrize("width", [390, 1280])
def test_a_receipt_opens_by_keyboard_and_closes_on_escape(opened, width):
    page = opened(width=width, java_script_enabled=False)
    number, receipt = page.locator("#n-3"), page.locator("#r-3")
    number.locator("button").focus()
    page.keyboard.press("Enter")
    assert receipt.is_visible() and page.locator("aside.receipt:visible").count() == 1
    box, word = receipt.bounding_box(), number.bounding_box()
    assert 0 <= word["y"] < 900 and 0 <= box["y"] < 900
    if width > 999:
        assert box["x"] >= 126 + 680 and abs(box["y"] - word["y"]) < 160
    else:
        assert box["x"] == 0 and box["width"] == width
        assert box["y"] >= word["y"] + word["height"] or box["y"] + box["height"] <= word["y"]
    page.keyboard.press("Tab")
    assert receipt.locator("a").first.evaluate("e => e === document.activeElement")
    page.keyboard.press("Escape")
    assert not receipt.is_visible()
    assert number.locator("button").evaluate("e => e === document.activeElement")


@pytest.mark.parametrize("width", [390, 1280])
def test_a_second_press_closes_a_receipt_and_a_press_on_another_opens_that(opened, width):
    page = opened(width=width, java_script_enabled=False)
    for number, left in ((3, "r-3"), (3, ""), (3, "r-3"), (1, "r-1")):
        page.locator(f"#n-{number} button").click()
        assert [one.get_attribute("id") for one in page.locator("aside.receipt:visible").all()] == list(
            filter(None, [left])
        )
    page.locator("#r-1 summary").click()
    assert page.locator("#r-1 dl").is_visible(), "what is folded in it opens"


def test_a_copied_sentence_has_its_numbers_and_no_line_of_its_own_for_them(opened):
    page = opened()
    select = "getSelection().selectAllChildren(document.querySelector('h1')); return getSelection().toString()"
    assert page.evaluate(f"() => {{ {select} }}") == "The office drinks 3.4 times the tea, it’s said"


def test_the_open_number_is_tinted_and_only_it(opened):
    page = opened()
    page.locator("#n-3 button").click()
    page.mouse.move(0, 0)
    tints = page.eval_on_selector_all(".n[id]", "all => all.map(e => getComputedStyle(e).backgroundColor)")
    assert tints.count("rgba(0, 0, 0, 0)") == len(tints) - 1 and tints[2] != "rgba(0, 0, 0, 0)"


def test_receipts_in_lists_open_beside_their_line(opened):
    page = opened()
    number = page.locator("ol .n").last
    number.locator("button").click()
    line, box = number.bounding_box(), page.locator("aside.receipt:visible").bounding_box()
    assert box["x"] >= 126 + 680 and abs(box["y"] - line["y"]) < 40


def test_on_a_phone_a_wide_table_is_a_card_a_row_with_the_value_beside_its_name(opened):
    page = opened(width=390)
    cell = page.locator("#table-told td").last
    label = cell.evaluate("e => getComputedStyle(e, '::before').content")
    assert label == '"Sure"' and page.locator("#table-told thead").bounding_box()["width"] <= 1
    assert cell.bounding_box()["width"] > 300 and checkers.fits(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.locator("#table-told thead").is_visible() and cell.bounding_box()["width"] < 300


# A word that stands on a mark has the colour of paper.
FILLS = """all => all.filter(one => one.closest("[fill]").getAttribute("fill") !== "var(--paper)")
  .map(one => getComputedStyle(one).fill)"""


def test_light_and_dark_share_one_drawing(opened):
    grounds = {}
    for scheme in ("light", "dark"):
        page = opened(scheme=scheme)
        grounds[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
        fills = page.eval_on_selector_all(".chart-wide text", FILLS)
        assert fills and grounds[scheme] not in fills
    assert grounds == {"light": "rgb(255, 253, 248)", "dark": "rgb(21, 23, 26)"}


def test_the_first_screen_of_a_phone_holds_headline_finding_kind_and_the_top_of_the_chart(opened):
    page = opened(width=390, height=844)
    for selector in ("h1", ".meta", ".finding", "#chart-pairs .ends"):
        box = page.locator(selector).first.bounding_box()
        assert box["y"] + min(box["height"], 40) <= 844, selector
    page = opened("index.html", width=360, height=640)
    for selector in ("h1", ".number.big", ".date"):
        box = page.locator(selector).bounding_box()
        assert box["y"] + box["height"] <= 640, selector


def test_on_paper_folds_are_open_receipts_are_notes_and_nothing_is_cut(opened, tmp_path):
    page = opened()
    page.locator("#n-3 button").click()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 960})
    assert page.locator("aside.receipt:visible").count() == 0
    assert page.get_by_text("Divided, as").first.is_visible()
    assert page.locator("#numbers li").first.is_visible() and page.locator("#figures-pairs").is_visible()
    assert not page.locator("#code pre").first.is_visible() and not page.locator("nav").first.is_visible()
    assert page.locator("#n-3").evaluate("e => getComputedStyle(e, '::after').content") == '"2"'
    inside = "all => all.map(e => [getComputedStyle(e).breakInside, e.getBoundingClientRect().height])"
    plots = page.eval_on_selector_all("figure .plot", inside)  # notes may follow overleaf
    assert len(plots) == 2 and all(kept == "avoid" and height < 960 for kept, height in plots)
    after = page.eval_on_selector_all("figcaption", "all => all.map(e => getComputedStyle(e).breakAfter)")
    assert len(after) >= 2 and set(after) == {"avoid"}
    assert visible_charts(page) == ["chart chart-wide"] * 2
    assert checkers.fits(page)


def test_the_pdf_is_tagged_has_a_title_and_holds_all_words(opened, tmp_path):
    import pikepdf

    file = tmp_path / "tea.pdf"
    opened().pdf(path=file, format="A4", tagged=True, outline=True)
    with pikepdf.open(file) as pdf:
        assert pdf.Root.get("/Lang") == "en" and pdf.Root.MarkInfo.Marked
        assert str(pdf.docinfo["/Title"]).startswith("The office drinks 3.4 times")
        assert 2 <= len(pdf.pages) <= 8


VIEWS = [(name, *view) for name in ("tea.html", "index.html") for view in ((320, "light"), (1280, "dark"))]
VIEWS += [("tea.html#n-3", *view) for view in ((320, "dark"), (1280, "light"))]


@pytest.mark.parametrize(("name", "width", "scheme"), VIEWS)
def test_axe_finds_nothing(opened, name, width, scheme):
    page = opened(name, width=width, scheme=scheme, bypass_csp=True)
    if "#" in name:
        page.locator(f"#{name.partition('#')[2]} button").click()
    else:
        checkers.open_folds(page)
    assert checkers.axe(page) == []


@pytest.mark.slow
def test_the_nu_checker_finds_nothing(folder):
    assert checkers.nu([folder / "tea.html", folder / "index.html"]) == []


@pytest.mark.parametrize("name", ["tea.html", "index.html"])
def test_hostile_text_runs_nothing(browser, folder, name):
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    alerts = []
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    page.goto((folder / name).as_uri())
    page.wait_for_timeout(200)
    assert alerts == [] and page.locator("img").count() == 0
    context.close()
