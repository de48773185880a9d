"""The committed pages of reports/ as readers get them: judged by axe and the HTML checker, on a phone and at a desk."""

import gzip
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests import counts
from tests.site import checkers
from toolkit.site import finishing
from toolkit.site.style import OF_CLAIMS as STYLE_OF_CLAIMS
from toolkit.site.style import OF_STORIES, SHARED

REPORTS = Path(__file__).parents[2] / "reports"
PAGES = sorted(REPORTS.glob("*.html"))
TOLD = [file for file in PAGES if not file.stem.startswith(("claims", "recheck"))]
CELL = re.compile(r"<t[dh][^>]*>([^<\n]*)")
OF_CLAIMS = [file for file in PAGES if file.stem.startswith("claims")]  # written by one template
WITH_CHARTS = [file for file in TOLD if b'class="plot' in file.read_bytes()]
IN_A_BROWSER = [file for file in PAGES if file not in OF_CLAIMS] + counts.some(OF_CLAIMS, 3)

HEIGHTS = """() => [...document.querySelectorAll("aside.receipt")].map(receipt => {
  receipt.showPopover();
  const {height} = receipt.getBoundingClientRect(), wide = document.documentElement.scrollWidth > innerWidth;
  receipt.hidePopover();
  return [receipt.id, height, wide];
})"""

OUTSIDE = """all => all.flatMap(text => {
  const {left, right, width} = text.getBoundingClientRect(), drawing = text.ownerSVGElement.getBoundingClientRect();
  const over = width ? Math.max(drawing.left - left, right - drawing.right) : 0;
  return over > 1.5 ? [[text.textContent, over]] : [];
})"""

pytestmark = [pytest.mark.browser, pytest.mark.slow]
every_page = pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)


@pytest.fixture
def opened(open_page, file):
    """Opens the page at a width."""

    def opened_page(width, **options):
        return open_page(file.as_uri(), width, **options)

    return opened_page


def test_no_table_shows_the_name_of_a_source_s_file():
    names = {path.stem for path in (REPORTS.parent / "data" / "sources").glob("*.yml")}
    cells = {(page.name, cell) for page in PAGES for cell in CELL.findall(page.read_text(encoding="utf-8"))}
    assert cells and not [cell for cell in cells if cell[1].strip() in names]


def test_there_is_an_edition():
    assert REPORTS / "index.html" in PAGES and len(PAGES) > 1


@counts.of("pages")
@pytest.mark.parametrize(
    ("file", "look"),
    counts.each_in_turn(IN_A_BROWSER, counts.count("pages")),
    ids=lambda one: one.stem if isinstance(one, Path) else "-".join(map(str, one)),
)
def test_axe_finds_nothing_with_every_fold_open(opened, file, look):
    width, scheme = look
    page = opened(width, color_scheme=scheme, bypass_csp=True)
    checkers.open_folds(page)
    assert checkers.axe(page) == []


@counts.of("pages")
@pytest.mark.parametrize(
    ("file", "width"),
    counts.each_in_turn(IN_A_BROWSER, (390, 1280)),
    ids=lambda one: one.stem if isinstance(one, Path) else str(one),
)
def test_it_asks_for_nothing_says_nothing_fits_a_small_phone_and_opens_receipts_under_300_px(opened, file, width):
    page = opened(320)
    page.wait_for_load_state("networkidle")
    of_claims = file.name.startswith("claims")  # their style, an annex's and the front page's is in files
    further = [OF_STORIES] * (of_claims or file.stem.endswith("-annex")) + [STYLE_OF_CLAIMS] * of_claims
    own = [file.name, *[SHARED] * bool(further or file.stem == "index"), *further]
    assert page.asked == [(file.parent / name).as_uri() for name in own] and page.said == []
    assert checkers.fits(page)
    page.set_viewport_size({"width": width, "height": 900})
    heights = {name: height for name, height, _ in page.evaluate(HEIGHTS)}
    assert {name: height for name, height in heights.items() if height > 300} == {}
    assert not heights or max(heights.values()) > 60  # those of states that are not chosen have none
    page.set_viewport_size({"width": 320, "height": 900})
    checkers.open_folds(page)
    assert checkers.fits(page)
    assert [name for name, _, wide in page.evaluate(HEIGHTS) if wide] == []


@pytest.mark.parametrize("file", WITH_CHARTS, ids=lambda file: file.stem)
def test_the_plot_of_the_first_chart_begins_within_a_screen_and_a_half_of_a_phone(opened, file):
    page = opened(390)
    page.set_viewport_size({"width": 390, "height": 844})
    plots = [svg.bounding_box() for svg in page.locator(".plot svg").all() if svg.is_visible()]
    assert plots[0]["y"] <= 1.5 * 844


@pytest.mark.parametrize("file", WITH_CHARTS, ids=lambda file: file.stem)
def test_no_word_of_a_drawing_leaves_it_as_this_browser_sets_letters(opened, file):
    page = opened(390)
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.locator(".plot svg text").evaluate_all(OUTSIDE) == []


@every_page
def test_no_receipt_prints_a_hash_eleven_digits_or_a_step_times_one(file):
    for receipt in BeautifulSoup(file.read_bytes(), "lxml").select("aside.receipt"):
        text = re.sub(r"SHA-256\s+[0-9a-f]{12}", "", receipt.get_text(" "))  # of a dataset's file
        assert not re.search(r"\b(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{12}\b| × 1 =", text), text
        # The zeros that a price of one token begins with say its size, and are not digits too many.
        assert [number for number in re.findall(r"\d[\d,.]*", text) if len(re.sub(r"^[0.]+|\D", "", number)) > 10] == []


@pytest.mark.parametrize("file", TOLD, ids=lambda file: file.stem)
def test_it_keeps_the_byte_budget(file):
    data = file.read_bytes()
    soup = BeautifulSoup(data, "lxml")
    further = max(0, len(soup.select(".exhibit figure, figure.exhibit")) - finishing.CHARTS)
    sizes = {"raw": len(data), "gzipped": len(gzip.compress(data, 9, mtime=0))}
    for name, (most, each_chart, with_choices) in finishing.BUDGET.items():
        assert sizes[name] <= most + each_chart * further + (with_choices if soup.select(".choose") else 0)


@pytest.mark.parametrize("file", sorted(set(PAGES) - set(TOLD)), ids=lambda file: file.stem)
def test_a_page_of_claims_is_under_400_kb_and_with_the_styles_and_fonts_that_it_shares_60_kb_gzipped(file):
    data = file.read_bytes()
    loaded = [REPORTS / name for name in re.findall(r'<link rel="stylesheet" href="([^"]+)">', data.decode())]
    assert [path.name for path in loaded] == ([SHARED, OF_STORIES, STYLE_OF_CLAIMS] if file in OF_CLAIMS else [])
    packed = [len(gzip.compress(content, 9, mtime=0)) for content in (data, *map(Path.read_bytes, loaded))]
    assert len(data) <= 400_000 and sum(packed) <= 60_000


def test_the_nu_checker_finds_nothing():
    assert checkers.nu(PAGES) == []
