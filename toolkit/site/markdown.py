"""A story's Markdown as blocks of HTML, with placeholders for numbers and quotations ("inlines").

An inline is one character of the private use area until its HTML is known, so that no rule of Markdown can change it.
They are numbered from 0 in the order of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from toolkit.core.errors import StoryError
from toolkit.core.text import unfit_sign
from toolkit.notebook.typed_numbers import ROLE

FIRST, LAST = 0xF0000, 0xFFFFD  # of placeholders
PLACEHOLDER = re.compile(f"[{chr(FIRST)}-{chr(LAST)}]")
OPENING = r"(^|[\s(\[—–/‘“])"  # what stands before an opening quotation mark


@dataclass(frozen=True)
class Block:
    """One block of a text, with placeholders: its kind in Markdown, its level (0 if no heading), HTML, plain words.

    `links` are the addresses in it that lead to the edition itself.
    """

    kind: str
    level: int
    html: str
    words: str
    links: tuple[str, ...] = ()


def placeholder(number: int) -> str:
    """The placeholder of the inline with this number."""
    return chr(FIRST + number)


def inline_number(character: str) -> int:
    """The number of the inline of a placeholder."""
    return ord(character) - FIRST


def with_placeholders(source: str, first: int, where: str) -> tuple[str, list[tuple[str, str]]]:
    """`source` with a placeholder for each role, numbered from `first`, and the roles (name, content) in order.

    Raises StoryError that names `where` if the source has a sign that no page may hold, or a reference to one.
    """
    if unfit := unfit_sign(unescape(source)):
        allowed = "characters that everybody sees, and every font has"
        raise StoryError(where, unfit, allowed, "write the word, or another one")
    roles: list[tuple[str, str]] = []

    def keep(match: re.Match) -> str:
        roles.append((match[1], match[2]))
        return placeholder(first + len(roles) - 1)

    return ROLE.sub(keep, source), roles


def curly(text: str) -> str:
    """A text with curly quotation marks and apostrophes for straight ones."""
    text = re.sub(r"^'(?=s\b|\W|$)", "’", text)
    text = re.sub(OPENING + '"', r"\1“", text).replace('"', "”")
    return re.sub(OPENING + "'", r"\1‘", text).replace("'", "’")
