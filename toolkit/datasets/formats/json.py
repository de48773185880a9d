"""JSON: a list of objects, lines of objects, GeoJSON, or a list under a key of the object at the top."""

from __future__ import annotations

from pathlib import Path

from toolkit.datasets.declaration import Reading
from toolkit.datasets.delimited import opened
from toolkit.datasets.file_format import Format, Wanted, one_table
from toolkit.engine.connect import Connection, columns_of
from toolkit.engine.errors import reading_file
from toolkit.engine.paths import identifier, literal_pattern, quoted

NESTED = ("STRUCT", "MAP", "JSON", "UNION")
LARGEST = 1 << 24  # bytes of one object, where the file is no larger
ENDINGS = (".json", ".jsonl", ".ndjson", ".geojson")
MEND = "mend the JSON at this place"


def write_table(connection: Connection, path: Path, reading: Reading, out: Path) -> frozenset[str]:
    """Writes the objects as Parquet, a column for each key; what is nested in them stays JSON, as text.

    `reading.table` names the key that holds the list, "" where the objects stand at the top. Of GeoJSON each feature is
    a row: its geometry as well-known text, and its properties. Texts of digits stay texts, as JSON has them.
    """
    scan = _scan(path)
    with reading_file(path.name, MEND):
        if reading.table:
            scan = f"(SELECT unnest({identifier(reading.table)}) AS record FROM {scan})"
            scan = f"(SELECT record.* FROM {scan})"
        columns = columns_of(connection.execute(f"SELECT * FROM {scan} LIMIT 0"))
        listed = ", ".join(
            f"{f'CAST(to_json({identifier(name)}) AS VARCHAR)' if _is_nested(kind) else identifier(name)} "
            f"AS {identifier(name)}"
            for name, kind in columns
        )
        connection.execute(f"COPY (SELECT {listed} FROM {scan}) TO {quoted(out)} (FORMAT parquet)")
    return frozenset()


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


def _scan(path: Path) -> str:
    largest = max(LARGEST, path.stat().st_size)  # all of a file may be one object
    return (
        f"read_json({quoted(literal_pattern(path))}, sample_size = -1, maximum_object_size = {largest}, "
        "map_inference_threshold = -1)"
    )


def _reading(connection: Connection, path: Path, wanted: Wanted) -> Reading:
    lists = lists_of(connection, path)
    return Reading("json", table=one_table(path, lists, wanted.table) if lists else "")


FORMAT = Format(
    said=".json, .jsonl, .geojson",
    endings=ENDINGS,
    knows=lambda start, endings: (
        any(ending in ENDINGS for ending in endings)
        or start[:2] in (b"[{", b'{"')
        or (start[:1] in (b"[", b"{") and b'"' in start)
    ),
    latitude=1,
    text=True,
    options=("table",),
    reading=_reading,
    write=write_table,
    typed=True,
)
