"""Maps in Mercator's projection: how high one is, where a place stands on it, and the words on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.charts.drawing import Layout
from toolkit.charts.features import Geometry, spots

MOST_HIGH = {"wide": 460.0, "narrow": 380.0}  # pixels
MARGIN, NEAR = 0.08, 0.05  # room beside points: in parts of their extent, and of one alone in degrees
HIGHEST = 85.0  # degrees of latitude that Mercator's projection can show


@dataclass(frozen=True)
class Frame:
    """A map of places, fitted into a size as Vega fits it: `scale` pixels a radian, from the places' left and top."""

    width: float
    height: float
    scale: float
    left: float
    top: float

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Where a place stands, in pixels."""
        x, y = projected(longitude, latitude)
        return (x - self.left) * self.scale, (y - self.top) * self.scale


def frame_of(places: Sequence[Sequence[float]], layout: Layout, most: float | None = None) -> Frame:
    """The map of these [longitude, latitude], as wide as the layout unless it would be higher than `most`."""
    found = [projected(*place[:2]) for place in places]
    left, right = min(x for x, _ in found), max(x for x, _ in found)
    top, bottom = min(y for _, y in found), max(y for _, y in found)
    across, down = (right - left) or 1e-3, (bottom - top) or 1e-3
    high = min(most or MOST_HIGH[layout.name], layout.width * down / across)
    scale = min(layout.width / across, high / down)
    width, height = layout.width, down * scale
    return Frame(width, height, scale, left - (width / scale - across) / 2, top - (height / scale - down) / 2)


def projected(longitude: float, latitude: float) -> tuple[float, float]:
    """Where Mercator's projection has a place, in radians, downwards."""
    up = math.radians(max(-HIGHEST, min(HIGHEST, latitude)))
    return math.radians(longitude), -math.log(math.tan(math.pi / 4 + up / 2))


def middle_of(geometry: Geometry) -> list[float]:
    """The [longitude, latitude] in the middle of the largest outline of an area."""
    rings = (
        [geometry["coordinates"][0]] if geometry["type"] == "Polygon" else [part[0] for part in geometry["coordinates"]]
    )
    return max((centroid(ring) for ring in rings if ring), key=lambda found: found[2])[:2]


def centroid(ring: Sequence[Sequence[float]]) -> list[float]:
    """[longitude, latitude, size] of a ring's centre of gravity, that of its corners if it has no area."""
    area = x = y = 0.0
    for one, other in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = one[0] * other[1] - other[0] * one[1]
        area, x, y = area + cross, x + (one[0] + other[0]) * cross, y + (one[1] + other[1]) * cross
    if not area:
        return [sum(spot[axis] for spot in ring) / len(ring) for axis in (0, 1)] + [0.0]
    return [x / (3 * area), y / (3 * area), abs(area)]


def map_extent(places: Sequence[Sequence[float]]) -> Geometry:
    """A box around places, with so much room that points at its edge are on the map."""
    ends = [(min(axis), max(axis)) for axis in zip(*places, strict=True)]
    (left, right), (low, high) = ((a - room(b - a), b + room(b - a)) for a, b in ends)
    ring = [[left, low], [left, high], [right, high], [right, low], [left, low]]
    return {"type": "Polygon", "coordinates": [ring]}


def room(extent: float) -> float:
    """The degrees beside places that stand so many degrees apart."""
    return MARGIN * extent or NEAR


def all_spots(geometries: Sequence[Geometry | None]) -> list[list[float]]:
    """Every [longitude, latitude] of some geometries."""
    return [spot for one in geometries if one for spot in spots(one["coordinates"])]


def feature(geometry: Geometry, record: dict[str, Any]) -> dict[str, Any]:
    """A record as a feature of GeoJSON, its fields beside the geometry, as Altair itself writes those of geopandas."""
    return {**record, "type": "Feature", "geometry": geometry}
