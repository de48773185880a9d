"""The sample with a part of each kind that an edition has: a dataset, an author's chart, a picture, choices, a feed."""

import io
import json
import shutil
from pathlib import Path

from PIL import Image

from tests.small_dataset import declare
from toolkit.core.project import find_project

SAMPLE = Path(__file__).parents[1] / "sample"
CELLS = [
    (
        "code",
        """\
import altair as alt
from toolkit import assume, open_story, say, table
story = open_story("mugs")
survey = story["office-survey"]
held = {share: assume(share, "1", why="a share of mugs that stay").percent.digits(1) for share in (0.2, 0.4, 0.6)}
stays = story.choice("Share of mugs that stay", id="stays", low=held[0.2], central=held[0.4], high=held[0.6])
kept = story.finding("mugs.kept", survey["heavy"] * stays, "Mugs that stay")
scores = story.sql("SELECT borough, sum(score) AS total FROM inspections GROUP BY borough ORDER BY borough")
vats = assume(2e16, "cup", why="so many cups are in the vats")
story.finding("mugs.vats", survey["heavy"] / survey["median"] * vats, "Cups in the vats, a number past 2**53")
bronx = story.finding("mugs.bronx", scores.one("total", borough="Bronx"), "Cups counted in the Bronx")""",
    ),
    (
        "markdown",
        """\
---
dek: Nothing of this is true.
status: published
---

# {eval}`kept` stay

At {eval}`stays`, {eval}`kept` stay; the Bronx counts {eval}`bronx`.""",
    ),
    (
        "code",
        """\
rows = [dict(what="all mugs", mugs=survey["heavy"]), dict(what="those that stay", mugs=kept)]
story.chart(table("stays", rows, what="What", mugs="Mugs"), "bars", value="mugs", label="what", id="bars-of-mugs",
            title=say("{} stay", kept), subtitle="Invented mugs a week", notes="An example.",
            alt=say("Two bars, of which the shorter is {} as invented for this test.", kept))""",
    ),
    (
        "code",
        """\
story.chart(alt.Chart(scores.frame).mark_bar().encode(x=alt.X("total", title="Cups"), y=alt.Y("borough", title=None)),
            title=say("The Bronx counts {}", bronx), id="by-borough", subtitle="Cups by borough, invented",
            notes="Nothing is left out.", alt="One bar for each borough, the Bronx with the longest of them all.")""",
    ),
    (
        "code",
        """\
story.picture("pictures/gate.png", alt="An iron gate that stands half open.", credit="The city archive",
              licence="CC BY-SA 4.0")""",
    ),
    ("markdown", "## What we do not know\n\n- Where the mugs go.\n\n## Limits\n\nAll of it is invented."),
]


def make(root):
    """The project at `root`, which is not there yet; nothing of it is built."""
    shutil.copytree(SAMPLE, root)
    settings = root / "pyproject.toml"
    text = settings.read_text(encoding="utf-8").replace('["coffee"]', '["coffee", "mugs"]')
    settings.write_text(f'{text}site = "https://desk.example/sample"\n', encoding="utf-8")
    project = find_project(root)
    declare(project, publish="[borough, score]")
    write_story(project, "mugs", CELLS)
    picture = io.BytesIO()
    Image.linear_gradient("L").resize((300, 200)).convert("RGB").save(picture, "PNG")
    (project.notebooks / "pictures").mkdir()
    (project.notebooks / "pictures" / "gate.png").write_bytes(picture.getvalue())
    return project


def write_story(project, slug, parts):
    """Writes the notebook of a story whose cells are `parts`: of each the kind, and what stands in it."""
    cells = [
        {"cell_type": kind, "id": f"c{place}", "metadata": {}, "source": source}
        | ({"outputs": [], "execution_count": None} if kind == "code" else {})
        for place, (kind, source) in enumerate(parts)
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (project.notebooks / f"{slug}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
