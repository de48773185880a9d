"""What the example charts are made with: cells, drawings, the colours of this project."""

from __future__ import annotations

import re
from pathlib import Path

from toolkit.charts import Cell, Drawing, read_palette
from toolkit.core.project import find_project

PALETTE = read_palette(find_project(Path(__file__)))  # with the colours of companies that this project gives them


def cell(low: float, text: str, high: float | None = None, kind: str = "reported") -> Cell:
    """A cell as a table gives it: its form and its digits follow from how it is written."""
    signs = {"$": "money", "%": "percent", "×": "times", " point": "points"}
    form = next((form for sign, form in signs.items() if sign in text), "quantity")
    digits = tuple(re.findall(r"[\d][\d.,]*", text)) or (text,)
    scaled = re.search(r"\d(?:bn|tn|m|T)", text) is not None
    currency = "dollar" if form == "money" else ""
    return Cell(low, low if high is None else high, text, kind, form, digits, scaled, currency)


def drawing(form: str, rows: list[dict], kind: str = "reported", **encodings) -> Drawing:
    return Drawing(
        id=f"sample-{form.replace('_', '-')}",
        form=form,
        rows=tuple(rows),
        encodings=encodings,
        kind=kind,
        title="A sample of the form, with a title long enough to be broken into two even lines",
        subtitle="What is measured, where and when, in which unit",
        source="a sample, 1 January 2026",
        notes="",
        alt="A sample chart that a test draws, with a handful of rows.",
        palette=PALETTE,
    )


def same(*names: str, **more: str) -> dict[str, str]:
    return {name: name for name in names} | more
