"""The colours of pages and charts on paper and on a dark screen; a project may give entities colours of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.project import Project

# Each role has one colour on paper and one on a dark screen. Tests check contrast, and that colours can be told apart.
LIGHT = {
    "ink": "#1b1b1a",
    "muted": "#5f5c55",
    "context": "#8a867d",
    "rule": "#d8d4ca",
    "paper": "#fffdf8",
    "slip": "#f3efe6",
    "accent": "#9e2513",
    "tint": "#f6e3dc",
}
DARK = {
    "ink": "#ebe8e1",
    "muted": "#a9a59b",
    "context": "#8d8a82",
    "rule": "#36393d",
    "paper": "#15171a",
    "slip": "#1d2024",
    "accent": "#f0704b",
    "tint": "#3a221d",
}
SETTING = "pyproject.toml, [tool.toolkit.colours]"
OWN = (
    "col",
    "edge",
    "gap",
    "ground",
    "indent",
    "mono",
    "sans",
    "serif",
    "side",
    "text",
)  # variables of the style sheets
EXAMPLE = '{entities = ["Name in the table"], light = "#0d3149", dark = "#4687fb"}'


@dataclass(frozen=True)
class EntityColour:
    """The colour of some entities, given by their names in tables; `role` is the colour's name in style sheets."""

    role: str
    entities: tuple[str, ...]
    light: str
    dark: str


@dataclass(frozen=True)
class Palette:
    """Every colour of an edition: the roles that all projects share, and a project's own for entities."""

    entities: tuple[EntityColour, ...] = ()

    @cached_property
    def light(self) -> dict[str, str]:
        """The colours on paper, by role."""
        return LIGHT | {colour.role: colour.light for colour in self.entities}

    @cached_property
    def dark(self) -> dict[str, str]:
        """The colours in the dark, by role."""
        return DARK | {colour.role: colour.dark for colour in self.entities}

    def role_of(self, entity: str) -> str | None:
        """The role of an entity's own colour; None where the project gives it none."""
        return next((colour.role for colour in self.entities if entity in colour.entities), None)

    def resolved(self, svg: str) -> str:
        """An SVG with colours on paper in place of CSS variables, for pictures and downloads."""
        return re.sub(r"var\(--([a-z]+)\)", lambda match: self.light[match[1]], svg)

    def css_variables(self) -> str:
        """The palette as CSS: light by default and on paper, dark where the reader's screen asks for it."""
        light, dark = ("".join(f"--{role}:{value};" for role, value in p.items()) for p in (self.light, self.dark))
        return (
            f":root{{color-scheme:light;{light}}}\n"
            f"@media screen and (prefers-color-scheme:dark){{:root{{color-scheme:dark;{dark}}}}}\n"
        )


HOUSE = Palette()


def paint(role: str) -> str:
    """A colour as charts have it: the page's CSS variable."""
    return f"var(--{role})"


def read_palette(project: Project) -> Palette:
    """The palette of a project, with the colours that `[tool.toolkit.colours]` gives to entities.

    Raises ToolkitError naming every entry that is wrong.
    """
    entries = project.settings.get("colours", {})
    if not isinstance(entries, Mapping):
        raise ToolkitError(SETTING, repr(entries), f"a table of entries such as name = {EXAMPLE}", "write it so")
    problems = [problem for role, entry in entries.items() for problem in _faults(role, entry)]
    if not problems:
        problems = list(named_twice(entries))
    if problems:
        raise ToolkitError(problems)
    return Palette(
        tuple(
            EntityColour(role, tuple(entry["entities"]), entry["light"], entry["dark"])
            for role, entry in entries.items()
        )
    )


def _faults(role: str, entry: Any) -> Iterator[Problem]:
    """The problems of one entry of a project's colours."""
    where = f"{SETTING} {role}"
    if not re.fullmatch("[a-z]+", role) or role in (*LIGHT, *OWN):
        yield Problem(
            where, f"the name {role!r}", f"small letters a to z, but none of {', '.join((*LIGHT, *OWN))}", "rename it"
        )
    if not isinstance(entry, Mapping) or entry.keys() != {"entities", "light", "dark"}:
        found = ", ".join(entry) if isinstance(entry, Mapping) else repr(entry)
        yield Problem(where, found or "nothing", f"entities, light and dark: {EXAMPLE}", "write these three")
        return
    names = entry["entities"]
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
        yield Problem(f"{where}, entities", repr(names), "a list of names as they stand in tables", "write one or more")
    for ground in ("light", "dark"):
        if not isinstance(entry[ground], str) or not re.fullmatch("#[0-9a-f]{6}", entry[ground]):
            yield Problem(f"{where}, {ground}", repr(entry[ground]), '"#" and six of 0 to 9, a to f', "correct it")


def named_twice(entries: Mapping[str, Any]) -> Iterator[Problem]:
    """The problems of entities that have two colours."""
    seen: dict[str, str] = {}
    for role, entry in entries.items():
        for name in entry["entities"]:
            if name in seen:
                yield Problem(
                    f"{SETTING} {role}", f"{name!r}, which is in {seen[name]} too", "one colour for an entity"
                )
            seen[name] = role
