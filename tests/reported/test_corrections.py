"""Corrections: every problem with its line, and expectations that end when the source mends itself."""

from dataclasses import asdict

import pytest

from toolkit.core.errors import DataFileError
from toolkit.database.open import open_database
from toolkit.reported.read_all import read_reported

GOOD = """\
schema: 1
corrections:
  - story: coffee
    finding: coffee.multiple
    on: 2026-05-12
    was: 4 times
    now: 3.5 times
    why: Two columns were exchanged.
    noticed_by: a reader
    expects: [{figure: office-survey#heavy, value: 35, unit: cup/week}]
"""


def write(project, text):
    (project.data / "corrections.yml").write_text(text, encoding="utf-8")


def said(project):
    with pytest.raises(DataFileError) as raised:
        read_reported(project)
    return [f"{problem.where}: {problem.found}" for problem in raised.value.problems]


def test_a_project_without_the_file_has_none(sample):
    assert read_reported(sample).corrections == ()


def test_a_correction_reaches_the_desk_newest_first(sample):
    later = GOOD.partition("corrections:\n")[2].replace("2026-05-12", "2026-05-14").replace("3.5 times", "3.6 times")
    write(sample, GOOD + later)
    found = open_database(sample).corrections("coffee")
    assert [entry["on"] for entry in found] == ["2026-05-14", "2026-05-12"]
    assert found[1]["noticed_by"] == "a reader" and found[1]["place"] == "data/corrections.yml, line 3"
    assert open_database(sample).corrections("tea") == []


def test_the_table_of_corrections_has_the_fields_of_one_in_their_order(sample):
    write(sample, GOOD)
    (row,) = open_database(sample).corrections("coffee")
    (correction,) = read_reported(sample).corrections
    assert list(row.items()) == list(asdict(correction).items())


def test_a_changed_correction_is_another_desk(sample):
    write(sample, GOOD)
    before = open_database(sample).path
    write(sample, GOOD.replace("exchanged", "swapped"))
    assert open_database(sample).path != before


def test_everything_wrong_is_said_at_once(sample):
    write(sample, "schema: 1\ncorrections:\n  - {story: tea, on: May, was: a, now: a, why: '', finding: x, more: 1}\n")
    found = "\n".join(said(sample))
    for words in (
        "noticed_by is missing",
        "no notebook 'tea'",
        "on is 'May'",
        "the same words",
        "why is empty",
        "finding is 'x'",
        "unknown key 'more'",
    ):
        assert words in found
    assert found.count("data/corrections.yml, line 3") == len(found.splitlines())


def test_an_expectation_fails_once_the_source_is_mended(sample):
    write(sample, GOOD)
    read_reported(sample)
    source = sample.data / "sources" / "office-survey.yml"
    source.write_text(source.read_text().replace("value: 35", "value: 31"))
    line = GOOD[: GOOD.index("expects")].count("\n") + 1
    assert said(sample) == [
        f"data/corrections.yml, line {line}: office-survey#heavy is 31 cup/week in data/sources/, "
        "no longer as this correction expects"
    ]


@pytest.mark.parametrize(
    "expected, words",
    [
        ("{figure: office-survey#none, value: 35, unit: cup/week}", "no figure 'office-survey#none'"),
        ("{figure: office-survey#heavy, value: 35}", "unit is missing"),
        ("{figure: office-survey#heavy, unit: cup/week}", "no value"),
        (
            "{figure: office-survey#budget, low: 1.2, high: 1.6, unit: million USD}",
            "is 1.2 to 1.5 million USD in data/sources/",
        ),
    ],
)
def test_an_expectation_that_cannot_be_held_is_refused(sample, expected, words):
    write(sample, GOOD.replace("{figure: office-survey#heavy, value: 35, unit: cup/week}", expected))
    assert words in "\n".join(said(sample))


def test_a_range_may_be_expected(sample):
    ends = "{figure: office-survey#budget, low: 1.2, high: 1.5, unit: million USD}"
    write(sample, GOOD.replace("{figure: office-survey#heavy, value: 35, unit: cup/week}", ends))
    assert len(read_reported(sample).corrections) == 1
