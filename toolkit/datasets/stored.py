"""Where a dataset's rows are: its Parquet file in place, or a Parquet copy in data/build/, made from the file first.

`relation` is what a view of a dataset reads: the columns of its declaration, in the types of TYPES.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Collection, Sequence
from pathlib import Path

from toolkit.core.errors import Problem, ToolkitError, collect_problems
from toolkit.core.project import CRLF, UNDO_CRLF, Project, digest
from toolkit.datasets.convert import refuse_other_columns, write_typed
from toolkit.datasets.declaration import TYPES, Dataset, DatasetColumn, ReadOptions
from toolkit.datasets.file_hash import files_at, remembered_sha256, sha256_with_lf
from toolkit.datasets.formats import format_named
from toolkit.datasets.names import printed_header
from toolkit.datasets.parquet import field_names, text_fields
from toolkit.engine.paths import from_parquet, identifier

VERSION = "3"  # of the conversion to Parquet: a new number has every copy made again


def dataset_path(project: Project, dataset: Dataset) -> Path:
    """The path of a dataset's file or folder, whether it is there or not."""
    return (project.root if dataset.linked else project.data / "datasets") / dataset.file


def incoming(project: Project, sha256: str) -> Path:
    """Where `toolkit add` puts a file until its declaration is written; `put_in_place` moves it from there."""
    return project.build / "datasets" / f"{sha256}.incoming"


def put_in_place(project: Project, dataset: Dataset) -> None:
    """Moves an `incoming` file, if there is one, to where its declaration says that it lies.

    If `toolkit add` was killed after it wrote the declaration, whatever reads the dataset next completes it so.
    """
    waiting, place = incoming(project, dataset.sha256), dataset_path(project, dataset)
    if waiting.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.is_dir():
            shutil.rmtree(place)
        with contextlib.suppress(FileNotFoundError):  # another process was faster
            os.replace(waiting, place)


def checked_file(project: Project, dataset: Dataset) -> Path:
    """The path of a dataset's file, once its hash is checked.

    Raises ToolkitError, with name and hash, if it is missing or another than the one declared.
    """
    path, where = dataset_path(project, dataset), f"data/datasets/{dataset.name}.yml, {dataset.file}"
    put_in_place(project, dataset)
    if not files_at(path):
        private = ", or ask whoever keeps this private file for it" if dataset.private else ""
        raise ToolkitError(
            where,
            "the file is missing or was moved",
            f"a file with SHA-256 {dataset.sha256}",
            f"put it back{private}; if it lies elsewhere now: toolkit add --update {dataset.name} FILE",
        )
    try:
        actual = remembered_sha256(project, dataset.name, path)
    except OSError as error:
        raise ToolkitError(where, f"cannot be read: {error.strerror}", "a readable file", "allow reading it") from error
    if actual != dataset.sha256 and path.is_file() and sha256_with_lf(path) == dataset.sha256:
        raise ToolkitError(where, CRLF, f"the declared SHA-256, {dataset.sha256}", UNDO_CRLF)
    if actual != dataset.sha256:
        raise ToolkitError(
            where,
            f"the file was changed: its SHA-256 is {actual}",
            f"the declared {dataset.sha256}",
            f"put the old file back, or accept the new one: toolkit add --update {dataset.name}",
        )
    return path


def parquet_of(project: Project, dataset: Dataset) -> Path:
    """A Parquet file with a dataset's rows: the file itself if it is Parquet that `has_types`, else its copy, made if
    not there.

    Raises ToolkitError as `checked_file` does, and where columns, rows or cells are not as declared.
    """
    path = checked_file(project, dataset)
    if is_parquet(path, dataset.reading):
        headers = [printed_header(name) for name in field_names(path)]
        refuse_other_columns(f"data/datasets/{dataset.name}.yml", headers, dataset)
        if has_types(path, dataset.columns):
            return path
    copy = copy_of(project, dataset)
    if not copy.is_file():
        write_typed(project, dataset, path, copy)
    return copy


def is_parquet(path: Path, reading: ReadOptions) -> bool:
    """Whether a dataset's file is one that DuckDB reads where it is."""
    return format_named(reading.format).write is None and not path.is_dir()


def has_types(path: Path, columns: Sequence[DatasetColumn]) -> bool:
    """Whether columns have types in a Parquet file: none but those of texts is a text there.

    Raises ToolkitError for a file that is no Parquet.
    """
    names, texts = field_names(path), text_fields(path)
    return not any(column.type != "text" and names[column.position - 1] in texts for column in columns)


def copy_of(project: Project, dataset: Dataset) -> Path:
    """Where the Parquet copy of a dataset's rows is, if it was made; its name changes with the file and its reading."""
    return project.build / "datasets" / f"{dataset_digest(dataset)}.parquet"


def dataset_digest(dataset: Dataset) -> str:
    """The SHA-256 of a dataset's file and of all in its declaration that shapes its rows."""
    columns = (f"{c.name} {c.type} {c.position} {c.form} {c.unread}" for c in dataset.columns)
    return digest((VERSION, dataset.sha256, str(dataset.reading), *columns))


def relation(project: Project, dataset: Dataset) -> str:
    """A dataset's rows as SQL to stand after FROM: each declared column by its name, in its type of TYPES.

    Raises ToolkitError as `parquet_of` does.
    """
    path = parquet_of(project, dataset)
    return typed_rows(path, dataset.columns, path == dataset_path(project, dataset))


def typed_rows(path: Path, columns: Sequence[DatasetColumn], in_place: bool) -> str:
    """The rows of a Parquet file as SQL to stand after FROM; `in_place` it has its own names and types.

    Raises ToolkitError for a file that is no Parquet.
    """
    inside = field_names(path) if in_place else [column.name for column in columns]
    listed = ", ".join(
        f"CAST({identifier(name)} AS {TYPES[column.type]}) AS {identifier(column.name)}"
        for name, column in zip(inside, columns, strict=True)
    )
    return f"(SELECT {listed} FROM {from_parquet([path])})"


def check_files(project: Project, datasets: Collection[Dataset]) -> list[Problem]:
    """A problem for each dataset whose file is missing, moved or changed."""
    problems: list[Problem] = []
    for dataset in datasets:
        with collect_problems(problems):
            checked_file(project, dataset)
    return problems
