"""Axes: few lines, words at round numbers, the unit once."""

from __future__ import annotations

import math

from toolkit.charts.canvas import GRID, Canvas
from toolkit.charts.scales import Scale, tick_words
from toolkit.charts.typography import text_width
from toolkit.core.language import Locale

Span = tuple[float, float]  # top and bottom of the upright lines


def number_axis(canvas: Canvas, scale: Scale, unit: str, spans: list[Span], bottom: float, count: int = 5) -> None:
    """Upright lines at round numbers, through the spans, and their words below, dropped where they would touch."""
    layout, right = canvas.layout, -1e9
    ticks = scale.ticks(count)
    said = tick_words(ticks, unit, scale.log, canvas.drawing.locale)
    reserved = text_width(said[-1], layout.detail)
    for value, word in zip(ticks, said, strict=True):
        x = scale.at(value)
        base = value == 0 and not scale.log
        for top, end in spans:
            canvas.rule(x, top, x, end, "context" if base else "rule", 1.5 if base else 1)
        wide = text_width(word, layout.detail)
        left = min(max(x - wide / 2, 0), layout.width - wide)
        last_left = min(scale.at(ticks[-1]) - reserved / 2, layout.width - reserved)
        if left > right + 6 and (value == ticks[-1] or left + wide < last_left - 6):
            canvas.text(left, bottom + layout.detail + 4, word, layout.detail, fill="muted")
            right = left + wide


def level_axis(canvas: Canvas, scale: Scale, unit: str, left: float, right: float, count: int = 4) -> None:
    """Level lines at round numbers, their words left of the plot; one too long for the margin stands on its line."""
    layout, ticks = canvas.layout, scale.ticks(count)
    for value, said in zip(ticks, tick_words(ticks, unit, scale.log, canvas.drawing.locale), strict=True):
        y = scale.at(value)
        base = value == 0 and not scale.log
        canvas.rule(left, y, right, y, "context" if base else "rule", 1.5 if base else 1)
        if left - 8 - text_width(said, layout.detail) < -0.5:
            canvas.text(0, y - 5, said, layout.detail, fill="muted", halo="paper")
        else:
            canvas.text(left - 8, y + 4.5, said, layout.detail, fill="muted", anchor="end")


def level_margin(canvas: Canvas, scale: Scale, unit: str, count: int = 4) -> float:
    """The room that a level axis needs at the left; the top word, which carries the unit, may stand on its line."""
    said = tick_words(scale.ticks(count), unit, scale.log, canvas.drawing.locale)
    widths = [text_width(word, canvas.layout.detail) for word in said]
    most = max(widths[:-1] or widths)
    return (widths[-1] if most < widths[-1] < most + 12 else most) + 8


def time_ticks(scale: Scale, room: float, locale: Locale) -> list[tuple[float, str]]:
    """Years, or months where the whole span is short, at least `room` pixels apart."""
    span = scale.high - scale.low
    a_year = (scale.end - scale.start) / span
    if span > 2.2:
        step = max(1, math.ceil(room / a_year))
        first = math.ceil(scale.low - 1e-6)
        return [(year, str(year)) for year in range(first, math.floor(scale.high) + 1) if (year - first) % step == 0]
    months = next((step for step in (1, 2, 3, 6, 12) if a_year / 12 * step >= room * 1.5), 12)
    ticks: list[tuple[float, str]] = []
    for month in range(math.ceil(scale.low * 12 - 1e-6), math.floor(scale.high * 12 + 1e-6) + 1):
        if month % months == 0:
            year, of_year = divmod(month, 12)
            name = locale.short_months[of_year]
            ticks.append((month / 12, f"{name} {year}" if not ticks or of_year == 0 else name))
    return ticks


def foot_axis(
    canvas: Canvas, scale: Scale, y: float, dated: bool, until: float = math.inf, unit: str = "count"
) -> None:
    """Short strokes under the plot with years, months or round numbers below them, up to the last value."""
    layout, locale, right = canvas.layout, canvas.drawing.locale, -1e9
    ticks = scale.ticks(6 if layout.wide else 5)
    numbers = list(zip(ticks, tick_words(ticks, unit, scale.log, locale), strict=True))
    pairs = time_ticks(scale, 46, locale) if dated else numbers
    for value, said in pairs:
        if value > until + 1e-6:
            break
        x, wide = scale.at(value), text_width(said, layout.detail)
        left = min(max(x - wide / 2, 0), layout.width - wide)
        if left > right + 7:
            canvas.rule(x, y + 1, x, y + 5, "context", 1, level=GRID)
            canvas.text(left, y + 7 + layout.detail, said, layout.detail, fill="muted")
            right = left + wide


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Positions near the wanted ones, at least `gap` apart, in the same order, inside the bounds if they fit."""
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    groups: list[list[float]] = []  # [centre of the group's wish, members]
    for place in order:
        groups.append([wanted[place], 1])
        while len(groups) > 1 and groups[-2][0] + (groups[-2][1] + groups[-1][1]) / 2 * gap > groups[-1][0]:
            centre, count = groups.pop()
            before, members = groups[-1]
            groups[-1] = [(before * members + centre * count) / (members + count), members + count]
    places: list[float] = []
    for centre, count in groups:
        centre = min(max(centre, low + (count - 1) / 2 * gap), high - (count - 1) / 2 * gap)
        places += [centre + (step - (count - 1) / 2) * gap for step in range(int(count))]
    for step in range(1, len(places)):  # clamping may have pushed groups into one another
        places[step] = max(places[step], places[step - 1] + gap)
    result = [0.0] * len(wanted)
    for place, position in zip(order, places, strict=True):
        result[place] = position
    return result
