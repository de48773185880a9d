"""Words in a plot about what stands there, put clear of all else once Vega has drawn it (`annotation_words.py`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Drawing, Layout
from toolkit.charts.fields import of_row, without_control_characters
from toolkit.charts.geometry import Position

LAYER = "placed"  # begins the names of layers of such words
UNSEEN = 0.01  # pixels: the size of words until they are placed, so that they move nothing else
HALO = 4  # pixels: the outline of words on paper


@dataclass(frozen=True)
class Note:
    """Words at a value `at` each channel that places them, in one of `places`, (right, down, anchor) from there.

    Without places they stand beside the mark that is there. They are `size` pixels high, in the colour of a role.
    """

    at: Mapping[str, Any]
    words: str
    role: str
    size: float
    places: Sequence[Position] = ()
    under: str = ""
    bold: bool = True
    rim: bool = True


def note_layers(notes: Sequence[Note], drawing: Drawing, layout: Layout) -> list[alt.Chart]:
    """The notes as layers with data of their own; what `to_place` holds is used up when they are placed."""
    if not notes:
        return []
    records = [
        {f"at_{channel}": value for channel, value in note.at.items()}
        | {"words": in_lines(note.words), "under": in_lines(note.under), "role": note.role}
        | {"weight": 600 if note.bold else 400, "rim": HALO if note.rim else 0}
        | {"dx": 0, "dy": 0, "align": "left", "size": UNSEEN}
        | {"to_place": {"size": note.size, "places": note.places}}
        for note in notes
    ]
    data, colours = alt.InlineData(values=records), drawing.palette.light
    inks = {note.role: colours["muted" if note.role == "context" else note.role] for note in notes}
    channels = {
        channel: getattr(alt, channel.capitalize())(
            field=f"at_{channel}", type="temporal" if isinstance(value, str) else "quantitative"
        )
        for channel, value in notes[0].at.items()
    }
    shared: dict[str, Any] = {"baseline": "alphabetic", "dx": of_row("dx"), "align": of_row("align")}
    shared |= {"lineBreak": "\n", "lineHeight": layout.line, "stroke": colours["paper"], "strokeWidth": of_row("rim")}
    own: dict[str, Any] = {"dy": of_row("dy"), "fontSize": of_row("size"), "fontWeight": of_row("weight")}
    words = alt.Chart(data, name=f"{LAYER}_words").mark_text(**shared, **own)
    layers = [words.encode(text="words:N", color=looks.by_value(alt.ColorValue, "role", inks), **channels)]
    if any(note.under for note in notes):
        low: dict[str, Any] = {"dy": alt.ExprRef(f"datum.dy + {layout.line}"), "color": colours["muted"]}
        size = alt.ExprRef(f"min(datum.size, {layout.detail})")
        under = alt.Chart(data, name=f"{LAYER}_under").mark_text(**shared, **low, fontSize=size)
        layers.append(under.encode(text="under:N", **channels))
    return layers


def in_lines(words: str) -> str:
    """Words without control characters but for the ends of their lines."""
    return "\n".join(map(without_control_characters, words.split("\n")))
