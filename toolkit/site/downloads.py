"""A chart's table as a CSV file that opens as it is, and the JSON beside it that says what it holds.

The JSON is metadata as "CSV on the Web" (W3C, 2015) has it: <name>.csv-metadata.json is found from <name>.csv.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from toolkit.core.csv_cells import without_formula
from toolkit.core.kind import KINDS
from toolkit.core.text import made_visible
from toolkit.site.citations import Citations
from toolkit.site.sourcing import host

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
RIGHTS = "our computation and this table CC BY 4.0; facts as stated by the sources named"
METADATA = "-metadata.json"  # after the name of the CSV file


def downloads(chart: Mapping[str, Any], place: str, citations: Citations) -> dict[str, bytes]:
    """The CSV file of a chart's JSON and its metadata, contents by path in the story's folder.

    `place` says where the chart stands: "Chart 2 of: …". A column with ranges becomes two, <name>_low and <name>_high.
    """
    columns, rows = chart["table"]["columns"], chart["table"]["rows"]
    wide = [any(_is_range(row[place]) for row in rows) for place in range(len(columns))]
    header = _header(columns, wide)
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(header)
    for row in rows:
        write([text for cell, two in zip(row, wide, strict=True) for text in _texts(cell, two)])
    path = f"data/{chart['id']}.csv"
    metadata = json.dumps(_metadata(chart, place, header, citations), ensure_ascii=False, separators=(",", ":"))
    return {path: out.getvalue().encode(), path + METADATA: f"{metadata}\n".encode()}


def _header(columns: Sequence[Mapping[str, Any]], wide: Sequence[bool]) -> dict[str, Mapping[str, Any]]:
    """The columns of the chart's table by their names in the CSV."""
    names = [without_formula(made_visible(column["name"])) for column in columns]
    return {
        name: column
        for own, column, two in zip(names, columns, wide, strict=True)
        for name in ([f"{own}_low", f"{own}_high"] if two else [own])
    }


def _is_range(cell: object) -> bool:
    return isinstance(cell, dict) and cell["low"] != cell["high"]


def _texts(cell: object, wide: bool) -> Sequence[str]:
    """A cell's texts, two in a `wide` column; what a spreadsheet would take for a formula gets an apostrophe."""
    if isinstance(cell, dict):
        ends = [cell["low"], cell["high"]] if wide else [cell["low"]]
        return [str(int(end)) if float(end).is_integer() and abs(end) < 1e15 else repr(end) for end in ends]
    text = "" if cell is None else "yes" if cell is True else "no" if cell is False else str(cell)
    return [without_formula(text)] + [""] * wide


def _metadata(
    chart: Mapping[str, Any], place: str, header: Mapping[str, Mapping[str, Any]], citations: Citations
) -> dict[str, Any]:
    cells = [cell for row in chart["table"]["rows"] for cell in row if isinstance(cell, dict)]
    roots = [*(cell["node"] for cell in cells), *chart["table"]["rests_on"]]
    sources = citations.sources(citations.by_digest(roots))
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "url": f"{chart['id']}.csv",
        "dc:title": chart["title"]["text"],
        "dc:description": chart["subtitle"]["text"],
        "dc:isPartOf": place,
        "dc:type": citations.units.locale.say(KINDS[chart["kind"]]),
        "dc:license": {"@id": LICENCE},
        "dc:rights": RIGHTS,
        "dc:source": [_source_line(name, citations) for name in sources],
        "tableSchema": {"columns": [_column(name, column) for name, column in header.items()]},
    }


def _column(name: str, column: Mapping[str, Any]) -> dict[str, str]:
    unit = {"datatype": "number", "schema:unitText": column["unit"]} if column["unit"] else {}
    return {"name": name, "dc:description": column["label"], **unit}


def _source_line(name: str, citations: Citations) -> str:
    source = citations.sourcing.source(name)
    parts = [citations.sourcing.cite(name), source["title"]]
    parts.append(source["address"] or (f"seen at {host(source['seen_at'])}" if source["seen_at"] else ""))
    return ", ".join(part for part in parts if part)
