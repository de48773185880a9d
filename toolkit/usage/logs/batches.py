"""The lines of many files in tables of a size that is good to work on, and those among them that are no JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy
import pyarrow

from toolkit.engine.connect import Connection
from toolkit.usage.logs.lines import Lines, Reading, read_lines
from toolkit.usage.logs.log_format import LogFormat

SIZE = 32 << 20  # bytes of lines: fewer cost time, as each table is asked several questions, more cost memory


def batches(connection: Connection, readings: Mapping[int, Reading], form: LogFormat) -> Iterator[pyarrow.Table]:
    """The lines of files of one format that are JSON, in tables with source_file, source_line and line.

    `readings` are those of the files by number, brought up to date meanwhile. Where rows of a format depend on other
    lines of their file, a table has whole files, and of them only lines that matter.
    """
    held: list[pyarrow.Table] = []
    for lines, ends_file in _pieces(readings):
        made = _readable(connection, lines, readings)
        held.append(_that_matter(connection, made, form) if form.whole_files else made)
        if (ends_file or not form.whole_files) and sum(one.nbytes for one in held) >= SIZE:
            yield pyarrow.concat_tables(held)
            held = []
    if held:
        yield pyarrow.concat_tables(held)


def _pieces(readings: Mapping[int, Reading]) -> Iterator[tuple[pyarrow.Table, bool]]:
    """Tables of lines, and whether each ends where a file does."""
    held: list[tuple[int, Lines]] = []
    size = 0
    for number, reading in readings.items():
        for lines in read_lines(reading):
            held.append((number, lines))
            size += lines.text.nbytes
            if size >= SIZE:
                yield _table(held), False
                held, size = [], 0
        if size >= SIZE // 2:
            yield _table(held), True
            held, size = [], 0
    if held:
        yield _table(held), True


def _table(held: list[tuple[int, Lines]]) -> pyarrow.Table:
    files = [numpy.full(len(lines.text), number, numpy.int32) for number, lines in held]
    return pyarrow.table(
        {
            "source_file": pyarrow.chunked_array([pyarrow.array(one) for one in files]),
            "source_line": pyarrow.chunked_array([pyarrow.array(lines.numbers) for _, lines in held]),
            "line": pyarrow.chunked_array([lines.text for _, lines in held]),
        }
    )


def _readable(connection: Connection, lines: pyarrow.Table, readings: Mapping[int, Reading]) -> pyarrow.Table:
    """The lines that are JSON; others are quarantined with their reason, but blank ones, which count as other lines."""
    connection.register("line", lines)
    found = connection.execute("SELECT source_file, source_line, line FROM line WHERE NOT json_valid(line)").fetchall()
    if not found:
        return lines
    for number, line, text in found:
        if text.strip():
            reason = "zero bytes" if "\0" in text else "no JSON"
            readings[number].quarantine(line, reason, len(text.encode()))
    places = numpy.isin(
        _places(lines["source_file"], lines["source_line"]),
        _places([one[0] for one in found], [one[1] for one in found]),
    )
    return lines.filter(pyarrow.array(~places))


def _places(files: object, lines: object) -> numpy.ndarray:
    return (numpy.asarray(files, numpy.int64) << 40) | numpy.asarray(lines, numpy.int64)


def _that_matter(connection: Connection, lines: pyarrow.Table, form: LogFormat) -> pyarrow.Table:
    if not form.lines_with:
        return lines
    connection.register("line", lines)
    asked = "SELECT row_number() OVER () - 1 AS place, line FROM line"
    found = connection.execute(
        f"SELECT place FROM ({asked}) WHERE regexp_matches(line, ?)", [form.lines_with]
    ).fetchnumpy()
    return lines.take(pyarrow.array(numpy.sort(found["place"])))
