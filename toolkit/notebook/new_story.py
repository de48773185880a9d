"""The notebook of a new story, with a prompt ⟨in such brackets⟩ wherever its author has to write."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.project import Project, replace_file
from toolkit.database.dataset_views import declarations
from toolkit.engine.paths import identifier
from toolkit.notebook.typed_numbers import typed_in_words

if TYPE_CHECKING:
    from toolkit.database.open import Database

TRIED = 40  # columns that are looked at for groups
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
counted = story.sql('SELECT count(*) AS n_rows FROM "{dataset}"')
number = story.finding("{dataset}.rows", counted.one("n_rows"), "Rows of {said}")"""
DATASET_CHART = """rows = story.sql('SELECT CAST("{column}" AS VARCHAR) AS name, count(*) AS n_rows FROM "{dataset}" '
                 'WHERE "{column}" IS NOT NULL GROUP BY 1{having} ORDER BY n_rows DESC, name LIMIT 10')
story.chart(rows, "bars", value="n_rows", label="name",
            title=say("⟨what the chart finds⟩ {}", number),
            subtitle="Rows by {said_column}, the most frequent first ⟨where and when⟩",
            notes="⟨what a reader must know to read it⟩",
            alt="⟨what can be seen, in a sentence or two⟩ Bars with the number of rows for each {said_column}.")"""
NO_CHART = """# ⟨a chart: no column of {dataset} has groups that may be shown⟩
story.dataset("{dataset}")"""
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
        like = re.sub("[^a-z0-9]+", "-", slug.lower()).strip("-")
        remedy = f"write {like}" if SLUG.fullmatch(like) else "choose such a name"
        raise ToolkitError(
            f"the name {slug!r}", "no name for a page", "small letters, digits and single hyphens", remedy
        )
    if path.exists():
        raise ToolkitError(project.name(path), "is there already", "a name that no story has", "choose another name")
    words = _words_of_dataset(project, dataset) if dataset else {}
    opened, chart = (OF_DATASET, DATASET_CHART if words["column"] else NO_CHART) if dataset else (OPENED, CHART)
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
    """What stands in a dataset's story: the dataset, the column by whose values its rows are counted, "" for none.

    Raises ToolkitError if there is no such dataset, if too few rows are in it for any number, or as `Database.profile`
    does.
    """
    declared = declarations(project)
    if name not in declared:
        near = difflib.get_close_matches(name, declared, 3) or list(declared)
        names = ", ".join(near) or "none yet"
        raise ToolkitError(f"the dataset {name!r}", "not declared", names, "correct the name, or `toolkit add FILE`")
    from toolkit.database.open import open_database  # which imports DuckDB

    database, rows = open_database(project), declared[name].rows
    least = max([limit.rows for limit in database.limits([name])], default=1)
    if rows < (smallest := declared[name].smallest_group):
        raise ToolkitError(
            f"the dataset {name!r}",
            f"{rows} rows, and smallest_group is {smallest}: no number of it can be published",
            f"at least {smallest} rows",
            f"add more, or change smallest_group in data/datasets/{name}.yml",
        )
    column = _grouped_by(database, name, least)
    words = {key: text.replace("_", " ") for key, text in (("said", name), ("said_column", column))}
    words = {key: text if not typed_in_words(text) else "one column" for key, text in words.items()}
    if words["said"] == "one column":
        words["said"] = "the dataset"
    return {"dataset": name, "column": column, "having": f" HAVING count(*) >= {least}" if least > 1 else "", **words}


def _grouped_by(database: Database, name: str, least: int) -> str:
    """The column by whose values a dataset's rows are counted: of words, with the fewest but more than one.

    None by which people can be told, nor one without a group of at least `least` rows; "" where no other is there.
    """
    profiles = [one for one in database.profile(name).columns if not database.people_among([(name, one.column.name)])]
    profiles.sort(key=lambda one: (one.distinct < 2, one.column.type != "text", one.distinct))
    for one in profiles[:TRIED]:
        cell, rows = identifier(one.column.name), identifier(name)
        groups = f"SELECT 1 FROM {rows} WHERE {cell} IS NOT NULL GROUP BY {cell} HAVING count(*) >= {least} LIMIT 1"
        if database.answer(f"the groups of {name}", groups)[1]:
            return one.column.name
    return ""


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
