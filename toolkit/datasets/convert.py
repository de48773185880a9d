"""Makes the Parquet copy of a dataset: its rows in the types that its columns are declared to have."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.project import Project
from toolkit.core.text import shortened
from toolkit.datasets.casts import misfits, value_of
from toolkit.datasets.declaration import TYPES, Dataset, DatasetColumn, own_columns
from toolkit.datasets.many_columns import cells_of, in_groups
from toolkit.datasets.staged import ROW, StagedRows, stage_rows, staging_folder
from toolkit.engine.connect import Connection, first_value, in_memory_spilling_to
from toolkit.engine.errors import reading_file
from toolkit.engine.paths import from_parquet, identifier, quoted

SHOWN = 10  # cells that are listed


def write_typed(project: Project, dataset: Dataset, path: Path, out: Path) -> None:
    """Writes a dataset's Parquet copy, whole or not at all.

    Raises ToolkitError where the file's columns or the count of its rows are not those declared, or more cells do not
    fit their columns than the declaration says.
    """
    with staging_folder(project) as folder:
        connection = in_memory_spilling_to(folder)
        stage, _ = stage_rows(connection, path, dataset.reading, folder)
        where = f"data/datasets/{dataset.name}.yml"
        refuse_other_columns(where, stage.headers, dataset)
        half_made = folder / "typed.parquet"
        with reading_file(where, "correct the declaration's columns"):
            refuse_misfits(connection, where, stage, dataset)
            copy_rows(connection, stage, dataset.columns, half_made)
            rows = first_value(connection.execute(f"SELECT count(*) FROM {from_parquet([half_made])}"))
        if rows != dataset.rows:
            raise ToolkitError(
                where,
                f"read so, the file has {rows:,} rows",
                f"the {dataset.rows:,} rows declared",
                f"accept them: toolkit add --update {dataset.name}; or correct `header` and `footer` under `read`",
            )
        os.replace(half_made, out)


def copy_rows(
    connection: Connection,
    stage: StagedRows,
    columns: tuple[DatasetColumn, ...],
    out: Path,
    fitting: Collection[int] = (),
) -> None:
    """Writes the staged rows with these columns as Parquet, in the order of the file, which DuckDB keeps.

    All cells of the columns at the positions `fitting` are known to fit.
    """
    values = {column.name: expression(stage, column, column.position in fitting) for column in columns}
    lists: list[str] = []
    typed = [column for column in columns if stage.is_parsed(column)]
    for value, group in _written_alike(
        connection, stage, typed, lambda one: value_of("cell", one, one.position in fitting)
    ):
        if len(group) > 1:  # one expression for all of them: to plan one for each takes far longer than to answer
            name = identifier(f"\1values{len(lists)}")
            cells = ", ".join(identifier(stage.fields[column.position - 1]) for column in group)
            lists.append(f", list_transform([{cells}], lambda cell: {value}) AS {name}")
            values |= {column.name: f"{name}[{place}]" for place, column in enumerate(group, 1)}
    listed = ", ".join(f"{value} AS {identifier(name)}" for name, value in values.items())
    rows = f"(SELECT *{''.join(lists)} FROM {stage.relation})"
    connection.execute(f"COPY (SELECT {listed} FROM {rows}) TO {quoted(out)} (FORMAT parquet, CODEC zstd)")


def _written_alike(
    connection: Connection,
    stage: StagedRows,
    columns: Sequence[DatasetColumn],
    sql: Callable[[DatasetColumn], str],
) -> Iterator[tuple[str, Sequence[DatasetColumn]]]:
    """The columns by what `sql` gives for a cell of theirs, in groups for one query each."""
    rows = first_value(connection.execute(f"SELECT count(*) FROM {stage.relation}"))
    alike: dict[str, list[DatasetColumn]] = {}
    for column in columns:
        alike.setdefault(sql(column), []).append(column)
    return ((one, group) for one, written_alike in alike.items() for group in in_groups(written_alike, rows))


def expression(stage: StagedRows, column: DatasetColumn, fits: bool = False) -> str:
    """SQL for the value of a column in the staged rows; `fits` where all its cells are known to fit."""
    field = stage.fields[column.position - 1]
    is_text = stage.texts or stage.is_parsed(column)
    return value_of(field, column, fits) if is_text else f"CAST({identifier(field)} AS {TYPES[column.type]})"


def counted_misfits(
    connection: Connection, stage: StagedRows, columns: tuple[DatasetColumn, ...]
) -> dict[str, tuple[int, list[tuple[int, str]]]]:
    """By column's name how many cells do not fit, and the first of them as (row, text); columns without any are left
    out."""
    typed = [column for column in columns if stage.is_parsed(column)]
    counts = _counts_of_misfits(connection, stage, typed)
    examples = {}
    for column in typed:
        if count := counts.get(column.name):
            field = stage.fields[column.position - 1]
            listed = (
                f"SELECT {ROW}, {identifier(field)} FROM {stage.relation} WHERE {misfits(field, column)} "
                f"ORDER BY {ROW} LIMIT {SHOWN}"
            )
            examples[column.name] = (count, connection.execute(listed).fetchall())
    return examples


def _counts_of_misfits(connection: Connection, stage: StagedRows, columns: Sequence[DatasetColumn]) -> dict[str, int]:
    """By column's name how many cells do not fit."""
    counts: dict[str, int] = {}
    for test, group in _written_alike(connection, stage, columns, lambda column: misfits("cell", column)):
        cells = cells_of(stage.relation, [stage.fields[column.position - 1] for column in group])
        query = f"SELECT place, count_if({test}) FROM {cells} GROUP BY place"
        counts |= {group[place].name: count for place, count in connection.execute(query).fetchall()}
    return counts


def misfits_text(count: int, first: list[tuple[int, str]], private: bool) -> str:
    """How many cells do not fit, and the first of them, in words; of a private file their rows alone."""
    cells = ", ".join(f"row {row:,}{'' if private else f': {shortened(repr(text))}'}" for row, text in first)
    return f"{count:,} {'cell does' if count == 1 else 'cells do'} not fit: {cells}{' …' if count > len(first) else ''}"


def refuse_misfits(connection: Connection, where: str, stage: StagedRows, dataset: Dataset) -> None:
    """Raises ToolkitError for each column in which more cells do not fit than it declares."""
    declared = {column.name: column for column in dataset.columns}
    misfits = counted_misfits(connection, stage, dataset.columns)
    wrong = [
        Problem(
            f"{where}, {name}",
            misfits_text(count, first, dataset.private),
            f"{declared[name].type} as the column is declared",
            f"declare another type, such as text, or how it is written; or accept them as missing: unread: {count}, "
            f"and the texts stand in printed_{name}",
        )
        for name, (count, first) in misfits.items()
        if count != declared[name].unread
    ]
    if wrong:
        raise ToolkitError(wrong)


def refuse_other_columns(where: str, headers: Sequence[str], dataset: Dataset) -> None:
    """Raises ToolkitError where a file's headers are not those of the declared columns, in their order."""
    declared = [column.printed for column in own_columns(dataset.columns)]
    if declared != list(headers):
        differ = [pair for pair in zip(declared, headers, strict=False) if pair[0] != pair[1]]
        difference = f"{differ[0][1]!r} in place of {differ[0][0]!r}" if differ else f"{len(headers)} columns"
        raise ToolkitError(
            where,
            f"the file has {difference}",
            f"the {len(declared)} columns declared, in their order",
            f"run `toolkit add --update {dataset.name}`, or correct `header` under `read`",
        )
