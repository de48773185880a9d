"""Smaller PNGs: vl-convert writes four bytes a pixel; a chart has few colours, so that a palette of 256 is enough.

A colour here is one number with red in the lowest byte, then green and blue.
"""

from __future__ import annotations

import io
import re
import struct
import zlib

import deflate
import numpy as np
from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256
LEVEL = 9  # of libdeflate: 10 takes four times as long for 4% fewer bytes
NEAR = 50  # of 255: the change of brightness that nobody sees in a mixed pixel at the edge of a letter
HUE = 2  # a change of hue counts as so many times a change of brightness
# The colour of a surface is kept exactly: one with at least SURFACE pixels whose four neighbours have it too. That of a
# line, with a run of at least LINE pixels across or down, is kept or replaced by one that is LIKE it: thin lines that
# stand between two pixels have all shades.
LINE, SURFACE, LIKE = 48, 9, 20
NAMED = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})\b")


def png_of(svg: str, scale: float) -> bytes:
    """An SVG, whose colours are written #1b1b1a, as a PNG with so many pixels to one of it."""
    import vl_convert

    named = frozenset(int(blue + green + red, 16) for red, green, blue in NAMED.findall(svg))
    return with_palette(vl_convert.svg_to_png(svg, scale=scale), named)


def with_palette(picture: bytes, named: frozenset[int] = frozenset()) -> bytes:
    """The PNG with a palette: surfaces and `named` colours exact, lines nearly, edges of letters in fewer shades."""
    pixels = decoded(picture)
    height, width = pixels.shape
    starts, lengths = runs(pixels.ravel())
    colours, places = np.unique(pixels.ravel()[starts], return_inverse=True)
    placed = np.repeat(places.astype(np.min_scalar_type(len(colours))), lengths).reshape(height, width)
    down, long_down = runs(placed.T.ravel())
    longest = np.zeros(len(colours), dtype=np.int64)
    np.maximum.at(longest, places, lengths)
    np.maximum.at(longest, placed.T.ravel()[down], long_down)
    inside = np.bincount(inner(placed), minlength=len(colours))
    exact = (inside >= SURFACE) | np.isin(colours, list(named))
    palette, shades = palette_of(_parts(colours), exact, longest >= LINE)
    often = np.bincount(shades, np.bincount(places, lengths), len(palette)).argsort(kind="stable")[::-1]
    palette, shades = palette[often], often.argsort().astype(np.uint8)[shades]  # 0, the ground, as is each filter
    depth = 4 if len(palette) <= 16 else 8
    rows = packed_rows(shades[placed], depth)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 3, 0, 0, 0))
    head += chunk(b"PLTE", palette.tobytes())
    return SIGNATURE + head + chunk(b"IDAT", bytes(deflate.zlib_compress(rows.tobytes(), LEVEL))) + chunk(b"IEND", b"")


def inner(pixels: np.ndarray) -> np.ndarray:
    """The colours of those pixels, shape (height, width), whose four neighbours are equal to them; one dimension."""
    middle = pixels[1:-1, 1:-1]
    down, across = pixels[1:] == pixels[:-1], pixels[:, 1:] == pixels[:, :-1]
    return middle[down[1:, 1:-1] & down[:-1, 1:-1] & across[1:-1, 1:] & across[1:-1, :-1]]


def palette_of(colours: np.ndarray, exact: np.ndarray, lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(palette, index in the palette for each colour) for colours of shape (n, 3), some `exact`, some of `lines`.

    The palette has the exact ones. Then it takes, again and again, the colour that is farthest from all in it: of
    those until none is farther than LIKE, of all until none is farther than NEAR, or it is full.
    """
    red, green, blue = colours.T
    looks = np.stack([(red + green + blue) / 3, HUE * (red - green), HUE * (green - blue)], axis=1)
    kept = np.flatnonzero(exact)[:COLOURS] if exact.any() else np.zeros(1, dtype=np.int64)
    apart = np.abs(looks[:, None] - looks[kept]).max(axis=2)
    nearest, least = apart.argmin(axis=1), apart.min(axis=1)
    for taken, within in ((lines, LIKE), (np.ones_like(lines), NEAR)):
        while len(kept) < COLOURS and (least * taken).max() > within:
            farthest = (least * taken).argmax()
            away = np.abs(looks - looks[farthest]).max(axis=1)
            nearest, least = np.where(away < least, len(kept), nearest), np.minimum(away, least)
            kept = np.append(kept, farthest)
    return colours[kept].astype(np.uint8), nearest.astype(np.uint8)


def packed_rows(shades: np.ndarray, depth: int) -> np.ndarray:
    """The rows of a PNG of 8 or 4 bits a pixel, each after its filter: 0, as it is."""
    if depth == 4:
        even = np.pad(shades, ((0, 0), (0, shades.shape[1] % 2)))
        shades = even[:, ::2] << 4 | even[:, 1::2]
    return np.pad(shades, ((0, 0), (1, 0)))


def runs(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(start, length) of each run of equal pixels in one dimension."""
    starts = np.flatnonzero(np.concatenate([[True], pixels[1:] != pixels[:-1]]))
    return starts, np.diff(np.append(starts, pixels.size))


def _parts(colours: np.ndarray) -> np.ndarray:
    """Red, green and blue of colours, shape (n, 3)."""
    return np.stack([colours & 255, colours >> 8 & 255, colours >> 16 & 255], axis=1).astype(np.int64)


def decoded(picture: bytes) -> np.ndarray:
    """The colours of a PNG's pixels, shape (height, width), without their opacity."""
    with Image.open(io.BytesIO(picture)) as opened:
        return np.asarray(opened.convert("RGBA")).view("<u4")[..., 0] & 0xFFFFFF


def chunk(name: bytes, body: bytes) -> bytes:
    """A chunk of a PNG: length, name, body, checksum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
