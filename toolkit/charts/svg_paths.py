"""Path data of SVG: read command by command, and moved, in short numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

NUMBER = re.compile(r"-?\d*\.?\d+(?:e[-+]?\d+)?")
COMMAND = re.compile(r"([A-DF-Za-df-z])([^A-DF-Za-df-z]*)")  # the e of 1e-7 is none
CIRCLE = re.compile(r"^M([\d.]+),0A\1,\1,0,1,1,-\1,0A\1,\1,0,1,1,\1,0")
OF_ARC = 5  # numbers before the end of an arc: its radii, how it is turned, which of four it is


def coordinate(value: float) -> str:
    """A coordinate to a tenth of a pixel, without a zero before the point: "-.5"."""
    text = re.sub(r"^(-?)0(?=\.)", r"\1", f"{value:.1f}".rstrip("0").rstrip("."))
    return "0" if text in ("-0", "-", "") else text


def commands(data: str) -> Iterator[tuple[str, list[float]]]:
    """The commands of path data, each with its numbers."""
    for command, body in COMMAND.findall(data):
        yield command, [float(value) for value in NUMBER.findall(body)]


def vertices(data: str) -> Iterator[tuple[float, float]]:
    """The points that a path of Vega's passes: absolute M, L, C and A, relative h and v."""
    x = y = 0.0
    for command, values in commands(data):
        spots = values[OF_ARC:] if command == "A" else values
        if command in "hv":
            spots = [x + spots[0], y] if command == "h" else [x, y + spots[0]]
        for x, y in zip(spots[::2], spots[1::2], strict=True):
            yield x, y


def placed(data: str, x: float, y: float) -> str:
    """Path data moved by (x, y), with relative lines, curves and arcs, whose numbers are shorter.

    Tenths of a pixel are enough where shapes that touch have their corners in common; a line to where it begins is left
    out. A circle is one arc, closed over the tenth of a pixel left open.
    """
    if circle := CIRCLE.match(data):
        radius = float(circle[1])
        return f"M{coordinate(x - radius)},{coordinate(y)}a{coordinate(radius)},{coordinate(radius)} 0 1 1 0,.1z"
    parts, here = [], [0.0, 0.0]
    for command, values in commands(data):
        if command == "Z":
            parts.append("z")  # what follows begins with an M
        elif command in "hv":
            parts.append(command + coordinate(values[0]))
            here["hv".index(command)] += values[0]
        else:
            arc, ends = (values[:OF_ARC], values[OF_ARC:]) if command == "A" else ([], values)
            spots = [round(value + (y if place % 2 else x), 1) for place, value in enumerate(ends)]
            from_here = [coordinate(spot - here[place % 2]) for place, spot in enumerate(spots)]
            if command == "M":
                parts.append("M" + ",".join(map(coordinate, spots)))
            elif spots != here:
                parts.append(_step(command, [*map(coordinate, arc), *from_here]))
            here = spots[-2:] or here
    return "".join(parts)


def _step(command: str, steps: list[str]) -> str:
    """A relative command of a path: a line straight across or down is one number."""
    if command == "L" and "0" in steps:
        return f"v{steps[1]}" if steps[0] == "0" else f"h{steps[0]}"
    return command.lower() + ",".join(steps).replace(",-", "-")
