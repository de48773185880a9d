"""The house's look for any Altair chart: a configuration in plain colours, which a page exchanges for its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any, cast

import altair as alt

from toolkit.charts.contrast import hexadecimal, rgb
from toolkit.charts.dates import vega_date
from toolkit.charts.drawing import WIDE, Layout
from toolkit.charts.interaction import COMPOSITE
from toolkit.charts.specification import views
from toolkit.charts.svg import Element
from toolkit.charts.theme import HOUSE, Palette, paint
from toolkit.charts.typography import SANS
from toolkit.core.locales import ENGLISH, Locale

CATEGORIES = ("accent", "ink", "context", "muted")  # the colours of categories, in the order in which they are given
MANY = (  # colours of more categories, read on paper and in the dark
    *("accent", "#2f7fd0", "#b87900", "#00936b", "context"),
    *("#b9609a", "#7d6bd6", "ink", "#5f9400", "muted"),
)
ON_EITHER_SIDE = ("#2f7fd0", "#97bde2", "#c9c4ba", "#d99a8d", "accent")  # of a middle; seen on paper and in the dark
RAMP = (0.16, 0.37, 0.58, 0.79, 1.0)  # opacities of the accent, from little to much
# opacities of a role: projected marks, ranges behind lines, parts under a curve, simulated marks
PALE, BAND, REGION, HATCHED = 0.14, 0.16, 0.22, 0.45
BACKGROUNDS = ("paper", "slip", "tint", "rule")  # roles that no mark is shaded in
QUOTED = re.compile(r"(?<=\")#[0-9a-f]{6}(?=\")")  # a colour in an expression
STEP = 26  # pixels from one category of an upright axis to the next
ON_TOP = {"titleAngle": 0, "titleAlign": "left", "titleBaseline": "bottom", "titleX": 0, "titleY": -10}
HEADED = ("facet", "row", "column", "repeat")  # what gives plots headers
# a part of the configuration is kept only if the specification contains one of these words
NEEDS = {mark: (mark,) for mark in ("text", "rule", "line", "point", "geoshape")} | {
    "header": HEADED,
    "headerRow": HEADED,
}
# channels that have a legend and a range of colours or signs, where they show a field
OF_LEGENDS = (
    *("color", "fill", "stroke", "shape", "size", "angle"),
    *("opacity", "fillOpacity", "strokeOpacity", "strokeDash", "strokeWidth"),
)
HEIGHT = 280  # pixels of a plot whose height is not given


def configuration(palette: Palette, layout: Layout, single: bool) -> dict[str, Any]:
    """A Vega-Lite configuration: type sizes of the layout, few lines, house colours.

    In a chart of a `single` plot the title of the upright axis stands on top of it.
    """
    colours, size = palette.light, layout.detail
    words = {"labelFontSize": size, "titleFontSize": size, "titleFontWeight": 400, "titleColor": colours["muted"]}
    whole = {"labelLimit": 0, "titleLimit": 0}  # Vega cuts words at 180 pixels
    flat = whole | {"domain": False, "ticks": False, "labelPadding": 6}
    ramp = [blend(colours["accent"], colours["paper"], part) for part in RAMP]
    categories = [colours[role] for role in CATEGORIES]
    return {
        "font": SANS,
        "view": {"stroke": None, "continuousHeight": HEIGHT, "discreteHeight": {"step": STEP}},
        "axis": words | flat | {"labelColor": colours["muted"], "gridColor": colours["rule"]},
        "axisX": {"labelAngle": 0},
        "axisY": ON_TOP if single else {},
        "axisBand": {"grid": False},
        "legend": words | whole | {"labelColor": colours["ink"], "orient": "top", "offset": 30},
        "header": words | whole | {"title": None, "labelColor": colours["ink"], "labelFontWeight": 600},
        "headerRow": {"labelAngle": 0, "labelAlign": "left", "labelAnchor": "start", "labelOrient": "top"},
        "title": {"fontSize": layout.label, "fontWeight": 600, "anchor": "start", "color": colours["ink"]},
        "text": {"fontSize": size, "color": colours["ink"], "font": SANS},
        "mark": {"color": colours["accent"]},
        "rule": {"color": colours["ink"]},
        "line": {"strokeWidth": 2.25},
        "point": {"filled": True, "size": 70},
        "geoshape": {"stroke": colours["paper"], "strokeWidth": 0.75},
        "scale": {"invalid": {"color": {"value": colours["rule"]}, "fill": {"value": colours["rule"]}}},  # no value
        "range": {"category": categories, "ordinal": ramp, "ramp": ramp, "heatmap": ramp},
    }


def labels_in(locale: Locale) -> dict[str, Any]:
    """The configuration by which Vega writes numbers and dates of labels in a language; {} for English, its own."""
    if locale is ENGLISH:
        return {}
    money = locale.money.format(minus="", sign="$", value="\n", scale="").split("\n")
    numbers = {"decimal": locale.point, "thousands": locale.group, "grouping": [3], "currency": money}
    date = vega_date(locale)
    dates = {"dateTime": f"{date}, %H:%M", "date": date, "time": "%H:%M", "periods": ["AM", "PM"]}
    names = {"days": locale.days, "shortDays": locale.short_days, "months": locale.months}
    time = dates | names | {"shortMonths": locale.short_months}
    return {"locale": {"number": numbers | {"percent": locale.percent.format(value="")}, "time": time}}


def without_unused_config(whole: dict[str, Any]) -> dict[str, Any]:
    """The specification without the configuration of marks, headers, legends and colours that it does not have."""
    said = json.dumps({name: part for name, part in whole.items() if name not in ("config", "data", "datasets")})
    if any(f'"{mark}"' in said for mark in COMPOSITE):  # made of marks that it does not name
        return whole
    idle = {name for name, needs in NEEDS.items() if not any(f'"{word}"' in said for word in needs)}
    channels = [view["encoding"].get(name) for view in views(whole) if "encoding" in view for name in OF_LEGENDS]
    if not any(word in json.dumps(channel) for channel in channels for word in ('"field"', '"aggregate"')):
        idle |= {"legend", "range"}
    return whole | {"config": {name: part for name, part in whole["config"].items() if name not in idle}}


@alt.theme.register("toolkit", enable=False)
def toolkit_theme() -> alt.theme.ThemeConfig:
    """The house's look for any notebook: `import toolkit.charts`, then `alt.theme.enable("toolkit")`."""
    return alt.theme.ThemeConfig(config=cast(Any, configuration(HOUSE, WIDE, single=True)))


def blend(colour: str, background: str, opacity: float) -> str:
    """The plain colour that a colour of this opacity has on a background: "#9e2513", "#fffdf8", 0.5 give "#ce9186"."""
    both = zip(rgb(colour), rgb(background), strict=True)
    mixed = (round(one * opacity + other * (1 - opacity)) for one, other in both)
    return "#" + "".join(f"{value:02x}" for value in mixed)


def with_css_variables(marks: Iterable[Element], palette: Palette) -> list[Element]:
    """The marks with colours of the palette as the page's variables; any other colour stays as it is.

    The colour of simulated marks becomes the hatching that they have in pages and pictures.
    """
    known = _known(palette)
    return [replace(mark, style=tuple(_in_variables(dict(mark.style), known).items())) for mark in marks]


def with_css_variables_in_spec(specification: Any, palette: Palette) -> Any:
    """A specification that Vega draws in a page: its colours of the palette are the page's variables, its data stay."""
    if isinstance(specification, dict):
        made = {}
        for name, part in specification.items():
            if name == "expr":  # which gives one of the colours that it names
                made[name] = QUOTED.sub(lambda colour: with_css_variables_in_spec(colour[0], palette), part)
            else:
                made[name] = part if name in ("datasets", "values") else with_css_variables_in_spec(part, palette)
        return made
    if isinstance(specification, list):
        return [with_css_variables_in_spec(part, palette) for part in specification]
    role, part = _known(palette).get(hexadecimal(specification), ("", 1.0)) if _is_colour(specification) else ("", 1.0)
    if not role:
        return specification
    if part == HATCHED:
        return f"url(#live-hatch-{role})"
    return paint(role) if part == 1 else f"color-mix(in srgb, {paint(role)} {part:.0%}, {paint('paper')})"


def _is_colour(value: Any) -> bool:
    return isinstance(value, str) and (value.startswith("#") or value in ("black", "white"))


@cache
def _known(palette: Palette) -> dict[str, tuple[str, float]]:
    """The role and the opacity of each plain colour that the theme and the forms give to marks."""
    colours, paper = palette.light, palette.light["paper"]
    shades = [(role, part) for role in colours if role not in BACKGROUNDS for part in (PALE, BAND, REGION, HATCHED)]
    shades += [("accent", part) for part in RAMP]
    known = {blend(colours[role], paper, part): (role, part) for role, part in shades}
    known |= {"#ffffff": ("paper", 1.0), "#000000": ("ink", 1.0)}  # authors write white and black
    return known | {colour: (role, 1.0) for role, colour in colours.items()}


def _in_variables(style: dict[str, str], known: dict[str, tuple[str, float]]) -> dict[str, str]:
    for name in ("fill", "stroke"):
        role, part = known.get(hexadecimal(style.get(name, "")), ("", 1.0))
        if name == "fill" and part == HATCHED:
            style[name] = f"url(#hatch-{role})"
        elif role:
            style[name] = paint(role)
            if part != 1:
                style[f"{name}-opacity"] = f"{part * float(style.get(f'{name}-opacity', 1)):.3g}"
    return style
