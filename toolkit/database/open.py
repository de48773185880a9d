"""The database: built from data/ whole or not at all, then opened read-only.

A key names one figure, "figure:SOURCE#ID", or one row of a series, "series:NAME#KEY".
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from toolkit.core.errors import ToolkitError
from toolkit.core.followed import FIGURES
from toolkit.core.kind import Kind
from toolkit.core.number import Number
from toolkit.core.operation import operation
from toolkit.core.project import Project, digest, is_running, read_text
from toolkit.core.scratch import build_folder
from toolkit.core.text import nearest_first
from toolkit.core.unit import parse_unit, registry
from toolkit.core.wording import Style
from toolkit.database.columns import is_key, refuse_columns
from toolkit.database.dataset_questions import DatasetQuestions, dataset_reading
from toolkit.database.dataset_views import declared_datasets
from toolkit.database.evidence_summary import KEYS, ManyKeys, empty_cell, many_keys, unknown_key
from toolkit.database.reported_rows import ReportedRows, Row
from toolkit.database.table import DATASET
from toolkit.database.trace import traced
from toolkit.engine.connect import Connection, columns_of, cursor_of, open_for_writing, open_read_only
from toolkit.engine.errors import opening_database, running_query, writing_database
from toolkit.engine.select_only import refuse_other_than_select
from toolkit.reported.data_files import data_files

SQL = Path(__file__).parent / "sql"
KEPT = 4  # databases: a notebook may be open on data of before, and another version of the toolkit makes its own
Parameters = dict[str, Any] | list[Any]


def database_hash(data: Mapping[Path, bytes]) -> str:
    """Sixteen hexadecimal digits, a hash of everything the database is made from: `data`, SQL and code."""
    made_from = {**data, **_code()}
    return digest(part for path, content in made_from.items() for part in (path.name, content))[:16]


@cache  # what a process has imported stays as it is
def _code() -> dict[Path, bytes]:
    """The contents of the modules and SQL files that make a database."""
    rooms = ("core", "reading", "reported", "database")
    modules = [path for room in rooms for path in sorted((SQL.parents[1] / room).rglob("*.py"))]
    return {path: path.read_bytes() for path in [*modules, *sorted(SQL.rglob("*.sql"))]}


def data_contents(project: Project) -> dict[Path, bytes]:
    """The contents, by path, of all files of data/ that the database is made from and that can be read."""
    paths = [project.data / "units.txt", *project.data.glob("corrections.yml"), *project.data.glob("watch.yml")]
    for folder, ending in (("claims", ".yml"), ("sources", ".yml"), ("series", "")):
        paths += data_files(project, folder, ending)
    contents = {}
    for path in paths:
        with contextlib.suppress(OSError):  # a folder, or not allowed: whoever reads data/ says so
            contents[path] = path.read_bytes()
    return contents


def build_database(project: Project) -> Path:
    """Builds the database of what data/ holds now, unless it is there; returns its file.

    Raises DataFileError if data/ is not valid, ToolkitError if the database cannot be written; the old one then stays.
    """
    contents = data_contents(project)
    target = project.build / f"database-{database_hash(contents)}.duckdb"
    if not target.exists():
        from toolkit.database.fill import without_garbage_collection

        half_made = target.with_name(f"{target.stem}.{os.getpid()}.tmp")
        with _removed_after(half_made):
            with without_garbage_collection():
                _write(Project(project.root, contents), half_made)
            os.replace(half_made, target)
    _remove_all_but_last(project, target)
    return target


def _write(project: Project, path: Path) -> None:
    """Reads all that is reported and writes the database of it."""
    from toolkit.database.fill import fill
    from toolkit.reported.read_all import read_reported

    reported = read_reported(project)
    build_folder(project)
    with writing_database(), open_for_writing(path) as connection:
        fill(connection, reported)


def open_database(project: Project, known: str = "") -> Database:
    """The database of what data/ holds now, built first if that changed.

    `known` is the name of its file where somebody knows it: then data/ is read only if that file is gone. Raises
    DataFileError and ToolkitError as `build_database` does.
    """
    path = project.build / known
    if known and path.is_file():
        _remove_all_but_last(project, path)
        return Database(project, path)
    return Database(project, build_database(project))


class Database(DatasetQuestions):
    """Reads figures, series rows, sources and claims of one database, and files of its project; never writes.

    A digest of each answer is added to its trace (see toolkit.database.trace), for a later build to ask again. Raises
    ToolkitError where the database cannot be opened.
    """

    def __init__(self, project: Project, path: Path):
        self.project, self.path = project, path
        self.units = registry(project.data / "units.txt")
        self.declared = declared_datasets(project)
        # locked: a file that a query itself reads would not be in the trace
        with opening_database(project.name(path)):
            self._connection = open_read_only(path, self.declared.files)
        self.declared.make_views(self._connection)
        self.with_logs: dict[str, Connection] = {}  # by a usage log's folder: its tables beside those here
        self._reported = ReportedRows(self._rows)
        self.trace: dict[str, str] = {}

    @traced
    def file(self, name: str) -> str | None:
        """The text of a file of the project by its path from the root; None where there is none.

        Raises ToolkitError for one that cannot be read.
        """
        path = self.project.root / name
        return read_text(path).replace("\r\n", "\n").replace("\r", "\n") if path.is_file() else None

    @traced
    def file_digest(self, name: str) -> str:
        """A digest of a file of the project by its path from the root; "" where there is none."""
        path = self.project.root / name
        return digest([path.read_bytes()]) if path.is_file() else ""

    @traced
    def answer(
        self, where: str, sql: str, parameters: Parameters | None = None
    ) -> tuple[list[tuple[str, str]], list[tuple[Any, ...]]]:
        """Columns (name, DuckDB type) and rows of a query; too many keys of a cell become ManyKeys.

        `where` names it in errors. Raises ToolkitError if it is no SELECT, cannot be run, or has columns that no table
        shows.
        """
        cursor = cursor_of(self._connection)
        refuse_other_than_select(where, sql, cursor)
        with running_query(where, cursor):
            cursor.execute(sql, parameters)
            columns = columns_of(cursor)
            refuse_columns(where, columns)
            rows = cursor.fetchall()
        keyed = {index for index, (column, kind) in enumerate(columns) if is_key(column) and kind == "VARCHAR[]"}
        return columns, [
            tuple(self.keys_of(value) if index in keyed else value for index, value in enumerate(row)) for row in rows
        ]

    def keys_of(self, keys: list[str] | None) -> list[str] | ManyKeys | None:
        """The keys of a cell, or their summary if there are more than KEYS. Raises ToolkitError as `many_keys` does."""
        return keys if keys is None or len(keys) <= KEYS else many_keys(cursor_of(self._connection), keys)

    def load(self, keys: Iterable[str]) -> None:
        """Reads many series rows in one query, for `leaf` to find; keys that no row has are ignored."""
        self._reported.load(keys)

    @traced
    def rows(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        """All rows of a query's result, by column name."""
        return self._rows(sql, parameters)

    def _rows(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        cursor = cursor_of(self._connection)
        cursor.execute(sql, parameters)
        names = [name for name, _ in columns_of(cursor)]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def leaf(self, key: str) -> Number:
        """The reported number of a key, which has no inputs; for a figure that is a statement in words, 1.

        Raises ToolkitError if no figure or series row has it.
        """
        row = self.number_row(key)
        numbers = self._reported.numbers
        if key not in numbers:
            unit, style = parse_unit(row["unit"], self.units), Style(row["form"], row["digits"])
            numbers[key] = Number(
                low=row["low"],
                high=row["high"],
                unit=unit,
                kind=Kind.REPORTED,
                operation=operation(row["operation"]),
                inputs=(),
                label=row["label"],
                ref=key,
                style=style,
            )
        return numbers[key]

    @traced
    def number_row(self, key: str) -> Row:
        """What `leaf` is made from: low, high, unit, form, digits, label, operation. Raises what `leaf` raises."""
        row = self._reported.number_row(key)
        if row is None:
            raise empty_cell(key) if self._reported.is_empty_cell(key) else unknown_key(key)
        return row

    @traced
    def figure_ids(self, source: str) -> list[str]:
        """The ids of the figures of a source that have a value."""
        sql = "SELECT id FROM figures WHERE source = $source AND low IS NOT NULL ORDER BY rowid"
        return [row["id"] for row in self._rows(sql, {"source": source})]

    @traced
    def reading(self, key: str) -> Row:
        """All columns of a figure or series row, and its claim's statement; of a dataset's key its name and source.

        Raises KeyError for an unknown key.
        """
        if key.startswith(DATASET):
            return dataset_reading(self.declared.datasets[key.removeprefix(DATASET)])
        row = self._reported.reading(key)
        if row is None:
            raise KeyError(key)
        return dict(row)

    def sources_of(self, leaf: Number) -> tuple[str, ...]:
        """The ids of the sources that a number without inputs is from: that of its row, or those of its many rows.

        Raises KeyError for a key that no row has.
        """
        if leaf.operation.name == "rows":
            return tuple(str(dict(leaf.operation.settings).get("sources", "")).split())
        ref = leaf.ref or ""
        source = self.reading(ref)["source"] if ref.startswith((*FIGURES, DATASET)) else None
        return (source,) if source else ()

    @traced
    def readings(self, claim: str) -> list[Row]:
        """The figures of a claim with facts of their sources, oldest first; [] for an unknown claim."""
        rows, links = (self._reported.by_claim.get(claim) or {}).get("readings", []), self._reported.links
        links.load(row["key"] for row in rows)
        return [{**row, "relies_on": list((links.get(row["key"]) or {}).get("sources", []))} for row in rows]

    @traced
    def source(self, source: str) -> Row:
        """One source, with what it relies on. Raises ToolkitError that names sources with a similar id."""
        found = self._reported.sources.get(source)
        if found is None:
            raise ToolkitError(
                f"the source {source!r}",
                "not in data/sources/",
                nearest_first(source, [row["id"] for row in self._rows("SELECT id FROM sources ORDER BY id")]),
                "correct the id, or enter the source in data/sources/",
            )
        return dict(found)

    @traced
    def quotes(self, source: str) -> list[str]:
        """The verbatim quotes from a source."""
        return [row["text"] for row in self._rows("SELECT text FROM quotes WHERE source = $id", {"id": source})]

    @traced
    def origins(self, claim: str) -> list[str]:
        """The ids of a claim's origins: the sources that rely on no other, sorted."""
        of_claim = self._reported.origins.get(claim)
        return list(of_claim["sources"]) if of_claim else []

    @traced
    def figure_origins(self, keys: Iterable[str]) -> list[str]:
        """The ids of the origins of the figures and series rows with these keys, sorted."""
        rows = self._rows(
            "SELECT DISTINCT source FROM figure_origins WHERE list_contains($keys, key) ORDER BY source",
            {"keys": list(keys)},
        )
        return [row["source"] for row in rows]

    @traced
    def certainty(self, claim: str) -> Row:
        """A claim's statement and page, with level and reasons of its certainty.

        Raises KeyError for an unknown claim.
        """
        row = self._reported.certainties.get(claim)
        if row is None:
            raise KeyError(claim)
        return dict(row)

    @traced
    def corrections(self, story: str) -> list[Row]:
        """The corrections of a story, newest first; those of one day in reverse order of entry."""
        return self._rows('SELECT * FROM corrections WHERE story = $s ORDER BY "on" DESC, rowid DESC', {"s": story})

    @traced
    def watch(self, story: str) -> list[Row]:
        """What is due for a story, the soonest first, with the `keys` of the figures that it would replace there."""
        return self._rows(
            "SELECT watch.*, coalesce(list(key ORDER BY watch_figures.rowid) FILTER (key IS NOT NULL), []) AS keys "
            "FROM watch JOIN watch_figures ON watch = id WHERE story = $s GROUP BY ALL ORDER BY due_on, id",
            {"s": story},
        )


@contextlib.contextmanager
def _removed_after(path: Path) -> Iterator[None]:
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        path.with_name(path.name + ".wal").unlink(missing_ok=True)


def _remove_all_but_last(project: Project, target: Path) -> None:
    """Deletes all databases but the KEPT that were opened last, `target` among them, and what killed builds left."""
    with contextlib.suppress(OSError):  # nobody may write there
        os.utime(target)
    opened_at = {}
    for path in project.build.glob("database-*.duckdb"):
        with contextlib.suppress(OSError):  # another process has deleted it
            opened_at[path] = path.stat().st_mtime_ns
    last = sorted(opened_at, key=lambda path: (path == target, opened_at[path]), reverse=True)
    left = [path for path in project.build.glob("database*.tmp*") if not is_running(int(path.name.split(".")[1]))]
    for old in (*last[KEPT:], *left):
        with contextlib.suppress(OSError):  # open on a system that keeps open files
            old.unlink()
