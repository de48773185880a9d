"""The PNGs of a chart, each made once for each drawing: one for download, and one for links where that is too tall."""

from __future__ import annotations

from toolkit.charts import cards, png, rendering
from toolkit.charts.drawing import Drawing
from toolkit.core.errors import ToolkitError

BYTES = 80_000  # the most that a PNG for download may have: the largest scale is taken that stays within
SCALES = (1.2, 1.0)  # pixels of a tall picture to one of its drawing


def picture(drawing: Drawing) -> bytes:
    """The PNG with title, chart and source: a card if the chart is legible on one, else as tall as it must be.

    Raises ToolkitError where it cannot be drawn, or would have too many bytes.
    """
    if "picture" not in drawing.cache:
        card = cards.legible_card(drawing)
        fits = card is not None and len(card) <= BYTES
        drawing.cache["picture"] = card if fits else _tall(drawing)
        drawing.cache["card"] = b"" if fits else cards.small_card(drawing)
    found: bytes = drawing.cache["picture"]
    return found


def picture_for_links(drawing: Drawing) -> bytes:
    """The card of a chart whose `picture` is none; empty where it is one. Raises ToolkitError as `picture` does."""
    picture(drawing)
    found: bytes = drawing.cache["card"]
    return found


def _tall(drawing: Drawing) -> bytes:
    for scale in SCALES:
        tall = png.png_of(rendering.framed(drawing, outlined=scale), scale)
        if len(tall) <= BYTES:
            return tall
    raise ToolkitError(
        drawing.where,
        f"a picture of {len(tall):,} bytes",
        allowed=f"{BYTES:,} bytes",
        remedy="show fewer marks",
    )
