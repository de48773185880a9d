"""A frame that comes back keeps the units that its values were read in, whatever scale these have."""

import pytest

from tests.small_dataset import declare
from tests.small_series import declared, written
from toolkit.core.errors import ToolkitError
from toolkit.database.open import open_database
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


def test_a_frame_of_a_dataset_comes_back_in_its_declared_units(sample):
    declare(sample, "shops", SHOPS, OF_SHOPS, publish="[town, pct, fee]")
    story = Story("any", open_database(sample))
    asked = story.sql("SELECT town, pct, fee FROM shops ORDER BY town")
    assert words(asked) == [["A", "99.6%", "$4.1m"], ["B", "55%", "$6m"]]
    frame = asked.frame
    assert frame.fee.tolist() == [4.1, 6.0]
    back = story.table(frame, name="back")
    assert words(back) == words(asked) and [one.unit for one in back.columns] == [None, "1", "USD"]
    chosen = story.table(frame.loc[frame.town == "A", ["town", "fee"]], name="chosen")
    assert words(chosen) == [["A", "$4.1m"]]
    stated = story.table(frame, name="stated", units={"fee": "million USD", "pct": "percent"})
    assert words(stated) == words(asked)


@pytest.mark.parametrize("units", [{"fee": "USD"}, {"fee": "billion USD"}, {"pct": "share"}])
def test_a_unit_that_the_values_were_not_read_in_is_refused(sample, units):
    declare(sample, "shops", SHOPS, OF_SHOPS, publish="[town, pct, fee]")
    story = Story("any", open_database(sample))
    frame = story.sql("SELECT town, pct, fee FROM shops").frame
    with pytest.raises(ToolkitError, match="the unit in which they were read"):
        story.table(frame, name="back", units=units)
    assert str(story.table(frame.assign(twice=frame.fee * 2), name="more", units={"twice": "million USD"}).rows[0][3])


def test_a_share_of_a_series_is_no_percent_again(tmp_path):
    story = Story("any", open_database(written(tmp_path, GROWTH, declared(unit="percent"))))
    frame = story.sql("SELECT year, amount, [key] AS keys FROM prices ORDER BY year").frame
    assert frame.amount.tolist() == [0.45, 0.045]
    with pytest.raises(ToolkitError, match="the unit percent, and the values of amount as they were read, in 1"):
        story.table(frame[["year", "amount"]], name="back", units={"amount": "percent"})
    assert words(story.table(frame[["year", "amount"]], name="back")) == [["1999", "45%"], ["2000", "4.5%"]]


def test_the_difference_of_two_percentages_is_in_points(tmp_path, sample):
    declare(sample, "shops", SHOPS, OF_SHOPS, publish="[town, pct, fee]")
    story = Story("any", open_database(sample))
    frame = story.sql("SELECT pct FROM shops").frame
    frame["gap"] = frame.pct.max() - frame.pct
    table = story.table(frame[["gap"]], name="gaps", units={"gap": "percentage points"})
    assert sorted(words(table)) == [["0 percentage points"], ["45 percentage points"]]
    widest = story.number(float(frame.gap.max()), "percentage points", how="the widest gap")
    assert str(widest) == "45 percentage points" and widest.low == pytest.approx(0.45)


def test_a_count_of_a_frame_has_whole_numbers(sample):
    declare(sample, "shops", SHOPS, OF_SHOPS, publish="[town, pct, fee]")
    story = Story("any", open_database(sample))
    frame = story.sql("SELECT count(*) AS n_shops FROM shops").frame
    assert words(story.table(frame.astype(float), name="whole")) == [["2"]]
    with pytest.raises(ToolkitError, match=r"a name that says a count, and 0\.5"):
        story.table(frame / 4, name="part")
