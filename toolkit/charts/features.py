"""Geometry for maps: the text that a dataset holds, GeoJSON or well-known text, as GeoJSON that a chart can draw."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from toolkit.core.errors import ToolkitError

COLUMN = "geometry"  # the column in which a dataset made of GeoJSON has it
KINDS = {
    kind.upper(): kind for kind in ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
}
WKT = re.compile(r"([A-Z]+)(?: ?Z?M?)? *(\(.*\)|EMPTY)", re.S)
SPOT = re.compile(r"(-?\d[^\s,()]*) (-?\d[^\s,()]*)[^,()]*")
WORDS = " or ".join(("well-known text such as POINT (7.1 50.7)", "a geometry of GeoJSON"))
FINE = 2000  # steps across a map that can be told apart: what is finer is rounded off
Geometry = dict[str, Any]


def features(texts: Sequence[str | None], where: str) -> list[Geometry | None]:
    """The geometry of each row as GeoJSON, in degrees; None where a row has none.

    Outlines run clockwise, as d3 needs them, holes counterclockwise; all are rounded to steps too fine to be seen.
    Raises ToolkitError naming the first row whose text is no geometry.
    """
    found = [geometry(text, f"{where}, row {row}") if text else None for row, text in enumerate(texts, 1)]
    places = _decimals([spot for one in found if one for spot in spots(one["coordinates"])])
    return [one and {"type": one["type"], "coordinates": oriented(one, places)} for one in found]


def geometry(text: str, where: str) -> Geometry:
    """A geometry of GeoJSON from its text, GeoJSON or well-known text. Raises ToolkitError for any other text."""
    try:
        if text.lstrip().startswith("{"):
            read = json.loads(text)
            return {"type": KINDS[read["type"].upper()], "coordinates": read["coordinates"]}
        name, body = WKT.fullmatch(text.strip()).groups()  # type: ignore[union-attr]
        kind = KINDS[name]
        nested = SPOT.sub(r"[\1,\2]", body).translate(str.maketrans("()", "[]"))
        coordinates = [] if body == "EMPTY" else json.loads(nested)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        short = text if len(text) < 40 else f"{text[:37]}…"
        raise ToolkitError(where, f"{COLUMN} is {short!r}", WORDS, "take it from a dataset of GeoJSON") from error
    if kind == "Point":
        coordinates = coordinates[0] if coordinates else []
    elif kind == "MultiPoint":  # POINTs in it may have brackets of their own
        coordinates = list(spots(coordinates))
    return {"type": kind, "coordinates": coordinates}


def spots(coordinates: Sequence[Any]) -> Iterator[list[float]]:
    """Every [longitude, latitude] in coordinates of any depth."""
    if coordinates and isinstance(coordinates[0], int | float):
        yield list(coordinates[:2])
    else:
        for part in coordinates:
            yield from spots(part)


def _decimals(found: Sequence[Sequence[float]]) -> int:
    """How many decimals of a degree a map of all these positions can show."""
    if not found:
        return 0
    extent = max(max(axis) - min(axis) for axis in zip(*found, strict=True))
    return max(0, math.ceil(math.log10(FINE / extent))) if extent else 5


def oriented(one: Geometry, places: int) -> Any:
    """Coordinates rounded to so many decimals, outer rings clockwise and holes counterclockwise."""
    kind, coordinates = one["type"], one["coordinates"]
    if kind == "Polygon":
        return polygon(coordinates, places)
    if kind == "MultiPolygon":
        return [polygon(part, places) for part in coordinates]
    return _rounded(coordinates, places)


def polygon(rings: Sequence[Any], places: int) -> list[Any]:
    """The rings of a polygon, the first one clockwise; a ring too small to be seen stays as it was."""
    made = []
    for place, ring in enumerate(rings):
        closed = _rounded(ring, places)
        whole = closed if len(closed) >= 4 else [list(spot[:2]) for spot in ring]
        made.append(whole[::-1] if (area(whole) > 0) == (place == 0) else whole)
    return made


def _rounded(coordinates: Sequence[Any], places: int) -> list[Any]:
    """Coordinates of any depth, rounded, without those that then equal the one before."""
    if coordinates and isinstance(coordinates[0], int | float):
        return [round(value, places) for value in coordinates[:2]]
    made: list[Any] = []
    for part in (_rounded(part, places) for part in coordinates):
        if not made or part != made[-1]:
            made.append(part)
    return made


def area(ring: Sequence[Sequence[float]]) -> float:
    """Twice the area of a ring in square degrees, above zero if it runs counterclockwise."""
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return sum(one[0] * other[1] - other[0] * one[1] for one, other in pairs)
