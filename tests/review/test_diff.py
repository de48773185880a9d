"""What moved between two editions: every value, receipt and printed word, and nothing else."""

import pytest

from tests.build.editions import FRONT, PAGE, nodes, write_edition
from toolkit.build.manifest import canonical, files_of, stored_manifest
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


@pytest.mark.parametrize(
    "change",
    [
        {"high": 3.6},
        {"unit": "USD"},
        {"kind": "assumed"},
        {"operation": {"name": "product"}},
        {"style": {"form": "percent"}},
    ],
)
def test_a_change_in_any_part_of_a_finding_is_a_move(tmp_path, change):
    changed = nodes()
    changed["top"] |= change
    moved = found(tmp_path, new={"found": changed})
    assert moved[0] == ("coffee, coffee.multiple", "moved")
    assert {where for where, _ in moved[1:]} <= {"manifest, coffee, nodes"}


def test_a_change_deep_in_the_receipt_is_named_with_its_place(tmp_path):
    assert found(tmp_path, new={"found": nodes(heavy=36.0)}) == [("coffee, coffee.multiple, input 1", "moved")]
    other = nodes()
    other["b"]["ref"] = "figure:paper-retelling#median"
    assert found(tmp_path / "b", new={"found": other}) == [
        ("coffee, coffee.multiple, input 2", "moved"),
        ("manifest, coffee, nodes", "a step of a receipt"),
    ]


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


@pytest.mark.parametrize(
    "old, new, seen",
    [
        ("Nothing is true", "Nothing is false", True),
        ("3.5 times", "3.6 times", True),
        ('<text x="1">35', '<text x="1">36', True),
        ("<h1>", '<h1 class="x">', "a style"),
        ("color:red", "color:blue", "a style"),
        ("var a = 1", "var a = 2", "a script"),
        ("Nothing is true", "Nothing  is\ntrue", False),
        ('<text x="1">', '<text x="2">', "where words stand in a drawing"),
        ("true.</p>", "true.</p><p>More.</p>", True),
        ("Nothing is true", "<em>Nothing</em> is true", "an element"),
    ],
)
def test_words_are_compared_as_a_reader_sees_them(tmp_path, old, new, seen):
    assert old in PAGE
    differs = found(tmp_path, new={"page": PAGE.replace(old, new)})
    assert (("coffee", "words") in differs) == (seen is True)
    assert seen is True or [what for _, what in differs] == ([seen] if seen else [])


def test_the_front_page_is_compared_too(tmp_path):
    assert found(tmp_path, new={"front": FRONT.replace("One", "Two")}) == [("index", "words")]


def test_a_page_that_is_missing_is_not_passed_over(tmp_path):
    before, after = write_edition(tmp_path / "old"), write_edition(tmp_path / "new")
    (after / "coffee.html").unlink()
    assert [(change.where, change.what, change.new) for change in changes(before, after)][:2] == [
        ("coffee", "words", ""),
        ("coffee.html", "gone", ""),
    ]


def test_words_that_run_on_in_one_block_are_one_line():
    assert printed("<p>a <b>b</b>c</p><td>d</td><svg><text>&lt;e&gt;</text></svg>") == ["a bc", "d", "<e>"]


def test_the_report_says_what_was_and_what_is(tmp_path):
    before, after = write_edition(tmp_path / "old"), write_edition(tmp_path / "new", found=nodes(heavy=36.0))
    moved = changes(before, after)
    assert "(35 to 35 cup/week" in report(moved) and "(36 to 36 cup/week" in report(moved)
    assert report(moved).endswith("1 difference")
    assert as_json(moved)[0].keys() == {"where", "what", "old", "new"}


CSV = "# an invented chart\ngroup,multiple (1)\nheavy,3.5\nlight,1.25\n"


def chart(folder, text=CSV, name="pairs"):
    (folder / "coffee" / "data").mkdir(parents=True, exist_ok=True)
    (folder / "coffee" / "data" / f"{name}.csv").write_text(text, encoding="utf-8")
    stored = stored_manifest(folder) | {"files": files_of(folder)}
    (folder / "manifest.json").write_bytes(canonical(stored))


@pytest.mark.parametrize(
    "old, new, seen",
    [
        ("3.5", "3.5", []),
        ("3.5", "3.5000000000001", []),
        ("3.5", "3.6", [("heavy, 3.5", "heavy, 3.6")]),
        ("light,1.25\n", "", [("light, 1.25", "")]),
        ("an invented", "another", [("# an invented chart", "# another chart")]),
    ],
)
def test_a_charts_data_are_compared_row_by_row(tmp_path, old, new, seen):
    before, after = write_edition(tmp_path / "old"), write_edition(tmp_path / "new")
    chart(before)
    chart(after, CSV.replace(old, new))
    moved = changes(before, after)
    assert {(change.where, change.what) for change in moved} <= {("coffee, chart pairs", "chart")}
    assert [(change.old, change.new) for change in moved] == seen


def test_many_changed_rows_are_counted_and_charts_that_come_and_go_named(tmp_path):
    before, after = write_edition(tmp_path / "old"), write_edition(tmp_path / "new")
    chart(before, "".join(f"{row},{row}\nsame\n" for row in range(9)))
    chart(after, "".join(f"{row},{row + 1}\nsame\n" for row in range(9)))
    chart(before, name="went")
    chart(after, name="came")
    moved = [(change.where, change.what, change.old) for change in changes(before, after)]
    assert moved[-3:] == [
        ("coffee, chart pairs", "chart", "2, 2"),
        ("coffee, chart pairs", "chart", "6 more places"),
        ("coffee, chart went", "gone", ""),
    ]
    assert moved[0] == ("coffee, chart came", "added", "") and len(moved) == 6


def test_of_a_paragraph_only_the_changed_sentence_is_shown(tmp_path):
    pages = [PAGE.replace("true.", f"true. It is {cups}. So be it.") for cups in (35, 36)]
    before, after = (write_edition(tmp_path / str(place), page=page) for place, page in enumerate(pages))
    assert [(change.old, change.new) for change in changes(before, after)] == [("It is 35.", "It is 36.")]
