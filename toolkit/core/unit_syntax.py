"""Which texts may name a unit or define one: checked before pint works them out, which would take days for 9**9**9.

And what pint finds wrong in the others, in words.
"""

from __future__ import annotations

import re

import pint

LONGEST = 500  # characters of a unit's text, and of a line that defines one
DEEPEST = 5  # parentheses inside one another
_LETTER = "[^\\W\u2070-\u2079\u00b2\u00b3\u00b9]"  # raised digits are powers, not parts of a name
NAME = re.compile(rf"(?!\d){_LETTER}+")
_DIMENSION = re.compile(rf"\[{NAME.pattern}\]")
_NUMBER = re.compile(r"\d{1,20}(?:\.\d{1,20})?(?:[eE][-+]?\d{1,3})?", re.ASCII)
_POWER = re.compile(r"(?:[²³]|(?:\*\*|\^)\s*-?[0-9]{1,2}(?:\.[0-9]{1,6})?)(?!\s*(?:\*\*|\^|[\w.]))")
_SIGN = re.compile(r"[*/]|-\s*(?=\d)", re.ASCII)
_IN_GROUPS = re.compile(r"\d{1,3}(?:,\d{3}){1,6}(?![\w,])", re.ASCII)
_RATE = re.compile(r"(\bper\b|[/()])", re.IGNORECASE)
# "cup/day person": of the two names after the slash, pint takes the first alone as the denominator
_TWO_NAMES_AFTER_SLASH = re.compile(rf"(?:/|\bper\b)\s*({_LETTER}+\s+(?!per\b){_LETTER}+)", re.IGNORECASE)


def denominators_in_parentheses(text: str) -> str:
    """The text of a unit with parentheses about all that follows a slash or "per", up to the next one.

    "USD per million tokens/month" becomes "USD /( million tokens)/(month)". `wrong_in_unit` has allowed the text.
    """
    pieces = []
    ends = [""]  # at each depth of the text's own parentheses: ")" where a denominator is open there, else ""
    for piece in _RATE.split(text):
        if piece == "(":
            ends.append("")
        elif piece == ")":
            pieces.append(ends.pop())
        elif piece == "/" or piece.lower() == "per":
            piece, ends[-1] = f"{ends[-1]}/(", ")"
        pieces.append(piece)
    return "".join(pieces) + ends[-1]


def wrong_in_unit(text: str) -> str:
    """What may not stand in the text of a unit, in words; "" if it may be worked out.

    Names, numbers, `*`, `/` and parentheses may, and after a name or a number a power of at most two digits.
    """
    if len(text) > LONGEST:
        return f"{len(text):,} characters"
    if not text.strip():
        return "a text that names no unit: 1 stands for none"
    if "%" in text:
        return "the sign '%': write percent"
    at, depth, raisable = 0, 0, False
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif text[at] in "()":
            depth, raisable = depth + (1 if text[at] == "(" else -1), False
            if not 0 <= depth <= DEEPEST:
                return "parentheses without a partner" if depth < 0 else f"more than {DEEPEST} parentheses open"
            at += 1
        elif match := _IN_GROUPS.match(text, at):
            return f"the number {match[0]}, where a scale has a name"
        elif match := NAME.match(text, at) or _DIMENSION.match(text, at) or _NUMBER.match(text, at):
            at, raisable = match.end(), True
        elif text.startswith(("**", "^", "²", "³"), at):
            power = _POWER.match(text, at) if raisable else None
            if power is None:
                return f"{text[at : at + 20]!r}, which is no power of one name by a number of two digits"
            at, raisable = power.end(), False
        elif match := _SIGN.match(text, at):
            at, raisable = match.end(), False
        else:
            return f"the sign {text[at]!r}"
    return "parentheses without a partner" if depth else ""


def wrong_in_definition(line: str) -> str:
    """What may not stand in a line of units.txt, in words; "" if it may be worked out."""
    if len(line) > LONGEST:
        return f"{len(line):,} characters"
    name, *parts = (part.strip() for part in line.split("="))
    if not parts or not parts[0]:
        return "no definition"
    unfit = [each for each in (name, *parts[1:]) if not NAME.fullmatch(each)]
    if unfit:
        return f"{unfit[0]!r}, which is no name"
    if wrong := wrong_in_unit(parts[0]):
        return wrong
    if match := _TWO_NAMES_AFTER_SLASH.search(parts[0]):
        return f"{match[1]!r} below a line, where pint takes the first name alone: put both in parentheses"
    return ""


def in_words(error: Exception, otherwise: str) -> str:
    """What pint found wrong; its own words differ from version to version, and of some errors it has none."""
    if isinstance(error, pint.UndefinedUnitError):
        return " and ".join(map(repr, error.unit_names)) + ", which is not defined"
    if isinstance(error, pint.RedefinitionError):
        return f"{error.name!r}, which is defined already"
    if isinstance(error, RecursionError):
        return "a unit that is defined by itself"
    if type(error) is ValueError:  # no kind of its own, as pint's errors of a text that it cannot read have
        return "a number that multiplies the unit"
    return otherwise
