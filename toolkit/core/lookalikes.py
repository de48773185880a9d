"""Confusable names: characters that look like others (Unicode TR 39), in texts that tell rows apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

from toolkit.core.text import clean_text

NAME = "a name in plain letters of one script, with single spaces"
# letters of Cyrillic, Armenian and Greek that look like these of the Latin script
_LIKE = "асԁеһіјӏорԛѕԝхуАВСЕНІЈКМОРԚЅТԜХУҮՕՏՍοօΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
_LATIN = "acdehijlopqswxyABCEHIJKMOPQSTWXYYOSUooABEZHIKMNOPTYX"
LOOKALIKES: Mapping[str, str] = dict(zip(_LIKE, _LATIN, strict=True))
_AS_SEEN = str.maketrans({**LOOKALIKES, **dict.fromkeys("‐‑‒–−", "-"), **dict.fromkeys("’ʼ‘", "'"), "µ": "μ"})
_NEVER_WITH_LATIN = ("CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU")
_FORMS = ("<wide>", "<narrow>", "<font>", "<isolated>", "<initial>", "<medial>", "<final>")  # of one letter
_SPACE, _ODD_SPACE, _WORD = re.compile(r"\s+"), re.compile(r"[^\S ]|\s{2,}"), re.compile(r"[^\W\d_]+")


def wrong_in_name(text: str) -> str | None:
    """What is wrong with a text that tells rows apart, in words; None for a name that looks like no other.

    Wrong is what `clean_text` finds, white space but for single spaces, a ligature or another form of a letter, and a
    word that mixes Latin letters with such of another script as look like them. "TNFα" and "kΩ" are names.
    """
    if text.isascii() and text.isprintable() and "  " not in text and text == text.strip():
        return None
    text, wrong = clean_text(text)
    if wrong:
        return wrong
    if odd := _ODD_SPACE.search(text):
        return f"{_space(odd[0])} in it"
    for sign in text:
        if _is_form(sign):
            return f"{_name(sign)}, which looks like {unicodedata.normalize('NFKC', sign)!r}"
    return next((mixed for word in _WORD.findall(text) if (mixed := _mixed(word))), None)


def as_seen(text: str) -> str:
    """A name's skeleton, as Unicode TR 39 calls it: the same text for two names that look the same."""
    if all(map(_is_plain, text)):
        return _SPACE.sub(" ", text)
    signs = [sign for sign in unicodedata.normalize("NFC", text) if unicodedata.category(sign) != "Cf"]
    plain = "".join(unicodedata.normalize("NFKC", sign) if _is_form(sign) else sign for sign in signs)
    return _SPACE.sub(" ", plain.translate(_AS_SEEN))


def misleading(names: Iterable[str]) -> dict[str, str]:
    """Why names mislead a reader, by name: what `wrong_in_name` finds, or that one looks like another before it."""
    names = dict.fromkeys(names)
    if all(map(_is_plain, set("".join(names)))):  # a hundred thousand names have few signs, and these are seldom odd
        names = {name: None for name in names if "  " in name or name != name.strip()}
    found = {name: wrong for name in names if (wrong := wrong_in_name(name))}
    first: dict[str, str] = {}
    for name in names:
        if (other := first.setdefault(as_seen(name), name)) != name:
            found.setdefault(name, f"letters that look like those of {other!a}")
    return found


@cache
def _is_plain(sign: str) -> bool:
    """True for a character without a look-alike; a single space is one."""
    if sign.isascii():
        return sign.isprintable()
    looks_like = sign.isspace() or ord(sign) in _AS_SEEN or _is_form(sign) or _script(sign) in _NEVER_WITH_LATIN
    return not looks_like and unicodedata.category(sign)[0] in "LNPS"


@cache
def _is_form(sign: str) -> bool:
    """True for a form of a letter or digit that has a character of its own: ﬁ, Ａ; superscripts are no such forms."""
    form = "" if sign.isascii() else unicodedata.decomposition(sign).partition(" ")[0]
    if form == "<compat>":
        return any(word in unicodedata.name(sign).split() for word in ("LATIN", "ROMAN"))
    return form in _FORMS and sign.isalnum()


def _mixed(word: str) -> str | None:
    if word.isascii() or not any("LATIN" in _script(sign) for sign in word):
        return None
    other = next((sign for sign in word if _script(sign) in _NEVER_WITH_LATIN or sign in LOOKALIKES), None)
    return f"{_name(other)} among Latin letters in {word!r}" if other else None


@cache
def _script(sign: str) -> str:
    return "LATIN" if sign.isascii() else unicodedata.name(sign, "").split(" ")[0]


def _space(space: str) -> str:
    sign = next((one for one in space if one != " "), "")
    known = {"": "two spaces together", "\t": "a tab", "\n": "a line break", "\r": "a line break"}
    return known.get(sign) or _name(sign)


def _name(sign: str) -> str:
    return f"U+{ord(sign):04X} ({unicodedata.name(sign, 'no name').lower()})"
