"""Notes in a plot: words with lines under them, beside the point, event or level that they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from toolkit.charts import looks
from toolkit.charts.fields import Fields, of_row, without_control_characters
from toolkit.charts.geometry import Box, Point, Position, along_line, text_box
from toolkit.charts.placement import Occupied
from toolkit.charts.plots import ALIGN, Plot
from toolkit.charts.typography import wrapped

ABOVE = 40.0  # pixels over a plot that words may stand in
HALO = 4


@dataclass(frozen=True)
class Note:
    """Words about a row of the table, at the values `x` and `y`, and (right, down, anchor) from there to choose of.

    Words are `size` pixels high, in the colour of a role, with a `rim` in that of the ground.
    """

    index: int
    x: float | str
    y: float
    words: str
    places: Sequence[Position]
    role: str
    size: float
    under: str = ""
    bold: bool = True
    rim: bool = True


class Ground:
    """What notes keep clear of in a plot: lines, points, words, shaded parts, the title of the upright axis."""

    def __init__(self, plot: Plot, title: str = "") -> None:
        self.plot = plot
        self.occupied = Occupied(-plot.left, plot.layout.width - plot.left, -ABOVE)
        for nth, line in enumerate(reversed(wrapped(title, plot.layout.width, plot.layout.detail) if title else [])):
            self.words(-plot.left, plot.y.end - 10 - nth * plot.layout.line, line, plot.layout.detail)

    def shaded(self, left: float, right: float, role: str) -> None:
        """A part of the plot in the colour of a role, which the rims of words inside have too."""
        self.occupied.backgrounds.append((Box(left, self.plot.y.end - ABOVE, right, self.plot.y.start), role))

    def words(self, x: float, y: float, words: str, size: float, anchor: str = "start") -> None:
        """Words that stand somewhere already, on the baseline `y`."""
        self.occupied.texts.append(text_box(x, y, words, size, 600, anchor))

    def line(self, points: Sequence[Point]) -> None:
        """A line through points, as a row of small boxes."""
        self.occupied.marks += along_line(points)

    def is_free(self, x: float, y: float, words: str, size: float) -> bool:
        """Whether no line and no mark lies where words would stand, on the baseline `y`."""
        box = text_box(x, y, words, size, 600, "start")
        return not any(box.overlaps(mark) for mark in self.occupied.marks)

    def placed(self, note: Note) -> tuple[Position, str]:
        """The place of a note, which it takes up then, and the role of the ground there."""
        layout, (across, top) = self.plot.layout, self.plot.at(note.x, note.y)
        lines = [(line, note.size, 600 if note.bold else 400) for line in note.words.split("\n")]
        lines += [(line, layout.detail, 400) for line in note.under.split("\n") if line]
        choices = [
            [text_box(across + right, top + drop + nth * layout.line, *line, anchor) for nth, line in enumerate(lines)]
            for right, drop, anchor in note.places
        ]
        best = self.occupied.take(choices)
        return note.places[best], self.occupied.background_of(choices[best][0])


def beside_point(gap: float, sides: Sequence[int]) -> list[Position]:
    """Places beside a point on these sides (1 is right), the nearest to its height first."""
    drops = (4, 1, 10, -14, 20)
    return [(side * gap, drop, "start" if side > 0 else "end") for drop in drops for side in sides]


def note_layers(fields: Fields, found: Sequence[Note], ground: Ground) -> list[alt.Chart]:
    """The notes as layers of words, each in the best of its places."""
    if not found:
        return []
    layout, colours = ground.plot.layout, fields.drawing.palette.light
    made: dict[int, dict[str, Any]] = {}
    for note in found:
        (right, down, anchor), behind = ground.placed(note)
        made[note.index] = {
            "x": note.x,
            "y": note.y,
            "words": in_lines(note.words),
            "under": in_lines(note.under) or None,
            "dx": round(right, 1),
            "dy": round(down, 1),
            "align": ALIGN[anchor],
            "role": note.role,
            "rim": behind if note.rim else "none",
            "size": note.size,
            "weight": 600 if note.bold else 400,
        }
    names = made[found[0].index]
    of = {name: fields.add_to_some(f"note_{name}", {row: one[name] for row, one in made.items()}) for name in names}
    rims = {name: colours.get(name) for name in fields.values(of["rim"])}
    channels: dict[str, Any] = {
        "x": alt.X(field=of["x"], type="temporal" if isinstance(found[0].x, str) else "quantitative"),
        "y": alt.Y(field=of["y"], type="quantitative"),
        "stroke": looks.by_value(alt.StrokeValue, of["rim"], rims),
    }
    placed: dict[str, Any] = {"dx": of_row(of["dx"]), "align": of_row(of["align"]), "leading": layout.line, "rim": HALO}
    words = fields.words(of["words"], of_row(of["size"]), of_row(of["weight"]), dy=of_row(of["dy"]), **placed)
    layers = [words.encode(**channels, **looks.words(fields, of["role"]))]
    if any(note.under for note in found):
        below = alt.ExprRef(f"datum.{of['dy']} + {layout.line}")
        under = fields.words(of["under"], layout.detail, dy=below, role="muted", **placed)
        layers.append(under.encode(**channels))
    return layers


def in_lines(words: str) -> str:
    """Words without control characters but for the ends of their lines."""
    return "\n".join(map(without_control_characters, words.split("\n")))
