"""A smaller PNG: vl-convert writes four bytes for each pixel and packs them loosely; a chart has few colours."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256


def packed(picture: bytes) -> bytes:
    """The same picture with a palette; colours beyond 256 become their nearest neighbours."""
    width, height, pixels = decoded(picture)
    colours, places, counts = np.unique(pixels, return_inverse=True, return_counts=True)
    order = np.lexsort((colours, -counts))  # the commonest first, equal ones by colour
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    palette = parts(colours[order[:COLOURS]])
    for place in order[COLOURS:]:
        apart = ((palette.astype(np.int64) - parts(colours[place : place + 1])) ** 2).sum(axis=1)
        rank[place] = int(apart.argmin())
    rows = np.zeros((height, width + 1), dtype=np.uint8)  # each row begins with the filter 0
    rows[:, 1:] = rank[places.reshape(height, width)]
    return SIGNATURE + b"".join(
        (
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            chunk(b"PLTE", palette.astype(np.uint8).tobytes()),
            chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)),
            chunk(b"IEND", b""),
        )
    )


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
