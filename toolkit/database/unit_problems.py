"""What is wrong with the unit of a column in an answer of SQL: nothing says one, or an author gives a wrong one.

Of frames `notebook/without_unit.py` says it.
"""

from __future__ import annotations

from toolkit.core.errors import Problem


def without_unit_problem(where: str, name: str, label: str = "") -> Problem:
    """The problem of a column of numbers whose unit neither a declaration nor the question says.

    `label` is the type to cast the column to if it is a label, such as a year; "" where it cannot be one.
    """
    code = f"; if it is a year or a code, CAST(… AS {label}) AS {name}" if label else ""
    return Problem(
        f"{where}, column {name}",
        "a quantity without a unit",
        "a unit of data/units.txt; counts, years, ranks, codes and shares of counts need none",
        f'ask with units={{"{name}": "…"}}, or give the column its unit in data/datasets/{code}',
    )


def no_points_problem(where: str) -> Problem:
    """The problem of percentage points that are said of a ratio."""
    return Problem(
        where,
        "percentage points, and a ratio that is no difference of two",
        "percentage points for what is left of one percentage less another",
        'say "percent" of what is multiplied by 100, else "share"',
    )


def ratio_in_percent_problem(where: str) -> Problem:
    """The problem of per cent that is said of a ratio which nothing multiplies by 100."""
    return Problem(
        where,
        "the unit percent, and a ratio, 0.45 for 45%",
        "share",
        'say "share": pages write it as per cent',
    )


def typed_choice_problem(where: str, unit: str) -> Problem:
    """The problem of a unit given to a column some of whose values are typed into the query."""
    return Problem(
        where,
        f"the unit {unit}, and amounts that are typed into the query",
        "values of the rows of tables; 1 and 0 to count, 0 where there is none",
        "enter the amounts as figures, or as a dataset of their own, and join it; or use assume(…) in the notebook",
    )
