"""A smaller PNG: vl-convert writes four bytes for each pixel and packs them loosely; a chart has few colours."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256
LEVEL = 8  # of zlib: 9 takes twice as long for two hundredths less
NEAR = 36  # of 255: how much lighter or darker a mixed pixel at an edge may become without being seen
HUE = 2  # times sooner a change of hue is seen
LONG, WIDE = 48, 9  # pixels: a colour in a run of so many is a line, with so many inside of itself a surface


def packed(picture: bytes) -> bytes:
    """The same picture with a palette: surfaces and lines as they are, the edges of letters in fewer shades."""
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
    palette, shades = palette_of(parts(colours), (longest >= LONG) | (inside >= WIDE))
    depth = 4 if len(palette) <= 16 else 8
    rows = packed_rows(shades[placed], depth)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 3, 0, 0, 0))
    head += chunk(b"PLTE", palette.tobytes())
    return SIGNATURE + head + chunk(b"IDAT", zlib.compress(rows.tobytes(), LEVEL)) + chunk(b"IEND", b"")


def inner(pixels: np.ndarray) -> np.ndarray:
    """The pixels whose four neighbours are as they are."""
    middle = pixels[1:-1, 1:-1]
    sides = (pixels[:-2, 1:-1], pixels[2:, 1:-1], pixels[1:-1, :-2], pixels[1:-1, 2:])
    return middle[np.logical_and.reduce([side == middle for side in sides])]


def palette_of(colours: np.ndarray, flat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The colours to keep, and for each colour the place of the one it becomes.

    Kept are the flat ones, then each time the one that is farthest from all kept, until none is farther than `NEAR`.
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
    """The rows of a PNG of 8 or 4 bits a pixel: as they are (filter 0), or as the one above (filter 2, no change)."""
    if depth == 4:
        even = np.pad(shades, ((0, 0), (0, shades.shape[1] % 2)))
        shades = even[:, ::2] << 4 | even[:, 1::2]
    rows = np.pad(shades, ((0, 0), (1, 0)))
    alike = np.flatnonzero((shades[1:] == shades[:-1]).all(axis=1)) + 1
    rows[alike], rows[alike, 0] = 0, 2
    return rows


def runs(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each run of equal pixels starts, and its length."""
    starts = np.flatnonzero(np.concatenate([[True], pixels[1:] != pixels[:-1]]))
    return starts, np.diff(np.append(starts, pixels.size))


def parts(colours: np.ndarray) -> np.ndarray:
    """Red, green and blue of colours that are one number each, red in the lowest byte."""
    return np.stack([colours & 255, colours >> 8 & 255, colours >> 16 & 255], axis=1).astype(np.int64)


def decoded(picture: bytes) -> np.ndarray:
    """The opaque pixels of a PNG, one number each with red in the lowest byte; rows by columns."""
    with Image.open(io.BytesIO(picture)) as opened:
        return np.asarray(opened.convert("RGBA")).view("<u4")[..., 0] & 0xFFFFFF


def chunk(name: bytes, body: bytes) -> bytes:
    """A chunk of a PNG: length, name, body, checksum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
