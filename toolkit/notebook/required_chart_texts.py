"""The texts that a chart has to have: title, subtitle, notes and alt text; and the id that names its files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.core.errors import Problem, StoryError
from toolkit.database.table import Table
from toolkit.notebook.calling_cell import calling_cell
from toolkit.notebook.prose import Text, allowed_names, to_text, unit_names
from toolkit.notebook.typed_labels import label_problems

ALT_LENGTH = (40, 300)  # characters that an alt text may have, from and to
CHART_ID = re.compile(r"(?=.{1,100}$)\w+(?:-+\w+)*")


def chart_words(texts: Mapping[str, Any], table: Table, where: str) -> tuple[dict[str, Text], list[Problem]]:
    """The words of a chart by name, and the problems of those that are missing, have a typed number, or do not fit.

    So have labels in the cell that calls, as a build would say. Raises ToolkitError where the file of names cannot be
    read.
    """
    words: dict[str, Text] = {}
    names = unit_names(table.numbers)
    problems = list(label_problems(calling_cell().code, allowed_names(), where))
    for name, value in texts.items():
        try:
            words[name] = to_text(value, f"{where}, {name}", names)
            if not str(words[name]).strip():
                raise StoryError(f"{where}, {name}", "empty", "one sentence or more", f"write the {name}")
        except StoryError as error:
            problems += error.problems
    return words, problems or list(_alt_problems(words, where))


def id_problems(name: str, where: str) -> Iterator[Problem]:
    """What is wrong with the id of a chart, which its files are named by: it leads into no other folder."""
    if not CHART_ID.fullmatch(name):
        allowed = "letters and digits, joined by - or _, a hundred at most"
        yield Problem(f"{where}, id", repr(name[:100]), allowed, "use such an id: it becomes the name of files")


def _alt_problems(words: dict[str, Text], where: str) -> Iterator[Problem]:
    alt, title = str(words["alt"]), str(words["title"])
    if not ALT_LENGTH[0] <= len(alt) <= ALT_LENGTH[1]:
        yield Problem(
            f"{where}, alt", f"{len(alt)} characters", f"{ALT_LENGTH[0]} to {ALT_LENGTH[1]}", "say what it shows"
        )
    if alt.strip().rstrip(".").lower() == title.strip().rstrip(".").lower():
        yield Problem(f"{where}, alt", "the title again", "what the chart shows", "describe the chart")
