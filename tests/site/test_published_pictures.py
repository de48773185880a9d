"""The picture that a link to each published page shows: of the right size, named with its size, with the kind on it."""

import io
from functools import cache

import numpy
import pytest
import vl_convert
from bs4 import BeautifulSoup
from PIL import Image

from toolkit.charts import HOUSE, cards, svg, svg_document
from toolkit.charts.theme import paint
from toolkit.core.kind import KINDS
from toolkit.core.project import find_project

REPORTS = find_project().reports
CHARTS = sorted(REPORTS.glob("*/charts/*.html"))
STORIES = sorted(REPORTS / f"{card.parent.name}.html" for card in REPORTS.glob("*/share.png"))
HEAVY = {KINDS["synthetic"]: 600}


def tags_of(page):
    return {tag.get("property") or tag.get("name"): tag["content"] for tag in page.find_all("meta", content=True)}


@cache
def shown(path):
    with Image.open(path) as picture:
        return numpy.asarray(picture.convert("L")).astype(int)


@cache
def kind_as_drawn(kind):
    """The pixels that the words of a kind darken where a card says it."""
    line = cards._lines([(kind, 18, HEAVY.get(kind, 400), "muted")], cards.WIDTH)
    inner = f'<path d="M0,0h1200v630h-1200z" fill="{paint("paper")}"/>{svg.body(line, "kind", outlined=1)}'
    drawn = svg_document.svg_document(inner, "kind", cards.WIDTH, cards.HEIGHT, kind, kind, "chart")
    raw = vl_convert.svg_to_png(HOUSE.resolved(drawn), scale=1)
    return numpy.asarray(Image.open(io.BytesIO(raw)).convert("L")) < 150


def says(path, kind) -> bool:
    """Whether a card has the words of a kind over its title, and no more on that line."""
    words = kind_as_drawn(kind)
    height, width = words.nonzero()
    part = slice(height.min(), height.max() + 1), slice(cards.EDGE, width.max() + 20)
    found, dark = shown(path)[part], words[part]
    return (found[dark] < 190).mean() > 0.98 and (found[~dark] < 110).mean() < 0.02


def test_there_are_charts_and_stories():
    assert len(CHARTS) > 100 and len(STORIES) == 9


@pytest.mark.parametrize("path", CHARTS, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_a_link_to_a_chart_shows_a_picture_of_its_own_with_its_kind_on_it(path):
    page = BeautifulSoup(path.read_bytes(), "lxml")
    tags, kind = tags_of(page), page.select_one(".ends").find_all("span")[-1].string
    picture = path.parent / tags["og:image"]
    assert picture.name.partition(".")[0] == path.stem.removesuffix("-interactive")
    assert shown(picture).shape == (630, 1200) == (int(tags["og:image:height"]), int(tags["og:image:width"]))
    assert tags["twitter:card"] == "summary_large_image" and len(tags["og:image:alt"]) > 40
    assert [said for said in KINDS.values() if says(picture, said)] == [kind]


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_a_link_to_a_story_shows_its_headline_and_lead_chart(path):
    page = BeautifulSoup(path.read_bytes(), "lxml")
    tags, kinds = tags_of(page), page.select_one(".exhibit .ends").find_all("span", hidden=False, string=True)
    picture = REPORTS / tags["og:image"]
    assert picture.name == "share.png" and tags["og:image:alt"].startswith(page.h1.get_text().strip()[:20])
    assert shown(picture).shape == (630, 1200) == (int(tags["og:image:height"]), int(tags["og:image:width"]))
    assert [said for said in KINDS.values() if says(picture, said)] == [kinds[-1].string]


def test_few_charts_are_too_tall_for_their_download_to_be_the_picture():
    apart = {path.name.partition(".")[0] for path in REPORTS.glob("*/charts/*.card.png")}
    tall = {path.stem for path in REPORTS.glob("*/charts/*.png") if shown(path).shape != (630, 1200)}
    assert tall == apart and len(tall) <= 6
