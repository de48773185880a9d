"""data/README.md: everything that is declared, in words that no declaration can break."""

import shutil
from pathlib import Path

import pytest

from toolkit.core.project import find_project
from toolkit.core.unit import registry
from toolkit.reported.data_dictionary import (
    OWN_WORDS,
    certainty_table,
    dictionary,
    documents,
    outdated,
    write_dictionary,
)
from toolkit.reported.read_all import read_reported

ROOT = Path(__file__).parents[2]


def cells(text, first):
    """The cells of the row whose first cell is `first`."""
    (row,) = [line for line in text.splitlines() if line.startswith(f"| {first} |")]
    return [cell.strip() for cell in row.replace("\\|", "\0").strip("|").split("|")]


@pytest.fixture
def made(sample):
    return dictionary(sample, read_reported(sample))


def test_each_topic_has_its_counts_entities_and_units(made):
    topic = cells(made, "`coffee`")
    assert topic[1:] == [
        "5",
        "8",
        "an invented office; staff of an invented office",
        "`USD`, `cup/week`, `multiple`, in words (1)",
    ]


def test_each_source_has_its_row_with_hostile_titles_escaped(made):
    survey, paper = cells(made, "`office-survey`"), cells(made, "`paper-retelling`")
    title = r'[An invented survey of \<b\>coffee\</b\> & "tea"](<https://example.org/survey>)'
    assert survey == ["`office-survey`", "Invented Office", title, "2026-04-15", "primary", "in full", "5", OWN_WORDS]
    assert paper[2:] == ["Staff drown in coffee", "2026-05-02", "", "archived copy", "3", OWN_WORDS]


def test_a_title_cannot_break_out_of_its_cell(sample):
    path = sample.data / "sources" / "paper-retelling.yml"
    path.write_text(path.read_text().replace("Staff drown in coffee", '"a | b\\n| c | `d` [e](f)"'))
    row = cells(dictionary(sample, read_reported(sample)), "`paper-retelling`")
    assert (row[2], len(row)) == ("a \0 b \0 c \0 \\`d\\` \\[e\\](f)", 8)


def test_a_licence_that_a_source_states_is_given(sample):
    path = sample.data / "sources" / "paper-retelling.yml"
    path.write_text(path.read_text().replace("seen:", "licence: by permission\nseen:"))
    assert cells(dictionary(sample, read_reported(sample)), "`paper-retelling`")[-1] == "by permission"


def test_each_unit_says_what_it_is_made_of(made, sample):
    assert cells(made, "`cup`") == ["`cup`", "a dimension of its own", "cups"]
    assert cells(made, "`week`") == ["`week`", "`7 * day`", "weeks"]
    assert cells(made, "`million`") == ["`million`", "`1e6`", ""]


def test_everything_on_this_desk_is_in_it():
    project = find_project(ROOT)
    reported = read_reported(project)
    text = dictionary(project, reported)
    for topic in {claim.topic for claim in reported.claims.values()}:
        assert cells(text, f"`{topic}`")
    for source in reported.sources.values():
        assert cells(text, f"`{source.id}`")[3] == (source.published or "no date")
    for series in reported.series.values():
        part = text.split(f"## Series `{series.id}`\n")[1].split("\n## ")[0]
        assert series.title in part and series.licence in part and f"{len(series.rows)} rows" in part
        assert [cells(part, f"`{column.name}`")[2] for column in series.columns] == [
            column.unit or "" for column in series.columns
        ]
    units = registry(project.data / "units.txt")
    lines = (line.split("=")[0].strip() for line in (project.data / "units.txt").read_text().splitlines())
    assert all(f"| `{name}` |" in text for name in lines if name and not name.startswith("#") and name in units._units)


def test_the_rule_goes_into_the_guide_between_its_marks_and_nothing_else_moves(sample):
    guide = sample.root / "CONTRIBUTING.md"
    guide.write_text("before\n<!-- certainty:begin -->\nold\n<!-- certainty:end -->\nafter\n")
    made = documents(sample, read_reported(sample))
    assert outdated(made) == [sample.data / "README.md", guide]
    assert made[guide] == f"before\n<!-- certainty:begin -->\n{certainty_table()}\n<!-- certainty:end -->\nafter\n"
    for path, text in made.items():
        path.write_text(text)
    assert outdated(documents(sample, read_reported(sample))) == []


def test_where_a_project_lies_does_not_show(sample, tmp_path):
    shutil.copytree(sample.root, tmp_path / "elsewhere")
    other = find_project(tmp_path / "elsewhere")
    assert dictionary(other, read_reported(other)) == dictionary(sample, read_reported(sample))


def test_a_build_writes_the_dictionary_again_where_there_is_one(sample):
    path = sample.data / "README.md"
    assert not write_dictionary(sample) and not path.exists()
    path.write_text("old", encoding="utf-8")
    assert write_dictionary(sample) and "# What the desk holds" in path.read_text(encoding="utf-8")
    assert not write_dictionary(sample)
