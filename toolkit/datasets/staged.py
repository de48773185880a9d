"""A dataset's file as rows that SQL can read, before its columns have types."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project, is_running
from toolkit.core.scratch import build_folder
from toolkit.datasets.declaration import DatasetColumn, ReadOptions, options_of_files
from toolkit.datasets.file_hash import files_at, name_in
from toolkit.datasets.formats import format_named
from toolkit.datasets.names import printed_header
from toolkit.datasets.parquet import field_names, text_fields
from toolkit.engine.connect import Connection
from toolkit.engine.errors import reading_file
from toolkit.engine.paths import from_parquet, identifier

Finder = Callable[[Path, Path, ReadOptions], ReadOptions]
MANY_COLUMNS = 200
ROW = "row_in_file"  # the number of a row below the header, from 1


@dataclass(frozen=True)
class StagedRows:
    """The rows of a file: `relation` stands after FROM and has the columns `fields`, and ROW.

    `headers` has the printed header of each column. `texts` is true where all cells are texts, `text_fields` names the
    fields that are texts elsewhere; `kept` names those whose digits the file itself stores as text.
    """

    relation: str
    fields: tuple[str, ...]
    headers: tuple[str, ...]
    texts: bool
    kept: frozenset[str] = frozenset()
    text_fields: frozenset[str] = frozenset()

    def is_parsed(self, column: DatasetColumn) -> bool:
        """Whether the values of a column are parsed from texts, written in the way that its declaration says."""
        return column.type != "text" and (self.texts or self.fields[column.position - 1] in self.text_fields)


@contextlib.contextmanager
def staging_folder(project: Project) -> Iterator[Path]:
    """An empty folder in data/build/, removed afterwards, as those of killed processes are at once."""
    parent = build_folder(project) / "datasets"
    parent.mkdir(parents=True, exist_ok=True)
    for left in parent.glob(".*.scratch"):
        if not is_running(int(left.name.split(".")[1])):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(".scratch", f".{os.getpid()}.", parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def stage_rows(
    connection: Connection, path: Path, reading: ReadOptions, folder: Path, find: Finder | None = None
) -> tuple[StagedRows, ReadOptions]:
    """(the rows of a file, or of all files of a folder one after the other; how they were read).

    Each file is read by what the reading says of it. Rows that are not Parquet yet are written to `folder` as Parquet.
    `find` is called with each file, its rows and its reading where the format has a header, and returns the reading to
    use in its place. Raises ToolkitError for a file that cannot be read, and for files whose columns differ from the
    first one's.
    """
    parts: list[StagedRows] = []
    readings: dict[str, ReadOptions] = {}
    format_, files = format_named(reading.format), files_at(path)
    refuse_missing_files(path, reading)
    for count, file in enumerate(files):
        name = name_in(path, file)
        out, own = folder / f"{count}.parquet", reading.of(name)
        digits = format_.write(connection, file, own, out) if format_.write else {}
        readings[name] = own = find(file, out, own) if find and format_.header else own
        below = own.header[1] if format_.header else 0
        texts_kept = frozenset(field for field, last in digits.items() if last > below)
        part = replace(_rows(connection, file, own, out), kept=texts_kept)
        if parts and part.headers != parts[0].headers:
            raise ToolkitError(
                f"{path.name}/{name}",
                f"the columns {', '.join(part.headers)}",
                f"those of the first file: {', '.join(parts[0].headers)}",
                "add the files that differ as a dataset of their own",
            )
        parts.append(part)
    first, listed = parts[0], ", ".join(map(identifier, parts[0].fields))
    if len(parts) == 1:
        return first, options_of_files(readings)
    every = " UNION ALL ".join(f"SELECT {listed} FROM {part.relation}" for part in parts)
    texts_kept = frozenset().union(*(part.kept for part in parts))
    texts = frozenset().union(*(part.text_fields for part in parts))  # in one file: then the column is one in all
    relation = f"(SELECT *, row_number() OVER () AS {ROW} FROM ({every}))"
    return replace(first, relation=relation, kept=texts_kept, text_fields=texts), options_of_files(readings)


def at_hand(connection: Connection, relation: str, columns: int, name: str) -> str:
    """The relation, or a temporary table `name` of its rows where it has more than MANY_COLUMNS.

    A query of one column of a file reads the names of all: asked of each column, that takes the square of their count.
    """
    if columns <= MANY_COLUMNS:
        return relation
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {identifier(name)} AS SELECT * FROM {relation}")
    return identifier(name)


def refuse_missing_files(path: Path, reading: ReadOptions) -> None:
    """Raises ToolkitError where `reading` names files that the folder at `path` does not have."""
    if missing := {name for name, _ in reading.files} - {name_in(path, file) for file in files_at(path)}:
        raise ToolkitError(
            path.name,
            f"no file {', '.join(sorted(missing))}",
            "files of this folder below `files`",
            "correct their names",
        )


def _rows(connection: Connection, file: Path, reading: ReadOptions, out: Path) -> StagedRows:
    """The rows of one file: those written to `out`, or those of the file itself."""
    format_ = format_named(reading.format)
    if format_.header:
        return _below_header(connection, file, reading, out)
    path_to_read = out if format_.write else file
    fields = tuple(field_names(path_to_read))
    if "" in fields:
        raise ToolkitError(
            file.name, f"no name of column {fields.index('') + 1}", "a name for each column", "name it in the file"
        )
    numbered_rows = (
        f"(SELECT * EXCLUDE file_row_number, file_row_number + 1 AS {ROW} FROM {from_parquet([path_to_read], True)})"
    )
    headers = tuple(map(printed_header, fields))
    return StagedRows(numbered_rows, fields, headers, not format_.typed, text_fields=text_fields(path_to_read))


def _below_header(connection: Connection, file: Path, reading: ReadOptions, out: Path) -> StagedRows:
    """The rows of a sheet below its header, without those of its footer and without empty columns at its right."""
    fields, (_, last) = field_names(out), reading.header
    counts = ", ".join(f"count({identifier(field)})" for field in fields)
    with reading_file(file.name, "say how it is read"):
        rows, *filled = connection.execute(f"SELECT count(*), {counts} FROM {from_parquet([out])}").fetchone() or (0,)
        used_fields = fields[: max((at for at, count in enumerate(filled, 1) if count), default=0)]
        if last >= rows - reading.footer or not used_fields:
            raise ToolkitError(
                file.name, f"no rows below the header (row {last})", "a header and rows", "give the row: --header"
            )
        listed, every = ", ".join(map(identifier, used_fields)), from_parquet([out], rows=True)
        headers = headers_at(connection, out, reading.header)[: len(used_fields)]
    return StagedRows(
        f"(SELECT {listed}, file_row_number + 1 - {last} AS {ROW} FROM {every} "
        f"WHERE file_row_number >= {last} AND file_row_number < {rows - reading.footer})",
        tuple(used_fields),
        headers,
        True,
    )


def headers_at(connection: Connection, raw: Path, header: tuple[int, int]) -> tuple[str, ...]:
    """The printed header of each column of a sheet whose rows `raw` has as texts, the header in these rows.

    Raises ToolkitError for a file that is no Parquet.
    """
    (first, last), fields = header, field_names(raw)
    listed, every = ", ".join(map(identifier, fields)), from_parquet([raw], rows=True)
    above = f"SELECT {listed} FROM {every} WHERE file_row_number < {last} ORDER BY file_row_number"
    return header_of(connection.execute(above).fetchall()[first - 1 :] if last else [], len(fields))


def header_of(rows: list[tuple[str | None, ...]], width: int) -> tuple[str, ...]:
    """The printed header of each column: its rows joined; a merged cell holds for the empty ones right of it too."""
    lines = [[printed_header(cell or "") for cell in row] for row in rows]
    for line in lines[:-1]:
        for at in range(1, len(line)):
            line[at] = line[at] or line[at - 1]
    return tuple(" ".join(filter(None, dict.fromkeys(parts))) for parts in zip(*lines, strict=True)) or ("",) * width
