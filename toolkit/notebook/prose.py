"""Prose with numbers in it: `say`, and the roles {eval}, {quote} and {source}."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from toolkit.core.call_errors import clear_call
from toolkit.core.errors import Problem, StoryError, ToolkitError
from toolkit.core.kind import Kind
from toolkit.core.number import Number
from toolkit.core.project import Project, read_text
from toolkit.core.text import CLEAN, clean_text, unfit_sign
from toolkit.core.tree import style_to_json
from toolkit.core.unit import powers, singular_and_plural, units_of
from toolkit.notebook import mime
from toolkit.notebook.typed_numbers import ROLE, typed_in_words, typed_problem
from toolkit.reported.declaration import Declaration

EVAL, QUOTE = "eval", "quote"  # names of roles; the third is source


@dataclass(frozen=True)
class ByChoice:
    """Words that depend on a reader's choice: a text for each of its options, by key; `declared` is the story's own."""

    choice: str
    texts: Mapping[str, Text]
    declared: str

    @property
    def shown(self) -> Text:
        """The text of the declared option."""
        return self.texts[self.declared]

    def __str__(self) -> str:
        return str(self.shown)


@dataclass(frozen=True)
class Text:
    """A text whose numbers are Numbers, so that each keeps its receipt; `parts` are words and numbers in order.

    Of a part that depends on a choice everything here gives the declared option.
    """

    parts: tuple[str | Number | ByChoice, ...]

    def __str__(self) -> str:
        return "".join(str(part) for part in self.parts)

    __repr__ = __str__

    @property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers of the text, in order."""
        return tuple(part for part in self.shown if isinstance(part, Number))

    @property
    def shown(self) -> tuple[str | Number, ...]:
        """Its words and numbers, with the declared option of what a choice decides."""
        return tuple(
            piece for part in self.parts for piece in (part.shown.shown if isinstance(part, ByChoice) else (part,))
        )

    @property
    def kind(self) -> Kind:
        """The highest kind of the text's numbers; reported if there are none."""
        return max((number.kind for number in self.numbers), default=Kind.REPORTED)

    def to_json(self) -> dict[str, Any]:
        """The printed text, and its parts (`part_json`)."""
        return {"text": str(self), "parts": [part_json(part) for part in self.shown]}

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        parts = [part if isinstance(part, str) else part.to_json() for part in self.shown]
        return {"text/plain": str(self), mime.SENTENCE: {"parts": parts}}


def part_json(part: str | Number) -> str | dict[str, Any]:
    """A part of a text as JSON: words, or a number's printed text, its digest and its style."""
    if isinstance(part, str):
        return part
    return {"text": str(part), "node": part.digest, "style": style_to_json(part.style)}


@clear_call
def say(template: str, *numbers: Number | Text | Declaration) -> Text:
    """The template with a number, another text, or a declaration's sentence at each {}.

    Raises StoryError if digits or numbers in words are typed into the template, or there are more or fewer {} than
    numbers.
    """
    pieces = template.split("{}")
    if len(pieces) - 1 != len(numbers):
        raise StoryError(f"say({template!r})", f"{len(pieces) - 1} places for {len(numbers)} numbers", "as many as {}")
    parts: list[str | Number | ByChoice] = [pieces[0]]
    for number, piece in zip(numbers, pieces[1:], strict=True):
        if isinstance(number, Declaration):
            number = Text((number.sentence,))
        if not isinstance(number, (Number, Text)):
            raise StoryError(f"say({template!r})", f"the bare value {number!r}", "Numbers", "pass a Number")
        parts += [*number.parts, piece] if isinstance(number, Text) else [number, piece]
    live_numbers = [number for number in parts if isinstance(number, Number)]
    refuse_typed(template.replace("{}", " "), f"say({template!r})", unit_names(live_numbers))
    return Text(tuple(part for part in parts if part != ""))


def to_text(value: str | Text | Number, where: str, names: Iterable[str] = ()) -> Text:
    """A Text itself; a number or words as a Text; `names` may have numbers in them (`unit_names`).

    Raises StoryError that names `where` for words with a typed number, and for other values.
    """
    if isinstance(value, Text):
        return value
    if isinstance(value, Number):
        return Text((value,))
    if not isinstance(value, str):
        raise StoryError(where, f"{value!r}", "words, or say(...)", "write the field as text")
    refuse_typed(value, where, names)
    return Text((value,))


def unit_names(numbers: Iterable[Number]) -> set[str]:
    """Names of units with a number in them that these numbers print: "million tokens" of "$3 per million tokens"."""
    units = [number.unit for number in numbers if not (number.style.bare or number.style.brief)]
    below = {
        singular_and_plural(name, units_of(unit))[0]
        for unit in units
        for name, power in powers(unit).items()
        if power < 0
    }
    return {name for name in below if typed_in_words(name, ())}


def refuse_typed(text: str, where: str, names: Iterable[str] = ()) -> None:
    """Raises StoryError that names `where` if a number is typed into words, or for a sign that nobody sees.

    `names` and those of data/names_with_digits.txt are allowed. Raises ToolkitError where that file cannot be read.
    """
    if unfit := unfit_sign(text):
        raise StoryError(
            where, unfit, "characters that everybody sees, and every font has", "write the word, or another one"
        )
    typed = typed_in_words(text, [*allowed_names(), *names])
    if typed:
        raise StoryError(
            [typed_problem(where, ", ".join(typed), "numbers through {eval} or say", "put a Number there")]
        )


def allowed_names(project: Project | None = None) -> tuple[str, ...]:
    """Names with digits in them that prose may have, of products, say: the lines of data/names_with_digits.txt.

    Empty if there is no such file. None is the project around the working directory. Raises ToolkitError with every
    line that is no clean text.
    """
    from toolkit.core.project import find_project

    path = (project or find_project()).data / "names_with_digits.txt"
    return _read_names(path, path.stat().st_mtime_ns) if path.is_file() else ()


@cache
def _read_names(path: Path, changed: int) -> tuple[str, ...]:
    """The names in the file; `changed` is when it was written last, so that a changed file is read again."""
    lines = enumerate(read_text(path).splitlines(), 1)
    names = {count: clean_text(line.strip(" \t")) for count, line in lines if not line.startswith("#")}
    problems = [
        Problem(f"data/names_with_digits.txt, line {count}", f"{name!r} has {wrong}", CLEAN, "write it without")
        for count, (name, wrong) in names.items()
        if wrong
    ]
    problems += [
        Problem(
            f"data/names_with_digits.txt, line {count}",
            f"{name!r}, a number and no name",
            "names with a letter in them, such as GPT-5",
            "remove the line; a number in prose is {eval} of a Number",
        )
        for count, (name, wrong) in names.items()
        if name and not wrong and not any(map(str.isalpha, name))
    ]
    if problems:
        raise ToolkitError(problems)
    return tuple(name for name, _ in names.values() if name)


def roles(text: str) -> list[tuple[str, str]]:
    """(role, content) of each {eval}, {quote} and {source} in a Markdown text, in order."""
    return [(match[1], match[2]) for match in ROLE.finditer(text)]


def expressions(text: str) -> list[str]:
    """The expressions of a text's {eval} roles, in order."""
    return [content for role, content in roles(text) if role == "eval"]


def split_source(role: str, content: str, where: str) -> tuple[str, str]:
    """(source id, words) of {quote} or {source}: "source-id: the words". Raises StoryError if it has no source."""
    source, colon, words = content.partition(":")
    if not colon or not words.strip():
        raise StoryError(where, f"{{{role}}}`{content}`", f"{{{role}}}`source-id: the words`", "name the source first")
    return source.strip(), words.strip()
