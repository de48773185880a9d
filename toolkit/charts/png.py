"""Smaller PNGs: vl-convert writes four bytes a pixel; a chart has few colours, so that a palette of 256 is enough.

A colour here is one number with red in the lowest byte, then green and blue.
"""

from __future__ import annotations

import io
import struct
import zlib

import deflate
import numpy as np
from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256
LEVEL = 9  # of libdeflate; 10 packs 4% closer in five times the time, 11 another 3% in twice that
NEAR = 36  # of 255: the change of brightness that nobody sees in a mixed pixel at the edge of a letter
HUE = 2  # a change of hue counts as so many times a change of brightness
# A colour that a line or a surface has is kept exactly: one with a run of at least LINE pixels across or down, or with
# at least SURFACE pixels whose four neighbours have it too.
LINE, SURFACE = 48, 9


def with_palette(picture: bytes) -> bytes:
    """The PNG with a palette: surfaces and lines in their exact colours, the edges of letters in fewer shades."""
    pixels = decoded(picture)
    height, width = pixels.shape
    starts, lengths = runs(pixels.ravel())
    colours, places = np.unique(pixels.ravel()[starts], return_inverse=True)
    placed = np.repeat(places.astype(np.int32), lengths).reshape(height, width)
    down, long_down = runs(placed.T.ravel())
    longest = np.zeros(len(colours), dtype=np.int64)
    np.maximum.at(longest, places, lengths)
    np.maximum.at(longest, placed.T.ravel()[down], long_down)
    inside = np.bincount(inner(placed), minlength=len(colours))
    palette, shades = palette_of(_parts(colours), (longest >= LINE) | (inside >= SURFACE))
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
    sides = (pixels[:-2, 1:-1], pixels[2:, 1:-1], pixels[1:-1, :-2], pixels[1:-1, 2:])
    return middle[np.logical_and.reduce([side == middle for side in sides])]


def palette_of(colours: np.ndarray, flat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(palette, index in the palette for each colour) for colours of shape (n, 3); `flat` marks those kept exactly.

    The palette has the flat colours, then again and again the colour that is farthest from all in it, until none is
    farther than NEAR or it is full.
    """
    red, green, blue = colours.T
    looks = np.stack([(red + green + blue) / 3, HUE * (red - green), HUE * (green - blue)], axis=1)
    kept = np.flatnonzero(flat)[:COLOURS] if flat.any() else np.zeros(1, dtype=np.int64)
    apart = np.abs(looks[:, None] - looks[kept]).max(axis=2)
    nearest, least = apart.argmin(axis=1), apart.min(axis=1)
    while least.max() > NEAR and len(kept) < COLOURS:
        farthest = least.argmax()
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
