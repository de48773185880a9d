"""A smaller PNG: vl-convert writes four bytes for each pixel and packs them loosely; a chart has few colours."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256
NEAR = 36  # of 255: how much lighter or darker a mixed pixel at an edge may become without being seen
HUE = 2  # times sooner a change of hue is seen
LONG, WIDE = 48, 9  # pixels: a colour in a run of so many is a line, with so many inside of itself a surface


def packed(picture: bytes) -> bytes:
    """The same picture with a palette: surfaces and lines as they are, the edges of letters in fewer shades."""
    width, height, pixels = decoded(picture)
    colours, places, lengths = runs_by_colour(pixels.ravel())
    longest = np.zeros(len(colours), dtype=np.int64)
    np.maximum.at(longest, places, lengths)
    np.maximum.at(longest, *runs_by_colour(pixels.T.ravel())[1:])  # all colours again, in the same order
    inside = np.bincount(np.searchsorted(colours, inner(pixels)), minlength=len(colours))
    palette, shades = palette_of(parts(colours), (longest >= LONG) | (inside >= WIDE))
    depth = 4 if len(palette) <= 16 else 8
    rows = packed_rows(np.repeat(shades[places], lengths).reshape(height, width), depth)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 3, 0, 0, 0))
    head += chunk(b"PLTE", palette.tobytes())
    return SIGNATURE + head + chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)) + chunk(b"IEND", b"")


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
    """The rows of a PNG of 8 or 4 bits a pixel, each after the filter 0."""
    if depth == 4:
        even = np.pad(shades, ((0, 0), (0, shades.shape[1] % 2)))
        shades = even[:, ::2] << 4 | even[:, 1::2]
    return np.pad(shades, ((0, 0), (1, 0)))


def runs_by_colour(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The colours; for each run of equal pixels the place of its colour among them, and its length."""
    starts = np.flatnonzero(np.concatenate([[True], pixels[1:] != pixels[:-1]]))
    colours, places = np.unique(pixels[starts], return_inverse=True)
    return colours, places, np.diff(np.append(starts, pixels.size))


def parts(colours: np.ndarray) -> np.ndarray:
    """Red, green and blue of colours that are one number each, red in the highest byte."""
    return np.stack([colours >> 16 & 255, colours >> 8 & 255, colours & 255], axis=1).astype(np.int64)


def decoded(picture: bytes) -> tuple[int, int, np.ndarray]:
    """Width, height and opaque pixels (red in the highest byte) of a PNG as vl-convert writes it."""
    found = list(chunks(picture))
    width, height, depth, colour, *_, interlace = struct.unpack(">IIBBBBB", found[0][1])
    if (depth, colour, interlace) != (8, 6, 0):
        raise ValueError("not a PNG of 8 bits, red, green, blue and alpha")
    data = zlib.decompress(b"".join(body for name, body in found if name == b"IDAT"))
    lines = np.frombuffer(data, dtype=np.uint8).reshape(height, width * 4 + 1)
    filters, steps = lines[:, 0], lines[:, 1:].reshape(height, width, 4)
    if not np.isin(filters, (0, 1)).all():
        raise ValueError("a PNG filter that vl-convert does not write")
    # filter 1 keeps steps from the pixel before, modulo 256; filter 0 the pixels as they are
    summed = np.cumsum(steps, axis=1, dtype=np.uint8)
    pixels = np.where((filters == 1)[:, None, None], summed, steps).astype(np.uint32)
    return width, height, pixels[..., 0] << 16 | pixels[..., 1] << 8 | pixels[..., 2]


def chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG: type and content."""
    place = len(SIGNATURE)
    while place < len(picture):
        (size,) = struct.unpack(">I", picture[place : place + 4])
        yield picture[place + 4 : place + 8], picture[place + 8 : place + 8 + size]
        place += 12 + size


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
