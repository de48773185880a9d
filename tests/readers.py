"""Every reader of the toolkit with an input that it accepts, for the tests that break these inputs in any way.

A new reader is one line of READERS: the file that it reads in the tests' small project, the call that reads it, and
what the file holds where the sample has none.
"""

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

import pyarrow
import pyarrow.parquet

from tests import small_dataset
from toolkit.build.manifest import stored_manifest
from toolkit.build.selection import select
from toolkit.charts import read_palette
from toolkit.commands.check import read_stories
from toolkit.commands.strip import strip_file
from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.project import Project
from toolkit.core.unit import parse_unit, registry, registry_of_text
from toolkit.datasets.examine import Options, examine
from toolkit.datasets.read_all import read_datasets
from toolkit.engine.select_only import refuse_other_than_select
from toolkit.notebook.prose import allowed_names
from toolkit.reported.declaration_file import read_declarations
from toolkit.reported.read_all import read_reported
from toolkit.review.diff import changes
from toolkit.review.verify import verify_alone
from toolkit.site.any_notebook import notebook_page
from toolkit.site.glossary import glossary
from toolkit.usage.calibration_check import calibration
from toolkit.usage.simulate.scenario_file import read_scenario

ROOT = Path(__file__).parents[1]
SERIES = """\
schema: 1
id: prices
title: Prices
licence: facts
label: "{town}, {year}"
key: [town, year]
source: source
value: amount
unit: million USD
columns:
  - {name: town, type: text, meaning: where}
  - {name: year, type: integer, meaning: when}
  - {name: amount, type: decimal, meaning: how much, empty: true}
  - {name: source, type: text, meaning: the document}
"""
ROWS = "town,year,amount,source\nUlm,2024,1.5,office-survey\nKöln,2025,20,office-survey\n"
CORRECTIONS = """\
schema: 1
corrections:
  - story: coffee
    on: 2026-05-12
    was: 4
    now: 5
    why: none
    noticed_by: a reader
    expects: [{figure: office-survey#heavy, value: 35, unit: cup/week}]
"""
WATCH = """\
schema: 1
watch:
  - id: coffee-survey-2027
    what: the office's survey of coffee for 2027
    due: 2027-04
    inferred: true
    basis: the survey of 2026 came out on 15 April 2026
    enter: the reporter on kitchens
    source: paper-retelling
    stories: {coffee: [office-survey#heavy]}
"""
DECLARATION = """\
schema: 1
id: cups
declared_on: 2026-05-01
known: all
statement: Which cups.
choices:
  - {id: a, rule: b, options: [1, 2.5], unit: cup}
"""
UNITS = "a = [a] = _ = as\nb = 2 * a\n"
GLOSSARY = "schema: 1\nterms:\n  - {term: cup, forms: [cups], text: A vessel., beside: true}\n"
PAGE = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"language": "en"},
    "cells": [
        {
            "cell_type": "markdown",
            "id": "a",
            "metadata": {},
            "source": "# Tea\n\n$x^2$ [a](https://example.org) ![b](c)",
        },
        {
            "cell_type": "code",
            "id": "b",
            "metadata": {"tags": ["hide-input"]},
            "source": ["x"],
            "execution_count": 1,
            "outputs": [
                {"output_type": "stream", "name": "stdout", "text": "\x1b[31mred\x1b[0m"},
                {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<table><td>1</td></table>"}},
                {"output_type": "display_data", "metadata": {}, "data": {"text/latex": "$a$", "image/png": "iVBO"}},
                {"output_type": "error", "ename": "E", "evalue": "no", "traceback": ["x"]},
            ],
        },
    ],
}
RECORDS = 'town,on,points,rate\nUlm,2024-05-01,5,1.5%\nKöln,2025-06-11,,20%\n"Total",,12,\n'
JSON_LINES = b'{"a": 1, "b": "x"}\n{"a": 2.5, "b": null}\n'


@dataclass(frozen=True)
class Reader:
    """A file of the small project, what reads it there, and its content if the sample has no such file.

    `share` is its part of all inputs, beside those of the others: less where one input takes long.
    """

    file: str
    read: Callable[[Project], object]
    content: str | bytes | Callable[[Project], bytes] = ""
    share: int = 10


def raised(read: Callable[[Project, list[Problem]], object]) -> Callable[[Project], object]:
    """A reader that adds to a list of problems, as one that raises them."""

    def reading(project: Project) -> object:
        problems: list[Problem] = []
        found = read(project, problems)
        if problems:
            raise ToolkitError(problems)
        return found

    return reading


def units_of(project: Project):
    return registry(project.data / "units.txt")


def text_of(project: Project, name: str) -> str:
    return (project.root / name).read_bytes().decode("utf-8", "replace")


def settings(project: Project) -> object:
    fresh = Project(project.root)  # a project reads its settings once
    return fresh.settings, fresh.language, fresh.stories(), read_palette(fresh)


def table_file(name: str) -> Callable[[Project], object]:
    def reading(project: Project) -> object:
        folder = project.root / "scratch"
        folder.mkdir(exist_ok=True)
        try:
            return examine(project.root / name, folder, Options(today=date(2026, 5, 1)))
        finally:
            shutil.rmtree(folder)

    return reading


def parquet(project: Project) -> bytes:
    out = BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"a": [1, 2], "b": ["x", None]}), out)
    return out.getvalue()


def small_edition(folder: Path) -> None:
    """The published story with the shortest entry in the manifest, as an edition of its own."""
    stored = json.loads((ROOT / "reports" / "manifest.json").read_bytes())
    slug = min(stored["stories"], key=lambda slug: len(json.dumps(stored["stories"][slug])))
    stored["stories"] = {slug: stored["stories"][slug]}
    stored["files"] = {name: found for name, found in stored["files"].items() if name == f"{slug}.html"}
    folder.mkdir()
    shutil.copy(ROOT / "reports" / f"{slug}.html", folder)
    (folder / "manifest.json").write_text(json.dumps(stored), encoding="utf-8")


def packed(project: Project) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.md", b"read me")
        archive.write(project.root / "edition" / "manifest.json", "edition/manifest.json")
    return out.getvalue()


def scenario(project: Project) -> bytes:
    text = (ROOT / "data" / "scenarios" / "none.yml").read_text(encoding="utf-8")
    return re.sub(r"source: (?!assumption|calibration|[a-z_]+\n)[a-z-]+", "source: office-survey", text).encode()


def compared(project: Project) -> object:
    edition = project.root / "edition"
    return stored_manifest(edition), changes(edition, edition)


def stories(project: Project, problems: list[Problem]) -> object:
    return read_stories(project, select(project, date(2026, 5, 1)), problems)


def page(project: Project) -> object:
    path = project.root / "page.ipynb"
    return strip_file(path), notebook_page(path)


READERS = {
    "claims": Reader("data/claims/coffee.yml", read_reported),
    "sources": Reader("data/sources/office-survey.yml", read_reported),
    "a retelling": Reader("data/sources/paper-retelling.yml", read_reported),
    "series": Reader("data/series/prices.yml", read_reported, SERIES),
    "rows of a series": Reader("data/series/prices.csv", read_reported, ROWS),
    "corrections": Reader("data/corrections.yml", read_reported, CORRECTIONS),
    "watch": Reader("data/watch.yml", read_reported, WATCH),
    "units": Reader(
        "units.txt", lambda at: registry_of_text(text_of(at, "units.txt"), "units.txt"), "a = [a]\nb = 2 * a\n"
    ),
    "a unit": Reader("unit", lambda at: parse_unit(text_of(at, "unit"), units_of(at)), "USD/(million cup)"),
    "names": Reader("data/names_with_digits.txt", allowed_names),
    "settings": Reader("pyproject.toml", settings),
    "declarations": Reader(
        "data/declarations/cups.yml", raised(lambda at, found: read_declarations(at, units_of(at), found)), DECLARATION
    ),
    "glossary": Reader("data/glossary.yml", lambda at: glossary(at, ["cup"]), GLOSSARY),
    "datasets": Reader(
        "data/datasets/inspections.yml",
        raised(lambda at, found: read_datasets(at, ["office-survey"], units_of(at), found)),
    ),
    "a CSV file": Reader("a.csv", table_file("a.csv"), RECORDS, share=1),
    "a JSON file": Reader("a.jsonl", table_file("a.jsonl"), JSON_LINES, share=4),
    "a Parquet file": Reader("a.parquet", table_file("a.parquet"), parquet, share=4),
    "scenarios": Reader("data/scenarios/none.yml", lambda at: read_scenario(at, "none"), scenario),
    "calibration": Reader("data/calibration.yml", calibration),
    "a story": Reader("notebooks/coffee.ipynb", raised(stories)),
    "anybody's notebook": Reader("page.ipynb", page, json.dumps(PAGE)),
    "questions": Reader(
        "notebooks/sql/told.sql", lambda at: refuse_other_than_select("told.sql", text_of(at, "notebooks/sql/told.sql"))
    ),
    "manifests": Reader("edition/manifest.json", compared),
    "archives": Reader("a.zip", lambda at: verify_alone(at.root / "a.zip"), packed),
}


def written(folder: Path) -> Project:
    """The project in which READERS have their files; they accept them all."""
    root = folder / "desk"
    shutil.copytree(ROOT / "tests" / "sample", root)
    project = Project(root)
    small_dataset.declare(project)
    small_edition(root / "edition")
    with (project.data / "units.txt").open("w") as units:  # those of the scenario and of the sample
        units.write(
            (ROOT / "data" / "units.txt").read_text(encoding="utf-8") + "cup = [cup] = _ = cups\npage = [page]\n"
        )
    shutil.copy(ROOT / "data" / "calibration.yml", project.data)
    for reader in READERS.values():
        content = reader.content(project) if callable(reader.content) else reader.content
        if content:
            path = root / reader.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    return project
