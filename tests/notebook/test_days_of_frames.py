"""Days and times are such in frames, as pandas works with them, and come back as the cells that they were."""

from datetime import date

import pandas as pd
import pytest

from tests.small_series import declared
from toolkit.core.errors import ToolkitError
from toolkit.notebook.story import Story

TRIPS = "day,began,km\n" + "".join(
    f"2026-0{month}-{day:02},2026-0{month}-{day:02}T0{day % 3}:00:00,{day}\n"
    for month in (1, 2)
    for day in range(1, 11)
)
OF_TRIPS = """\
  - {name: day, printed: day, type: date}
  - {name: began, printed: began, type: time}
  - {name: km, printed: km, type: decimal}
"""


@pytest.fixture
def story(desk_with):
    return Story("any", desk_with("trips", TRIPS, OF_TRIPS, publish="[day, began, km]"))


def test_days_and_times_of_a_dataset_are_worked_with_as_pandas_does(story):
    frame = story.sql("SELECT day, began, km FROM trips ORDER BY day").frame
    assert [str(one) for one in frame.dtypes] == ["datetime64[us]", "datetime64[us]", "float64"]
    by_month = frame.set_index("day").resample("MS").km.agg(["size", "sum"]).reset_index()
    table = story.table(by_month, units={"sum": "1"}, name="by_month")
    assert table["day"] == ("2026-01-01", "2026-02-01") and [str(one) for one in table["sum"]] == ["55", "55"]
    assert table.frame.day.tolist() == by_month.day.tolist()
    assert str(table.one("size", day=by_month.day.max())) == str(table.one("size", day="2026-02-01")) == "10"
    assert story.table(frame.groupby(frame.day.dt.month.rename("month")).size().rename("n"), name="n", units="1")


def test_a_day_that_is_missing_and_times_of_a_day_come_back(story):
    frame = story.sql("SELECT * FROM (SELECT day, began FROM trips ORDER BY day LIMIT 2)").frame
    frame.loc[1, "day"] = pd.NaT
    back = story.table(frame, name="back")
    assert back["day"] == ("2026-01-01", None) and back["began"] == ("2026-01-01T01:00:00", "2026-01-02T02:00:00")
    assert back.frame.day.isna().tolist() == [False, True]
    assert len(back.where(began=pd.Timestamp("2026-01-02 02:00"))) == len(back.where(day=date(2026, 1, 1))) == 1


def test_days_of_a_frame_are_days_in_sql(story):
    trips = story.sql("SELECT day, sum(km) AS km FROM trips GROUP BY day").frame
    months = story.sql("SELECT date_trunc('month', day) AS month, count(*) AS n_days FROM trips GROUP BY 1 ORDER BY 1")
    assert months["month"] == ("2026-01-01", "2026-02-01")
    weekly = story.sql("SELECT month, n_days FROM months WHERE month > '2026-01-15'")
    assert weekly["month"] == ("2026-02-01",) and len(trips) == 20


def test_days_among_figures_are_days_in_frames(desk_of_series):
    rows = [["Ulm", "1999", "45", "paper"], ["Ulm", "2000", "4.5", "paper"]]
    story = Story("any", desk_of_series(rows, declared()))
    table = story.sql(
        "SELECT make_date(year, 1, 2) AS day, date_trunc('year', day) AS since, amount, [key] AS keys "
        "FROM prices ORDER BY year"
    )
    assert table["day"] == ("1999-01-02", "2000-01-02")
    assert table["since"] == ("1999-01-01", "2000-01-01")
    assert table.frame.day.dt.year.tolist() == [1999, 2000]


def test_single_rows_told_by_their_time_are_withheld(desk_with):
    story = Story("any", desk_with("trips", TRIPS, OF_TRIPS, publish="[day]"))
    frame = story.sql("SELECT began, km FROM trips").frame
    for column in ("began", "midnight"):
        if column == "midnight":
            frame = story.sql("SELECT began, km FROM trips WHERE hour(began) = 0").frame
        table = story.table(frame.groupby("began").km.sum(), units="1", name=column)
        assert "resting on fewer than 2 rows of trips" in table.withheld[0].found


def test_a_unit_alone_is_that_of_all_columns_without_one(story):
    frame = story.sql("SELECT day, km FROM trips").frame
    by_day = pd.crosstab(frame.day.dt.month.rename("month_of"), frame.day.dt.day)
    with pytest.raises(ToolkitError, match=r"columns .*: numbers without a unit in 11 columns") as raised:
        story.table(by_day, name="by_day")
    assert len(raised.value.problems) == 1 and 'units="1"' in raised.value.problems[0].remedy
    table = story.table(by_day, name="by_day", units="1")
    assert {column.unit for column in table.columns} == {"1"} and len(table.columns) == 11
    assert story.table(
        by_day, name="by_day", units={1: "1", **{str(day): "1" for day in range(2, 11)}, "month_of": "1"}
    )
    with pytest.raises(ToolkitError, match="dollar"):
        story.table(by_day / 2, name="by_day", units="dollar")


def test_a_series_without_a_name_says_how_it_gets_one(story):
    frame = story.sql("SELECT day, km FROM trips").frame
    with pytest.raises(ToolkitError, match=r'name it, with \.rename\("n"\) if it is a count'):
        story.table(frame.groupby("day").size(), name="sizes")
    assert str(story.table(frame.groupby("day").size().rename("n"), name="sizes")["n"][0]) == "1"
