"""YAML files of the record, read with the line of every entry; problems are collected, not thrown one by one."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

import yaml

from toolkit.errors import Problem
from toolkit.project import Project

SCHEMA = 1
ID = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
DATE = re.compile(r"[0-9]{4}(-(Q[1-4]|H[12]|[0-9]{2}(-[0-9]{2})?))?")


class _Loader(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):
    """Plain scalars are text, but for true, false, null and decimal numbers: no dates, no `on` or `no`."""


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)$"), "tf")
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:null|~|)$"), ["n", "~", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?[0-9]{1,300}$"), "-+0123456789")
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?(?:[0-9]+\.[0-9]+(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)$"),
    "-+0123456789",
)


class Entry(dict):
    """A mapping of a file: its place, the line of each key, and where its problems are collected."""

    def __init__(self, file: str, line: int, problems: list[Problem]):
        super().__init__()
        self.file, self.line, self.lines, self.problems = file, line, {}, problems
        self.written: dict[str, str] = {}

    def where(self, key: str | None = None) -> str:
        """"data/sources/x.yml, line 12, figures tokens_p90": what an error begins with."""
        name = self.get("id") or self.get("term") or ""
        place = f"{self.file}, line {self.lines.get(key, self.line)}"
        return f"{place}, {name}" if name else place

    def wrong(self, key: str | None, found: str, allowed: str = "", remedy: str = "") -> None:
        """Notes one problem at `key`."""
        self.problems.append(Problem(self.where(key), found, allowed, remedy))

    def only(self, allowed: Iterable[str], required: Iterable[str] = ()) -> None:
        """Notes keys that have no meaning here, and those that are missing."""
        allowed = list(allowed)
        for key in self:
            if key not in allowed:
                self.wrong(key, f"unknown key {key!r}", ", ".join(allowed), "correct or remove the key")
        for key in required:
            if key not in self:
                self.wrong(None, f"{key} is missing", f"all of {', '.join(required)}", f"add {key}")

    def text(self, key: str, default: str | None = None) -> str | None:
        """The text at `key`; a number there is taken as it is written."""
        value = self.get(key, default)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return self.written[key]
        found = "true or false" if isinstance(value, bool) else "a list" if isinstance(value, list) else "an entry"
        self.wrong(key, f"{key} is {found}", "text", "write text, in quotes if need be")
        return default

    def words(self, key: str) -> str:
        """The text at `key`, which may not be empty."""
        value = self.text(key) if self.get(key) is not None else ""
        if key in self and value is not None and not value.strip():
            self.wrong(key, f"{key} is empty", "text", f"write the {key}")
        return value or ""

    def number(self, key: str) -> float | None:
        """The number at `key`, or None."""
        value = self.get(key)
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if value is None or (number and math.isfinite(value)):
            return value
        self.wrong(key, f"{key} is {value!r}", "a number in digits", "write the number as printed, its unit apart")
        return None

    def flag(self, key: str, default: bool) -> bool:
        """True or false at `key`."""
        value = self.get(key, default)
        if isinstance(value, bool):
            return value
        self.wrong(key, f"{key} is {value!r}", "true or false", "write one of the two")
        return default

    def choice(self, key: str, choices: Iterable[str], default: str | None = None) -> str | None:
        """One of `choices` at `key`."""
        value = self.get(key, default)
        choices = tuple(choices)
        if value is None or value in choices:
            return value
        self.wrong(key, f"{key} is {value!r}", ", ".join(choices), "use one of these")
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts at `key`."""
        value = self.get(key) or []
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self.wrong(key, f"{key} is {value!r}", "a list of texts, such as [a, b]", "write it as a list")
        return ()

    def entries(self, key: str) -> list[Entry]:
        """A list of mappings at `key`."""
        value = self.get(key) or []
        if isinstance(value, list) and all(isinstance(item, Entry) for item in value):
            return value
        self.wrong(key, f"{key} is not a list of entries", "a list, each entry with its keys",
                   "begin each entry with a dash")  # fmt: skip
        return []

    def period(self, key: str, default: str | None = None) -> str | None:
        """A period at `key`: 2026, 2026-Q1, 2026-H1, 2026-04, 2026-04-15 or START/END."""
        value = self.text(key, default)
        if value is None:
            return None
        try:
            start, end = period_days(value)
        except ValueError:
            forms = "2026, 2026-Q1, 2026-H1, 2026-04, 2026-04-15 or START/END of these"
            self.wrong(key, f"{key} is {value!r}", forms, "write the period in one of these forms")
            return default
        if end < start:
            self.wrong(key, f"{key} {value!r} ends before it starts", "START/END in this order", "exchange the two")
        return value


def period_days(text: str) -> tuple[date, date]:
    """First and last day of a period as data/ writes it. Raises ValueError if it is not one."""
    first, slash, last = text.partition("/")
    return _days(first)[0], _days(last if slash else first)[1]


def _days(text: str) -> tuple[date, date]:
    if not DATE.fullmatch(text):
        raise ValueError(text)
    year, rest = int(text[:4]), text[5:]
    if not rest:
        return date(year, 1, 1), date(year, 12, 31)
    if rest[0] in "QH":
        size = 3 if rest[0] == "Q" else 6
        last = int(rest[1]) * size
        return date(year, last - size + 1, 1), _month_end(year, last)
    if len(rest) == 2:
        return date(year, int(rest), 1), _month_end(year, int(rest))
    day = date.fromisoformat(text)
    return day, day


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def read_yaml(project: Project, path: Path, problems: list[Problem]) -> Entry | None:
    """The mapping that a file holds, with lines; None if it cannot be read (the reason is in `problems`)."""
    file = project.name(path)
    data = path.read_bytes()
    try:
        node = _Loader(data.decode("utf-8")).get_single_node()
        if isinstance(node, yaml.MappingNode):
            entry = _build(node, file, problems)
            if "schema" in entry and entry.written.get("schema") != str(SCHEMA):
                entry.wrong("schema", f"schema is {entry['schema']!r}", str(SCHEMA), f"write schema: {SCHEMA}")
            return entry
        found, line = "no mapping at the top", 1
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        found, line = str(getattr(error, "problem", None) or error), mark.line + 1 if mark else 1
    except UnicodeDecodeError as error:
        found, line = str(error), data.count(b"\n", 0, error.start) + 1
    except RecursionError:
        found, line = "an entry inside itself, or too many inside one another", 1
    allowed = "YAML in UTF-8: keys at the top, schema: 1 first"
    problems.append(Problem(f"{file}, line {line}", found, allowed, "mend the line"))
    return None


_SCALARS: dict[str, Callable[[str], object]] = {
    "bool": lambda text: text == "true", "null": lambda text: None, "int": int, "float": float, "str": str,
}  # fmt: skip


def _build(node: yaml.Node, file: str, problems: list[Problem]) -> object:
    if isinstance(node, yaml.MappingNode):
        entry = Entry(file, node.start_mark.line + 1, problems)
        for key_node, value_node in node.value:
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in entry:
                problems.append(
                    Problem(f"{file}, line {line}", f"the key {key!r} again (first in line {entry.lines[key]})",
                            "each key once in an entry", "remove one of the two")  # fmt: skip
                )
                continue
            entry.lines[key] = line
            entry[key] = _build(value_node, file, problems)
            if isinstance(value_node, yaml.ScalarNode):
                entry.written[key] = value_node.value
        return entry
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, file, problems) for item in node.value]
    tag = node.tag.rsplit(":", 1)[-1]
    if tag not in _SCALARS:
        problems.append(Problem(f"{file}, line {node.start_mark.line + 1}", f"the tag {node.tag}", "plain YAML",
                                "take the tag away"))  # fmt: skip
        return node.value
    return _SCALARS[tag](node.value)
