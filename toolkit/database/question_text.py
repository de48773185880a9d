"""A question with its parameters as one text, as receipts and manifests name it, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal

DATED: dict[str, type[date] | type[datetime] | type[time]] = {"date": date, "datetime": datetime, "time": time}
DECIMAL, OTHER = "decimal", "other"  # names of values that JSON has no form of, as those of DATED
DECODE = json.JSONDecoder(object_hook=lambda found: _read(found)).raw_decode


def question_as_asked(name: str, parameters: Mapping[str, object]) -> str:
    """A question with its parameters as JSON: `told {"least": 3, "month": "2026-01"}`; the name alone without any."""
    parameters_text = json.dumps(dict(parameters), ensure_ascii=False, sort_keys=True, default=_written)
    return f"{name} {parameters_text}" if parameters else name


def question_of(asked: str) -> str:
    """The name of the question in what `question_as_asked` gave, or in that with " of LOG" after it."""
    return asked.partition(" ")[0]


def parameters_of(asked: str) -> dict[str, object] | None:
    """The parameters in it; None if one cannot be read back: no text, number, date, time, None, or list of them."""
    text = asked.partition(" ")[2]
    if not text or text.startswith("of "):
        return {}
    try:
        parameters, _ = DECODE(text)
    except (ValueError, ArithmeticError, TypeError, RecursionError):  # in a manifest that somebody changed
        return None
    return parameters if isinstance(parameters, dict) else None


def _written(value: object) -> object:
    """A value that JSON has no form of as an object, {kind: text}; a scalar of NumPy as Python's."""
    plain = value.item() if hasattr(value, "item") else value
    for name, kind in DATED.items():
        if type(plain) is kind:
            return {name: plain.isoformat()}
    if type(plain) is Decimal:
        return {DECIMAL: str(plain)}
    return {OTHER: repr(value)} if plain is value else plain


def _read(value: dict[str, object]) -> object:
    """What `_written` made an object of; other objects as they are. Raises ValueError for what cannot be read."""
    name, text = next(iter(value.items())) if len(value) == 1 else ("", "")
    if name == OTHER:
        raise ValueError(f"{text} cannot be read back")
    if name in DATED:
        return DATED[name].fromisoformat(str(text))
    return Decimal(str(text)) if name == DECIMAL else value
