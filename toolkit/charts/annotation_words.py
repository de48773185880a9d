"""Where words stand that a form or an author puts into a plot: clear of all else, as Vega has drawn it.

They are drawn where they belong, too small to be seen, and moved: the text in the drawing, and its size and offsets in
the data of its layer, so that the published specification draws them there too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

from toolkit.charts import svg
from toolkit.charts.contrast import contrast, hexadecimal
from toolkit.charts.drawing import Layout
from toolkit.charts.drawn_marks import DrawnMark, DrawnMarks
from toolkit.charts.geometry import Box, Position, along_line
from toolkit.charts.interaction import NOTE
from toolkit.charts.notes import LAYER as PLACED
from toolkit.charts.placement import Occupied
from toolkit.charts.specification import Specification, views

LAYER = re.compile(rf"({NOTE}_\d+|{PLACED})_(mark|words|under)_marks")
THIN = ("mark-line", "mark-area", "mark-rule", "mark-trail")  # what words keep clear of as of a line, not of a box
PALE = 2.0  # of the contrast of an area with the paper: the words on it can be read
ALIGN = {"start": "left", "middle": "center", "end": "right"}
ASIDE, OVER, INSIDE = 6.0, 6.0, 4.0  # pixels from a line or band to words beside it, over it, and inside


@dataclass
class DrawnContents:
    """What a drawing holds: the shapes and the texts of layers with notes by (layer, its part), and all else in boxes.

    `grounds` are the pale parts of a plot, on which words can be read; `points` those shapes that are symbols.
    """

    notes: dict[tuple[str, str], list[DrawnMark]] = field(default_factory=dict)
    texts: list[Box] = field(default_factory=list)
    shapes: list[Box] = field(default_factory=list)
    points: list[Box] = field(default_factory=list)
    grounds: list[Box] = field(default_factory=list)


@dataclass(frozen=True)
class PlacedWords:
    """What is placed together: the record that says where it stands, its (text, size), the places to choose of."""

    record: Specification
    texts: list[tuple[DrawnMark, float]]
    places: list[Position]


def place_words(
    drawn: DrawnMarks, made: Specification, layout: Layout, paper: str
) -> tuple[DrawnMarks, tuple[float, float]]:
    """(the drawing with the words of notes in their place, from where to where these words reach downwards).

    They are moved in the specification that it was drawn from, too. Those of the form come first, then an author's, of
    these the points, which have the fewest places; words may stand on areas that are hardly darker than `paper`.
    """
    held = {str(view["name"]): view["data"] for view in views(made) if _is_placed(view)}
    if not held:
        return drawn, (0.0, 0.0)
    records = {name: data.get("values") or made["datasets"][data["name"]] for name, data in held.items()}
    contents, reached = _contents(drawn, paper), (0.0, 0.0)
    occupied = Occupied(0, layout.width, -2 * layout.line, contents.texts, contents.shapes, contents.grounds)
    placed: dict[DrawnMark, DrawnMark] = {}
    of_form, of_author = _of_form(contents, records, layout), _of_author(contents, records, occupied, layout)
    for words in chain(of_form, of_author):
        (right, down, anchor), boxes = _best(words, occupied)
        reached = min(reached[0], *(box.top for box in boxes)), max(reached[1], *(box.bottom for box in boxes))
        on_ground = occupied.is_on_background(boxes[0])
        for text, size in words.texts:
            style = {"font-size": f"{size:g}px", "text-anchor": anchor} | ({"stroke-width": "0"} if on_ground else {})
            attributes = {**text.attributes, **style}
            placed[text] = replace(text, x=text.x + right, y=text.y + down, attributes=attributes)
        words.record.update(dx=right, dy=down, align=ALIGN[anchor], size=words.texts[0][1])
        words.record.update({"rim": 0} if on_ground and "rim" in words.record else {})
    return replace(drawn, marks=tuple(placed.get(mark, mark) for mark in drawn.marks)), reached


def _is_placed(view: Specification) -> bool:
    return str(view.get("name", "")).startswith((NOTE, PLACED)) and "_words" in view["name"]


def _of_form(contents: DrawnContents, records: dict[str, list[Specification]], layout: Layout) -> Iterator[PlacedWords]:
    """The words that a form puts into its plot."""
    texts = contents.notes.get((PLACED, "words"), [])
    under = contents.notes.get((PLACED, "under"), [])
    for nth, (text, record) in enumerate(zip(texts, records.get(f"{PLACED}_words", []), strict=True)):
        size, places = record["to_place"]["size"], record.pop("to_place")["places"]
        if not places:
            spot = next((box for box in contents.points if box.contains(Box(text.x, text.y, text.x, text.y))), None)
            around = _beside_point(spot or Box(text.x, text.y, text.x, text.y), 1, size, layout)
            places = [(x - text.x, y - text.y, anchor) for x, y, anchor in around]
        yield PlacedWords(record, [(text, size), *((one, layout.detail) for one in under[nth : nth + 1])], places)


def _of_author(
    contents: DrawnContents, records: dict[str, list[Specification]], occupied: Occupied, layout: Layout
) -> Iterator[PlacedWords]:
    """The words of an author's notes, each note in every plot; their marks are occupied from now on."""
    found = []
    for name, part in [place for place in contents.notes if place[1] == "words" and place[0] != PLACED]:
        texts, boxes = contents.notes[name, part], [mark.box for mark in contents.notes[name, "mark"]]
        for box in boxes:
            small = min(box.size) < 2 * ASIDE or max(box.size) < 4 * ASIDE
            (occupied.marks if small else occupied.backgrounds).append(box)
        first, wanted = texts[0], _places(boxes[0], len(texts[0].lines), layout.detail, layout)
        places = [(x - first.x, y - first.y, anchor) for x, y, anchor in wanted]
        words = PlacedWords(records[f"{name}_words"][0], [(text, layout.detail) for text in texts], places)
        found.append((max(boxes[0].size), words))
    yield from (words for _, words in sorted(found, key=lambda one: one[0]))


def _contents(drawn: DrawnMarks, paper: str) -> DrawnContents:
    """What lies in a drawing."""
    found = DrawnContents()
    for mark in drawn.marks:
        hidden = mark.attributes.get("opacity") == "0"
        if note := LAYER.search(mark.names):
            found.notes.setdefault((note[1], note[2]), []).append(mark)
        elif mark.tag == "text":
            found.texts += [] if hidden else [svg.box_of(line) for line in svg.text_lines(mark)]
        elif "role-mark" not in mark.names or not mark.points or hidden or mark.names.startswith("mark-shape"):
            continue
        elif _is_pale(mark, paper):
            found.grounds += [mark.box] if mark.names.startswith("mark-rect") else []
        else:
            found.shapes += along_line(mark.points) if mark.names.startswith(THIN) else [mark.box]
            found.points += [mark.box] if mark.radius else []
    return found


def _is_pale(mark: DrawnMark, paper: str) -> bool:
    colour = hexadecimal(mark.attributes.get("fill", ""))
    return mark.names.startswith(("mark-area", "mark-rect")) and bool(colour) and contrast(colour, paper) < PALE


def _best(words: PlacedWords, occupied: Occupied) -> tuple[Position, list[Box]]:
    """The (right, down, anchor) of words from where they are drawn, and the boxes that they take then."""
    places = [(round(right, 1), round(down, 1), anchor) for right, down, anchor in words.places]
    choices = [
        [
            svg.text_box(
                text.x + right,
                text.y + down + round(below, 1),
                line,
                size,
                svg.weight_of(text.attributes.get("font-weight", "")),
                anchor,
            )
            for text, size in words.texts
            for line, below in text.lines
        ]
        for right, down, anchor in places
    ]
    best = occupied.take(choices)
    return places[best], choices[best]


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
    elif max(wide, high) < 4 * ASIDE:
        yield from _beside_point(box, count, size, layout)
    else:
        first, last, level = box.top + INSIDE + ascent, box.bottom - INSIDE - tall, beneath + size * 0.35 - tall / 2
        inside = (level, first, last) if high < tall + 3 * size else (first, last, level)
        beside = ((box.right - INSIDE, "end"), (box.left + INSIDE, "start"))
        for base in (*inside, above, below):
            for x, anchor in (*beside, (middle, "middle")) if wide > high else ((middle, "middle"), *beside):
                yield x, base, anchor
        for base in inside:
            yield from ((box.right + ASIDE, base, "start"), (box.left - ASIDE, base, "end"))


def _beside_point(box: Box, count: int, size: float, layout: Layout) -> Iterator[Position]:
    """What `_places` returns, beside a point."""
    tall, ascent, middle = (count - 1) * layout.line, size * 0.85, (box.left + box.right) / 2
    level = (box.top + box.bottom) / 2 + size * 0.35 - tall / 2
    for gap in (ASIDE, 2.5 * ASIDE, 5 * ASIDE):
        above, below = box.top - gap - tall, box.bottom + gap + ascent
        yield from ((box.right + gap, level, "start"), (box.left - gap, level, "end"))
        yield from ((middle, above, "middle"), (middle, below, "middle"))
        for base in (above, below):
            yield from ((box.right, base, "start"), (box.left, base, "end"))
