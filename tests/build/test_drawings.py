"""Drawings kept between builds: found again, drawn anew where damaged, gone with the code that drew them."""

import pytest
import vl_convert

from toolkit.build import drawings
from toolkit.charts import draw_svg, interactive_specification, picture, read_palette, standalone, vega
from toolkit.core.project import Project
from toolkit.notebook import mime
from toolkit.site import exhibits
from toolkit.site.chart_states import drawings_of

pytestmark = pytest.mark.heavy  # charts are drawn

NUMBER = {"kind": "reported", "form": "quantity", "scaled": False, "node": "a"}
ROWS = [["Heavy", {"low": 35, "high": 35, "short": "35", "text": "35", "digits": ["35"], **NUMBER}]]
CHART = {
    "id": "cups",
    "form": "bars",
    "kind": "reported",
    "language": "en",
    "source": "an invented table",
    "encodings": {"value": "cups", "label": "who"},
    "table": {"columns": [{"name": "who"}, {"name": "cups"}], "rows": ROWS},
    "title": {"text": "Heavy drinkers have 35 cups"},
    "subtitle": {"text": "Cups a week, invented"},
    "notes": {"text": ""},
    "alt": {"text": "One bar of 35 cups a week."},
}


@pytest.fixture
def project(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.toolkit]\n")
    return Project(tmp_path)


def shown(project, drawing_code="one"):
    """What a page shows of the chart, drawn ahead by a build of its own."""
    exhibits._drawing.cache_clear()
    drawings.draw_or_reuse({mime.CHART: CHART}, project, drawing_code)
    drawing = exhibits.drawing_of(CHART, read_palette(project))
    return (
        draw_svg(drawing, "wide"),
        draw_svg(drawing, "narrow"),
        picture(drawing),
        standalone(drawing),
        interactive_specification(drawing, "wide"),
    )


def test_a_kept_drawing_is_what_was_drawn_and_nothing_is_drawn_again(project, monkeypatch):
    first = shown(project)
    for library, name in ((vega, "svg_of_vega_lite"), (vl_convert, "svg_to_png")):
        monkeypatch.setattr(library, name, lambda *_, **__: pytest.fail("it was drawn again"))
    assert shown(project) == first


def test_the_states_of_a_chart_are_drawn_ahead_on_one_axis(project, monkeypatch):
    other = {
        **CHART,
        "table": {
            **CHART["table"],
            "rows": [["Heavy", {**ROWS[0][1], "low": 50, "high": 50, "short": "50", "text": "50"}]],
        },
    }
    states = {"states": [{"at": {}, "data": {mime.CHART: chart}} for chart in (CHART, other)]}
    drawings.draw_or_reuse({mime.CHART: CHART, mime.STATES: states}, project, "one")
    monkeypatch.setattr(vega, "svg_of_vega_lite", lambda *_, **__: pytest.fail("it was drawn again"))
    found = drawings_of([CHART, other], read_palette(project))
    assert [cell.high for cell in found[0].axis_values] == [35, 50]
    assert len({draw_svg(drawing, "wide") for drawing in found}) == 2


def test_a_chart_for_the_front_page_alone_has_no_files_drawn(project, monkeypatch):
    cell = {"metadata": {"tags": ["front"]}, "outputs": [{"data": {mime.CHART: CHART}}]}
    monkeypatch.setattr(vl_convert, "svg_to_png", lambda *_, **__: pytest.fail("a picture of it was drawn"))
    exhibits._drawing.cache_clear()
    for data in drawings.charts_of_cell(cell):
        drawings.draw_or_reuse(data, project, "one")
    assert drawings.are_cached({mime.CHART: CHART}, project, "one")


def test_a_damaged_drawing_is_drawn_anew(project):
    first = shown(project)
    (kept,) = (project.build / "drawings").glob("*/*")
    kept.write_bytes(kept.read_bytes().replace(b"35", b"53"))
    assert shown(project) == first
    kept.write_bytes(b"")
    assert shown(project) == first


def test_drawings_of_other_code_and_the_oldest_are_removed(project, monkeypatch):
    shown(project, "one")
    shown(project, "two")
    drawings.remove_others(project, "two")
    assert [path.parent.name for path in (project.build / "drawings").glob("*/*")] == ["two"]
    monkeypatch.setattr(drawings, "MOST", 0)
    drawings.remove_others(project, "two")
    assert not list((project.build / "drawings").glob("*/*"))
