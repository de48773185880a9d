"""From the marks that Vega drew to the SVG in a page: without nested groups, short, checked, reproducible.

A style is a tuple of (presentation attribute, value); `prefix` begins all ids, so that none stands twice in a page.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from toolkit.charts.drawn_marks import DrawnMark
from toolkit.charts.geometry import SLACK, Box, Point, are_apart, box_around, text_box, turned
from toolkit.charts.glyphs import text_path
from toolkit.charts.svg_paths import coordinate, placed
from toolkit.charts.theme import paint
from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.text import shortened

HATCH = re.compile(r"^url\(#hatch-([a-z]+)\)$")
STYLE = (
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-opacity",
    "text-anchor",
    "font-size",
    "font-weight",
)
BOLD = {"bold", "bolder"}  # names of weights; all that are over 500 have the letters of 600, as in a browser
OF_ALTAIR = "or, in a chart of Altair, have names on y or give narrow= another"
HALO = {"paint-order": "stroke", "stroke-linejoin": "round"}  # the stroke of a text is drawn under its letters


class Font(NamedTuple):
    """How a text is set: size in pixels, weight, and which part of it stands at its point."""

    size: float
    weight: int
    anchor: str


@dataclass(frozen=True)
class Element:
    """One mark of a drawing with absolute coordinates: a path (`shape` is its data) or a text, turned by degrees."""

    tag: str
    shape: str
    style: tuple[tuple[str, str], ...]
    x: float = 0.0
    y: float = 0.0
    turn: float = 0.0

    def get(self, name: str, default: str = "") -> str:
        """The value of a presentation attribute."""
        return dict(self.style).get(name, default)

    @property
    def font(self) -> Font:
        """What a text is set in."""
        weight = int(self.get("font-weight", "400"))
        return Font(float(self.get("font-size")), weight, self.get("text-anchor", "start"))


def elements(marks: Iterable[DrawnMark], where: str, top: float = 0.0) -> list[Element]:
    """The marks that Vega drew, moved down by `top`, in drawing order; successive paths of one style are joined.

    Raises ToolkitError for what is neither a shape nor a text.
    """
    found: list[Element] = []
    for element in (element for mark in marks for element in _elements_of(mark, where, top)):
        last = found[-1] if found else None
        if last and element.tag == "path" == last.tag and last.style == element.style and joinable(element):
            found[-1] = replace(last, shape=last.shape + element.shape)
        else:
            found.append(element)
    return found


def joinable(element: Element) -> bool:
    """False for paths that may not be joined: transparent ones, whose overlaps show, and dashed ones."""
    return not (element.get("fill-opacity") or element.get("stroke-opacity") or element.get("stroke-dasharray"))


def _elements_of(mark: DrawnMark, where: str, top: float) -> Iterator[Element]:
    """A mark that is seen; a text line by line. Raises ToolkitError for what is neither a shape nor a text."""
    attributes, x, y = mark.attributes, mark.x, mark.y + top
    if attributes.get("opacity") == "0" or attributes.get("fill") == "transparent":
        return
    if paint := next((colour for name in ("fill", "stroke") if _is_elsewhere(colour := attributes.get(name, ""))), ""):
        raise ToolkitError(
            where, f"the colour {shortened(paint)}, a gradient or a file", "colours, such as #2a6f97", "name a colour"
        )
    if mark.tag == "text":
        yield from text_lines(mark, top)
    elif mark.tag == "line":
        x2, y2 = (float(attributes.get(name, 0)) for name in ("x2", "y2"))
        step = (
            f"v{coordinate(y2)}"
            if not x2
            else f"h{coordinate(x2)}"
            if not y2
            else f"l{coordinate(x2)},{coordinate(y2)}"
        )
        yield Element("path", f"M{coordinate(x)},{coordinate(y)}{step}", _style_of(attributes))
    elif mark.tag == "path":
        yield Element("path", placed(attributes.get("d", ""), x, y), _style_of(attributes))
    else:
        raise ToolkitError(
            where,
            f"the drawing holds a <{mark.tag}>",
            allowed="text, rect, rule, line, area and point marks without gradients",
            remedy="take gradients, pictures and links (href) out of the chart",
        )


def _is_elsewhere(paint: str) -> bool:
    return "url" in paint.lower() and not HATCH.match(paint)


def text_lines(text: DrawnMark, top: float = 0.0) -> Iterator[Element]:
    """A text line by line, moved down by `top`."""
    style = _style_of(text.attributes)
    for words, below in text.lines:  # rounded, so that no state is between tenths
        yield Element("text", words, style, round(text.x, 1), round(text.y + top + below, 1), text.turn)


def _style_of(said: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The style of a mark with these attributes: those named in STYLE, defaults left out."""
    style = {name: value for name in STYLE if (value := said.get(name)) is not None}
    if "font-weight" in style:
        style["font-weight"] = str(weight_of(style["font-weight"]))
    for name, default in (
        ("text-anchor", "start"),
        ("font-weight", "400"),
        ("stroke-width", "1"),
        ("stroke-dasharray", "1,0"),
        ("stroke-linecap", "butt"),
        ("fill", "none"),
    ):
        if style.get(name) == default:
            del style[name]
    if "font-size" in style:
        style["font-size"] = style["font-size"].removesuffix("px")
    if (whole := said.get("opacity", "1")) != "1":
        style |= {
            name: f"{float(whole) * float(style.get(name, 1)):.3g}" for name in ("fill-opacity", "stroke-opacity")
        }
    if "stroke" not in style or style.get("stroke-width") == "0":
        style.pop("stroke", None)
        style.pop("stroke-width", None)
    return tuple(style.items())


def weight_of(said: str) -> int:
    """The weight of the fonts of the house, 400 or 600, that a text of any weight has: "bold", "300"."""
    return 600 if said in BOLD or (said.isdecimal() and int(said) > 500) else 400


def box_of(element: Element) -> Box:
    """The upright box around a text."""
    return box_around(corners_of(element))


def corners_of(element: Element) -> list[Point]:
    """The four corners of a text, turned as it is."""
    box = text_box(element.x, element.y, element.shape, *element.font)
    return turned(box, element.x, element.y, element.turn)


def check_texts(marks: list[Element], width: float, height: float, where: str, floor: float) -> None:
    """Raises ToolkitError with all texts that run out of the drawing, overlap, or are smaller than `floor` pixels."""
    texts = [(mark, box_of(mark)) for mark in marks if mark.tag == "text"]
    out, small, overlapping = [], [], []
    for place, (mark, box) in enumerate(texts):
        over = max(-box.left, -box.top, box.right - width, box.bottom - height)
        out += [f"the text {mark.shape!r} runs {over:.1f} px out of the drawing"] if over > SLACK else []
        small += [f"the text {mark.shape!r} is {mark.get('font-size')} px high"] if mark.font.size < floor else []
        overlapping += [
            f"the texts {mark.shape!r} and {other.shape!r} overlap"
            for other, other_box in texts[place + 1 :]
            if box.overlaps(other_box, SLACK) and not are_apart(corners_of(mark), corners_of(other))
        ]
    widen = "widen the domain of the scale that it stands at the end of"
    rules = (
        (out, f"text inside {width:g} by {height:g} px", f"shorten it, {widen}, {OF_ALTAIR}"),
        (small, f"{floor:g} px or more", f"leave its size out, or give {floor:g}"),
        (overlapping, "texts clear of one another", f"shorten one, show fewer rows, {OF_ALTAIR}"),
    )
    problems = [Problem(where, _first_of(found), *allowed_and_remedy) for found, *allowed_and_remedy in rules if found]
    if problems:
        raise ToolkitError(problems)


def _first_of(found: Sequence[str]) -> str:
    """What was found first, and how often else."""
    return found[0] + (f", and {len(found) - 1} more" if len(found) > 1 else "")


def body(marks: list[Element], prefix: str, outlined: float = 0) -> str:
    """The marks as SVG, with the hatches of `patterns`; texts `outlined` are paths, for a picture of that scale."""
    parts = []
    for tag, found in groupby(marks, key=lambda mark: mark.tag):
        run = list(found)
        shared = dict.fromkeys(run[0].style) if len(run) > 1 else {}
        for mark in run[1:]:
            shared = {part: None for part in shared if part in mark.style}
        around = attributes(drawn_style(tuple(shared), prefix))
        halo = HALO if tag == "text" and any(mark.get("stroke") for mark in run) else {}
        shapes = _grouped(run, prefix, outlined, shared)
        parts.append(f"<g{attributes(halo)}{around}>{shapes}</g>" if halo or around else shapes)
    return "".join(parts)


def _grouped(marks: Iterable[Element], prefix: str, outlined: float, given: Container[tuple[str, str]] = ()) -> str:
    """Marks as SVG: consecutive ones of one style become a <g>, without attributes that are set outside, `given`."""
    parts = []
    for style, run in groupby(marks, key=lambda mark: mark.style):
        own = tuple(part for part in style if part not in given)
        style_text, (first, *others) = attributes(drawn_style(own, prefix)), run
        if others and style_text:
            parts += [f"<g{style_text}>", *(shape(mark, "", outlined) for mark in (first, *others)), "</g>"]
        else:
            parts += [shape(mark, style_text, outlined) for mark in (first, *others)]
    return "".join(parts)


def drawn_style(style: tuple[tuple[str, str], ...], prefix: str) -> dict[str, str]:
    """A style by attribute, hatches with the ids that `patterns` gives them."""
    values = dict(style)
    if "fill" in values:
        values["fill"] = HATCH.sub(rf"url(#{prefix}-hatch-\1)", values["fill"])
    return values


def shape(mark: Element, style_text: str, outlined: float) -> str:
    """A mark as SVG, with these attributes; none where a group has them. A text is a path where `outlined`."""
    if mark.tag == "path":
        return f'<path d="{mark.shape}"{style_text}/>'
    turned = (
        f' transform="rotate({coordinate(mark.turn)} {coordinate(mark.x)} {coordinate(mark.y)})"' if mark.turn else ""
    )
    if outlined:
        path = text_path(mark.shape, mark.x, mark.y, *mark.font, outlined)
        return f'<path d="{path}"{turned}{style_text}/>'
    return f'<text x="{coordinate(mark.x)}" y="{coordinate(mark.y)}"{turned}{style_text}>{escape(mark.shape)}</text>'


def attributes(values: dict[str, str]) -> str:
    """Attributes as text for a tag, each after a space."""
    return "".join(f" {name}={quoteattr(value)}" for name, value in values.items())


def patterns(marks: list[Element], prefix: str) -> str:
    """A pattern of lines at 45 degrees for each colour of simulated marks among these."""
    roles = sorted({found[1] for mark in marks if (found := HATCH.match(mark.get("fill")))})
    return "".join(
        f'<pattern id="{prefix}-hatch-{role}" width="6" height="6" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate(45)"><path d="M0,0h6v6h-6z" fill="{paint("paper")}"/>'
        f'<path d="M1.25,0v6" stroke="{paint(role)}" stroke-width="2.5"/></pattern>'
        for role in roles
    )
