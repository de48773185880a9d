"""The contents of fonts, PNG pictures and scripts, uncompressed: compression differs between machines, they do not."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import struct
import zlib
from collections.abc import Iterator
from functools import lru_cache

FONT = re.compile(r"data:font/woff2;base64,([A-Za-z0-9+/=]+)")

WOFF2_HEAD = 48  # bytes before the list of its tables

PNG = b"\x89PNG\r\n\x1a\n"
CHUNKS = {"IHDR": "size and colours", "PLTE": "palette"}
MOST_PIXELS = 100_000_000  # of a picture that is looked at
MOST_SCRIPT = 10_000_000  # bytes of a script that is unpacked
NOT_PACKED = "not packed: "  # begins what stands where a packed script should
PLAIN_GZIP = b"\x1f\x8b\x08\0\0\0\0\0"  # how one begins that says nothing of its file or time


def with_font_digests(style: str) -> str:
    """A style with each font in it replaced by a digest of the font's tables, which no style can have in its place."""
    return FONT.sub(lambda found: f"data:font;{_digest(found[1])}", style.replace("data:font;", "data:font;written;"))


@lru_cache(maxsize=64)
def _digest(packed: str) -> str:
    """A digest of the tables of a font; the text itself if it is no font that can be read."""
    from fontTools.ttLib import TTFont

    try:
        content = base64.b64decode(packed, validate=True)
        signature, flavor, *size, more = struct.unpack_from(">4s4s4xHHI4xI20s", content)
        reader = TTFont(io.BytesIO(content), lazy=True).reader
        start = WOFF2_HEAD + sum(len(entry.toString()) for entry in reader.tables.values())
        rest = content[start + reader.totalCompressedSize :]
        if any(more) or any(rest) or len(rest) > 3:  # what is not the letters
            return packed
        tables = {tag: reader[tag] for tag in sorted(reader.keys())}
    except Exception:  # whatever a damaged font makes of its reader: it is not one that a build packed
        return packed
    found = hashlib.sha256(signature + flavor + f"{size}\n".encode())  # how many tables, how large, which version
    for tag, content in tables.items():
        found.update(f"{tag} {len(content)}\n".encode() + content)
    return found.hexdigest()


def script_of(packed: str) -> str:
    """The script that a page holds in base 85 of gzip; of what a build does not pack so, NOT_PACKED and the text."""
    try:
        content = base64.b85decode(packed)
        stream = zlib.decompressobj(wbits=31)
        script = stream.decompress(content, MOST_SCRIPT).decode("utf-8")
    except (ValueError, zlib.error):
        return NOT_PACKED + packed
    whole = stream.eof and not stream.unused_data and content.startswith(PLAIN_GZIP)
    return script if whole else NOT_PACKED + packed


def picture_contents(content: bytes) -> list[str]:
    """A PNG as texts that are equal for equal pictures: its chunks other than pixels, and a digest of its pixels.

    Raises ValueError if it is no PNG that can be read.
    """
    from PIL import Image

    found = list(_chunks(content))
    packed = b"".join(bytes.fromhex(text.partition(" ")[2]) for name, text in found if name == "IDAT")
    chunks = [text for name, text in found if name != "IDAT"]
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise ValueError("more pixels than a picture of an edition has")
            pixels = hashlib.sha256(image.convert("RGBA").tobytes()).hexdigest()
            stream = zlib.decompressobj()
            stream.decompress(packed, 2 * image.height * (8 * image.width + 1))
            if stream.unused_data or stream.unconsumed_tail:
                chunks.append("more than its pixels, among them")
    except (OSError, SyntaxError, zlib.error, Image.DecompressionBombError) as error:
        raise ValueError(str(error)) from error
    return [*chunks, f"pixels {pixels}"]


def _chunks(content: bytes) -> Iterator[tuple[str, str]]:
    """(name, name and content) of the chunks of a PNG; last what stands after its end, if anything does."""
    if not content.startswith(PNG):
        raise ValueError("no PNG")
    place = len(PNG)
    while place < len(content):
        if place + 12 > len(content):
            yield "", f"after the end {content[place:].hex()}"
            return
        length, name = struct.unpack_from(">I4s", content, place)
        text, held = name.decode("latin-1"), content[place + 8 : place + 8 + length]
        yield text, f"{CHUNKS.get(text, text)} {held.hex()}"
        place += 12 + length
        if content[place - 4 : place] != struct.pack(">I", zlib.crc32(name + held)):
            yield "", f"a wrong check sum of {text}"
