"""Charts at two page widths: in the forms of `forms/`, or any chart of Altair."""

from toolkit.charts.cards import share_picture
from toolkit.charts.drawing import ALTAIR, LAYOUTS, Cell, Drawing, Layout, read_drawing
from toolkit.charts.encodings import Form
from toolkit.charts.forms import load_forms
from toolkit.charts.pictures import picture, picture_for_links
from toolkit.charts.published import interactive_specification, interactive_theme, vega_lite, vega_lite_file
from toolkit.charts.rendering import draw_marks, draw_svg, hatches, standalone
from toolkit.charts.theme import HOUSE, Palette, read_palette

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
