"""A smaller PNG: vl-convert writes four bytes for each pixel and packs them loosely; a chart has few colours."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256


def packed(picture: bytes, limit: int) -> bytes:
    """The same picture with a palette; colours beyond 256 become their nearest neighbours.

    It is packed harder, which takes ten times as long, only where it would be over `limit` bytes.
    """
    width, height, pixels = decoded(picture)
    colours, places, counts = runs_by_colour(pixels.ravel())
    order = np.lexsort((colours, -counts))  # the commonest first, equal ones by colour
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    palette = parts(colours[order[:COLOURS]])
    for place in order[COLOURS:]:
        apart = ((palette.astype(np.int64) - parts(colours[place : place + 1])) ** 2).sum(axis=1)
        rank[place] = int(apart.argmin())
    rows = np.zeros((height, width + 1), dtype=np.uint8)  # each row begins with the filter 0
    rows[:, 1:] = np.repeat(rank[places[0]].astype(np.uint8), places[1]).reshape(height, width)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
    head += chunk(b"PLTE", palette.astype(np.uint8).tobytes())
    for effort in (7, 9):
        made = SIGNATURE + head + chunk(b"IDAT", zlib.compress(rows.tobytes(), effort)) + chunk(b"IEND", b"")
        if len(made) <= limit:
            break
    return made


def runs_by_colour(pixels: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray], np.ndarray]:
    """The colours, (for each run of equal pixels the place of its colour, its length), pixels of each colour."""
    starts = np.flatnonzero(np.concatenate([[True], pixels[1:] != pixels[:-1]]))
    lengths = np.diff(np.append(starts, pixels.size))
    colours, places = np.unique(pixels[starts], return_inverse=True)
    return colours, (places, lengths), np.bincount(places, weights=lengths).astype(np.int64)


def parts(colours: np.ndarray) -> np.ndarray:
    """Red, green and blue of colours that are one number each, red in the highest byte."""
    return np.stack([colours >> 16 & 255, colours >> 8 & 255, colours & 255], axis=1)


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
