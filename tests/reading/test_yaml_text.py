"""Texts of YAML files: they come back whole, as they are written, or are refused with the line and what to write."""

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.reported.test_reading import SURVEY, edit, line_of, problems_of
from toolkit.core.project import Project
from toolkit.core.text import clean_text
from toolkit.reading.yaml_file import read_yaml
from toolkit.reported.read_all import read_reported

TITLE = 'title: An invented survey of <b>coffee</b> & "tea"'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("yaml")


def read(folder, text):
    """(entry, problems) of a file with this text."""
    problems = []
    (folder / "x.yml").write_bytes(text.encode())
    return read_yaml(Project(folder), folder / "x.yml", problems), problems


@pytest.mark.parametrize("key", ["author\u00a0name", "author\\tname", "author  name", "auth\u043er", "pro\ufb01t"])
def test_a_key_that_looks_like_another_is_refused_with_its_line(folder, key):
    entry, (problem,) = read(folder, f'schema: 1\n"{key}": x\n')
    assert problem.where.endswith("x.yml, line 2") and problem.found.startswith("the key ") and problem.remedy
    assert entry["schema"] == 1


# what stands for the title, the words that are named, what to write
CUT = {
    "text after a hash": ("title: Rank #1 in cost", "'#1 in cost'", 'write title: "Rank #1 in cost"'),
    "nothing but a hash": ("title: #1 in cost", "'#1 in cost'", 'write title: "#1 in cost"'),
    "hash after a tab": ("title: Rank\t#1", "'#1'", 'write title: "Rank\t#1"'),
    "hash after quotes": ('title: "Rank" #1 in cost', "'#1 in cost'", """write title: '"Rank" #1 in cost'"""),
    "hash and an apostrophe": ("title: It's #1", "'#1'", 'write title: "It\'s #1"'),
    "hash and both quotes": ('title: It\'s "so" #1', "'#1'", "write title: 'It''s \"so\" #1'"),
    "hash in the second line": ("title: The whole\n  Rank #1", "'#1'", "put the whole text in quotes"),
    "hash between key and text": ("title: #1\n  Rank", "'#1'", 'write title: "#1"'),
    "hash over a block": ("title: | #1\n  Rank", "'#1'", "put the whole text in quotes"),
    "comment after a value": ("title: Rank # a remark", "'# a remark'", "or give the comment its own line"),
    "anchor": ("title: &costs up", "&", 'write title: "&costs up"'),
    "anchor alone": ("title: &costs", "&", 'write title: "&costs"'),
    "alias": ("title: *costs", "*", 'write title: "*costs"'),
    "tag": ("title: !important notice", "!", 'write title: "!important notice"'),
    "tag of YAML's own": ("title: !!str 7", "!", 'write title: "!!str 7"'),
    "sign alone": ("title: ! notice", "!", 'write title: "! notice"'),
    "anchor before a key": ("&t title: Rank", "&", "take & away"),
    "anchor before a list": ("title: Rank\nauthors: &all [a]", "&", "take & away"),
    "hash in a list": ("title: Rank\nauthors: [Ann, Bob #2]", "'#2]'", "put the whole text in quotes"),
    "hash in a list of lines": (
        "title: Rank\nauthors: [Ann, #2 Bob,\n  Cid]",
        "'#2 Bob,'",
        "put the whole text in quotes",
    ),
    "hash in an item": ("title: Rank\nauthors:\n  - Ann #2", "'#2'", 'write - "Ann #2"'),
    "nothing but a hash in an item": ("title: Rank\nauthors:\n  - #2 Bob", "'#2 Bob'", 'write - "#2 Bob"'),
    "sign that YAML does not allow": ("title: @home", "character that cannot start", 'write title: "@home"'),
    "two colons": ("title: Cost: up", "mapping values are not allowed", 'write title: "Cost: up"'),
    "tab as indent": ("title: Rank\nauthors:\n\t- Ann", "character that cannot start", "indent with spaces"),
}


# what stands for the title, and the columns that a comment may begin at; the last line of each is the comment
BELOW = {
    "a text that goes on": ("title: Rank\n  #1 in cost", "at the beginning of its line"),
    "a text of two lines": ("title: The whole\n  Rank\n  #1 in cost", "at the beginning of its line"),
    "after an empty line": ("title: Rank\n\n  #1 in cost", "at the beginning of its line"),
    "after a comment": ("title: Rank\n# of all\n  #1 in cost", "at the beginning of its line"),
    "nothing above": ("title:\n  #1 in cost", "at the beginning of its line"),
    "a folded block": ("title: >\n  Rank\n #1 in cost", "at the beginning of its line"),
    "a block": ("title: |\n    Rank\n  #1 in cost", "at the beginning of its line"),
    "an item": ("title: Rank\nauthors:\n  - Ann\n    #1 in cost", "after 2 spaces"),
    "a key in an item": ("title: Rank\nauthors:\n  - name: Ann\n      #1 in cost", "after 4 spaces"),
    "a text in brackets": ("title: Rank\nauthors: [Ann, Bob\n#1 in cost\n  ]", "above the text"),
}


@pytest.mark.parametrize("case", BELOW)
def test_a_comment_on_a_line_below_a_text_is_refused_where_the_text_may_go_on(sample, case):
    written, place = BELOW[case]
    edit(sample, SURVEY, TITLE, written)
    problem = next(problem for problem in problems_of(sample) if "'#1 in cost' below a text" in problem.found)
    assert problem.where == f"data/{SURVEY}, line {line_of(sample, SURVEY, '#1 in cost')}"
    assert "put the whole text in quotes, or begin the comment" in problem.remedy and place in problem.remedy


@pytest.mark.parametrize(
    "text",
    [
        "a: x\n# comment\nb: y\n",
        "a:\n  # comment\n  b: y\n  # another\n  c: z\n",
        "a:\n  b: y\n # comment\n",
        "a:\n  # comment\n  - one\n  # another\n  - two\n  # last\n",
        "a:\n# comment\n- b: one\n  # another\n  c: two\n",
        "a: 'x'\n  # comment\nb: y\n",
        "a: [x, y]\n  # comment\nb: y\n",
        "a: [\n  # comment\n  x,\n  # another\n  y,\n]\n",
        "a: |\n  x\n  # text\nb: y\n",
    ],
)
def test_a_comment_that_no_text_goes_on_to_stays_one(folder, text):
    assert read(folder, f"schema: 1\n{text}")[1] == []


@pytest.mark.parametrize("case", CUT)
def test_text_that_yaml_would_cut_is_refused_with_its_line_and_what_to_write(sample, case):
    written, found, remedy = CUT[case]
    edit(sample, SURVEY, TITLE, written)
    problem = next(problem for problem in problems_of(sample) if found in problem.found)
    words = "Rank #1" if "second line" in case else written.rpartition("\n")[2]
    words = next(line for line in written.splitlines() if "#" in line) if "#" in written else words
    assert problem.where == f"data/{SURVEY}, line {line_of(sample, SURVEY, words)}"
    assert remedy in problem.remedy and problem.allowed


@pytest.mark.parametrize("case", [case for case in CUT if CUT[case][2].startswith("write title")])
def test_the_remedy_can_be_written_as_it_is_said(sample, case):
    written, _, remedy = CUT[case]
    edit(sample, SURVEY, TITLE, remedy.removeprefix("write "))
    title = read_reported(sample).sources["office-survey"].title
    assert title == " ".join(written.split("\n")[0].removeprefix("title: ").split(" "))


def test_all_that_is_cut_in_a_file_is_said_at_once(folder):
    _, problems = read(folder, "schema: 1\na: b #c\nd: &e f\ng: *h\ni: ! j\nk: 'l\n  m'\nn: [o #p\n]\nq: 'r' #s\n")
    assert {problem.where for problem in problems} == {f"x.yml, line {count}" for count in (2, 3, 4, 5, 8, 10)}


def test_comments_on_lines_of_their_own_stay_possible(folder):
    entry, problems = read(
        folder,
        """\
# before # all
schema: 1
  # indented # and more
title: 'a # in quotes
  # and over lines'
block: |
  # a line of the text #2
  C# and x#y
    # another
# after the block
url: https://example.org/#part
list:
  # before an item
  - C#
  # between # items
  - "#2"
flow: [a,
  # inside
  b#c]
# at the end""",
    )
    assert problems == []
    assert entry == {
        "schema": 1,
        "title": "a # in quotes # and over lines",
        "url": "https://example.org/#part",
        "block": "# a line of the text #2\nC# and x#y\n  # another\n",
        "list": ["C#", "#2"],
        "flow": ["a", "b#c"],
    }


@pytest.mark.parametrize(
    "words, wrong",
    [
        ('"Ulm "', "a space after it"),
        ('" Ulm"', "a space before it"),
        ("Ulm\xa0", "after"),
        ("U\u200blm", "U+200B"),
        ('"U\\u200Blm"', "U+200B"),
        ("Ulm\ufeff", "U+FEFF"),
        ("'K\ufffdln'", "U+FFFD"),
        ('"a\\a"', "U+0007"),
        ("|\n  Ulm\u2060", "U+2060"),
        ("|\n  Ulm \n", "a space after it"),
    ],
)
def test_unclean_text_is_refused_with_its_line(sample, words, wrong):
    edit(sample, SURVEY, TITLE, f"title: {words}")
    (problem,) = problems_of(sample)
    assert problem.where == f"data/{SURVEY}, line {line_of(sample, SURVEY, 'title: ')}"
    assert wrong in problem.found and problem.allowed and problem.remedy


def test_texts_and_keys_are_read_in_one_form_of_unicode(folder):
    nfd = "Ko\u0308ln"
    entry, problems = read(folder, f"title: {nfd}\n{nfd}: 1\nlist: [{nfd}, '{nfd}']\nblock: |\n  {nfd}\n")
    assert problems == []
    assert entry == {"title": "Köln", "Köln": 1, "list": ["Köln", "Köln"], "block": "Köln\n"}
    _, (problem,) = read(folder, f"Köln: 1\n{nfd}: 2\n")
    assert "the key 'Köln' again (first in line 1)" in problem.found


def test_values_can_be_had_as_they_are_written(folder):
    entry, problems = read(
        folder,
        """\
codes: [007, 010, 1.10, true, null, ~, 'x', 1_000]
meant: {007: a, true: b}
one: 7
no:
mixed: [a, [b]]
names: [404, Media]
flags: [a, true]
""",
    )
    assert entry.raw_texts("codes") == ("007", "010", "1.10", "true", "null", "~", "x", "1_000")
    assert entry.raw_texts("meant") == ("007", "true")
    assert entry.raw_texts("no") == entry.raw_texts("not there") == entry.texts("no") == ()
    assert entry.texts("names") == ("404", "Media")
    assert problems == []
    assert entry.raw_texts("one") == entry.raw_texts("mixed") == entry.texts("flags") == ()
    assert [problem.where for problem in problems] == [f"x.yml, line {line}" for line in (3, 5, 7)]


@pytest.mark.parametrize("value", ["''", "0", "false", "{}"])
def test_what_is_no_list_is_not_taken_for_an_empty_one(folder, value):
    entry, problems = read(folder, f"a: {value}\nb: {value}\n")
    entry.texts("a"), entry.entries("b")
    assert [problem.where for problem in problems] == ["x.yml, line 1", "x.yml, line 2"]


# all that can be typed into one line, and some that is hard
PIECES = [*"ab #&*!|>%@`'\"{}[],:?-~\\=1\té\xa0\u200b", "e\u0301", ": ", " #", "#1", "- "]
LINE = st.lists(st.sampled_from(PIECES), max_size=10).map("".join)


@given(LINE)
def test_any_plain_text_comes_back_whole_or_is_refused(folder, words):
    entry, problems = read(folder, f"schema: 1\ntitle: {words}\nlast: one\n")
    bare = words.strip(" \t")
    if problems or bare[:1] in ("|", ">"):  # the head of a block
        return
    assert entry["last"] == "one"
    if isinstance(entry["title"], str):
        assert entry["title"] == clean_text(yaml.safe_load(words) if bare[:1] in ("'", '"') else bare)[0]
    else:
        assert bare in ("", "~") if entry["title"] is None else isinstance(entry["title"], (int, list, dict))


@given(st.lists(LINE, min_size=1, max_size=4), st.sampled_from(["'", '"', "|", ">"]))
def test_any_text_that_yaml_writes_in_quotes_comes_back(folder, lines, style):
    text = "\n".join(lines)
    assume(not clean_text(text)[1])
    entry, problems = read(
        folder, yaml.dump({"title": text, "more": [text, {"deep": text}]}, default_style=style, allow_unicode=True)
    )
    clean = clean_text(text)[0]
    assert problems == []
    assert entry == {"title": clean, "more": [clean, {"deep": clean}]}


MARKS = ["a", "b: c", "- d", "  ", "\n", "\n  ", "#", " # ", "'", '"', "[", "]", "{", "}", ",", ": ", "|\n", "&", "*"]


@given(st.lists(st.sampled_from(MARKS), max_size=14).map("".join))
def test_no_letter_is_lost_on_the_way(folder, text):
    entry, problems = read(folder, text)
    if not problems and not any(line.lstrip().startswith("#") for line in text.splitlines()):
        letters = [sum(map(said.count, "abcd")) for said in (text, repr(entry))]
        assert letters[0] == letters[1]


NUMBERS = {
    "value": ("value: 35", "value: 9007199254740993", "9007199254740992"),
    "decimals": ("value: 35", "value: 0.12345678901234567890", "0.12345678901234568"),
    "low": ("low: 1.2", "low: 1.20000000000000000001", "1.2"),
    "high": ("high: 1.5", "high: 1.50000000000000000001", "1.5"),
    "too small": ("value: 35", "value: 1e-400", "0"),
}


@pytest.mark.parametrize("case", NUMBERS)
def test_a_number_with_more_digits_than_are_kept_is_refused(sample, case):
    old, new, kept = NUMBERS[case]
    edit(sample, SURVEY, old, new)
    (problem,) = [problem for problem in problems_of(sample) if "float" in problem.found]
    assert problem.where.startswith(f"data/{SURVEY}, line {line_of(sample, SURVEY, new)}")
    assert problem.found.endswith(f"would keep as {kept}") and new.split(": ")[1] in problem.found


@pytest.mark.parametrize("value", ["1e999", "-2.5e400"])
def test_a_number_that_no_float_reaches_is_refused_as_it_is_written(sample, value):
    edit(sample, SURVEY, "value: 35", f"value: {value}")
    (problem,) = problems_of(sample)
    assert problem.where.startswith(f"data/{SURVEY}, line {line_of(sample, SURVEY, value)}")
    assert problem.found == f"value is {value}, beyond what a computer's float can hold" and "1e300" in problem.allowed


@pytest.mark.parametrize("period", ["2024-Q5", "2024-Q0", "2024-13", "2024-H3", "FY2024-Q7", "2024-Q5/2025-Q1"])
def test_a_period_that_no_calendar_has_is_refused_with_those_there_are(sample, period):
    edit(sample, SURVEY, "value: 35", f"value: 35\n    period: {period}")
    (problem,) = problems_of(sample)
    assert period in problem.found and "2026-Q1 (to Q4)" in problem.allowed


def test_another_end_of_line_reads_the_same(sample):
    before = read_reported(sample)
    for path in [*sample.data.rglob("*.yml"), *sample.data.glob("*.txt")]:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_reported(sample) == before
    path = sample.data / SURVEY
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\r").replace(TITLE.encode(), b"# alone\rtitle: Rank #1"))
    (problem,) = problems_of(sample)
    assert problem.where == f"data/{SURVEY}, line 5" and "#1" in problem.found


@pytest.mark.parametrize(
    "line",
    ["title: 40 # from the print", "title: 'It''s #1' # from the print", "authors: [Ann, 'Bob #2'] # from the print"],
)
def test_a_comment_after_a_value_that_has_ended_is_not_to_be_put_in_quotes_with_it(sample, line):
    edit(sample, SURVEY, TITLE, line)
    (remedy,) = (problem.remedy for problem in problems_of(sample) if "# from the print" in problem.found)
    assert remedy == "give the comment its own line"
