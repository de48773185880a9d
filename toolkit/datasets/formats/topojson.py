"""TopoJSON: outlines that share their borders, as rows of properties with a geometry in GeoJSON, as text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from toolkit.core.errors import ToolkitError
from toolkit.datasets.declaration import ReadOptions
from toolkit.datasets.delimited import opened
from toolkit.datasets.file_format import Format, one_table
from toolkit.datasets.formats import json as json_format
from toolkit.engine.connect import Connection

DEPTHS = {"LineString": 0, "MultiLineString": 1, "Polygon": 1, "MultiPolygon": 2}  # of the lists of arcs
TOPOLOGY = re.compile(rb'^\{\s*"type"\s*:\s*"Topology"')
MISMATCHES = (LookupError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)  # of a file's parts
MOST_SHARED = 10  # times that a point of an arc is drawn; a border is one of two countries
Spot = list[float]


def _write_table(connection: Connection, path: Path, reading: ReadOptions, out: Path) -> dict[str, int]:
    """Writes the object that `reading.table` names as Parquet: a row for each geometry, as of GeoJSON.

    Raises ToolkitError for a file whose outlines cannot be put together.
    """
    topology = _read_topology(path)
    try:
        arcs = [_arc(arc, topology.get("transform")) for arc in topology["arcs"]]
        layer = topology["objects"][reading.table]
        shapes = layer.get("geometries", [layer])
        if sum(_points(shape.get("arcs", ()), arcs) for shape in shapes) > MOST_SHARED * sum(map(len, arcs)):
            raise ValueError(f"arcs that are used more than {MOST_SHARED} times each")
        rows = [_row(shape, arcs, topology.get("transform")) for shape in shapes]
    except MISMATCHES as error:
        raise ToolkitError(path.name, f"outlines that do not fit together: {error!r}", "TopoJSON", "mend it") from error
    lines = out.with_suffix(".jsonl")
    lines.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return json_format.write_table(connection, lines, ReadOptions("json"), out)


def _tables_of(path: Path) -> list[str]:
    """The names of the objects in a file. Raises ToolkitError for one that is no JSON."""
    objects = _read_topology(path).get("objects")
    if not isinstance(objects, dict):
        raise ToolkitError(path.name, "no objects", "TopoJSON, with objects and arcs", "mend it")
    return sorted(objects)


def _read_topology(path: Path) -> dict[str, Any]:
    try:
        with opened(path) as file:
            topology = json.loads(file.read())
    except (ValueError, RecursionError) as error:
        raise ToolkitError(path.name, f"no JSON: {error}", "TopoJSON", json_format.MEND) from error
    if not isinstance(topology, dict):
        raise ToolkitError(path.name, "no object at the top", "TopoJSON, with objects and arcs", "mend it")
    return topology


def _row(shape: Mapping[str, Any], arcs: Sequence[list[Spot]], transform: Mapping[str, Any] | None) -> dict[str, Any]:
    geometry = None
    if shape.get("type"):
        geometry = json.dumps({"type": shape["type"], "coordinates": _coordinates(shape, arcs, transform)})
    with_id = {"id": shape["id"]} if "id" in shape else {}
    return {"geometry": geometry, **with_id, **shape.get("properties", {})}


def _coordinates(shape: Mapping[str, Any], arcs: Sequence[list[Spot]], transform: Mapping[str, Any] | None) -> Any:
    kind = shape["type"]
    if kind == "Point":
        return _position(shape["coordinates"], transform)
    if kind == "MultiPoint":
        return [_position(spot, transform) for spot in shape["coordinates"]]
    return _line_of_arcs(shape["arcs"], arcs, DEPTHS[kind])


def _points(indices: Sequence[Any], arcs: Sequence[list[Spot]]) -> int:
    """How many points the arcs have that are named, in lists of lists."""
    return sum(_points(index, arcs) if isinstance(index, list) else len(arcs[max(index, ~index)]) for index in indices)


def _line_of_arcs(indices: Sequence[Any], arcs: Sequence[list[Spot]], depth: int) -> list[Any]:
    """Lines put together of arcs; ~n is the arc n from its end. Where one goes on, its first point is there already."""
    if depth:
        return [_line_of_arcs(part, arcs, depth - 1) for part in indices]
    line: list[Spot] = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        line += arc[1:] if line else arc
    return line


def _arc(arc: Sequence[Sequence[float]], transform: Mapping[str, Any] | None) -> list[Spot]:
    """The points of an arc in degrees; with a transform each is told as its distance from the one before."""
    if transform is None:
        return [list(spot[:2]) for spot in arc]
    return [_position(spot, transform) for spot in _sums(arc)]


def _sums(arc: Sequence[Sequence[float]]) -> Iterator[tuple[float, float]]:
    x = y = 0.0
    for across, down, *_ in arc:
        x, y = x + across, y + down
        yield x, y


def _position(spot: Sequence[float], transform: Mapping[str, Any] | None) -> Spot:
    if transform is None:
        return list(spot[:2])
    pairs = zip(spot[:2], transform["scale"], transform["translate"], strict=True)
    return [value * scale + start for value, scale, start in pairs]


FORMAT = Format(
    description=".topojson",
    endings=(".topojson",),
    matches=lambda start, endings: bool(TOPOLOGY.match(start.strip())) or ".topojson" in endings,
    text=True,
    options=("table",),
    reading=lambda connection, path, wanted: ReadOptions(
        "topojson", table=one_table(path, _tables_of(path), wanted.table)
    ),
    write=_write_table,
    typed=True,
)
