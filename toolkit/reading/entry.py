"""An entry of a YAML file in data/: a mapping that knows its place, and takes its values out checked."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

from toolkit.core.errors import Problem
from toolkit.core.text import PERIODS, exact_float, period_days, shortened

ID = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


class Entry(dict[str, Any]):
    """A mapping of a file: its place, the line of each key, and where its problems are collected.

    Its values are whatever YAML holds; the methods take them out as what they have to be, and note what is wrong.
    `written` has each text, and each list of texts, as the file spells it.
    """

    def __init__(self, file: str, line: int, problems: list[Problem]):
        super().__init__()
        self.file, self.line, self.problems = file, line, problems
        self.lines: dict[str, int] = {}
        self.written: dict[str, str] = {}
        self.written_lists: dict[str, list[str | None]] = {}

    def where(self, key: str | None = None) -> str:
        """ "data/sources/x.yml, line 12, figures tokens_p90": what an error begins with."""
        name = self.get("id") or self.get("term") or ""
        place = f"{self.file}, line {self.line if key is None else self.lines.get(key, self.line)}"
        return f"{place}, {name}" if name else place

    def wrong(self, key: str | None, found: str, allowed: str = "", remedy: str = "") -> None:
        """Notes one problem at `key`."""
        self.problems.append(Problem(self.where(key), found, allowed, remedy))

    def check_keys(self, allowed: Iterable[str], required: Iterable[str] = ()) -> None:
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

    def required_text(self, key: str) -> str:
        """The text at `key`, which may not be empty."""
        value = self.text(key) if self.get(key) is not None else ""
        if key in self and value is not None and not value.strip():
            self.wrong(key, f"{key} is empty", "text", f"write the {key}")
        return value or ""

    def number(self, key: str) -> float | None:
        """The number at `key`, or None; it is exactly the one that is written."""
        value = self.get(key)
        if value is None:
            return None
        if type(value) in (int, float) and math.isfinite(value):
            return value if self.check_exact(key, self.written.get(key, repr(value))) else None
        found = f"{key} is {shortened(repr(value))}"
        self.wrong(key, found, "a number in digits", "write the number as printed, its unit apart")
        return None

    def check_exact(self, key: str, written: str) -> bool:
        """True if a number that is written at `key` is kept with all its digits; notes it where it is not."""
        if exact_float(written) is not None:
            return True
        nearest = repr(float(written)).removesuffix(".0")
        self.wrong(
            key,
            f"{key} is {shortened(written)}, which a computer's float would keep as {nearest}",
            "at most fifteen digits (more where they are kept), from 1e-300 to 1e300",
            "take a unit that needs fewer digits, or write those that count and the printed text in a note",
        )
        return False

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
        """A list of texts at `key`; a number among them is taken as it is written."""
        value = self.get(key)
        if value is None or (isinstance(value, list) and all(type(item) in (str, int, float) for item in value)):
            return tuple(str(item) for item in self.written_lists.get(key, value)) if value else ()
        self.wrong(key, f"{key} is {shortened(repr(value))}", "a list of texts, such as [a, b]", "write it as a list")
        return ()

    def written_texts(self, key: str) -> tuple[str, ...]:
        """A list at `key`, or the keys of a mapping there, each as it is written: 007, 1.10, true."""
        value, listed = self.get(key), self.written_lists.get(key)
        if value is None or isinstance(value, Entry):
            return tuple(value or ())
        if listed is not None and None not in listed:
            return tuple(item for item in listed if item is not None)
        self.wrong(key, f"{key} is {shortened(repr(value))}", "a list of texts, such as [a, b]", "write it as a list")
        return ()

    def entries(self, key: str) -> list[Entry]:
        """A list of mappings at `key`."""
        value = self.get(key)
        if value is None or (isinstance(value, list) and all(isinstance(item, Entry) for item in value)):
            return value or []
        self.wrong(
            key, f"{key} is not a list of entries", "a list, each entry with its keys", "begin each entry with a dash"
        )
        return []

    def period(self, key: str, default: str | None = None) -> str | None:
        """A period at `key`, in one of the forms of PERIODS."""
        value = self.text(key, default)
        if value is None:
            return None
        try:
            start, end = period_days(value)
        except ValueError:
            self.wrong(key, f"{key} is {value!r}", PERIODS, "write the period in one of these forms")
            return default
        if end < start:
            self.wrong(key, f"{key} {value!r} ends before it starts", "START/END in this order", "exchange the two")
        return value
