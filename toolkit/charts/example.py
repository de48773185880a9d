"""What the examples of the forms are made with: small invented tables, drawn in the gallery and by the tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from toolkit.charts.drawing import Annotation, Cell, Drawing
from toolkit.core.unit import parse_unit, registry_of_text
from toolkit.core.wording import Style, wording_of

SOURCE = "an invented table"
NOTES = "The data are invented."
OUTLINES = {  # of the districts of an invented county
    "Aberley": "7 50.41, 7.23 50.43, 7.33 50.55, 6.95 50.6, 7 50.41",
    "Brockham": "7.23 50.43, 7.55 50.35, 7.6 50.56, 7.33 50.55, 7.23 50.43",
    "Castleton": "7.55 50.35, 7.89 50.43, 7.9 50.61, 7.6 50.56, 7.55 50.35",
    "Dunmore": "7.89 50.43, 8.28 50.45, 8.25 50.62, 7.9 50.61, 7.89 50.43",
    "Easton": "7.07 50.2, 7.24 50.18, 7.23 50.43, 7 50.41, 7.07 50.2",
    "Fairhaven": "7.24 50.18, 7.62 50.21, 7.55 50.35, 7.23 50.43, 7.24 50.18",
    "Gorley": "7.62 50.21, 7.82 50.2, 7.89 50.43, 7.55 50.35, 7.62 50.21",
    "Ilworth": "7.82 50.2, 8.19 50.18, 8.28 50.45, 7.89 50.43, 7.82 50.2",
    "Kelby": "6.99 50.01, 7.32 50.03, 7.24 50.18, 7.07 50.2, 6.99 50.01",
    "Lowick": "7.32 50.03, 7.68 50.05, 7.62 50.21, 7.24 50.18, 7.32 50.03",
    "Marden": "7.68 50.05, 7.85 49.97, 7.82 50.2, 7.62 50.21, 7.68 50.05",
    "Hexford": "7.85 49.97, 8.2 50.02, 8.19 50.18, 7.82 50.2, 7.85 49.97",
}
COUNTY = {name: f"POLYGON (({outline}))" for name, outline in OUTLINES.items()}
UNITS = "EUR = [currency] = _ = euro = euros"


def number(
    low: float,
    high: float | None = None,
    kind: str = "reported",
    unit: str = "1",
    form: str = "quantity",
) -> Cell:
    """A number as a table gives it, in euros ("EUR") or without a unit.

    Raises ToolkitError for a unit that examples do not have.
    """
    high = low if high is None else high
    made = wording_of(low, high, parse_unit(unit, registry_of_text(UNITS, "the examples")), Style(form))
    return Cell(
        float(low),
        float(high),
        made.short,
        kind,
        made.form,
        made.end_digits,
        bool(made.low.scale or made.high.scale),
        made.low.currency.name if made.low.currency else "",
    )


def euros(low: float, high: float | None = None) -> Cell:
    """An amount of money, or a range."""
    return number(low, high, unit="EUR")


def invented_chart(
    form: str,
    rows: Sequence[Mapping[str, str | Cell | None]],
    title: str,
    subtitle: str,
    alt: str,
    notes_at: Sequence[Annotation] = (),
    **encodings: Any,
) -> Drawing:
    """The example of a form: its table, what its chart says and shows, and the encodings as a notebook gives them."""
    cells = [value for row in rows for value in row.values() if isinstance(value, Cell)]
    kind = next((kind for kind in ("synthetic", "assumed") if any(one.kind == kind for one in cells)), "reported")
    return Drawing(
        id=form.replace("_", "-"),
        form=form,
        rows=tuple(rows),
        encodings=encodings,
        kind=kind,
        title=title,
        subtitle=subtitle,
        source=SOURCE,
        notes=NOTES,
        alt=alt,
        notes_at=tuple(notes_at),
    )


def simulated(drawing: Drawing) -> Drawing:
    """The same chart of simulated numbers."""
    rows = tuple(
        {name: replace(cell, kind="synthetic") if isinstance(cell, Cell) else cell for name, cell in row.items()}
        for row in drawing.rows
    )
    return replace(drawing, rows=rows, kind="synthetic")
