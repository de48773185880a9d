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
CONFUSABLES: Mapping[str, str] = dict(zip(_LIKE, _LATIN, strict=True))
_SKELETON_OF = str.maketrans({**CONFUSABLES, **dict.fromkeys("‐‑‒–−", "-"), **dict.fromkeys("’ʼ‘", "'"), "µ": "μ"})
_NEVER_WITH_LATIN = ("CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU")
_FORMS = ("<wide>", "<narrow>", "<font>", "<isolated>", "<initial>", "<medial>", "<final>")  # of one letter
_SPACE, _ODD_SPACE, _WORD = re.compile(r"\s+"), re.compile(r"[^\S ]|\s{2,}"), re.compile(r"[^\W\d_]+")


def wrong_in_name(text: str) -> str:
    """What is wrong with a text that tells rows apart, in words; "" for a name that looks like no other.

    Wrong is what `clean_text` finds, white space but for single spaces, a ligature or another form of a letter, and a
    word that mixes Latin letters with letters of another script that look like them. "TNFα" and "kΩ" are names.
    """
    if text.isascii() and text.isprintable() and "  " not in text and text == text.strip():
        return ""
    text, wrong = clean_text(text)
    if wrong:
        return wrong
    if odd := _ODD_SPACE.search(text):
        return f"{_describe_space(odd[0])} in it"
    for char in text:
        if _is_form(char):
            return f"{_describe(char)}, which looks like {unicodedata.normalize('NFKC', char)!r}"
    return next((mixed for word in _WORD.findall(text) if (mixed := _mixed(word))), "")


def skeleton(text: str) -> str:
    """A name's skeleton (Unicode TR 39): the same text for two names that look the same."""
    if all(map(_is_plain, text)):
        return _SPACE.sub(" ", text)
    chars = [char for char in unicodedata.normalize("NFC", text) if unicodedata.category(char) != "Cf"]
    plain = "".join(unicodedata.normalize("NFKC", char) if _is_form(char) else char for char in chars)
    return _SPACE.sub(" ", plain.translate(_SKELETON_OF))


def misleading_names(names: Iterable[str]) -> dict[str, str]:
    """Why names mislead a reader, by name: what `wrong_in_name` finds, or that one looks like another before it."""
    names = dict.fromkeys(names)
    if all(map(_is_plain, set("".join(names)))):  # a hundred thousand names have few characters, seldom odd ones
        names = {name: None for name in names if "  " in name or name != name.strip()}
    reasons = {name: wrong for name in names if (wrong := wrong_in_name(name))}
    first: dict[str, str] = {}
    for name in names:
        if (other := first.setdefault(skeleton(name), name)) != name:
            reasons.setdefault(name, f"letters that look like those of {other!a}")
    return reasons


@cache
def _is_plain(char: str) -> bool:
    """True for a character without a look-alike; a single space is one."""
    if char.isascii():
        return char.isprintable()
    looks_like = char.isspace() or ord(char) in _SKELETON_OF or _is_form(char) or _script(char) in _NEVER_WITH_LATIN
    return not looks_like and unicodedata.category(char)[0] in "LNPS"


@cache
def _is_form(char: str) -> bool:
    """True for a form of a letter or digit that has a character of its own: ﬁ, Ａ; superscripts are no such forms."""
    form = "" if char.isascii() else unicodedata.decomposition(char).partition(" ")[0]
    if form == "<compat>":
        return any(word in unicodedata.name(char).split() for word in ("LATIN", "ROMAN"))
    return form in _FORMS and char.isalnum()


def _mixed(word: str) -> str:
    if word.isascii() or not any("LATIN" in _script(char) for char in word):
        return ""
    other = next((char for char in word if _script(char) in _NEVER_WITH_LATIN or char in CONFUSABLES), None)
    return f"{_describe(other)} among Latin letters in {word!r}" if other else ""


@cache
def _script(char: str) -> str:
    return "LATIN" if char.isascii() else unicodedata.name(char, "").split(" ")[0]


def _describe_space(space: str) -> str:
    char = next((sign for sign in space if sign != " "), "")
    descriptions = {"": "two spaces together", "\t": "a tab", "\n": "a line break", "\r": "a line break"}
    return descriptions.get(char) or _describe(char)


def _describe(char: str) -> str:
    return f"U+{ord(char):04X} ({unicodedata.name(char, 'no name').lower()})"
