"""Charts of many plots: as wide as the page and the phone, whatever widths their author gave; narrow= for the rest."""

from dataclasses import replace

import altair as alt
import pytest

from tests import counts
from tests.charts import gallery
from tests.charts.drawn import nodes
from tests.charts.test_altair_chart import CHART, drawing, named
from toolkit.charts import LAYOUTS, draw_svg
from toolkit.charts.svg_document import size
from toolkit.core.errors import ToolkitError

pytestmark = pytest.mark.heavy


def made(name):
    chart, rows = gallery.CHARTS[name]
    narrow = gallery.NARROW.get(name)
    found = drawing(chart, rows=rows)
    return found if narrow is None else replace(found, narrow=named(narrow.to_dict()))


@pytest.mark.parametrize("name", counts.slow_but(counts.spread(list(gallery.CHARTS), 4), list(gallery.CHARTS)))
def test_charts_after_altairs_gallery_are_as_wide_as_both_layouts(name):
    found = made(name)
    for width, layout in LAYOUTS.items():
        assert size(draw_svg(found, width))[0] == layout.width


def test_eight_of_these_ten_need_no_other_chart_for_a_phone():
    assert len(gallery.CHARTS) == 10 and len(gallery.NARROW) <= 2
    without = replace(made("matrix"), narrow=None)
    with pytest.raises(ToolkitError, match="give another for the phone: narrow="):
        draw_svg(without, "narrow")


def test_a_plot_that_was_made_narrow_stays_so_and_others_keep_their_proportion():
    drawn = draw_svg(made("pyramid"), "narrow")
    ages = [float(text.get("x")) for text in nodes(drawn, "text") if text.text == "90"]
    assert 150 < ages[0] < 190  # in the middle of 340, since its column is 20 wide at any width


def test_marks_beyond_the_plot_are_kept_whole_or_refused():
    chart, rows = gallery.CHARTS["ridges"]
    assert draw_svg(drawing(chart, rows=rows), "wide")
    cut = CHART.mark_point(clip=True).encode(x=alt.X("score").scale(domain=[0, 40]), y="year:O")
    with pytest.raises(ToolkitError, match="cut off at the edge"):
        draw_svg(drawing(cut), "wide")
