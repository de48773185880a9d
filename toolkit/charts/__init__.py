"""Charts at two page widths: in the forms of `forms/`, or any chart of Altair."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from toolkit.charts import altair_chart, altair_theme, cards, pictures, rendering, svg
from toolkit.charts.drawing import LAYOUTS, Cell, Drawing, Layout, read_drawing
from toolkit.charts.encodings import Form
from toolkit.charts.forms import load_forms
from toolkit.charts.inline_csv import with_csv
from toolkit.charts.missing_words import without_missing
from toolkit.charts.shared_channels import with_shared_channels
from toolkit.charts.theme import HOUSE, Palette, read_palette
from toolkit.core.errors import ToolkitError
from toolkit.core.text import nearest_first

__all__ = [
    "ALTAIR",
    "FORMS",
    "HOUSE",
    "LAYOUTS",
    "Cell",
    "Drawing",
    "Form",
    "Layout",
    "Palette",
    "draw_marks",
    "draw_svg",
    "hatches",
    "interactive_specification",
    "interactive_theme",
    "picture",
    "picture_for_links",
    "read_drawing",
    "read_palette",
    "share_picture",
    "standalone",
    "vega_lite",
    "vega_lite_file",
]

FORMS = load_forms()
ALTAIR = altair_chart.FORM  # the form of an author's own chart of Altair


def draw_svg(drawing: Drawing, width: str, named: bool = True) -> str:
    """A chart as SVG that can stand in a page, "wide" (680 px) or "narrow" (340 px).

    It is `named` by title and description for screen readers, or else hidden from them: the page says both beside it.

    Raises ToolkitError with all that the form refuses, and for texts that overlap or run out of the drawing; so do
    `picture`, `standalone` and `hatches`.
    """
    return rendering.inline(form_of(drawing), drawing, width, named)


def draw_marks(drawing: Drawing, width: str) -> None:
    """Has the marks of a chart drawn, which all its drawings are made of. Raises ToolkitError as `draw_svg`."""
    rendering.marks(form_of(drawing), drawing, width)


def picture(drawing: Drawing) -> bytes:
    """A chart as PNG with its title, subtitle, kind and source: 1200 by 630 pixels, or taller where it would be small.

    Raises ToolkitError also if it would have too many bytes.
    """
    return pictures.download(form_of(drawing), drawing)


def picture_for_links(drawing: Drawing) -> bytes:
    """The PNG of 1200 by 630 pixels that a link to a chart shows; empty where its `picture` is of that size.

    Raises ToolkitError as `picture` does.
    """
    return pictures.card_apart(form_of(drawing), drawing)


def share_picture(drawing: Drawing, title: str, name: str) -> bytes:
    """The PNG that a shared link to a story shows, 1200 by 630: title, kind, lead chart, the edition's name.

    Raises ToolkitError for an unknown form.
    """
    return cards.story_card(form_of(drawing), drawing, title, name)


def standalone(drawing: Drawing) -> str:
    """A chart as an SVG file with its title, subtitle, kind and source, and its font inside.

    Raises ToolkitError for an unknown form.
    """
    return rendering.with_fonts(form_of(drawing), drawing)


def vega_lite(drawing: Drawing) -> dict:
    """A chart as Vega-Lite, data included, which any editor of such charts opens.

    Raises ToolkitError for an unknown form.
    """
    return altair_chart.spec_for_editor(form_of(drawing), drawing, LAYOUTS["wide"])


def vega_lite_file(drawing: Drawing) -> bytes:
    """The same for download, in few bytes: nothing of its layers stands twice, and its rows are CSV within the JSON.

    Raises ToolkitError as `draw_svg` does.
    """
    made = with_csv(with_shared_channels(without_missing(vega_lite(drawing))))
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


def interactive_specification(drawing: Drawing, width: str, sources: Mapping[int, str] | None = None) -> dict:
    """A chart as Vega-Lite for a page of its own, which says its title and has its colours.

    Marks of a house form say the `sources` of their row, by its index. Raises ToolkitError for an unknown form.
    """
    made = altair_chart.spec_for_page(form_of(drawing), drawing, LAYOUTS[width], sources)
    return {**altair_theme.with_css_variables_in_spec(made, drawing.palette), "background": None}


def interactive_theme(width: str) -> dict[str, Any]:
    """The configuration of most `interactive_specification`s, which all pages of charts share: no palette is in it."""
    config = altair_theme.configuration(HOUSE, LAYOUTS[width], single=False)
    config["mark"] |= altair_chart.WITHOUT_A_MARK
    themed: dict[str, Any] = altair_theme.with_css_variables_in_spec(config, HOUSE)
    return themed


def hatches(drawing: Drawing, prefix: str) -> str:
    """The SVG patterns that fill a chart's simulated marks, for both widths; their ids begin with `prefix`.

    Raises ToolkitError for an unknown form.
    """
    found = [mark for width in LAYOUTS for mark in rendering.marks(form_of(drawing), drawing, width)[0]]
    return svg.patterns(found, prefix, drawing.palette)


def form_of(drawing: Drawing) -> Form | None:
    """The form that a drawing names, None for an author's Altair chart. Raises ToolkitError naming those there are."""
    if drawing.form == altair_chart.FORM:
        return None
    if drawing.form not in FORMS:
        raise ToolkitError(
            drawing.where,
            f"unknown form {drawing.form!r}",
            allowed=nearest_first(drawing.form, FORMS),
            remedy="choose one of them",
        )
    return FORMS[drawing.form]
