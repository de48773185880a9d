"""A smaller PNG: vl-convert writes four bytes for each pixel and packs them loosely; a chart has few colours."""

from __future__ import annotations

import struct
import zlib
from array import array
from collections import Counter
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256


def packed(picture: bytes) -> bytes:
    """The same picture with a palette; colours beyond 256 become their nearest neighbours."""
    width, height, pixels = decoded(picture)
    counts = Counter(pixels)
    palette = [colour for colour, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:COLOURS]]
    index = {colour: place for place, colour in enumerate(palette)}
    for colour in counts.keys() - index.keys():
        index[colour] = min(range(len(palette)), key=lambda place: distance(palette[place], colour))
    flat = bytes(map(index.__getitem__, pixels))
    rows = b"".join(b"\0" + flat[start : start + width] for start in range(0, width * height, width))
    colours = b"".join(struct.pack("<I", colour)[:3] for colour in palette)
    return SIGNATURE + b"".join(
        (
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            chunk(b"PLTE", colours),
            chunk(b"IDAT", zlib.compress(rows, 9)),
            chunk(b"IEND", b""),
        )
    )


def decoded(picture: bytes) -> tuple[int, int, array]:
    """Width, height and opaque pixels (red in the lowest byte) of a PNG as vl-convert writes it."""
    parts = list(chunks(picture))
    width, height, depth, colour, *_, interlace = struct.unpack(">IIBBBBB", parts[0][1])
    if (depth, colour, interlace) != (8, 6, 0):
        raise ValueError("not a PNG of 8 bits, red, green, blue and alpha")
    data = zlib.decompress(b"".join(body for name, body in parts if name == b"IDAT"))
    stride, seen = width * 4 + 1, {}
    pixels = array("I")
    for start in range(0, stride * height, stride):
        row = data[start : start + stride]
        if row not in seen:  # many rows of a chart are alike
            seen[row] = unfiltered(row)
        pixels.extend(seen[row])
    return width, height, pixels


def unfiltered(row: bytes) -> array:
    """The pixels of one row, kept as they are (filter 0) or as steps from the pixel before (filter 1)."""
    if row[0] not in (0, 1):
        raise ValueError(f"PNG filter {row[0]} is not one that vl-convert writes")
    steps = array("I", row[1:])
    if row[0] == 0:
        return steps
    red = green = blue = alpha = pixel = 0
    found = array("I", bytes(len(row) - 1))
    for place, step in enumerate(steps):
        if step:
            red, green = red + step & 255, green + (step >> 8) & 255
            blue, alpha = blue + (step >> 16) & 255, alpha + (step >> 24) & 255
            pixel = red | green << 8 | blue << 16 | alpha << 24
        found[place] = pixel
    return found


def distance(one: int, other: int) -> int:
    return sum(((one >> shift & 255) - (other >> shift & 255)) ** 2 for shift in (0, 8, 16))


def chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG: type and content."""
    place = len(SIGNATURE)
    while place < len(picture):
        (size,) = struct.unpack(">I", picture[place : place + 4])
        yield picture[place + 4 : place + 8], picture[place + 8 : place + 8 + size]
        place += 12 + size


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
