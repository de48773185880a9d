"""The glossary of a page: the terms of data/glossary.yml that its words use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from toolkit.core.errors import DataFileError, Problem
from toolkit.core.project import Project
from toolkit.site.markdown import curly


@dataclass(frozen=True)
class GlossaryTerm:
    """A word of the glossary: its other forms, its meaning in a line (`text`), what else is to be said (`more`).

    It is explained in the margin, too, where it is used first, if `beside`.
    """

    term: str
    forms: tuple[str, ...]
    text: str
    more: str
    beside: bool

    @property
    def id(self) -> str:
        """The id of the term's entry on the page."""
        return "term-" + "-".join(re.findall(r"[a-z0-9]+", self.term.lower()))

    def within(self, words: str) -> bool:
        """True if the words have the term or one of its other forms, also with an s or es at the end."""
        text, forms = words.lower(), (self.term, *self.forms)
        if not any(form.lower() in text for form in forms):  # so with nearly all words; quicker than the search
            return False
        pattern = "|".join(map(re.escape, forms))
        return re.search(rf"\b(?:{pattern})(?:s|es)?\b", words, re.IGNORECASE) is not None


def glossary(project: Project, words: Iterable[str]) -> list[GlossaryTerm]:
    """The terms of data/glossary.yml that these words use, in alphabetical order.

    Raises DataFileError with everything that is wrong in the file.
    """
    text = " ".join(words)
    return sorted((term for term in _terms(project) if term.within(text)), key=lambda term: term.term.lower())


def _terms(project: Project) -> Iterator[GlossaryTerm]:
    for entry in _read_terms(
        project, "glossary.yml", "terms", ("term", "forms", "text", "more", "beside"), ("term", "text")
    ):
        yield GlossaryTerm(
            entry.text("term") or "",
            entry.texts("forms"),
            curly(entry.text("text") or ""),
            curly(entry.text("more") or ""),
            entry.flag("beside", False),
        )


def _read_terms(project: Project, file: str, key: str, allowed: tuple[str, ...], required: tuple[str, ...]) -> list:
    from toolkit.reading.yaml_file import read_yaml

    path = project.data / file
    if not path.is_file():
        return []
    problems: list[Problem] = []
    top = read_yaml(project, path, problems)
    entries = top.entries(key) if top is not None else []
    if top is not None:
        top.check_keys(("schema", key), ("schema", key))
    for entry in entries:
        entry.check_keys(allowed, required)
        for name in allowed:
            entry.texts(name) if name == "forms" else entry.flag(name, False) if name == "beside" else entry.text(name)
    if problems:
        raise DataFileError(problems)
    return entries
