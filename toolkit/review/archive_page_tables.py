"""Whether the cells of the tables on a page are those of the manifest, or of the chart's table for download.

Tables are read as the toolkit writes them. Cells that a reader's choice changes are not compared.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from toolkit.core.csv_cells import without_apostrophes
from toolkit.core.currency import CURRENCIES
from toolkit.core.unit import UnitRegistry, parse_unit
from toolkit.core.wording import Style, wording_of, written_date
from toolkit.review.markup_text import plain
from toolkit.site.citations import written_out
from toolkit.site.downloads import METADATA

TABLE = re.compile(r'id="(figures|table)-([^"]+)"')
UNIT = ' <span class="unit">'
CELL = re.compile(r"<t[hd]\b[^<>]*>")
CHANGES = re.compile(r'class="v\b')
QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"})
ISO = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-\d\d)?")
STYLES = [
    Style(form=form, digits=digits, **more)
    for form, digits, more in product(
        ("quantity", "percent", "times", "points"),
        (None, 2, 3, 1, 4, 5, 6),
        ({"bare": True}, {}, {"brief": True}, {"bare": True, "brief": True}),
    )
]

Disagreement = tuple[str, str, str]  # where, what the manifest or the download says, what the page says


@dataclass
class _Column:
    """Where a column's values stand in a download, two for a range, and the style in which they were written last."""

    places: Sequence[int]
    unit: str
    style: list[tuple[str, Style]] = field(default_factory=list)


def table_disagreements(
    path: str, page: str, story: Mapping, files: Mapping[str, bytes], units: UnitRegistry
) -> Iterator[Disagreement]:
    """Where the tables of a page differ; `files` are those of the edition by path. Raises ValueError for a unit."""
    table_names = {name.replace("_", "-"): name for name in story["tables"]}
    for text in page.split("<table ")[1:]:
        match, (head, _, body) = TABLE.match(text), text.partition("</table>")[0].partition("</thead>")
        if not match:
            continue
        kind, table_id = match[1], html.unescape(match[2])
        headings = [_heading(cell) for cell in _cells(head.partition("<tr>")[2])]
        rows = [_cells(row) for row in body.split("<tr>")[1:]]
        where = f"{path}, table {table_id}"
        if kind == "table" and (name := table_names.get(table_id)):
            yield from _of_manifest(where, story["tables"][name], rows, units)
        elif kind == "figures" and (chart := story["charts"].get(table_id)):
            yield from _of_download(where, files, chart["csv"], headings, rows, units)


def _of_manifest(where: str, table: Mapping, rows: list[list[str]], units: UnitRegistry) -> Iterator[Disagreement]:
    values = table.get("values")
    if not values:
        return
    if len(rows) != len(values):
        yield where, f"{len(values)} rows", f"{len(rows)} rows"
        return
    columns = [_Column((), unit) for unit in table["units"]]
    for count, (row, right) in enumerate(zip(rows, values, strict=True), 1):
        for cell, ends, column in zip(row, right, columns, strict=False):
            if ends and not CHANGES.search(cell) and not _is_written(_plain(cell), ends, column, units):
                yield f"{where}, row {count}", " to ".join(f"{end:.9g}" for end in ends), _plain(cell)


def _of_download(
    where: str,
    files: Mapping[str, bytes],
    name: str,
    headings: list[tuple[str, str]],
    rows: list[list[str]],
    units: UnitRegistry,
) -> Iterator[Disagreement]:
    content, described = files.get(name, b""), files.get(name + METADATA, b"")
    header, *all_rows = csv.reader(io.StringIO(content.decode("utf-8", "replace"), newline=""))
    described_columns = json.loads(described)["tableSchema"]["columns"]
    if header != [column["name"] for column in described_columns]:
        yield where, "the columns of its metadata", "others in its download"
        return
    columns = _columns(headings, described_columns, units)
    if columns is None:
        yield where, "columns of its download", ", ".join(label for label, _ in headings)
        return
    listed_rows = [row for row in all_rows if any(row[place] for column in columns for place in column.places)]
    if len(listed_rows) != len(rows):
        yield where, f"{len(listed_rows)} rows in its download", f"{len(rows)} rows"
        return
    for count, (cells, row) in enumerate(zip(rows, listed_rows, strict=True), 1):
        for cell, column in zip(cells, columns, strict=False):
            cell_texts = [row[place] for place in column.places]
            ways = (cell_texts, [without_apostrophes(text) for text in cell_texts])
            if not CHANGES.search(cell) and not any(_cell_is(_plain(cell), way, column, units) for way in ways):
                yield f"{where}, row {count}", " to ".join(cell_texts), _plain(cell)


def _columns(headings: list[tuple[str, str]], described: list[dict], units: UnitRegistry) -> list[_Column] | None:
    """The column of a download for each heading; None where there is none, or of another unit."""
    columns, used_places = [], set[int]()
    for label, unit in headings:
        places = [
            n
            for n, column in enumerate(described)
            if n not in used_places and _normal(written_out(column["dc:description"], units.locale)) == label
        ]
        if not places:
            return None
        start = places[0]
        name, own = described[start]["name"], described[start].get("schema:unitText", "")
        pair = name.endswith("_low") and start + 1 < len(described)
        wide = pair and described[start + 1]["name"] == name.removesuffix("_low") + "_high"
        places = [start, start + 1] if wide else [start]
        used_places.update(places)
        if unit and unit != _normal(_unit_words(own, units)):
            return None
        columns.append(_Column(places, own))
    return columns


def _cells(row: str) -> list[str]:
    """What stands in the cells of a row."""
    return CELL.split(row)[1:]


def _heading(cell: str) -> tuple[str, str]:
    label, _, unit = cell.partition(UNIT)
    return _plain(label), _plain(unit)


def _unit_words(unit: str, units: UnitRegistry) -> str:
    parsed = parse_unit(unit or "1", units)
    return wording_of(2.0, 2.0, parsed, Style()).unit.strip()


def _cell_is(text: str, cell_texts: list[str], column: _Column, units: UnitRegistry) -> bool:
    value = cell_texts[0] or "–"
    if ISO.fullmatch(value):
        value = written_date(value, units.locale)
    if _normal(value) == text:
        return True
    try:
        ends = [float(cell_text) for cell_text in cell_texts]
    except ValueError:
        return False
    return bool(column.unit) and _is_written(text, ends, column, units)


def _is_written(text: str, ends: Sequence[float], column: _Column, units: UnitRegistry) -> bool:
    """Whether a text is how some style writes a value; in a column without a unit its words are not looked at."""
    styles = column.style or [
        (unit, style)
        for unit in ([column.unit] if column.unit else ["1", *(name for name in CURRENCIES if name in units)])
        for style in STYLES
    ]

    def fits(unit: str, style: Style) -> bool:
        right = _normal(str(wording_of(ends[0], ends[-1], parse_unit(unit, units), style).prose))
        return right == text if column.unit else text.startswith(right)

    for unit, style in styles:
        if fits(unit, style):
            column.style = [(unit, style), *(other for other in styles if other != (unit, style))]
            return True
    return False


def _plain(markup: str) -> str:
    return _normal(plain(markup))


def _normal(text: str) -> str:
    return " ".join(text.translate(QUOTES).replace("…", "...").split())
