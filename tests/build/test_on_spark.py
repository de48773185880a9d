"""`toolkit build --engine spark` end to end, on Sail: the numbers of the pages are those that DuckDB gives."""

import json
import shutil
from datetime import date

import pytest

from tests.build.test_pipeline import HERE, run
from tests.build.three_stories import HEAD, notebook, three_stories
from toolkit.build.selection import select
from toolkit.commands.check import read_stories
from toolkit.database.usage_logs import ask_usage_log, metric_sql, simulated_usage_log

pytestmark = pytest.mark.heavy
SIZE = "developers=40, weeks=2"
TOTAL = "SELECT sum(tokens) AS tokens, CAST(sum(tokens) AS DOUBLE) / count(*) AS mean_tokens FROM developer"
BOARD = (
    'from toolkit import open_story\n\nstory = open_story("board")\n'
    'log = story.usage_log("none", developers=40, weeks=2)\n'
    'spread = story.finding("board.gini", story.ask("concentration", of=log).one("gini", measure="tokens"), "Gini")\n'
    f'total = story.sql("{TOTAL}", of=log)\n'
    'tokens, mean = (story.finding(f"board.{name}", total.one(name), name) for name in ("tokens", "mean_tokens"))\n'
    'shares = story.ask("usage_logs/active", of=log)',
    HEAD + "# A board that nobody keeps\n\nIt has people who do not exist, and a spread of {eval}`spread`.",
)


@pytest.fixture
def desk(tmp_path):
    project = three_stories(tmp_path / "desk")
    (project.notebooks / "board.ipynb").write_text(notebook(*BOARD))
    shutil.copytree(HERE.parent / "notebooks" / "sql" / "usage_logs", project.questions / "usage_logs")
    settings = '[tool.toolkit]\nname = "Invented"\nstories = ["board"]\nengine = "spark"\n'
    (project.root / "pyproject.toml").write_text(settings)
    return project


@pytest.mark.slow
def test_a_build_on_spark_has_the_numbers_of_duckdb_and_leaves_nothing_behind(desk, tmp_path):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    done = run(desk, "--out", str(tmp_path / "there"), seconds=400, TMPDIR=str(temporary))
    assert done.returncode == 0, done.stderr
    assert list(temporary.iterdir()) == []  # the server had its folder there
    story = json.loads((tmp_path / "there" / "manifest.json").read_text())["stories"]["board"]
    log = simulated_usage_log(desk, "none", developers=40, weeks=2)
    gini = ask_usage_log(log, "concentration", metric_sql("concentration")).one("gini", measure="tokens")
    total = ask_usage_log(log, "total", TOTAL)
    here = {"gini": gini, **{name: total.one(name) for name in ("tokens", "mean_tokens")}}
    printed = {name: story["findings"][f"board.{name}"]["printed"] for name in here}
    assert printed == {name: str(number) for name, number in here.items()}


def test_what_means_something_else_there_is_refused_before_a_build(desk):
    cell = BOARD[0].replace("CAST(sum(tokens) AS DOUBLE)", "sum(tokens)")
    (desk.notebooks / "board.ipynb").write_text(notebook(cell, *BOARD[1:]))
    problems = []
    read_stories(desk, select(desk, date.today()), problems)
    assert [problem.where for problem in problems] == ["story board, cell 1, line 1"]
