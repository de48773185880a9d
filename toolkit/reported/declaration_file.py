"""Reads the lists of choices in data/declarations/."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from toolkit.core.errors import DataFileError, NumberError, Problem
from toolkit.core.kind import Kind
from toolkit.core.number import Number, leaf
from toolkit.core.operation import operation
from toolkit.core.project import Project, digest
from toolkit.core.text import nearest_first
from toolkit.core.unit import UnitRegistry, registry
from toolkit.reading.entry import ID, Entry
from toolkit.reading.yaml_file import read_yaml
from toolkit.reported.claims import check_unit
from toolkit.reported.data_files import data_files
from toolkit.reported.declaration import Declaration, DeclaredChoice, declaration_path

KEYS = ("schema", "id", "declared_on", "known", "statement", "choices")
CHOICE_KEYS = ("id", "rule", "value", "low", "high", "options", "unit")


def read_declarations(project: Project, units: UnitRegistry, problems: list[Problem]) -> dict[str, Declaration]:
    """All declarations of data/declarations/ by id; what is wrong is added to `problems`."""
    declarations = {}
    for path in data_files(project, "declarations"):
        top = read_yaml(project, path, problems)
        if top is not None:
            declarations[path.stem] = _declaration(top, path.stem, units)
    return declarations


def read_declaration(project: Project, name: str) -> Declaration:
    """The declaration data/declarations/<name>.yml.

    Raises DataFileError with every problem, or if it is missing, and ToolkitError for a data/units.txt that is wrong.
    """
    path = project.data / "declarations" / f"{name}.yml"
    if not ID.fullmatch(name) or not path.is_file():
        names = nearest_first(name, (path.stem for path in data_files(project, "declarations")))
        raise DataFileError(
            f"the declaration {name!r}",
            "not in data/declarations/",
            names,
            "correct the name, or write the list in data/declarations/",
        )
    problems: list[Problem] = []
    top = read_yaml(project, path, problems)
    declaration = _declaration(top, name, registry(project.data / "units.txt")) if top is not None else None
    if problems or declaration is None:
        raise DataFileError(problems)
    return declaration


def _declaration(top: Entry, stem: str, units: UnitRegistry) -> Declaration:
    top.check_keys(KEYS, KEYS)
    if top.get("id") != stem or not ID.fullmatch(stem):
        top.add_problem(
            "id", f"id is {top.get('id')!r}", f"the file's name, {stem}", "give both the same lower-case name"
        )
    entries = top.entries("choices")
    if "choices" in top and not entries:
        top.add_problem("choices", "choices is empty", "one choice or more", "list the choices")
    choices: dict[str, DeclaredChoice] = {}
    for entry in entries:
        choice = _choice(entry, stem, units)
        if choice.id in choices:
            entry.add_problem(
                "id", f"the choice {choice.id!r} again", "each id once in a list", "rename one of the two"
            )
        choices.setdefault(choice.id, choice)
    return Declaration(
        id=stem,
        declared_on=_day(top),
        known=top.required_text("known"),
        statement=top.required_text("statement"),
        choices=tuple(choices.values()),
        hash=digest(_canonical(entry) for entry in entries),
    )


def _canonical(entry: Entry) -> str:
    """The text of a choice that is hashed: layout, comments and the order of its keys make no difference."""
    return json.dumps(dict(sorted(entry.items())), ensure_ascii=False)


def _day(top: Entry) -> str:
    text = top.text("declared_on") or ""
    try:
        if "declared_on" in top:
            return date.fromisoformat(text).isoformat()
    except ValueError:
        top.add_problem(
            "declared_on", f"declared_on is {text!r}", "a day, such as 2026-11-22", "write the day of the list"
        )
    return "1970-01-01"  # stands in for it: the problem is noted, and no declaration comes of it


def _choice(entry: Entry, stem: str, units: UnitRegistry) -> DeclaredChoice:
    entry.check_keys(CHOICE_KEYS, ("id", "rule"))
    name, rule = entry.required_text("id"), entry.required_text("rule")
    if not ID.fullmatch(name):
        entry.add_problem("id", f"id is {name!r}", "lower-case words with dashes or underscores", "rename it")
    value_keys = [key for key in ("value", "low", "high", "options") if key in entry]
    if value_keys not in ([], ["value"], ["low", "high"], ["options"], ["low", "high", "options"]):
        entry.add_problem(
            value_keys[0],
            f"{' and '.join(value_keys)}",
            "value, or low and high, or options, or a range with options",
            "keep one of these",
        )
        value_keys = []
    numbers = [key for key in value_keys if key != "options"]
    ends = [end for key in numbers if (end := entry.number(key)) is not None]
    complete = ends and len(ends) == len(numbers)
    value = _number(entry, stem, value_keys[0], (ends[0], ends[-1]), units) if complete else None
    options = tuple(_options(entry, stem, units)) if "options" in value_keys else ()
    if value is not None and any(
        isinstance(option, Number) and not value.low <= option.low <= value.high for option in options
    ):
        entry.add_problem(
            "options", f"an option outside {value}", f"options within {value}", "widen the range or drop it"
        )
    without_number = value_keys in ([], ["options"]) and not any(isinstance(option, Number) for option in options)
    if "unit" in entry and without_number:
        entry.add_problem(
            "unit",
            "a unit without a number",
            "a unit beside value, low and high, or options in digits",
            "remove the unit",
        )
    return DeclaredChoice(name, rule, value, options, f"{entry.file}, line {entry.line}")


def _options(entry: Entry, stem: str, units: UnitRegistry) -> Iterator[Number | str]:
    listed = entry["options"]
    digits = isinstance(listed, list) and all(type(option) in (int, float) for option in listed)
    words = isinstance(listed, list) and all(isinstance(option, str) and option.strip() for option in listed)
    if not (digits or words) or len(listed) < 2 or len(set(listed)) < len(listed):
        entry.add_problem(
            "options",
            f"options is {listed!r}",
            "a list of two or more different numbers, or of words",
            "write each option once",
        )
        return
    exact = [entry.check_exact("options", text) for text in entry.raw_texts("options")] if digits else []
    if not all(exact):
        return
    for option in listed:
        parsed = option if words else _number(entry, stem, "options", (option, option), units)
        if parsed is not None:
            yield parsed


def _number(entry: Entry, stem: str, key: str, ends: tuple[float, float], units: UnitRegistry) -> Number | None:
    """A number of kind assumed, whose label and reason is the rule; None, with a problem, if it is wrong."""
    text, rule = entry.text("unit", "1") or "1", entry.required_text("rule").rstrip(".")
    unit = check_unit(entry, text, units)
    if unit is None:
        return None
    try:
        ref = f"{declaration_path(stem)}, {entry.get('id')}"
        number = leaf(float(ends[0]), float(ends[1]), unit, Kind.ASSUMED, ref, rule)
    except NumberError as error:
        entry.add_problem(key, error.problems[0].found, "finite values, low at most high", "correct the value")
        return None
    return replace(number, operation=operation("assumed"), why=rule)
