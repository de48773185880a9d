"""The notebook of a new story, with a prompt ⟨in such brackets⟩ wherever its author has to write."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.project import Project, replace_file
from toolkit.database.dataset_views import declarations

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
OF_DATASET = """from toolkit import open_story, say

story = open_story("{slug}")
rows = story.sql('SELECT CAST("{column}" AS VARCHAR) AS name, count(*) AS n_rows FROM "{dataset}" '
                 "GROUP BY 1{having} ORDER BY n_rows DESC, name LIMIT 10")
counted = story.sql('SELECT count(*) AS n_rows FROM "{dataset}"')
number = story.finding("{topic}.rows", counted.one("n_rows"), "Rows of {dataset}")"""
DATASET_CHART = """story.chart(rows, "bars", value="n_rows", label="name",
            title=say("⟨what the chart finds⟩ {}", number),
            subtitle="Rows by {column}, the most frequent first ⟨where and when⟩",
            notes="⟨what a reader must know to read it⟩",
            alt="⟨what can be seen, in a sentence or two⟩ Bars with the number of rows for each {column}.")"""
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


def new_story(project: Project, slug: str, dataset: str = "") -> Path:
    """Writes notebooks/<slug>.ipynb to be filled in, and returns its path.

    Of a `dataset` it runs as it is, with one chart. Raises ToolkitError if the slug cannot be a page's name or a story
    has it already, or the dataset is not declared or cannot be read.
    """
    path = project.notebooks / f"{slug}.ipynb"
    if not SLUG.fullmatch(slug):
        raise ToolkitError(f"the name {slug!r}", "no name for a page", "small letters, digits and single hyphens")
    if path.exists():
        raise ToolkitError(project.name(path), "is there already", "a name that no story has", "choose another name")
    words = _words_of_dataset(project, dataset) if dataset else {}
    opened, chart = (OF_DATASET, DATASET_CHART) if dataset else (OPENED, CHART)
    cells: list[dict[str, Any]] = []
    for count, (kind, source, tags) in enumerate(CELLS, 1):
        metadata = {"tags": list(tags)} if tags else {}
        source = source.replace(OPENED, opened).replace(CHART, chart)
        for name, word in {"slug": slug, **words}.items():
            source = source.replace(f"{{{name}}}", word)
        lines = source.splitlines(keepends=True)
        cell = {"cell_type": kind, "id": f"cell-{count:02}", "metadata": metadata, "source": lines}
        cells.append(cell | ({"execution_count": None, "outputs": []} if kind == "code" else {}))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    replace_file(path, text.encode())
    return path


def _words_of_dataset(project: Project, name: str) -> dict[str, str]:
    """What stands in a dataset's story: the dataset's name and topic, the column by whose values its rows are counted.

    That is the column of words with the fewest. Raises ToolkitError if there is no such dataset, or as
    `Database.profile` does.
    """
    declared = declarations(project)
    if name not in declared:
        near = difflib.get_close_matches(name, declared, 3) or list(declared)
        known = ", ".join(near) or "none yet"
        raise ToolkitError(f"the dataset {name!r}", "not declared", known, "correct the name, or `toolkit add FILE`")
    from toolkit.database.open import open_database  # which imports DuckDB

    profiles = open_database(project).profile(name).columns
    texts = [one for one in profiles if one.column.type == "text" and one.distinct > 1]
    column = min(texts or profiles[:1], key=lambda one: one.distinct).column.name
    least = declared[name].smallest_group
    having = f" HAVING count(*) >= {least}" if least > 1 else ""
    return {"dataset": name, "topic": re.sub(r"[^a-z0-9_]", "_", name.lower()), "column": column, "having": having}


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
