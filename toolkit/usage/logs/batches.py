"""The lines of many files in tables of a size that is good to work on, and those among them that are no JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy
import pyarrow

from toolkit.engine.connect import Connection
from toolkit.engine.paths import quoted
from toolkit.usage.logs.lines import Lines, Reading, integers, read_lines
from toolkit.usage.logs.log_format import LogFormat

SIZE = 32 << 20  # bytes of lines: fewer cost time, as each table is asked several questions, more cost memory


def batches(connection: Connection, readings: Mapping[int, Reading], form: LogFormat) -> Iterator[pyarrow.Table]:
    """The lines of files of one format that are JSON, in tables with source_file, source_line and line.

    `readings` are those of the files by number, brought up to date meanwhile. Where rows of a format depend on other
    lines of their file, a table has whole files, and of them only lines that matter.
    """
    tables: list[pyarrow.Table] = []
    for table, ends_file in _pieces(readings):
        readable = _readable(connection, table, readings, form)
        tables.append(_that_matter(connection, readable, form) if form.whole_files else readable)
        if (ends_file or not form.whole_files) and sum(table.nbytes for table in tables) >= SIZE:
            yield pyarrow.concat_tables(tables)
            tables = []
    if tables:
        yield pyarrow.concat_tables(tables)


def _pieces(readings: Mapping[int, Reading]) -> Iterator[tuple[pyarrow.Table, bool]]:
    """Tables of lines, and whether each ends where a file does."""
    pieces: list[tuple[int, Lines]] = []
    size = 0
    for number, reading in readings.items():
        for lines in read_lines(reading):
            pieces.append((number, lines))
            size += lines.text.nbytes
            if size >= SIZE:
                yield _table(pieces), False
                pieces, size = [], 0
        if size >= SIZE // 2:
            yield _table(pieces), True
            pieces, size = [], 0
    if pieces:
        yield _table(pieces), True


def _table(pieces: list[tuple[int, Lines]]) -> pyarrow.Table:
    files = [numpy.full(len(lines.text), number, numpy.int32) for number, lines in pieces]
    return pyarrow.table(
        {
            "source_file": pyarrow.chunked_array(map(integers, files)),
            "source_line": pyarrow.chunked_array([integers(lines.numbers) for _, lines in pieces]),
            "line": pyarrow.chunked_array([lines.text for _, lines in pieces]),
        }
    )


def _readable(
    connection: Connection, table: pyarrow.Table, readings: Mapping[int, Reading], form: LogFormat
) -> pyarrow.Table:
    """The lines that are JSON, and those that the format's SELECT will parse itself; others are quarantined."""
    json_lines, not_json = only_json(connection, table, form.parsed_with)
    for number, line, reason, length in not_json:
        readings[number].quarantine(line, reason, length)
    return json_lines


def only_json(
    connection: Connection, table: pyarrow.Table, parsed_with: str = ""
) -> tuple[pyarrow.Table, list[tuple[int, int, str, int]]]:
    """The lines that are JSON; and file, line, reason and length in bytes of the others, blank ones left out.

    Lines with the text `parsed_with` are not looked at, unless they have no end: those may be cut off and read on.
    """
    condition = "NOT json_valid(line)"
    if parsed_with:  # CASE, as the parts of AND are asked in an order of DuckDB's own
        condition = (
            f"CASE WHEN contains(line, {quoted(parsed_with)}) AND suffix(line, chr(10)) THEN false ELSE {condition} END"
        )
    connection.register("line", table)
    rows = connection.execute(f"SELECT source_file, source_line, line FROM line WHERE {condition}").fetchall()
    if not rows:
        return table, []
    places = numpy.isin(
        _places(table["source_file"], table["source_line"]),
        _places([row[0] for row in rows], [row[1] for row in rows]),
    )
    not_json = [
        (number, line, "zero bytes" if "\0" in text else "no JSON", len(text.encode()))
        for number, line, text in rows
        if text.strip()
    ]
    return table.filter(pyarrow.array(~places)), not_json


def _places(files: object, lines: object) -> numpy.ndarray:
    """One number for each pair of file and line: a file has fewer than 2^40 lines."""
    return (numpy.asarray(files, numpy.int64) << 40) | numpy.asarray(lines, numpy.int64)


def _that_matter(connection: Connection, table: pyarrow.Table, form: LogFormat) -> pyarrow.Table:
    """The lines that a format's SELECT looks at."""
    if not form.lines_with:
        return table
    connection.register("line", table)
    numbered = "SELECT row_number() OVER () - 1 AS place, line FROM line"
    columns = connection.execute(
        f"SELECT place FROM ({numbered}) WHERE regexp_matches(line, ?)", [form.lines_with]
    ).fetchnumpy()
    return table.take(integers(numpy.sort(columns["place"])))
