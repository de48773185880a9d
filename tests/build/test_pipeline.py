"""The whole way through on the invented sample: an edition, made again byte for byte, and never half made."""

import getpass
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from tests import counts
from tests.build.editions import finding_of
from tests.build.three_stories import three_stories
from toolkit.build import staleness
from toolkit.build.pipeline import build
from toolkit.build.refusals import refuse_two_values
from toolkit.core.errors import DataFileError, StoryError
from toolkit.core.kind import Kind
from toolkit.core.project import Project, find_project
from toolkit.core.unit import unit_text
from toolkit.notebook.run import Executed

pytestmark = pytest.mark.heavy
HERE = Path(__file__).parents[1]


def run(
    project: Project, *arguments: str, seconds: int = 600, before=None, **environment: str
) -> subprocess.CompletedProcess:
    """`toolkit build` in a process of its own, in which `before` is called first."""
    return subprocess.run(
        [sys.executable, "-m", "toolkit", "build", *arguments],
        cwd=project.root,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=seconds,
        check=False,
        preexec_fn=before,
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_edition_has_a_page_for_each_story_a_front_page_and_a_manifest(built):
    found = contents(built.reports)
    assert {"index.html", "coffee.html", "manifest.json"} <= set(found)
    assert json.loads(found["manifest.json"])["schema"] == 3
    story = json.loads(found["manifest.json"])["stories"]["coffee"]
    assert story["title"] == "An invented office drinks coffee"
    assert story["html"]["bytes"] == len(found["coffee.html"])
    number, finding = finding_of(built.reports, "coffee", "coffee.multiple")
    assert (number.low, number.high, unit_text(number.unit), number.kind) == (3.5, 3.5, "1", Kind.COMPUTED)
    assert str(number) == finding["printed"] == "3.5 times"
    assert [part.ref for part in number.inputs] == ["figure:office-survey#heavy", "figure:office-survey#median"]
    assert b"3.5 times" in found["coffee.html"] and b"{eval}" not in found["coffee.html"]


BUILDS_AGAIN = """
import json, sys
from toolkit.build.pipeline import build
from toolkit.core.project import find_project
lines = []
build(find_project(), progress=lines.append)
print(json.dumps({"lines": lines, "loaded": sorted(sys.modules)}))
"""


def test_a_build_where_nothing_changed_looks_at_the_files_and_loads_nothing_slow(built):
    before = contents(built.reports)
    found = json.loads(
        subprocess.run(
            [sys.executable, "-c", BUILDS_AGAIN],
            cwd=built.root,
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        ).stdout
    )
    assert found["lines"] == ["kept coffee"]
    slow = (
        "numpy",
        "pint",
        "duckdb",
        "yaml",
        "pandas",
        "altair",
        "vl_convert",
        "nbconvert",
        "nbclient",
        "nbformat",
        "jinja2",
        "zmq",
    )
    assert [library for library in slow if library in found["loaded"]] == []
    assert contents(built.reports) == before


def test_a_folder_with_other_things_in_it_is_not_taken_for_an_edition(built, tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    done = run(built, "--out", str(tmp_path))
    assert done.returncode == 1 and "a folder with other things in it" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


SURROUNDINGS = {
    "one processor": {"before": lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})},
    "another locale": {"LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE.UTF-8", "LANGUAGE": "de"},
    "no locale": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "another time zone": {"TZ": "Pacific/Apia"},
    "no leave for others": {"before": lambda: os.umask(0o077)},
    "another hash seed": {"PYTHONHASHSEED": "12345"},
    "another home": {},
}


def all_at_once():
    """All but "no locale", which would stand in the place of another one."""
    settings = {key: value for name in SURROUNDINGS if name != "no locale" for key, value in SURROUNDINGS[name].items()}

    def before():
        SURROUNDINGS["one processor"]["before"]()
        SURROUNDINGS["no leave for others"]["before"]()

    return {**settings, "before": before}


@pytest.mark.slow
@counts.of("surroundings")
@pytest.mark.parametrize("name", counts.count("surroundings"))
def test_any_surrounding_gives_the_same_bytes(built_stories, name, tmp_path):
    if name in ("one processor", "all at once") and not hasattr(os, "sched_setaffinity"):
        pytest.skip("this system does not bind a process to a processor")
    home = tmp_path / "home"
    startup = home / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "mine.py").write_text("import builtins\nbuiltins.round = lambda *arguments: 0\n")
    surrounding = all_at_once() if name == "all at once" else SURROUNDINGS[name]
    if name in ("all at once", "another home"):
        surrounding = {**surrounding, "HOME": str(home)}
    desk = three_stories(tmp_path / "desk")
    done = run(desk, "--out", str(tmp_path / "again"), **surrounding)
    assert done.returncode == 0, done.stderr
    first, second = contents(built_stories.reports), contents(tmp_path / "again")
    assert sorted(first) == sorted(second)
    assert [file for file in first if first[file] != second[file]] == []


def this_desk(folder):
    """A copy of this repository's own project."""
    root = HERE.parent
    project = Project(folder)
    shutil.copytree(root / "data", project.data, ignore=shutil.ignore_patterns("build"))
    shutil.copytree(root / "notebooks", project.notebooks, ignore=shutil.ignore_patterns(".*"))
    for name in ("requirements.lock", "pyproject.toml"):
        shutil.copy(root / name, project.root)
    return project


@pytest.mark.slow
@counts.of("editions")
@pytest.mark.parametrize("name", counts.count("editions"))
def test_the_whole_edition_is_the_same_built_story_by_story_or_from_nothing(built_once, name, tmp_path):
    make = {"three stories": three_stories, "this desk": this_desk}[name]
    project = make(tmp_path / "desk")
    settings = (project.root / "pyproject.toml").read_text(encoding="utf-8")
    stories = project.stories()
    aside = tmp_path / "aside.ipynb"
    shutil.move(stories[0], aside)
    listed = re.sub(rf'\s*"{stories[0].stem}",', "", settings)
    assert listed != settings
    (project.root / "pyproject.toml").write_text(listed, encoding="utf-8")
    assert run(project, seconds=600).returncode == 0
    shutil.move(aside, stories[0])
    (project.root / "pyproject.toml").write_text(settings, encoding="utf-8")
    done = run(project, seconds=600)
    assert done.returncode == 0 and [f"ran {stories[0].stem}"] == re.findall(r"ran \S+(?=:)", done.stdout)
    whole = built_once(name.replace(" ", "-"), make)
    first, second = contents(project.reports), contents(whole.reports)
    assert sorted(first) == sorted(second)
    assert [file for file in first if first[file] != second[file]] == []


def test_nothing_published_names_the_machine(built):
    words = [str(built.root).encode(), str(Path.home()).encode(), str(Path(sys.prefix)).encode()]
    user = getpass.getuser().encode()
    words += [user] if len(user) > 4 else []
    for name, body in contents(built.reports).items():
        assert not [word for word in words if word in body], name


def test_a_story_that_fails_leaves_the_edition_that_was_there(changeable):
    before = contents(changeable.reports)
    notebook = changeable.notebooks / "coffee.ipynb"
    kept = notebook.read_text(encoding="utf-8")
    notebook.write_text(kept.replace("{eval}`multiple`", "{eval}`multiply`"), encoding="utf-8")
    with pytest.raises(StoryError, match="story coffee, cell 2") as raised:
        build(changeable)
    assert "multiply" in str(raised.value)
    assert contents(changeable.reports) == before
    assert [path.name for path in changeable.root.iterdir() if path.name.endswith(".tmp")] == []
    assert [path.name for path in changeable.root.iterdir() if path.name.startswith(".reports")] == []


def test_a_wrong_entry_stops_the_build_with_its_line_and_the_edition_stays(changeable):
    before = contents(changeable.reports)
    source = changeable.data / "sources" / "office-survey.yml"
    kept = source.read_text(encoding="utf-8")
    source.write_text(kept.replace("unit: cup/week", "unit: mug/week", 1), encoding="utf-8")
    line = kept[: kept.index("unit: cup/week")].count("\n") + 1
    with pytest.raises(DataFileError, match=f"data/sources/office-survey.yml, line {line}, heavy") as raised:
        build(changeable)
    assert "mug" in str(raised.value)
    assert contents(changeable.reports) == before


def test_two_stories_may_not_give_one_name_to_different_numbers():
    def story(slug, node, printed):
        return Executed(slug, None, {"findings": {"coffee.multiple": {"node": node, "printed": printed}}})

    refuse_two_values([story("one", "a", "3.5 times"), story("two", "a", "3.5 times")])
    with pytest.raises(StoryError, match="story two, finding 'coffee.multiple': 4 times, but 3.5 times in story one"):
        refuse_two_values([story("one", "a", "3.5 times"), story("two", "b", "4 times")])


def test_first_run_stories_with_a_usage_log_then_what_took_longest_then_what_has_most_charts(
    built_stories, tmp_path, monkeypatch
):
    root = shutil.copytree(built_stories.root, tmp_path / "stories")
    for path in (root / "notebooks").glob("*.ipynb"):
        path.write_text(path.read_text("utf-8").replace("open_story(", "open_story( "), "utf-8")
    desk, orders = find_project(root), []

    def noted(paths, *_, **__):
        orders.append([path.stem for path in paths])
        raise StoryError("this test", "an order", "none", "look at it")

    monkeypatch.setattr("toolkit.build.edition_making.execute_all", noted)
    entries = {slug: staleness.load(desk, slug, "run") for slug in ("board", "coffee", "tea")}
    assert all(entry.seconds > 0 for entry in entries.values())
    for seconds in ({"board": 1, "coffee": 2, "tea": 3}, {"board": 1, "coffee": 3, "tea": 2}):
        for slug, entry in entries.items():
            staleness.store(desk, slug, "run", replace(entry, seconds=seconds[slug]))
        with pytest.raises(StoryError, match="an order"):
            build(desk)
    shutil.rmtree(desk.build / "stories")  # in a first build nothing is known but how many charts are to be drawn
    drawn = nbformat.v4.new_code_cell("story.chart()\n" * 50, id="drawn")
    for slug in ("tea", "coffee"):
        path = root / "notebooks" / f"{slug}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.append(drawn)
        nbformat.write(notebook, path)
        with pytest.raises(StoryError, match="an order"):
            build(desk)
        notebook.cells.pop()
        nbformat.write(notebook, path)
    assert orders[:2] == [["board", "tea", "coffee"], ["board", "coffee", "tea"]]
    assert orders[2:] == [["board", "tea", "coffee"], ["board", "coffee", "tea"]]
