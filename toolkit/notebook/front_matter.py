"""A story's front matter: YAML between two lines of dashes at the top of its first Markdown cell, as MyST has it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from toolkit.core.errors import Problem
from toolkit.notebook.prose import roles
from toolkit.notebook.typed_numbers import typed_numbers, typed_problem
from toolkit.reading.entry import Entry
from toolkit.reading.yaml_file import read_yaml_text

FENCED = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
FIELDS = ("dek", "kicker", "claim", "status", "authors", "language", "direction")
YAML = f"YAML between two lines of ---, with any of {', '.join(FIELDS)}"
DRAFT, EMBARGOED, PUBLISHED = "draft", "embargoed", "published"
STATUS = re.compile(r"draft|published|(published|embargoed until) ([0-9]{4}-[0-9]{2}-[0-9]{2})")
STATUSES = "draft, published, published 2026-12-31 (its day), or embargoed until 2026-12-31"
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
RIGHT_TO_LEFT = ("ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi")
LONGEST = 20_000  # characters
NUMBERS = "words, dates, ordinals, names of data/names_with_digits.txt"


@dataclass(frozen=True)
class FrontMatter:
    """What a story says of itself; "" is what it does not say.

    `kicker` and `claim` stand over the headline, `dek` under it. `status` is draft, embargoed or published; anything
    else was refused. `day` is the ISO date of publication: of an embargo its end, of `published` the date beside it.
    `language` is a BCP 47 tag; `direction`, ltr or rtl, follows from it unless it is said.
    """

    dek: str = ""
    kicker: str = ""
    claim: str = ""
    status: str = ""
    day: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""
    direction: str = ""

    def to_json(self) -> dict[str, Any]:
        """The fields by name."""
        return {**asdict(self), "authors": list(self.authors)}


def front_matter_of(metadata: Mapping[str, Any]) -> FrontMatter:
    """The front matter that `read_notebook` put into a notebook's metadata; an empty one if there is none."""
    stored = metadata.get("front_matter", {})
    return FrontMatter(**{**stored, "authors": tuple(stored.get("authors", ()))})


def split_front_matter(source: str) -> tuple[str, str]:
    """The YAML at the top of a cell's source, "" if there is none, and what follows it."""
    match = FENCED.match(source)
    return (match[1], source[match.end() :].lstrip("\n")) if match else ("", source)


def read_front_matter(
    slug: str, cells: Iterable[Mapping[str, Any]], problems: list[Problem], names: Iterable[str] = ()
) -> FrontMatter | None:
    """The front matter of a notebook's cells, as nbformat or JSON has them; an empty one if there is none.

    None if it cannot be read. `names` may have digits in them. What is wrong is added to `problems`.
    """
    count, cell = next(((n, one) for n, one in enumerate(cells, 1) if one["cell_type"] == "markdown"), (0, None))
    text, _ = split_front_matter("".join(cell["source"])) if cell else ("", "")
    if not text.strip():
        return FrontMatter()
    where = f"story {slug}, cell {count}, front matter"
    if len(text) > LONGEST:
        said = f"{len(text):,} characters"
        problems.append(Problem(where, said, f"{LONGEST:,} at most", "write what is long into the story"))
        return None
    # an empty line for the one of dashes, so that lines count as in the cell
    entry = read_yaml_text(where, f"\n{text}", problems, YAML)
    if entry is None:
        return None
    entry.check_keys(FIELDS)
    words = {name: (entry.text(name, "") or "").strip() for name in ("dek", "kicker", "claim")}
    for name, said in words.items():
        _check_words(entry, name, said, names)
    status, day = _status(entry)
    language = _one_of(entry, "language", LANGUAGE, "a language's tag, such as en, de or pt-BR")
    given = _one_of(entry, "direction", re.compile("ltr|rtl"), "ltr or rtl")
    direction = given or ("rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "")
    return FrontMatter(**words, status=status, day=day, authors=_authors(entry), language=language, direction=direction)


def _check_words(entry: Entry, name: str, words: str, names: Iterable[str]) -> None:
    if "\n\n" in words:
        entry.add_problem(name, f"{name} has several paragraphs", "one", "write the others into the story")
    for role, content in roles(words):
        found = f"{{{role}}}`{content}` in the {name}"
        entry.add_problem(name, found, NUMBERS, "put it into the headline or the text")
    for typed in typed_numbers(words, names):
        refused = typed_problem("", typed, "words", "say it without")
        entry.add_problem(name, refused.found, refused.allowed, refused.remedy)


def _status(entry: Entry) -> tuple[str, str]:
    """The status and the date beside it; the text, with a problem, if it is no status; "" for what is missing."""
    text = entry.text("status", "") or ""
    found = STATUS.fullmatch(text)
    try:
        if found and found[1]:
            return found[1].removesuffix(" until"), date.fromisoformat(found[2]).isoformat()
    except ValueError:
        found = None
    if text and not found:
        entry.add_problem("status", f"status is {text!r}", STATUSES, "write one of these")
    return text, ""


def _one_of(entry: Entry, name: str, allowed: re.Pattern[str], words: str) -> str:
    text = entry.text(name, "") or ""
    if text and not allowed.fullmatch(text):
        entry.add_problem(name, f"{name} is {text!r}", words, "correct it, or leave it out")
        return ""
    return text


def _authors(entry: Entry) -> tuple[str, ...]:
    """The names: of a text, a list of texts, or, as MyST has it too, a list of entries with `name`."""
    authors = entry.get("authors")
    if isinstance(authors, str):
        return (authors,)
    if isinstance(authors, list) and any(isinstance(author, Entry) for author in authors):
        return tuple(author.required_text("name") for author in entry.entries("authors"))
    return entry.texts("authors")
