"""Values of one unit in two sizes are neither added nor compared, nor do they stand in one column."""

import pytest

from toolkit.core.errors import ToolkitError
from toolkit.database.ask import answer_question

TOWNS = "town,planned,debt,pct,part\nA,40000,300,12,0.2\nB,250,0.1,40,0.3\n"
OF_TOWNS = """\
  - {name: town, printed: town, type: text}
  - {name: planned, printed: planned, type: decimal, unit: thousand USD}
  - {name: debt, printed: debt, type: decimal, unit: million USD}
  - {name: pct, printed: pct, type: decimal, unit: percent}
  - {name: part, printed: part, type: decimal, unit: share}
"""


@pytest.fixture
def towns(desk_with):
    return desk_with("towns", TOWNS, OF_TOWNS, units="thousand = 1e3\nshare = 1 = _ = shares\n")


@pytest.mark.parametrize(
    ("selected", "said"),
    [
        ("sum(planned) + sum(debt) AS total", "thousand USD, and in million USD"),
        ("sum(planned - debt) AS rest", "thousand USD, and in million USD"),
        ("count(*) FILTER (debt > planned) AS n_towns", "million USD, and in thousand USD"),
        ("max(CASE WHEN town = 'A' THEN debt ELSE planned END) AS most", "million USD, and in thousand USD"),
        ("max(greatest(debt, planned)) AS most", "million USD, and in thousand USD"),
        ("sum(coalesce(debt, planned)) AS paid", "million USD, and in thousand USD"),
        ("max(pct - sum_part) AS gap", "percent, and in shares"),
        ("1 - max(pct) AS rest", "write 100 in place of 1"),
        ("100 - max(pct / 100) AS rest", "write 1 in place of 100"),
    ],
)
def test_two_sizes_in_one_place_are_refused(towns, selected, said):
    from_ = "towns" if "sum_part" not in selected else "(SELECT pct, debt / sum(debt) OVER () AS sum_part FROM towns)"
    for units in ({}, {selected.rpartition(" ")[2]: "percent" if "pct" in selected else "thousand USD"}):
        with pytest.raises(ToolkitError, match=said):
            answer_question(towns, f"SELECT {selected} FROM {from_}", units)


def test_two_sizes_in_a_condition_are_refused(towns):
    for written in ("FROM towns WHERE debt > planned", "FROM towns a JOIN towns b ON a.debt = b.planned"):
        with pytest.raises(ToolkitError, match="values in million USD, and in thousand USD"):
            answer_question(towns, f"SELECT count(*) AS n_towns {written}")


@pytest.mark.parametrize(
    ("selected", "words"),
    [
        ("sum(planned) + sum(debt) * 1000 AS total", "$340m"),
        ("sum(planned) / 1000 + sum(debt) AS total", "$340m"),
        ("sum(planned * 1e3 + debt * 1e6) AS total_usd", "$340m"),
        ("count(*) FILTER (debt * 1000 > planned) AS n_towns", "1"),
        ("sum(debt) * 1000 / sum(planned) AS debt_share", "750%"),
        ("sum(debt) / sum(planned) AS debt_ratio", "7.5"),
        ("100 - max(pct) AS rest", "60%"),
        ("sum(debt) * 1000 / sum(planned) * 100 - 100 AS more", "650%"),
        ("max(planned * pct / 100) AS paid", "$4.8m"),
    ],
)
def test_values_that_the_query_converts_are_of_one_size(towns, selected, words):
    (number,) = answer_question(towns, f"SELECT {selected} FROM towns").numbers
    assert str(number) == words


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        ("SELECT avg(p) AS price FROM (SELECT planned / 1000 AS p FROM towns)", "$20m"),
        ("WITH t AS (SELECT 100.0 * sum(debt) / sum(debt) AS part FROM towns) SELECT max(part) AS part FROM t", "100%"),
        ("SELECT sum(planned) / 1000 AS m, m * 1000 AS again FROM towns", "$40m"),
    ],
)
def test_a_factor_in_a_query_inside_changes_the_scale_outside(towns, inner, words):
    assert str(answer_question(towns, inner).numbers[-1]) == words
    name = "price" if "price" in inner else "part"
    if "again" not in inner:
        with pytest.raises(ToolkitError, match="as their columns are declared"):
            answer_question(towns, inner, {name: "thousand USD" if name == "price" else "share"})
