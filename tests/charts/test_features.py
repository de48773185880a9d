"""Geometry as text becomes GeoJSON: each kind, outlines clockwise, no finer than a map shows."""

import json

import pytest

from toolkit.charts.features import area, features
from toolkit.core.errors import ToolkitError

SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]  # against the clock, as GeoJSON has it
HOLE = [[0.2, 0.2], [0.2, 0.4], [0.4, 0.4], [0.4, 0.2], [0.2, 0.2]]


@pytest.mark.parametrize(
    ("text", "kind", "coordinates"),
    [
        ("POINT (7.1 50.7)", "Point", [7.1, 50.7]),
        ("POINT Z (7.1 50.7 12)", "Point", [7.1, 50.7]),
        ("MULTIPOINT (0 0, 2 1)", "MultiPoint", [[0, 0], [2, 1]]),
        ("MULTIPOINT ((0 0), (2 1))", "MultiPoint", [[0, 0], [2, 1]]),
        ("LINESTRING (0 0, 2 1)", "LineString", [[0, 0], [2, 1]]),
        ("POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))", "Polygon", [SQUARE[::-1]]),
        ("MULTIPOLYGON (((0 0, 0 1, 1 1, 1 0, 0 0)))", "MultiPolygon", [[SQUARE[::-1]]]),
        ("POLYGON EMPTY", "Polygon", []),
        (json.dumps({"type": "Polygon", "coordinates": [SQUARE]}), "Polygon", [SQUARE[::-1]]),
    ],
)
def test_each_kind(text, kind, coordinates):
    assert features([text, None], "a map") == [{"type": kind, "coordinates": coordinates}, None]


def test_holes_run_the_other_way_and_what_no_map_shows_is_rounded_off():
    text = json.dumps({"type": "Polygon", "coordinates": [[*SQUARE[:1], [0.00001, 0], *SQUARE[1:]], HOLE]})
    ((outer, hole),) = [one["coordinates"] for one in features([text], "a map")]
    assert area(outer) < 0 < area(hole)
    assert outer == SQUARE[::-1]


@pytest.mark.parametrize("text", ["Ulm", "POINT (7.1, 50.7", "CIRCLE (1 2)", '{"type": "Feature"}', "{", "POINT (a b)"])
def test_any_other_text_is_refused_with_its_row(text):
    with pytest.raises(ToolkitError, match="a map, row 2: geometry is.*\n.*well-known text"):
        features([None, text], "a map")
