"""What to watch: every problem with its line and a remedy, and what pages and checks ask of it."""

from datetime import date

import pytest

from toolkit.commands.check import watch_lines
from toolkit.core.errors import DataFileError
from toolkit.database.open import open_database
from toolkit.reported.read_all import read_reported
from toolkit.reported.watch import due_days

GOOD = """\
schema: 1
watch:
  - id: survey-2027
    what: the survey of 2027
    due: 2027-04
    inferred: true
    basis: the survey of 2026 came out in April
    enter: the reporter on kitchens
    source: paper-retelling
    stories: {coffee: [office-survey#heavy, office-survey#budget]}
  - id: beans
    what: the price of beans
    due: 2026-06-30
    inferred: false
    basis: the office has announced it
    enter: the reporter on prices
    stories: {coffee: []}
"""
SERIES = """\
schema: 1
id: cups
title: Cups by week (invented)
licence: our table CC BY 4.0
label: "cups in week {week}"
key: [week]
source: source
value: cups
unit: cup
columns:
  - {name: week, type: integer, meaning: the week}
  - {name: cups, type: decimal, unit: cup, meaning: cups that were poured}
  - {name: source, type: text, meaning: id of the document}
"""


def write(project, text):
    (project.data / "watch.yml").write_text(text, encoding="utf-8")


def said(project):
    with pytest.raises(DataFileError) as raised:
        read_reported(project)
    return [f"{problem.where}: {problem.found}" for problem in raised.value.problems]


def test_a_project_without_the_file_watches_nothing(sample):
    assert read_reported(sample).watch == () and due_days(sample) == [] and watch_lines(sample, date.max) == []


def test_what_is_due_reaches_the_story_soonest_first_with_the_figures_that_it_would_replace(sample):
    write(sample, GOOD)
    beans, survey = open_database(sample).watch("coffee")
    assert (beans["id"], beans["due_on"], beans["inferred"], beans["keys"]) == ("beans", date(2026, 6, 30), False, [])
    assert survey["keys"] == ["figure:office-survey#heavy", "figure:office-survey#budget"]
    assert (survey["source"], survey["due_on"]) == ("paper-retelling", date(2027, 4, 30))
    assert open_database(sample).watch("tea") == []
    assert due_days(sample) == [date(2027, 4, 30), date(2026, 6, 30)]


def test_a_row_of_a_series_may_be_replaced(sample):
    (sample.data / "series").mkdir()
    (sample.data / "series" / "cups.yml").write_text(SERIES)
    (sample.data / "series" / "cups.csv").write_text("week,cups,source\n1,11,office-survey\n")
    write(sample, GOOD.replace("office-survey#budget", '"series:cups#1"'))
    assert open_database(sample).watch("coffee")[1]["keys"][1] == "series:cups#1"
    write(sample, GOOD.replace("office-survey#budget", '"series:cups#2"'))
    assert said(sample) == ["data/watch.yml, line 10: no figure 'series:cups#2'"]


def test_every_problem_is_said_at_once_with_its_line(sample):
    write(
        sample,
        """\
schema: 1
watch:
  - {id: Survey, what: "", due: soon, inferred: perhaps, basis: b, enter: e, stories: [coffee]}
  - {id: beans, what: w, due: 2027, inferred: true, basis: b, enter: e, source: none, stories: {tea: [x#y]}, more: 1}
  - {id: beans, what: w, due: null, basis: b, enter: e, stories: {}}
  - {id: beans, what: w, due: 2027, inferred: true, basis: b, enter: e, stories: {coffee: 7}}
""",
    )
    found = said(sample)
    for line, words in (
        (3, "id is 'Survey'"),
        (3, "what is empty"),
        (3, "due is 'soon'"),
        (3, "inferred is 'perhaps'"),
        (3, "no stories"),
        (4, "unknown key 'more'"),
        (4, "no source 'none'"),
        (4, "no notebook 'tea'"),
        (4, "no figure 'x#y'"),
        (5, "a second 'beans'"),
        (5, "inferred is missing"),
        (5, "due is empty"),
        (5, "no stories"),
        (6, "a second 'beans'"),
        (6, "coffee is 7"),
    ):
        assert any(f"line {line}" in one and words in one for one in found), words


def test_a_check_lists_what_is_overdue_and_what_is_due_within_a_month(sample):
    write(sample, GOOD)
    assert watch_lines(sample, date(2026, 5, 1)) == []
    (line,) = watch_lines(sample, date(2026, 6, 30))
    assert line == (
        "data/watch.yml, line 11, beans: due 2026-06-30: the price of beans; replaces 0 figures, in 1 story; "
        "by the reporter on prices"
    )
    late, soon = watch_lines(sample, date(2027, 4, 1))
    assert "beans: overdue: was due 2026-06-30" in late and late.endswith("then take it off the list")
    assert "survey-2027: due 2027-04, inferred: the survey of 2027; replaces 2 figures, in 1 story" in soon
