"""Numbers in a query that are compared with a dataset's column as its file states it, which SQL sees without scale."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from toolkit.core.errors import Problem
from toolkit.core.unit import UnitRegistry, factor, parse_unit, unit_without_scales
from toolkit.database.expression_meaning import KEEPING
from toolkit.database.query_tree import Node, every_node
from toolkit.datasets.declaration import Dataset

FAR = 1000  # a number that is so many times smaller than a scale was meant in it: 5 beside values in millions

BOUNDING = frozenset(("greatest", "least", "ifnull"))  # functions of a column and what stands beside it


class StatedScale(NamedTuple):
    """A unit that a file states a column in: values without scales are those of the file, `times` and by `over`."""

    stated: str
    times: float
    over: float


IN_PERCENT = StatedScale("percent", 1.0, 100.0)  # that of shares too, which a notebook worked out


def scaled_literals(
    tree: Node, datasets: Sequence[Dataset], units: UnitRegistry, where: str, least: Callable[[str, str], float]
) -> Iterator[Problem]:
    """A problem for each number that would be compared with values a hundred, or a million, times smaller or larger.

    `pct > 60` of a column in percent, which SQL sees as 0.6, would find no row, without a word. `least` gives the least
    value of a dataset's column, by both names. Raises NumberError for a declared unit that is not defined.
    """
    scales = scales_of(datasets, units)
    of = {column.name.lower(): (dataset.name, column.name) for dataset in datasets for column in dataset.columns}
    found: dict[tuple[str, str], Problem] = {}
    seen = "which SQL sees without its scale"
    for node in every_node(tree) if scales else ():
        sides = _sides(node)
        for name in sorted({name for side in sides for name in _column_of(side, scales)}):
            for text in filter(None, map(_number, sides)):
                number, scale = float(text), scales[name]
                if is_in_scale(number, scale) or (scale.times != 1 and is_below_all(number, scale, least(*of[name]))):
                    found[name, text] = in_scale_problem(f"{where}, {name}", [text], scale, seen)
    yield from found.values()


def scales_of(datasets: Iterable[Dataset], units: UnitRegistry) -> dict[str, StatedScale]:
    """The scales that files state columns of datasets in, by the columns' names in small letters.

    Raises NumberError for a declared unit that is not defined.
    """
    return {
        column.name.lower(): StatedScale(column.unit, *factor(unit, unit_without_scales(unit)))
        for dataset in datasets
        for column in dataset.columns
        if column.unit and (unit := parse_unit(column.unit, units)) != unit_without_scales(unit)
    }


def is_in_scale(number: float, scale: StatedScale) -> bool:
    """Whether a number was meant in the scale of a column: 45 of one in percent."""
    size = abs(number)
    return (scale.over != 1 and size > 1) or (scale.times != 1 and 0 < size < scale.times / FAR)


def is_below_all(number: float, scale: StatedScale, least: float) -> bool:
    """Whether a number is below the `least` value of a column, so that it tells none apart, but not in their scale."""
    return 0 < number < least < number * scale.times


def in_scale_problem(where: str, numbers: Sequence[str], scale: StatedScale, seen: str) -> Problem:
    """The problem of numbers, as they are typed, that were meant in the scale of a column.

    `seen` says in what the column's values are seen.
    """
    by = f"/ {scale.over:.17g}" if scale.over != 1 else f"* {scale.times:.17g}"
    return Problem(
        where,
        f"{', '.join(numbers)} compared with a column in {scale.stated}, {seen}",
        "numbers in the unit without scales: 0.45 for 45 percent, 4100000 for 4.1 million",
        f"write {', '.join(f'{one} {by}' for one in numbers)}",
    )


def _sides(node: Node) -> list[Node]:
    """The expressions that a comparison compares; none of another node."""
    if node.get("class") == "COMPARISON":
        return [node["left"], node["right"]]
    if node.get("class") == "BETWEEN":
        return [node["input"], node["lower"], node["upper"]]
    return list(node["children"]) if node.get("type") in ("COMPARE_IN", "COMPARE_NOT_IN") else []


def _column_of(side: Node, scales: Mapping[str, object]) -> list[str]:
    """The column whose value, or least, mean or the like, a side of a comparison is; none of anything else."""
    while side.get("class") in ("CAST", "FUNCTION") or side.get("type") == "OPERATOR_COALESCE":
        if side["class"] == "CAST":
            side = side["child"]
        elif side["class"] == "OPERATOR":
            side = side["children"][0]
        elif side["function_name"].lower() in BOUNDING | KEEPING and side["arguments"]:
            side = side["arguments"][0]["expression"]
        else:
            return []
    name = side["column_names"][-1].lower() if side.get("class") == "COLUMN_REF" else ""
    return [name] if name in scales else []


def _number(side: Node) -> str:
    """The number that a side is, as it is typed; "" for anything else."""
    literal = side["literal"] if side.get("class") == "CONSTANT" else {"kind": ""}
    return literal["text"] if literal["kind"] in ("INTEGER", "NUMERIC", "DOUBLE", "DECIMAL") else ""
