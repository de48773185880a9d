"""Tables: rows of numbers and words that keep unit, kind and inputs in every form they are shown in."""

import json

import pytest

from toolkit import assume, say, table
from toolkit.core.errors import ToolkitError
from toolkit.core.kind import Kind
from toolkit.core.number import MIME as NUMBER
from toolkit.database.table import heading
from toolkit.notebook.mime import TABLE


def figures(database, source):
    return {name: database.leaf(f"figure:{source}#{name}") for name in database.figure_ids(source)}


@pytest.fixture
def database(desk_with, monkeypatch):
    monkeypatch.chdir(desk_with().project.root)  # whose units `assume` takes
    return desk_with()


@pytest.fixture
def drinkers(database):
    survey = figures(database, "office-survey")
    rows = [
        {"who": "heavy", "cups": survey["heavy"], "counted": True},
        {"who": "median", "cups": survey["median"], "counted": False},
        {"who": "nobody", "cups": None, "counted": False},
    ]
    return table("drinkers", rows, "Who drinks", who="Staff")


def test_shares_of_columns_are_columns_whose_receipts_lead_to_both(database):
    survey = figures(database, "office-survey")
    made = table("cups", [{"cups": cups, "median": survey["median"]} for cups in (survey["heavy"], None)])
    made = made.with_shares(of_median_share=("cups", "median"))
    assert [(column.label, column.unit) for column in made.columns][-1] == ("Of median", "1")
    first, empty = made["of_median_share"]
    assert (str(first), first.inputs, empty) == ("350%", (survey["heavy"], survey["median"]), None)
    with pytest.raises(ToolkitError, match="no column 'mugs'"):
        made.with_shares(x_share=("cups", "mugs"))


def test_columns_take_heading_and_the_unit_all_numbers_share(drinkers, database):
    assert [(c.name, c.label, c.unit) for c in drinkers.columns] == [
        ("who", "Staff", None),
        ("cups", "Cups", "cup/week"),
        ("counted", "Counted", None),
    ]
    survey = figures(database, "office-survey")
    mixed = table("mixed", [{"x": survey["heavy"]}, {"x": survey["budget"]}])
    assert mixed.columns[0].unit is None


def test_one_cell_and_some_rows_are_found_by_what_stands_in_others(drinkers):
    assert drinkers.one("cups", who="heavy").low == 35
    assert drinkers.one("who", counted=True) == "heavy"
    assert drinkers.where(counted=False)["who"] == ("median", "nobody")
    assert len(drinkers.where(who="somebody")) == 0
    assert drinkers.where(counted=False).columns == drinkers.columns


@pytest.mark.parametrize("where, found", [({}, "3 rows"), ({"counted": False}, "2 rows"), ({"who": "x"}, "0 rows")])
def test_one_row_means_one_row(drinkers, where, found):
    with pytest.raises(ToolkitError, match=found):
        drinkers.one("cups", **where)


def test_a_row_is_found_by_whole_numbers_as_they_are_typed(database):
    survey = figures(database, "office-survey")
    rows = [
        {"year": year, "name": name, "cups": cups}
        for year, name, cups in zip(
            ("2019", "2024", "007"), ("a", "b", "c"), (survey["heavy"], survey["median"], None), strict=True
        )
    ]
    made = table("made", rows)
    assert made.one("year", cups=35) == made.one("year", year=2019) == made.one("year", year=2019.0) == "2019"
    assert made.one("cups", year=2024) == made.one("cups", name="b") == survey["median"]
    assert not len(made.where(year=7)) and not len(made.where(year=True)) and not len(made.where(name=1))
    with pytest.raises(ToolkitError, match=r"(?s)0 rows.*year has '2019', '2024', '007'.*a value that the column has"):
        made.one("cups", year=2023, name="b")
    with pytest.raises(ToolkitError, match="(?s)0 rows.*name the columns that tell the rows apart"):
        made.one("cups", year=2024, name="a")
    with pytest.raises(ToolkitError, match="(?s)no column 'cup'.*write 'cups'"):
        made.one("cup", year=2023)


def test_a_column_that_is_not_there_is_an_error_that_names_those_that_are(drinkers):
    for ask in (
        lambda: drinkers["mugs"],
        lambda: drinkers.one("mugs", who="heavy"),
        lambda: drinkers.where(mug=1),
        lambda: drinkers.one("cups", mug=1),
    ):
        with pytest.raises(ToolkitError, match="who, cups, counted"):
            ask()


@pytest.mark.parametrize("bare", [3, 3.5, [1], object(), 0])
def test_bare_values_are_refused_with_row_and_column(database, bare):
    with pytest.raises(ToolkitError, match="table made, row 2, cups"):
        table("made", [{"cups": database.leaf("figure:office-survey#heavy")}, {"cups": bare}])


def test_rows_with_other_columns_are_refused():
    with pytest.raises(ToolkitError, match="row 2"):
        table("made", [{"a": "x", "b": "y"}, {"a": "x"}])


def test_the_kind_is_the_highest_in_it(drinkers, database):
    assert drinkers.kind == Kind.REPORTED
    guess = database.leaf("figure:office-survey#heavy") * assume(1.1, "1", why="invented")
    assert table("made", [{"cups": guess}]).kind == Kind.ASSUMED
    assert table("words", [{"who": "x"}]).kind == Kind.REPORTED


def test_numbers_inside_a_sentence_count_and_keep_their_receipts(database):
    guess = assume(4, "1", why="invented").times
    made = table("made", [{"told": say("{} the cups of the median", guess)}])
    assert made.numbers == (guess,)
    assert made.kind == Kind.ASSUMED
    assert guess.digest in made.nodes()
    assert made.to_json()["rows"] == [["4 times the cups of the median"]]


def test_the_frame_has_the_values_with_units_and_kind(drinkers, database):
    frame = drinkers.frame
    assert frame["cups"].tolist()[:2] == [35, 10] and frame["cups"].isna().tolist() == [False, False, True]
    assert frame.attrs == {"table": "drinkers", "kind": "reported", "units": {"cups": "cup/week"}}
    frame["more"] = 1
    assert list(drinkers.frame.columns) == ["who", "cups", "counted"], "each frame is its owner's"
    ranged = table("ranged", [{"budget": database.leaf("figure:office-survey#budget")}]).frame
    assert ranged.to_dict("list") == {"budget_low": [1.2e6], "budget_high": [1.5e6]}


def test_the_frame_of_no_rows_keeps_the_columns(drinkers):
    assert list(drinkers.where(who="x").frame.columns) == ["who", "cups", "counted"]


def test_it_reaches_the_page_as_json_with_every_receipt(drinkers):
    bundle = drinkers._repr_mimebundle_()
    shown = json.loads(json.dumps(bundle[TABLE]))
    heavy = shown["rows"][0][1]
    assert heavy == {
        "low": 35.0,
        "high": 35.0,
        "text": "35 cups a week",
        "bare": "35",
        "short": "35",
        "digits": ["35"],
        "form": "quantity",
        "scaled": False,
        "kind": "reported",
        "node": drinkers.one("cups", who="heavy").digest,
    }
    assert shown["nodes"][heavy["node"]]["ref"] == "figure:office-survey#heavy"
    assert shown["rows"][2] == ["nobody", None, False]
    assert (shown["caption"], shown["kind"], shown["sql"]) == ("Who drinks", "reported", None)
    assert NUMBER not in bundle


def test_hostile_words_are_escaped_where_it_shows_itself(database):
    made = table("made", [{"<b>": "<script>alert()</script>"}], "<i>&")
    shown = made._repr_mimebundle_()["text/html"]
    assert "<script>" not in shown and "<i>" not in shown and "&lt;script&gt;" in shown


def test_what_nobody_sees_in_a_cell_is_visible_where_it_is_shown():
    made = table("told", [{"who\u2066": "12.5\u202e"}])
    assert made.to_json()["rows"] == [["12.5[U+202E]"]] and made.rows == (("12.5\u202e",),)
    assert made.to_json()["columns"][0]["label"] == "Who[U+2066]"
    assert "12.5[U+202E]" in made._repr_mimebundle_()["text/html"]


def test_labels_and_captions_can_be_given_later(drinkers):
    named = drinkers.labelled("Cups", cups="Cups a week")
    assert (named.caption, named.columns[1].label, named.columns[0].label) == ("Cups", "Cups a week", "Staff")
    assert named.rows == drinkers.rows and drinkers.caption == "Who drinks"


@pytest.mark.parametrize(
    ("name", "said"),
    [("merged_prs", "Merged prs"), ("Station Road", "Station Road"), ("PRs_2026", "PRs 2026"), ("", "")],
)
def test_a_heading_keeps_the_capitals_of_names_such_as_the_columns_of_a_pivot_table_have(name, said):
    assert heading(name) == said
