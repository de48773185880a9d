"""File formats of datasets. Each module here is one, of its name: its FORMAT says how its files are known and read."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from toolkit.datasets.declaration import FORMATS
from toolkit.datasets.file_format import Format


@cache
def format_named(name: str) -> Format:
    """The format of a name of FORMATS."""
    form: Format = import_module(f"{__name__}.{name}").FORMAT
    return form


def formats() -> dict[str, Format]:
    """Every format by its name, those that take most last."""
    by_name = {name: format_named(name) for name in FORMATS}
    return dict(sorted(by_name.items(), key=lambda name_and_format: name_and_format[1].rank))


def formats_read() -> str:
    """The formats in a message."""
    return ", ".join(form.description for form in formats().values())
