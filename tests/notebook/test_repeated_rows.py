"""Sums and means of pandas over rows that a merge repeated: each row that was read counts once."""

import pytest

from tests.notebook.test_from_pandas import run_cell
from tests.notebook.test_repeats_in_charts import DEALS, OF_DEALS
from toolkit.core.errors import ToolkitError
from toolkit.notebook.story import Story

READ = """\
import pandas as pd
towns = story.sql("SELECT town, kind, max(people) AS people FROM deals GROUP BY ALL").frame
deals = story.sql("SELECT id, town, year, fee FROM deals").frame
m = deals.merge(towns, on="town")
made = """


@pytest.fixture
def story(desk_with):
    return Story("any", desk_with("deals", DEALS, OF_DEALS, publish="[id, town, kind, year, people, fee]"))


def number(value, unit="cup"):
    return f"story.number({value}, '{unit}', how='x')"


AGAIN = {
    "a mean": number("m.people.mean()"),
    "a median without a name": number("deals.merge(towns, on='town')['people'].median()"),
    "a ratio of sums": number("m.fee.sum() / m.people.sum()", "USD/cup"),
    "chosen rows": number("m[m.kind == 'city'].people.mean()"),
    "a column in chosen rows": number("m.people[m.kind == 'city'].mean()"),
    "groups": "story.table(m.groupby('kind', as_index=False).people.mean())",
    "named": "story.table(m.groupby('kind').agg(people=('people', 'mean')).reset_index(), units='cup')",
    "by a dictionary": "story.table(m.groupby('kind').agg({'people': 'mean'}).reset_index())",
    "of all columns": "story.table(m.groupby('kind').mean(numeric_only=True).reset_index()[['kind', 'people']])",
    "a pivot": "story.table(m.pivot_table(index='kind', values='people').reset_index())",
    "below a sum": "0\ng = m.groupby('kind').agg(n=('id', 'count'), people=('people', 'sum')).reset_index()\n"
    "made = story.table(g.assign(per=g.n / g.people)[['kind', 'per']], units={'per': '1/cup'})",
    "under one name": "0\nm = m.groupby('kind', as_index=False).people.mean()\nmade = story.table(m)",
    "frames that overlap": number("pd.concat([deals[deals.year > '2024'], deals.tail(2)]).fee.sum()", "USD"),
    "each with each": number("towns.merge(pd.DataFrame({'y': [1, 2]}), how='cross').people.sum()"),
}


@pytest.mark.parametrize("source", AGAIN.values(), ids=AGAIN)
def test_a_sum_or_mean_that_counts_rows_several_times_is_refused(story, source):
    with pytest.raises(ToolkitError, match="that count more often than they were read") as raised:
        run_cell(story, None, READ + source)
    assert "merge with one row for each" in str(raised.value)


ONCE = {
    "one row for each": (number("m.drop_duplicates('town').people.mean()"), "560 cups"),
    "its own column": (number("m.fee.mean()", "USD"), "$5"),
    "one to one": (number("towns.merge(deals.groupby('town').fee.sum(), on='town').people.mean()"), "560 cups"),
    "weights": (number("(m.fee * m.people).sum() / m.people.sum()", "USD"), "$4.48"),
    "the same in each group": ("story.table(m.groupby('town', as_index=False).people.mean())", "700 cups"),
    "groups that have each once": ("story.table(m.groupby('id', as_index=False).people.mean())", "900 cups"),
    "frames side by side": (
        number("pd.concat([deals[deals.year == '2024'], deals[deals.year == '2025']]).fee.sum()", "USD"),
        "$25",
    ),
    "one column of many": (
        "story.table(m.groupby('kind').sum(numeric_only=True)[['fee']].reset_index(), units='USD')",
        "$18",
    ),
}


@pytest.mark.parametrize(("source", "right"), ONCE.values(), ids=ONCE)
def test_rows_that_count_once_are_taken(story, source, right):
    made = run_cell(story, None, READ + source)
    assert str(made.rows[0][-1] if hasattr(made, "rows") else made) == right


def test_a_mean_of_rows_that_an_answer_has_so_is_of_these(story):
    every = "every = story.sql('SELECT id, town, kind, people FROM deals').frame\n"
    assert str(run_cell(story, None, every + READ + number("m.people.mean()"))) == "700 cups"
