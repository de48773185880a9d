"""Invented projects of any size: stories with findings and charts, sources, rows of a series; none of it is true."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from bench import desk_by_size
from bench.rows import ROOT

HEAD = "---\ndek: Nothing here is true.\nstatus: published\n---\n\n# An invented story that nobody wrote\n\n"
OPEN = 'from toolkit import open_story, say\n\nstory = open_story("{slug}")\nfound = []\n'
FINDING = (
    'found.append(story.finding("{story}.f{place}", story["s{one}"]["cost"] + story["s{other}"]["cost"], '
    '"Both costs of pair {place}"))\n'
)
TOLD = "The pair costs {{eval}}`found[{place}]` in {where} invented place."
CHART = (
    'story.chart(story.ask("costs"), "bars", value="cost_usd", label="source", id="costs_{place}", '
    'title=say("One pair costs {{}}", found[{place}]), subtitle="Invented costs", notes="Nothing here is true.", '
    'alt="Bars of the costs that some invented sources state, one bar for each of these sources.")'
)
ASKED = "SELECT source, low AS cost_usd, [key] AS keys FROM figures ORDER BY figures.rowid LIMIT 12\n"
CHANGED = "this", "that"  # a sentence is changed from the one to the other
LIMITS = "## Limits\n\nNothing here is true."


@dataclass(frozen=True)
class Size:
    """How much a project has of each; `findings` and `charts` are those of every story."""

    stories: int
    sources: int
    rows: int
    findings: int = 10
    charts: int = 0


def write_project(root: Path, size: Size) -> None:
    """Writes an invented project of that size to a new folder."""
    data, notebooks = root / "data", root / "notebooks"
    for folder in (data / "claims", data / "sources", data / "series", notebooks / "sql"):
        folder.mkdir(parents=True)
    (root / "pyproject.toml").write_text('[tool.toolkit]\nname = "Invented"\n')
    (root / "requirements.lock").write_text("")
    shutil.copy(ROOT / "data" / "units.txt", data)
    desk_by_size.series(data, size.rows)
    desk_by_size.sources(data, size.sources)
    (notebooks / "sql" / "costs.sql").write_text(ASKED)
    for place in range(size.stories):
        (notebooks / f"{slug(place)}.ipynb").write_text(notebook(place, size))


def slug(story: int) -> str:
    """The name of a story by its number."""
    return f"story-{story:04}"


def change_sentence(root: Path, story: int) -> None:
    """Changes a word in the text of a story."""
    path = root / "notebooks" / f"{slug(story)}.ipynb"
    before, after = (f"in {word} invented" for word in CHANGED)
    path.write_text(path.read_text().replace(before, after, 1))


def notebook(story: int, size: Size) -> str:
    """The notebook of a story: its findings of figures of its own, a sentence about each, its charts."""
    first = [((story * size.findings + place) * 2) % (size.sources - 1) for place in range(size.findings)]
    taken = [FINDING.format(story=f"s{story}", place=place, one=one, other=one + 1) for place, one in enumerate(first)]
    told = "\n\n".join(TOLD.format(place=place, where=CHANGED[0]) for place in range(size.findings))
    charts = [CHART.format(place=place) for place in range(size.charts)]
    cells = [OPEN.format(slug=slug(story)) + "".join(taken), HEAD + told, *charts, LIMITS]
    return json.dumps(
        {"cells": list(map(cell, cells, range(len(cells)))), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    )


def cell(source: str, place: int) -> dict:
    """A cell of a notebook: prose where it begins as such."""
    made: dict = {"id": f"cell-{place}", "metadata": {}, "source": source}
    if source.startswith(("---", "#")):
        return {"cell_type": "markdown", **made}
    return {"cell_type": "code", **made, "outputs": [], "execution_count": None}
