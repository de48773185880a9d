"""Expressions of Vega: values written into them, which it reads as older JavaScript does, and the fields they read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from toolkit.charts.specification import Specification, objects_of

FIELD = r"datum(?:\.(?P<name>\w+)|\[(?P<mark>['\"])(?P<quoted>.+?)(?P=mark)\])"
PART = re.compile(rf"\b{FIELD}|'[^']*'|\"[^\"]*\"")  # a field, or a text
READ = "\x00{}\x00"  # stands for a field in the plain expression, with its place among those that are read
GUARDED = re.compile(rf"isValid\({FIELD}\)(?: && isValid\(datum[^()]*\))* \? (?P<inner>.*) : null", re.S)


@dataclass(frozen=True)
class Expression:
    """An expression of Vega as it is written."""

    text: str

    @cached_property
    def fields(self) -> dict[str, str]:
        """The fields of a row that it reads by name, each as it is first written: "datum.fee"."""
        found = (match for match in PART.finditer(self.text) if match["name"] or match["quoted"])
        return {match["name"] or match["quoted"]: match[0] for match in reversed([*found])}

    @cached_property
    def plain(self) -> str:
        """The expression with `sign` of each field in its place, and texts empty."""
        return PART.sub(lambda match: self.sign(match["name"] or match["quoted"] or ""), self.text)

    def sign(self, field: str) -> str:
        """What stands for a field in `plain`, or for a text."""
        return READ.format([*self.fields].index(field)) if field in self.fields else "''"

    @property
    def without_guard(self) -> str:
        """What a calculation makes where its fields are valid, if it makes null elsewhere; else all of it."""
        guarded = GUARDED.fullmatch(self.text.strip())
        return guarded["inner"] if guarded else self.text


def conditions(view: Specification) -> Iterator[dict[str, Any]]:
    """The conditions in a view's own encodings that test something."""
    for channel in view.get("encoding", {}).values():
        yield from (each for one in objects_of(channel) for each in objects_of(one.get("condition")) if "test" in each)


def predicates(predicate: Any) -> Iterator[Mapping[str, Any] | str]:
    """A predicate of Vega-Lite, or those that an and, an or and a not have in it: texts, and objects with a field."""
    if isinstance(predicate, dict):
        inner = [one for key in ("and", "or") for one in predicate.get(key, ())]
        inner += [predicate["not"]] if "not" in predicate else []
        for one in inner:
            yield from predicates(one)
    if isinstance(predicate, str) or (isinstance(predicate, dict) and "field" in predicate):
        yield predicate


def field_of_row(name: str) -> str:
    """The field of a row as an expression has it."""
    return f"datum.{name}" if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) else f"datum[{expression_literal(name)}]"


def expression_literal(value: object) -> str:
    """A JSON value as an expression has it: of a text the two separators that end a line there are escaped."""
    return json.dumps(value, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
