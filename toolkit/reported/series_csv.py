"""Reads the CSV of a series column by column: header, cells, keys, sources; every problem has its line."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from toolkit.core.errors import Problem
from toolkit.core.lookalikes import NAME, misleading_names
from toolkit.core.project import UTF_16, is_utf_16
from toolkit.core.text import nearest_first
from toolkit.reported.series_cells import Wrong, as_quoted, read_cell
from toolkit.reported.series_declaration import NUMERIC, Scale, SeriesColumn, Value
from toolkit.reported.series_rows import Cell, SeriesRow, SeriesTable
from toolkit.reported.series_totals import rows_of_totals


def read_rows(
    path: Path,
    table: SeriesTable,
    columns: dict[str, SeriesColumn],
    keys: tuple[str, ...],
    values: tuple[Value, ...],
    source: tuple[str, Collection[str]],
    content: bytes | None = None,
) -> None:
    """Fills `table` with the typed rows of the CSV, and adds what is wrong, by line and key, to its problems.

    `keys` are the columns of the key; `source` is the column of a row's source, and the ids of all sources; `content`
    is that of the file where it was read already.
    """
    lines = _lines(path, content, table, list(columns))
    complete = [(line, texts) for line, texts in lines if _complete(table, line, texts, len(columns))]
    if not complete:
        return
    texts = dict(zip(columns, zip(*(cells for _, cells in complete), strict=True), strict=True))
    scales = {name: value.scale for value in values for name in value.columns}
    wrongs: list[tuple[int, Wrong]] = []
    typed = {name: _column(columns[name], texts[name], scales.get(name), wrongs) for name in columns}
    keys_of_rows = zip(*(_in_keys(columns[name], typed[name], texts[name]) for name in keys), strict=True)
    cells = zip(*typed.values(), strict=True)
    for (line, _), key, cited, row_cells in zip(complete, keys_of_rows, texts[source[0]], cells, strict=True):
        table.rows.append(SeriesRow("/".join(key), cited, line, dict(zip(columns, row_cells, strict=True))))
    bad = {index for index, _ in wrongs}
    wrongs += _ends(table.rows, values, bad)
    wrongs += _names(table.rows, [name for name in keys if columns[name].type == "text"])
    numeric = any(columns[name].type in NUMERIC for name in keys)
    wrongs += _keys(table.rows, keys, bad, list(zip(*(typed[name] for name in keys), strict=True)) if numeric else [])
    wrongs += _sources(table.rows, *source)
    totals = list(rows_of_totals(table.rows, keys, columns, values))
    added = {index for index, _ in totals}  # what else is wrong with such a row follows from what it is
    wrongs = [*totals, *(wrong for wrong in wrongs if wrong[0] not in added)]
    for index, (found, allowed, remedy) in sorted(wrongs, key=lambda wrong: wrong[0]):
        table.add_problem(table.rows[index], found, allowed, remedy)


def _lines(
    path: Path, content: bytes | None, table: SeriesTable, declared: list[str]
) -> Iterator[tuple[int, list[str]]]:
    """(line, texts) of each row below the header; adds a problem if the file or its header cannot be read."""
    text = _decoded(path, content, table)
    reader = csv.reader(io.StringIO(text or "", newline=""), strict=True)
    try:
        if text is None or not _header_fits(next(reader, []), declared, table):
            return
        yield from ((reader.line_num, texts) for texts in reader)
        if reader.line_num == 1:
            table.problems.append(
                Problem(
                    f"{table.file}, line 1",
                    "a header without rows",
                    "one row or more",
                    "add the rows, or remove the series",
                )
            )
    except csv.Error as error:
        where = f"{table.file}, line {reader.line_num}"
        table.problems.append(
            Problem(where, str(error), "commas, and quotes in pairs", "mend the quotes of this line, or of one above")
        )


def _decoded(path: Path, content: bytes | None, table: SeriesTable) -> str | None:
    """The file's text without a byte-order mark; None, with a problem, if it cannot be read."""
    try:
        data = path.read_bytes() if content is None else content
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except OSError as error:
        found = "no such file" if isinstance(error, FileNotFoundError) else error.strerror or "cannot be read"
        table.problems.append(Problem(table.file, found, "a CSV in UTF-8 beside its YAML", "put the table there"))
    except UnicodeDecodeError as error:
        byte, line = error.object[error.start], error.object.count(b"\n", 0, error.start) + 1
        sign = bytes([byte]).decode("cp1252", "replace")
        found = f"the byte 0x{byte:02X} is not UTF-8"
        found += f"; in Windows-1252 it is {sign!r}" if sign.isprintable() else ""
        if is_utf_16(error.object):
            line, found = 1, UTF_16
        table.problems.append(
            Problem(
                f"{table.file}, line {line}",
                found,
                "a CSV in UTF-8",
                "save it as CSV UTF-8, then look whether its letters are right",
            )
        )
    return None


def _header_fits(header: list[str], declared: list[str], table: SeriesTable) -> bool:
    """True if the header is the declared columns in order; otherwise adds a problem that says how it differs."""
    if header == declared:
        return True
    blank = [f"cell {number} has no name" for number, name in enumerate(header, 1) if not name.strip()]
    names = list(dict.fromkeys(name for name in header if name.strip()))
    twice = [f"{as_quoted(name)} stands {header.count(name)} times" for name in names if header.count(name) > 1]
    problems = blank + twice
    if missing := [name for name in declared if name not in header]:
        problems.append(f"columns missing: {', '.join(missing)}")
    if unknown := [name for name in names if name not in declared]:
        seen = (name if name.isascii() and name.isidentifier() else as_quoted(name) for name in unknown)
        problems.append(f"unknown: {', '.join(seen)}")
    problems = problems or [f"the columns in the order {', '.join(header)}"]
    table.problems.append(
        Problem(
            f"{table.file}, line 1",
            "; ".join(problems),
            ", ".join(declared),
            "write the columns as declared, in this order",
        )
    )
    return False


def _complete(table: SeriesTable, line: int, texts: list[str], count: int) -> bool:
    """True if a row has as many cells as there are columns; otherwise adds a problem."""
    if len(texts) == count:
        return True
    found, remedy = (f"{len(texts)} cells", "mend commas and quotes") if texts else ("an empty line", "remove it")
    table.problems.append(Problem(f"{table.file}, line {line}", found, f"{count} cells", remedy))
    return False


def _column(
    column: SeriesColumn, texts: tuple[str, ...], scale: Scale | None, wrongs: list[tuple[int, Wrong]]
) -> list[Cell]:
    """The values of a column, each distinct text read once; problems go to `wrongs`, by the index of the row."""
    cells_by_text = {text: read_cell(column, text, scale) for text in dict.fromkeys(texts)}
    if any(wrong for _, wrong in cells_by_text.values()):
        wrongs += [(index, wrong) for index, text in enumerate(texts) if (wrong := cells_by_text[text][1])]
    return [cells_by_text[text][0] for text in texts]


def _in_keys(column: SeriesColumn, cells: list[Cell], texts: tuple[str, ...]) -> Iterable[str]:
    """A column's part of each row's key: normalised text (NFC), anything else as it is written."""
    return [str(cell or text) for cell, text in zip(cells, texts, strict=True)] if column.type == "text" else texts


def _ends(rows: list[SeriesRow], values: tuple[Value, ...], bad: set[int]) -> Iterator[tuple[int, Wrong]]:
    """Problems of ranges with one end, or with low over high; rows with a wrong cell (`bad`) are left out."""
    for first, last in (value.columns for value in values if len(value.columns) == 2):
        for index, row in enumerate(rows):
            low, high = row.amount(first), row.amount(last)
            if index in bad or low is high:
                continue
            if low is None or high is None:
                yield index, ("one end of a range", f"{first} and {last}, or neither", "write both")
            elif low.printed > high.printed:
                yield index, (f"low {low} is over high {high}", "low at most high", "exchange or correct them")


def _keys(
    rows: list[SeriesRow], keys: tuple[str, ...], bad: set[int], cells: list[tuple[Cell, ...]]
) -> Iterator[tuple[int, Wrong]]:
    """Problems of keys that occur twice, also in two spellings where a part of the key is a number: 7 and 07.

    `cells` are those of each row's key where it has such a part, [] where it has none.
    """
    seen: dict[object, int] = {}
    for index, row in enumerate(rows):
        first = seen.setdefault(row.key, index)
        if cells and first == index and index not in bad:
            first = seen.setdefault(cells[index], index)
        if first != index:
            found = f"the key again (first in line {rows[first].line})"
            yield index, (found, f"one row for each {', '.join(keys)}", "remove one of the two")


def _names(rows: list[SeriesRow], keys: list[str]) -> Iterator[tuple[int, Wrong]]:
    """Problems of texts in keys that a reader takes for others: with odd spaces and letters, or like one above."""
    for name in keys:
        misleading = misleading_names(str(row.cells[name] or "") for row in rows)
        for index, row in enumerate(rows if misleading else ()):
            if wrong := misleading.get(str(row.cells[name])):
                yield (
                    index,
                    (f"{name} is {as_quoted(str(row.cells[name]))}, with {wrong}", NAME, "write one name in one way"),
                )


def _sources(rows: list[SeriesRow], column: str, source_ids: Collection[str]) -> Iterator[tuple[int, Wrong]]:
    """Problems of rows whose source is not in `source_ids`."""
    unknown = {row.source for row in rows} - {"", *source_ids}
    for index, row in enumerate(rows if unknown else ()):
        if row.source in unknown and row.cells[column] is not None:
            found = f"no source {row.source!r} in data/sources/"
            near = nearest_first(row.source, sorted(source_ids))
            yield index, (found, near, "enter it in data/sources/, or correct the id")
