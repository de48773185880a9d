"""Anchors: the ids of headings, in any script, and what a link to one means."""

from __future__ import annotations

import re
import unicodedata

WORD = ("L", "M", "N")  # Unicode's categories of letters, of marks that belong to them, and of numbers


def slug(words: str) -> str:
    """Words as an anchor: their letters and digits, of any script, in lower case with hyphens between words."""
    text = unicodedata.normalize("NFC", words).lower()
    made = "".join(one if unicodedata.category(one)[0] in WORD else "-" for one in text)
    return re.sub("-+", "-", made).strip("-")


def anchor(fragment: str) -> str:
    """The id that a link means, whether it is written as the page has it or as JupyterLab does."""
    return fragment if re.fullmatch(r"[a-z0-9_.-]+", fragment) else slug(fragment)
