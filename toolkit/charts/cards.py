"""Pictures of 1200 by 630 pixels, as links show them: words beside the whole chart, drawn as large as it fits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from toolkit.charts import png, rendering, svg, svg_document, typography
from toolkit.charts.drawing import LAYOUTS, Drawing
from toolkit.charts.theme import paint
from toolkit.core.kind import KINDS, Kind

WIDTH, HEIGHT, EDGE, GAP = 1200, 630, 30, 40
LARGE, USUAL = (48, 42, 36, 32, 28, 24, 18), (34, 30, 27, 24, 21, 18)  # type sizes of titles
LEADING, APART = 1.18, 12  # from line to line, of the type size; and pixels more between a text and the next
SMALLEST, LARGEST = 12, 1.5  # pixels of type in a chart that is read with ease; the scale at which all is large enough
FAR = 1.3  # times larger

Text = tuple[str, float, int, str]  # with its type size, weight and colour


@dataclass(frozen=True)
class CardWords:
    """What stands beside a chart: a title in the largest of `sizes` that has room, a text below, another at the foot.

    `least` is the width in pixels that they have at the least.
    """

    title: str
    below: str = ""
    foot: Text = ("", 14, 400, "muted")
    sizes: tuple[int, ...] = USUAL
    least: int = 330


@dataclass(frozen=True)
class PlacedChart:
    """The marks of a chart, where they stand in a picture, at which scale, and the pixels of their smallest type."""

    marks: list[svg.Element]
    left: int
    top: int
    scale: float
    smallest: float


def share_picture(drawing: Drawing, title: str, name: str) -> bytes:
    """The PNG that a shared link to a story shows: its headline `title`, kind, lead chart, the edition's `name`.

    Raises ToolkitError as `draw_marks`; so do the others.
    """
    words = CardWords(title, foot=(name, 24, 600, "ink"), sizes=LARGE, least=500)
    return _in_any_case(drawing, words, _placed(drawing, words.least))


def legible_card(drawing: Drawing) -> bytes | None:
    """The PNG of a chart with its words and source; None where they lack room, or the chart would be too small."""
    words = CardWords(drawing.title, drawing.subtitle, (rendering.source_words(drawing), 14, 400, "muted"))
    placed = _placed(drawing, words.least)
    beside = _beside(drawing, words, placed) if placed.smallest >= SMALLEST else None
    return _png(drawing, drawing.title, beside, placed) if beside else None


def small_card(drawing: Drawing) -> bytes:
    """The PNG that shows what a chart without a `legible_card` says: title and subtitle, beside all of it, small."""
    words = CardWords(drawing.title, drawing.subtitle, sizes=LARGE)
    return _in_any_case(drawing, words, _placed(drawing, words.least))


def _in_any_case(drawing: Drawing, words: CardWords, placed: PlacedChart) -> bytes:
    """The PNG with these words, or with the title alone where there is no room for all."""
    alone = replace(words, below="", foot=("", *words.foot[1:]))
    beside = _beside(drawing, words, placed) or _beside(drawing, alone, placed)
    return _png(drawing, words.title, beside or _head(drawing, alone, words.sizes[-1], placed), placed)


def _placed(drawing: Drawing, words: int) -> PlacedChart:
    """The chart at the right of `words` pixels at the least: wide, but narrow where its type is far larger then."""
    across, down = WIDTH - 2 * EDGE - GAP - words, HEIGHT - 2 * EDGE
    drawn = {name: rendering.draw_marks(drawing, name) for name in LAYOUTS}
    scales = {name: min(LARGEST, across / LAYOUTS[name].width, down / height) for name, (_, height) in drawn.items()}
    smallest = {name: scales[name] * layout.floor for name, layout in LAYOUTS.items()}
    name = "narrow" if smallest["narrow"] > FAR * smallest["wide"] else "wide"
    layout, (marks, height), scale = LAYOUTS[name], drawn[name], scales[name]
    left, top = round(WIDTH - EDGE - layout.width * scale), round((HEIGHT - height * scale) / 2)
    return PlacedChart(marks, left, top, scale, smallest[name])


def _beside(drawing: Drawing, words: CardWords, placed: PlacedChart) -> list[svg.Element] | None:
    """The words left of the chart, in lines; None where they have no room in any size of the title."""
    right = placed.left - GAP
    foot = _lines([words.foot], right)
    lift = HEIGHT - EDGE - foot[-1].y if foot else 0
    foot = [replace(each, y=each.y + lift) for each in foot]
    lowest = svg.box_of(foot[0]).top - APART if foot else HEIGHT - EDGE
    for size in words.sizes:
        head = _head(drawing, words, size, placed)
        if head[-1].y <= lowest and all(svg.box_of(each).right <= right for each in (*head, *foot)):
            return [*head, *foot]
    return None


def _head(drawing: Drawing, words: CardWords, size: int, placed: PlacedChart) -> list[svg.Element]:
    """The kind of a chart, the title in a type size and what stands below it, in lines."""
    kind, heavy = drawing.locale.say(KINDS[drawing.kind]), 600 if drawing.kind == str(Kind.SYNTHETIC) else 400
    title, below = (words.title, size, 600, "ink"), (words.below, 20, 400, "muted")
    return _lines([(kind, 18, heavy, "muted"), title, below], placed.left - GAP)


def _lines(texts: Iterable[Text], right: float) -> list[svg.Element]:
    """Texts in lines from the edge to `right`, one below the other; none of a text without words."""
    made, y = [], float(EDGE)
    for text, size, weight, role in texts:
        y += APART
        for words in typography.balanced(text, right - EDGE, size, weight) if text else []:
            y += size * LEADING
            made.append(rendering.line(words, EDGE, round(y), size, weight, role))
    return made


def _png(drawing: Drawing, title: str, beside: list[svg.Element], placed: PlacedChart) -> bytes:
    """The picture, on paper, with a rule above the words."""
    ground = f'<path d="M0,0h{WIDTH}v{HEIGHT}h-{WIDTH}z" fill="{paint("paper")}"/>'
    rule = f'<path d="M{EDGE},{EDGE}h{placed.left - GAP - EDGE}" stroke="{paint("ink")}" stroke-width="2"/>'
    place = f"translate({placed.left},{placed.top}) scale({placed.scale:.4f})"
    chart = f'<g transform="{place}">{svg.body(placed.marks, "card", outlined=placed.scale)}</g>'
    inner = ground + rule + svg.body(beside, "card", outlined=1) + chart
    patterns = svg.patterns(placed.marks, "card")
    document = svg_document.svg_document(inner, "card", WIDTH, HEIGHT, title, drawing.alt, "chart", patterns)
    return png.png_of(drawing.palette.resolved(document), 1)
