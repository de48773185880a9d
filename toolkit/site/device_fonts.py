"""Letters that a page shows in fonts of each reader's device: its own have Latin letters alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

# scripts by how Unicode names their letters; fonts for Latin, Greek and Cyrillic ones are wherever a browser is
SCRIPTS = {
    "CJK": "Chinese",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "HANGUL": "Korean",
    "BOPOMOFO": "Chinese",
    "CANADIAN": "Canadian syllabic",
} | {
    name.upper(): name
    for name in (
        "Arabic Armenian Bengali Cherokee Devanagari Ethiopic Georgian Gujarati Gurmukhi Hebrew Kannada Khmer Lao "
        "Malayalam Mongolian Myanmar Oriya Sinhala Syriac Tamil Telugu Thaana Thai Tibetan Tifinagh Yi"
    ).split()
}
EMOJI = 0x1F300  # pictures in colour begin here


def in_device_fonts(signs: Iterable[str]) -> str:
    """What of these signs needs a font of the device, in words, such as "Chinese letters and emoji"; "" for nothing."""
    found, pictures = set[str](), False
    for sign in {*signs}:
        if sign.isalpha() and not sign.isascii():
            found.add(SCRIPTS.get(unicodedata.name(sign, "").partition(" ")[0].partition("-")[0], ""))
        pictures |= ord(sign) >= EMOJI and unicodedata.category(sign) == "So"
    if "Japanese" in found:
        found.discard("Chinese")  # Japanese is written with Chinese characters too
    *rest, last = sorted(found - {""}) or [""]
    letters = f"{', '.join(rest)} and {last} letters".removeprefix(" and ") if last else ""
    return " and ".join(filter(None, [letters, "emoji" if pictures and letters else "Emoji" if pictures else ""]))
