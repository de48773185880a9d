"""Files under notebooks/ that nothing reads: `check` and `build` refuse each with what to do; others may stay."""

import json

import pytest

from toolkit.commands.check import check_project
from toolkit.core.errors import ToolkitError
from toolkit.notebook.unread_files import unread_notebooks

UNREAD = {
    "tea.IPYNB": "rename it to tea.ipynb",
    "tea.ipynb.txt": "rename it to tea.ipynb",
    "tea.ipynb.json": "rename it to tea.ipynb",
    "coffee.Ipynb": "remove it: coffee.ipynb is there too",
    "sub/tea.ipynb": "move it into notebooks/",
    "sub/sub/tea.IPYNB": "move it into notebooks/",
    "sql/tea.ipynb": "move it into notebooks/",
    "tea.sql": "move it into notebooks/sql/",
    "sub/tea.sql": "move it into notebooks/sql/",
    "sql/sub/tea.sql": "move it into notebooks/sql/",
    "sql/usage_logs/sub/tea.sql": "move it into notebooks/sql/",
    "sql/tea.SQL": "rename it to tea.sql",
    "sql/tea.sql.txt": "rename it to tea.sql",
    "sql/usage_logs/tea.SQL": "rename it to tea.sql",
    "sql/told.SQL": "remove it: told.sql is there too",
    "sql/told.sql~": "remove it, or move it out of notebooks/",
    "sql/told.sql.orig": "remove it, or move it out of notebooks/",
    "coffee.ipynb.bak": "remove it, or move it out of notebooks/",
    "sql/tea.txt": "move it out of notebooks/sql/",
    "sql/tea.csv": "move it out of notebooks/sql/",
    "tea.yml": "move it into data/",
    "sql/tea.yaml": "move it into data/",
}


def put(project, name, content="SELECT 1"):
    path = project.notebooks / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


@pytest.mark.parametrize("name", UNREAD)
def test_a_file_that_nothing_reads_is_named_with_what_to_do(sample, name):
    put(sample, name)
    (problem,) = unread_notebooks(sample)
    assert (problem.where, problem.found) == (f"notebooks/{name}", "a file that nothing reads")
    assert problem.remedy == UNREAD[name] and problem.allowed


def test_check_and_build_refuse_all_of_them_at_once(sample):
    from toolkit.build.pipeline import build

    for name in UNREAD:
        put(sample, name)
    for refuses in (check_project, build):
        with pytest.raises(ToolkitError) as raised:
            refuses(sample)
        assert {problem.where for problem in raised.value.problems} >= {f"notebooks/{name}" for name in UNREAD}
    assert not sample.reports.exists()


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "sql/README.md",
        "sql/usage_logs/notes.md",
        "photograph.jpg",
        "pictures/scan.png",
        "shapes.py",
        "shapes/__init__.py",
        "shapes/settings.yml",
        "cups.csv",
        ".ipynb_checkpoints/coffee-checkpoint.ipynb",
        "sql/.ipynb_checkpoints/told-checkpoint.sql",
        ".gitkeep",
        "sql/.told.sql.swp",
        "sql/more.sql",
        "sql/usage_logs/more.sql",
        "tea.ipynb",
    ],
)
def test_pictures_modules_notes_hidden_files_and_what_is_read_may_lie_there(sample, name):
    put(sample, name)
    assert unread_notebooks(sample) == []


def test_what_a_notebook_opens_by_its_path_is_read(sample):
    put(sample, "sub/tea.sql")
    put(sample, "tea.ipynb", json.dumps({"cells": [{"source": 'open("sub/tea.sql")'}]}))
    assert unread_notebooks(sample) == []
    put(sample, "sub/tea.sql.bak")
    assert [problem.where for problem in unread_notebooks(sample)] == ["notebooks/sub/tea.sql.bak"]
