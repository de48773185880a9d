"""Only what changed is made again: for each kind of input, the stories that run, the pages that are written."""

import hashlib
import html
import os
import re
import shutil
import sys
from base64 import b64encode
from pathlib import Path

import pytest

from tests.build.three_stories import ROOT, three_stories
from tests.site.test_page_fonts import letters_of_fonts
from toolkit.build import edition_record, staleness
from toolkit.build.pipeline import build
from toolkit.core.errors import StoryError
from toolkit.core.project import find_project
from toolkit.site import style

pytestmark = pytest.mark.slow
STORIES = ("coffee", "tea", "board")


class Desk:
    """The project, its edition, and what the last build said."""

    def __init__(self, root: Path):
        self.project = three_stories(root)
        self.ran, self.wrote, self.kept = {}, {}, set()

    def build(self) -> None:
        """Builds; `ran` and `wrote` have the reason for each story, `kept` the slugs of those that were kept."""
        lines = []
        build(find_project(self.project.root), progress=lines.append)
        text = "\n".join(lines)
        self.ran = dict(re.findall(r"^ran (\S+): (.*)", text, re.MULTILINE))
        self.wrote = dict(re.findall(r"^wrote (\S+)\.html, \d+ KB(?:: (.*))?", text, re.MULTILINE))
        self.kept = set(re.findall(r"^kept (\S+)", text, re.MULTILINE))

    def change(self, name: str, old: str, new: str) -> None:
        path = self.project.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def pages(self) -> dict[str, bytes]:
        folder = self.project.reports
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Three stories, built once; each test changes one more thing. The toolkit's files are looked at in a copy."""
    folder = tmp_path_factory.mktemp("staleness")
    made = Desk(folder / "desk")
    package = folder / "toolkit"
    shutil.copytree(ROOT / "toolkit", package, ignore=shutil.ignore_patterns("__pycache__"))
    here = Path.cwd()
    os.chdir(made.project.root)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(edition_record, "PACKAGE", package)
        patched.setattr(staleness, "in_short", "; ".join)  # all reasons, so that one build shows many changes
        made.package = package
        made.build()
        yield made
    os.chdir(here)


@pytest.fixture(autouse=True)
def _built(desk):
    """Whatever a test before this one left is built."""
    desk.build()


# changes that make one story again, by story: (file, what stands there, what then does, what the build says changed)
RUNS = {
    "coffee": [
        ("data/sources/office-survey.yml", "value: 35", "value: 36", "the figure office-survey#heavy"),
        ("data/sources/office-survey.yml", "in full", "in full\ninterest: sells coffee", "the source office-survey"),
        ("notebooks/sql/told.sql", "-- The multiple", "-- What the multiple is", "notebooks/sql/told.sql"),
    ],
    "tea": [
        ("data/sources/tea-count.yml", "by hand", "by two hands", "the source tea-count"),
        ("data/claims/tea.yml", "Cups of tea in a week", "Cups of tea a week", "the figure tea-count#pots"),
        ("data/series/pots_by_week.csv", ",14,", ",15,", "the answer to notebooks/sql/poured.sql"),
        ("data/series/pots_by_week.yml", '"cups in', '"all cups in', "the row pots_by_week#2026-01-11"),
        ("data/declarations/steeping.yml", "value: 3", "value: 4", "data/declarations/steeping.yml"),
        ("data/remarks.txt", "hot", "cold", "data/remarks.txt"),
    ],
    "board": [("data/scenarios/none.yml", "value: 1.7", "value: 1.6", "data/scenarios/none.yml")],
}
MISCOUNTED = "corrections:\n  - {story: tea, on: 2026-05-05, was: pot, now: cup, why: miscounted, noticed_by: us}"
REWRITES = {  # of its page alone
    "coffee": [
        ("data/sources/paper-retelling.yml", "value: 5", "value: 6", "the readings of coffee.cups_heavy"),
        ("data/glossary.yml", "samovar", "median", "a word of the glossary"),
    ],
    "tea": [("data/corrections.yml", "corrections: []", MISCOUNTED, "a correction to tea")],
}


@pytest.mark.parametrize("slug", [*RUNS, *(f"{slug}.html" for slug in REWRITES)])
def test_one_story_is_made_again_for_each_of_these_and_the_others_are_kept(desk, slug):
    slug, _, page_alone = slug.partition(".")
    before = desk.pages()
    changes = (REWRITES if page_alone else RUNS)[slug]
    for name, old, new, _ in changes:
        desk.change(name, old, new)
    desk.build()
    assert {*desk.ran, *desk.wrote} == {slug} and desk.kept == set(STORIES) - {slug}
    assert set(desk.ran) == (set() if page_alone else {slug})
    said = desk.ran.get(slug) or desk.wrote[slug]
    assert [what for *_, what in changes if f"{what} changed" not in said.split("; ")] == []
    changed = {path for path, body in desk.pages().items() if before.get(path) != body}
    others = [path for path in changed for other in desk.kept if path.startswith((f"{other}.", f"{other}/"))]
    assert others == []


def test_what_was_measured_is_an_input_of_the_stories_that_take_it_and_of_their_feeds(desk):
    desk.change("data/calibration.yml", "coding.side_share: {", "coding.side_share: {n: 9, ")
    desk.build()
    assert set(desk.ran) == {"tea", "board"} and "coffee" in desk.kept
    assert all("data/calibration.yml changed" in why for why in desk.ran.values())


NO_STORY = {
    "figures and claims that none takes": [
        ("data/sources/office-survey.yml", "low: 1.2", "low: 1.1"),
        ("data/claims/coffee.yml", "Coffee budget of", "The coffee budget of"),
    ],
    "words and units that none uses": [
        ("data/glossary.yml", "A pot", "A large pot"),
        ("data/units.txt", "", "# remark\n"),
        ("data/units.txt", "", "saucer = [saucer] = _ = saucers\n"),
    ],
    "another definition of such a unit": [("data/units.txt", "saucers", "plates")],
}


@pytest.mark.parametrize("kind", NO_STORY)
def test_what_no_story_takes_makes_none_again(desk, kind):
    before = desk.pages()
    for change in NO_STORY[kind]:
        desk.change(*change)
    desk.build()
    assert (desk.ran, desk.wrote, desk.kept) == ({}, {}, set(STORIES))
    changed = {name for name, body in desk.pages().items() if body != before[name]}
    of_claims = {name for name in changed if name.startswith("claims")}
    assert changed - of_claims == {"manifest.json"} and bool(of_claims) == (kind == next(iter(NO_STORY)))


def test_another_definition_of_a_unit_runs_the_stories_that_use_it_or_what_is_made_of_it(desk):
    desk.change("data/units.txt", "= _ = cups", "= _ = mugs")
    desk.build()
    assert set(desk.ran) == {"coffee", "tea"} and "a unit that it uses changed" in desk.ran["tea"]
    assert b"mugs a week" in desk.pages()["tea.html"] and desk.kept == {"board"}


ALL_PAGES = {
    "templates and the desk's name": [
        ("toolkit/site/templates/report/head_and_foot.html.j2", "", "{# remark #}", "head_and_foot.html.j2"),
        ("pyproject.toml", 'name = "Invented"', 'name = "Made up"', "[tool.toolkit]"),
    ],
    "its address": [("pyproject.toml", "stories =", 'site = "https://example.org"\nstories =', "[tool.toolkit]")],
    "the order": [("pyproject.toml", '"coffee", "tea"', '"tea", "coffee"', "[tool.toolkit]")],
}
ALL_STORIES = {
    "code, fonts and libraries": [
        ("toolkit/charts/theme.py", '"""', '"""Also: ', "toolkit/charts/theme.py"),
        ("toolkit/usage/metrics/lorenz.sql", "", "-- remark\n", "toolkit/usage/metrics/lorenz.sql"),
        ("toolkit/charts/fonts/OFL.txt", "", "Also.\n", "toolkit/charts/fonts/OFL.txt"),
        ("requirements.lock", "", "pandas==1\n", "requirements.lock"),
    ],
    "a name": [("data/names_with_digits.txt", "", "Kettle 5\n", "data/names_with_digits.txt")],
}


@pytest.mark.parametrize("kind", [*ALL_PAGES, *ALL_STORIES])
def test_each_of_what_all_stories_share_makes_all_again(desk, kind):
    changes = {**ALL_PAGES, **ALL_STORIES}[kind]
    for name, old, new, _ in changes:
        if name.startswith("toolkit/"):
            name = os.path.relpath(desk.package.parent / name, desk.project.root)
        desk.change(name, old, new)
    desk.build()
    assert set(desk.ran) == (set(STORIES) if kind in ALL_STORIES else set())
    said = desk.ran if kind in ALL_STORIES else desk.wrote
    assert set(said) == set(STORIES)
    assert [what for *_, what in changes for why in said.values() if f"{what} changed" not in why] == []


def test_other_words_run_nothing_and_another_number_in_them_does(desk):
    desk.change("notebooks/tea.ipynb", "## Limits", "## Where it ends")
    desk.build()
    assert desk.ran == {} and "notebooks/tea.ipynb changed" in desk.wrote["tea"] and set(desk.wrote) == {"tea"}
    assert b"Where it ends" in desk.pages()["tea.html"]
    desk.change("notebooks/tea.ipynb", "it ends", "it ends after 17 pots")
    with pytest.raises(StoryError, match="a typed number: 17"):
        desk.build()
    desk.change("notebooks/tea.ipynb", "17 pots", "{eval}`pots`")
    desk.build()
    assert set(desk.ran) == {"tea"}


def test_a_headline_is_on_the_pages_of_the_others_too_and_its_letters_are_in_their_fonts(desk):
    desk.change("notebooks/tea.ipynb", "# Tea is counted", "# Tea was counted")
    desk.build()
    assert desk.ran == {} and set(desk.wrote) == {"tea"}
    before, shared_before = desk.pages()["coffee.html"], desk.pages()["pages.css"]
    assert b"Tea was counted by hand" in before
    desk.change("notebooks/tea.ipynb", "# Tea was counted", "# Téa was counted")
    desk.build()
    assert desk.ran == {} and set(desk.wrote) == {"tea"}
    with_it = desk.pages()["coffee.html"]
    assert [ord("é") in letters for letters in letters_of_fonts(with_it.decode())] == [True] * 4
    assert [ord("é") in letters for letters in letters_of_fonts(before.decode())] == [False] * 4
    shared_with_it = desk.pages()["pages.css"].decode()  # the front page has the headline
    assert [ord("é") in letters for letters in letters_of_fonts(shared_with_it)] == [True] * 4
    desk.change("notebooks/tea.ipynb", "# Téa was counted", "# Tea was counted")
    desk.build()
    assert desk.pages()["coffee.html"] == before and desk.pages()["pages.css"] == shared_before


def test_a_style_sheet_is_put_into_every_page_and_lays_out_none(desk, monkeypatch):
    monkeypatch.setattr(style, "TEMPLATES", desk.package / "site" / "templates")
    desk.build()
    before = desk.pages()
    rules = {f"{style.TEMPLATES}/report/{name}.css": f".of-{name}{{a:b}}" for name in ("report", "desk")}
    for sheet, rule in rules.items():
        desk.change(sheet, "", rule)
    desk.build()
    assert (desk.ran, desk.wrote, desk.kept) == ({}, {}, set(STORIES))
    changed = {name for name, body in desk.pages().items() if body != before[name]}
    assert changed == {
        *(f"{slug}.html" for slug in STORIES),
        "pages.css",
        "stories.css",
        "recheck.html",
        "manifest.json",
    }
    assert all(rule in desk.pages()["tea.html"] for rule in (b".of-report{a:b}", b".of-desk{a:b}"))
    page = desk.pages()["coffee.html"].decode()
    assert html.unescape(page).count(_policy_of(re.findall("<style>(.*?)</style>", page, re.DOTALL)[0])) == 1
    shutil.rmtree(desk.project.build)
    kept = desk.pages()
    desk.build()
    assert desk.ran and desk.pages() == kept
    for sheet, rule in rules.items():  # tests after this one build with the sheets that are installed
        desk.change(sheet, rule, "")


def _policy_of(sheet):
    return f"'sha256-{b64encode(hashlib.sha256(sheet.encode()).digest()).decode()}'"


def _touched(folder):
    (folder / "index.html").write_text("by hand")
    (folder / "tea.html").unlink()
    (folder / "more.html").write_text("not of the edition")
    shutil.rmtree(folder / "coffee")


@pytest.mark.parametrize("spoil", [_touched, shutil.rmtree], ids=["edited, deleted and added", "all gone"])
def test_an_edition_that_somebody_touched_is_put_right_and_no_story_made_again(desk, spoil):
    before = desk.pages()
    spoil(desk.project.reports)
    desk.build()
    assert (desk.ran, desk.wrote, desk.kept) == ({}, {}, set(STORIES))
    assert desk.pages() == before


@pytest.mark.parametrize("step", ["run", "page"])
def test_what_was_kept_and_is_damaged_is_made_again(desk, step):
    before = desk.pages()
    path = desk.project.build / "stories" / f"coffee.{step}"
    path.write_bytes(path.read_bytes()[:-9])
    (desk.project.reports / "coffee.html").unlink()
    desk.build()
    assert (set(desk.ran), set(desk.wrote)) == (({"coffee"}, set()) if step == "run" else (set(), {"coffee"}))
    assert desk.pages() == before


def test_a_story_that_is_taken_off_is_gone_and_the_others_say_so(desk):
    board = desk.project.notebooks / "board.ipynb"
    content = board.read_bytes()
    desk.change("pyproject.toml", ', "board"]', "]")
    board.unlink()
    desk.build()
    board.write_bytes(content)  # it is there again for tests after this one, whichever these are
    desk.change("pyproject.toml", '"]', '", "board"]')
    assert set(desk.wrote) == {"coffee", "tea"} and desk.ran == {}
    assert not [path for path in desk.pages() if path.startswith("board")]
    assert sorted(path.name for path in (desk.project.build / "stories").iterdir()) == [
        "coffee.page",
        "coffee.run",
        "tea.page",
        "tea.run",
    ]


def test_the_edition_built_bit_by_bit_is_the_one_built_from_nothing(desk, tmp_path):
    before = desk.pages()
    shutil.rmtree(desk.project.build)
    desk.build()
    assert desk.ran and desk.pages() == before


def test_another_interpreter_and_another_library_make_all_again(desk, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "version", f"9{sys.version}")
    (tmp_path / "kettle-2.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    desk.build()
    assert set(desk.ran) == set(STORIES)
    assert {"the interpreter changed", "an installed library changed"} <= set(desk.ran["tea"].split("; "))


def test_another_library_that_the_toolkit_requires_is_another_input(desk, monkeypatch, tmp_path):
    metadata = tmp_path / "numberdesk-0.dist-info" / "METADATA"
    metadata.parent.mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    libraries = []
    for required in ("kettle", "kettle, pot"):
        metadata.write_text(f"Requires-Dist: {required}\n")
        libraries.append(edition_record.shared_inputs(desk.project)["an installed library"])
    assert libraries[0] != libraries[1]
