"""Cells: which tags are named as near misses, which settings are stored, which code is refused, what is left out."""

import pytest

from toolkit.core.project import Project
from toolkit.notebook.cell_settings import has_tag, kept_metadata, path_problems, tag_problems, visibility_of
from toolkit.notebook.left_out import keep_published, left_out


def code(source="x", outputs=(), **metadata):
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": list(outputs)}


@pytest.mark.parametrize(
    "tag, meant",
    [
        ("remove_imput", "remove-input"),
        ("hide-ouput", "hide-output"),
        ("hidden", "hide"),
        ("removecell", "remove-cell"),
        ("methods", "method"),
        ("exclude", None),
    ],
)
def test_a_tag_that_looks_like_a_hiding_one_is_named_with_the_nearest(tag, meant):
    (problem,) = tag_problems(code(tags=[tag]), "cell 1")
    assert repr(tag) in problem.found and (meant is None or f"write {meant!r}" in problem.remedy)


@pytest.mark.parametrize("tag", ["remove-stdout", "parameters", "todo", "chapter-2", "front", "Hide_Input"])
def test_other_tags_are_nobodys_business(tag):
    assert list(tag_problems(code(tags=[tag]), "cell 1")) == []


@pytest.mark.parametrize("tag", ["annex", "Annex", " FRONT", "method"])
def test_a_tag_that_places_a_cell_does_so_in_any_case(tag):
    assert has_tag(code(tags=[tag]), tag.strip().lower()) and list(tag_problems(code(tags=[tag]), "cell 1")) == []


def test_settings_that_hide_are_stored_and_others_are_not():
    metadata = {
        "tags": ["remove_input"],
        "jupyter": {"source_hidden": True, "foo": 1},
        "hide_input": True,
        "collapsed": True,
        "trusted": True,
    }
    kept = kept_metadata(metadata)
    assert kept == {"tags": ["remove_input"], "jupyter": {"source_hidden": True}, "hide_input": True}
    assert visibility_of(code(**kept)) == visibility_of(code(**metadata))


@pytest.mark.parametrize(
    "line",
    [
        'pd.read_csv("/home/someone/x.csv")',
        "open('/Users/someone/Desktop/x.csv')",
        r'open("C:\\Users\\someone\\x.csv")',
        'open("c:/Users/someone/x.csv")',
        'x = "/tmp/x.csv"',
        'x = "file:///home/someone/x"',
        'x = "file:///D:/x.csv"',
        'open("~/x.csv")',
        "open('~someone/x.csv')",
        r'open("D:\\x.csv")',
        r'open(r"D:\x.csv")',
        'open("E:/x.csv")',
        r'open(r"\\server\share\x.csv")',
        'open("/mnt/x/x.csv")',
        'open("/var/x")',
        'open("/Volumes/Stick/x")',
        "duckdb.sql(\"FROM '/newsroom/2026/x.parquet'\")",
        'x = "PROJECT/data/x.csv"',
    ],
)
def test_a_path_of_one_machine_in_shown_code_is_refused_with_its_line(tmp_path, line):
    source = "first = 1\n" + line.replace("PROJECT", str(tmp_path))
    (problem,) = path_problems(code(source), "cell 4", Project(tmp_path))
    assert problem.where == "cell 4, line 2" and str(tmp_path) not in str(problem)
    assert list(path_problems(code(source, tags=["remove-input"]), "cell 4", Project(tmp_path))) == []


@pytest.mark.parametrize(
    "line",
    [
        '"https://example.org/home/page"',
        '"data/home/x.csv"',
        "a / home / b",
        '"/tmpl/x"',
        '"s3://b/tmp/x"',
        "a /b/ c",
        '"at 9:/x"',
        r'"\\d\\d"',
        "x / 2",
        'f"{a}/{b}.csv"',
        '"/api/v1"',
        '"not ~ 5"',
    ],
)
def test_addresses_and_other_paths_are_no_paths_of_a_machine(tmp_path, line):
    assert list(path_problems(code(line), "cell 4", Project(tmp_path))) == []


def test_what_is_left_out_is_said_by_cell_and_kind():
    frame = {"output_type": "display_data", "data": {"text/html": '<table class="dataframe">', "text/plain": "x"}}
    chart = {"output_type": "display_data", "data": {"application/vnd.toolkit.chart+json": {}, "text/plain": "x"}}
    cells = [
        code(outputs=[{"output_type": "stream", "name": "stdout", "text": "1"}] * 2 + [frame, chart]),
        code(outputs=[chart]),
        {"cell_type": "raw", "metadata": {}, "source": "x"},
        code(outputs=[{"output_type": "display_data", "data": {"image/png": ""}}], tags=["remove_output"]),
        code(outputs=[{"output_type": "execute_result", "data": {"text/plain": "3"}}]),
        code("story.chart(table, 'bars')\nstory.chart(table, 'dots')", outputs=[chart]),
        code("%time 1\nstory.chart(table, 'dots')", outputs=[chart]),
    ]
    for cell in cells:
        if cell["cell_type"] == "code":
            keep_published(cell)
    assert cells[0]["outputs"] == [chart]
    assert (
        left_out({"cells": cells}) == "cell 1 (a print, a frame), cell 3 (a raw cell), cell 5 (a value), "
        "cell 6 (a chart that is not its last line, which alone is shown)"
    )
