"""Formulas: LaTeX as MathML, which browsers draw without a script."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from markupsafe import escape

from toolkit.core.errors import StoryError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

TAGS = frozenset(
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle merror mpadded mphantom menclose msub msup msubsup "
    "munder mover munderover mmultiscripts mprescripts none mtable mtr mtd".split()
)
ATTRIBUTES = frozenset(
    "accent accentunder columnalign columnlines columnspacing columnspan depth display displaystyle fence form height "
    "largeop linebreak linethickness lspace mathvariant maxsize minsize movablelimits notation rowalign rowlines "
    "rowspacing rowspan rspace scriptlevel separator stretchy symmetric voffset width xmlns".split()
)
COMMAND = re.compile(r"\\[A-Za-z]+")
ALLOWED = "formulas in LaTeX's mathematics"


def mathml(latex: str, block: bool, where: str) -> str:
    """The MathML of a formula, on a line of its own if `block`.

    Raises StoryError that names `where` for a command that is not known, and for a formula that is none.
    """
    from latex2mathml.converter import convert_to_element

    try:
        markup = _serialized(convert_to_element(latex, display="block" if block else "inline"))
    except StoryError:
        raise
    except Exception as error:  # the library raises what it happens upon for text that is no formula
        raise StoryError(where, f"a formula that cannot be read: {latex.strip()}", ALLOWED, "correct it") from error
    if unknown := COMMAND.search(re.sub("<[^>]*>", " ", markup)):
        raise StoryError(where, f"{unknown[0]} in a formula, which is not known", ALLOWED, "write it another way")
    return markup


def _serialized(element: Element) -> str:
    """An element as HTML, with the tags and attributes of MathML alone: no address, style or script."""
    tag = element.tag.rpartition("}")[2]
    if tag not in TAGS:
        raise ValueError(tag)
    attributes = "".join(
        f' {name}="{escape(html.unescape(value))}"' for name, value in element.items() if name in ATTRIBUTES
    )
    inside = "".join(_text(child.tail, before=_serialized(child)) for child in element)
    return f"<{tag}{attributes}>{_text(element.text)}{inside}</{tag}>"


def _text(text: str | None, before: str = "") -> str:
    return before + str(escape(html.unescape(text or "")))
