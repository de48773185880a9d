"""From a drawing to the SVG in a page, the SVG for download, and that of a tall PNG."""

from __future__ import annotations

from toolkit.charts import altair_chart, svg, svg_document, typography
from toolkit.charts.drawing import LAYOUTS, WIDE, Drawing
from toolkit.charts.svg_paths import coordinate
from toolkit.charts.theme import paint
from toolkit.core.errors import ToolkitError
from toolkit.core.kind import KINDS

MARGIN = 28  # pixels around a chart for download


def draw_marks(drawing: Drawing, width: str) -> tuple[list[svg.Element], float]:
    """(the marks that all drawings of a chart are made of, its height in pixels), drawn once for each drawing.

    `width` is "wide" (680 px) or "narrow" (340 px). Raises ToolkitError with all that the form refuses, and for texts
    that overlap or run out of the drawing.
    """
    if width not in LAYOUTS:
        raise ToolkitError(drawing.where, f"width {width!r}", allowed=", ".join(LAYOUTS))
    if width not in drawing.cache:
        drawing.cache[width] = altair_chart.checked_marks(drawing, LAYOUTS[width])
    found: tuple[list[svg.Element], float] = drawing.cache[width]
    return found


def draw_svg(drawing: Drawing, width: str, named: bool = True) -> str:
    """A chart as SVG that can stand in a page: its colours are the page's variables, its fonts the page's fonts.

    It is `named` by title and description for screen readers, or else hidden from them: the page says both beside it.
    Raises ToolkitError as `draw_marks`.
    """
    found, height = draw_marks(drawing, width)
    prefix = f"{drawing.id}-{width}"
    names, inner = f"chart chart-{width}", svg.body(found, prefix)
    patterns = svg.patterns(found, prefix)
    if not named:
        return svg_document.hidden(inner, LAYOUTS[width].width, height, names, patterns)
    return svg_document.svg_document(
        inner, prefix, LAYOUTS[width].width, height, drawing.title, drawing.alt, names, patterns
    )


def hatches(drawing: Drawing, prefix: str) -> str:
    """The SVG patterns that fill a chart's simulated marks, for both widths; their ids begin with `prefix`.

    Raises ToolkitError as `draw_marks`.
    """
    found = [mark for width in LAYOUTS for mark in draw_marks(drawing, width)[0]]
    return svg.patterns(found, prefix)


def framed(drawing: Drawing, outlined: float = 0) -> str:
    """The wide chart as an SVG of its own, with title, subtitle, kind and source, on paper.

    Its fonts are inside, unless texts are `outlined` (`svg.body`). Raises ToolkitError with words that do not fit.
    """
    chart_marks, height = draw_marks(drawing, "wide")
    prefix = f"{drawing.id}-picture"
    inside, left = WIDE.width, MARGIN
    head, foot, y = [], [], MARGIN + 14.0
    head.append(line(drawing.locale.say(KINDS[drawing.kind]), left, y, 14, 400, "muted"))
    y += 6
    for text, size, weight, role, before in (
        (drawing.title, 22, 600, "ink", 26),
        (drawing.subtitle, 15.5, 400, "muted", 26),
    ):
        for place, part in enumerate(typography.balanced(text, inside, size, weight) if text else []):
            y += before if place == 0 else size * 1.26
            head.append(line(part, left, y, size, weight, role))
    top = y + 26
    y = top + height + 10
    for part in typography.wrapped(source, inside, 14) if (source := source_words(drawing)) else []:
        y += 20
        foot.append(line(part, left, y, 14, 400, "muted"))
    bottom, width = y + MARGIN - 6, WIDE.width + 2 * MARGIN
    svg.check_texts([*head, *foot], width, bottom, f"{drawing.where}, picture", 13)
    right, down = coordinate(width), coordinate(bottom)
    paper = f'<path d="M0,0h{right}v{down}h-{right}z" fill="{paint("paper")}"/>'
    rule = f'<path d="M{left},{MARGIN - 8}h{coordinate(inside)}" stroke="{paint("ink")}"/>'
    inner = (
        ("" if outlined else own_style([*head, *chart_marks, *foot]))
        + paper
        + rule
        + svg.body(head, prefix, outlined)
        + f'<g transform="translate({left},{coordinate(top)})">{svg.body(chart_marks, prefix, outlined)}</g>'
        + svg.body(foot, prefix, outlined)
    )
    document = svg_document.svg_document(
        inner,
        prefix,
        width,
        bottom,
        drawing.title,
        drawing.alt,
        "chart",
        svg.patterns(chart_marks, prefix),
    )
    return drawing.palette.resolved(document)


def source_words(drawing: Drawing) -> str:
    """The line that names a chart's source; empty if it has none."""
    return f"{drawing.locale.say('Source')}: {drawing.source}" if drawing.source else ""


def line(text: str, x: float, y: float, size: float, weight: int, role: str) -> svg.Element:
    """A line of text outside the plot, on the baseline `y`."""
    style = (("font-size", coordinate(size)), ("font-weight", str(weight)), ("fill", paint(role)))
    return svg.Element("text", text, style, x, y)


def own_style(drawn: list[svg.Element]) -> str:
    """A style element with the fonts that these marks' texts use, cut down to their glyphs."""
    texts = [(mark.font.weight, mark.shape) for mark in drawn if mark.tag == "text"]
    faces = ""
    for weight in typography.WEIGHTS:
        font = typography.cut_font(
            typography.SANS_FAMILY, weight, frozenset(text for heavy, text in texts if heavy == weight)
        )
        faces += typography.font_face(typography.SANS_FAMILY, weight, font)
    return f"<style>{faces}</style>"


def standalone(drawing: Drawing) -> str:
    """A chart as an SVG file: framed, in the colours of paper, with its font inside; made once for each drawing.

    Raises ToolkitError as `draw_marks`, and with words that do not fit.
    """
    if "standalone" not in drawing.cache:
        drawing.cache["standalone"] = framed(drawing)
    found: str = drawing.cache["standalone"]
    return found
