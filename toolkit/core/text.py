"""Texts of data/: which are clean, exact numbers, or periods; and the known names nearest to a wrong one."""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

ONE_PERIOD = re.compile(r"[0-9]{4}(-(Q[1-4]|H[12]|[0-9]{2}(-[0-9]{2})?))?")
PERIODS = "2026, 2026-Q1 (to Q4), 2026-H1 (or H2), 2026-04 (01 to 12), 2026-04-15, or START/END of these"
MOST_NAMES = 16  # names that an error lists at most
HASH_SHOWN = 12  # hexadecimal digits of a hash, wherever one is shown
CLEAN = "text without spaces at its ends and without invisible characters"

_INTEGER = re.compile(r"[-+]?[0-9]{1,300}")
_NUMBER = re.compile(r"[-+]?[0-9]{1,300}(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_YAML_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
# _NEVER: what takes no room, turns the direction of what follows, or is no character.
# _UNSEEN: these, and joiners and selectors where they do nothing. Joiners (U+200C, U+200D) shape letters of many
# scripts, and pictures, but not Latin, Greek and Cyrillic; selectors choose a form of the sign before.
# _SUSPECT: all of them anywhere; asked first, as it is fast.
# Long ranges stand as what is not in them ([^\x00-\u05ff]): each start compiles them, long ones for milliseconds.
_NEVER = (
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    r"\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0d\ufeff\uffa0\ufff9-\uffff\ud800-\udfff"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000effff"
) + "".join(chr(plane * 0x10000 + last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
_SUSPECT = re.compile(rf"[{_NEVER}\u200c\u200d\ufe0e\ufe0f\U000e0100-\U000e01ef]")
_UNSEEN = re.compile(
    rf"[{_NEVER}]"
    r"|(?<![^\x00-\u05ff])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\u05ff])"
    r"|(?<![\xa9\xae]|[^\x00-\u1fff])[\ufe0e\ufe0f](?!\u20e3)"
    r"|(?<![\u3400-\ufaff\U00020000-\U0003ffff])[\U000e0100-\U000e01ef]"
)
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")


def nearest_first(name: str, names: Iterable[str]) -> str:
    """The known names, for an error about `name`, which is none of them: the nearest, then others, sixteen in all."""
    names = list(names)
    near = difflib.get_close_matches(name, names, MOST_NAMES, 0.4)
    listed = [*near, *(other for other in names if other not in near)][:MOST_NAMES]
    more = f" and {len(names) - len(listed)} more" if len(names) > len(listed) else ""
    return (", ".join(listed) or "none") + more


def clean_text(text: str) -> tuple[str, str]:
    """The text in Unicode's composed form (NFC), and what is wrong with it in words, or "".

    Wrong are spaces at its ends, invisible characters (with either, two keys look alike), replacement characters, and
    characters that one font alone has.
    """
    if text.isascii() and text.isprintable() and text == text.strip():
        return text, ""
    text = unicodedata.normalize("NFC", text)
    if unfit := unfit_sign(text):
        return text, unfit
    if text != text.strip():
        return text, f"a space {'before' if text[0].isspace() else 'after'} it"
    return text, ""


def made_visible(text: str) -> str:
    """A text that somebody else wrote, with the code of each invisible character in its place: "[U+202E]12.5".

    Such a character may turn a number's digits round, or make two names look alike.
    """
    if _SUSPECT.search("".join({*text})) is None:  # each character once: a page has few different ones
        return text
    return _UNSEEN.sub(lambda match: f"[{_code(match[0])}]", text)


def unfit_sign(text: str) -> str:
    """The first character of a text that no page may hold: an invisible one, or one font's own; "" for none."""
    if unseen := _SUSPECT.search(text) and _UNSEEN.search(text):
        name = unicodedata.name(unseen[0], "control character").lower()
        return f"an invisible or lost character, {_code(unseen[0])} ({name})"
    private = _PRIVATE.search(text)
    return f"{_code(private[0])}, a character of one font's own" if private else ""


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"


def shortened(text: str, length: int = 80) -> str:
    """A text as an error quotes it: at most 80 characters, or `length`."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def exact_float(text: str) -> float | None:
    """The number that a text has in digits; None if it has none, or one whose digits a float does not print again."""
    if len(text) <= 15 and text.isdecimal() and text.isascii():  # most are, and a float has fifteen digits
        return float(text)
    try:
        number = float(text) if _NUMBER.fullmatch(text) else math.inf
        return number if math.isfinite(number) and Decimal(repr(number)) == Decimal(text) else None
    except ArithmeticError:  # an exponent that Decimal cannot hold
        return None


def plain_value(text: str) -> object:
    """The value of an unquoted YAML scalar: True, False, None, an int, a float, or the text itself.

    Of a number that no float reaches, such as 1e999, the value is infinite.
    """
    if text[:1] in "+-0123456789" and _NUMBER.fullmatch(text):
        return int(text) if _INTEGER.fullmatch(text) else float(text)
    return _YAML_WORDS.get(text, text)


@cache  # thousands of sources share few dates
def period_days(text: str) -> tuple[date, date]:
    """First and last day of a period in one of the forms of PERIODS. Raises ValueError for another text."""
    first, slash, last = text.partition("/")
    return _days(first)[0], _days(last if slash else first)[1]


def newest(published: Iterable[str | None]) -> str | None:
    """The newest of some dates, in the forms of PERIODS; None without dates.

    Years, quarters and halves count only where no date names a month; of START/END the start counts. A month counts
    to its end: something of May may have come out on the 31st.
    """
    starts = [day.split("/")[0] for day in published if day]
    dated = [start for start in starts if len(start) > 4 and start[5].isdigit()]
    return max(dated or starts, key=lambda day: f"{day}-31"[:10], default=None)


def _days(text: str) -> tuple[date, date]:
    if not ONE_PERIOD.fullmatch(text):
        raise ValueError(text)
    year, rest = int(text[:4]), text[5:]
    if not rest:
        return date(year, 1, 1), date(year, 12, 31)
    if rest[0] in "QH":
        size = 3 if rest[0] == "Q" else 6
        last = int(rest[1]) * size
        return date(year, last - size + 1, 1), _month_end(year, last)
    if len(rest) == 2:
        return date(year, int(rest), 1), _month_end(year, int(rest))
    day = date.fromisoformat(text)
    return day, day


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
