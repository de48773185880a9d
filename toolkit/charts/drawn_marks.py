"""Vega's SVG, read once: where its shapes and texts stand, and the groups around each. All that checks it asks this."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from xml.etree import ElementTree

from toolkit.charts.geometry import Box, Point, box_around, turned_points
from toolkit.charts.svg_paths import vertices

SVG = "{http://www.w3.org/2000/svg}"
REFERENCE = re.compile(r"url\(#(.+)\)")
SYMBOL = re.compile(r"M([\d.]+),0A")  # a circle, which Vega draws around its middle
TURN = re.compile(r"rotate\(\s*(-?[\d.]+)")
MOVE = re.compile(r"translate\(\s*([^,)\s]+)[,\s]+([^)\s]+)\s*\)")


@dataclass(frozen=True, eq=False)
class Group:
    """A group of marks: its classes, what it says to screen readers, and the box that it is clipped to, if it is."""

    names: str
    label: str
    clip: Box | None


@dataclass(frozen=True, eq=False)
class DrawnMark:
    """A shape or a text that stands at (x, y), with its attributes, and the groups around it, the outermost first.

    Of a text, `lines` are its words, each with its distance below the first; `turn` is in degrees.
    """

    tag: str
    attributes: Mapping[str, str]
    x: float
    y: float
    groups: tuple[Group, ...]
    lines: tuple[tuple[str, float], ...] = ()
    turn: float = 0.0

    @property
    def names(self) -> str:
        """The classes of the group that it stands in."""
        return self.groups[-1].names if self.groups else ""

    @property
    def words(self) -> str:
        """All words of a text."""
        return "".join(words for words, _ in self.lines)

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """The points that a shape passes; of a symbol, whose path has arcs, its centre; of a text none."""
        if self.tag == "line":
            ends = [(0.0, 0.0), (float(self.attributes.get("x2", 0)), float(self.attributes.get("y2", 0)))]
        elif self.tag == "path":
            ends = [(0.0, 0.0)] if self.radius else [*vertices(self.attributes.get("d", ""))]
        else:
            ends = []
        return tuple((self.x + across, self.y + down) for across, down in ends)

    @cached_property
    def radius(self) -> float:
        """Of a symbol, else 0."""
        symbol = SYMBOL.match(self.attributes.get("d", ""))
        return float(symbol[1]) if symbol else 0.0

    @property
    def box(self) -> Box:
        """The box around a shape. Raises ValueError where it has no points."""
        return box_around([*self.points], self.radius)


@dataclass(frozen=True)
class DrawnMarks:
    """The marks of a drawing in their order, and its size in pixels."""

    width: float
    height: float
    marks: tuple[DrawnMark, ...] = field(repr=False)

    @property
    def reach(self) -> Box:
        """The box around all shapes, and around the drawing itself."""
        found = Box(0.0, 0.0, self.width, self.height)
        for mark in self.marks:
            if mark.points:
                found = found.joined(mark.box)
        return found


def read_marks(source: str) -> DrawnMarks:
    """The marks of an SVG of Vega's. The grounds of plots are none."""
    root = ElementTree.fromstring(source)
    clips = {path.get("id", ""): _box(path) for path in root.iterfind(f".//{SVG}defs/{SVG}clipPath")}
    width, height = (float(root.get(name, 0)) for name in ("width", "height"))
    return DrawnMarks(width, height, tuple(_marks(root, 0.0, 0.0, (), clips)))


def _marks(
    node: ElementTree.Element, x: float, y: float, groups: tuple[Group, ...], clips: Mapping[str, Box]
) -> Iterator[DrawnMark]:
    """The marks of a node in a group that stands at (x, y)."""
    tag, transform = node.tag.removeprefix(SVG), node.get("transform", "")
    if moved := MOVE.search(transform):
        x, y = x + float(moved[1]), y + float(moved[2])
    if tag in ("svg", "g"):
        found = REFERENCE.fullmatch(node.get("clip-path", ""))
        clip = clips.get(found[1]) if found else None
        around = Group(node.get("class", ""), node.get("aria-label", ""), clip.moved(y, x) if clip else None)
        for child in node:
            yield from _marks(child, x, y, (*groups, around), clips)
    elif tag == "text":
        yield _text(node, x, y, groups, transform)
    elif tag == "rect" or node.get("class") in ("background", "foreground"):
        return
    elif not (tag == "defs" and all(part.tag == f"{SVG}clipPath" for part in node)):
        yield DrawnMark(tag, node.attrib, x, y, groups)


def _text(node: ElementTree.Element, x: float, y: float, groups: tuple[Group, ...], transform: str) -> DrawnMark:
    """A text at (x, y); what Vega moves after it has turned is moved in that direction."""
    found = TURN.search(transform)
    turn = float(found[1]) if found else 0.0
    if found and (moved := MOVE.search(transform, found.end())):
        ((x, y),) = turned_points([(x + float(moved[1]), y + float(moved[2]))], x, y, turn)
    below, lines = 0.0, []
    for line in [node, *node]:  # a text of several lines holds them, and no words of its own
        below += float(line.get("dy", 0)) if line is not node else 0
        if line.text:
            lines.append((line.text, below))
    return DrawnMark("text", node.attrib, x, y, groups, tuple(lines), turn)


def _box(clip: ElementTree.Element) -> Box:
    """The box of a clip path, which is a rectangle or a path."""
    inner = next(iter(clip))
    if inner.tag == f"{SVG}rect":
        x, y, width, height = (float(inner.get(name, 0)) for name in ("x", "y", "width", "height"))
        return Box(x, y, x + width, y + height)
    return box_around(list(vertices(inner.get("d", ""))))
