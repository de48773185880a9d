"""An invented story about tea, run by hand: a small record, an executed notebook, and the page made of them.

Two of its sources are hostile: their names, titles and notes hold what a page must not take for HTML or a formula.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from toolkit.core.kind import Kind
from toolkit.core.number import Number, leaf
from toolkit.core.number_functions import assume, log
from toolkit.core.project import Project
from toolkit.core.unit import parse_unit
from toolkit.database.open import Database, open_database
from toolkit.database.table import Table, table
from toolkit.notebook import mime
from toolkit.notebook.prose import expressions, say
from toolkit.notebook.run import Executed
from toolkit.notebook.story import Story
from toolkit.site import front, page
from toolkit.site.edition import EditionContext, Page
from toolkit.site.style import shared_styles

ROOT = Path(__file__).parents[2]
HOSTILE = "\"><img src=x onerror=alert(1)><script>alert('x')</script>]]>&amp;{{ 7 * 7 }}"
FORMULA = '=HYPERLINK("https://example.org","open")'
SQL = "-- The multiple as each source gives it.\nSELECT 1 < 2 AS sure"

CLAIMS = """\
schema: 1
claims:
  - id: tea.cups_top
    statement: Cups a week, top tenth of an invented office
    unit: order/week
    entity: an invented office
    period: 2026-Q1
  - id: tea.cups_median
    statement: Cups a week, median of an invented office
    unit: order/week
    entity: an invented office
    period: 2026-Q1
  - id: tea.multiple
    statement: Cups of the top tenth as a multiple
    unit: multiple
    entity: an invented office
    period: 2026-Q1
"""
SURVEY = """\
schema: 1
id: kettle-survey
publisher: The Kettle
title: How the office drinks
authors: [A. Brewer]
published: 2026-04-15
address: https://example.org/kettle
primary: true
seen: in full
relies_on: []
quotes:
  - text: three times as much
    place: first paragraph
figures:
  - {id: top, claim: tea.cups_top, value: 31, unit: order/week, about: true, population: all who drink, place: page 2}
  - {id: median, claim: tea.cups_median, value: 9, unit: order/week, population: all who drink, place: page 2}
  - {id: told, claim: tea.multiple, value: 3, unit: multiple, about: true, baseline: the median drinker, place: page 1}
"""
HEAD = """\
# The office drinks {eval}`multiple` the tea, it's said

The top tenth of an invented office drink {eval}`multiple` as much as the median.
"""
FRONT_MATTER = {
    "kicker": "Claim under audit",
    "claim": "three times the tea",
    "dek": "A figure & its retelling, where less < more; nothing here is true.",
}
SAYS = """\
## What The Kettle says

It prints {quote}`kettle-survey: three times as much`, which is {eval}`told`.
"""
YARDSTICKS = """\
## Two yardsticks

The retelling has {eval}`retold`. One spread fits: {eval}`sigma`, and {eval}`sigma` again.

1. First, {eval}`top`.
2. Second, {eval}`median`.

### Smaller

| who | cups |
| --- | ---: |
| top | {eval}`top` |
"""


def hostile_source() -> str:
    quoted = HOSTILE.replace("'", "''")
    return f"""\
schema: 1
id: leaf-daily
publisher: '{quoted}'
title: '{quoted}'
published: 2026-05-12
address: null
seen_at: https://copies.example/leaf
primary: false
seen: through another
relies_on: [kettle-survey]
interest: '{quoted}'
figures:
  - id: told
    claim: tea.multiple
    value: 4
    unit: multiple
    baseline: '{quoted}'
    qualifier: '{quoted}'
    place: '{quoted}'
"""


@dataclass(frozen=True)
class Sample:
    """The invented story, its desk and edition, its page and the front page."""

    project: Project
    database: Database
    executed: Executed
    edition: EditionContext
    page: Page
    index: str

    def write(self, folder: Path) -> Path:
        """The edition as files, with the style that its pages share; returns the story's."""
        for name, style in shared_styles(self.edition.palette, [self.index]).items():
            (folder / name).write_bytes(style)
        (folder / "index.html").write_text(self.index, encoding="utf-8")
        (folder / f"{self.page.slug}.html").write_text(self.page.html, encoding="utf-8")
        for name, content in self.page.files.items():
            path = folder / self.page.slug / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return folder / f"{self.page.slug}.html"


def make_project(folder: Path, site: str = "") -> Project:
    """A project with the record of the story."""
    for room in ("claims", "sources"):
        (folder / "data" / room).mkdir(parents=True, exist_ok=True)
    address = f'site = "{site}"\n' if site else ""
    (folder / "pyproject.toml").write_text(f'[tool.toolkit]\nname = "Tea, audited"\n{address}')
    shutil.copy(ROOT / "data" / "units.txt", folder / "data" / "units.txt")
    (folder / "data" / "claims" / "tea.yml").write_text(CLAIMS)
    (folder / "data" / "sources" / "kettle-survey.yml").write_text(SURVEY)
    (folder / "data" / "sources" / "leaf-daily.yml").write_text(hostile_source())
    (folder / "data" / "glossary.yml").write_text(
        "schema: 1\nterms:\n"
        "  - {term: median, text: 'The middle one: half have <less>, half more.', beside: true}\n"
        "  - {term: samovar, text: Not used here.}\n"
    )
    return Project(folder)


def make(folder: Path, site: str = "", extra: list | None = None, front_texts: Sequence[str] = ()) -> Sample:
    """The sample built in `folder`; `extra` cells follow the headline's, `front_texts` are tagged front."""
    project = make_project(folder, site)
    database = open_database(project)
    with contextlib.chdir(folder):  # where a notebook's assumptions look for their units
        executed = Executed("tea", *notebook(database, extra or [], front_texts))
    edition = page.edition_context(project, [executed])
    made = page.render(executed, database, edition)
    return Sample(project, database, executed, edition, made, front.render([made], database, edition))


def numbers(database: Database, story: Story) -> dict[str, Number]:
    kettle, daily = story["kettle-survey"], story["leaf-daily"]
    multiple = story.finding("tea.multiple_computed", kettle["top"] / kettle["median"], "Cups, top tenth over median")
    z = assume(1.2816, "1", why="90th percentile of a normal; cups taken as lognormal")
    sigma = story.finding("tea.sigma", log(multiple) / z, "Spread of cups, <b>standard</b> deviation of the logarithm")
    pure = leaf(
        14, 14, parse_unit("order/week", database.units), Kind.SYNTHETIC, "assumption", "Cups in a simulated office"
    )
    return {
        "unsaid": kettle["top"] - kettle["median"],
        "top": kettle["top"],
        "median": kettle["median"],
        "multiple": multiple,
        "sigma": sigma,
        "told": kettle["told"],
        "retold": daily["told"],
        "simulated": story.finding("tea.simulated", pure, "Cups in a simulated office"),
    }


def notebook(database: Database, extra: list, front_texts: Sequence[str]) -> tuple[nbformat.NotebookNode, dict]:
    """The executed notebook and the record that its story keeps."""
    story = Story("tea", database)
    known = numbers(database, story)

    def prose(source: str, *tags: str) -> nbformat.NotebookNode:
        cell = new_markdown_cell(source, metadata={"tags": list(tags)} if tags else {})
        found = []
        for name in expressions(source):
            result = {"status": "ok", "data": known[name]._repr_mimebundle_(), "metadata": {}}
            found.append({"expression": name, "result": result})
        if found:
            cell.metadata["user_expressions"] = found
        return cell

    cells = [
        new_code_cell("story = open_story('tea')\nkettle = story['kettle-survey']"),
        prose(HEAD),
        *extra,
        *(prose(text, "front") for text in front_texts),
        shown("story.chart(pairs, 'range_bars')", mime.CHART, first_chart(story, known).to_json()),
        prose(SAYS),
        prose(YARDSTICKS),
        shown("told", mime.TABLE, {**answer(known).to_json(), "nodes": answer(known).nodes()}),
        shown("story.chart(simulated, 'range_bars')", mime.CHART, simulated_chart(story, known).to_json()),
        prose("In a model it is {eval}`simulated`."),
        prose("## What we do not know\n\n- Why the retelling has {eval}`retold`."),
        prose("Divided, as {eval}`multiple` shows.", "method"),
        prose("## Limits\n\nAll of it is invented."),
        prose("This is not shown.", "hide"),
        new_code_cell("print('end')", outputs=[new_output("stream", name="stdout", text="end <of> it\n")]),
    ]
    made = new_notebook(cells=cells, metadata={"front_matter": FRONT_MATTER})
    return made, story.record()


def shown(source: str, kind: str, value: dict) -> nbformat.NotebookNode:
    return new_code_cell(
        source, outputs=[new_output("execute_result", {"text/plain": "shown", kind: value}, execution_count=1)]
    )


def answer(known: dict[str, Number]) -> Table:
    rows = [
        {"who": "The Kettle", "said_on": "2026-04-15", "cups": known["top"], "multiple": known["told"], "sure": True},
        {"who": FORMULA, "said_on": "2026-05-12", "cups": None, "multiple": known["retold"], "sure": False},
    ]
    made = table("told", rows, "As each told it", who="Who", said_on="When", cups="Cups")
    return Table(made.name, made.columns, made.rows, SQL, made.caption)


def first_chart(story: Story, known: dict[str, Number]):
    rows = [
        {"who": "computed", "multiple": known["multiple"]},
        {"who": "as told", "multiple": known["told"]},
        {"who": FORMULA, "multiple": known["retold"]},
    ]
    return story.chart(
        table("pairs", rows, who="Who", multiple="Multiple"),
        "range_bars",
        label="who",
        value="multiple",
        entity="who",
        title=say("Computed, it's {}, and not what is told", known["multiple"]),
        subtitle="Cups of the top tenth as a multiple of the median, invented office, first quarter of 2026",
        notes=say("Invented. The spread is {}.", known["sigma"]),
        alt="Three bars on one axis: computed, as told, and as retold.",
    )


def simulated_chart(story: Story, known: dict[str, Number]):
    rows = [{"who": "simulated office", "cups": known["simulated"]}, {"who": "top tenth", "cups": known["top"]}]
    return story.chart(
        table("model", rows, who="Who", cups="Cups a week"),
        "range_bars",
        label="who",
        value="cups",
        entity="who",
        title=say("A simulated office drinks {}", known["simulated"]),
        subtitle="Cups a week in an office that does not exist",
        notes="Nobody in it exists.",
        alt="Two bars: that of the simulated office is shorter than that of the top tenth of the invented one.",
    )
