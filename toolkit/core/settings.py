"""The settings of a project, the table [tool.toolkit] of its pyproject.toml: which there are, and what they may be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from toolkit.core.errors import Problem
from toolkit.core.text import CLEAN, shortened, unfit_sign

# of which type each is, and how an error says that
SETTINGS: dict[str, tuple[type, str]] = {
    "stories": (list, 'a list of names of notebooks: stories = ["coffee", "tea"]'),
    "name": (str, 'a text: name = "Harbour desk"'),
    "site": (str, 'a text: site = "https://desk.example/audits"'),
    "language": (str, 'a text: language = "en"'),
    "engine": (str, 'a text: engine = "spark"'),
    "remote": (str, 'a text: remote = "sc://spark.example:15002"'),
    "master": (str, 'a text: master = "spark://spark.example:7077"'),
    "spark": (dict, "a table of its own, [tool.toolkit.spark]"),
    "colours": (dict, "a table of its own, [tool.toolkit.colours]"),
}
SITE = re.compile(r"(https?://[\w.:\[\]-]+(/[\w.~%/-]*)?)?", re.ASCII)


def wrong_settings(table: Any) -> Iterator[Problem]:
    """The problems of the table: no table, a setting of another type than SETTINGS has, a site that is no address."""
    where = "pyproject.toml, [tool.toolkit]"
    if not isinstance(table, dict):
        yield Problem(where, shortened(repr(table)), "a table, [tool.toolkit], with its lines below", "write it so")
        return
    for name, (kind, allowed) in SETTINGS.items():
        found: Any = table.get(name, kind())
        fits = isinstance(found, kind)
        if not fits or not all(isinstance(one, str) for one in found):
            yield Problem(f"{where} {name}", shortened(repr(found)), allowed, "write it so")
        elif isinstance(found, str) and (unfit := unfit_sign(found)):
            yield Problem(f"{where} {name}", f"{shortened(ascii(found))} has {unfit}", CLEAN, "write it without")
        elif name == "site" and not SITE.fullmatch(found):
            address = "the address at which the edition will stand, such as https://desk.example/audits"
            yield Problem(f"{where} {name}", shortened(repr(found)), address, "correct it, or leave it out")
