"""The forms of charts. Each module here is one: its FORM has its name, its encodings, and the function that draws."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from toolkit.charts.encodings import Form


def load_forms() -> dict[str, Form]:
    """Every form by its name."""
    forms: list[Form] = [import_module(f"{__name__}.{found.name}").FORM for found in iter_modules(__path__)]
    return {form.name: form for form in forms}
