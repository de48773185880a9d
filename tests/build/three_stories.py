"""A project of three stories that take from the desk in different ways.

`coffee` takes figures and a question, `tea` a series, a declaration and a measured number, `board` a usage log.
"""

import json
import re
import shutil
from pathlib import Path

from toolkit.core.project import Project

ROOT = Path(__file__).parents[2]
SOURCE = """schema: 1
id: tea-count
publisher: Invented Tea Room
title: Pots counted by hand
published: 2026-03-01
address: https://example.org/tea
primary: true
seen: in full
relies_on: []
figures:
  - {id: pots, claim: tea.pots, value: 12, unit: cup/week, place: sheet}
"""
CLAIM = """schema: 1
claims:
  - {id: tea.pots, statement: Cups of tea in a week (invented), unit: cup/week, entity: a tea room, period: 2026-Q1}
"""
SERIES = """schema: 1
id: pots_by_week
title: Cups by week (invented)
licence: our table CC BY 4.0
as_of: 2026-02-01
label: "cups in the week to {ends_on}"
key: [ends_on]
source: source
value: cups
unit: cup/week
columns:
  - {name: ends_on, type: date, meaning: last day of the week}
  - {name: cups, type: decimal, unit: cup/week, meaning: cups that were poured}
  - {name: source, type: text, meaning: id of the document}
"""
ROWS = "ends_on,cups,source\n2026-01-11,11,tea-count\n2026-01-18,14,tea-count\n"
QUESTION = "SELECT ends_on, cups AS poured_cup_per_week, [key] AS keys FROM pots_by_week ORDER BY ends_on\n"
STEEPING = """schema: 1
id: steeping
declared_on: 2026-03-02
known: the sheet was known
statement: What counts as a pot of tea (invented).
choices:
  - {id: least, rule: A pot counts from so many cups., value: 3, unit: cup}
"""
HEAD = "---\ndek: Nothing here is true.\nstatus: published\n---\n"
TEA = (
    "from toolkit import open_story, say\nfrom toolkit.analysis.validation import real_number\n\n"
    'story = open_story("tea")\n'
    'pots = story["tea-count"]["pots"]\nweeks = story.ask("poured")\n'
    'remarks = open("../data/remarks.txt").read()\n'
    'steeping, side = story.declaration("steeping"), real_number("coding.side_share")',
    HEAD + "# Tea is counted by hand\n\nThe sheet says {eval}`pots`, {eval}`steeping`.",
    'story.chart(weeks, "bars", value="poured_cup_per_week", label="ends_on", title=say("The sheet has {}", pots),\n'
    '            subtitle="Cups by week, invented", notes="Counted by hand.",\n'
    '            alt="Bars with the cups that were poured in each week of an invented tea room.")',
    "## Limits\n\nNothing here is true.",
)
BOARD = (
    'from toolkit import open_story\n\nstory = open_story("board")\n'
    'weeks = story.ask("team_week", of=story.usage_log("none", developers=40, weeks=1))',
    HEAD + "# A board that nobody keeps\n\nIt has people who do not exist.",
    "weeks",
)


def notebook(*cells: str) -> str:
    """The JSON of a notebook: a cell that begins with # or --- is prose, others are code."""
    made = [
        {
            "cell_type": "markdown" if cell.startswith(("#", "---")) else "code",
            "id": f"cell-{count}",
            "metadata": {},
            "source": cell.splitlines(keepends=True),
        }
        for count, cell in enumerate(cells)
    ]
    for cell in made:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def three_stories(root: Path) -> Project:
    """The sample's story `coffee`, with `tea` and `board` beside it."""
    shutil.copytree(ROOT / "tests" / "sample", root)
    project = Project(root)
    shutil.copy(ROOT / "data" / "calibration.yml", project.data)
    units = (ROOT / "data" / "units.txt").read_text(encoding="utf-8").splitlines()
    own = (project.data / "units.txt").read_text(encoding="utf-8").splitlines()
    known = {line.partition(" =")[0] for line in units}
    (project.data / "units.txt").write_text("\n".join([*units, *(x for x in own if x.partition(" =")[0] not in known)]))
    files = {
        "sources/tea-count.yml": SOURCE,
        "claims/tea.yml": CLAIM,
        "series/pots_by_week.yml": SERIES,
        "series/pots_by_week.csv": ROWS,
        "glossary.yml": "schema: 1\nterms:\n  - {term: samovar, text: A kettle.}\n  - {term: urn, text: A pot.}\n",
        "declarations/steeping.yml": STEEPING,
        "remarks.txt": "Poured hot.",
        "corrections.yml": "schema: 1\ncorrections: []\n",
        "scenarios/none.yml": re.sub(
            r"source: [a-z0-9-]+(?=[,}\n])",
            "source: assumption",
            (ROOT / "data/scenarios/none.yml").read_text(encoding="utf-8"),
        ),
    }
    for name, text in files.items():
        path = project.data / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (project.questions / "poured.sql").write_text(QUESTION)
    (project.notebooks / "tea.ipynb").write_text(notebook(*TEA))
    (project.notebooks / "board.ipynb").write_text(notebook(*BOARD))
    (root / "pyproject.toml").write_text('[tool.toolkit]\nname = "Invented"\nstories = ["coffee", "tea", "board"]\n')
    (root / "requirements.lock").write_text("")
    return project
