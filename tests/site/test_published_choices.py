"""The stories that leave a choice to readers: each state is what a build with that value declared shows."""

import itertools
import json
import re
import shutil
from pathlib import Path

import pytest

from tests import counts
from tests.site.states import seen
from toolkit.core.project import find_project
from toolkit.database.open import open_database
from toolkit.notebook.run import execute_all
from toolkit.site.page import edition_context, render

ROOT = Path(__file__).parents[2]
STORIES = [path for path in sorted((ROOT / "notebooks").glob("*.ipynb")) if "story.choice(" in path.read_text("utf-8")]


def declare(path, picks):
    """Writes a notebook of the repository, with other options declared, in a copy of the project."""
    notebook = json.loads((ROOT / "notebooks" / path.name).read_text("utf-8"))
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        for name, key in picks.items():
            source = re.sub(rf'id="{name}"', f'id="{name}", declared="{key}"', source)
        cell["source"] = source
    path.write_text(json.dumps(notebook), encoding="utf-8")


def test_three_stories_leave_a_choice():
    assert [path.stem for path in STORIES] == [
        "demand-at-stake",
        "jellyfish-tokens-vs-output",
        "what-a-token-costs",
    ]


@pytest.mark.slow
@counts.of("states")
@pytest.mark.parametrize("name", [path.name for path in STORIES])
def test_every_state_is_that_of_a_clean_build(name, tmp_path, record_property):
    for part in ("data", "notebooks"):
        shutil.copytree(ROOT / part, tmp_path / part)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    project = find_project(tmp_path)
    database, path = open_database(project), project.notebooks / name

    def built():
        (story,) = execute_all([path])
        return story, render(story, database, edition_context(project, [story])).html

    story, page = built()
    choices = story.record["choices"]
    declared = tuple(choice["declared"] for choice in choices.values())
    states = itertools.product(*(choice["options"] for choice in choices.values()))
    tried = counts.spread([keys for keys in states if keys != declared], counts.count("states"))
    record_property("rounds", len(tried))
    for keys in tried:
        picks = dict(zip(choices, keys, strict=True))
        declare(path, picks)
        other, clean = built()
        assert seen(page, choices, picks) == seen(clean, other.record["choices"], picks), picks
