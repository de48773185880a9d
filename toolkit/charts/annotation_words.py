"""Where the words of notes stand: clear of a chart's words and marks, as Vega has drawn these.

A note's words are drawn at the start of its mark, too small to be seen, and moved: the text in the drawing, and its
size and offsets in the data of its layer, so that the published specification draws them there too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from toolkit.charts import svg
from toolkit.charts.contrast import contrast, hexadecimal
from toolkit.charts.drawing import Layout
from toolkit.charts.drawn_marks import DrawnMark, DrawnMarks
from toolkit.charts.geometry import Box, Position, along_line
from toolkit.charts.interaction import NOTE
from toolkit.charts.placement import Occupied
from toolkit.charts.plots import ALIGN
from toolkit.charts.specification import Specification, views

LAYER = re.compile(rf"{NOTE}_(\d+)_(mark|words)_marks")
THIN = ("mark-line", "mark-area", "mark-rule", "mark-trail")  # what words keep clear of as of a line, not of a box
PALE = 2.0  # of the contrast of an area with the paper: the words on it can be read
ASIDE, OVER, INSIDE = 6.0, 6.0, 4.0  # pixels from a line or band to words beside it, over it, and inside


@dataclass
class DrawnContents:
    """What a drawing holds: notes by their number, each once in every plot, and all else in boxes."""

    marks: dict[int, list[Box]] = field(default_factory=dict)
    words: dict[int, list[DrawnMark]] = field(default_factory=dict)
    texts: list[Box] = field(default_factory=list)
    shapes: list[Box] = field(default_factory=list)


def place_notes(
    drawn: DrawnMarks, made: Specification, layout: Layout, paper: str
) -> tuple[DrawnMarks, tuple[float, float]]:
    """(the drawing with the words of each note in their place, from where to where these words reach downwards).

    They are moved in the specification that it was drawn from, too. Points come first, which have the fewest places;
    words may stand on areas that are hardly darker than `paper`.
    """
    contents, reached = _contents(drawn, paper), (0.0, 0.0)
    top = min((box.top for box in contents.texts), default=0.0) - 2 * layout.line
    occupied = Occupied(0, layout.width, top, contents.texts, contents.shapes)
    layers = {view["name"]: view for view in views(made) if str(view.get("name", "")).startswith(NOTE)}
    for nth in contents.words:
        for box in contents.marks[nth]:
            if min(box.size) < 2 * ASIDE or max(box.size) < 4 * ASIDE:
                occupied.marks.append(box)
            else:
                occupied.backgrounds.append((box, "slip"))
    placed: dict[DrawnMark, DrawnMark] = {}
    for nth, texts in sorted(contents.words.items(), key=lambda item: max(contents.marks[item[0]][0].size)):
        shift, boxes = _best(contents.marks[nth][0], texts, occupied, layout)
        reached = min(reached[0], *(box.top for box in boxes)), max(reached[1], *(box.bottom for box in boxes))
        placed |= {text: _moved(text, shift, layout) for text in texts}
        record = layers[f"{NOTE}_{nth}_words"]["data"]["values"][0]
        record |= {"dx": shift[0], "dy": shift[1], "align": ALIGN[shift[2]], "size": layout.detail}
    return replace(drawn, marks=tuple(placed.get(mark, mark) for mark in drawn.marks)), reached


def _contents(drawn: DrawnMarks, paper: str) -> DrawnContents:
    """What lies in a drawing."""
    found = DrawnContents()
    for mark in drawn.marks:
        if note := LAYER.search(mark.names):
            if note[2] == "words":
                found.words.setdefault(int(note[1]), []).append(mark)
            elif mark.points:
                found.marks.setdefault(int(note[1]), []).append(mark.box)
        elif mark.tag == "text":
            shown = mark.attributes.get("opacity") != "0"
            found.texts += [svg.box_of(line) for line in svg.text_lines(mark)] if shown else []
        elif "role-mark" in mark.names and mark.points and not _is_pale_area(mark, paper):
            found.shapes += along_line(mark.points) if mark.names.startswith(THIN) else [mark.box]
    return found


def _is_pale_area(mark: DrawnMark, paper: str) -> bool:
    colour = hexadecimal(mark.attributes.get("fill", ""))
    return mark.names.startswith("mark-area") and bool(colour) and contrast(colour, paper) < PALE


def _best(box: Box, texts: list[DrawnMark], occupied: Occupied, layout: Layout) -> tuple[Position, list[Box]]:
    """The (right, down, anchor) of a note's words from where they are drawn, and the boxes that they take then.

    `box` is that of the note's first mark.
    """
    first = texts[0]
    size, weight = layout.detail, svg.weight_of(first.attributes.get("font-weight", ""))
    shifts = [
        (round(x - first.x, 1), round(y - first.y, 1), anchor)
        for x, y, anchor in _places(box, len(first.lines), size, layout)
    ]
    choices = [
        [
            svg.text_box(text.x + dx, text.y + dy + round(below, 1), words, size, weight, anchor)
            for text in texts
            for words, below in text.lines
        ]
        for dx, dy, anchor in shifts
    ]
    best = occupied.take(choices)
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


def _moved(text: DrawnMark, shift: Position, layout: Layout) -> DrawnMark:
    """A text in its place, turned to its anchor, in the size that it is read in."""
    right, down, anchor = shift
    style = {"font-size": f"{layout.detail:g}px", "text-anchor": anchor}
    return replace(text, x=text.x + right, y=text.y + down, attributes={**text.attributes, **style})
