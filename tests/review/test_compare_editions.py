"""An edition beside its rebuild: what is missed, the first input that differs, and its cause."""

import json

import pytest

from tests.build.editions import FRONT, PAGE, nodes, write_edition
from toolkit.build.manifest import stored_manifest
from toolkit.review.compare_all_files import compare_charts, compare_files, compare_pages, only_written_otherwise
from toolkit.review.compare_findings import compare_findings
from toolkit.review.compare_manifest import compare_inputs, compare_tables
from toolkit.review.two_editions import Editions, Side

INPUTS = {
    "data": {"data/sources/office-survey.yml": "a" * 64, "data/sources/paper.yml": "b" * 64},
    "code": {"toolkit/cli.py": "c" * 64},
    "environment": {"python": "CPython 3.11.7"},
}


def side(folder, **more):
    made = write_edition(folder, **{"inputs": INPUTS, **more})
    return Side(made, stored_manifest(made))


def compared(compare, tmp_path, **new):
    return compare(Editions(side(tmp_path / "old"), side(tmp_path / "new", **new)))


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
        (changed("code", "toolkit/cli.py"), ("code: toolkit/cli.py",)),
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
    inputs["code"] = {"toolkit/cli.py": "e" * 64}
    _, (mismatch,) = compared(compare_findings, tmp_path, found=nodes(heavy=36.0), inputs=inputs)
    assert mismatch.causes == (
        "data: data/sources/office-survey.yml",
        "data: data/a.yml is new",
        "data: data/sources/paper.yml",
        "code: toolkit/cli.py",
    )


def test_another_method_is_named_as_the_first_difference(tmp_path):
    found = nodes()
    found["middle"] = {**found["top"], "operation": {"name": "log"}, "inputs": ["a"], "label": "Middle"}
    other = json.loads(json.dumps(found))
    other["middle"]["operation"] = {"name": "exp"}
    for one in (found, other):
        one["top"]["inputs"] = ["middle", "b"]
    both = Editions(side(tmp_path / "old", found=found), side(tmp_path / "new", found=other))
    _, (mismatch,) = compare_findings(both)
    assert mismatch.deepest_difference.startswith("Middle: ") and "log({0}) → exp({0})" in mismatch.deepest_difference


def test_findings_that_come_and_go_are_not_reproduced(tmp_path):
    count, (mismatch,) = compared(compare_findings, tmp_path, names=("coffee.multiple", "coffee.more"))
    assert (mismatch.where, mismatch.old, mismatch.new) == ("coffee, coffee.more", "", "3.5 times")
    assert count == 2


def with_chart(folder, rows="x,y\n1,2.5\n", svg="<svg><text>2.5</text></svg>", words="{}", inputs=INPUTS, **hashes):
    """An edition whose story has a chart and a table."""
    made = side(folder, inputs=inputs)
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


OTHER = changed("environment", "python", "CPython 3.12.1")


def compared_chart(tmp_path, inputs=INPUTS, **new):
    """What is missed of a chart that is another in the rebuild: (part, place, old, new)."""
    old, other = with_chart(tmp_path / "old", inputs=inputs), with_chart(tmp_path / "new", **new)
    count, missed = compare_charts(Editions(old, other))
    assert count == 1
    return [(mismatch.part, mismatch.place, mismatch.old, mismatch.new) for mismatch in missed]


CSV, SVG = "coffee/data/told.csv", "coffee/charts/told.svg"
ROW, WORDS = "a row of a table", "words in a drawing"


@pytest.mark.parametrize(
    "new, said",
    [
        ({}, None),
        ({"rows": "x,y\n1,2.6\n", "data": "e"}, (ROW, f"{CSV}, line 2", '["1", "2.5"]', '["1", "2.6"]')),
        ({"rows": "x,y\n1,2.5\n2,3\n"}, (ROW, f"{CSV}, line 3", "", '["2", "3"]')),
        ({"data": "e"}, ("the data of a chart, in the manifest", "", "d", "e")),
        ({"specification": "t"}, ("the specification of a chart, in the manifest", "", "s", "t")),
        ({"form": "bars"}, ("the form of a chart, in the manifest", "", "dots", "bars")),
        ({"svg": "<svg><text>2.6</text></svg>"}, (WORDS, f"{SVG}, line 1", "2.5", "2.6")),
        ({"svg": "<svg><text>2.5<b/></text></svg>"}, ("a part of a drawing", f"{SVG}, line 1", "", "<b>")),
    ],
)
def test_a_chart_is_compared_by_its_data_specification_and_drawing(tmp_path, new, said):
    assert compared_chart(tmp_path, **new) == ([said] if said else [])
    assert compared_chart(tmp_path / "elsewhere", inputs=OTHER, **new) == ([said] if said else [])


@pytest.mark.parametrize("new", [{"rows": "x,y\n1,2.50000000000004\n"}, {"svg": '<svg x="1" ><text>2.5</text></svg>'}])
def test_what_is_only_written_otherwise_is_excused_by_another_environment_alone(tmp_path, new):
    old = {"rows": "x,y\n1,2.5000000000\n"} if "rows" in new else {"svg": "<svg x='1'><text>2.5</text></svg>"}
    for inputs, excused in ((INPUTS, False), (OTHER, True)):
        folder = tmp_path / str(excused)
        both = Editions(with_chart(folder / "old", **old), with_chart(folder / "new", inputs=inputs, **new))
        (_, missed), otherwise = compare_charts(both), only_written_otherwise(both)
        assert (missed == [], len(otherwise)) == (excused, int(excused))


def test_a_font_is_compared_by_its_letters(tmp_path):
    font = "<svg><style>a{{src:url(data:font/woff2;base64,{})}}</style></svg>"
    old, new = (with_chart(tmp_path / name, svg=font.format(name)) for name in ("AA1=", "BB22"))
    assert [mismatch.part for mismatch in compare_charts(Editions(old, new))[1]] == ["a style"]


def test_a_table_is_compared_and_what_is_gone_is_named(tmp_path):
    old = with_chart(tmp_path / "old")
    (mismatch,) = compare_tables(Editions(old, with_chart(tmp_path / "new", table="u")))[1]
    assert (mismatch.where, mismatch.old, mismatch.new) == ("coffee, sums", "t", "u")
    both = Editions(old, side(tmp_path / "bare"))
    assert [mismatch.new for mismatch in (*compare_tables(both)[1], *compare_charts(both)[1])] == ["", ""]


@pytest.mark.parametrize(
    "new, said",
    [
        ({"page": PAGE.replace("Nothing", "All")}, ("coffee.html", "words", "line 2")),
        ({"front": FRONT.replace("One", "Two")}, ("index.html", "words", "line 1")),
        ({"page": PAGE.replace("color:red", "color:blue")}, ("coffee.html", "a style", "line 1")),
        ({"page": PAGE.replace("var a", "var b")}, ("coffee.html", "a script", "line 3")),
    ],
)
def test_pages_are_compared_part_by_part(tmp_path, new, said):
    count, (mismatch,) = compared(compare_pages, tmp_path, **new)
    assert count == 2 and (mismatch.where, mismatch.part, mismatch.place.rpartition(", ")[2]) == said


def test_a_page_that_is_gone_is_missed_and_a_file_that_is_too_many(tmp_path):
    old, new = side(tmp_path / "old"), side(tmp_path / "new")
    (new.folder / "coffee.html").unlink()
    (old.folder / "evil.js").write_text("alert(1)")
    both = Editions(old, new)
    missed = [*compare_pages(both)[1], *compare_files(both)[1]]
    assert [(mismatch.where, mismatch.part, mismatch.new) for mismatch in missed] == [
        ("coffee.html", "a page", ""),
        ("evil.js", "a script", ""),
    ]


@pytest.mark.parametrize(
    "inputs, said",
    [
        ({}, ["data: data/sources/office-survey.yml", "data: data/sources/paper.yml", "code: toolkit/cli.py"]),
        (changed("code", "toolkit/cli.py"), ["code: toolkit/cli.py"]),
        (changed("environment", "python", "CPython 3.12.1"), []),
        (changed("environment", "python", "as ever, trust us"), ["environment: python"]),
        ({**INPUTS, "proof": {}}, ["proof"]),
    ],
)
def test_inputs_are_compared_and_of_the_environment_versions_may_differ(tmp_path, inputs, said):
    both = Editions(side(tmp_path / "old", inputs=inputs), side(tmp_path / "new"))
    assert [mismatch.where for mismatch in compare_inputs(both)[1]][:3] == said
