"""Declarations: choices as numbers with their reasons, a hash of the list, and every problem of a file at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.notebook.test_run import OPEN, write
from toolkit import open_story, say
from toolkit.charts import HOUSE
from toolkit.commands.check import check_project
from toolkit.core.errors import DataFileError, StoryError
from toolkit.core.kind import Kind
from toolkit.core.project import Project
from toolkit.notebook.run import execute_all
from toolkit.reported.data_dictionary import dictionary
from toolkit.reported.declaration_file import read_declaration
from toolkit.reported.read_all import read_reported
from toolkit.site import annex
from toolkit.site.citations import Citations
from toolkit.site.headline import plain_blocks
from toolkit.site.layout import PageLayout
from toolkit.site.sourcing import Sourcing

LIST = """\
schema: 1
id: {name}
declared_on: 2026-11-22
known: the published figures were known
statement: Which cups count.
choices:
  - id: refills
    rule: a refill is taken to be this part of a cup
    value: 90
    unit: percent
  - id: spilt
    rule: cups spilt in a week
    low: 1
    high: 2.5
    unit: cup/week
  - id: strength
    rule: the strength of a cup, in cups of filter coffee
    options: [0.5, 1, 2]
  - id: who
    rule: who is counted
    options: [staff, staff and guests]
  - id: mugs
    rule: a mug is never a cup
"""
SENTENCE = "declared on 22 November 2026, after the published figures were known; list "


@pytest.fixture
def declared(sample):
    (sample.data / "declarations").mkdir()

    def put(text=LIST, name="cups"):
        (sample.data / "declarations" / f"{name}.yml").write_text(text.format(name=name))
        return read_declaration(sample, name)

    return put


def test_a_range_may_have_options_within_it(declared):
    strength = declared(LIST.replace("    options: [0.5", "    low: 0.5\n    high: 2\n    options: [0.5"))["strength"]
    assert str(strength.value) == "0.5 to 2" and [str(option) for option in strength.options] == ["0.5", "1", "2"]


def problems_of(declared, text):
    with pytest.raises(DataFileError) as raised:
        declared(text)
    return raised.value.problems


def test_a_choice_is_an_assumed_number_with_its_rule_and_place(declared, sample):
    declared()
    cups = open_story("coffee").declaration("cups")
    refills, spilt = cups["refills"], cups["spilt"]
    assert (str(refills.value), refills.value.kind, refills.where) == (
        "90%",
        Kind.ASSUMED,
        "data/declarations/cups.yml, line 7",
    )
    assert refills.value.why == refills.rule == "a refill is taken to be this part of a cup"
    assert refills.value.ref == "data/declarations/cups.yml, refills"
    assert str(spilt.value) == "1 to 2.5 cups a week"
    assert [str(option) for option in cups["strength"].options] == ["0.5", "1", "2"]
    assert cups["who"].options == ("staff", "staff and guests")
    assert cups["mugs"].value is None and cups["mugs"].options == ()
    assert len({choice.value for choice in (refills, spilt)} | set(cups["strength"].options)) == 5
    assert (open_story("coffee")["office-survey"]["median"] - spilt.value).kind == Kind.ASSUMED


def test_the_hash_stands_for_the_choices_and_for_nothing_else(declared):
    first = declared().hash
    for told in ("known: the published figures were known", "statement: Which cups count.", "schema: 1\n"):
        assert declared(LIST.replace(told, "# a remark\n" + told.replace("cups", "mugs"), 1)).hash == first
    swapped = LIST.replace("    value: 90\n    unit: percent\n", "    unit: percent\n    value: 90\n")
    assert declared(swapped).hash == first
    for old, new in (
        ("value: 90", "value: 91"),
        ("high: 2.5", "high: 2.6"),
        ("[0.5, 1, 2]", "[1, 0.5, 2]"),
        ("never a cup", "a cup"),
        ("id: mugs", "id: beakers"),
        ("unit: percent", "unit: multiple"),
    ):
        assert declared(LIST.replace(old, new)).hash != first, old


@given(st.sampled_from(["refills", "spilt", "strength", "who", "mugs"]), st.text("abc xyz", min_size=1).map(str.strip))
def test_no_rule_can_change_without_the_hash(tmp_path_factory, name, more):
    root = tmp_path_factory.mktemp("desk")
    (root / "data" / "declarations").mkdir(parents=True)
    units = "percent = 0.01\nmultiple = 1\ncup = [cup]\nsecond = [time]\nweek = 604800 * second\n"
    (root / "data" / "units.txt").write_text(units)

    def hashed(text):
        (root / "data" / "declarations" / "cups.yml").write_text(text.format(name="cups"))
        return read_declaration(Project(root), "cups").hash

    changed = LIST.replace(f"id: {name}\n    rule: ", f"id: {name}\n    rule: {more} ")
    assert (hashed(LIST) == hashed(changed)) == (more == "")


WRONG = {
    "no day": (("declared_on: 2026-11-22", "declared_on: November"), "declared_on is 'November'", "line 3"),
    "another id": (("id: {name}", "id: mugs"), "id is 'mugs'", "line 2"),
    "nothing known": (("known: the published figures were known\n", ""), "known is missing", "line 1"),
    "a choice twice": (("id: spilt", "id: refills"), "'refills' again", "line 11"),
    "two ways": (("    value: 90\n", "    value: 90\n    low: 1\n    high: 2\n"), "value and low and high", "line 9"),
    "low alone": (("    high: 2.5\n", ""), "low", "line 13"),
    "low over high": (("low: 1", "low: 9"), "low 9.0 over high 2.5", "line 13"),
    "unknown unit": (("cup/week", "mug/week"), "mug", "line 15"),
    "one option": (("[0.5, 1, 2]", "[1]"), "options is [1]", "line 18"),
    "an option twice": (("[0.5, 1, 2]", "[1, 1.0]"), "options is [1, 1.0]", "line 18"),
    "mixed options": (("[0.5, 1, 2]", "[1, two]"), "options is [1, 'two']", "line 18"),
    "words with a unit": (
        ("    options: [staff", "    unit: cup\n    options: [staff"),
        "unit without a number",
        "line 21",
    ),
    "an option outside": (
        ("    options: [0.5", "    low: 0.6\n    high: 2\n    options: [0.5"),
        "an option outside 0.6 to 2",
        "line 20",
    ),
    "unknown key": (("    rule: a mug", "    because: a mug"), "'because'", "line 23"),
    "no choices": (("choices:\n", "choices: []\nspare:\n"), "choices is empty", "line 6"),
}


@pytest.mark.parametrize("change, found, place", WRONG.values(), ids=WRONG)
def test_each_wrong_entry_is_named_with_its_line(declared, change, found, place):
    assert change[0] in LIST
    problems = problems_of(declared, LIST.replace(*change, 1))
    hits = [one for one in problems if found in one.found and f"data/declarations/cups.yml, {place}" in one.where]
    assert hits and all(one.allowed and one.remedy for one in hits), [str(one) for one in problems]


def test_all_problems_of_all_lists_come_at_once_in_the_check(declared, sample):
    declared()
    assert check_project(sample)["declarations"] == 1
    for name in ("cups", "plates"):
        text = LIST.format(name=name).replace("value: 90", "value: ninety").replace("cup/week", "mug/week")
        (sample.data / "declarations" / f"{name}.yml").write_text(text)
    with pytest.raises(Exception, match="ninety") as raised:
        check_project(sample)
    named = [one.where.split(",")[0].rpartition("/")[2] for one in raised.value.problems]
    assert sorted(named) == ["cups.yml"] * 2 + ["plates.yml"] * 2


def test_a_list_or_choice_that_is_not_there_is_named_with_those_that_are(declared, sample):
    cups = declared()
    with pytest.raises(DataFileError, match="'tea'.*\n.*cups"):
        read_declaration(sample, "tea")
    with pytest.raises(DataFileError, match="'sugar'.*\n.*refills, spilt"):
        cups["sugar"]


@pytest.mark.heavy
def test_a_page_may_print_the_sentence_with_its_hash_though_nobody_may_type_it(declared, sample):
    cups = declared()
    said = SENTENCE + cups.hash[:12]
    assert cups.sentence == said and str(say("The list was {}.", cups)) == f"The list was {said}."
    with pytest.raises(StoryError, match="typed number"):
        say("the list 3f2a")

    story = execute_all(
        [
            write(
                sample,
                "told",
                OPEN,
                'cups = story.declaration("cups")',
                "---\ndek: The dek.\n---\n\n# Cups\n\nTold: {eval}`cups`.",
            )
        ]
    )[0]
    cell = story.notebook.cells[2]
    assert [block.words for block in plain_blocks(cell, "here")][-1] == f"Told: {said}."
    layout = PageLayout(
        story, annex.split(story)[0], Citations(Sourcing(open_story("coffee").database)), HOUSE
    ).lay_out()
    assert layout.finding.words == f"Told: {said}." and said in layout.finding.html
    assert layout.citations.references == []


def test_the_dictionary_lists_each_list_with_its_hash(declared, sample):
    cups = declared()
    row = f"| `cups` | Which cups count. | 5 | {cups.sentence} |"
    assert row in dictionary(sample, read_reported(sample)).splitlines()
