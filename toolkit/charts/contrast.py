"""Colours that an author gave, which a page cannot exchange: whether they are seen on paper and on a dark screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from PIL import ImageColor

from toolkit.charts.svg import Element
from toolkit.charts.theme import Palette
from toolkit.core.errors import Problem

READABLE = 3.0  # the least contrast of a text with its ground (WCAG 2.2, for large text)
SEEN = 1.4  # that of a mark; a light grey on paper has 1.5


def unreadable(marks: Iterable[Element], palette: Palette, where: str) -> Iterator[Problem]:
    """A problem for each text in a colour of its author's, not the page's, that is hard to read on either ground."""
    for mark in marks:
        colour = hexadecimal(mark.get("fill")) if mark.tag == "text" else ""
        if hard := _lost_on(colour, READABLE, palette):
            yield Problem(
                where,
                f"the text {mark.shape!r} in {colour} is hard to read on {hard}",
                f"a contrast of {READABLE:g} or more, or no colour: the theme's suits both",
                "take the colour out of the text",
            )


def unseen(marks: Iterable[Element], palette: Palette, where: str) -> Iterator[Problem]:
    """A problem for each colour of its author's, not the page's, in which marks cannot be seen on either ground."""
    shapes = [mark for mark in marks if mark.tag == "path"]
    colours = dict.fromkeys(hexadecimal(mark.get(name)) for mark in shapes for name in ("fill", "stroke"))
    for colour in colours:
        if lost := _lost_on(colour, SEEN, palette):
            yield Problem(
                where,
                f"marks in {colour} cannot be seen on {lost}",
                "colours that are seen on both, such as those of the theme, which a page exchanges for its own",
                f"take {palette.light['context']} for what steps back, {palette.light['ink']} for what is dark",
            )


def _lost_on(colour: str, least: float, palette: Palette) -> str:
    """The grounds on which a colour has less than this contrast, in words; "" for none, and for no colour."""
    grounds = {"paper": palette.light["paper"], "a dark screen": palette.dark["paper"]}
    lost = [name for name, ground in grounds.items() if colour and contrast(colour, ground) < least]
    return " and on ".join(lost)


@lru_cache
def hexadecimal(colour: str) -> str:
    """A colour of CSS as "#rrggbb"; "" for none, for a variable of the page and for a pattern."""
    try:
        red, green, blue, *_ = ImageColor.getrgb(colour)
    except ValueError:
        return ""
    return f"#{red:02x}{green:02x}{blue:02x}"


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    """The relative luminance of a colour, from 0 to 1 (WCAG 2.2)."""
    shares = (value / 255 for value in rgb(colour))
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of "#rrggbb", from 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
