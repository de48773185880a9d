"""Make Desk Serif and Desk Sans from Source Serif 4 and Source Sans 3. Run once, by hand; see README.md beside it.

    python make_fonts.py SERIF_PACKAGE SANS_PACKAGE

The two folders are the unpacked npm packages @fontsource/source-serif-4 and @fontsource/source-sans-3.
Needs fontTools and, for WOFF2, brotli. The result holds only what these pages set in type: a TTF to draw charts and
measure words with, and a WOFF2 of fewer bytes for pages, which most pages cut down to their own letters.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from fontTools import subset
from fontTools.misc.transform import Transform
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.scaleUpem import scale_upem
from fontTools.ttLib.tables._g_l_y_f import Glyph
from fontTools.ttLib.tables._k_e_r_n import KernTable_format_0

from toolkit.charts.typography import UNITS, kerning_of

HERE = Path(__file__).parent
# each family of the house, the beginning of the names of the files that it is made of, and whose these are
MADE_OF = {
    "Desk Serif": ("source-serif-4", "2014 - 2023 Adobe, Source Serif 4"),
    "Desk Sans": ("source-sans-3", "2010 - 2024 Adobe, Source Sans 3"),
}
ASCII = "".join(map(chr, range(0x20, 0x7F)))
LETTERS = "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßÀÁÂÄÅÆÇÈÉÊËÍÎÑÓÔÖØÚÜ"
MARKS = "£€§°±·×÷½«»–—‘’“”•…−\u00a0\u2009"
ALIASES = {0x202F: "\u2009", 0x2011: "-"}  # narrow no-break space, no-break hyphen
KEPT_KERN = 10  # pairs moved less than this many thousandths of an em are left alone


def main(serif: str, sans: str) -> None:
    for (family, (stem, _)), package in zip(MADE_OF.items(), (serif, sans), strict=True):
        for weight in (400, 600):
            font = TTFont(Path(package) / "files" / f"{stem}-latin-{weight}-normal.woff")
            make(font, family, weight)
            name = f"{family.replace(' ', '')}-{weight}"
            font.flavor = None
            font.save(HERE / f"{name}.ttf")
            save_for_pages(name)


def save_for_pages(name: str) -> None:
    """Writes the font that pages embed, from its TTF: in UNITS, with kerning by pair, so that it can be cut by pair."""
    with TTFont(HERE / f"{name}.ttf", recalcTimestamp=False) as font:
        kerning = KernTable_format_0()
        kerning.coverage = 1  # across
        kerning.kernTable = kerning_of(font)
        del font["GPOS"]
        font["kern"] = newTable("kern")
        font["kern"].version, font["kern"].kernTables = 0, [kerning]
        font["name"].names = [entry for entry in font["name"].names if entry.nameID == 0]  # the copyright
        scale_upem(font, UNITS)
        font.flavor = "woff2"
        font.save(HERE / f"{name}.woff2")


def make(font: TTFont, family: str, weight: int) -> None:
    """Cuts a font down to the desk's characters, under a name of its own."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = ["kern", "liga", "lnum", "tnum"]
    options.notdef_outline = True
    options.name_IDs = []
    options.drop_tables += ["BASE", "GDEF", "STAT", "gasp"]
    chosen = subset.Subsetter(options)
    chosen.populate(text=ASCII + LETTERS + MARKS)
    chosen.subset(font)
    thin_kerning(font)
    add_signs(font)
    rename(font, family, weight)
    font["head"].modified = font["head"].created  # the same bytes on every run
    font.recalcTimestamp = False


def thin_kerning(font: TTFont) -> None:
    """Keep kerning between the letters, figures and marks of English; accented letters go without."""
    kept = {font.getBestCmap()[ord(c)] for c in ASCII + "–—‘’“”…×"}
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            table = getattr(table, "ExtSubTable", table)
            if getattr(table, "Format", 0) == 1 and hasattr(table, "PairSet"):
                for pairs in table.PairSet:
                    pairs.PairValueRecord = [r for r in pairs.PairValueRecord if r.SecondGlyph in kept]
                    pairs.PairValueCount = len(pairs.PairValueRecord)
            elif hasattr(table, "ClassDef2"):
                table.ClassDef1.classDefs = {g: c for g, c in table.ClassDef1.classDefs.items() if g in kept}
                table.ClassDef2.classDefs = {g: c for g, c in table.ClassDef2.classDefs.items() if g in kept}
                table.Coverage.glyphs = [g for g in table.Coverage.glyphs if g in kept]
                for first in table.Class1Record:
                    for second in first.Class2Record:
                        if second.Value1 is not None and abs(second.Value1.XAdvance or 0) < KEPT_KERN:
                            second.Value1.XAdvance = 0


def add_signs(font: TTFont) -> None:
    """≤ ≥ ≈ → ✓, which the Latin files lack, from the font's own strokes."""
    names = font.getBestCmap()
    glyphs, widths = font["glyf"], font["hmtx"]
    bar = _box(font, names[0x2212])
    thick = bar[3] - bar[1]
    lower = -(bar[1] + bar[3]) / 2 + 40
    parts: dict[str, list[tuple[str, float]]] = {  # signs, and how far each is raised
        "lessequal": [("<", 90), ("\u2212", lower)],
        "greaterequal": [(">", 90), ("\u2212", lower)],
        "approxequal": [("~", 95), ("~", -95)],
    }
    made = {}
    for name, pieces in parts.items():
        pen = TTGlyphPen(None)
        for sign, raised in pieces:
            record = DecomposingRecordingPen(font.getGlyphSet())
            font.getGlyphSet()[names[ord(sign)]].draw(record)
            record.replay(TransformPen(pen, Transform(1, 0, 0, 1, 0, raised)))
        made[name] = (pen.glyph(), widths[names[ord(pieces[0][0])]][0])
    middle, half = (bar[1] + bar[3]) / 2, thick / 2
    arrow = [(60, middle - half), (560, middle - half), (560, middle + half), (60, middle + half)]
    head = [
        (400, middle + 190),
        (590, middle),
        (400, middle - 190),
        (400 - thick, middle - 190 + thick * 0.4),
        (590 - thick * 1.6, middle),
        (400 - thick, middle + 190 - thick * 0.4),
    ]
    made["arrowright"] = (_outline(arrow, head), 660)
    tick = [
        (70, 260),
        (70 + thick, 260 + thick * 0.9),
        (220, 140 + thick * 0.9),
        (500, 520 + thick * 0.2),
        (500 + thick, 520 - thick * 0.5),
        (225, 140 - thick * 0.8),
    ]
    made["checkmark"] = (_outline(tick), 640)
    codes = {
        "lessequal": 0x2264,
        "greaterequal": 0x2265,
        "approxequal": 0x2248,
        "arrowright": 0x2192,
        "checkmark": 0x2713,
    }
    font.setGlyphOrder([*font.getGlyphOrder(), *made])
    for name, (glyph, width) in made.items():
        glyphs[name] = glyph
        glyph.recalcBounds(glyphs)
        widths[name] = (width, glyph.xMin)
        add_code(font, codes[name], name)
    for code, sign in ALIASES.items():
        add_code(font, code, names[ord(sign)])


def _box(font: TTFont, name: str) -> tuple[int, int, int, int]:
    """The box of a glyph."""
    glyph = font["glyf"][name]
    return glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax


def _outline(*contours: Sequence[tuple[float, float]]) -> Glyph:
    """A glyph from closed contours."""
    pen = TTGlyphPen(None)
    for points in contours:
        area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, [*points[1:], points[0]], strict=True))
        turned = points if area < 0 else points[::-1]  # one direction, so that overlaps stay filled
        pen.moveTo(tuple(map(round, turned[0])))
        for point in turned[1:]:
            pen.lineTo(tuple(map(round, point)))
        pen.closePath()
    return pen.glyph()


def add_code(font: TTFont, code: int, name: str) -> None:
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[code] = name


def rename(font: TTFont, family: str, weight: int) -> None:
    """The OFL reserves the name 'Source' for the unmodified fonts."""
    style = {400: "Regular", 600: "Semibold"}[weight]
    file = f"{family.replace(' ', '')}-{style}"
    names = font["name"]
    _, origin = MADE_OF[family]
    texts = {
        0: f"© {origin}, with Reserved Font Name 'Source'. Subset and renamed.",
        1: family if weight == 400 else f"{family} {style}",
        2: "Regular",
        3: file,
        4: f"{family} {style}",
        6: file,
        13: "SIL Open Font License, Version 1.1",
        14: "https://openfontlicense.org",
        16: family,
        17: style,
    }
    names.names = []
    for number, text in texts.items():
        names.setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight


if __name__ == "__main__":
    main(*sys.argv[1:3])
