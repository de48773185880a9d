"""Labels at the ends of lines: clear of the lines that go on beyond."""

import pytest

from tests.charts.example_charts import cell, drawing, same
from toolkit.charts import LAYOUTS, draw_marks, svg
from toolkit.charts.geometry import along_line
from toolkit.charts.svg_paths import commands

pytestmark = pytest.mark.heavy


def points_of(path: str) -> list[tuple[float, float]]:
    """The corners of a path of straight lines."""
    found, x, y = [], 0.0, 0.0
    for command, values in commands(path):
        dx, dy = {"h": (values[0], 0.0), "v": (0.0, values[0])}.get(command, tuple(values[-2:]))
        x, y = (dx, dy) if command == "M" else (x + dx, y + dy)
        found.append((x, y))
    return found


@pytest.mark.parametrize("width", LAYOUTS)
@pytest.mark.parametrize("rise", [6, 10, 14])
def test_no_line_runs_through_the_label_of_a_line_that_ends_before_it(width, rise):
    paths = {"first": [10 + rise * at for at in range(9)], "second": [12 + rise * at for at in range(6)]}
    rows = [
        {"x": cell(at, str(at)), "y": cell(value, str(value)), "color": name}
        for name, values in paths.items()
        for at, value in enumerate(values)
    ]
    chart = drawing("lines", rows, **same("x", "y", "color"), emphasis="first")
    marks, _ = draw_marks(chart, width)
    label = [svg.box_of(mark) for mark in marks if mark.tag == "text" and mark.shape.startswith("second")]
    straight = [mark.shape for mark in marks if mark.tag == "path" and set(mark.shape) <= set("Mlhv0123456789.,-")]
    lines = [points for path in straight if len(points := points_of(path)) == 9 and path.count("M") == 1]
    assert len(label) == 1 and len(lines) == 1
    assert not any(label[0].overlaps(box) for box in along_line(lines[0]))
