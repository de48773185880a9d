"""Code that chooses, collects, evaluates a text, melts or stands in a function: what it makes is known."""

import pytest

from tests.notebook.test_from_pandas import run_cell
from tests.notebook.test_made_in_code import JOBS, MORE, OF_JOBS, PLAIN
from toolkit.core.errors import ToolkitError
from toolkit.notebook.story import Story

READ = f"import numpy as np\nimport pandas as pd\nfrom toolkit import assume\n{PLAIN}\n"
THOUSANDS = r"leave out [*/] 1000, and rounding"


@pytest.fixture
def story(desk_with):
    return Story("any", desk_with("jobs", JOBS, OF_JOBS, units=MORE, publish=f"[{JOBS.splitlines()[0]}]"))


def published(story, source, unit="EUR"):
    """The last column, x, of the table of the frame s that a cell leaves."""
    end = (
        f"made = story.table(s[['job', 'x']], units={{'x': '{unit}'}})"
        if unit
        else "made = story.table(s[['job', 'x']])"
    )
    return [str(row[-1]) for row in run_cell(story, None, READ + source + end).rows]


FOLLOWED = {
    "a function that returns twice": (
        "def k(r):\n    if r.hours > 1:\n        return r.fee{0}\n    return 0\ns['x'] = s.apply(k, axis=1)\n",
        ["€4.1m", "€0", "€2.5m"],
    ),
    "a choice of NumPy's": ("s['x'] = np.where(s.hours > 1, s.fee{0}, np.nan)\n", ["€4.1m", "", "€2.5m"]),
    "a list that is filled": (
        "out = []\nfor _, r in s.iterrows():\n    if r.hours > 1:\n        out.append(r.fee{0})\n"
        "    else:\n        out.append(None)\ns['x'] = out\n",
        ["€4.1m", "", "€2.5m"],
    ),
    "rows that are collected": (
        "out = []\nfor job, rows in s.groupby('job'):\n    out.append({{'job': job, 'x': rows.fee.sum(){0}}})\n"
        "s = pd.DataFrame(out)\n",
        ["€4.1m", "€6m", "€2.5m"],
    ),
    "a text": ("s = s.eval('x = fee{0}')\n", ["€4.1m", "€6m", "€2.5m"]),
    "a text that changes its frame": ("s.eval('x = fee{0}', inplace=True)\n", ["€4.1m", "€6m", "€2.5m"]),
    "a text without a name": ("s['x'] = s.eval('fee{0}')\n", ["€4.1m", "€6m", "€2.5m"]),
}


@pytest.mark.parametrize(("source", "right"), FOLLOWED.values(), ids=FOLLOWED)
def test_a_scale_that_it_changes_is_refused_and_without_it_the_values_are_right(story, source, right):
    assert [one.replace("None", "") for one in published(story, source.format(""))] == right
    for change in (" * 1000", " / 1000"):
        with pytest.raises(ToolkitError, match=THOUSANDS):
            published(story, source.format(change))


def test_a_function_that_publishes_is_given_what_it_is_called_with(story):
    source = (
        "def shown(frame):\n    return story.table(frame[['job', 'x']], units={{'x': 'EUR'}})\n"
        "late = s.assign(x=s.fee{0})\nmade = shown(late)"
    )
    assert [str(row[-1]) for row in run_cell(story, None, READ + source.format("")).rows] == ["€4.1m", "€6m", "€2.5m"]
    with pytest.raises(ToolkitError, match=THOUSANDS):
        run_cell(story, None, READ + source.format(" / 1000"))


TYPED = {
    "a list": "s = s.assign(x=[1, 2, 3])\n",
    "a column": "s['x'] = [10, 20, 30]\n",
    "one number": "s['x'] = 7\n",
    "a dictionary": "s['x'] = s.place.map({'East': 100, 'West': 200})\n",
}


@pytest.mark.parametrize("source", TYPED.values(), ids=TYPED)
def test_typed_numbers_are_no_column_of_quantities(story, source):
    with pytest.raises(ToolkitError, match="typed numbers: no receipt"):
        published(story, source)


NOT_TYPED = {
    "an assumption": ("s['x'] = assume(3, '1', why='the law').low\n", "EUR", "€3"),
    "a sum in a loop": ("x = 0\nfor _, r in s.iterrows():\n    x += r.fee\ns['x'] = x\n", "EUR", "€12.6m"),
    "the largest in a loop": (
        "x = 0\nfor _, r in s.iterrows():\n    if r.fee > x:\n        x = r.fee\ns['x'] = x\n",
        "EUR",
        "€6m",
    ),
    "filled where it holds": ("s['x'] = 0.0\ns.loc[s.hours > 1, 'x'] = s.fee\n", "EUR", "€4.1m"),
    "ones that are counted": ("s['one'] = 1\ns['x'] = s.groupby('place').one.transform('sum')\n", "1", "2"),
    "a mean of flags": (
        "s['flag'] = s.hours.apply(lambda h: 1 if h > 1 else 0)\ns['x'] = s.groupby('place').flag.transform('mean')\n",
        "share",
        "100%",
    ),
    "an order": ("s['x'] = s.place.map({'East': 1, 'West': 2})\n", "1", "1"),
}


@pytest.mark.parametrize(("source", "unit", "right"), NOT_TYPED.values(), ids=NOT_TYPED)
def test_what_is_worked_out_with_typed_numbers_is_not_typed(story, source, unit, right):
    assert published(story, source, unit)[0] == right


def test_melted_percentages_are_shares_whatever_stands_beside_them(story):
    part = "s['other'] = s.part / 2\nlong = s[['job', 'part']].melt('job', var_name='kind', value_name='rate')\n"
    for more in ("", "long['kind'] = 2024\n"):
        source = READ + part + more + "made = story.table(long[['job', 'rate']].head(2){})"
        with pytest.raises(ToolkitError, match="values in share|in shares"):
            run_cell(story, None, source.format(", units={'rate': '1'}"))
        assert str(run_cell(story, None, source.format(", units={'rate': 'share'}")).rows[0][-1]) == "45.2%"


def test_decades_are_labels_as_years_are(desk_with):
    columns = "  - {name: town, printed: town, type: text}\n  - {name: built, printed: built, type: integer}\n"
    story = Story("any", desk_with("halls", "town,built\nA,1894\nB,1903\nC,1899\n", columns, publish="[town, built]"))
    source = (
        "s = story.sql('SELECT * FROM halls').frame\ns['decade'] = s.built // 10 * 10\n"
        "made = story.table(s.groupby('decade').size().reset_index(name='n_halls'))"
    )
    assert [[str(cell) for cell in row] for row in run_cell(story, None, source).rows] == [["1890", "2"], ["1900", "1"]]


HALLS = """\
town,day,hour,open_2023,open_2024,visits
A,2022-03-01,9,4,6,100
A,2022-06-01,9,5,7,2000
B,2023-03-01,10,2,3,30
"""
OF_HALLS = """\
  - {name: town, printed: town, type: text}
  - {name: day, printed: day, type: date}
  - {name: hour, printed: hour, type: integer}
  - {name: open_2023, printed: open_2023, type: integer, unit: loan}
  - {name: open_2024, printed: open_2024, type: integer, unit: loan}
  - {name: visits, printed: visits, type: integer, unit: visit}
"""
GROUPED = {
    "years of days": ("s.groupby(s.day.dt.year).visits.sum().reset_index(), units='visit'", ["2022", "2,100 visits"]),
    "quarters": ("s.groupby(s['day'].dt.quarter).visits.sum().reset_index(), units='visit'", ["1", "130 visits"]),
    "whole numbers": ("s.groupby('hour').visits.sum().reset_index(), units={'visits': 'visit'}", ["9", "2,100 visits"]),
    "a column of years": (
        "s.assign(since=s.day.dt.year)[['town', 'since', 'visits']]",
        ["A", "2022", "100 visits"],
    ),
    "columns together": (
        "s.assign(both=s[['open_2023', 'open_2024']].sum(axis=1))[['town', 'both']], units='loan'",
        ["A", "10 loans"],
    ),
    "columns by a name": (
        "s.assign(both=s[wide].sum(axis=1))[['town', 'both']], units='loan'",
        ["A", "10 loans"],
    ),
}


@pytest.fixture
def halls(desk_with):
    more = "loan = [loan] = _ = loans\nvisit = [visit] = _ = visits\n"
    return Story("any", desk_with("halls", HALLS, OF_HALLS, units=more, publish=f"[{HALLS.splitlines()[0]}]"))


def table_of_halls(halls, source):
    wide = "s = story.sql('SELECT * FROM halls').frame\nwide = ['open_2023', 'open_2024']\n"
    return run_cell(halls, None, f"{wide}made = story.table({source})")


@pytest.mark.parametrize(("source", "right"), GROUPED.values(), ids=GROUPED)
def test_what_rows_are_grouped_by_is_a_label_and_columns_together_keep_their_unit(halls, source, right):
    assert [str(cell) for cell in table_of_halls(halls, source).rows[0]] == right


def test_a_rise_of_means_of_columns_is_asked_for_as_a_share(halls):
    growth = "s.assign(rise=s[['open_2024']].mean(axis=1) / s[['open_2023']].mean(axis=1) - 1)[['town', 'rise']]"
    with pytest.raises(ToolkitError, match='"rise": "share"'):
        table_of_halls(halls, growth)


def test_a_unit_is_not_proposed_for_a_tenth_of_its_values(halls):
    with pytest.raises(ToolkitError, match="if it has none"):
        table_of_halls(halls, "s.assign(x=s.visits / 10)[['town', 'x']]")
