"""Data packages (Frictionless, version 2) for an archive: CSV files with the meaning of columns, units, licences."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from toolkit.build.edition_inputs import sha256
from toolkit.core.csv_cells import without_formula
from toolkit.core.errors import ToolkitError
from toolkit.reported.data_dictionary import OWN_WORDS
from toolkit.reported.read_all import Reported
from toolkit.site.downloads import METADATA

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
DESCRIPTOR = "datapackage.json"
CC_BY = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0 International",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
FACTS = "The selection, the wording and the tables are the desk's, under CC BY 4.0; facts stay what their sources said."
# columns with their meanings, in the order of the rows below
FIGURE_COLUMNS = {
    "key": "by which a receipt names it",
    "claim": "the claim it is a reading of",
    "statement": "the claim in words",
    "low": "low end as printed",
    "high": "high end as printed; equal to the low end for a single value",
    "unit": "unit as printed",
    "says": "what the source says, where that is no quantity",
    "kind": "always reported",
    "about": "yes where the source gives it as approximate",
    "bound": "at least, at most, where the source says so",
    "baseline": "against what it is compared",
    "population": "of whom or what",
    "qualifier": "words that limit it",
    "period": "for which time",
    "source": "id of the source",
    "place": "where in the source it stands",
    "date": "when the source was published",
    "seen": "how the source was seen",
}
SOURCE_COLUMNS = {
    "id": "the source's id",
    "publisher": "who published it",
    "title": "its title",
    "date": "when it was published",
    "address": "where",
    "primary": "yes for those who measured or decided it themselves",
    "seen": "how it was seen",
    "interest": "what the publisher gains by the number",
    "licence": "what was taken from it, under which terms",
}
SERIES_COLUMNS = {
    "key": "by which a receipt names it",
    "series": "the table it stands in",
    "label": "what it is",
    "low": "low end as filed",
    "high": "high end as filed",
    "unit": "unit as filed",
    "source": "id of the source",
    "place": "where in the source it stands",
    "licence": "of the series",
}
NUMERAL = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")
NUMBER_TYPE = {"type": "number"}
YES_OR_NO = {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]}
NUMBER_COLUMNS = ("low", "high", "factor")  # columns of numbers, also where no row has a value


@dataclass(frozen=True)
class Resource:
    """One CSV file of a package: rows, columns with their meanings, the units of columns that have one.

    `key` names the column that identifies a row, "" without one; `description` says under which terms it stands, and
    what else there is to say of it.
    """

    name: str
    path: str
    title: str
    columns: Mapping[str, str]
    rows: Sequence[Sequence[object]]
    key: str = ""
    units: Mapping[str, str] | None = None
    description: str = FACTS

    def content(self) -> bytes:
        """The content of the CSV file.

        Spaces and line ends in a text become single spaces; one that a spreadsheet would take for a formula gets an
        apostrophe.
        """
        out = io.StringIO()
        write = csv.writer(out, lineterminator="\n").writerow
        write(self.columns)
        for row in self.rows:
            write([_cell(value) for value in row])
        return out.getvalue().encode()

    def describe(self) -> dict:
        """The file's entry in datapackage.json."""
        content = self.content()
        schema = {"fields": list(self._fields())} | ({"primaryKey": [self.key]} if self.key else {})
        return {
            "name": self.name,
            "path": self.path,
            "title": self.title,
            "description": self.description,
            "type": "table",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": len(content),
            "hash": f"sha256:{sha256(content)}",
            "licenses": [CC_BY],
            "schema": schema,
        }

    def _fields(self) -> Iterator[dict]:
        for place, (name, meaning) in enumerate(self.columns.items()):
            values = [row[place] for row in self.rows if row[place] not in (None, "")]
            description = {"name": name, **(NUMBER_TYPE if name in NUMBER_COLUMNS else _type(values))}
            description |= {"description": meaning} if meaning else {}
            description |= {"unit": self.units[name]} if self.units and name in self.units else {}
            yield description | ({"constraints": {"required": True, "unique": True}} if name == self.key else {})


def _type(values: Sequence[object]) -> dict:
    kinds = {type(value) for value in values}
    return YES_OR_NO if kinds == {bool} else NUMBER_TYPE if kinds and kinds <= {int, float} else {"type": "string"}


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or isinstance(value, (int, float)):
        return "" if value is None else repr(value)
    text = " ".join(str(value).split())
    return without_formula(text)


def package(name: str, title: str, resources: Iterable[Resource], sources: Iterable[dict] = ()) -> dict[str, bytes]:
    """The content of a data package's files by name: its CSV files and datapackage.json."""
    resources = list(resources)
    descriptor = {
        "$schema": PROFILE,
        "name": name,
        "title": title,
        "description": FACTS,
        "licenses": [CC_BY],
        "resources": [resource.describe() for resource in resources],
    }
    cited = list(sources)
    descriptor |= {"sources": cited} if cited else {}
    files = {resource.path: resource.content() for resource in resources}
    return {**files, DESCRIPTOR: (json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n").encode()}


def figures(reported: Reported) -> dict[str, bytes]:
    """The package of all figures in data/, as their sources printed them, with the sources."""
    rows = [
        (
            figure.ref,
            figure.claim.id,
            figure.claim.statement,
            figure.low,
            figure.high,
            figure.unit,
            figure.says,
            "reported",
            figure.about,
            figure.bound,
            figure.baseline,
            figure.population,
            figure.qualifier,
            figure.period,
            figure.source.id,
            figure.place,
            figure.source.published,
            figure.seen,
        )
        for figure in reported.figures.values()
    ]
    sources = [
        (
            source.id,
            source.publisher,
            source.title,
            source.published,
            source.address,
            source.primary,
            source.seen,
            source.interest,
            source.licence or OWN_WORDS,
        )
        for source in reported.sources.values()
    ]
    cited = [
        {"title": f"{source.publisher}, {source.title}"} | ({"path": source.address} if source.address else {})
        for source in reported.sources.values()
    ]
    return package(
        "figures",
        "Figures as their sources printed them",
        [
            Resource("figures", "figures.csv", "Every figure on the desk", FIGURE_COLUMNS, rows, "key"),
            Resource(
                "sources", "sources.csv", "The sources of the figures and of the series", SOURCE_COLUMNS, sources, "id"
            ),
        ],
        cited,
    )


def series(reported: Reported) -> dict[str, bytes]:
    """The package of all rows of all series, in the units in which they were reported."""
    from toolkit.database.fill import series_in_memory

    licences = {one_series.id: one_series.licence for one_series in reported.series.values()}
    answer = series_in_memory(reported.series.values()).execute(
        "SELECT key, series, label, CAST(printed_low AS DOUBLE), CAST(printed_high AS DOUBLE), printed_unit, source, "
        "place FROM series_rows ORDER BY rowid"
    )
    rows = [(*row, licences[row[1]]) for row in answer.fetchall()]
    resource = Resource("series", "series.csv", "Every value of the long tables", SERIES_COLUMNS, rows, "key")
    return package("series", "Long tables of reported values", [resource])


def charts(manifest: Mapping, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The package of the tables behind an edition's charts, made from their CSV files; `files` has contents by path.

    Raises ToolkitError for a CSV without a table.
    """
    resources = [
        _chart(f"{slug}-{name}", f"{slug}/{name}.csv", files[chart["csv"]], files[chart["csv"] + METADATA])
        for slug, story in sorted(manifest["stories"].items())
        for name, chart in sorted(story["charts"].items())
    ]
    return package("charts", f"The tables behind the charts of {manifest['name']}", resources)


def _chart(name: str, path: str, content: bytes, metadata: bytes) -> Resource:
    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    if not rows:
        raise ToolkitError(path, "no table", "a chart's download", "build the edition again")
    described = json.loads(metadata)
    columns = described["tableSchema"]["columns"]
    notes = [described["dc:isPartOf"], described["dc:description"], f"Kind: {described['dc:type']}"]
    notes += [f"Licence: {described['dc:rights']}", *(f"Source: {source}" for source in described["dc:source"])]
    return Resource(
        name=name,
        path=path,
        title=described["dc:title"],
        columns=dict.fromkeys(rows[0], ""),
        rows=[[_value_of_cell(cell) for cell in row] for row in rows[1:]],
        units={column["name"]: column["schema:unitText"] for column in columns if "schema:unitText" in column},
        description="\n".join(notes),
    )


def _value_of_cell(cell: str) -> object:
    """A number, or the text without the apostrophe that `without_formula` put before it."""
    text = cell[1:] if cell.startswith("'") and without_formula(cell[1:]) == cell else cell
    if not NUMERAL.fullmatch(text):
        return text
    return int(text) if text.lstrip("-").isdigit() else float(text)
