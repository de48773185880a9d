"""The fonts of pages and charts: their files, their style rules, and the width of words set in them."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent / "fonts"
WEIGHTS = (400, 600)
SERIF_FAMILY, SANS_FAMILY = "Desk Serif", "Desk Sans"  # as fonts/make_fonts.py and the style sheets name them
FAMILIES = {SERIF_FAMILY: "serif", SANS_FAMILY: "sans-serif"}
FACES = tuple((family, weight) for family in FAMILIES for weight in WEIGHTS)
SANS = f"'{SANS_FAMILY}', sans-serif"

# the units of the type size in fonts inside pages and drawings, a quarter of the TTFs': in a headline of 37 pixels a
# coordinate is off by less than a tenth of a pixel, in text by less than a twentieth
UNITS = 250
PAIRS = 2  # the type of a GPOS table with the kerning of pairs
ASCENT, DESCENT = 0.72, 0.22  # of the type size: what a line of Desk Sans takes above and below its baseline


@lru_cache
def font_faces(faces: tuple[tuple[str, int], ...] = FACES) -> str:
    """The @font-face rules of fonts by family and weight, each font with all its letters inside."""
    return "".join(font_face(*face, font_file(*face, "woff2").read_bytes()) for face in faces)


def cut_font_faces(texts: frozenset[str]) -> str:
    """The @font-face rules of all fonts, each cut down to these texts, with its ligatures."""
    return "".join(font_face(*face, cut_font(*face, texts, ligatures=True)) for face in FACES)


def cut_for(pairs: frozenset[str]) -> frozenset[str]:
    """What fonts cut down to these pairs of letters depend on: each letter, and the pairs that one has kerning of."""
    kerned = {pair for names, kerning in kerned_glyphs() for pair in pairs if tuple(map(names.get, pair)) in kerning}
    return frozenset({*"".join(pairs), *kerned})


@cache
def kerned_glyphs() -> tuple[tuple[dict[str, str], frozenset[tuple[str, str]]], ...]:
    """Of each font of pages the glyphs by character, and the pairs of glyphs that it has kerning of."""
    from fontTools.ttLib import TTFont

    found = []
    for face in FACES:
        with TTFont(font_file(*face, "woff2"), lazy=True) as font:
            names = {chr(code): name for code, name in (font.getBestCmap() or {}).items()}
            found.append((names, frozenset(pair for table in font["kern"].kernTables for pair in table.kernTable)))
    return tuple(found)


def font_face(family: str, weight: int, font: bytes) -> str:
    """The @font-face rule of one WOFF2, the font inside it."""
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-display:block;'
        f"src:url(data:font/woff2;base64,{base64.b64encode(font).decode()}) format('woff2')}}"
    )


@lru_cache(maxsize=256)
def cut_font(family: str, weight: int, texts: frozenset[str], ligatures: bool = False) -> bytes:
    """The font for these texts alone, as WOFF2: their glyphs, and the kerning of the pairs that stand in them."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(layout_features=["liga"], legacy_kern=True, notdef_outline=True, name_IDs=[0])
    options.drop_tables += [] if ligatures else ["GSUB"]
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(texts))
    with (
        TTFont(io.BytesIO(font_of_pages(family, weight)), recalcTimestamp=False, recalcBBoxes=False) as font,
        io.BytesIO() as made,
    ):
        cutter.subset(font)
        names = font.getBestCmap() or {}
        pairs = {(names.get(one), names.get(other)) for text in texts for one, other in pairwise(map(ord, text))}
        for table in font["kern"].kernTables if "kern" in font else ():
            table.kernTable = {pair: value for pair, value in table.kernTable.items() if value and pair in pairs}
        font.flavor = "woff2"
        font.save(made)
        return made.getvalue()


@cache
def font_of_pages(family: str, weight: int) -> bytes:
    """The font that pages embed, unpacked: WOFF2 takes longer to read than the TTF that this returns."""
    from fontTools.ttLib import TTFont

    with (
        TTFont(font_file(family, weight, "woff2"), recalcTimestamp=False, recalcBBoxes=False) as font,
        io.BytesIO() as made,
    ):
        font.flavor = None
        font.save(made)
        return made.getvalue()


def font_file(family: str, weight: int, kind: str) -> Path:
    """The file of a font: the "ttf" to draw charts and measure words with, or the "woff2" of pages, in UNITS."""
    return FONTS / f"{family.replace(' ', '')}-{weight}.{kind}"


@dataclass(frozen=True)
class Metrics:
    """The widths of characters by code point, and kerning by pair of code points, in parts of the type size."""

    advances: dict[int, float]
    kerning: dict[tuple[int, int], float]


@lru_cache(maxsize=4)
def metrics(weight: int = 400) -> Metrics:
    """The widths and the kerning of the characters of Desk Sans, for `text_width`."""
    from fontTools.ttLib import TTFont

    with TTFont(font_file(SANS_FAMILY, weight, "ttf")) as font:
        codes, size, widths = font.getBestCmap(), font["head"].unitsPerEm, font["hmtx"]
        kern = {name: code for code, name in codes.items()}
        pairs = {
            (kern[first], kern[second]): value / size
            for (first, second), value in kerning_of(font).items()
            # browsers leave out kerning at spaces in some texts: there only what widens a line counts
            if first in kern and second in kern and (value > 0 or "space" not in (first, second))
        }
        return Metrics({code: widths[name][0] / size for code, name in codes.items()}, pairs)


def kerning_of(font: TTFont) -> dict[tuple[str, str], int]:
    """The kerning of a font by pair of glyph names, in the font's units; the first table with a pair counts."""
    pairs: dict[tuple[str, str], int] = {}
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for table in (getattr(each, "ExtSubTable", each) for each in lookup.SubTable):
            if table.LookupType != PAIRS:
                continue
            for first, second, value in (listed_pairs if table.Format == 1 else class_pairs)(table):
                pairs.setdefault((first, second), value)
    return {pair: value for pair, value in pairs.items() if value}


def listed_pairs(table: Any) -> Iterator[tuple[str, str, int]]:
    """(first glyph, second glyph, change of width) of a GPOS table of single pairs."""
    for first, listed in zip(table.Coverage.glyphs, table.PairSet, strict=True):
        for record in listed.PairValueRecord:
            yield first, record.SecondGlyph, record.Value1.XAdvance if record.Value1 else 0


def class_pairs(table: Any) -> Iterator[tuple[str, str, int]]:
    """(first glyph, second glyph, change of width) of a GPOS table of classes of glyphs."""
    seconds = table.ClassDef2.classDefs
    for first in table.Coverage.glyphs:
        row = table.Class1Record[table.ClassDef1.classDefs.get(first, 0)].Class2Record
        for second, number in seconds.items():
            value = row[number].Value1
            yield first, second, getattr(value, "XAdvance", 0) if value else 0


def text_width(text: str, size: float, weight: int = 400) -> float:
    """The width of a line of chart text in pixels; a character that the font lacks is as wide as the type size."""
    return size * _ems(text, weight)


@lru_cache(maxsize=100_000)  # lines are broken at many widths, and the same beginnings are measured each time
def _ems(text: str, weight: int) -> float:
    """The width of a text in parts of its type size."""
    font, codes = metrics(weight), [ord(sign) for sign in text]
    width = sum(font.advances.get(code, 1.0) for code in codes)
    return width + sum(font.kerning.get(pair, 0.0) for pair in pairwise(codes))


def wrapped(text: str, width: float, size: float, weight: int = 400) -> list[str]:
    """The text in lines no wider than `width`, broken at spaces; one long word stays whole."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and text_width(f"{lines[-1]} {word}", size, weight) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def balanced(text: str, width: float, size: float, weight: int = 400) -> list[str]:
    """The text in as few lines as `wrapped` needs, with lines as even as they can be."""
    lines = wrapped(text, width, size, weight)
    low, high = 0.0, width
    while high - low > 1:
        middle = (low + high) / 2
        if len(wrapped(text, middle, size, weight)) > len(lines):
            low = middle
        else:
            high = middle
    tried = wrapped(text, high, size, weight)
    fits = all(text_width(line, size, weight) <= width for line in tried)
    return tried if fits and len(tried) == len(lines) else lines
