"""Addresses of web pages: which are whole, and which are made to look like another site's."""

from __future__ import annotations

import re
import unicodedata

# of a page, and nothing that reads as another's: a name before @ looks like the site, white space and quotes end a link
WEB_ADDRESS = re.compile(r"""(?i:https?)://([^\s/?#@\\"'<>]+)(?:[/?#][^\s"<>]*)?""")
PLAIN = re.compile(r"[\w.:\[\]-]+", re.ASCII)  # a host that is what it looks like
PORT = re.compile(r":[0-9]*$")
LAST_PORT = 65535
_LIKE_LATIN = frozenset("асԁеһіјӏорԛѕԝхуъьҽпгѵѡԍҏүօոսցհοανρυ")  # Cyrillic, Armenian and Greek letters that look Latin
_WRITTEN_TOGETHER = (  # scripts that one word may mix
    {"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC"},
    {"LATIN", "CJK", "HANGUL"},
    {"LATIN", "CJK", "BOPOMOFO"},
)


def wrong_address(address: str) -> str:
    """What is wrong with a page's address, in words; "" for one that names its own site and ends where it seems."""
    match = WEB_ADDRESS.fullmatch(address)
    if not match:
        return "no address of a page"
    port = PORT.search(match[1])
    if port and int(port[0][1:7] or 0) > LAST_PORT:  # else the system takes the number's last sixteen bits
        return f"a port past {LAST_PORT}"
    return _misleading(match[1])


def _misleading(host: str) -> str:
    """Why a host looks like another, in words; names of "xn--" are read as browsers show them."""
    if PLAIN.fullmatch(host) and "xn--" not in host.lower():
        return ""
    labels = PORT.sub("", host).split(".")
    for label in labels:
        try:
            readable = label[4:].encode().decode("punycode") if label[:4].lower() == "xn--" else label
        except UnicodeError:
            return f"the name {label}, which no browser can read"
        if odd := next((sign for sign in readable if not _of_a_name(sign)), ""):
            return f"U+{ord(odd):04X} ({unicodedata.name(odd, 'no character').lower()}) in the name of the site"
        scripts = {unicodedata.name(sign).split()[0] for sign in readable if sign.isalpha()}
        if len(scripts) > 1 and not any(scripts <= together for together in _WRITTEN_TOGETHER):
            listed = ", ".join(script.capitalize() for script in sorted(scripts))
            return f"{ascii(readable)} in the name of the site, letters of several scripts ({listed}) that look alike"
        like_latin = scripts and all(sign in _LIKE_LATIN for sign in readable.lower() if sign.isalpha())
        if like_latin and labels[-1].isascii():
            return f"{ascii(readable)} in the name of the site, letters that look Latin and are not"
    return ""


def _of_a_name(sign: str) -> bool:
    """Whether a site's name can have it: a letter, a mark or a digit as it is written by itself, - or _."""
    return sign in "-_[]" or (unicodedata.category(sign)[0] in "LMN" and unicodedata.normalize("NFKC", sign) == sign)
