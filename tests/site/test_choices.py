"""What readers may choose: every state of a page is what a build with that value declared shows."""

import itertools
import json

import pytest
from bs4 import BeautifulSoup

from tests.site.states import seen
from toolkit.build.manifest import story_entry
from toolkit.core.project import find_project
from toolkit.database.open import open_database
from toolkit.notebook.run import execute_all
from toolkit.site.page import edition_context, render

OPEN = """\
from toolkit import assume, high_end, open_story, say, table
story = open_story("mugs")
survey = story["office-survey"]
held = {{share: assume(share, "1", why="a share of mugs that stay").percent.digits(1) for share in (0.2, 0.4, 0.6)}}
stays = story.choice("Share of mugs that stay", id="stays", low=held[0.2], central=held[0.4], high=held[0.6]{stays})
whom = story.choice("Whose mugs", id="whom", names=dict(central="heavy drinkers", typical="the median"),
                    central=survey["heavy"], typical=survey["median"]{whom})
who = story.by_choice(whom, central="heavy drinkers", typical="the typical drinker")
kept = story.finding("mugs.kept", whom * stays, "Mugs that stay")
few = assume(3, "cup/week", why="a mark")
"""
HEAD = """\
---
dek: Nothing of this is true.
---

# Of the mugs of {eval}`who`, {eval}`kept` stay

At {eval}`stays`, {eval}`kept` stay and {eval}`survey["told"]` does not change.
"""
CHART = """\
rows = [dict(what="all mugs", mugs=whom, detail="each week"), dict(what="those that stay", mugs=kept, detail=who),
        dict(what="the survey", mugs=survey["median"], detail="as printed")]
story.chart(table("mugs", rows, what="What", mugs="Mugs", detail="Whose"), "dots", x="mugs", y="what", detail="detail",
            title=say("{} of {}", kept, who), subtitle=say("Invented mugs, {} staying", stays), notes="An example.",
            alt=say("Three dots, of which the lowest is {} as invented for this test.", kept))
"""
TABLE = 'table("stays", [dict(part=stays, mugs=kept)])'


def notebook(**declared):
    more = {name: f', declared="{declared[name]}"' if name in declared else "" for name in ("stays", "whom")}
    cells = [(OPEN.format(**more), "code"), (HEAD, "markdown"), (CHART, "code"), (TABLE, "code")]
    made = [
        {"cell_type": kind, "id": f"c{place}", "metadata": {}, "source": text}
        | ({"outputs": [], "execution_count": None} if kind == "code" else {})
        for place, (text, kind) in enumerate(cells)
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def built(project, **declared):
    path = project.notebooks / "mugs.ipynb"
    path.write_text(notebook(**declared), encoding="utf-8")
    (story,) = execute_all([path])
    return story, render(story, open_database(project), edition_context(project, [story]))


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    import shutil
    from pathlib import Path

    root = tmp_path_factory.mktemp("choices") / "sample"
    shutil.copytree(Path(__file__).parents[1] / "sample", root)
    return find_project(root)


@pytest.fixture(scope="module")
def made(project):
    return built(project)


@pytest.mark.slow
def test_every_state_is_what_a_build_with_that_value_declared_shows(project, made):
    story, page = made
    choices = story.record["choices"]
    every = [
        dict(zip(choices, keys, strict=True)) for keys in itertools.product(*(c["options"] for c in choices.values()))
    ]
    assert len(every) == 6
    states = [seen(page.html, choices, picks) for picks in every]
    assert len({str(state) for state in states}) == len(every)
    for picks, state in zip(every, states, strict=True):
        other, clean = built(project, **picks)
        wanted = seen(clean.html, other.record["choices"], picks)
        assert state == wanted, picks
        found = {**{str(one["at"]): one["printed"] for one in story.record["findings"]["mugs.kept"]["states"]}}
        assert found[str(picks)] == other.record["findings"]["mugs.kept"]["printed"]


@pytest.mark.heavy
def test_without_a_choice_the_declared_state_stands_for_readers_without_styles_too(made):
    story, page = made
    plain = BeautifulSoup(page.html, "lxml")
    for found in plain.select("[hidden]"):
        found.decompose()
    assert " ".join(plain.h1.get_text(" ").split()) == "Of the mugs of heavy drinkers , 14 cups a week assumed stay"
    assert story.record["findings"]["mugs.kept"]["printed"] == "14 cups a week"
    said = [found.get("content", "") for found in plain.select("meta")]
    assert any(one.startswith("Of the mugs of heavy drinkers, 14 cups a week stay. Three dots") for one in said)
    assert not any("<" in one for one in said)


@pytest.mark.heavy
def test_the_manifest_has_each_state_of_findings_and_charts(made):
    story, page = made
    entry = story_entry("Mugs", "mugs", story.record, story.notebook, page.files)
    assert list(entry["choices"]) == ["stays", "whom"] and entry["choices"]["stays"]["declared"] == "central"
    states = entry["findings"]["mugs.kept"]["states"]
    assert len(states) == 6 and all(state["node"] in entry["nodes"] for state in states)
    assert len({state["data"] for state in entry["charts"]["mugs"]["states"].values()}) == 6


@pytest.mark.browser
def test_a_reader_chooses_by_mouse_keys_or_address_without_a_script(made, tmp_path, open_page):
    path = tmp_path / "mugs.html"
    path.write_text(made[1].html, encoding="utf-8")
    page = open_page(path.as_uri(), java_script_enabled=False)
    title = page.locator("h1")
    assert title.inner_text().startswith("Of the mugs of heavy drinkers, 14")
    page.get_by_role("radio", name="60%").check()
    assert title.inner_text().startswith("Of the mugs of heavy drinkers, 21")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert title.inner_text().startswith("Of the mugs of the typical drinker, 6")
    assert page.get_by_role("radio", name="the median (shown)").count() == 1
    again = open_page(f"{path.as_uri()}#stays-low-whom-typical", java_script_enabled=False)
    assert again.locator("h1").inner_text().startswith("Of the mugs of the typical drinker, 2")
    assert again.get_by_role("radio", name="20% (shown)").count() == 1
    assert again.get_by_role("img", name="is 2.0 cups a week").count() == 1
    again.get_by_role("radio", name="40%").check()
    assert again.locator("h1").inner_text().startswith("Of the mugs of the typical drinker, 4")
    again.emulate_media(media="print")
    assert "Share of mugs that stay: 40%; Whose mugs: the median" in again.locator(".choose").inner_text()
