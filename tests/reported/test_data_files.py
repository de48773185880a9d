"""Files under data/ that nothing reads: each is refused with the name to give it, and none is passed over."""

import pytest

from tests.reported.test_reading import problems_of
from toolkit.core.errors import ToolkitError
from toolkit.core.project import find_project
from toolkit.reported.data_files import data_files, unread_files
from toolkit.reported.read_all import read_reported

# a file, and what is said to do with it
UNREAD = {
    "sources/other-source.yaml": "rename it to other-source.yml",
    "sources/other-source.YML": "rename it to other-source.yml",
    "sources/Other-Source.Yaml": "rename it to other-source.yml",
    "sources/other-source.yml.txt": "rename it to other-source.yml",
    "sources/other-source.yml ": "rename it to other-source.yml",
    "sources/office-survey.yaml": "put it into office-survey.yml, which is there too",
    "sources/office-survey.yml~": "remove it, or move it out of data/",
    "sources/office-survey.yml.bak": "remove it, or move it out of data/",
    "sources/office-survey.yml.orig": "remove it, or move it out of data/",
    "sources/#office-survey.yml#": "remove it, or move it out of data/",
    "sources/table.csv": "move it out of data/",
    "sources/office-survey": "move it out of data/",
    "claims/coffee.json": "move it out of data/",
    "series/more.CSV": "rename it to more.csv",
    "series/more.csv.txt": "rename it to more.csv",
    "series/more.xlsx": "move it out of data/",
    "declarations/cups.yaml": "rename it to cups.yml",
    "scenarios/none.YAML": "rename it to none.yml",
    "glossary.yaml": "rename it to glossary.yml",
    "corrections.YML": "rename it to corrections.yml",
    "Units.TXT": "put it into units.txt, which is there too",
    "names_with_digits.txt.txt": "put it into names_with_digits.txt, which is there too",
    "unit.txt": "put it into units.txt, which is there too",
    "name_with_digits.txt": "put it into names_with_digits.txt, which is there too",
    "glosary.yml": "rename it to glossary.yml",
    "cups.sql": "or into the folder that it belongs to",
    "Cups.IPYNB": "or into the folder that it belongs to",
    "coffee.yml": "or into the folder that it belongs to",
}


@pytest.mark.parametrize("name", UNREAD)
def test_a_file_that_nothing_reads_is_refused_with_the_name_to_give_it(sample, name):
    path = sample.data / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("schema: 1\n")
    (problem,) = problems_of(sample)
    assert (problem.where, problem.found) == (f"data/{name}", "a file that nothing reads")
    assert UNREAD[name] in problem.remedy and problem.allowed


@pytest.mark.parametrize(
    "name, remedy",
    [
        ("source", "rename it to sources"),
        ("Claims", "rename it to claims"),
        ("sources/x.yml", "move it out of data/"),
        ("glossary.yml", "move it out of data/"),
        ("sources/2026", "move it out of data/, or its files to where they are read"),
    ],
)
def test_a_folder_that_nothing_reads_is_refused_once(sample, name, remedy):
    (sample.data / name).mkdir()
    for file in ("a.yml", "b.yml"):
        (sample.data / name / file).write_text("schema: 1\n")
    (problem,) = problems_of(sample)
    assert (problem.where, problem.found) == (f"data/{name}", "a folder that nothing reads")
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "NOT_ENTERED.md",
        "sources/README.md",
        ".gitkeep",
        "sources/.office-survey.yml.swp",
        "sources/._x.yml",
        "build/database-1.duckdb",
        "build/x.yaml",
        ".ipynb_checkpoints/x.yaml",
        "remarks.txt",
        "downloads/more.json",
    ],
)
def test_notes_hidden_files_and_what_the_build_made_may_stay(sample, name):
    path = sample.data / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"\xff")
    assert read_reported(sample).sources.keys() == {"office-survey", "paper-retelling"}


def test_what_a_notebook_opens_is_read(sample):
    for name in ("cups.csv", "claim/a.csv", "claim-2/a.csv"):
        (sample.data / name).parent.mkdir(exist_ok=True)
        (sample.data / name).write_text("a")
    assert len(problems_of(sample)) == 3
    (sample.notebooks / "tea.ipynb").write_text('open(\\"../data/cups.csv\\"), open(\\"../data/claim/a.csv\\")')
    assert [problem.where for problem in problems_of(sample)] == ["data/claim-2"]


def test_all_are_named_at_once_with_whatever_else_is_wrong(sample):
    (sample.data / "sources" / "a.yaml").write_text("")
    (sample.data / "series").write_text("a file where a folder is meant")
    (sample.data / "units.txt").write_text("page = 2 * quire\n")
    assert [problem.where for problem in problems_of(sample)] == [
        "data/series",
        "data/sources/a.yaml",
        "data/units.txt, line 1",
    ]


def test_files_come_by_name_and_a_folder_may_be_missing(sample):
    (sample.data / "sources" / "a-first.yml").write_text("")
    names = [path.name for path in data_files(sample, "sources")]
    assert names == ["a-first.yml", "office-survey.yml", "paper-retelling.yml"]
    assert data_files(sample, "series") == []


def test_nothing_of_this_desk_is_left_unread():
    assert unread_files(find_project()) == []


def test_a_database_of_before_does_not_hide_them_from_the_build(sample):
    from toolkit.build.pipeline import build
    from toolkit.database.open import open_database

    open_database(sample)
    (sample.data / "sources" / "other.yaml").write_text("schema: 1\n")
    (sample.data / "names_with_digits.txt").write_bytes("Brewer 3000\nCafé 7\n".encode("cp1252"))
    with pytest.raises(ToolkitError) as raised:
        build(sample)
    assert [problem.where for problem in raised.value.problems] == [
        "data/sources/other.yaml",
        "data/names_with_digits.txt, line 2",
    ]
    assert not sample.reports.exists()
