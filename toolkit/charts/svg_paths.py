"""Path data of SVG: read command by command, and moved, in short numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

NUMBER = re.compile(r"-?\d*\.?\d+(?:e-?\d+)?")
CIRCLE = re.compile(r"^M([\d.]+),0A\1,\1,0,1,1,-\1,0A\1,\1,0,1,1,\1,0")


def coordinate(value: float) -> str:
    """A coordinate to a tenth of a pixel, without a zero before the point: "-.5"."""
    text = re.sub(r"^(-?)0(?=\.)", r"\1", f"{value:.1f}".rstrip("0").rstrip("."))
    return "0" if text in ("-0", "-", "") else text


def placed(data: str, x: float, y: float) -> str:
    """Path data moved by (x, y), in short numbers; a circle is one arc, closed over the tenth of a pixel left open."""
    circle = CIRCLE.match(data)
    if circle:
        radius = float(circle[1])
        return f"M{coordinate(x - radius)},{coordinate(y)}a{coordinate(radius)},{coordinate(radius)} 0 1 1 0,.1z"
    if set(re.findall(r"[A-Za-z]", data)) <= set("MLCZ"):
        return stepped(data, x, y)
    if x or y:
        return moved_path(data, x, y)
    return NUMBER.sub(lambda match: coordinate(float(match[0])), data).replace("Z", "z")


def commands(data: str) -> Iterator[tuple[str, list[float]]]:
    """The commands of path data, each with its numbers."""
    for command, body in re.findall(r"([A-Za-z])([^A-Za-z]*)", data):
        yield command, [float(value) for value in NUMBER.findall(body)]


def moved_path(data: str, x: float, y: float) -> str:
    """Absolute M, L, C and A commands moved by (x, y); h, v and Z need no moving."""
    parts = []
    for command, values in commands(data):
        if command in "MLC":
            values = [value + (y if place % 2 else x) for place, value in enumerate(values)]
        elif command == "A":  # the last two of seven are where the arc ends
            moved = {5: x, 6: y}
            values = [value + moved.get(place % 7, 0.0) for place, value in enumerate(values)]
        parts.append(command.replace("Z", "z") + ",".join(coordinate(value) for value in values))
    return "".join(parts)


def stepped(data: str, x: float, y: float) -> str:
    """A path of M, L, C and Z moved by (x, y), with relative lines and curves, whose numbers are shorter.

    Tenths of a pixel are enough where shapes that touch have their corners in common.
    """
    parts, here = [], (0.0, 0.0)
    for command, values in commands(data):
        if command == "Z":
            parts.append("z")  # what follows begins with an M
            continue
        spots = [round(value + (y if place % 2 else x), 1) for place, value in enumerate(values)]
        if command == "M":
            parts.append("M" + ",".join(map(coordinate, spots)))
        elif spots != list(here):
            parts.append(_step(command, [coordinate(spot - here[place % 2]) for place, spot in enumerate(spots)]))
        here = (spots[-2], spots[-1])
    return "".join(parts)


def _step(command: str, steps: list[str]) -> str:
    """A relative command of a path: a line straight across or down is one number."""
    if command == "L" and "0" in steps:
        return f"v{steps[1]}" if steps[0] == "0" else f"h{steps[0]}"
    return command.lower() + ",".join(steps).replace(",-", "-")
