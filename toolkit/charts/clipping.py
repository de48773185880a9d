"""Marks that reach beyond their plot or the drawing: cut off there, a reader would see less than the data say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from toolkit.charts.geometry import Box, Point, box_around
from toolkit.charts.svg import place_of
from toolkit.charts.svg_paths import commands
from toolkit.core.errors import Problem

SVG = "{http://www.w3.org/2000/svg}"
REFERENCE = re.compile(r"url\(#(.+)\)")
SYMBOL = re.compile(r"M([\d.]+),0A")  # a circle, which Vega draws around its middle
SEEN = 0.01  # pixels that a bar of a value has at least
ROOM = 2.0  # pixels beyond the edge that belong to a mark's outline


def cut_off(root: ElementTree.Element, where: str) -> Iterator[Problem]:
    """A problem for each kind of mark in Vega's SVG of which a part lies outside the box that it is clipped to."""
    boxes = {path.get("id", ""): _box(path) for path in root.iter(f"{SVG}clipPath")}
    for group in root.iter(f"{SVG}g"):
        found = REFERENCE.fullmatch(group.get("clip-path", ""))
        if not found or found[1] not in boxes:
            continue
        box = boxes[found[1]]
        count = sum(any(_outside(point, box) for point in points) for points, _ in shapes(group, 0.0, 0.0))
        if count:
            marks = (group.get("class") or "mark").split()[0].removeprefix("mark-")
            yield Problem(
                where,
                f"{count} marks ({marks}) are cut off at the edge of the plot",
                "marks inside the plot",
                "widen the domain of the scale, or filter the rows, so that what is left out is left out in words",
            )


def without_size(root: ElementTree.Element, where: str) -> Iterator[Problem]:
    """The problem of bars and cells in Vega's SVG none of which has both a width and a height."""
    groups = [group for group in root.iter(f"{SVG}g") if group.get("class", "").startswith("mark-rect role-mark")]
    boxes = [box_around(points) for group in groups for points, _ in shapes(group, 0.0, 0.0) if points]
    if boxes and all(box.right - box.left < SEEN or box.bottom - box.top < SEEN for box in boxes):
        yield Problem(
            where,
            f"{len(boxes)} bars, none of which has a width and a height",
            "bars from zero, which a log scale does not have, to values inside the domain",
            "leave the scale out, widen its domain, or draw points: mark_point",
        )


def reach(root: ElementTree.Element) -> Box:
    """The box around all marks of Vega's SVG, and around the drawing itself."""
    found = Box(0.0, 0.0, float(root.get("width", 0)), float(root.get("height", 0)))
    for points, radius in shapes(root, 0.0, 0.0):
        if points:
            found = found.joined(box_around(points, radius))
    return found


def _box(clip: ElementTree.Element) -> Box:
    """The box of a clip path, which is a rectangle or a path."""
    inner = next(iter(clip))
    if inner.tag == f"{SVG}rect":
        x, y, width, height = (float(inner.get(name, 0)) for name in ("x", "y", "width", "height"))
        return Box(x, y, x + width, y + height)
    return box_around(list(vertices(inner.get("d", ""))))


def _outside(point: Point, box: Box) -> bool:
    x, y = point
    return not (box.left - ROOM <= x <= box.right + ROOM and box.top - ROOM <= y <= box.bottom + ROOM)


def shapes(node: ElementTree.Element, x: float, y: float) -> Iterator[tuple[list[Point], float]]:
    """(points, 0) of each shape below a node at (x, y); of a symbol, whose path has arcs, (its centre, its radius)."""
    for child in node:
        left, top = place_of(child, x, y)
        path = child.get("d", "")
        if child.tag == f"{SVG}defs" or child.get("class") in ("background", "foreground"):
            continue
        if child.tag == f"{SVG}path" and (symbol := SYMBOL.match(path)):
            yield [(left, top)], float(symbol[1])
        elif child.tag == f"{SVG}path":
            yield [(left + across, top + down) for across, down in vertices(path)], 0.0
        elif child.tag == f"{SVG}line":
            yield [(left, top), (left + float(child.get("x2", 0)), top + float(child.get("y2", 0)))], 0.0
        else:
            yield from shapes(child, left, top)


def vertices(path: str) -> Iterator[Point]:
    """The points that a path of Vega's passes: absolute M, L, C and A, relative h and v."""
    x = y = 0.0
    for command, values in commands(path):
        if command in "hv":
            x, y = (x + values[0], y) if command == "h" else (x, y + values[0])
            yield x, y
        elif command in "MLC":
            for x, y in zip(values[::2], values[1::2], strict=True):
                yield x, y
        elif command == "A":
            x, y = values[-2:]
            yield x, y
