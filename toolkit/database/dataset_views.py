"""The declared datasets as views of a connection: each by its name, over its Parquet file.

SQL sees values as it sees those of figures and series: without scales, 4100000 for 4.1 million USD, 0.45 for 45%.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.core.errors import DataFileError, Problem, ToolkitError
from toolkit.core.project import Project
from toolkit.core.unit import UnitRegistry, factor, parse_unit, registry, unit_without_scales
from toolkit.datasets.declaration import Dataset, DatasetColumn
from toolkit.engine.connect import Connection
from toolkit.engine.paths import identifier


@dataclass(frozen=True)
class DeclaredDatasets:
    """The datasets of a project by name, the SQL of those that can be read, and what is wrong with the others."""

    datasets: dict[str, Dataset]
    relations: dict[str, str]
    files: tuple[Path, ...]
    unreadable: dict[str, ToolkitError]

    def make_views(self, connection: Connection) -> None:
        """Makes a view of each dataset that can be read, for every cursor of the connection."""
        for name, rows in self.relations.items():
            connection.execute(f"CREATE VIEW {identifier(name)} AS SELECT * FROM {rows}")


def declarations(project: Project) -> dict[str, Dataset]:
    """The datasets that data/datasets/ declares, by name.

    Raises DataFileError with every problem of these files, and ToolkitError for a data/units.txt that is wrong.
    """
    if not any((project.data / "datasets").glob("*.yml")):
        return {}
    from toolkit.datasets.read_all import read_datasets  # reads YAML, which takes a while to import

    problems: list[Problem] = []
    sources = {path.stem for path in (project.data / "sources").glob("*.yml")}
    found = read_datasets(project, sources, registry(project.data / "units.txt"), problems)
    if problems:
        raise DataFileError(problems)
    return found


def declared_datasets(project: Project) -> DeclaredDatasets:
    """The datasets that data/datasets/ declares, a Parquet copy of each made first where it needs one.

    Raises DataFileError and ToolkitError as `declarations` does; what is wrong with files is said when they are asked.
    """
    found = DeclaredDatasets(declarations(project), {}, (), {})
    if not found.datasets:
        return found
    from toolkit.datasets.stored import parquet_of, relation

    units = registry(project.data / "units.txt")
    files = []
    for name, dataset in found.datasets.items():
        try:
            found.relations[name] = _without_scales(relation(project, dataset), dataset, units)
            files.append(parquet_of(project, dataset))
        except ToolkitError as error:
            found.unreadable[name] = error
    return replace(found, files=tuple(files))


def as_stated(column: DatasetColumn, units: UnitRegistry) -> str:
    """SQL of a column's values as the dataset's file states them: 4.1 of what SQL sees as 4100000."""
    times, over = _scale(column, units)
    name = identifier(column.name)
    return name if (times, over) == (1.0, 1.0) else f"{_to_decimal(f'{name} / {times!r} * {over!r}')} AS {name}"


def _without_scales(rows: str, dataset: Dataset, units: UnitRegistry) -> str:
    """The rows of a dataset, SQL to stand after FROM, with each column in its declared unit without scales."""
    changed = []
    for column in dataset.columns:
        times, over = _scale(column, units)
        if (times, over) != (1.0, 1.0):
            name = identifier(column.name)
            changed.append(f"{_to_decimal(f'CAST({name} AS DOUBLE) * {times!r} / {over!r}')} AS {name}")
    return f"(SELECT * REPLACE ({', '.join(changed)}) FROM {rows})" if changed else rows


def _scale(column: DatasetColumn, units: UnitRegistry) -> tuple[float, float]:
    """(multiplier, divisor) from a value as the file states it to one that SQL sees."""
    if not column.unit:
        return 1.0, 1.0
    unit = parse_unit(column.unit, units)
    return factor(unit, unit_without_scales(unit))


def _to_decimal(value: str) -> str:
    """A value as SQL, to the digits that a double keeps: 4.1 million is 4100000, not 4099999.9999999995."""
    places = f"{sys.float_info.dig - 1} - CAST(floor(log10(abs(nullif({value}, 0)))) AS INTEGER)"
    return f"coalesce(round({value}, {places}), {value})"
