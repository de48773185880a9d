"""The lines of many files in tables of a size that is good to work on, and those among them that are no JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy
import pyarrow

from toolkit.engine.connect import Connection
from toolkit.engine.paths import quoted
from toolkit.usage.logs.lines import Lines, Reading, integers, read_lines
from toolkit.usage.logs.log_format import LogFormat

# bytes of lines in a table: smaller tables take longer, as each is asked several questions, larger ones more memory
SIZE = 32 << 20


def batches(connection: Connection, readings: Mapping[int, Reading], form: LogFormat) -> Iterator[pyarrow.Table]:
    """The lines of files of one format that are JSON, in tables with source_file, source_line and line.

    `readings` are those of the files by number; each is brought up to date here, as lines of its file are read. Where
    rows of a format depend on other lines of their file, a table has whole files, and of them the lines that its SELECT
    looks at.
    """
    tables: list[pyarrow.Table] = []
    for table, ends_file in _tables(readings):
        readable = _readable(connection, table, readings, form)
        tables.append(_looked_at(connection, readable, form) if form.whole_files else readable)
        if (ends_file or not form.whole_files) and sum(table.nbytes for table in tables) >= SIZE:
            yield pyarrow.concat_tables(tables)
            tables = []
    if tables:
        yield pyarrow.concat_tables(tables)


def _tables(readings: Mapping[int, Reading]) -> Iterator[tuple[pyarrow.Table, bool]]:
    """Tables of lines, and whether each ends where a file does."""
    numbered_lines: list[tuple[int, Lines]] = []  # each with the number of its file
    size = 0
    for number, reading in readings.items():
        for lines in read_lines(reading):
            numbered_lines.append((number, lines))
            size += lines.text.nbytes
            if size >= SIZE:
                yield _table(numbered_lines), False
                numbered_lines, size = [], 0
        if size >= SIZE // 2:  # a table that is half full ends with its file: else most would end inside one
            yield _table(numbered_lines), True
            numbered_lines, size = [], 0
    if numbered_lines:
        yield _table(numbered_lines), True


def _table(numbered_lines: list[tuple[int, Lines]]) -> pyarrow.Table:
    files = [numpy.full(len(lines.text), number, numpy.int32) for number, lines in numbered_lines]
    return pyarrow.table(
        {
            "source_file": pyarrow.chunked_array(map(integers, files)),
            "source_line": pyarrow.chunked_array([integers(lines.numbers) for _, lines in numbered_lines]),
            "line": pyarrow.chunked_array([lines.text for _, lines in numbered_lines]),
        }
    )


def _readable(
    connection: Connection, table: pyarrow.Table, readings: Mapping[int, Reading], form: LogFormat
) -> pyarrow.Table:
    """The lines that are JSON, and those that the format's SELECT will parse itself; others are quarantined."""
    json_lines, not_json = only_json(connection, table, form.parsed_text)
    for number, line, reason, length in not_json:
        readings[number].quarantine(line, reason, length)
    return json_lines


def only_json(
    connection: Connection, table: pyarrow.Table, parsed_text: str = ""
) -> tuple[pyarrow.Table, list[tuple[int, int, str, int]]]:
    """The lines that are JSON; and file, line, reason and length in bytes of the others, blank ones left out.

    Lines with `parsed_text` in them are taken for JSON, unless they lack the newline at the end: such a line may have
    been cut off, and the rest of it be read later.
    """
    condition = "NOT json_valid(line)"
    if parsed_text:  # CASE, as the parts of AND are asked in an order of DuckDB's own
        condition = (
            f"CASE WHEN contains(line, {quoted(parsed_text)}) AND suffix(line, chr(10)) THEN false ELSE {condition} END"
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


def _looked_at(connection: Connection, table: pyarrow.Table, form: LogFormat) -> pyarrow.Table:
    """The lines that a format's SELECT looks at."""
    if not form.line_pattern:
        return table
    connection.register("line", table)
    numbered = "SELECT row_number() OVER () - 1 AS place, line FROM line"
    columns = connection.execute(
        f"SELECT place FROM ({numbered}) WHERE regexp_matches(line, ?)", [form.line_pattern]
    ).fetchnumpy()
    return table.take(integers(numpy.sort(columns["place"])))
