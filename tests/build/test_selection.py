"""Drafts, embargoes and builds of some stories: what an edition has, what is said of the rest, what is kept."""

import json
import re
from datetime import date

import pytest

from tests.build.test_pipeline import contents
from toolkit.build.pipeline import build
from toolkit.build.selection import select
from toolkit.core.errors import StoryError
from toolkit.main import main
from toolkit.review.archive import archive

DAY = date(2026, 7, 1)


def story(project, slug, status="published", **changed):
    """A copy of the sample's story with another status, or none, and some texts changed."""
    text = (project.notebooks / "coffee.ipynb").read_text(encoding="utf-8")
    text = text.replace('open_story(\\"coffee\\")', f'open_story(\\"{slug}\\")')
    text = text.replace('    "status: published\\n",\n', f'    "status: {status}\\n",\n' if status else "")
    for old, new in changed.values():
        assert old in text
        text = text.replace(old, new)
    path = project.notebooks / f"{slug}.ipynb"
    path.write_text(text, encoding="utf-8")
    return path


def test_drafts_and_embargoed_stories_are_held_back_with_what_they_lack(sample):
    story(sample, "unsaid", status="", dek=("Nothing here", "All 7 cups here"))
    story(sample, "bare", status="draft", title=("# An", "An"), dek=("dek: Nothing", "kicker: Nothing"))
    story(sample, "later", status="embargoed until 2026-07-02")
    story(sample, "today", status="embargoed until 2026-07-01")
    found = select(sample, DAY)
    assert found.slugs == ("coffee", "today") and not found.broken
    assert [str(held) for held in found.held] == [
        "bare: draft, not built; dek is missing; the headline is missing",
        "later: embargoed until 2026-07-02, not built",
        "unsaid: draft, not built; status is missing; a typed number: 7",
    ]
    assert select(sample, date(2026, 7, 2)).slugs == ("coffee", "later", "today")


def test_the_day_of_an_edition_is_the_last_one_on_which_it_changed_by_itself(sample):
    assert select(sample, DAY).day == date.min
    story(sample, "first", status="published 2026-05-01")
    story(sample, "later", status="embargoed until 2026-06-20")
    (sample.data / "watch.yml").write_text("schema: 1\nwatch: [{due: 2026-05}, {due: 2026-06-24}, {due: 9999}]\n")
    days = [date(2026, 4, 1), date(2026, 5, 31), date(2026, 6, 1), date(2026, 6, 24), date(2026, 7, 1)]
    found = [select(sample, day) for day in days]
    assert [str(one.day) for one in found] == ["0001-01-01", "2026-05-01", "2026-06-01", "2026-06-20", "2026-06-25"]
    assert [str(one.last) for one in found] == ["2026-04-30", "2026-05-31", "2026-06-19", "2026-06-24", "9999-12-31"]
    for one in found:
        assert {select(sample, day).slugs for day in (one.day, one.last)} == {one.slugs}


def test_a_notebook_whose_status_cannot_be_read_and_a_prompt_in_a_published_one_are_problems(sample):
    story(sample, "wrong", dek=("dek: Nothing", "dek: a: Nothing"))
    story(sample, "unfinished", title=("# An invented", "# ⟨the finding⟩ An invented"))
    (sample.notebooks / "broken.ipynb").write_text("{")
    found = select(sample, DAY)
    assert found.slugs == ("coffee",)
    said = str(StoryError(found.problems))
    assert "story wrong, cell 2, front matter, line 2: mapping values are not allowed" in said
    assert (
        "story unfinished, cell 2: nothing but the prompt ⟨the finding⟩" in said
        and "notebooks/broken.ipynb: not a notebook" in said
    )


@pytest.mark.parametrize(
    ("slug", "said"),
    [("cofee", "names of notebooks, such as coffee"), ("idea", "story idea: draft\n    allowed: a published story")],
)
def test_only_stories_of_the_edition_can_be_asked_for(sample, slug, said):
    story(sample, "idea", status="draft")
    with pytest.raises(StoryError) as raised:
        build(sample, only=[slug], on=DAY)
    assert said in str(raised.value) and not sample.reports.exists()


@pytest.mark.heavy
def test_a_story_that_is_held_back_leaves_no_trace_in_what_is_published(changeable, tmp_path, monkeypatch):
    monkeypatch.chdir(changeable.root)
    before, packed = contents(changeable.reports), archive(changeable, changeable.reports).read_bytes()
    for slug, status in (("harbour", "embargoed until 2026-07-02"), ("harbour-idea", "draft")):
        story(changeable, slug, status=status, title=("# An invented", "# Of data/harbour.csv"))
    (tmp_path / "harbour.csv").write_text("ship,load\nAda,3\nBo,4\n")
    assert main(["add", str(tmp_path / "harbour.csv")]) == 0
    (changeable.questions / "harbour.sql").write_text("SELECT count(*) AS n FROM harbour")
    for room in ("declarations", "scenarios"):
        (changeable.data / room).mkdir()
        (changeable.data / room / "harbour.yml").write_text("schema: 1\nid: harbour\n")
    (changeable.data / "harbour.csv").write_text("ship,load\n")
    build(changeable, on=DAY)
    assert contents(changeable.reports) == before
    assert archive(changeable, changeable.reports).read_bytes() == packed


@pytest.mark.slow
def test_an_edition_is_of_a_day_and_a_story_asked_for_alone_leaves_the_others_as_they_were(warm):
    story(warm, "idea", status="draft")
    later = story(warm, "later", status="embargoed until 2026-07-02", title=("# An invented", "# Another"))
    said: list[str] = []
    build(warm, progress=said.append, on=DAY)
    assert "idea: draft, not built" in said and "later: embargoed until 2026-07-02, not built" in said
    pages = {path.name for path in warm.reports.glob("*.html")}
    manifest = (warm.reports / "manifest.json").read_text()
    assert pages == {"coffee.html", "index.html", "claims.html", "claims-coffee.html", "recheck.html"} and not (
        "later" in manifest or "idea" in manifest
    )

    said.clear()
    build(warm, progress=said.append, on=DAY)  # nothing has changed: the record of the edition says this
    assert said == [
        "idea: draft, not built",
        "later: embargoed until 2026-07-02, not built",
        "kept coffee",
    ]
    build(warm, progress=said.append, on=date(2026, 7, 2))
    assert "notebooks/later.ipynb" in json.loads((warm.reports / "manifest.json").read_text())["inputs"]["code"]

    before = (warm.reports / "coffee.html").read_bytes()
    for path, old in ((later, "Another"), (warm.notebooks / "coffee.ipynb", "An invented")):
        path.write_text(path.read_text().replace(f"# {old}", "# The new"))
    said.clear()
    build(warm, progress=said.append, only=["later"], on=date(2026, 7, 2))
    assert "kept coffee as it was, though notebooks/coffee.ipynb changed" in said
    assert b"The new" in (warm.reports / "later.html").read_bytes()
    kept = (warm.reports / "coffee.html").read_bytes()
    assert kept.replace(b"The new", b"Another") == before, "but for the headline of the story beside it"
    said.clear()
    build(warm, progress=said.append, on=date(2026, 7, 2))
    assert (
        any(re.match("wrote coffee.html, .*: notebooks/coffee.ipynb changed", line) for line in said)
        and b"The new" in (warm.reports / "coffee.html").read_bytes()
    )


@pytest.mark.heavy
def test_the_problems_of_all_stories_are_said_in_one_run(warm):
    story(warm, "typed", title=("# An invented office", "# An office of 7"))
    story(warm, "fails", code=("from toolkit import", "nothing = 1 / 0; from toolkit import"))
    story(warm, "bare", dek=("dek: Nothing", "kicker: Nothing"))
    story(warm, "unfinished", title=("# An invented", "# ⟨the finding⟩ An invented"))
    with pytest.raises(StoryError) as raised:
        build(warm, on=DAY)
    said = str(raised.value)
    assert "typed number: 7" in said and "ZeroDivisionError" in said
    assert "story bare: the dek is missing" in said and "the prompt ⟨the finding⟩" in said
    assert not warm.reports.exists()
