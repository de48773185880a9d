"""The picture that a shared link shows: a headline beside the chart that carries it, 1200 by 630 pixels."""

from __future__ import annotations

import vl_convert

from toolkit.charts import png, rendering, svg, svg_document, typography
from toolkit.charts.drawing import LAYOUTS, Drawing
from toolkit.charts.encodings import Form
from toolkit.charts.theme import HOUSE
from toolkit.core.kind import KINDS, Kind

WIDTH, HEIGHT, EDGE, GAP = 1200, 630, 56, 48
WORDS = 520  # pixels for the headline, left of the chart
SIZES = (54, 46, 40, 34, 30)  # of the headline: the largest that leaves room for kind and name
LEADING, LINES = 1.14, 400  # of the headline: from line to line, and in all


def share_card(form: Form | None, drawing: Drawing, title: str, name: str) -> bytes:
    """The PNG for the headline `title` of a story with this lead chart, in the edition `name`.

    Raises ToolkitError as drawing the chart does.
    """
    head, y = _headline(title)
    kind = drawing.locale.say(KINDS[drawing.kind])
    heavy = 600 if drawing.kind == str(Kind.SYNTHETIC) else 400
    head.append(rendering.line(kind, EDGE, y + 40, 24, heavy, "muted"))
    head.append(rendering.line(name, EDGE, HEIGHT - EDGE, 24, 600, "ink"))
    chart, defs = _chart(form, drawing)
    ground = f'<path d="M0,0h{WIDTH}v{HEIGHT}h-{WIDTH}z" fill="{HOUSE.paint("paper")}"/>'
    rule = f'<path d="M{EDGE},{EDGE}h{WIDTH - 2 * EDGE}" stroke="{HOUSE.paint("ink")}" stroke-width="2"/>'
    inner = ground + rule + svg.body(head, "share", outlined=True) + chart
    document = svg_document.svg_document(inner, "share", WIDTH, HEIGHT, title, drawing.alt, "chart", defs)
    return png.with_palette(vl_convert.svg_to_png(drawing.palette.resolved(document), scale=1))


def _headline(title: str) -> tuple[list[svg.Element], float]:
    """The headline in lines, and the baseline of its last."""
    for size in SIZES:
        lines = typography.wrapped(title, WORDS, size, 600)
        if len(lines) * size * LEADING <= LINES:
            break
    top = EDGE + 28 + size
    made = [
        rendering.line(text, EDGE, top + place * size * LEADING, size, 600, "ink") for place, text in enumerate(lines)
    ]
    return made, top + (len(lines) - 1) * size * LEADING


def _chart(form: Form | None, drawing: Drawing) -> tuple[str, str]:
    """The chart at the width whose text comes out larger, as SVG right of the headline, and its patterns."""
    across, down = WIDTH - 2 * EDGE - WORDS - GAP, HEIGHT - 2 * EDGE - 24
    drawn = {width: rendering.marks(form, drawing, width) for width in LAYOUTS}
    scales = {width: min(across / LAYOUTS[width].width, down / height) for width, (_, height) in drawn.items()}
    width = max(scales, key=lambda each: scales[each])
    (found, height), scale = drawn[width], scales[width]
    left = EDGE + WORDS + GAP + (across - LAYOUTS[width].width * scale) / 2
    top = EDGE + 24 + (down - height * scale) / 2
    place = f"translate({svg.coordinate(left)},{svg.coordinate(top)}) scale({scale:.4f})"
    marks = svg.body(found, "share", outlined=True)
    return f'<g transform="{place}">{marks}</g>', svg.patterns(found, "share", drawing.palette)
