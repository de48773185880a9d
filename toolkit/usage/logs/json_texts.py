"""JSON texts one after another, and the items of a JSON list: each as it is written."""

from __future__ import annotations

import json
import re

DECODER, NO_BLANK = json.JSONDecoder(), re.compile(r"[^ \t\r\n]")


def json_texts(text: str) -> tuple[list[str], int]:
    """The JSON texts that a text begins with, and where they end. Raises ValueError, RecursionError for none."""
    texts: list[str] = []
    start = _after_blanks(text, 0)
    while start < len(text):
        try:
            end = DECODER.raw_decode(text, start)[1]
        except (ValueError, RecursionError):
            if texts:
                break
            raise
        texts.append(text[start:end])
        start = _after_blanks(text, end)
    return texts, start


def list_items(text: str) -> tuple[list[str], int]:
    """The items of a JSON list, as they are written, and where it ends. Raises ValueError, RecursionError for none."""
    items: list[str] = []
    start = _after_blanks(text, _after_blanks(text, 0) + 1)
    more = not text.startswith("]", start)
    while more:
        end = DECODER.raw_decode(text, start)[1]
        items.append(text[start:end])
        start = _after_blanks(text, end)
        more = text.startswith(",", start)
        start = _after_blanks(text, start + 1) if more else start
    if not text.startswith("]", start) or _after_blanks(text, start + 1) < len(text):
        raise ValueError("no list alone")
    return items, start + 1


def _after_blanks(text: str, start: int) -> int:
    match = NO_BLANK.search(text, start)
    return match.start() if match else len(text)
