"""What of a dataset may not be published: values without a unit, of single rows, and of groups that are too small."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from toolkit.core.errors import Problem
from toolkit.database.column_meaning import Meaning
from toolkit.datasets.declaration import Dataset


class BareValue(float):
    """A number to explore with, that no page may show: `problem` says why and what to do."""

    problem: Problem

    def __new__(cls, value: float, problem: Problem) -> BareValue:
        made = super().__new__(cls, value)
        made.problem = problem
        return made

    def __str__(self) -> str:
        return repr(int(self)) if self.is_integer() else repr(float(self))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """The value, and why no page may show it: a build that refuses it in prose says so."""
        return {"text/plain": f"{self}, {self.problem.found} (to publish it: {self.problem.remedy})"}


def without_unit(where: str, name: str) -> Problem:
    """The problem of a column of numbers whose unit neither a declaration nor the question says."""
    return Problem(
        f"{where}, column {name}",
        "a quantity without a unit",
        "a unit of data/units.txt; counts, years, ranks, codes and shares of counts need none",
        f'ask with units={{"{name}": "…"}}, or give the column its unit in data/datasets/',
    )


def typed(where: str, name: str) -> Problem:
    """The problem of a column whose value is typed into the query."""
    return Problem(
        f"{where}, column {name}",
        "a number that is typed into the query",
        "values of the rows of tables",
        "enter it as a figure, or use assume(value, unit, why=…) in the notebook",
    )


def of_single_rows(where: str, name: str, meaning: Meaning, datasets: Mapping[str, Dataset]) -> Problem | None:
    """The problem of a column that shows values of single rows which no declaration lists under publish:."""
    hidden = sorted(f"{one}.{column}" for one, column in meaning.single if column not in datasets[one].publish)
    if not hidden:
        return None
    files = " and ".join(sorted({f"data/datasets/{place.split('.')[0]}.yml" for place in hidden}))
    said = ", ".join(hidden[:5]) + (" …" if len(hidden) > 5 else "")
    return Problem(
        f"{where}, column {name}",
        f"values of single rows, of {said}",
        f"groups of rows, or columns that {files} lists under publish:",
        f"group the rows, leave the column out, or, if it harms nobody, list it under publish: in {files}",
    )


def of_small_groups(
    where: str, datasets: Sequence[Dataset], counts: Iterable[int] | None, keys: Mapping[str, str]
) -> Problem | None:
    """The problem of an answer with rows that rest on too few rows of a dataset; `counts` are how many, if known.

    `keys` are columns that look like people by dataset, by which the answer is grouped: then one row is too few.
    """
    for dataset in datasets:
        limit = max(dataset.smallest_group, 2 if dataset.name in keys else 1)
        if limit == 1:
            continue
        file = f"data/datasets/{dataset.name}.yml"
        if counts is None:
            return Problem(
                where,
                f"rows of which it cannot be told on how many rows of {dataset.name} they rest",
                f"at least {limit} rows behind each",
                f"ask {dataset.name} alone, with WHERE, GROUP BY and HAVING count(*) >= {limit}",
            )
        small = sum(0 < count < limit for count in counts)
        if small:
            by = f", by {keys[dataset.name]}" if dataset.name in keys else ""
            return Problem(
                where,
                f"{small} row{'s' if small > 1 else ''} resting on fewer than {limit} rows of {dataset.name}{by}",
                f"at least {limit} rows behind each: {'smallest_group in ' + file if not by else 'no single person'}",
                f"add HAVING count(*) >= {limit}, or group more coarsely",
            )
    return None
