"""Bands of equal width along the bottom axis (as of Vega-Lite's band scale), one for each number, date or name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt

from toolkit.charts.altair_axes import labelled
from toolkit.charts.dates import ISO
from toolkit.charts.drawing import Cell
from toolkit.charts.plots import Plot
from toolkit.charts.typography import text_width
from toolkit.core.locales import Locale

MOST = 400  # bands of an axis, gaps included


def column_key(x: Cell | str) -> str:
    """The key of the band of a value."""
    return f"{x.low:.12g}" if isinstance(x, Cell) else x


def column_words(x: Cell | str) -> str:
    """The words of a value, as the table has them."""
    return x.text if isinstance(x, Cell) else x


def slots_of(values: Sequence[Cell | str], locale: Locale) -> dict[str, str]:
    """The label under each band from left to right, by its key: numbers and dates sorted, with those missing between.

    Numbers beside texts keep the order that they have, as names do."""
    labels = {column_key(x): column_words(x) for x in values}
    texts = [x for x in values if isinstance(x, str)]
    if len(texts) == len(values) and all(ISO.fullmatch(text) for text in texts):
        dates = with_missing(sorted(set(texts)))
        return dict(zip(dates, date_words(dates, locale), strict=True))
    if texts:
        return labels
    numbers = sorted({float(x.low) for x in values if isinstance(x, Cell)})
    if all(value.is_integer() for value in numbers) and numbers[-1] - numbers[0] < MOST:
        numbers = [float(value) for value in range(int(numbers[0]), int(numbers[-1]) + 1)]
    return {f"{value:.12g}": labels.get(f"{value:.12g}", f"{value:.12g}") for value in numbers}


def with_missing(dates: list[str]) -> list[str]:
    """Years or months in order, with those between that the table leaves out; dates with a day are not filled in."""
    if len({len(text) for text in dates}) > 1 or len(dates[0]) > len("2026-01"):
        return dates
    months = len(dates[0]) > len("2026")
    places = [int(text[:4]) * 12 + int(text[5:]) - 1 if months else int(text) for text in dates]
    steps = [later - place for place, later in zip(places, places[1:], strict=False)]
    step = min(steps, default=1)
    if any(one % step for one in steps) or (places[-1] - places[0]) / step > MOST:
        return dates
    every = range(places[0], places[-1] + 1, step)
    return [f"{place // 12}-{place % 12 + 1:02}" if months else str(place) for place in every]


def date_words(dates: list[str], locale: Locale) -> list[str]:
    """Labels for dates: month and day, with the year at the first and where it changes."""
    words, last_year = [], ""
    for date in dates:
        year, _, rest = date.partition("-")
        month, _, of_month = rest.partition("-")
        name = locale.short_months[int(month) - 1] if month else ""
        parts = [locale.day.format(day=int(of_month), month=name) if of_month else name] if month else []
        words.append(" ".join(parts + ([year] if year != last_year or not month else [])))
        last_year = year
    return words


def bottom_axis(slots: Mapping[str, str], plot: Plot, title: str) -> alt.Axis:
    """The labels of the first and the last band, and of those between that have room."""
    layout, names = plot.layout, list(slots.values())
    size, most, last = layout.detail, 8 if layout.wide else 5, len(names) - 1
    pitch = plot.x.end / len(slots)
    names[0] = f"{title} {names[0]}".strip()
    widest = max(text_width(name, size) for name in names) + 14
    step = next((s for s in (1, 2, 5, 10, 20, 50) if s * pitch >= widest and len(names) / s <= most), len(names))
    kept = [name if at in (0, last) or (at + 1) % step == 0 else "" for at, name in enumerate(names)]
    places = {key: (at + 0.5) * pitch for at, (key, name) in enumerate(zip(slots, kept, strict=True)) if name}
    return alt.Axis(**labelled(places, [*filter(None, kept)], size, plot.x.end), title=None)
