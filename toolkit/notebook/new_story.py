"""The notebook of a new story, with a prompt ⟨in such brackets⟩ wherever its author has to write."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.project import Project, replace_file

SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
PROMPT = re.compile(r"⟨[^⟩]*⟩")
OPENED = """from toolkit import open_story, say

story = open_story("{slug}")
source = story["⟨id of a source⟩"]
number = story.finding("⟨topic.name of the finding⟩", source["⟨id of a figure⟩"], "⟨what the number is, in words⟩")"""
CHART = """answer = story.ask("⟨name of a question in notebooks/sql⟩")
story.chart(answer, "dots", x="⟨column of numbers⟩", y="⟨column of names⟩",
            title=say("⟨what the chart finds⟩ {}", number),
            subtitle="⟨what is measured, where, when and in which unit⟩",
            notes="⟨what a reader must know to read it⟩",
            alt="⟨what can be seen, in a sentence or two⟩")"""
CELLS = (
    ("code", OPENED, ()),
    (
        "markdown",
        "---\nkicker: ⟨a word or two over the headline⟩\nclaim: ⟨the claim that is looked at⟩\n"
        "dek: ⟨what was looked at, and why⟩\nstatus: draft\n---\n\n# ⟨the finding as a headline⟩\n\n"
        "⟨the finding in a sentence, with its number⟩ {eval}`number`",
        (),
    ),
    ("code", CHART, ()),
    ("markdown", "⟨one sentence for the front page⟩", ("front",)),
    ("markdown", "## What ⟨whoever is criticised⟩ says\n\n⟨its answer in its strongest form⟩", ()),
    ("markdown", "## What we do not know\n\n- ⟨what could not be found out⟩", ()),
    ("markdown", "## ⟨a section of the argument⟩\n\n⟨the argument⟩", ()),
    ("markdown", "## How we did it\n\n⟨sources, questions, assumptions, and how to check them⟩", ("method",)),
    ("markdown", "## Limits\n\n- ⟨what the finding does not show⟩", ()),
)


def new_story(project: Project, slug: str) -> Path:
    """Writes notebooks/<slug>.ipynb to be filled in, and returns its path.

    Raises ToolkitError if the slug cannot be a page's name or a story has it already.
    """
    path = project.notebooks / f"{slug}.ipynb"
    if not SLUG.fullmatch(slug):
        raise ToolkitError(f"the name {slug!r}", "no name for a page", "small letters, digits and single hyphens")
    if path.exists():
        raise ToolkitError(project.name(path), "is there already", "a name that no story has", "choose another name")
    cells: list[dict[str, Any]] = []
    for count, (kind, source, tags) in enumerate(CELLS, 1):
        metadata = {"tags": list(tags)} if tags else {}
        lines = source.replace("{slug}", slug).splitlines(keepends=True)
        cell = {"cell_type": kind, "id": f"cell-{count:02}", "metadata": metadata, "source": lines}
        cells.append(cell | ({"execution_count": None, "outputs": []} if kind == "code" else {}))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    replace_file(path, text.encode())
    return path


def prompts_left(slug: str, cells: Iterable[Mapping[str, Any]]) -> Iterator[Problem]:
    """A problem for each prompt that still stands in a notebook's cells, as they are in its file."""
    for count, cell in enumerate(cells, 1):
        for prompt in PROMPT.findall("".join(cell["source"])):
            yield Problem(
                f"story {slug}, cell {count}",
                f"nothing but the prompt {prompt}",
                "a story that is written",
                "fill it in, or take the cell out",
            )
