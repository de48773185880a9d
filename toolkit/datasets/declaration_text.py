"""The text of a declaration, data/datasets/<name>.yml, as `toolkit add` writes it and people correct it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import replace

from toolkit.core import smallest_group
from toolkit.core.text import plain_value
from toolkit.datasets.declaration import (
    SIGNS,
    CellFormat,
    Dataset,
    DatasetColumn,
    ReadOptions,
    own_columns,
)
from toolkit.datasets.formats import format_named

PLAIN = re.compile(r"[^\W_](?:[\w ./()+-]*[\w.)])?")  # texts that mean themselves in YAML without quotes
CHANGED = ("retrieved", "address", "file", "linked", "sha256", "rows", "read", "columns")  # by an update
HEAD = """\
# Made by `toolkit add`, and yours to correct: titles, licence, meanings, units, types. After a change of `read`, or of
# how columns are read, run: toolkit add --update {name}
"""


def scalar(value: str | int | bool | None) -> str:
    """A value as YAML writes it, in quotes where it would else be read as something other than itself."""
    if value is None:
        return "null"
    if isinstance(value, (bool, int)):
        return str(value).lower()
    if PLAIN.fullmatch(value) and isinstance(plain_value(value), str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _listed(values: tuple[str, ...]) -> str:
    """A list of texts on one line."""
    return f"[{', '.join(json.dumps(value, ensure_ascii=False) for value in values)}]"


def declaration_text(dataset: Dataset) -> str:
    """The whole declaration of a dataset; `dataset_of` reads the same dataset from it."""
    lines = [
        "schema: 1",
        f"id: {dataset.name}",
        f"title: {scalar(dataset.title)}",
        f"source: {scalar(dataset.source)}",
        f"licence: {scalar(dataset.licence)}",
        f"retrieved: {dataset.retrieved.isoformat() if dataset.retrieved else 'null'}",
        *([f"address: {scalar(dataset.address)}"] if dataset.address else []),
        f"file: {scalar(dataset.file)}",
        *(["linked: true"] if dataset.linked else []),
        f"sha256: {scalar(dataset.sha256)}",
        f"rows: {dataset.rows}",
        *(["synthetic: true"] if dataset.synthetic else []),
        *(["private: true"] if dataset.private else []),
        *([f"smallest_group: {dataset.smallest_group}"] if dataset.smallest_group != _smallest(dataset) else []),
        f"publish: {_listed(dataset.publish)}",
        "read:",
        *(f"  {line}" for line in _reading_lines(dataset.reading)),
        "columns:",
    ]
    return HEAD.format(name=dataset.name) + "\n".join([*lines, *column_lines(dataset)]) + "\n"


def column_lines(dataset: Dataset) -> list[str]:
    """The lines below `columns`, an entry for each column of the file."""
    return [
        f"{'  - ' if first else '    '}{line}"
        for column in own_columns(dataset.columns)
        for first, line in zip((True, *[False] * 20), _column_lines(column), strict=False)
    ]


def updated_text(text: str, dataset: Dataset, changed: Collection[str] = ()) -> str:
    """A declaration's text with what an update changes; comments and all else that people wrote stay.

    `changed` are the keys that the update was told besides: "source", say.
    """
    old, new = _blocks(text), _blocks(declaration_text(dataset))
    for key in (*CHANGED, *changed):
        if key in new and _without_comments(old.get(key, "")) != _without_comments(new[key]):
            old[key] = new[key]
    return "".join(old.values())


def _blocks(text: str) -> dict[str, str]:
    """A text in parts, each from a key at the left edge to the next; "" has what stands before the first."""
    parts = re.split(r"^(?=[a-z_0-9]+:)", text, flags=re.MULTILINE)
    return {"" if not count else part.partition(":")[0]: part for count, part in enumerate(parts)}


def _without_comments(block: str) -> str:
    return "\n".join(line for line in block.splitlines() if line.strip() and not line.lstrip().startswith("#"))


def line_of(text: str, column: str) -> int:
    """The line of a declaration's text in which the entry of a column begins."""
    return text[: text.index(f"  - name: {scalar(column)}\n")].count("\n") + 1


def _smallest(dataset: Dataset) -> int:
    return smallest_group.OF_PRIVATE if dataset.private else 1


def _reading_lines(reading: ReadOptions) -> list[str]:
    default, (first, last) = ReadOptions(reading.format), reading.header
    format_ = format_named(reading.format)
    sheet = format_.header
    lines = [
        f"format: {reading.format}",
        *([f"encoding: {reading.encoding}"] if "encoding" in format_.options else []),
        *([f"delimiter: {_sign(reading.delimiter)}"] if "delimiter" in format_.options else []),
        *([f"quote: {_sign(reading.quote)}"] if reading.quote != default.quote else []),
        *([f"header: {first}" if first == last else f"header: {first}-{last}"] if sheet else []),
        *([f"footer: {reading.footer}"] if sheet else []),
        *([f"sheet: {scalar(reading.sheet)}"] if reading.sheet else []),
        *([f"table: {scalar(reading.table)}"] if reading.table else []),
    ]
    if not reading.files:
        return lines
    lines_of_files = []
    for name, options in reading.files:
        differ = [line for line in _reading_lines(replace(options, files=())) if line not in lines]
        if options.quote == default.quote != reading.quote:
            differ.append(f"quote: {_sign(options.quote)}")
        lines_of_files += [f"  - file: {scalar(name)}", *(f"    {line}" for line in differ)]
    return [*lines, "files:", *lines_of_files]


def _sign(sign: str) -> str:
    words = {value: word for word, value in SIGNS.items()}
    return words.get(sign) or json.dumps(sign)


def _column_lines(column: DatasetColumn) -> list[str]:
    form, default = column.form, CellFormat()
    return [
        f"name: {scalar(column.name)}",
        f"printed: {scalar(column.printed)}",
        f"type: {column.type}",
        *([f"unit: {scalar(column.unit)}"] if column.unit else []),
        f"meaning: {scalar(column.meaning)}" if column.meaning else "meaning:",
        *([f"missing: {_listed(form.missing)}"] if form.missing else []),
        *([f"decimal: {json.dumps(form.decimal)}"] if form.decimal != default.decimal else []),
        *([f"thousands: {_sign(form.thousands)}"] if form.thousands else []),
        *([f"around: {_listed(form.around)}"] if form.around else []),
        *(["parentheses: true"] if form.parentheses else []),
        *(["footnotes: true"] if form.footnotes else []),
        *([f"form: {scalar(form.pattern)}"] if form.pattern else []),
        *([f"unread: {column.unread}"] if column.unread else []),
        *([f"totals: {_listed(column.totals)}"] if column.totals is not None else []),
    ]
