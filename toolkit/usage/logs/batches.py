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
    held: list[pyarrow.Table] = []
    for lines, ends_file in _pieces(readings):
        made = _readable(connection, lines, readings, form)
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
            "source_file": pyarrow.chunked_array(map(integers, files)),
            "source_line": pyarrow.chunked_array([integers(lines.numbers) for _, lines in held]),
            "line": pyarrow.chunked_array([lines.text for _, lines in held]),
        }
    )


def _readable(
    connection: Connection, lines: pyarrow.Table, readings: Mapping[int, Reading], form: LogFormat
) -> pyarrow.Table:
    """The lines that are JSON, and those that the format's SELECT will parse itself; others are quarantined."""
    lines, others = only_json(connection, lines, form.parses)
    for number, line, reason, length in others:
        readings[number].quarantine(line, reason, length)
    return lines


def only_json(
    connection: Connection, lines: pyarrow.Table, trusted: str = ""
) -> tuple[pyarrow.Table, list[tuple[int, int, str, int]]]:
    """The lines that are JSON; and file, line, reason and length in bytes of the others, blank ones left out.

    Lines with the text `trusted` are not looked at, unless they have no end: those may be cut off and read on.
    """
    asked = "NOT json_valid(line)"
    if trusted:  # CASE, as the parts of AND are asked in an order of DuckDB's own
        asked = f"CASE WHEN contains(line, {quoted(trusted)}) AND suffix(line, chr(10)) THEN false ELSE {asked} END"
    connection.register("line", lines)
    found = connection.execute(f"SELECT source_file, source_line, line FROM line WHERE {asked}").fetchall()
    if not found:
        return lines, []
    places = numpy.isin(
        _places(lines["source_file"], lines["source_line"]),
        _places([one[0] for one in found], [one[1] for one in found]),
    )
    others = [
        (number, line, "zero bytes" if "\0" in text else "no JSON", len(text.encode()))
        for number, line, text in found
        if text.strip()
    ]
    return lines.filter(pyarrow.array(~places)), others


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
    return lines.take(integers(numpy.sort(found["place"])))
