"""Choices that a story leaves to its readers, and what each of their options makes of its numbers, texts and charts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from toolkit.core.choice import Choice, Picks, picks_of, with_options
from toolkit.core.errors import Problem, StoryError, ToolkitError
from toolkit.core.number import Number
from toolkit.core.tree import chosen_in
from toolkit.database.table import Table
from toolkit.notebook import mime
from toolkit.notebook.annotation import ChartNote
from toolkit.notebook.chart import Chart
from toolkit.notebook.prose import ByChoice, Text, refuse_typed, to_text
from toolkit.notebook.shell import running_shell
from toolkit.notebook.story_state import StoryState

MOST_CHOICES, OPTIONS = 2, (2, 4)  # of a page; of a choice, from and to
ID = re.compile(r"[a-z][a-z0-9]*")
WORDS = ("title", "subtitle", "notes", "alt")
RECORDING = "toolkit.notebook.kernel_extension"  # the extension that a build's kernels load
Choices = Mapping[str, Choice]


def make_choice(
    story: StoryState, label: str, id: str, names: Mapping[str, str], declared: str, options: Mapping[str, Number]
) -> Choice:
    """The choice that `Story.choice` adds to a story. Raises StoryError with all that is wrong."""
    where = f"story {story.slug}, choice {id or label!r}"
    problems = [Problem(where, *wrong) for wrong in _problems(story, label, id, names, declared, options)]
    if problems:
        raise StoryError(problems)
    for words in (label, *names.values()):
        refuse_typed(words, where)
    choice = Choice(id, label, options, names, declared)
    printed = {key: str(choice.number(key)) for key in options}
    if len(set(printed.values())) < len(options):
        printed_options = ", ".join(printed.values())
        raise StoryError(
            where, f"the options {printed_options}", "options that print differently", "leave one of two alike out"
        )
    return replace(choice, names={**printed, **names})


def _problems(
    story: StoryState, label: str, id: str, names: Mapping[str, str], declared: str, options: Mapping[str, object]
) -> Iterator[tuple[str, str, str]]:
    if not ID.fullmatch(id):
        yield f"the id {id!r}", "a word in small letters, for the address of each option", 'id="padded"'
    if id in story.choices or len(story.choices) >= MOST_CHOICES:
        too_many = "a choice of that id is there already" if id in story.choices else "a third choice"
        yield too_many, f"{MOST_CHOICES} choices on a page", "leave one out"
    if not label.strip():
        yield "no label", "what is chosen, in a few words", 'story.choice("share of use that is padded", …)'
    if not OPTIONS[0] <= len(options) <= OPTIONS[1]:
        yield f"{len(options)} options", f"{OPTIONS[0]} to {OPTIONS[1]}", "low=…, central=…, high=…"
    for key, option in options.items():
        if not isinstance(option, Number):
            yield f"{key}={option!r}, a bare value", "Numbers", "assume(value, unit, why=…), or a figure from data/"
        elif chosen_in(option):
            yield f"{key} rests on another choice", "options that rest on none", "choose once, and compute from it"
    if declared not in options:
        yield f"declared={declared!r}", ", ".join(options), "give the declared value under that name"
    if wrong := [key for key in names if key not in options]:
        yield f"a name for {', '.join(wrong)}", ", ".join(options), "name the options"


def words_by(story: StoryState, choice: Number, texts: Mapping[str, str | Text | Number]) -> Text:
    """The text that `Story.by_choice` gives. Raises StoryError for a number that is no choice, and other options."""
    where = f"story {story.slug}, story.by_choice"
    reader_choice = story.choices.get(str(choice.operation["choice"])) if choice.operation.name == "taken" else None
    if reader_choice is None:
        raise StoryError(where, f"{choice}, which is no choice", "what story.choice gave", "give the choice itself")
    if texts.keys() != reader_choice.options.keys():
        raise StoryError(
            where, f"words for {', '.join(texts)}", ", ".join(reader_choice.options), "a text for each option"
        )
    parts = {key: to_text(text, f"{where}, {key}") for key, text in texts.items()}
    return Text((ByChoice(reader_choice.id, parts, reader_choice.declared),))


# what a choice makes of a number, a text, a table, a chart


def _rests_on(value: object) -> set[str]:
    """The ids of the choices that a number, text, table or chart rests on."""
    if isinstance(value, Number):
        return chosen_in(value)
    if isinstance(value, ByChoice):
        return {value.choice}.union(*map(_rests_on, value.texts.values()))
    return set().union(*map(_rests_on, _parts(value)))


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, Text):
        return value.parts
    if isinstance(value, Table) and isinstance(value.rows, tuple):
        return (cell for row in value.rows for cell in row)
    if isinstance(value, Chart):
        return (value.table, *value.encodings.values(), *(getattr(value, name) for name in WORDS), *value.notes_at)
    if isinstance(value, ChartNote):
        return (value.label, *value.x, *value.y)
    return ()


def in_state(found: Any, picks: Picks, choices: Choices) -> Any:
    """A number, text, table or chart as these options make it; anything else as it is.

    Raises NumberError as `with_options` does.
    """
    if isinstance(found, Number):
        return with_options(found, picks, choices)
    if isinstance(found, Text):
        return Text(tuple(part for text_part in found.parts for part in _parts_in_state(text_part, picks, choices)))
    if isinstance(found, Table) and isinstance(found.rows, tuple):
        return replace(found, rows=tuple(tuple(in_state(cell, picks, choices) for cell in row) for row in found.rows))
    if isinstance(found, Chart):
        words = {name: in_state(getattr(found, name), picks, choices) for name in WORDS}
        encodings = {name: in_state(value, picks, choices) for name, value in found.encodings.items()}
        notes = tuple(in_state(note, picks, choices) for note in found.notes_at)
        table = in_state(found.table, picks, choices)
        return replace(found, table=table, encodings=encodings, notes_at=notes, **words)
    if isinstance(found, ChartNote):
        x, y = (tuple(in_state(end, picks, choices) for end in ends) for ends in (found.x, found.y))
        return ChartNote(in_state(found.label, picks, choices), x, y)
    return found


def _parts_in_state(
    part: str | Number | ByChoice, picks: Picks, choices: Choices
) -> tuple[str | Number | ByChoice, ...]:
    if isinstance(part, ByChoice):
        text: Text = in_state(part.texts[picks.get(part.choice, part.declared)], picks, choices)
        return text.parts
    return (in_state(part, picks, choices),)


def states_of(value: object, choices: Choices) -> list[tuple[dict[str, str], Any]]:
    """(options, what they make of it) for every combination of the options that it rests on, the declared one first.

    [] for what rests on no choice. Raises NumberError as `with_options` does.
    """
    ids = _rests_on(value)
    return [(picks, in_state(value, picks, choices)) for picks in picks_of(choices, ids)] if ids else []


def refuse_fixed(value: object, choices: Choices) -> None:
    """Raises NumberError for a number, text, table or chart that no option can be put into (`core.choice.at`)."""
    states_of(value, choices)


def publish_states(choices: Choices) -> None:
    """Has the kernel of a build hand on, beside what it shows, what each option makes of it; elsewhere nothing."""
    shell = running_shell()
    if shell is None or shell.display_formatter is None or shell.extension_manager is None:
        return
    if RECORDING in shell.extension_manager.loaded:
        bundle = _bundles(choices)
        for kind in (Number, Text, Table, Chart):
            shell.display_formatter.mimebundle_formatter.for_type(kind, bundle)


def _bundles(choices: Choices) -> Callable[..., dict[str, Any]]:
    def bundle(value: Any, **_: object) -> dict[str, Any]:
        mime_bundle: dict[str, Any] = value._repr_mimebundle_()
        try:
            states = states_of(value, choices)
        except ToolkitError as error:  # which IPython would print and forget: the page's layout raises it again
            return {**mime_bundle, mime.STATES: {"refused": [vars(problem) for problem in error.problems]}}
        states_data = [{"at": picks, "data": state._repr_mimebundle_()} for picks, state in states]
        return {**mime_bundle, mime.STATES: {"states": states_data}} if states_data else mime_bundle

    return bundle
