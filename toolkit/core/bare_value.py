"""Bare Python values beside numbers: none but 0 and 1 may stand there."""

from __future__ import annotations

from typing import NoReturn

from toolkit.core.errors import NumberError


def refuse_bare(value: object, action: str) -> NoReturn:
    """Raises NumberError for a bare value about to be used beside a number; `action` says how ("added to")."""
    raise NumberError(
        f"{value!r} {action} a number",
        "a bare value has no unit and no source",
        "a Number; 0 and 1 alone may stand bare",
        "use assume(value, unit, why=...) or a figure from data/",
    )


def zero_or_one(value: int, action: str) -> int:
    """`value` if it is the int 0 or 1. Raises NumberError for any other bare value beside a number."""
    if isinstance(value, int) and not isinstance(value, bool) and value in (0, 1):
        return value
    refuse_bare(value, action)
