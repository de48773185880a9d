"""Pictures that links show, and what is downloaded: legible, whole, of one size, however long or tall a chart is."""

import io
from dataclasses import replace

import numpy
import pytest
from PIL import Image

from tests.charts.example_charts import EXAMPLES, cell, drawing
from toolkit.charts import cards, pictures, png, rendering, share_picture
from toolkit.charts.drawing import LAYOUTS
from toolkit.core.kind import KINDS

pytestmark = pytest.mark.heavy

LONG = (
    "A title that goes on and on about what was found and by whom it was said in which of the many places of the report"
)


def size_of(picture: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(picture)).size


def rows_of(count: int):
    return drawing(
        "bars", [{"n": f"town {n}", "v": cell(n + 1, str(n + 1))} for n in range(count)], label="n", value="v"
    )


@pytest.mark.parametrize("example", ["bars", "lines", "dots", "timeline", "bars_simulated"])
def test_a_chart_that_is_legible_on_a_card_is_downloaded_as_one(example):
    chart = EXAMPLES[example]()
    assert size_of(pictures.picture(chart)) == (1200, 630) and pictures.picture_for_links(chart) == b""
    assert cards._placed(chart, 330).smallest >= cards.SMALLEST


def test_a_tall_chart_is_downloaded_as_tall_as_it_is_and_has_a_card_apart():
    chart = rows_of(30)
    tall, card = pictures.picture(chart), pictures.picture_for_links(chart)
    assert size_of(tall)[1] > 900 and size_of(card) == (1200, 630)
    assert cards._placed(chart, 330).smallest < cards.SMALLEST


@pytest.mark.parametrize(
    "words", [{"source": "; ".join(f"Source number {n}" for n in range(400))}, {"title": LONG * 30}]
)
def test_words_that_no_card_has_room_for_stand_on_a_tall_picture(words):
    chart = replace(EXAMPLES["bars"](), **words)
    assert cards.legible_card(chart) is None
    assert size_of(pictures.picture(chart)) != (1200, 630)
    assert size_of(pictures.picture_for_links(chart)) == (1200, 630)


@pytest.mark.parametrize("title", ["Short", LONG, "Donaudampfschifffahrtsgesellschaftskapitänswitwe " * 2, LONG * 20])
def test_no_word_of_a_card_stands_on_another_or_on_the_chart(title, monkeypatch):
    drawn = []
    monkeypatch.setattr(cards, "_png", lambda _, __, beside, placed: drawn.append((beside, placed)) or b"")
    chart = replace(EXAMPLES["dots"](), title=title)
    share_picture(chart, title, "Tea, audited")
    cards.small_card(chart)
    for beside, placed in drawn:
        lines = sorted(beside, key=lambda line: line.y)
        assert beside[0].shape == KINDS[chart.kind]
        assert all(upper.y < lower.y for upper, lower in zip(lines, lines[1:], strict=False))
        if title != LONG * 20:
            assert lines[-1].y <= cards.HEIGHT - cards.EDGE
            assert max(rendering.svg.box_of(line).right for line in beside) <= placed.left - cards.GAP


def test_a_card_shows_all_of_a_chart_and_nothing_beyond_its_edge():
    for example in EXAMPLES:
        chart = EXAMPLES[example]()
        placed = cards._placed(chart, 330)
        for name, layout in LAYOUTS.items():
            marks, height = rendering.draw_marks(chart, name)
            if placed.marks is marks:
                assert placed.left + layout.width * placed.scale <= cards.WIDTH - cards.EDGE + 1
                assert placed.top >= cards.EDGE - 1
                assert placed.top + height * placed.scale <= cards.HEIGHT - cards.EDGE + 1


def test_colours_that_a_drawing_names_are_in_its_picture_however_few_their_pixels():
    lines = "".join(f'<path d="M{9 * n},0v40" stroke="#5f5c5{n}"/>' for n in range(4))
    ground = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="40"><path d="M0,0h90v40h-90z" fill="#fffdf8"/>'
    made = png.png_of(f'{ground}{lines}<path d="M60,5h1v1h-1z" fill="#9e2513"/></svg>', 1)
    found = {tuple(pixel) for row in numpy.asarray(Image.open(io.BytesIO(made)).convert("RGB")) for pixel in row}
    assert {(0xFF, 0xFD, 0xF8), (0x9E, 0x25, 0x13)} <= found
