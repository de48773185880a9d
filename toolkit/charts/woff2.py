"""A WOFF2 of some letters, put together of the pieces in which another keeps its glyphs.

WOFF2 (https://www.w3.org/TR/WOFF2/) has of all glyphs first the numbers of contours, then the numbers of points, and so
on: a stream for each. So the pieces of some glyphs, stream after stream, are a font of these, and no outline is read.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import brotli

Pair = tuple[int, int]
TAGS = ("cmap", "head", "hhea", "hmtx", "maxp", "name", "OS/2", "post")  # by the number that WOFF2 has for each
NUMBERS = {**{tag: number for number, tag in enumerate(TAGS)}, "glyf": 10, "loca": 11, "kern": 19, "GSUB": 28}
OTHER_FORM = {"glyf": 0, "loca": 0, "hmtx": 1 << 6}  # tables that are not as they are unpacked, and the mark of that
QUALITY = 10  # of Brotli: 11 takes half as long again, for a font of a hundredth fewer bytes, or of as many
WORDS, SCALE, MORE, TWO_SCALES, MATRIX = 0x01, 0x08, 0x20, 0x40, 0x80  # marks of a part of a composite glyph


@dataclass(frozen=True)
class Glyph:
    """A glyph's advance, its piece of each stream, and the glyphs that it is made of, with their places in the fifth.

    `size` is the most bytes that it takes once it is unpacked.
    """

    advance: int
    pieces: tuple[bytes, ...]
    parts: tuple[Pair, ...]
    size: int


@dataclass(frozen=True)
class Font:
    """A font: its glyphs, and what it has by their numbers. `ligatures` has what stands for several glyphs in a row."""

    glyphs: tuple[Glyph, ...]
    characters: Mapping[int, int]
    kerning: Mapping[Pair, int]
    ligatures: Mapping[tuple[int, ...], int]
    tables: Mapping[str, bytes]


def read(path: Path) -> Font:
    """One of our fonts for pages: without instructions, and with kerning in one table."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        number = font.getGlyphID
        widths = struct.unpack(f">{len(font.reader['hmtx']) // 2}H", font.reader["hmtx"])[::2]
        kerning = font["kern"].kernTables[0].kernTable.items()
        substitutes = [table for lookup in font["GSUB"].table.LookupList.Lookup for table in lookup.SubTable]
        return Font(
            tuple(_glyphs(font.reader.tables["glyf"].loadData(font.reader.transformBuffer), widths)),
            {code: number(name) for code, name in font.getBestCmap().items()},
            {(number(one), number(other)): value for (one, other), value in kerning if value},
            {
                tuple(map(number, (first, *made.Component))): number(made.LigGlyph)
                for table in substitutes
                for first, all_made in table.ligatures.items()
                for made in all_made
            },
            {tag: font.reader[tag] for tag in ("head", "hhea", "maxp", "name", "OS/2", "post")},
        )


def cut(font: Font, codes: Collection[int], pairs: Collection[Pair], ligatures: bool) -> bytes:
    """The font of these characters, as WOFF2, with the kerning of these pairs, and with `ligatures` or without.

    What the font lacks is left out. The same characters and pairs give the same bytes.
    """
    characters = {code: font.characters[code] for code in sorted(codes) if code in font.characters}
    kept = {0, *characters.values()}
    joined = {row: made for row, made in font.ligatures.items() if ligatures and kept.issuperset(row)}
    kept |= {*joined.values()}
    while more := {part for glyph in kept for _, part in font.glyphs[glyph].parts} - kept:
        kept |= more
    new = {old: number for number, old in enumerate(sorted(kept))}
    kerned = {(font.characters.get(one, -1), font.characters.get(other, -1)) for one, other in pairs}
    kerning = {(new[one], new[other]): font.kerning[one, other] for one, other in kerned & font.kerning.keys()}
    glyphs, count = [font.glyphs[old] for old in new], struct.pack(">H", len(new))
    advances = [glyph.advance for glyph in glyphs]
    while advances[-2:-1] == advances[-1:]:  # the last of a list of advances is that of all glyphs after it
        advances.pop()
    tables = {
        "GSUB": _ligatures({tuple(new[one] for one in row): new[made] for row, made in joined.items()})
        if joined
        else b"",
        "OS/2": font.tables["OS/2"],
        "cmap": _character_map({code: new[glyph] for code, glyph in characters.items()}),
        "glyf": _outlines(glyphs, new),
        "head": font.tables["head"][:8] + bytes(4) + font.tables["head"][12:],  # who unpacks it has the checksum
        "hhea": font.tables["hhea"][:-2] + struct.pack(">H", len(advances)),
        "hmtx": struct.pack(
            f">B{len(advances)}H", 3, *advances
        ),  # a glyph's outline begins where it does, so that it is not said again
        "kern": _kerning(kerning) if kerning else b"",
        "loca": b"",
        "maxp": font.tables["maxp"][:4] + count + font.tables["maxp"][6:],
        "name": font.tables["name"],
        "post": font.tables["post"],
    }
    sizes = {
        "glyf": sum(glyph.size for glyph in glyphs),
        "hmtx": 2 * len(advances) + 2 * len(glyphs),
        "loca": 2 * len(glyphs) + 2,
    }
    return _packed({tag: table for tag, table in tables.items() if table or tag == "loca"}, sizes)


def _glyphs(table: bytes, advances: tuple[int, ...]) -> Iterator[Glyph]:
    """The glyphs of a packed table of outlines."""
    count, *sizes = struct.unpack_from(">4xH2x7I", table)
    unread = io.BytesIO(table[36:])
    contours, points, flags, outlines, composites, boxes = (io.BytesIO(unread.read(size)) for size in sizes[:6])
    with_box = boxes.read((count + 31) // 32 * 4)
    for number, advance in zip(range(count), advances, strict=True):
        begun = contours.read(2)
        ends = int.from_bytes(begun, "big", signed=True)
        of_points, marks, outline, composite = b"", b"", b"", b""
        parts: tuple[Pair, ...] = ()
        if ends < 0:
            composite, parts = _composite(composites)
        elif ends:
            read_numbers = [_number(points) for _ in range(ends)]
            of_points = b"".join(written for written, _ in read_numbers)
            marks = flags.read(sum(value for _, value in read_numbers))
            outline = outlines.read(sum(map(_bytes_of_point, marks))) + _number(outlines)[0]
        box = boxes.read(8) if with_box[number // 8] & 0x80 >> number % 8 else b""
        size = 12 + 2 * ends + 5 * len(marks) if ends > 0 else 10 + len(composite) if composite else 0
        yield Glyph(advance, (begun, of_points, marks, outline, composite, box), parts, (size + 3) // 4 * 4)


def _number(stream: io.BytesIO) -> tuple[bytes, int]:
    """The next number as it is written, in one to three bytes, and its value."""
    first = stream.read(1)
    if first[0] < 253:
        return first, first[0]
    rest = stream.read(2 if first[0] == 253 else 1)
    return first + rest, int.from_bytes(rest, "big") + {253: 0, 254: 506, 255: 253}[first[0]]


def _bytes_of_point(mark: int) -> int:
    """How many bytes a point with this mark has in the stream of outlines."""
    kind = mark & 0x7F
    return 1 if kind < 84 else 2 if kind < 120 else 3 if kind < 124 else 4


def _composite(stream: io.BytesIO) -> tuple[bytes, tuple[Pair, ...]]:
    """The next composite glyph as it is written, and its parts: where each is named, and its number."""
    written, parts, more = b"", [], MORE
    while more:
        head = stream.read(4)
        marks, glyph = struct.unpack(">HH", head)
        parts.append((len(written) + 2, glyph))
        more = marks & MORE
        scales = 2 if marks & SCALE else 4 if marks & TWO_SCALES else 8 if marks & MATRIX else 0
        written += head + stream.read((4 if marks & WORDS else 2) + scales)
    return written, tuple(parts)


def _outlines(glyphs: list[Glyph], new: Mapping[int, int]) -> bytes:
    """The packed table of outlines of glyphs, whose parts have `new` numbers."""
    with_box = bytearray((len(glyphs) + 31) // 32 * 4)
    streams: list[list[bytes | bytearray]] = [[], [], [], [], [], [with_box]]
    for number, glyph in enumerate(glyphs):
        for stream, piece in zip(streams, glyph.pieces, strict=True):
            stream.append(piece)
        if glyph.parts:
            composite = bytearray(glyph.pieces[4])
            for place, part in glyph.parts:
                composite[place : place + 2] = struct.pack(">H", new[part])
            streams[4][-1] = composite
        if glyph.pieces[5]:
            with_box[number // 8] |= 0x80 >> number % 8
    joined = [b"".join(stream) for stream in streams]
    return struct.pack(">4H7I", 0, 0, len(glyphs), 0, *map(len, joined), 0) + b"".join(joined)


def _character_map(glyphs: Mapping[int, int]) -> bytes:
    """The table of glyphs by character: runs of characters whose glyphs follow each other too."""
    placed = enumerate(glyphs.items())
    runs = [[pair for _, pair in run] for _, run in groupby(placed, lambda at: (at[1][0] - at[0], at[1][1] - at[0]))]
    ends, starts = [run[-1][0] for run in runs] + [0xFFFF], [run[0][0] for run in runs] + [0xFFFF]
    moved = [(run[0][1] - run[0][0]) % 0x10000 for run in runs] + [1]
    rows = [_searched(len(ends), 2), ends, [0], starts, moved, [0] * len(ends)]
    body = b"".join(struct.pack(f">{len(row)}H", *row) for row in ([2 * len(ends)], *rows))
    return struct.pack(">4HI3H", 0, 1, 3, 1, 12, 4, len(body) + 6, 0) + body


def _kerning(kerning: Mapping[Pair, int]) -> bytes:
    """The table of kerning by pair of glyphs."""
    rows = b"".join(struct.pack(">HHh", *pair, value) for pair, value in sorted(kerning.items()))
    return struct.pack(">5H4H", 0, 1, 0, 14 + len(rows), 1, len(kerning), *_searched(len(kerning), 6)) + rows


def _searched(count: int, size: int) -> list[int]:
    """What fonts say of a list of `count` entries of `size` bytes, for who looks for one by halves."""
    halvings = count.bit_length() - 1
    return [size << halvings, halvings, size * count - (size << halvings)]


def _ligatures(ligatures: Mapping[tuple[int, ...], int]) -> bytes:
    """The table that has a glyph set in place of several, in any script."""
    sets = []
    for _, rows in groupby(sorted(ligatures, key=lambda row: (row[0], -len(row), row)), lambda row: row[0]):
        made = [struct.pack(f">{len(row) + 1}H", ligatures[row], len(row), *row[1:]) for row in rows]
        sets.append(_after_places(made))
    firsts = sorted({row[0] for row in ligatures})
    covered = struct.pack(f">{len(firsts) + 2}H", 1, len(firsts), *firsts)
    scripts = struct.pack(">H4s7H", 1, b"DFLT", 8, 4, 0, 0, 0xFFFF, 1, 0)
    features = struct.pack(">H4s4H", 1, b"liga", 8, 0, 1, 0)
    lookup = struct.pack(">6H", 1, 4, 4, 0, 1, 8)
    listed = _after_places(sets, 4 + len(covered))
    table = (
        struct.pack(">HH", 1, 6 + 2 * len(sets)) + listed[: 2 + 2 * len(sets)] + covered + listed[2 + 2 * len(sets) :]
    )
    head = struct.pack(">5H", 1, 0, 10, 10 + len(scripts), 10 + len(scripts) + len(features))
    return head + scripts + features + lookup + table


def _after_places(parts: list[bytes], before: int = 0) -> bytes:
    """How many parts there are, where each begins if so many bytes are put `before` the first, and the parts."""
    places, at = [], 2 + 2 * len(parts) + before
    for part in parts:
        places.append(at)
        at += len(part)
    return struct.pack(f">{len(parts) + 1}H", len(parts), *places) + b"".join(parts)


def _packed(tables: Mapping[str, bytes], sizes: Mapping[str, int]) -> bytes:
    """The WOFF2 of tables, `sizes` being those of the unpacked ones where they are others."""
    listed = b""
    for tag, table in tables.items():
        listed += bytes([NUMBERS[tag] | OTHER_FORM.get(tag, 0)]) + _base_128(sizes.get(tag, len(table)))
        listed += _base_128(len(table)) if tag in OTHER_FORM else b""
    packed = brotli.compress(b"".join(tables.values()), mode=brotli.MODE_FONT, quality=QUALITY)
    unpacked = 12 + sum(16 + (sizes.get(tag, len(table)) + 3) // 4 * 4 for tag, table in tables.items())
    length = (48 + len(listed) + len(packed) + 3) // 4 * 4
    head = struct.pack(">4s2I2H2I2H20x", b"wOF2", 0x10000, length, len(tables), 0, unpacked, len(packed), 1, 0)
    return (head + listed + packed).ljust(length, b"\0")


def _base_128(number: int) -> bytes:
    """A number in as many bytes as it needs, each but the last marked."""
    written = [number & 0x7F]
    while number := number >> 7:
        written.append(number & 0x7F | 0x80)
    return bytes(written[::-1])
