"""Titles and labels of axes in charts of Altair say the unit and the scale that their numbers are in."""

import re

import altair as alt
import pytest

from toolkit.charts.interaction import title_of
from toolkit.core.errors import Problem
from toolkit.core.unit import registry_of_text
from toolkit.database.table import Column
from toolkit.notebook.axis_titles import WRONG_PRODUCT, WRONG_RATE, title_problems

pytestmark = pytest.mark.heavy
UNITS = """
thousand = 1e3
million = 1e6
percent = 0.01
share = 1 = _ = shares
USD = [currency]
EUR = [euro] = _ = euro = euros
SEK = [krona]
day = [time] = _ = days
week = 7 * day = _ = weeks
vote = [vote] = _ = votes
token = [token] = _ = tokens
person = [person] = _ = people
thousand_people = 1000 * person
"""
COLUMNS = [
    Column("votes", "Votes", "vote"),
    Column("eur", "Budget", "EUR"),
    Column("sek", "Budget", "SEK"),
    Column("wait", "Wait", "week"),
    Column("price", "Price", "USD/token"),
    Column("spend", "Spend", "USD", unit_as_read="million USD"),  # as its file has it
    Column("pct", "Share", "1", unit_as_read="percent", form="percent"),
    Column("kilo", "Budget", "EUR", unit_as_read="thousand EUR"),
    Column("tariff", "Price", "USD/token", unit_as_read="million USD/token"),
    Column("list_price", "Price", "USD/token", unit_as_read="USD/(million*token)"),
    Column("kilo2", "Budget", "EUR", unit_as_read="thousand EUR"),
    Column("pct2", "Share", "1", unit_as_read="percent", form="percent"),
    Column("eur2", "Budget", "EUR"),
    Column("share", "Share", "1", form="percent"),
    Column("change", "Change", "1", form="points"),
    Column("rate", "Rate", "vote/thousand_people"),
    Column("price_sek_t", "Price", "SEK/token"),  # a tonne, and no trillions
    Column("ratio", "Ratio", "1", form="times"),
]


def labels(expression):
    return {"axis": alt.Axis(labelExpr=expression)}


FALSE = {
    "thousands over ones": (alt.X("votes:Q", title="Votes (thousands)"), "no thousands"),
    "thousands over sums of ones": (alt.X("sum(votes):Q", title="Votes ('000s)"), "no thousands"),
    "millions over ones": (alt.X("eur:Q", title="Budget (million EUR)"), "no millions"),
    "millions by a sign": (alt.X("eur:Q").title("€m"), "no millions"),
    "millions on an axis": (alt.X("eur:Q", axis=alt.Axis(title="Budget, in € million")), "no millions"),
    "millions of a legend": (alt.Size("eur:Q", legend=alt.Legend(title="€ million")), "no millions"),
    "German millions": (alt.X("eur:Q", title="Haushalt (Mio. €)"), "no millions"),
    "thousands of millions": (alt.X("spend:Q", title="USD thousand"), "no thousands"),
    "millions over thousands": (alt.X("eur:Q", title="€ million", **labels("datum.value / 1000")), "no millions"),
    "millions behind thousands": (alt.X("votes:Q", **labels("datum.value / 1000 + ' million'")), "no millions"),
    "a letter behind ones": (alt.X("votes:Q", **labels("datum.label + 'k'")), "no thousands"),
    "another currency": (alt.X("eur:Q", title="USD"), "another unit"),
    "another currency's sign": (alt.X("eur:Q", title="Budget in $"), "another unit"),
    "a currency of votes": (alt.X("votes:Q", title="Votes (€)"), "another unit"),
    "cents over euros": (alt.X("eur:Q", title="Cents"), "another unit"),
    "cents of a currency": (alt.X("eur:Q", title="Price (Euro cents)"), "another unit"),
    "hundreds over ones": (alt.X("votes:Q", title="Votes (in hundreds)"), "another unit"),
    "days over weeks": (alt.X("wait:Q", title="Median wait (days)"), "another unit"),
    "days over weeks, after words": (alt.X("wait:Q", title="Median wait in days"), "another unit"),
    "a unit of time that nobody defined": (alt.X("wait:Q", title="Hours waited"), "another unit"),
    "a unit in brackets that nobody defined": (alt.X("wait:Q", title="Wait (hours)"), "another unit"),
    "days first": (alt.X("wait:Q", title="Days of waiting"), "another unit"),
    "days waited": (alt.X("wait:Q", title="Days waited"), "another unit"),
    "waiting days": (alt.X("wait:Q", title="Waiting days per patient"), "another unit"),
    "days alone": (alt.X("wait:Q", title="Days"), "another unit"),
    "a price for many": (alt.X("price:Q", title="Price, USD per million tokens"), "another unit"),
    "a price for a thousand": (alt.X("price:Q", title="Price per 1,000 tokens"), "not per 1,000"),
    "a rate of another number": (alt.X("rate:Q", title="Votes per 100,000 people"), "not per 100,000"),
    "a price for a thousand in words": (alt.X("price:Q", title="Price per thousand"), "not per 1,000"),
    "a price for ten thousand": (
        alt.X("price:Q", title="Price per 10 000 tokens", **labels("datum.value * 1000")),
        "not per 10,000",
    ),
    "per cent of votes": (alt.X("votes:Q", title="Votes (%)"), "not per cent"),
    "per cent of ratios": (alt.X("ratio:Q", title="Growth, per cent"), "not per cent"),
    "per cent behind votes": (alt.X("votes:Q", **labels("datum.label + ' %'")), "not per cent"),
    "per cent over decimals": (alt.X("share:Q", title="Share (%)").axis(format=".2f"), "not per cent"),
    "a format of shares over percent": (alt.X("pct:Q", title=None).axis(format=".0%"), "4,500% of 45"),
    "ones over thousands of a file": (alt.X("kilo:Q", title="Budget (EUR)"), "another unit"),
    "millions over thousands of a file": (alt.X("kilo:Q", title="€ million"), "no millions"),
    "no word of thousands of a file": (alt.X("kilo:Q", title="Budget"), "count thousands"),
    "another word over thousands of a file": (alt.X("kilo:Q", title="Budget (net)"), "count thousands"),
    "a price for one of many": (alt.X("list_price:Q", title="Price, USD"), "another unit"),
    "a price for another number": (alt.X("list_price:Q", title="Price per 1,000 tokens"), "not per 1,000"),
    "no title over thousands of a file": (alt.X("kilo:Q", title=None), "count thousands"),
    "no word of percent that stand as names": (alt.X("pct:O", title="Meals"), "a hundred times"),
}
TRUE = {
    "no title": alt.X("votes:Q", title=None),
    "their own": alt.X("eur:Q", title="Budget (EUR)"),
    "their own sign": alt.X("eur:Q", title="Budget, €"),
    "a sign of several": alt.X("sek:Q", title="Budget (kr)"),
    "weeks": alt.X("wait:Q", title="Median wait (weeks)"),
    "weeks first": alt.X("wait:Q", title="Weeks of waiting"),
    "weeks of days that are named": alt.X("wait:Q", title="Days off (weeks)"),
    "weeks in the last days": alt.X("wait:Q", title="Waits in the last 30 days"),
    "weeks since a day": alt.X("wait:Q", title="Wait since the day of the vote"),
    "weeks during days": alt.X("wait:Q", title="Waits during opening days"),
    "cents by labels": alt.X("eur:Q", title="Price, cents", **labels("datum.value * 100")),
    "hundreds by labels": alt.X("votes:Q", title="Votes, hundreds", **labels("datum.value / 100")),
    "cents of votes": alt.X("votes:Q", title="Votes for Fifty Cents"),
    "words": alt.X("votes:Q", title="Votes in all wards"),
    "a place": alt.X("votes:Q", title="Votes, in person"),
    "people for each": alt.X("eur:Q", title="Budget per million people"),
    "millions of labels": alt.X("eur:Q", title="Budget (€ million)", **labels("datum.value / 1e6")),
    "thousands that labels say": alt.X("votes:Q", title="Votes", **labels("datum.value / 1000 + 'k'")),
    "thousands behind labels": alt.X("votes:Q", **labels("datum.value/1000 + 'k'")),
    "millions formatted": alt.X("eur:Q", title="€m", **labels("format(datum.value / 1e6, ',.0f')")),
    "millions of millions": alt.X("spend:Q", title="USD million"),
    "the sign of the format": alt.X("eur:Q", title="Budget", axis=alt.Axis(format="~s")),
    "shares": alt.X("share:Q", title="Share"),
    "per cent": alt.X("share:Q", title="Turnout (%)"),
    "per cent of means": alt.X("mean(share):Q", title="Turnout, per cent").axis(format=".1%"),
    "per cent in labels": alt.X("share:Q", **labels("datum.value * 100 + '%'")),
    "per cent by a format in labels": alt.X("share:Q", title="%", **labels("format(datum.value, '.0%')")),
    "shares of dollars": alt.X("share:Q", title="Share of $ spending"),
    "points": alt.X("change:Q", title="Change (percentage points)"),
    "points by a sign": alt.X("change:Q", title="Change, % points"),
    "a unit in words that nobody defined": alt.X("votes:Q", title="Load, gigawatts", **labels("datum.value / 1000")),
    "a unit that nobody defined": alt.X("votes:Q", title="Ballots (kg)", **labels("datum.value / 1000")),
    "normalized": alt.X("votes:Q", title="Votes (%)").stack("normalize"),
    "counts": alt.X("count(votes):Q", title="Wards (thousands of votes)"),
    "a price for many, by labels": alt.X("price:Q", title="Price per 1,000 tokens", **labels("datum.value * 1000")),
    "a rate in its unit": alt.X("rate:Q", title="Votes per 1,000 people"),
    "a letter in a column's name": alt.X("price_sek_t:Q"),
    "money of a million people": alt.X("eur:Q", title="Budget per 1,000,000 people"),
    "names": alt.X("votes:N", title="Votes (thousands)"),
    "percent of a file": alt.X("pct:Q", title="Share"),
    "percent of a file, and a word": alt.X("mean(pct):Q", title="Share (%)"),
    "percent of a file in labels": alt.X("pct:Q", title="Share", **labels("datum.value + '%'")),
    "percent of a file as names": alt.X("pct:O", title="Meals, per cent"),
    "a price for many of a file": alt.X("list_price:Q", title="Price, USD per million tokens"),
    "a price in millions": alt.X("tariff:Q", title="Million USD per token"),
    "a variance": alt.X("variance(pct):Q", title="Variance"),
    "thousands of a file": alt.X("sum(kilo):Q", title="Budget, thousand EUR"),
    "thousands of a file, by their sign": alt.X("kilo:Q", title="Budget (k€)"),
    "thousands of a file, by their digits": alt.X("kilo:Q", title="Budget, 1,000 euros"),
    "thousands of a file, in digits": alt.X("kilo:Q", title="Budget in 1,000 euros"),
    "thousands of a file, in a sign's digits": alt.X("kilo:Q", title="Budget (€1,000)"),
    "thousands of a file, written out": alt.X("kilo:Q", title="Budget (EUR)", **labels("datum.value * 1000")),
    "thousands of a file as millions": alt.X("kilo:Q", title="€ million", **labels("datum.value / 1000")),
}


REGISTRY = registry_of_text(UNITS, "units")
HELD = {"spend": 1e-6, "pct": 100, "pct2": 100, "tariff": 1e-6, "list_price": 1e6, "kilo": 1e-3, "kilo2": 1e-3}


def problems(channel):
    name = type(channel).__name__.lower()
    return found_in(alt.Chart().mark_bar().encode(**{name: channel}))


@pytest.mark.parametrize("name", FALSE)
def test_a_title_says_no_other_scale_or_unit_than_the_labels_have(name):
    channel, said = FALSE[name]
    (found,) = problems(channel)
    assert said in found.found and found.remedy


@pytest.mark.parametrize("name", TRUE)
def test_a_title_may_say_the_unit_of_its_labels(name):
    assert problems(TRUE[name]) == []


def test_labels_that_a_refusal_names_are_taken():
    (found,) = problems(alt.X("eur:Q", title="Budget (million EUR)"))
    (expression,) = re.findall('labelExpr="(.*?)"', found.remedy)
    assert expression == "datum.value / 1000000"
    assert problems(alt.X("eur:Q", title="Budget (million EUR)", **labels(expression))) == []


def found_in(chart, words=""):
    return list(title_problems(chart.to_dict(), COLUMNS, REGISTRY, "chart", words, HELD))


def axis(title, field="m:Q"):
    return alt.Chart().mark_bar().encode(x=alt.X(field, title=title))


@pytest.mark.parametrize(
    "chart",
    [
        axis("Votes (thousands)").transform_calculate(m="datum.votes / 1000"),
        axis("Votes (thousands)", "votes:Q").transform_calculate(votes="datum.votes / 1000"),
        axis("Budget, € million").transform_calculate(m="datum['eur'] / 1e6"),
        axis("Budget, €").transform_aggregate(m="sum(eur)"),
        axis("Waits (thousands)").transform_aggregate(m="count()"),
        axis("Euros for each vote").transform_calculate(m="datum.eur / datum.votes"),
        axis("Share (%)").transform_aggregate(m="mean(share)"),
        axis("Share (%)").transform_calculate(m="datum.share * 100"),
        axis("Turnout").transform_calculate(m="datum.share * 100"),  # labels say 45%
        axis("Share").transform_calculate(m="100 * datum.eur / datum.sek"),
        axis("Share").transform_calculate(m="(datum.eur / datum.sek) * 100"),
        axis("Budget, EUR").transform_calculate(m="datum.kilo * 1000"),
        axis("Budget, thousand EUR").transform_calculate(m="round(datum.kilo + datum.kilo)"),
        axis("Share of it, thousand EUR").transform_calculate(m="datum.pct / 100 * datum.kilo"),
        axis("EUR for each vote").transform_calculate(m="datum.kilo * 1000 / datum.votes"),
        axis("Thousand EUR for each vote").transform_calculate(m="datum.kilo / datum.votes"),
        axis("Others").transform_calculate(m="100 - datum.pct"),
        axis("Mean of two, thousand EUR").transform_calculate(m="(datum.kilo + datum.kilo2) / 2"),
        axis("Mean of two, thousand EUR").transform_calculate(m="0.5 * datum.kilo + 0.5 * datum.kilo2"),
        axis("Mean of two, EUR").transform_calculate(m="(datum.eur + datum.eur2) / 2"),
        axis("Score, EUR").transform_calculate(m="datum.eur + 3 * datum.eur2"),
        axis("Waits, days").transform_calculate(m="(datum.wait + datum.wait) * 7"),
        axis("Weighted").transform_calculate(m="0.3 * datum.pct + 0.7 * datum.pct2"),
        axis("Mean of two").transform_calculate(m="(datum.pct + datum.pct2) / 2"),
        axis("Both, thousand EUR").transform_calculate(
            m="datum.pct / 100 * datum.kilo + datum.pct2 / 100 * datum.kilo2"
        ),
        axis("More").transform_calculate(m="datum.pct - datum.pct"),
    ],
)
def test_a_title_may_say_the_unit_of_what_a_transform_makes(chart):
    assert found_in(chart) == []


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        (axis("Budget, € million").transform_aggregate(m="sum(eur)", groupby=["votes"]), "no millions"),
        (axis("Budget, € million").transform_joinaggregate(m="mean(eur)"), "no millions"),
        (axis("Votes (thousands)").transform_window(m="sum(votes)"), "no thousands"),
        (axis("USD", "value:Q").transform_fold(["eur"]), "another unit"),
        (axis("Days").transform_calculate(m="datum.wait"), "another unit"),
        (axis("Votes").transform_calculate(m="datum.votes / 1000"), "another unit"),
        (axis("Budget, €").transform_calculate(m="datum.eur / 1000000"), "another unit"),
        (axis("€ million").transform_calculate(a="datum.eur / 1000").transform_aggregate(m="sum(a)"), "no millions"),
    ],
)
def test_what_a_transform_makes_of_a_column_has_its_unit(chart, said):
    (found,) = found_in(chart)
    assert said in found.found


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        (axis("Turnout").transform_calculate(m="datum.votes / 1000"), "count thousands"),
        (axis("Turnout").transform_calculate(m="datum.votes / 1e6"), "count millions"),
        (axis("Turnout").transform_calculate(m="datum.votes * 1000"), "a thousand times"),
        (axis("Turnout", "sum(m):Q").transform_calculate(m="datum.votes / 1000"), "count thousands"),
        (axis("EUR for each vote").transform_calculate(m="datum.kilo / datum.votes"), "count thousands"),
        (axis("Money").transform_calculate(m="datum.kilo + datum.kilo"), "count thousands"),
        (axis("Twice the money").transform_calculate(m="datum.kilo * 2"), "labels in thousand EUR"),
        (axis("Money").transform_calculate(m="(datum.kilo + datum.kilo2) / 2"), "count thousands"),
        (axis("Money").transform_calculate(m="datum.kilo + 3 * datum.kilo2"), "count thousands"),
        (axis("Money").transform_calculate(m="datum.pct / 100 * datum.kilo"), "count thousands"),
        (axis("Money").transform_density("kilo", as_=["m", "density"]), "count thousands"),
        (alt.Chart().mark_bar().encode(x=alt.X("eur:Q", title="Money", **labels("datum.value / 1000"))), "thousands"),
        (
            axis("Share")
            .transform_calculate(m="datum.share")
            .encode(alt.X("m:Q", title="Share", **labels("datum.value * 100"))),
            "a hundred times",
        ),
    ],
)
def test_a_scale_that_a_chart_makes_is_said_on_the_axis_or_beside_the_chart(chart, said):
    (found,) = found_in(chart)
    assert said in found.found and found.remedy
    word = "in per cent" if "hundred" in said else "in thousands and millions"
    assert found_in(chart, f"A chart {word}") == []


def test_values_in_percent_do_not_multiply_others():
    (found,) = found_in(axis("Budget, thousand EUR").transform_calculate(m="datum.pct * datum.kilo"))
    assert found == Problem("chart, x", *WRONG_PRODUCT)


@pytest.mark.parametrize(
    ("encoded", "said"),
    [
        ({"x": "kilo:Q"}, "kilo (thousand EUR)"),
        ({"x": "sum(spend):Q"}, "Sum of spend (million USD)"),
        ({"color": "kilo:Q"}, "kilo (thousand EUR)"),
        ({"x": "kilo:O"}, "kilo (thousand EUR)"),
        ({"x": "pct:O"}, "pct"),  # which says it
        ({"tooltip": "kilo:Q"}, "kilo (thousand EUR)"),
        ({"x": "pct:Q"}, "pct"),
        ({"x": "m:Q"}, "m (thousand votes)"),
        ({"x": "both:Q"}, "both (thousand EUR)"),
        ({"x": "value:Q"}, "value (thousand EUR)"),
    ],
)
def test_a_scale_that_nothing_says_stands_in_the_title_that_an_author_did_not_give(encoded, said):
    chart = alt.Chart().mark_bar().encode(**encoded).transform_fold(["kilo", "kilo2"])
    made = chart.transform_calculate(m="datum.votes / 1000", both="datum.kilo + datum.kilo2").to_dict()
    assert list(title_problems(made, COLUMNS, REGISTRY, "chart", "", HELD)) == []
    ((channel, part),) = made["encoding"].items()
    assert title_of(part) == said, channel
    assert list(title_problems(made, COLUMNS, REGISTRY, "chart", "", HELD)) == []


def test_the_scale_in_a_title_is_in_the_language_of_the_project():
    german = registry_of_text(UNITS, "units", "de")
    for name, said in (("kilo", "kilo (Tausend EUR)"), ("spend", "spend (Millionen USD)")):
        made = alt.Chart().mark_bar().encode(x=f"{name}:Q").to_dict()
        for _ in range(2):  # and what it says is taken
            assert list(title_problems(made, COLUMNS, german, "chart", "", HELD)) == []
        assert title_of(made["encoding"]["x"]) == said


def test_another_scale_beside_the_chart_does_not_say_that_of_the_labels():
    (found,) = found_in(axis("Budget", "kilo:Q"), "In towns of a million people")
    assert "count thousands" in found.found
    assert found_in(axis("Budget", "kilo:Q"), "In thousand EUR") == []


def repeated(**more):
    x = alt.X(alt.repeat("column"), type="quantitative", **more)
    return alt.Chart().mark_bar().encode(x=x).repeat(column=["kilo", "eur"])


def test_a_title_that_several_fields_share_says_no_scale_of_one():
    (found,) = found_in(repeated(title="Budget"))
    assert "count thousands" in found.found
    assert found_in(repeated(title="Budget"), "in thousand EUR") == []


def test_plots_of_repeated_fields_say_the_scale_of_their_own():
    made = repeated().to_dict()
    assert list(title_problems(made, COLUMNS, REGISTRY, "chart", "", HELD)) == []
    assert made["repeat"] == {"column": ["kilo (thousand EUR)", "eur"]}
    assert made["transform"] == [{"calculate": "datum.kilo", "as": "kilo (thousand EUR)"}]
    listed = alt.Chart().mark_bar().encode(x=alt.X(alt.repeat(), type="quantitative")).repeat(["pct", "kilo"]).to_dict()
    assert list(title_problems(listed, COLUMNS, REGISTRY, "chart", "", HELD)) == []
    assert listed["repeat"] == ["pct", "kilo (thousand EUR)"]  # one name says it


def test_a_ratio_that_a_chart_works_out_is_for_as_many_as_its_title_says():
    for expression, taken in (
        ("datum.votes / datum.wait", False),
        ("datum.votes / datum.wait * 100", False),
        ("datum.votes / datum.wait * 1000", True),
        ("1000 * (datum.votes / datum.wait)", True),
    ):
        found = found_in(axis("Votes per 1,000 weeks").transform_calculate(m=expression))
        assert [problem.found for problem in found] == ([] if taken else [WRONG_RATE[0]]), expression
    labelled = alt.X("m:Q", title="Votes per 1 000 weeks", **labels("datum.value * 1000"))
    chart = alt.Chart().mark_bar().encode(x=labelled).transform_calculate(m="datum.votes / datum.wait")
    assert found_in(chart) == []


def test_what_vega_lite_would_write_in_place_of_a_title_has_the_scale_of_the_labels():
    columns = [Column("cost_thousand", "Cost", "EUR")]
    untitled = alt.Chart().mark_bar().encode(x="sum(cost_thousand):Q").to_dict()
    (found,) = title_problems(untitled, columns, REGISTRY, "chart")
    assert "no thousands" in found.found
    titled = alt.Chart().mark_bar().encode(x=alt.X("cost_thousand:Q", title=None)).to_dict()
    assert list(title_problems(titled, columns, REGISTRY, "chart")) == []


def test_labels_of_a_configuration_are_those_of_all_axes():
    chart = axis(None, "votes:Q")
    (found,) = found_in(chart.configure_axisX(labelExpr="datum.label + ' %'"))
    assert "not per cent" in found.found
    (found,) = found_in(chart.configure_axis(labelExpr="datum.label + 'k'"))
    assert "no thousands" in found.found
    assert found_in(chart.configure_axisY(labelExpr="datum.label + ' %'")) == []
    assert found_in(axis("Share", "share:Q").configure_axisX(labelExpr="'about ' + datum.label")) == []
