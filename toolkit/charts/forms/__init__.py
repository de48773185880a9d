"""The forms of charts. Each module here is one: its FORM has its name, its encodings, and the function that draws.

Its function `example` gives what the gallery shows and the tests compare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from toolkit.charts.drawing import ALTAIR, Drawing
from toolkit.charts.encodings import Form
from toolkit.core.errors import ToolkitError
from toolkit.core.text import nearest_first


@cache
def load_forms() -> dict[str, Form]:
    """Every form by its name."""
    return {module.FORM.name: module.FORM for module in _modules()}


def form_of(drawing: Drawing) -> Form | None:
    """The form that a drawing names, None for an author's Altair chart. Raises ToolkitError naming those there are."""
    if drawing.form == ALTAIR:
        return None
    if drawing.form not in load_forms():
        raise ToolkitError(
            drawing.where,
            f"unknown form {drawing.form!r}",
            allowed=nearest_first(drawing.form, load_forms()),
            remedy="choose one of them",
        )
    return load_forms()[drawing.form]


def load_examples() -> dict[str, Callable[[], Drawing]]:
    """The function that makes the example of each form, by the form's name."""
    return {module.FORM.name: module.example for module in _modules()}


def _modules() -> Iterator[Any]:
    yield from (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
