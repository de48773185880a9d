"""JSON: a list of objects, lines of objects, GeoJSON, or a list under a key of the object at the top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from toolkit.datasets.declaration import ReadOptions
from toolkit.datasets.delimited import compression_of, opened
from toolkit.datasets.file_format import Format, Wanted, one_table
from toolkit.engine.connect import Connection, columns_of
from toolkit.engine.errors import reading_file
from toolkit.engine.paths import identifier, literal_pattern, quoted

NESTED = ("STRUCT", "MAP", "JSON", "UNION")
INEXACT = ("DOUBLE", "HUGEINT", "UHUGEINT")  # Parquet has none of the wide ones, and a DOUBLE lacks digits of them
LARGEST = 1 << 24  # bytes of one object, where the file is no larger
ENDINGS = (".json", ".jsonl", ".ndjson", ".geojson")
MEND = "mend the JSON at this place"


def write_table(connection: Connection, path: Path, reading: ReadOptions, out: Path) -> dict[str, int]:
    """Writes the objects as Parquet, a column for each key; what is nested in them stays JSON, as text.

    `reading.table` names the key that holds the list, "" where the objects stand at the top. Of GeoJSON each feature is
    a row: its geometry as well-known text, and its properties. Texts of digits stay texts, as JSON has them. Raises
    ToolkitError for a file that cannot be read.
    """
    with reading_file(path.name, MEND):
        scan = _records(path, reading.table)
        columns = columns_of(connection.execute(f"SELECT * FROM {scan} LIMIT 0"))
        exact = {}
        if any(kind in INEXACT for _, kind in columns):
            scan = _records(path, reading.table, columns)
            exact = {name: _exact(connection, scan, name, kind) for name, kind in columns if kind in INEXACT}
        listed = ", ".join(f"{_as_parquet(name, kind, exact)} AS {identifier(name)}" for name, kind in columns)
        connection.execute(f"COPY (SELECT {listed} FROM {scan}) TO {quoted(out)} (FORMAT parquet)")
    return {}


def _as_parquet(name: str, kind: str, exact: Mapping[str, str]) -> str:
    cell = identifier(name)
    if _is_nested(kind):
        return f"CAST(to_json({cell}) AS VARCHAR)"
    return f"CAST({cell} AS {exact[name]})" if name in exact else cell


def _exact(connection: Connection, scan: str, name: str, kind: str) -> str:
    """The type that holds every digit of a column of INEXACT: DECIMAL(38,0), else text; DOUBLE if that does, too.

    `scan` has the column as texts.
    """
    cell = identifier(name)
    whole, wide = f"regexp_full_match({cell}, '-?[0-9]+')", f"try_cast({cell} AS DECIMAL(38,0))"
    same = f"coalesce({wide} = try_cast(CAST({cell} AS DOUBLE) AS DECIMAL(38,0)), false)"
    query = (
        f"SELECT bool_and({whole} AND {wide} IS NOT NULL), bool_and(NOT {whole} OR length({cell}) < 16 OR {same}) "
        f"FROM {scan} WHERE {cell} IS NOT NULL"
    )
    all_whole, all_same = connection.execute(query).fetchone() or (False, True)
    if all_same and kind == "DOUBLE":
        return kind
    return "DECIMAL(38,0)" if all_whole else "VARCHAR"


def _is_nested(kind: str) -> bool:
    return kind.startswith(NESTED) or kind.endswith("[]")


def lists_of(connection: Connection, path: Path) -> list[str]:
    """The keys of the one object at the top that hold lists of objects; [] for a file of another form.

    Raises ToolkitError for a file that is no JSON.
    """
    with opened(path) as file:
        if not file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
            return []
    with reading_file(path.name, MEND):
        if len(connection.execute(f"SELECT 1 FROM {_scan(path)} LIMIT 2").fetchall()) != 1:
            return []
        columns = columns_of(connection.execute(f"SELECT * FROM {_scan(path)} LIMIT 0"))
    return [name for name, kind in columns if kind.startswith("STRUCT") and kind.endswith("[]")]


def _records(path: Path, table: str, columns: Sequence[tuple[str, str]] = ()) -> str:
    """The objects of a file, or of the list under the key `table`; with `columns` as these, INEXACT ones as texts."""
    typed = {name: "VARCHAR" if kind in INEXACT else kind for name, kind in columns}
    if not table:
        return _scan(path, typed)
    inside = ", ".join(f"{identifier(name)} {kind}" for name, kind in typed.items())
    scan = _scan(path, {table: f"STRUCT({inside})[]"} if typed else {})
    return f"(SELECT record.* FROM (SELECT unnest({identifier(table)}) AS record FROM {scan}))"


def _scan(path: Path, columns: Mapping[str, str] = MappingProxyType({})) -> str:
    """The objects at the top of a file; with `columns` these, as the types that are given."""
    largest = max(LARGEST, path.stat().st_size)  # all of a file may be one object
    listed = ", ".join(f"{identifier(name)}: {quoted(kind)}" for name, kind in columns.items())
    packed = f"compression = {quoted(compression_of(path))}"
    return (
        f"read_json({quoted(literal_pattern(path))}, {packed}, sample_size = -1, maximum_object_size = {largest}, "
        f"map_inference_threshold = -1{f', columns = {{{listed}}}' if listed else ''})"
    )


def _reading(connection: Connection, path: Path, wanted: Wanted) -> ReadOptions:
    lists = lists_of(connection, path)
    return ReadOptions("json", table=one_table(path, lists, wanted.table) if lists or wanted.table else "")


FORMAT = Format(
    description=".json, .jsonl, .geojson",
    endings=ENDINGS,
    matches=lambda start, endings: (
        any(ending in ENDINGS for ending in endings)
        or start[:2] in (b"[{", b'{"')
        or (start[:1] in (b"[", b"{") and b'"' in start)
    ),
    rank=1,
    text=True,
    options=("table",),
    reading=_reading,
    write=write_table,
    typed=True,
)
