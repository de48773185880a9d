"""How many people are behind each row of a metric of a read log, and what is withheld because they are too few.

Metrics are the toolkit's own, so that their SQL is not read for whom it counts: the people are those of the week and
the team of a row, or of the whole log, and fewer where the metric counts them itself, as n_developers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from toolkit.core.errors import ToolkitError
from toolkit.core.smallest_group import OF_LOG
from toolkit.database.columns import is_quantity
from toolkit.database.log_people import OF_ALL, PERSON, hidden_rows, labels_of, masked, too_few

if TYPE_CHECKING:
    import numpy

    from toolkit.engine.connect import Columns

TAILS = {  # of metrics that rank people: the share of them that a number is of; a part of a row stands for each of it
    "lorenz": {"token_share": 0.01},
    "concentration": {"top_hundredth_share": 0.01, "top_tenth_share": 0.1, "bottom_half_share": 0.5},
    "token_spread": {"p90_over_median_multiple": 0.1},
    "top_tenth_multiples": dict.fromkeys(("tokens_over_median_multiple", "tokens_over_mean_multiple"), 0.1)
    | dict.fromkeys(("merged_over_median_multiple", "merged_over_mean_multiple"), 0.1),
    "board_agreement": {"both_first_tenth_share": 0.1},
}
COUNT = "n_developers"  # the column in which a metric counts the people behind its rows
HOW_MANY = (COUNT, "developer_share")  # columns of metrics that count people alone
COUNTED_BY = ("week_start_on", "team")  # what people behind the rows of a metric are counted by
# columns that tell its rows apart beside these, of which all people counted so are behind each
OF_EVERYBODY = ("board", "first_week_on", "incentive", "measure", "phase", "target_met")


def without_few(where: str, answer: Columns, tables: Collection[str], ask: Callable[[str, str], Columns]) -> Columns:
    """The answer of a metric, which reads these `tables`, about a read log; withheld numbers are masked.

    `ask` asks the log another query, by its place and text. Raises ToolkitError for an answer without a row that
    OF_LOG people or more are behind, for one whose rows are of people that nobody counted, and where it is of the ends
    of a ranking of too few people.
    """
    columns, arrays = answer
    if not ({*tables} - {*OF_ALL}) or not len(arrays[0]):
        return answer
    keys = [not is_quantity(*column) for column in columns]
    people = _fewest(*answer, _people_of_metric(ask, *answer))
    labels = labels_of([values for values, key in zip(arrays, keys, strict=True) if key], len(people))
    hidden = hidden_rows(labels, [people], {})
    withheld = [label in hidden for label in labels]
    if all(withheld):
        raise too_few(where)
    _refuse_uncounted(where, [name for name, _ in columns], keys)
    tails = TAILS.get(where.removesuffix(".sql"), {})
    masked_arrays = []
    for (name, _), values, key in zip(columns, arrays, keys, strict=True):
        behind = [n * tails.get(name, 1) for n in people]
        off = [few or n < OF_LOG for few, n in zip(withheld, behind, strict=True)]
        masked_arrays.append(values if key else masked(values, off))
    numbers = [name for (name, _), key in zip(columns, keys, strict=True) if not key]
    if {*numbers} <= {*tails, *HOW_MANY} and max(people) * max(tails.values(), default=1) < OF_LOG:
        raise too_few(where, round(OF_LOG / max(tails.values())))
    return columns, masked_arrays


def _fewest(
    columns: Sequence[tuple[str, str]], arrays: Sequence[numpy.ndarray], people: Sequence[int]
) -> Sequence[int]:
    """The `people` behind each row, or those that the metric itself counts as COUNT, where they are fewer."""
    names = [name for name, _ in columns]
    if COUNT not in names:
        return people
    counts = arrays[names.index(COUNT)].tolist()
    return [n if count is None else min(n, int(count)) for n, count in zip(people, counts, strict=True)]


def _refuse_uncounted(where: str, names: Sequence[str], keys: Sequence[bool]) -> None:
    """Raises ToolkitError for rows of something else than COUNTED_BY, such as tools, whose people nobody counts."""
    uncounted = [
        name for name, key in zip(names, keys, strict=True) if key and name not in (*COUNTED_BY, *OF_EVERYBODY)
    ]
    if uncounted and COUNT not in names and PERSON not in names:  # with which it is refused as one of single people
        raise ToolkitError(
            where,
            f"rows told apart by {', '.join(uncounted)}, whose people nobody counted",
            f"of a read log a column {COUNT}, with the people behind each row",
            f"select count(DISTINCT {PERSON}) AS {COUNT} beside them",
        )


def _people_of_metric(
    ask: Callable[[str, str], Columns], columns: Sequence[tuple[str, str]], arrays: Sequence[numpy.ndarray]
) -> list[int]:
    """The people with any use behind each row of a metric: those of its week and team, or of the whole log."""
    keys = [place for place, (name, _) in enumerate(columns) if name in COUNTED_BY]
    names = [columns[place][0] for place in keys]
    selected = "".join(f"CAST({name} AS STRING) AS {name}, " for name in names)
    sql = f"SELECT {selected}count(DISTINCT {PERSON}) AS people FROM developer_week WHERE requests IS NOT NULL"
    answer = ask("people behind a metric", f"{sql} GROUP BY {', '.join(names)}" if keys else sql)[1]
    rows = [*zip(*(values.tolist() for values in answer), strict=True)]
    people_by_key = {row[:-1]: row[-1] for row in rows}
    listed = [[str(value)[:10] if "week" in columns[place][0] else value for value in arrays[place]] for place in keys]
    if not keys:
        return [people_by_key.get((), 0)] * len(arrays[0])
    return [people_by_key.get(row, 0) for row in zip(*listed, strict=True)]
