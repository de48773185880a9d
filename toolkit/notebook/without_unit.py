"""Columns of numbers in a frame of which nothing says a unit, as problems: several of them are one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.core.errors import Problem
from toolkit.core.unit import unit_text
from toolkit.notebook.made import MadeOf


@dataclass(frozen=True)
class WithoutUnit(Problem):
    """The problem of a column of numbers without a unit; `unit` is one that a column of its name was read in, or ""."""

    column: str = ""
    unit: str = ""

    @staticmethod
    def of(where: str, column: str, unit: str, made: MadeOf) -> WithoutUnit:
        """The problem of one column that its code makes so; `unit` is one that it may have.

        That of values of which a tenth or a thousandth was taken is none.
        """
        tens = made.factor > 0 and math.isclose(made.factor, 10.0 ** round(math.log10(made.factor)))
        if tens and made.factor != 1 and made.known is not None and unit == unit_text(made.known):
            unit = ""
        or_count = ', or "1" for a count of rows' if unit and unit != "1" and made.kind != "values" else ""
        return WithoutUnit(
            where,
            "numbers without a unit",
            f'units={{"{column}": "…"}}, a name that ends in a unit, or n_… for a count',
            f'give its unit, in story.table(…) or story.chart(…): units={{"{column}": "{unit or 1}"}}'
            + (or_count if unit else " if it has none"),
            column,
            unit,
        )


def joined(problems: Sequence[Problem], where: str) -> list[Problem]:
    """The problems of a frame, those of several columns without a unit as one."""
    without = [problem for problem in problems if isinstance(problem, WithoutUnit)]
    if len(without) < 2:
        return [*problems]
    names = [problem.column for problem in without]
    units = {problem.unit for problem in without} - {""}
    common_unit = units.pop() if len(units) == 1 else ""
    by_column = ", ".join(f'"{problem.column}": "{problem.unit or "…"}"' for problem in without[:4])
    joined_problem = Problem(
        f"{where}, columns {', '.join(names[:12])}{' …' if len(names) > 12 else ''}",
        f"numbers without a unit in {len(names)} columns",
        "a unit for each; names that end in a unit, or n_… for a count, say it",
        f"in story.table(…) or story.chart(…), give them: units={{{by_column}{', …' if len(names) > 4 else ''}}}, "
        f'or one for all that lack it: units="{common_unit or 1}"'
        + ("" if common_unit else " where they have none, as counts"),
    )
    return [*(problem for problem in problems if problem not in without), joined_problem]
