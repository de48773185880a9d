"""Anchors: the ids of headings, in any script, and what a link to one means."""

from __future__ import annotations

import re
import unicodedata

WORD = ("L", "M", "N")  # Unicode's categories of letters, of marks that belong to them, and of numbers


def slug(words: str) -> str:
    """Words as an anchor: their letters and digits, of any script, in lower case with hyphens between words."""
    text = unicodedata.normalize("NFC", words).lower()
    text_of_words = "".join(sign if unicodedata.category(sign)[0] in WORD else "-" for sign in text)
    return re.sub("-+", "-", text_of_words).strip("-")


def anchor(fragment: str) -> str:
    """The id that a link means, whether it is written as the page has it or as JupyterLab does."""
    return fragment if re.fullmatch(r"[a-z0-9_.-]+", fragment) else slug(fragment)
