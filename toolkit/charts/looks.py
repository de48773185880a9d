"""What marks show by their look: the kind of a number (solid, dashed, pale, hatched) and the role of its colour.

A look is a field of the chart's own: the role of a colour in the palette and, of marks that are not solid, the kind
after it ("accent", "accent, assumed"). Colours are plain, of paper; a page exchanges them for its own, and the colour
of a simulated mark for hatching (`altair_theme.in_variables`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import altair as alt

from toolkit.charts.altair_theme import BAND, HATCHED, PALE, blend
from toolkit.charts.drawing import Drawing
from toolkit.charts.expressions import expression_literal
from toolkit.charts.fields import Fields
from toolkit.charts.theme import Palette
from toolkit.core.errors import ToolkitError

PROJECTED = "projected"  # drawn like a kind of number: nothing is on record yet
DASHED, DOTTED, FINE, DENSE = (5, 3.5), (1.6, 3.2), (3, 2.2), (1.8, 1.8)
SOLID = (1, 0)
GROUPS = ("accent", "ink", "context", "muted")  # roles of groups without a colour of their own


def roles_of(
    names: Iterable[str],
    drawing: Drawing,
    emphasis: str | None = None,
    spare: Sequence[str] = GROUPS,
    rest: str = "",
    strong: str = "accent",
) -> dict[str, str]:
    """The role of the colour of each group by its name: `strong` of the emphasised one, of others their own.

    Those that the project gives none get one of `spare` each, and, where all are given away, `rest`.

    Raises ToolkitError where no `rest` is given: more groups than colours.
    """
    roles = {name: strong if name == emphasis else drawing.palette.role_of(name) for name in names}
    left = iter([role for role in spare if role != strong or not emphasis])
    given = {name: role or next(left, rest) for name, role in roles.items()}
    if not all(given.values()):
        raise ToolkitError(
            drawing.where,
            f"no colour for {', '.join(name for name, role in given.items() if not role)}",
            f"at most {len(spare)} groups without one of their own: more cannot be told apart",
            "give the others one name, or draw small multiples",
        )
    return given


class MarkStyle(NamedTuple):
    """Fill and stroke of a mark in plain colours, None for none."""

    fill: str
    stroke: str
    width: float = 0
    dash: tuple[float, ...] = SOLID


def with_kind(role: str, kind: str) -> str:
    """The look of a mark in the colour of a role."""
    return f"{role}, {kind}" if kind in ("assumed", PROJECTED, "synthetic") else role


def colour_inside(role: str, kind: str) -> str:
    """The role of the colour of words inside a bar in the colour of a role: paper on a filled one."""
    return role if kind in ("assumed", PROJECTED, "synthetic") else "paper"


def bars(fields: Fields, look: str) -> dict[str, Any]:
    """The encodings of bars by the field of their looks: solid, dashed and open, pale and dashed, hatched."""
    return bars_among(fields.values(look), look, fields.drawing.palette)


def bars_among(looks: Sequence[str], field: str, palette: Palette) -> dict[str, Any]:
    """The encodings of bars by a field of these looks, which not all rows have."""
    return _channels(looks, field, palette, _bar)


def undashed(channels: dict[str, Any]) -> dict[str, Any]:
    """The encodings of bars for areas and rects, of which Vega-Lite has no dashed ones."""
    return {name: value for name, value in channels.items() if name != "strokeDash"}


def points(fields: Fields, look: str) -> dict[str, Any]:
    """The encodings of points by the field of their looks: filled, a ring, pale with a dashed rim, hatched."""
    return points_among(fields.values(look), look, fields.drawing.palette)


def points_among(looks: Sequence[str], field: str, palette: Palette) -> dict[str, Any]:
    """The encodings of points by a field of these looks, which a transform of the chart gives."""
    return _channels(looks, field, palette, _point)


def point(role: str, kind: str, palette: Palette) -> dict[str, Any]:
    """The look of one point in the colour of a role, as properties of a mark."""
    style = _point(role, kind, palette)
    return {"fill": style.fill, "stroke": style.stroke, "strokeWidth": style.width, "strokeDash": list(style.dash)}


def grouped_points(
    fields: Fields, roles: Sequence[str], kinds: Sequence[str], groups: Sequence[str | None]
) -> dict[str, Any]:
    """The encodings of points in the colours of these roles; where there are groups, with a legend of their names."""
    found = [with_kind(*one) for one in zip(roles, kinds, strict=True)]
    look, palette = fields.add("look", found), fields.drawing.palette
    names = {one: group or "" for one, group in zip(found, groups, strict=True)}
    channels = points(fields, look)
    if any(groups):
        scale = alt.Scale(domain=list(names), range=[_point(*_parts(one), palette).fill for one in names])
        words = f"{expression_literal(names)}[datum.label]"
        legend = alt.Legend(title=None, labelExpr=words, symbolSize=110)
        channels["fill"] = alt.Fill(field=look, type="nominal", scale=scale, legend=legend)
    return channels


def strokes(fields: Fields, look: str) -> dict[str, Any]:
    """The encodings of lines by the field of their looks: solid, dashed, with fine or dense dashes."""
    return strokes_among(fields.values(look), look, fields.drawing.palette)


def strokes_among(looks: Sequence[str], field: str, palette: Palette) -> dict[str, Any]:
    """The encodings of lines by a field of these looks, which a transform of the chart gives."""
    parts = [_parts(one) for one in looks]
    dashes = {"assumed": DASHED, PROJECTED: FINE, "synthetic": DENSE}
    return {
        "stroke": _by_look(alt.StrokeValue, field, looks, [palette.light[role] for role, _ in parts]),
        "strokeDash": _by_look(alt.StrokeDashValue, field, looks, [list(dashes.get(kind, SOLID)) for _, kind in parts]),
    }


def bands_among(looks: Sequence[str], field: str, palette: Palette) -> dict[str, Any]:
    """The encoding of bands behind lines by a field of these looks: the pale colour of the line."""
    fills = [blend(palette.light[_parts(one)[0]], palette.light["paper"], BAND) for one in looks]
    return {"fill": _by_look(alt.FillValue, field, looks, fills)}


def words(fields: Fields, role: str) -> dict[str, Any]:
    """The encoding of words in the colour of their mark, by a field of roles; grey ones are darker."""
    roles = fields.values(role)
    colours = [fields.drawing.palette.light["muted" if name == "context" else name] for name in roles]
    return {"color": _by_look(alt.ColorValue, role, roles, colours)}


def by_value(channel: Any, field: str, values: Mapping[str, Any]) -> Any:
    """An encoding that has one of these values for each text in a field."""
    return _by_look(channel, field, list(values), list(values.values()))


def _bar(role: str, kind: str, palette: Palette) -> MarkStyle:
    colour, paper = palette.light[role], palette.light["paper"]
    styles: dict[str, MarkStyle] = {
        "assumed": MarkStyle(paper, colour, 1.5, DASHED),
        PROJECTED: MarkStyle(blend(colour, paper, PALE), colour, 1.25, FINE),
        "synthetic": MarkStyle(blend(colour, paper, HATCHED), colour, 1.25),
    }
    return styles.get(kind, MarkStyle(colour, colour))


def _point(role: str, kind: str, palette: Palette) -> MarkStyle:
    colour, paper = palette.light[role], palette.light["paper"]
    styles: dict[str, MarkStyle] = {
        "assumed": MarkStyle(paper, colour, 2.5),
        PROJECTED: MarkStyle(blend(colour, paper, PALE), colour, 1.25, FINE),
        "synthetic": MarkStyle(blend(colour, paper, HATCHED), colour, 1.5),
    }
    return styles.get(kind, MarkStyle(colour, paper, 2))


def _channels(
    looks: Sequence[str], field: str, palette: Palette, style: Callable[[str, str, Palette], MarkStyle]
) -> dict[str, Any]:
    styles = [style(*_parts(one), palette) for one in looks]
    return {
        "fill": _by_look(alt.FillValue, field, looks, [one.fill for one in styles]),
        "stroke": _by_look(alt.StrokeValue, field, looks, [one.stroke for one in styles]),
        "strokeWidth": _by_look(alt.StrokeWidthValue, field, looks, [one.width for one in styles]),
        "strokeDash": _by_look(alt.StrokeDashValue, field, looks, [list(one.dash) for one in styles]),
    }


def _parts(look: str) -> tuple[str, str]:
    role, _, kind = look.partition(", ")
    return role, kind


def _by_look(channel: Any, field: str, looks: Sequence[str], values: Sequence[Any]) -> Any:
    """An encoding with a value for each look: conditions, which layers do not share as they do a scale."""
    by_value: dict[str, list[str]] = {}
    for look, value in zip(looks, values, strict=True):
        by_value.setdefault(json.dumps(value), []).append(look)
    usual, *others = sorted(by_value, key=lambda value: -len(by_value[value]))
    conditions = [{"test": _is_one_of(field, by_value[value]), "value": json.loads(value)} for value in others]
    return channel(value=json.loads(usual), **({"condition": conditions} if conditions else {}))


def _is_one_of(field: str, looks: Sequence[str]) -> str:
    """The expression that is true of rows whose field has one of these looks."""
    if len(looks) == 1:
        return f"datum.{field} === {json.dumps(looks[0])}"
    return f"indexof({json.dumps(looks)}, datum.{field}) >= 0"
