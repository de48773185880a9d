"""What no specification of a chart of Altair may have: data and fields that nobody declared, typed places, chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from toolkit.core.errors import Problem, StoryError
from toolkit.notebook.unknown_fields import unknown_fields

DRAWN_FROM_NOTHING = ("sphere", "graticule")  # generators of outlines of maps
BY_CHANCE = ("ci", "ci0", "ci1")  # of resampled rows


def refuse_in_specifications(
    specifications: Mapping[str, Mapping[str, Any]], names: Mapping[str, str], frames: Sequence[Any], where: str
) -> None:
    """Raises StoryError with all that no specification of a chart of these frames may have."""
    problems = list(unknown_fields(specifications.values(), frames, where))
    for specification in specifications.values():
        problems += [*_undeclared(specification, names, where), *_typed_positions(specification, where)]
        problems += [*_title_problem(specification, where), *_drawn_by_chance(specification, where)]
    if problems:
        raise StoryError(problems)


def _undeclared(specification: Mapping[str, Any], names: Mapping[str, str], where: str) -> Iterator[Problem]:
    """A problem for each set of data in a specification that is no frame."""
    for data in _every(specification, "data"):
        if isinstance(data, dict) and "name" in data and not (data["name"] in names or is_empty(data["name"])):
            yield Problem(where, "data typed into the chart", "frames", "put the values into a frame")
        elif isinstance(data, dict) and "name" not in data and not set(data) & set(DRAWN_FROM_NOTHING):
            what_it_is = "data at an address" if "url" in data else "data typed into the chart"
            yield Problem(where, what_it_is, "frames of the project's data", "run toolkit add, then ask story.sql(…)")


def is_empty(name: str) -> bool:
    """Whether data are those that Altair gives a view without data in a layered chart: a row without cells."""
    return name.partition("-")[0] == "empty"


def _typed_positions(specification: Mapping[str, Any], where: str) -> Iterator[Problem]:
    """A problem for each number that a mark stands at and no data hold."""
    for value in _every(specification, "datum"):
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            yield Problem(
                where,
                f"a mark at the typed number {value:g}",
                "a field of the data, or a number of the story",
                'put it into the table, or note it: story.chart(…, notes_at=[note("…", y=number)])',
            )


def _title_problem(specification: Mapping[str, Any], where: str) -> Iterator[Problem]:
    if specification.get("title"):
        yield Problem(
            where,
            "a title in the chart of Altair",
            "title= and subtitle= of story.chart, with live numbers",
            "take it out of the chart, and give it to story.chart",
        )


def _drawn_by_chance(specification: Mapping[str, Any], where: str) -> Iterator[Problem]:
    """A problem for each part that Vega would draw another way each time."""
    settings = [("extent", value) for value in _every(specification, "extent")]
    settings += [(key, value) for key in ("aggregate", "op") for value in _every(specification, key)]
    random_parts = [f"{key} {value!r}" for key, value in settings if isinstance(value, str) and value in BY_CHANCE]
    random_parts += ["transform_sample" for _ in _every(specification, "sample")]
    for part in dict.fromkeys(random_parts):
        allowed = "a chart that is the same each time it is drawn"
        yield Problem(where, f"{part}, which Vega draws by chance", allowed, 'take "stderr" or "stdev", or all rows')


def _every(tree: Any, key: str) -> Iterator[Any]:
    """The value of a key wherever it stands in a specification, but not inside the data."""
    if isinstance(tree, dict):
        for name, part in tree.items():
            if name == key:
                yield part
            elif name != "datasets":
                yield from _every(part, key)
    elif isinstance(tree, list):
        for part in tree:
            yield from _every(part, key)
