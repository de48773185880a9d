"""Where the words of notes stand: clear of a chart's words and marks, as Vega has drawn these.

A note's words are drawn at the start of its mark, too small to be seen, and moved: the text in the drawing, and its
size and offsets in the data of its layer, so that the published specification draws them there too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

from toolkit.charts import clipping, svg
from toolkit.charts.arrangement import Specification, views
from toolkit.charts.contrast import contrast, hexadecimal
from toolkit.charts.drawing import Layout
from toolkit.charts.geometry import Box, Position, along_line, box_around
from toolkit.charts.interaction import NOTE
from toolkit.charts.placement import Occupied
from toolkit.charts.plots import ALIGN

LAYER = re.compile(rf"{NOTE}_(\d+)_(mark|words)_marks")
THIN = ("mark-line", "mark-area", "mark-rule", "mark-trail")  # what words keep clear of as of a line, not of a box
PALE = 2.0  # of the contrast of an area with the paper: the words on it can be read
ASIDE, OVER, INSIDE = 6.0, 6.0, 4.0  # pixels from a line or band to words beside it, over it, and inside


@dataclass
class Drawn:
    """A note in one plot: the box of its mark, and the node of its words, which stands at (x, y)."""

    box: Box
    node: ElementTree.Element
    x: float
    y: float


@dataclass
class DrawnContents:
    """What a drawing holds: notes by their number, each once in every plot, and all else in boxes."""

    marks: dict[int, list[Box]] = field(default_factory=dict)
    words: dict[int, list[tuple[ElementTree.Element, float, float]]] = field(default_factory=dict)
    texts: list[Box] = field(default_factory=list)
    shapes: list[Box] = field(default_factory=list)


def place_notes(root: ElementTree.Element, made: Specification, layout: Layout, paper: str) -> tuple[float, float]:
    """Moves the words of each note in Vega's SVG, and in the specification that it was drawn from.

    Points come first, which have the fewest places; words may stand on areas that are hardly darker than `paper`.
    Returns from where to where these words reach downwards.
    """
    found, reached = DrawnContents(), (0.0, 0.0)
    _look(root, 0.0, 0.0, found, paper)
    top = min((box.top for box in found.texts), default=0.0) - 2 * layout.line
    occupied = Occupied(
        layout.width, [box.moved(-top) for box in found.texts], [box.moved(-top) for box in found.shapes]
    )
    layers = {view["name"]: view for view in views(made) if str(view.get("name", "")).startswith(NOTE)}
    for nth in found.words:
        for box in found.marks[nth]:
            if min(box.size) < 2 * ASIDE or max(box.size) < 4 * ASIDE:
                occupied.marks.append(box.moved(-top))
            else:
                occupied.backgrounds.append((box.moved(-top), "slip"))
    for nth, nodes in sorted(found.words.items(), key=lambda item: max(found.marks[item[0]][0].size)):
        for node, *_ in nodes:
            node.set("font-size", f"{layout.detail:g}px")
        drawn = [Drawn(box, *node) for box, node in zip(found.marks[nth], nodes, strict=True)]
        shift, boxes = _best(drawn, occupied, layout, top)
        occupied.texts += boxes
        reached = min(reached[0], *(b.top + top for b in boxes)), max(reached[1], *(b.bottom + top for b in boxes))
        for one in drawn:
            _move(one.node, shift)
        record = layers[f"{NOTE}_{nth}_words"]["data"]["values"][0]
        record |= {"dx": shift[0], "dy": shift[1], "align": ALIGN[shift[2]], "size": layout.detail}
    return reached


def _look(node: ElementTree.Element, x: float, y: float, found: DrawnContents, paper: str) -> None:
    """Adds what lies below a node at (x, y)."""
    for child in node:
        left, top = svg.place_of(child, x, y)
        names = child.get("class", "")
        if child.get("opacity") == "0":
            continue
        if child.tag.endswith("}text"):
            found.texts += [svg.box_of(line) for line in svg.text_lines(child, left, top)]
        elif note := LAYER.search(names):
            _note(int(note[1]), note[2], child, left, top, found)
        elif names.startswith("mark-area") and all(_is_pale(area, paper) for area in child):
            continue
        elif "role-mark" in names and not names.startswith("mark-text"):
            for points, radius in clipping.shapes(child, left, top):
                found.shapes += along_line(points) if names.startswith(THIN) else [box_around(points, radius)]
        else:
            _look(child, left, top, found, paper)


def _is_pale(area: ElementTree.Element, paper: str) -> bool:
    colour = hexadecimal(area.get("fill", ""))
    return bool(colour) and contrast(colour, paper) < PALE


def _note(nth: int, part: str, group: ElementTree.Element, x: float, y: float, found: DrawnContents) -> None:
    """Adds a note's mark, or its words."""
    if part == "mark":
        found.marks.setdefault(nth, []).extend(box_around(*one) for one in clipping.shapes(group, x, y))
        return
    for node in group:
        left, top = svg.place_of(node, x, y)
        found.words.setdefault(nth, []).append((node, left, top))


def _best(drawn: list[Drawn], occupied: Occupied, layout: Layout, top: float) -> tuple[Position, list[Box]]:
    """The (right, down, anchor) of a note's words from where they are drawn, and the boxes that they take then."""
    first = drawn[0]
    lines = list(svg.text_lines(first.node, 0.0, 0.0))
    size, weight = layout.detail, int(svg.WEIGHTS.get(lines[0].get("font-weight"), "400"))
    shifts = [
        (round(x - first.x, 1), round(y - first.y, 1), anchor)
        for x, y, anchor in _places(first.box, len(lines), size, layout)
    ]
    choices = [
        [
            svg.text_box(one.x + dx, one.y + dy + line.y - top, line.shape, size, weight, anchor)
            for one in drawn
            for line in lines
        ]
        for dx, dy, anchor in shifts
    ]
    best = occupied.best(choices, avoid_marks=True)
    return shifts[best], choices[best]


def _places(box: Box, count: int, size: float, layout: Layout) -> Iterator[Position]:
    """(x, first baseline, anchor) of words of so many lines: the best place for a mark of this box first."""
    wide, high = box.size
    tall, ascent = (count - 1) * layout.line, size * 0.85
    middle, beneath = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    above, below = box.top - OVER - tall, box.bottom + INSIDE + ascent
    if wide < 2 * ASIDE <= high:  # a line upwards
        for drop in range(4):
            base = box.top + ascent + drop * layout.line
            yield from ((box.right + ASIDE, base, "start"), (box.left - ASIDE, base, "end"))
        yield from ((box.left, above, anchor) for anchor in ("start", "middle", "end"))
    elif high < 2 * ASIDE <= wide:  # a line across
        for base in (above, below):
            yield from ((box.right, base, "end"), (box.left + INSIDE, base, "start"), (middle, base, "middle"))
    elif max(wide, high) < 4 * ASIDE:  # a point
        for gap in (ASIDE, 2.5 * ASIDE, 5 * ASIDE):
            near, far = box.right + gap, box.left - gap
            level = beneath + size * 0.35 - tall / 2
            yield from ((near, level, "start"), (far, level, "end"))
            yield from ((middle, box.top - gap - tall, "middle"), (middle, box.bottom + gap + ascent, "middle"))
            for base in (box.top - gap - tall, box.bottom + gap + ascent):
                yield from ((box.right, base, "start"), (box.left, base, "end"))
    else:
        first, last, level = box.top + INSIDE + ascent, box.bottom - INSIDE - tall, beneath + size * 0.35 - tall / 2
        inside = (level, first, last) if high < tall + 3 * size else (first, last, level)
        beside = ((box.right - INSIDE, "end"), (box.left + INSIDE, "start"))
        for base in (*inside, above, below):
            for x, anchor in (*beside, (middle, "middle")) if wide > high else ((middle, "middle"), *beside):
                yield x, base, anchor
        for base in inside:
            yield from ((box.right + ASIDE, base, "start"), (box.left - ASIDE, base, "end"))


def _move(node: ElementTree.Element, shift: Position) -> None:
    """Moves a text of Vega's SVG, and turns it to its anchor."""
    right, down, anchor = shift
    x, y = svg.place_of(node, 0.0, 0.0)
    node.set("transform", f"translate({x + right:g},{y + down:g})")
    node.set("text-anchor", anchor)
