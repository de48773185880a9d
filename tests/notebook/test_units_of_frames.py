"""A frame that comes back keeps the units that its values were read in, whatever scale these have."""

import pytest

from tests.notebook.test_from_pandas import run_cell
from tests.small_series import declared
from toolkit.core.errors import ToolkitError
from toolkit.notebook.story import Story

SHOPS = "town,pct,fee\nA,99.6,4.1\nB,54.6,6\n"
OF_SHOPS = """\
  - {name: town, printed: town, type: text}
  - {name: pct, printed: pct, type: decimal, unit: percent}
  - {name: fee, printed: fee, type: decimal, unit: million USD}
"""
GROWTH = [["Ulm", "1999", "45", "paper"], ["Ulm", "2000", "4.5", "paper"]]


def words(table):
    return [[str(cell) for cell in row] for row in table.rows]


def test_a_frame_of_a_dataset_has_the_values_of_its_file_and_comes_back_in_its_declared_units(desk_with):
    story = Story("any", desk_with("shops", SHOPS, OF_SHOPS, publish="[town, pct, fee]"))
    asked = story.sql("SELECT town, pct, fee FROM shops ORDER BY town")
    assert words(asked) == [["A", "99.6%", "$4.1m"], ["B", "54.6%", "$6m"]]
    frame = asked.frame
    assert frame.fee.tolist() == [4.1, 6] and frame.pct.tolist() == [99.6, 54.6]
    back = story.table(frame, name="back")
    assert words(back) == words(asked) and [one.unit for one in back.columns] == [None, "1", "USD"]
    chosen = story.table(frame.loc[frame.town == "A", ["town", "fee"]], name="chosen")
    assert words(chosen) == [["A", "$4.1m"]]
    stated = story.table(frame, name="stated", units={"fee": "million USD", "pct": "percent"})
    assert words(stated) == words(asked)


@pytest.mark.parametrize("units", [{"fee": "million USD"}, {"fee": "billion USD"}, {"pct": "percent"}])
def test_a_unit_that_the_values_were_not_read_in_is_refused(desk_with, units):
    story = Story("any", desk_with("shops", SHOPS, OF_SHOPS, publish="[town, pct, fee]"))
    frame = story.sql("SELECT town, pct / 100 AS pct, round(fee * 1e6) AS fee FROM shops").frame
    with pytest.raises(ToolkitError, match="the unit in which they were read"):
        story.table(frame, name="back", units=units)
    twice = story.table(frame.assign(twice=frame.fee * 2)[["twice"]], name="more", units={"twice": "USD"})
    assert words(twice) == [["$8.2m"], ["$12m"]]


def test_a_share_of_a_series_is_no_percent_again(desk_of_series):
    story = Story("any", desk_of_series(GROWTH, declared(unit="percent")))
    frame = story.sql("SELECT year, amount, [key] AS keys FROM prices ORDER BY year").frame
    assert frame.amount.tolist() == [0.45, 0.045]
    with pytest.raises(ToolkitError, match="the unit percent, and the values of amount as they were read, in 1"):
        story.table(frame[["year", "amount"]], name="back", units={"amount": "percent"})
    assert words(story.table(frame[["year", "amount"]], name="back")) == [["1999", "45.0%"], ["2000", "4.5%"]]


def test_the_difference_of_two_percentages_is_in_points(desk_with):
    story = Story("any", desk_with("shops", SHOPS, OF_SHOPS, publish="[town, pct, fee]"))
    frame = story.sql("SELECT pct FROM shops").frame
    gap = float(frame.pct.max() - frame.pct.min())
    for unit in ("percent", "share"):
        with pytest.raises(ToolkitError, match='a share, said of a difference(?s:.)*say "percentage points"'):
            story.number(gap, unit, how="the widest gap")
    points = story.number(gap, "percentage points", how="the widest gap")
    assert (str(points), round(points.low, 9)) == ("45 percentage points", 0.45)


def test_percentage_points_are_hundredths_where_no_share_was_read(desk_with):
    story = Story("any", desk_with("shops", SHOPS, OF_SHOPS, publish="[town, pct, fee]"))
    frame = story.sql("SELECT count(*) AS n_shops FROM shops").frame
    made = story.number(float(frame.n_shops.sum() * 2.5), "percentage points", how="twice and a half")
    assert str(made) == "5 percentage points" and made.low == 0.05


def test_a_count_of_a_frame_has_whole_numbers(desk_with):
    story = Story("any", desk_with("shops", SHOPS, OF_SHOPS, publish="[town, pct, fee]"))
    frame = story.sql("SELECT count(*) AS n_shops FROM shops").frame
    assert words(story.table(frame.astype(float), name="whole")) == [["2"]]
    with pytest.raises(ToolkitError, match=r"a name that says a count, and 0\.5"):
        story.table(frame / 4, name="part")


SEATS = "town,seats,pct,fee\nA,1,99.6,4.1\nA,2,40.4,6.2\nB,2,70,0.1\nB,5,50,0.2\nC,1,10,7\n"
OF_SEATS = (
    "  - {name: town, printed: town, type: text}\n  - {name: seats, printed: seats, type: integer, unit: person}\n"
    "  - {name: pct, printed: pct, type: decimal, unit: percent}\n"
    "  - {name: fee, printed: fee, type: decimal, unit: million USD}\n"
)


@pytest.fixture
def seats(desk_with):
    units = "person = [person] = _ = people\n"
    story = Story("any", desk_with("shops", SEATS, OF_SEATS, publish="[town, seats, pct, fee]", units=units))
    return story, story.sql("SELECT town, seats, pct / 100 AS pct, round(fee * 1e6) AS fee FROM shops").frame


def test_a_count_that_keeps_a_columns_name_is_not_taken_for_its_values(seats):
    story, frame = seats
    counted = frame.groupby("town", as_index=False).seats.count()
    for units in ({}, "person"):
        with pytest.raises(ToolkitError, match=r'(?s)column seats: numbers without a unit.*units={"seats": "1"}'):
            story.table(counted, name="counted", units=units)
    assert words(story.table(counted, name="counted", units={"seats": "1"})) == [["A", "2"], ["B", "2"], ["C", "1"]]
    some = story.table(frame.loc[frame.town == "B", ["town", "seats"]], name="some")
    assert words(some) == [["B", "2 people"], ["B", "5 people"]]


def test_what_is_worked_out_has_the_unit_without_its_scale(seats):
    story, frame = seats
    fees = frame.groupby("town", as_index=False).fee.sum()
    with pytest.raises(ToolkitError, match="the unit million USD, where fee was read in USD"):
        story.table(fees, name="fees", units={"fee": "million USD"})
    for units in ({}, {"fee": "USD"}):
        assert words(story.table(fees, name="fees", units=units))[0] == ["A", "$10.3m"]
    with pytest.raises(ToolkitError, match="the unit million USD, where fee was read in USD"):
        story.number(float(frame.fee.sum()), "million USD", how="all fees")
    assert str(story.number(float(frame.fee.sum()), "USD", how="all fees")) == "$18m"


def test_a_name_says_the_unit_in_which_all_values_are_read(seats):
    story, frame = seats
    assert words(story.table(frame.groupby("town").agg(fee_usd=("fee", "sum")), name="fees"))[0] == ["A", "$10.3m"]
    means = story.table(frame.groupby("town").agg(mean_percent=("pct", "mean")), name="means")
    assert words(means)[0] == ["A", "70%"]
    renamed = story.table(frame.rename(columns={"fee": "cost_usd"})[["town", "cost_usd"]], name="renamed")
    assert words(renamed)[0] == ["A", "$4.1m"]


def test_a_file_that_pandas_reads_by_itself_has_the_scale_of_its_declaration(seats):
    story, _ = seats
    story.inputs.opened.add("shops")
    fees = story.sql("SELECT sum(fee) * 1e6 AS fee_usd FROM shops").frame.rename(columns={"fee_usd": "twice_usd"}) * 2
    assert words(story.table(fees, name="fees")) == [["$35.2m"]]


def test_a_wrong_word_does_not_decide_the_next_call(seats):
    story, frame = seats
    worked_out = frame.assign(twice=frame.seats * 2.5)[["town", "twice"]]
    story.table(worked_out, name="first", units={"twice": "1"})
    assert words(story.table(worked_out, name="second", units={"twice": "person"}))[0] == ["A", "2.5 people"]


def test_percentages_of_a_series_are_worked_with_as_shares(desk_of_series):
    story = Story("any", desk_of_series(GROWTH, declared(unit="percent")))
    frame = story.sql("SELECT town, amount, [key] AS keys FROM prices").frame
    means = frame.groupby("town").amount.mean()
    with pytest.raises(ToolkitError, match="the unit percent, where amount was read in shares, 0.45 for 45%"):
        story.table(means, name="means", units={"amount": "percent"})
    assert words(story.table(means, name="means", units={"amount": "share"})) == [["Ulm", "24.75%"]]


def test_numbers_written_out_as_text_are_refused(seats):
    story, frame = seats
    for made in (frame.fee.astype(str), (frame.pct * 100).map("{:.0f}%".format), frame.fee.map("${:,.0f}".format)):
        with pytest.raises(ToolkitError, match="numbers as text"):
            story.table(frame.assign(told=made)[["town", "told"]], name="told")
    codes = frame.assign(code=["01001", "01002", "A-1", "7", "1.1.2"])[["town", "code"]]
    assert len(story.table(codes, name="codes")) == 5


def test_codes_that_are_cut_of_texts_are_texts(desk_with):
    columns = ["town, type: text", "code, type: text", "bids, type: integer, unit: cup"]
    columns = "".join(f"  - {{name: {one.partition(',')[0]}, printed: {one}}}\n" for one in columns)
    towns = "town,code,bids\nA,01001,1\nB,02003,2\nC,01002,3\n"
    story = Story("any", desk_with("towns", towns, columns, publish="[town, code, bids]"))
    read = "made = story.table(story.sql('SELECT * FROM towns').frame.assign(state=lambda f: {})[['town', 'state']])"
    assert run_cell(story, None, read.format("f.code.str[:2]"))["state"] == ("01", "02", "01")
    assert run_cell(story, None, read.format("f.code.str[-1:]"))["state"] == ("1", "3", "2")
    for number in ("f.bids.astype(str)", "f.bids.astype(str).str.strip()"):
        with pytest.raises(ToolkitError, match="numbers as text, '1'|a number without a receipt: 1"):
            run_cell(story, None, read.format(number))


def test_whole_numbers_that_a_float_would_change_are_refused(seats):
    story, frame = seats
    large = frame.assign(seats=9007199254740993)[["town", "seats"]]
    with pytest.raises(ToolkitError, match="9007199254740993, which no number here has in all its digits"):
        story.table(large, name="large", units={"seats": "person"})
    with pytest.raises(ToolkitError, match="9007199254740993, which no number here has in all its digits"):
        story.number(large.seats.max(), "person", how="most")


def test_the_ends_of_a_range_have_one_unit(seats):
    story, frame = seats
    made = frame.groupby("town").fee.agg(fee_low="min", fee_high="max")
    with pytest.raises(ToolkitError, match="USD and person"):
        story.table(made, name="made", units={"fee_low": "person", "fee_high": "USD"})


def test_years_of_series_and_datasets_can_be_merged(desk_of_series):
    story = Story("any", desk_of_series(GROWTH, declared(unit="percent")))
    frame = story.sql("SELECT town, year, amount, [key] AS keys FROM prices ORDER BY year").frame
    assert frame.year.tolist() == [1999, 2000] and frame.town.tolist() == ["Ulm", "Ulm"]
    assert words(story.table(frame, name="back")) == [["Ulm", "1999", "45.0%"], ["Ulm", "2000", "4.5%"]]


def test_a_percentage_is_known_as_one_where_its_first_row_is_empty(desk_of_series):
    rows = [["Ulm", "1998", "", "paper"], *GROWTH]
    story = Story("any", desk_of_series(rows, declared(unit="percent")))
    frame = story.sql(
        "SELECT year, amount, CASE WHEN amount IS NULL THEN [] ELSE [key] END AS keys FROM prices ORDER BY year"
    ).frame
    with pytest.raises(ToolkitError, match="the unit percent, where amount was read in shares, 0.45 for 45%"):
        story.number(float(frame.amount.max()), "percent", how="the most")
    assert str(story.number(float(frame.amount.max()), "share", how="the most")) == "45%"
    assert not len(story.sql("SELECT year, amount, [key] AS keys FROM prices WHERE amount < 0"))
    assert str(story.number(float(frame.amount.max()), "share", how="the most again")) == "45%"


def test_a_column_that_is_only_named_anew_takes_no_unit_from_its_name(desk_with):
    story = Story("any", desk_with("shops", SHOPS, OF_SHOPS, publish="[town, pct, fee]"))
    frame = story.sql("SELECT town, pct / 100 AS pct, round(fee * 1e6) AS fee FROM shops").frame
    for name in ("cups", "n_fees", "share"):
        with pytest.raises(ToolkitError, match="and the values of fee, in USD"):
            story.table(frame.rename(columns={"fee": name})[["town", name]], name="made")
    renamed = story.table(frame.rename(columns={"fee": "cost_usd"})[["town", "cost_usd"]], name="renamed")
    assert words(renamed) == [["A", "$4.1m"], ["B", "$6m"]]
    for unit in ("pages", "1"):
        with pytest.raises(ToolkitError, match="and the values of fee as they were read, in USD"):
            story.table(frame.rename(columns={"fee": "paid"})[["town", "paid"]], name="paid", units={"paid": unit})
    paid = story.table(frame.rename(columns={"fee": "paid"})[["town", "paid"]], name="paid", units={"paid": "USD"})
    assert words(paid) == words(renamed)


@pytest.mark.parametrize("publish", ["[town, pct]", "[town]"])
def test_the_mean_of_percentages_of_single_rows_is_a_share_also_where_no_page_shows_these(desk_with, publish):
    story = Story("any", desk_with("shops", SHOPS, OF_SHOPS, publish=publish))
    frame = story.sql("SELECT town, pct / 100 AS pct FROM shops").frame
    assert str(story.number(frame.pct.mean(), "share", how="the mean share")) == "77%"
    with pytest.raises(ToolkitError, match="the unit percent, where pct was read in shares"):
        story.number(frame.pct.mean(), "percent", how="the mean share")


WORD = "TOTAL".title()  # the code of this file does not have it as it stands in the data
ROWS = f"town,fee\nUlm,3\n{WORD},7\nBonn,4\n"
OF_ROWS = f"""\
  - {{name: town, printed: town, type: text, totals: [{WORD}]}}
  - {{name: fee, printed: fee, type: decimal, unit: USD}}
"""


def test_a_frame_with_rows_of_totals_is_not_added_up_unless_its_code_names_them(desk_with):
    story = Story("any", desk_with("shops", ROWS, OF_ROWS, publish="[town, fee]"))
    asked = story.sql("SELECT town, fee FROM shops")
    frame = asked.frame
    assert words(story.table(frame, name="back")) == words(asked)
    for call in (
        lambda: story.number(frame.fee.sum(), "USD", how="all fees"),
        lambda: story.table(frame.groupby(frame.town == "").fee.sum().rename_axis("none"), units={"fee": "USD"}),
    ):
        with pytest.raises(ToolkitError, match="rows of shops that are totals of others"):
            call()
    apart = story.sql(f"SELECT town, fee FROM shops WHERE town <> '{WORD}'")
    assert str(story.number(apart.frame.fee.sum(), "USD", how="all fees", of=apart)) == "$7"


def test_a_frame_without_the_column_of_totals_is_not_added_up(desk_with):
    story = Story("any", desk_with("shops", ROWS, OF_ROWS, publish="[town, fee]"))
    few = story.sql("SELECT fee FROM shops").frame
    with pytest.raises(ToolkitError, match="or select town too, which tells them apart"):
        story.number(few.fee.sum(), "USD", how="all fees without their towns")
    assert words(story.table(few, name="listed")) == [["$3"], ["$7"], ["$4"]]


def test_a_pivot_shows_rows_of_totals_in_columns_of_their_own(desk_with):
    story = Story("any", desk_with("shops", ROWS, OF_ROWS, publish="[town, fee]"))
    frame = story.sql("SELECT town, fee FROM shops").frame
    wide = frame.assign(all="fees").pivot(index="all", columns="town", values="fee").reset_index()
    assert words(story.table(wide, units="USD")) == [["fees", "$4", "$7", "$3"]]


@pytest.mark.parametrize(
    ("source", "right"),
    [
        (f"rest = frame[frame.town != '{WORD}']\nmade = story.number(rest.fee.sum(), 'USD', how='all')", "$7"),
        (
            f"left = ['{WORD}']\nrest = frame[~frame.town.isin(left)]\n"
            "made = story.number(rest.fee.sum(), 'USD', how='all')",
            "$7",
        ),
        (
            f"def rest(f):\n    return f[f.town != '{WORD}']\n"
            "made = story.number(rest(frame).fee.sum(), 'USD', how='all')",
            "$7",
        ),
        (f"rest = frame[frame.town != '{WORD}']\nmade = story.sql('SELECT sum(fee) AS fee FROM rest')['fee'][0]", "$7"),
        (f"line = frame[frame.town != '{WORD}']\nmade = story.number(frame.fee.sum(), 'USD', how='all')", ""),
        (f"r = frame[frame.town != '{WORD}']\nf = frame.copy()\nmade = story.sql('SELECT sum(fee) AS x FROM f')", ""),
    ],
)
def test_totals_are_left_out_by_the_code_of_a_value_and_not_by_other_code(desk_with, source, right):
    story = Story("any", desk_with("shops", ROWS, OF_ROWS, publish="[town, fee]"))
    frame = story.sql("SELECT town, fee FROM shops").frame
    if right:
        assert str(run_cell(story, frame, source)) == right
    else:
        with pytest.raises(ToolkitError, match="rows of shops that are totals of others"):
            run_cell(story, frame, source)


def test_a_price_for_many_times_as_many_is_money(desk_with):
    priced = """\
  - {name: town, printed: town, type: text}
  - {name: price, printed: price, type: decimal, unit: USD/million_cups}
  - {name: used, printed: used, type: decimal, unit: million cup}
"""
    shown, units = "[town, price, used]", "million_cups = 1e6 * cup\n"
    story = Story("any", desk_with("priced", "town,price,used\nA,2,3.5\nB,3,1\n", priced, publish=shown, units=units))
    frame = story.sql("SELECT town, price, used FROM priced").frame
    cost = story.table(frame.assign(cost_usd=frame.price * frame.used)[["town", "cost_usd"]])
    assert words(cost) == [["A", "$7"], ["B", "$3"]]
    assert str(story.number((frame.price * frame.used).sum(), "USD", how="all cost")) == "$10"
    asked = story.sql("SELECT town, price * used AS cost FROM priced ORDER BY town")
    assert words(asked) == words(story.table(asked.frame, name="back")) == [["A", "$7"], ["B", "$3"]]
