"""A whole SVG around marks: named, for a file, or hidden from screen readers, for a page that says what it shows."""

from __future__ import annotations

from xml.sax.saxutils import escape

from toolkit.charts.svg_paths import coordinate
from toolkit.charts.typography import SANS

NAMESPACE = "http://www.w3.org/2000/svg"  # which HTML knows and a file names


def size(source: str) -> tuple[float, float]:
    """(width, height) in pixels of an SVG that `document` made."""
    _, _, width, height = (float(end) for end in source.partition('viewBox="')[2].partition('"')[0].split())
    return width, height


def svg_document(
    inner: str, prefix: str, width: float, height: float, title: str, alt: str, names: str, defs: str = ""
) -> str:
    """A whole SVG around the marks `inner`, with the classes `names`, and title and description for screen readers."""
    first = f'xmlns="{NAMESPACE}" class="{names}" role="img" aria-labelledby="{prefix}-title {prefix}-desc"'
    words = f'<title id="{prefix}-title">{escape(title)}</title><desc id="{prefix}-desc">{escape(alt)}</desc>'
    font = f' font-family="{SANS}" text-rendering="geometricPrecision"'  # letters as wide as they were measured
    return _document(words + _defined(defs) + inner, width, height, first, font)


def hidden(inner: str, width: float, height: float, names: str, defs: str = "") -> str:
    """A whole SVG inside HTML, in its fonts, that screen readers pass over: the page says beside it what it shows."""
    return _document(_defined(defs) + inner, width, height, f'class="{names}" aria-hidden="true"')


def _document(inner: str, width: float, height: float, first: str, font: str = "") -> str:
    across, down = coordinate(width), coordinate(height)
    return (
        f'<svg {first} width="{across}" height="{down}" viewBox="0 0 {across} {down}" fill="none"{font}>{inner}</svg>'
    )


def _defined(defs: str) -> str:
    return f"<defs>{defs}</defs>" if defs else ""
