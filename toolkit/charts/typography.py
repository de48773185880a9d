"""The fonts of pages and charts: their files, their style rules, and the width of words set in them."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent / "fonts"
WEIGHTS = (400, 600)
FAMILIES = {"Desk Serif": "serif", "Desk Sans": "sans-serif"}
FACES = tuple((family, weight) for family in FAMILIES for weight in WEIGHTS)
SANS = "'Desk Sans', sans-serif"  # quoted: an unquoted name with a digit makes vl-convert drop all text

# the parts of a font that pages embed, and their letters: those of English text, and the others, which few pages need
PARTS = {
    "basic": "".join(map(chr, range(0x20, 0x7F))) + "\u00a0°·×÷–—‘’“”…−→≈\u2009\u202f\u2011",
    "rarer": "£§«±»½ÀÁÂÄÅÆÇÈÉÊËÍÎÑÓÔÖØÚÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿ•€≤≥✓",
}
RARER = re.compile(f"[{PARTS['rarer']}]")

# the units of the type size in fonts inside pages and drawings, a quarter of the TTFs': in a headline of 37 pixels a
# coordinate is off by less than a tenth of a pixel, in text by less than a twentieth
UNITS = 250
ASCENT, DESCENT = 0.72, 0.22  # of the type size: what a line of Desk Sans takes above and below its baseline


@lru_cache
def font_faces(faces: tuple[tuple[str, int], ...] = FACES, rarer: bool = True) -> str:
    """The @font-face rules of fonts by family and weight, with the fonts inside, with rarer letters or without."""
    parts = {"basic": ""}
    if rarer:
        parts["rarer"] = ",".join(f"U+{ord(sign):X}" for sign in PARTS["rarer"])
    return "".join(
        font_face(family, weight, font_file(family, f"{weight}-{part}", "woff2").read_bytes(), letters)
        for family, weight in faces
        for part, letters in parts.items()
    )


def font_face(family: str, weight: int, font: bytes, letters: str = "") -> str:
    """The @font-face rule of one WOFF2, the font inside it, for these letters or all."""
    within = f";unicode-range:{letters}" if letters else ""
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-display:block;'
        f"src:url(data:font/woff2;base64,{base64.b64encode(font).decode()}) format('woff2'){within}}}\n"
    )


@lru_cache(maxsize=256)
def cut_font(family: str, weight: int, texts: frozenset[str]) -> bytes:
    """The font for these texts alone, as WOFF2: their glyphs, and the kerning of the pairs that stand in them."""
    from fontTools.ttLib import TTFont

    with (
        TTFont(io.BytesIO(lean_font(family, weight)), recalcTimestamp=False, recalcBBoxes=False) as font,
        io.BytesIO() as made,
    ):
        font_cutter("".join(texts)).subset(font)
        font["kern"] = kerning_table(family, weight, texts, font.getBestCmap(), font["head"].unitsPerEm)
        font.flavor = "woff2"
        font.save(made)
        return made.getvalue()


@lru_cache
def lean_font(family: str, weight: int) -> bytes:
    """The font without the tables that no chart uses, in UNITS; the first step of `cut_font`."""
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.scaleUpem import scale_upem

    with (
        TTFont(font_file(family, weight, "ttf"), recalcTimestamp=False, recalcBBoxes=False) as font,
        io.BytesIO() as made,
    ):
        font_cutter("".join(map(chr, font.getBestCmap()))).subset(font)
        scale_upem(font, UNITS)
        font.save(made)
        return made.getvalue()


def font_cutter(text: str) -> Any:
    """A fontTools subsetter that leaves in a font the glyphs of a text alone, without ligatures and kerning."""
    from fontTools import subset

    options = subset.Options(layout_features=[], notdef_outline=True, name_IDs=[0])
    options.drop_tables += ["GPOS", "GSUB"]
    cutter = subset.Subsetter(options)
    cutter.populate(text=text)
    return cutter


def kerning_table(family: str, weight: int, texts: Iterable[str], names: dict[int, str], size: int) -> Any:
    """A font's table of kerning for the pairs of characters in some texts.

    `names` has the glyph of each code point, `size` is the number of the font's units in the type size.
    """
    from fontTools.ttLib import newTable
    from fontTools.ttLib.tables._k_e_r_n import KernTable_format_0

    known = metrics(weight, family).kerning
    pairs = {pair for text in texts for pair in pairwise(map(ord, text)) if pair in known}
    table, kerning = newTable("kern"), KernTable_format_0()
    kerning.coverage = 1  # across
    kerning.kernTable = {(names[one], names[other]): round(known[one, other] * size) for one, other in sorted(pairs)}
    table.version, table.kernTables = 0, [kerning]
    return table


def font_file(family: str, weight: int | str, kind: str) -> Path:
    """The file of a font of a kind: "ttf", or "woff2" of a part, named after the weight ("400-basic")."""
    return FONTS / f"{family.replace(' ', '')}-{weight}.{kind}"


@lru_cache(maxsize=1)
def register_fonts() -> None:
    """Makes the fonts known to vl-convert, once in a process."""
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))


@dataclass(frozen=True)
class Metrics:
    """The widths of characters by code point, and kerning by pair of code points, in parts of the type size."""

    advances: dict[int, float]
    kerning: dict[tuple[int, int], float]


@lru_cache(maxsize=4)
def metrics(weight: int = 400, family: str = "Desk Sans") -> Metrics:
    """The widths and the kerning of a font's characters, for `text_width`."""
    from fontTools.ttLib import TTFont

    with TTFont(font_file(family, weight, "ttf")) as font:
        codes, size, widths = font.getBestCmap(), font["head"].unitsPerEm, font["hmtx"]
        kern = {name: code for code, name in codes.items()}
        pairs = {
            (kern[first], kern[second]): value / size
            for (first, second), value in kerning_of(font).items()
            if first in kern and second in kern
        }
        return Metrics({code: widths[name][0] / size for code, name in codes.items()}, pairs)


def kerning_of(font: TTFont) -> dict[tuple[str, str], int]:
    """The kerning of a font by pair of glyph names, in the font's units; the first table with a pair counts.

    Kerning with a space that narrows a line is left out.
    """
    pairs: dict[tuple[str, str], int] = {}
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for table in (getattr(each, "ExtSubTable", each) for each in lookup.SubTable):
            for first, second, value in (listed_pairs if table.Format == 1 else class_pairs)(table):
                pairs.setdefault((first, second), value)
    # browsers shape word by word and leave out kerning at spaces: only what widens a line counts there
    return {pair: value for pair, value in pairs.items() if value > 0 or (value and "space" not in pair)}


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
