"""Vega in V8: what it draws is what vl-convert draws, words are as wide as typography says, what is wrong is said."""

import re
import subprocess
import sys

import pytest
import vl_convert

from tests.charts.example_charts import EXAMPLES
from toolkit.charts import LAYOUTS, draw_marks, vega
from toolkit.charts.svg_paths import placed, vertices
from toolkit.charts.typography import FONTS, text_width
from toolkit.charts.vega import make_vega

WORDS = ["plain", "AVATAR To. 11,111", "Größe – “V.”", "中文"]


def labelled(words, **mark):
    return {
        "data": {"values": [{"w": words}]},
        "mark": {"type": "text", "fontSize": 40, **mark},
        "encoding": {"text": {"field": "w"}},
    }


def test_vega_js_is_what_its_parts_make():
    made = (vega.HERE / "vega.js").read_text(encoding="utf-8")
    assert made == make_vega.bundled_vega(), "run python -m toolkit.charts.vega.make_vega"
    assert "Redistributions in binary form" in made


def numbers_and_rest(svg):
    number = r"-?\d+(?:\.\d+)?(?:e-\d+)?"
    return [*map(float, re.findall(number, svg))], re.sub(number, "#", svg)


@pytest.mark.parametrize("width", LAYOUTS)
def test_each_example_is_drawn_as_vl_convert_draws_it(width):
    vl_convert.register_font_directory(str(FONTS))
    for name, example in EXAMPLES.items():
        drawing = example()
        draw_marks(drawing, width)
        specification = drawing.cache[f"{width} specification"]
        ours, our_rest = numbers_and_rest(vega.svg_of_vega_lite(specification))
        theirs, their_rest = numbers_and_rest(vl_convert.vegalite_to_svg(specification, vl_version=vega.LITE))
        assert our_rest == their_rest, name
        assert ours == pytest.approx(theirs, abs=1e-4), name  # it measures words in single precision


def test_a_bar_of_a_billionth_of_a_pixel_has_no_width():
    bar = "M10,5h2.3e-8v3h-2.3e-8Z"
    assert max(x for x, _ in vertices(bar)) == pytest.approx(10)
    assert placed(bar, 1, 1) == "M11,6h0v3h0z"


def test_an_arc_is_moved_to_where_it_ends():
    assert placed("M0,0A5,5,0,0,1,3,4L3,9Z", 10, 20) == "M10,20a5,5,0,0,1,3,4v5z"


def drawn_width(label, weight):
    """The width of a chart with one label beside its axis."""
    axis = {"labelFontSize": 40, "labelFontWeight": weight, "labelLimit": 0, "title": None}
    shown = {"y": {"field": "w", "type": "nominal", "axis": axis}}
    svg = vega.svg_of_vega_lite({**labelled(label), "mark": "tick", "encoding": shown, "width": 10})
    return float(re.search(r'width="([\d.]+)"', svg)[1])


@pytest.mark.parametrize("weight", [400, 600, "bold", "normal"])
@pytest.mark.parametrize("words", WORDS)
def test_words_are_as_wide_as_typography_says(words, weight):
    wider = drawn_width(words, weight) - drawn_width(".", weight)
    heavy = 600 if weight in (600, "bold") else 400
    assert wider == pytest.approx(text_width(words, 40, heavy) - text_width(".", 40, heavy), abs=1.01)


def test_it_draws_where_an_event_loop_runs_as_in_a_notebook():
    code = """
import asyncio
from toolkit.charts import vega
CHART = {"mark": "point", "data": {"values": [{}]}}
async def cell(): return vega.svg_of_vega_lite(CHART)[:4]
print(asyncio.run(cell()), asyncio.run(cell()), vega.svg_of_vega_lite(CHART)[:4])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("<svg <svg <svg\n", "")


def test_a_chart_of_vega_itself_is_drawn_and_one_of_vega_lite_compiled():
    compiled = vega.compiled(labelled("sold"))
    assert compiled["$schema"].endswith("vega/v6.json") and ">sold<" in vega.svg_of_vega(compiled)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"mark": "bar", "transform": [{"calculate": "datum.a +", "as": "b"}]},
        {"mark": 3},
    ],
)
def test_what_is_wrong_with_a_chart_is_said_in_a_line(broken):
    for work in (vega.svg_of_vega_lite, vega.compiled):
        with pytest.raises(ValueError) as raised:
            work(broken)
        assert 5 < len(str(raised.value)) < 300


def test_a_chart_reaches_nothing_outside(tmp_path):
    (tmp_path / "rows.json").write_text('[{"w": "stolen"}]')
    chart = labelled("none")
    for address in (str(tmp_path / "rows.json"), (tmp_path / "rows.json").as_uri(), "http://localhost:1/rows.json"):
        assert "stolen" not in vega.svg_of_vega_lite({**chart, "data": {"url": address}})
