"""An edition beside its rebuild: what is missed, the first input that differs, and its cause."""

import json

import pytest

from tests.build.editions import FRONT, PAGE, nodes, write_edition
from toolkit.build.edition_inputs import differences
from toolkit.build.manifest import stored_manifest
from toolkit.review.rebuild_differences import (
    Side,
    compare_charts,
    compare_findings,
    compare_pages,
    compare_tables,
    nine_digits,
)

INPUTS = {
    "data": {"data/sources/office-survey.yml": "a" * 64, "data/sources/paper.yml": "b" * 64},
    "code": {"toolkit": "c" * 64},
    "environment": {"python": "CPython 3.11.7"},
}


def side(folder, **more):
    made = write_edition(folder, **{"inputs": INPUTS, **more})
    return Side(made, stored_manifest(made))


def compared(compare, tmp_path, **new):
    old, other = side(tmp_path / "old"), side(tmp_path / "new", **new)
    return compare(old, other, differences(old.stored["inputs"], other.stored["inputs"]))


def changed(cause, name, value="d" * 64):
    return {**INPUTS, cause: {**INPUTS[cause], name: value}}


def test_equal_editions_have_nothing_to_say(tmp_path):
    assert compared(compare_findings, tmp_path) == (1, [])
    assert compared(compare_pages, tmp_path / "b") == (2, [])
    assert compared(compare_charts, tmp_path / "c") == (0, [])
    assert compared(compare_tables, tmp_path / "d") == (0, [])


def test_a_changed_figure_is_traced_to_its_file(tmp_path):
    moved = {"found": nodes(heavy=36.0, multiple=3.6), "inputs": changed("data", "data/sources/office-survey.yml")}
    count, (mismatch,) = compared(compare_findings, tmp_path, **moved)
    assert (count, mismatch.where, mismatch.text_changed) == (1, "coffee, coffee.multiple", True)
    assert (mismatch.old, mismatch.new) == ("3.5 times (3.5, computed)", "3.6 times (3.6, computed)")
    assert mismatch.deepest_difference == "figure:office-survey#heavy: 35 cup/week, reported → 36 cup/week, reported"
    assert mismatch.causes == ("data: data/sources/office-survey.yml",)


def test_a_value_may_move_while_its_printed_text_stays(tmp_path):
    found = nodes(multiple=3.5 * (1 + 1e-7))
    _, (mismatch,) = compared(compare_findings, tmp_path, found=found)
    assert not mismatch.text_changed and mismatch.deepest_difference == ""
    assert compared(compare_findings, tmp_path / "b", found=nodes(multiple=3.5 * (1 + 1e-12))) == (1, [])


@pytest.mark.parametrize(
    "inputs, causes",
    [
        (INPUTS, ("the edition was changed after it was built",)),
        (changed("code", "toolkit"), ("code: toolkit",)),
        (changed("code", "requirements.lock"), ("code: requirements.lock is new",)),
        (
            changed("environment", "python", "CPython 3.12.1"),
            ("environment: python, CPython 3.11.7 then and CPython 3.12.1 now",),
        ),
    ],
)
def test_the_cause_is_what_differs_between_the_two(tmp_path, inputs, causes):
    _, (mismatch,) = compared(compare_findings, tmp_path, found=nodes(multiple=3.6), inputs=inputs)
    assert mismatch.causes == causes


def test_of_several_causes_all_are_named_the_nearest_first(tmp_path):
    inputs = changed("data", "data/sources/paper.yml")
    inputs["data"] |= {"data/sources/office-survey.yml": "e" * 64, "data/a.yml": "f" * 64}
    inputs["code"] = {"toolkit": "e" * 64}
    _, (mismatch,) = compared(compare_findings, tmp_path, found=nodes(heavy=36.0), inputs=inputs)
    assert mismatch.causes == (
        "data: data/sources/office-survey.yml",
        "data: data/a.yml is new",
        "data: data/sources/paper.yml",
        "code: toolkit",
    )


def test_another_method_is_named_as_the_first_difference(tmp_path):
    found = nodes()
    found["middle"] = {**found["top"], "operation": {"name": "log"}, "inputs": ["a"], "label": "Middle"}
    other = json.loads(json.dumps(found))
    other["middle"]["operation"] = {"name": "exp"}
    for one in (found, other):
        one["top"]["inputs"] = ["middle", "b"]
    old, new = side(tmp_path / "old", found=found), side(tmp_path / "new", found=other)
    _, (mismatch,) = compare_findings(old, new, [])
    assert mismatch.deepest_difference.startswith("Middle: ") and "log({0}) → exp({0})" in mismatch.deepest_difference


def test_findings_that_come_and_go_are_not_reproduced(tmp_path):
    count, (mismatch,) = compared(compare_findings, tmp_path, names=("coffee.multiple", "coffee.more"))
    assert (mismatch.where, mismatch.old, mismatch.new) == ("coffee, coffee.more", "", "3.5 times")
    assert count == 2


def with_chart(folder, rows="x,y\n1,2.5\n", svg="<svg><text>2.5</text></svg>", words="Title", **hashes):
    """An edition whose story has a chart and a table."""
    made = side(folder)
    files = {"data/told.csv": rows, "data/told.csv-metadata.json": words, "charts/told.svg": svg}
    for name, text in files.items():
        path = made.folder / "coffee" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    chart = {
        "form": "dots",
        "data": "d",
        "specification": "s",
        "csv": "coffee/data/told.csv",
        "svg": "coffee/charts/told.svg",
        **{key: hashes[key] for key in hashes if key != "table"},
    }
    sums = {"sums": {"data": hashes.get("table", "t")}}
    made.stored["stories"]["coffee"] |= {"charts": {"told": chart}, "tables": sums}
    return made


@pytest.mark.parametrize(
    "new, said",
    [
        ({}, None),
        ({"rows": "x,y\n1,2.6\n", "data": "e"}, ("data, line 2: 1, 2.5", "data, line 2: 1, 2.6")),
        ({"rows": "x,y\n1,2.5\n2,3\n"}, ("data, line 3: ", "data, line 3: 2, 3")),
        ({"rows": "x,y\n1,2.50000000000004\n"}, None),
        ({"data": "e"}, ("data d", "data e")),
        ({"words": "Another"}, ("words, line 1: Title", "words, line 1: Another")),
        ({"specification": "t"}, ("specification s", "specification t")),
        ({"form": "bars"}, ("form dots", "form bars")),
        (
            {"svg": "<svg><text>2.6</text></svg>"},
            ("drawing, line 2: <text>2.5</text>", "drawing, line 2: <text>2.6</text>"),
        ),
        ({"svg": "<svg><text>2.500000000001</text></svg>"}, None),
    ],
)
def test_a_chart_is_compared_by_its_data_specification_and_drawing(tmp_path, new, said):
    count, missed = compare_charts(with_chart(tmp_path / "old"), with_chart(tmp_path / "new", **new), [])
    assert count == 1
    assert [(mismatch.old, mismatch.new) for mismatch in missed] == ([said] if said else [])


def test_how_a_font_is_packed_is_no_difference(tmp_path):
    svg = "<svg><style>a{{src:url(data:font/woff;base64,{})}}</style><text>2.5</text></svg>"
    old, new = (with_chart(tmp_path / font, svg=svg.format(font)) for font in ("AA1=", "BB22"))
    assert compare_charts(old, new, [])[1] == []


def test_a_table_is_compared_and_what_is_gone_is_named(tmp_path):
    old = with_chart(tmp_path / "old")
    (mismatch,) = compare_tables(old, with_chart(tmp_path / "new", table="u"), [])[1]
    assert (mismatch.where, mismatch.old, mismatch.new) == ("coffee, sums", "t", "u")
    bare = side(tmp_path / "bare")
    assert [mismatch.new for mismatch in (*compare_tables(old, bare, [])[1], *compare_charts(old, bare, [])[1])] == [
        "",
        "",
    ]


@pytest.mark.parametrize(
    "new, where",
    [
        ({"page": PAGE.replace("Nothing", "All")}, "coffee.html"),
        ({"front": FRONT.replace("One", "Two")}, "index.html"),
        ({"page": PAGE.replace("color:red", "color:blue")}, None),
    ],
)
def test_pages_are_compared_word_by_word(tmp_path, new, where):
    count, missed = compared(compare_pages, tmp_path, **new)
    assert count == 2 and [mismatch.where for mismatch in missed] == ([where] if where else [])


def test_a_page_that_is_gone_is_missed(tmp_path):
    old, new = side(tmp_path / "old"), side(tmp_path / "new")
    (new.folder / "coffee.html").unlink()
    assert [(mismatch.where, mismatch.new) for mismatch in compare_pages(old, new, [])[1]] == [
        ("coffee.html", "block, line 1: ")
    ]


def test_long_numerals_are_cut_to_nine_digits_and_others_left():
    assert nine_digits("M1.5-3 at 0.12345678901 and 1234567890123") == "M1.5-3 at 0.123456789 and 1.23456789e+12"
