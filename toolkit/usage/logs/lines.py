"""A file as numbered lines of JSON in UTF-8: every line is handed on, or quarantined with its reason.

JSON lines are taken as they are. A JSON text over several lines counts as one line, as does each text after it; of a
list each item is one; a row of CSV is an object with the header's names. Compressed files are decompressed, and UTF-16
is turned into UTF-8, first.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

import numpy
import pyarrow

from toolkit.usage.logs.discover import LogFile
from toolkit.usage.logs.json_texts import json_texts, list_items
from toolkit.usage.logs.opened_file import open_file

BLOCK = 8 << 20  # bytes read at once
SMALLEST_BLOCK = 1 << 16  # bytes read at once of a short file
LONGEST_LINE = 64 << 20  # bytes; longer lines are quarantined
LONGEST_WHOLE_FILE = 256 << 20  # bytes of one that is read at once, of JSON texts or CSV; longer ones are quarantined
LONGEST_CSV_FIELD = 1 << 20  # characters
LF, CR = 10, 13
FIRST_LINE = re.compile(rb"\s*([^\n]*)\s*(\{?)")  # and whether the next one begins an object


@dataclass(frozen=True)
class Quarantined:
    """A line that cannot be read: where it is, why, and how many bytes it has. Its text is not kept."""

    source_line: int
    reason: str
    length: int


@dataclass(frozen=True)
class Lines:
    """Some lines of one file in their order: `numbers` from 1, `text` in UTF-8, ends of lines included."""

    numbers: numpy.ndarray
    text: pyarrow.Array


NO_LINES = Lines(numpy.array([], numpy.int64), pyarrow.nulls(0, pyarrow.string()))


@dataclass
class Reading:
    """What was read of one file so far: how many lines, those quarantined, and up to which byte of what it holds."""

    file: LogFile
    line_count: int = 0
    quarantined: list[Quarantined] = field(default_factory=list)
    offset: int = 0
    open_line: bool = False  # whether the last line has no end, so that more of it may follow
    appendable: bool = True  # whether it is JSON lines in UTF-8, which can be read on from `offset`

    def quarantine(self, line: int, reason: str, length: int) -> None:
        self.quarantined.append(Quarantined(line, reason, length))


def integers(values: numpy.ndarray) -> pyarrow.Array:
    """The same whole numbers for Arrow; `pyarrow.array` would import pandas for them, a fifth of a second."""
    return pyarrow.Array.from_buffers(
        pyarrow.from_numpy_dtype(values.dtype), len(values), [None, pyarrow.py_buffer(values)]
    )


def read_lines(reading: Reading, block: int = 0) -> Iterator[Lines]:
    """The lines of a file, in pieces of about `block` bytes (0: BLOCK), from where `reading` ends.

    `reading` is brought up to date with each piece.

    Raises ToolkitError for a compressed file that holds more than it may; OSError as the disk does.
    """
    start, open_line, reading.open_line = reading.offset, reading.open_line, False
    with open_file(reading.file) as stream:
        pieces = _pieces(stream, start, _block(reading.file, start, block or BLOCK))
        first = next(pieces, pyarrow.py_buffer(b""))
        head = first[:3].to_pybytes()
        if open_line:  # a line end here closes the line that was open, and is no line
            end = len(head) - len(head.removeprefix(b"\r").removeprefix(b"\n"))
            first, reading.offset = first[end:], reading.offset + end
        if not start and head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            reading.appendable = False
            pieces = _transcoded(first, pieces)
            first = next(pieces, pyarrow.py_buffer(b""))
        if not start and head == codecs.BOM_UTF8:
            first, reading.offset = first[3:], 3
        shape = "lines" if start else _shape(first)
        if shape == "lines":
            yield from _json_lines(reading, first, pieces)
            return
        reading.appendable = False
        yield from _whole_file(reading, shape, first, pieces)


def _block(file: LogFile, start: int, largest: int) -> int:
    """How many bytes are read at once: no more than there are, where that is known."""
    return largest if file.compression else min(largest, max(file.size - start, SMALLEST_BLOCK))


def _pieces(stream: io.RawIOBase, start: int, block: int) -> Iterator[pyarrow.Buffer]:
    """Blocks of a stream from the byte `start` on; it is over 0 only in files that are not compressed: they can seek.

    Arrow reuses the memory of its buffers; `bytes` would get new pages for each block, which takes longer than reading.
    """
    if start:
        stream.seek(start)
    while True:
        content = pyarrow.allocate_buffer(block, resizable=True)
        length = stream.readinto(content)
        if not length:
            return
        content.resize(length)
        yield content


def _transcoded(first: pyarrow.Buffer, rest: Iterator[pyarrow.Buffer]) -> Iterator[pyarrow.Buffer]:
    """UTF-16 as UTF-8. What cannot be read becomes a byte that no UTF-8 has, so that its line is quarantined."""
    decoder = codecs.getincrementaldecoder("utf-16")("surrogatepass")
    for content in chain([first], rest):
        try:
            yield pyarrow.py_buffer(decoder.decode(content.to_pybytes()).encode("utf-8", "surrogatepass"))
        except UnicodeDecodeError:
            yield pyarrow.py_buffer(b"\xff")
            return
    if decoder.getstate()[0]:
        yield pyarrow.py_buffer(b"\xff")


def _shape(start: pyarrow.Buffer) -> str:
    """What a file is by its beginning: lines of JSON, one JSON text, or CSV."""
    match = FIRST_LINE.match(start)
    line = match[1].rstrip() if match else b""
    if line.startswith(b"{"):
        # a line that ends so is the beginning of a text over several
        return "json" if line.endswith((b"{", b"[", b",", b":")) else "lines"
    if line.startswith(b"["):
        return "json"
    above_object = bool(match and match[2])  # a line of prose above an object is no header
    return "csv" if _is_header(line) and not above_object else "lines"


def _is_header(line: bytes) -> bool:
    try:
        names = next(csv.reader([line.decode()]), [])
    except (UnicodeDecodeError, csv.Error):
        return False
    return len(names) > 1 and all(name.strip() and len(name) < 80 for name in names)


def _json_lines(reading: Reading, first: pyarrow.Buffer, rest: Iterator[pyarrow.Buffer]) -> Iterator[Lines]:
    """The lines of blocks that may begin and end within one, of which the beginning is kept until its end is read."""
    beginning, skipped = io.BytesIO(), 0  # of a line; bytes of one that is too long
    for content in chain([first], rest):
        ends = numpy.flatnonzero(numpy.frombuffer(content, numpy.uint8) == LF) + 1
        if not len(ends):
            if skipped:
                skipped += content.size
            else:
                beginning.write(content)
            if beginning.tell() > LONGEST_LINE:
                beginning, skipped = io.BytesIO(), beginning.tell()
                yield NO_LINES  # so that who wants the first lines alone need not wait for the end of this one
            continue
        if skipped:
            _too_long(reading, skipped + int(ends[0]))
        elif beginning.tell():
            beginning.write(content[: ends[0]])
            yield from _one_line(reading, beginning.getvalue())
        if skipped or beginning.tell():
            content, ends = content[ends[0] :], ends[1:] - ends[0]
            beginning, skipped = io.BytesIO(), 0
        end = int(ends[-1]) if len(ends) else 0
        yield from _whole_lines(reading, content[:end], ends)
        beginning.write(content[end:])
    if skipped:
        _too_long(reading, skipped)
    if beginning.tell():
        reading.open_line = True
        yield from _one_line(reading, beginning.getvalue())


def _one_line(reading: Reading, content: bytes) -> Iterator[Lines]:
    return _whole_lines(reading, pyarrow.py_buffer(content), numpy.array([len(content)]))


def _too_long(reading: Reading, length: int) -> None:
    reading.line_count += 1
    reading.offset += length
    reading.quarantine(reading.line_count, f"longer than {LONGEST_LINE >> 20} MB", length)


def _whole_lines(reading: Reading, content: pyarrow.Buffer, ends: numpy.ndarray) -> Iterator[Lines]:
    """The lines of a piece, which end at `ends`; those that are no UTF-8 are quarantined."""
    if not content.size:
        return
    offsets = numpy.concatenate(([0], ends)).astype(numpy.int32)
    numbers = reading.line_count + 1 + numpy.arange(len(ends))
    reading.line_count += len(ends)
    reading.offset += content.size
    # under three bytes a line, most are empty: a small compressed file may hold hundreds of millions
    if len(ends) * 3 > content.size:
        content, offsets, not_empty = _without_empty(content, offsets)
        numbers = numbers[not_empty]
    text = pyarrow.StringArray.from_buffers(len(numbers), pyarrow.py_buffer(offsets), content)
    try:
        text.validate(full=True)
    except pyarrow.ArrowInvalid:
        data = content.to_pybytes()
        is_utf8 = [
            _is_utf8_else_quarantined(reading, data, int(number), int(start), int(end))
            for number, start, end in zip(numbers, offsets[:-1], offsets[1:], strict=True)
        ]
        ends_of_lines = zip(offsets[:-1], offsets[1:], is_utf8, strict=True)
        texts = [data[start:end].decode() for start, end, readable in ends_of_lines if readable]
        numbers, text = numbers[is_utf8], pyarrow.array(texts, pyarrow.string())
    if len(numbers):
        yield Lines(numbers, text)


def _without_empty(
    content: pyarrow.Buffer, offsets: numpy.ndarray
) -> tuple[pyarrow.Buffer, numpy.ndarray, numpy.ndarray]:
    """Lines that are more than their end: their content, where each begins and the last ends, and which they are."""
    data, lengths = numpy.frombuffer(content, numpy.uint8), numpy.diff(offsets)
    first, last = data[offsets[:-1]], data[offsets[1:] - 1]
    not_empty = (first != LF) & ((first != CR) | (last != LF) | (lengths > 2))
    remaining = pyarrow.py_buffer(data[numpy.repeat(not_empty, lengths)].tobytes())
    return remaining, numpy.append(0, numpy.cumsum(lengths[not_empty])).astype(numpy.int32), not_empty


def _is_utf8_else_quarantined(reading: Reading, content: bytes, number: int, start: int, end: int) -> bool:
    """True for a line in UTF-8; any other is quarantined."""
    try:
        content[start:end].decode()
    except UnicodeDecodeError:
        reading.quarantine(number, "no UTF-8", end - start)
        return False
    return True


def _whole_file(reading: Reading, shape: str, first: pyarrow.Buffer, rest: Iterator[pyarrow.Buffer]) -> Iterator[Lines]:
    """A file that is read at once: JSON text, or CSV. One that is too long is one line that is quarantined."""
    content = io.BytesIO()
    for piece in chain([first], rest):
        content.write(piece)
        if content.tell() > LONGEST_WHOLE_FILE:
            length = content.tell() + sum(piece.size for piece in rest)
            reading.line_count = 1
            reading.quarantine(
                1, f"a file that is not lines of JSON, and longer than {LONGEST_WHOLE_FILE >> 20} MB", length
            )
            return
    data = content.getvalue()
    reading.offset += len(data)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        reading.line_count = 1
        reading.quarantine(1, "no UTF-8", len(data))
        return
    numbered_texts = _items(reading, text, data) if shape == "json" else _rows(reading, text)
    if numbered_texts:
        numbers, texts = zip(*numbered_texts, strict=True)
        yield Lines(numpy.array(numbers), pyarrow.array(texts, pyarrow.string()))


def _items(reading: Reading, text: str, data: bytes) -> list[tuple[int, str]]:
    """Texts of JSON one after another, each as one line, a list as one line an item; what follows them is quarantined.

    What begins with none of them is read as lines of JSON after all.
    """
    try:
        items, end = list_items(text) if text.lstrip().startswith("[") else json_texts(text)
    except (ValueError, RecursionError):
        reading.offset = 0
        pieces = [*_json_lines(reading, pyarrow.py_buffer(data), iter(()))]
        reading.open_line = False  # it is read at once, and never on
        return [
            numbered_text
            for lines in pieces
            for numbered_text in zip(lines.numbers.tolist(), lines.text.to_pylist(), strict=True)
        ]
    reading.line_count += len(items)
    if rest := text[end:].strip():
        reading.line_count += 1
        reading.quarantine(reading.line_count, "zero bytes" if "\0" in rest else "no JSON", len(rest.encode()))
    return [*enumerate(items, 1)]


def _rows(reading: Reading, text: str) -> list[tuple[int, str]]:
    """The rows of CSV as objects; the first row with cells is the header, and gives none."""
    csv.field_size_limit(LONGEST_CSV_FIELD)
    lines = io.StringIO(text, newline="")
    rows, numbered_texts = csv.reader(lines), list[tuple[int, str]]()
    header: list[str] = []
    while True:
        start = lines.tell()
        try:
            row = next(rows, None)
        except csv.Error:
            reading.line_count += 1
            reading.quarantine(reading.line_count, "no row of CSV", len(text[start : lines.tell()].encode()))
            continue
        if row is None:
            return numbered_texts
        reading.line_count += 1
        if not header or not row:
            header = header or [name.strip() for name in row]
        elif len(row) != len(header):
            length = len(text[start : lines.tell()].encode())
            reading.quarantine(reading.line_count, f"{len(row)} fields where the header has {len(header)}", length)
        else:
            numbered_texts.append((reading.line_count, json.dumps(dict(zip(header, row, strict=True)))))
