"""An entry of a YAML file in data/: a mapping that knows file and line, with methods that return checked values."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

from toolkit.core.errors import Problem
from toolkit.core.lookalikes import NAME, wrong_in_name
from toolkit.core.text import PERIODS, exact_float, period_days, shortened

ID = re.compile(r"(?=.{1,150}$)[a-z0-9]+(?:[-_][a-z0-9]+)*")  # at most 150, as ids name files


class Entry(dict[str, Any]):
    """One mapping of a YAML file, with the line of each key; the values are whatever the file holds.

    The methods return a value as the type it has to be. They add an invalid value to `problems`, one list shared by all
    entries of all files that are read together, and return a default instead.

    `raw` has the values that are numbers, flags or null as the file spells them (1.10, true, ~), by key. `raw_lists`
    has the items of each list so, None for one that is a list or an entry itself.
    """

    # saves memory: a desk has at least as many entries as figures
    __slots__ = ("file", "line", "lines", "problems", "raw", "raw_lists")

    def __init__(self, file: str, line: int, problems: list[Problem]):
        super().__init__()
        self.file, self.line, self.problems = file, line, problems
        self.lines: dict[str, int] = {}
        self.raw: dict[str, str] = {}
        self.raw_lists: dict[str, list[str | None]] = {}

    def where(self, key: str | None = None) -> str:
        """File, line of `key` (or of the entry), and the entry's id or term, as an error begins.

        "data/sources/x.yml, line 12, tokens_p90"
        """
        name = self.get("id") or self.get("term") or ""
        place = f"{self.file}, line {self.line if key is None else self.lines.get(key, self.line)}"
        return f"{place}, {name}" if name else place

    def add_problem(self, key: str | None, found: str, allowed: str = "", remedy: str = "") -> None:
        """Adds one problem at the line of `key`, or of the entry for None."""
        self.problems.append(Problem(self.where(key), found, allowed, remedy))

    def check_keys(self, allowed: Iterable[str], required: Iterable[str] = ()) -> None:
        """Adds a problem for each key that is not in `allowed`, and for each in `required` that is missing."""
        allowed = tuple(allowed)
        for key in self:
            if key not in allowed:
                self.add_problem(key, f"unknown key {key!r}", ", ".join(allowed), "correct or remove the key")
        for key in required:
            if key not in self:
                self.add_problem(None, f"{key} is missing", f"all of {', '.join(required)}", f"add {key}")

    def check_names(self, *keys: str) -> None:
        """Adds a problem for each text at `keys`, or in a list there, that looks like another name."""
        for key in keys:
            value = self.get(key)
            for name in [] if value is None else value if isinstance(value, list) else [value]:
                if isinstance(name, str) and (wrong := wrong_in_name(name)):
                    self.add_problem(key, f"{key} is {shortened(repr(name))}, with {wrong}", NAME, "write it so")

    def text(self, key: str, default: str | None = None) -> str | None:
        """The text at `key`, a number there as the file spells it; None for null, `default` where the key is missing.

        Anything else is a problem and gives `default`.
        """
        value = self.get(key, default)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return self.raw[key]
        found = "true or false" if isinstance(value, bool) else "a list" if isinstance(value, list) else "an entry"
        self.add_problem(key, f"{key} is {found}", "text", "write text, in quotes if need be")
        return default

    def required_text(self, key: str) -> str:
        """The text at `key`; "" where there is none.

        A value that is no text, null and an empty text are problems; that the key is missing is one of `check_keys`.
        """
        if key not in self:
            return ""
        value = "" if self[key] is None else self.text(key)  # None where it is no text, which was added
        if value is not None and not value.strip():
            self.add_problem(key, f"{key} is empty", "text", f"write the {key}")
        return value or ""

    def number(self, key: str) -> float | None:
        """The number at `key`; None where the key is missing or null.

        Anything but a finite number whose digits a float holds exactly is a problem and gives None.
        """
        value = self.get(key)
        if value is None:
            return None
        if type(value) in (int, float) and math.isfinite(value):
            return value if self.check_exact(key, self.raw.get(key, repr(value))) else None
        text = repr(value) if isinstance(value, str) else self.raw.get(key, repr(value))
        found = f"{key} is {shortened(text)}"
        if isinstance(value, float):
            found = f"{found}, beyond what a computer's float can hold"
            self.add_problem(key, found, "numbers up to 1e300", "take a larger unit")
        else:
            self.add_problem(key, found, "a number in digits", "write the number as printed, its unit apart")
        return None

    def check_exact(self, key: str, raw: str) -> bool:
        """True if a float holds all digits of the number `raw` at `key`; otherwise adds a problem.

        Raises ValueError for a text that is no number.
        """
        if exact_float(raw) is not None:
            return True
        nearest = repr(float(raw)).removesuffix(".0")
        self.add_problem(
            key,
            f"{key} is {shortened(raw)}, which a computer's float would keep as {nearest}",
            "at most 15 digits, or more that a float prints again, from 1e-300 to 1e300",
            "take a unit that needs fewer digits, or round it and put the printed text in a note",
        )
        return False

    def flag(self, key: str, default: bool) -> bool:
        """True or false at `key`, `default` where the key is missing; null or anything else is a problem."""
        value = self.get(key, default)
        if isinstance(value, bool):
            return value
        self.add_problem(key, f"{key} is {value!r}", "true or false", "write one of the two")
        return default

    def one_of(self, key: str, choices: Iterable[str], default: str | None = None) -> str | None:
        """One of `choices` at `key`; None for null, `default` where the key is missing.

        Anything else is a problem and gives `default`.
        """
        value = self.get(key, default)
        choices = tuple(choices)
        if value is None or value in choices:
            return value
        self.add_problem(key, f"{key} is {value!r}", ", ".join(choices), "use one of these")
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """The list at `key`, of texts and numbers, each as the file spells it; () where the key is missing or null.

        Any other value or item, such as true or null, is a problem and gives ().
        """
        value = self.get(key)
        if value is None or (isinstance(value, list) and all(type(item) in (str, int, float) for item in value)):
            return tuple(str(item) for item in self.raw_lists.get(key, value)) if value else ()
        self.add_problem(
            key, f"{key} is {shortened(repr(value))}", "a list of texts, such as [a, b]", "write it as a list"
        )
        return ()

    def raw_texts(self, key: str) -> tuple[str, ...]:
        """The items of the list at `key`, or the keys of the mapping there, all as the file spells them.

        Unlike in `texts`, true, false and null are items too.
        """
        value, listed = self.get(key), self.raw_lists.get(key)
        if value is None or isinstance(value, Entry):
            return tuple(value or ())
        if listed is not None and None not in listed:
            return tuple(item for item in listed if item is not None)
        self.add_problem(
            key, f"{key} is {shortened(repr(value))}", "a list of texts, such as [a, b]", "write it as a list"
        )
        return ()

    def entries(self, key: str) -> list[Entry]:
        """The list of entries at `key`; [] where the key is missing or null.

        Anything else is a problem and gives [].
        """
        value = self.get(key)
        if value is None or (isinstance(value, list) and all(isinstance(item, Entry) for item in value)):
            return value or []
        self.add_problem(
            key, f"{key} is not a list of entries", "a list, each entry with its keys", "begin each entry with a dash"
        )
        return []

    def period(self, key: str, default: str | None = None) -> str | None:
        """The period at `key`, in one of the forms of PERIODS; None for null, `default` where the key is missing.

        Another form is a problem and gives `default`. A period that ends before it starts is a problem and is returned.
        """
        value = self.text(key, default)
        if value is None:
            return None
        try:
            start, end = period_days(value)
        except ValueError:
            self.add_problem(key, f"{key} is {value!r}", PERIODS, "write the period in one of these forms")
            return default
        if end < start:
            self.add_problem(key, f"{key} {value!r} ends before it starts", "START/END in this order", "swap the two")
        return value
