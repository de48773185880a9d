"""The first place in which two files of an archive differ, in words: a row and a column, or a line."""

from __future__ import annotations

import csv
import io
import itertools

SHOWN = 120  # characters


def first_difference(name: str, old: bytes, new: bytes) -> tuple[str, str, str]:
    """(", row 3, column unit" or ", line 3", how it is in `old`, how in `new`) for two contents that are not equal."""
    try:
        before, after = old.decode(), new.decode()
    except UnicodeDecodeError:
        return "", f"{len(old):,} bytes as made again", f"{len(new):,} bytes, other ones"
    if name.endswith(".csv") and (found := _in_table(before, after)):
        return found
    lines = itertools.zip_longest(before.split("\n"), after.split("\n"), fillvalue="")
    place, (was, now) = next((place, pair) for place, pair in enumerate(lines, 1) if pair[0] != pair[1])
    start = next((at for at, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), min(len(was), len(now)))
    start = max(0, start - SHOWN // 4)
    return f", line {place}", _cut(was, start) or "nothing", _cut(now, start) or "nothing"


def _in_table(before: str, after: str) -> tuple[str, str, str] | None:
    """As `first_difference`; None where the tables have the same cells."""
    try:
        old, new = (list(csv.reader(io.StringIO(text, newline=""))) for text in (before, after))
    except csv.Error:
        return None
    if not old or not new or old[0] != new[0]:
        return (", its columns", ", ".join(old[0] if old else ()), ", ".join(new[0] if new else ()))
    if len(old) != len(new):
        return ", how many rows", f"{len(old) - 1:,}", f"{len(new) - 1:,}"
    for was, now in zip(old, new, strict=True):
        for place, (a, b) in enumerate(itertools.zip_longest(was, now, fillvalue="")):
            if a != b:
                column = old[0][place] if place < len(old[0]) else f"{place + 1}"
                return f", row {was[0] if was else ''}, column {column}", _cut(a, 0), _cut(b, 0)
    return None


def _cut(text: str, start: int) -> str:
    shown = text[start : start + SHOWN]
    return ("…" if start else "") + shown + ("…" if start + SHOWN < len(text) else "")
