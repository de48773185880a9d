"""What a printed amount says: its digits and its unit's words, the value it stands for, how it was rounded."""

from __future__ import annotations

import re
from decimal import Decimal

from toolkit import wording
from toolkit.publish.sourcing import count

EN = wording.LOCALES["en"]
AMOUNT = re.compile(
    r"(\S*\d\S*(?: (?:million|billion|trillion))?(?: to \S*\d\S*(?: (?:million|billion|trillion))?)?)(.*)"
)
SCALE = {"million": 6, "m": 6, "billion": 9, "bn": 9, "trillion": 12, "tn": 12, "T": 12}


def nine(value: float) -> str:
    """A value to nine significant digits, as prose writes digits."""
    return wording.plain(wording.round_to(value, 9).normalize(), EN)


def split_amount(text: str) -> tuple[str, str]:
    """The amount and the words of its unit: ("69 million", "tokens per merged request")."""
    found = AMOUNT.search(text)
    if not found:
        first, _, rest = text.partition(" ")
        return first, rest
    return text[: found.start()] + found[1], found[2].strip()


def rounding(node: dict, text: str) -> str:
    """How the printed number was rounded from the computed one."""
    if not node["inputs"] or node["low"] != node["high"]:
        return ""
    for digits in range(1, 10):
        if printed_value(text) == wording.round_to(node["low"] * (100 if "%" in text else 1), digits):
            if digits == len(wording.round_to(node["low"], 9).normalize().as_tuple().digits):
                return "none: printed in full"
            return f"printed to {count(digits, 'significant figure', 'significant figures')}"
    return ""


def printed_value(text: str) -> Decimal | None:
    """The value that a printed amount stands for, or None: 69000000 for "69 million"."""
    found = re.search(r"(−?)\$?(\d[\d,]*(?:\.\d+)?) ?(million|billion|trillion|bn|tn|m|T)?(?![a-z])", text)
    if not found:
        return None
    value = Decimal(found[2].replace(",", "")).scaleb(SCALE.get(found[3] or "", 0))
    return -value if found[1] else value
