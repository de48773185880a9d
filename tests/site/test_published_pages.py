"""The committed pages of reports/ as readers get them: judged by axe and the HTML checker, on a phone and at a desk."""

import gzip
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests import counts
from tests.site import checkers
from toolkit.site import page as story_page

REPORTS = Path(__file__).parents[2] / "reports"
PAGES = sorted(REPORTS.glob("*.html"))

pytestmark = [pytest.mark.browser, pytest.mark.slow]
every_page = pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)


@pytest.fixture
def opened(open_page, file):
    """Opens the page at a width."""

    def opened_page(width, **options):
        page = open_page(file.as_uri(), width, **options)
        page.wait_for_load_state("networkidle")
        return page

    return opened_page


def test_there_is_an_edition():
    assert REPORTS / "index.html" in PAGES and len(PAGES) > 1


@counts.of("pages")
@every_page
@pytest.mark.parametrize(("width", "scheme"), counts.count("pages"))
def test_axe_finds_nothing_with_every_fold_open(opened, file, width, scheme):
    page = opened(width, color_scheme=scheme, bypass_csp=True)
    checkers.open_folds(page)
    assert checkers.axe(page) == []


@every_page
def test_it_asks_for_nothing_says_nothing_and_fits_a_small_phone(opened, file):
    page = opened(320)
    assert page.asked == [file.as_uri()] and page.said == []
    assert checkers.fits(page)
    checkers.open_folds(page)
    assert checkers.fits(page)


@pytest.mark.parametrize("file", [file for file in PAGES if file.stem != "claims"], ids=lambda file: file.stem)
def test_the_lead_chart_begins_within_a_screen_and_a_half_of_a_phone(opened, file):
    page = opened(390)
    page.set_viewport_size({"width": 390, "height": 844})
    titles = page.locator(".exhibit :is(h2, h3), figure.exhibit figcaption")
    box = titles.first.bounding_box()
    assert box["y"] + box["height"] <= 1.5 * 844


@every_page
def test_no_receipt_makes_a_small_phone_scroll_sideways(opened, file):
    page = opened(320)
    receipts = page.eval_on_selector_all("aside.receipt", "all => all.map(e => e.id)")
    wide = []
    for name in receipts:
        page.evaluate("name => { location.hash = name }", name)
        wide += [] if checkers.fits(page) else [name]
    assert wide == []


@pytest.mark.parametrize("file", [file for file in PAGES if file.stem != "claims"], ids=lambda file: file.stem)
def test_it_keeps_the_byte_budget(file):
    data = file.read_bytes()
    charts = len(BeautifulSoup(data, "lxml").select(".exhibit figure, figure.exhibit"))
    further = max(0, charts - story_page.CHARTS)
    for size, (most, each) in ((len(data), story_page.RAW), (len(gzip.compress(data, 9, mtime=0)), story_page.PACKED)):
        assert size <= most + each * further


def test_the_nu_checker_finds_nothing():
    assert checkers.nu(PAGES) == []
