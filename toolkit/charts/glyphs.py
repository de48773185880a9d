"""Texts as outlines of their glyphs: for a picture no font has to be opened then, which takes time for every glyph."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

from toolkit.charts.typography import SANS_FAMILY, font_file, metrics, text_width

# pixels between places of glyphs: like letters get like pixels, which pack small
ACROSS, ACROSS_LARGE, DOWN = 0.5, 1, 1
LARGE = 14  # pixels of type
BEFORE = {"start": 0.0, "middle": 0.5, "end": 1.0}  # the part of a text that lies before its point, by anchor

Contour = tuple[float, float, str]  # where it starts, right of and below the glyph's origin, and its path from there


def text_path(text: str, x: float, y: float, size: float, weight: int, anchor: str, scale: float) -> str:
    """The path data of a line of Desk Sans with its anchor at (x, y); what the font lacks is left out.

    Each glyph stands at the nearest half pixel of a picture with `scale` pixels to one of the drawing, in large type at
    the nearest whole one, and the line on a whole one.
    """
    font, parts = metrics(weight), []
    x -= BEFORE[anchor] * text_width(text, size, weight)
    y, step = _placed(y, DOWN, scale), ACROSS if size * scale < LARGE else ACROSS_LARGE
    codes = [ord(sign) for sign in text]
    for code, pair in zip(codes, pairwise([*codes, 0]), strict=True):
        left = _placed(x, step, scale)
        parts += [f"M{left + right:.3f},{y + down:.3f}{path}" for right, down, path in _outline(code, size, weight)]
        x += size * (font.advances.get(code, 1.0) + font.kerning.get(pair, 0.0))
    return "".join(parts)


def _placed(at: float, step: float, scale: float) -> float:
    """`at`, in pixels of a drawing, moved to the nearest multiple of `step` pixels of its picture."""
    return round(at * scale / step) * step / scale


@lru_cache(maxsize=10_000)
def _outline(code: int, size: float, weight: int) -> tuple[Contour, ...]:
    """The contours of a character of Desk Sans in a type size in pixels; none where the font lacks it."""
    font = _font(weight)
    name = font.getBestCmap().get(code)
    if name is None:
        return ()
    pen = _ContourPen(font.getGlyphSet(), size / font["head"].unitsPerEm)
    font.getGlyphSet()[name].draw(pen)
    return tuple((right, down, "".join(steps)) for right, down, steps in pen.contours)


@lru_cache
def _font(weight: int) -> TTFont:
    return TTFont(font_file(SANS_FAMILY, weight, "ttf"))


class _ContourPen(BasePen):
    """Collects the contours of a glyph, each with steps relative to the point before; y points down."""

    def __init__(self, glyphs: object, scale: float):
        super().__init__(glyphs)
        self.scale = scale
        self.contours: list[tuple[float, float, list[str]]] = []

    def _moveTo(self, point: tuple[float, float]) -> None:
        self.contours.append((point[0] * self.scale, -point[1] * self.scale, []))

    def _lineTo(self, point: tuple[float, float]) -> None:
        self._step("l", point)

    def _qCurveToOne(self, control: tuple[float, float], point: tuple[float, float]) -> None:
        self._step("q", control, point)

    def _curveToOne(self, one: tuple[float, float], other: tuple[float, float], point: tuple[float, float]) -> None:
        self._step("c", one, other, point)

    def _closePath(self) -> None:
        self.contours[-1][2].append("z")

    def _step(self, command: str, *points: tuple[float, float]) -> None:
        (left, up), scale = self._getCurrentPoint(), self.scale
        steps = (f"{(x - left) * scale:.3f},{(up - y) * scale:.3f}" for x, y in points)
        self.contours[-1][2].append(command + " ".join(steps))
