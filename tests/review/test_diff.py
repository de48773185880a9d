"""What moved between two editions: every value, receipt and printed word, and nothing else."""

import pytest

from tests.review.editions import FRONT, PAGE, nodes, write_edition
from toolkit.review.diff import as_json, changes, printed, report


def found(tmp_path, old=None, new=None):
    before = write_edition(tmp_path / "old", **(old or {}))
    after = write_edition(tmp_path / "new", **(new or {}))
    return [(change.where, change.what) for change in changes(before, after)]


def test_equal_editions_do_not_differ(tmp_path):
    assert found(tmp_path) == []
    assert report([]) == "0 differences"


@pytest.mark.parametrize("factor, differs", [(1 + 1e-12, False), (1 + 1e-10, False), (1 + 4e-9, True), (1.5, True)])
def test_values_are_compared_to_nine_digits(tmp_path, factor, differs):
    changed = nodes()
    changed["top"] |= {"low": 3.5 * factor, "high": 3.5 * factor}
    assert bool(found(tmp_path, new={"found": changed})) == differs


@pytest.mark.parametrize("change", [
    {"high": 3.6}, {"unit": "USD"}, {"kind": "assumed"}, {"method": "{0} × {1}"}, {"text": "four times"},
])  # fmt: skip
def test_a_change_in_any_part_of_a_finding_is_a_move(tmp_path, change):
    changed = nodes()
    changed["top"] |= change
    assert found(tmp_path, new={"found": changed}) == [("coffee, coffee.multiple", "moved")]


def test_a_change_deep_in_the_receipt_is_named_with_its_place(tmp_path):
    assert found(tmp_path, new={"found": nodes(heavy=36.0)}) == [("coffee, coffee.multiple, input 1", "moved")]
    other = nodes()
    other["b"]["ref"] = "figure:paper-retelling#median"
    assert found(tmp_path / "b", new={"found": other}) == [("coffee, coffee.multiple, input 2", "moved")]


def test_an_input_more_or_less_is_a_move(tmp_path):
    more = nodes()
    more["top"]["inputs"] = ["a", "b", "b"]
    assert found(tmp_path, new={"found": more}) == [("coffee, coffee.multiple, input 3", "moved")]
    assert found(tmp_path / "b", old={"found": more}) == [("coffee, coffee.multiple, input 3", "moved")]


def test_findings_and_stories_that_come_and_go_are_named(tmp_path):
    both = {"names": ("coffee.multiple", "coffee.more")}
    assert found(tmp_path, new=both) == [("coffee, coffee.more", "added")]
    assert found(tmp_path / "b", old=both) == [("coffee, coffee.more", "gone")]
    two = {"slugs": ("coffee", "tea")}
    assert found(tmp_path / "c", new=two) == [("tea", "added")]
    assert found(tmp_path / "d", old=two) == [("tea", "gone")]


@pytest.mark.parametrize("old, new, seen", [
    ("Nothing is true", "Nothing is false", True), ("3.5 times", "3.6 times", True),
    ('<text x="1">35', '<text x="1">36', True), ("<h1>", '<h1 class="x">', False), ("color:red", "color:blue", False),
    ("var a = 1", "var a = 2", False), ("Nothing is true", "Nothing  is\ntrue", False),
    ('<text x="1">', '<text x="2">', False),
    ("true.</p>", "true.</p><p>More.</p>", True), ("Nothing is true", "<em>Nothing</em> is true", False),
])  # fmt: skip
def test_words_are_compared_as_a_reader_sees_them(tmp_path, old, new, seen):
    assert old in PAGE
    differs = found(tmp_path, new={"page": PAGE.replace(old, new)})
    assert differs == ([("coffee", "words")] if seen else [])


def test_the_front_page_is_compared_too(tmp_path):
    assert found(tmp_path, new={"front": FRONT.replace("One", "Two")}) == [("index", "words")]


def test_a_page_that_is_missing_is_not_passed_over(tmp_path):
    before, after = write_edition(tmp_path / "old"), write_edition(tmp_path / "new")
    (after / "coffee.html").unlink()
    assert [(change.where, change.what, change.new) for change in changes(before, after)] == [("coffee", "words", "")]


def test_words_that_run_on_in_one_block_are_one_line():
    assert printed("<p>a <b>b</b>c</p><td>d</td><svg><text>&lt;e&gt;</text></svg>") == ["a bc", "d", "<e>"]


def test_the_report_says_what_was_and_what_is(tmp_path):
    before, after = write_edition(tmp_path / "old"), write_edition(tmp_path / "new", found=nodes(heavy=36.0))
    moved = changes(before, after)
    assert "(35 to 35 cup/week" in report(moved) and "(36 to 36 cup/week" in report(moved)
    assert report(moved).endswith("1 difference")
    assert as_json(moved)[0].keys() == {"where", "what", "old", "new"}
