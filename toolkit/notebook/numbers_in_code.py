"""The ends of numbers of the toolkit in a notebook's code: limit.low is in the number's unit, which has no scale."""

from __future__ import annotations

import ast
from typing import Any

from toolkit.core.number import Number
from toolkit.core.unit import Unit, UnitRegistry, is_dimensionless, unit_without_scales
from toolkit.database.given_units import parse_given
from toolkit.notebook.calling_cell import Call
from toolkit.notebook.made import PERCENT, POINTS, MadeOf


def made_of_number(node: ast.expr, call: Call, registry: UnitRegistry) -> MadeOf | None:
    """What an end of the number that an expression is measures; None of other expressions, and of a plain number.

    A number is looked up in the call's variables, and in what they hold under typed keys, as in story["a"]["b"].
    Raises NumberError for a unit of an assumption that is not defined.
    """
    match node:
        case ast.Call(func=ast.Name(id="assume"), args=[_, ast.Constant(value=str(text)), *_]):
            unit, form = parse_given(text, registry)
            return _made(unit_without_scales(unit), form)
        case ast.Call():
            return None
    found = _value(node, call)
    return _made(found.unit, found.style.form) if isinstance(found, Number) else None


def typed_attribute(name: str, attribute: str, call: Call) -> float | None:
    """The number that an attribute of a class or an object of the notebook is, which nothing but typed values made."""
    value: Any = getattr(call.variables.get(name), attribute, None)
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if plain and call.typed(ast.Name(name)) else None


def _made(unit: Unit, form: str) -> MadeOf | None:
    said = {"percent": PERCENT, "points": POINTS}.get(form)
    if is_dimensionless(unit) and said is None:
        return None
    return MadeOf("values", unit=unit, form=said or form)


def _value(node: ast.expr, call: Call) -> Any:
    """The value of a variable, or of what it holds under typed keys; None of other expressions."""
    match node:
        case ast.Name(id=name):
            return call.variables.get(name)
        case ast.Subscript(value=inside, slice=ast.Constant(value=key)):
            try:
                return _value(inside, call)[key]
            except Exception:  # of whatever the notebook's own objects raise here
                return None
    return None
