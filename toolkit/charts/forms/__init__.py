"""The forms of charts. Each module here is one: its FORM has its name, its encodings, and the function that draws.

Its function `example` gives what the gallery shows and the tests compare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from toolkit.charts.drawing import Drawing
from toolkit.charts.encodings import Form


def load_forms() -> dict[str, Form]:
    """Every form by its name."""
    return {module.FORM.name: module.FORM for module in _modules()}


def load_examples() -> dict[str, Callable[[], Drawing]]:
    """The function that makes the example of each form, by the form's name."""
    return {module.FORM.name: module.example for module in _modules()}


def _modules() -> Iterator[Any]:
    yield from (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
