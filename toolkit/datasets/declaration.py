"""The declaration of a dataset, data/datasets/<name>.yml: which file, from whom, how it is read, and its columns."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from pkgutil import iter_modules

from toolkit.core import smallest_group
from toolkit.core.errors import ToolkitError
from toolkit.core.unit import UnitRegistry
from toolkit.core.units_per_many import unit_with_words
from toolkit.reading.entry import Entry

TYPES = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "time": "TIMESTAMP",
}
FORMATS = tuple(sorted(found.name for found in iter_modules([str(Path(__file__).parent / "formats")])))
NAME = re.compile(r"[a-z][a-z0-9_]*")
COLUMN_NAME = re.compile(r"[^\W\d_]\w*")
SHA256 = re.compile(r"[0-9a-f]{64}")
SIGNS = {"tab": "\t", "space": " ", "none": ""}  # characters that YAML would not show
HEADER = re.compile(r"(\d+)(?:-(\d+))?")
KEYS = (
    "schema id title source licence retrieved address file linked sha256 rows "
    "synthetic private smallest_group publish read columns"
).split()
REQUIRED = "schema id title source retrieved file sha256 rows read columns".split()
COLUMN_KEYS = (
    "name printed type meaning unit missing decimal thousands around parentheses footnotes form unread totals".split()
)
READ_KEYS = ("encoding", "delimiter", "quote", "header", "footer", "sheet", "table")  # of a file
ENCODINGS = "an encoding, such as utf-8, utf-16, cp1252 or latin-1"


@dataclass(frozen=True)
class CellFormat:
    """How the cells of one column are written, where they are texts that become another type.

    `missing` are texts that mean no value; `around` symbols that are ignored, such as € and %; `parentheses` is true
    where they mark what is negative; `footnotes` where marks after a number are left out; `pattern` is that of a date
    or time for strptime, "" for 2026-11-28.
    """

    missing: tuple[str, ...] = ()
    decimal: str = "."
    thousands: str = ""
    around: tuple[str, ...] = ()
    parentheses: bool = False
    footnotes: bool = False
    pattern: str = ""


@dataclass(frozen=True)
class DatasetColumn:
    """One column: `name` as SQL has it, `printed` as the file's header has it, `type` one of TYPES.

    `position` counts the file's columns from 1. `unread` is how many cells do not fit the type: they are missing here,
    and stand as the file has them in the column printed_<name>, which such a column brings along. `totals` are texts in
    it of rows that add others up, such as Subtotal: no question adds these up with others. None: nobody looked.
    """

    name: str
    type: str
    unit: str | None
    meaning: str
    printed: str
    position: int
    form: CellFormat = CellFormat()
    unread: int = 0
    totals: tuple[str, ...] | None = None


@dataclass(frozen=True)
class ReadOptions:
    """How a file becomes rows: what its format needs, "" or 0 where it needs nothing.

    `header` has the first and last row of the header, (0, 0) for none; `footer` is how many rows under the data are
    left out, such as totals and notes. `files` are the exceptions of a folder, by their paths in it: files that are
    read with other options.
    """

    format: str
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    header: tuple[int, int] = (1, 1)
    footer: int = 0
    sheet: str = ""
    table: str = ""
    files: tuple[tuple[str, ReadOptions], ...] = ()

    def of(self, name: str) -> ReadOptions:
        """How one file of a folder is read, by its path there."""
        return dict(self.files).get(name, replace(self, files=()))


def options_of_files(own: Mapping[str, ReadOptions]) -> ReadOptions:
    """How the files of a folder are read, each by its path there: as the first one, but for those that differ."""
    first, *_ = own.values()
    return replace(first, files=tuple((name, options) for name, options in own.items() if options != first))


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A declared dataset. `file` lies in data/datasets/, or, where it is `linked`, at a path from the project's root.

    One whose `source` is None is a draft that cannot be published. `publish` names the columns of which single rows
    may be shown; no cell of fewer than `smallest_group` rows may be.
    """

    name: str
    title: str
    source: str | None
    licence: str | None
    retrieved: date | None
    address: str | None
    file: str
    linked: bool
    sha256: str
    rows: int
    columns: tuple[DatasetColumn, ...]
    publish: tuple[str, ...] = ()
    synthetic: bool = False
    private: bool = False
    smallest_group: int = 1
    reading: ReadOptions = field(default=ReadOptions("csv"))


def dataset_of(top: Entry, stem: str, sources: Collection[str], units: UnitRegistry) -> Dataset:
    """The dataset that a file's top entry declares; adds what is wrong to the entry's problems."""
    top.check_keys(KEYS, REQUIRED)
    if top.get("id") != stem or not NAME.fullmatch(stem):
        top.add_problem(
            "id",
            f"id is {top.get('id')!r}",
            f"the file's name, {stem}, in lower case with underscores: SQL uses it as the table's name",
            "give both the same name",
        )
    source = top.text("source")
    if source is not None and source not in sources:
        top.add_problem(
            "source",
            f"no source {source!r} in data/sources/",
            "the id of a source, or null for a draft",
            "enter it in data/sources/, or correct the id",
        )
    if not SHA256.fullmatch(sha256 := top.text("sha256") or ""):
        top.add_problem(
            "sha256", f"sha256 is {sha256!r}", "64 hexadecimal digits", f"run `toolkit add --update {stem}`"
        )
    columns = _columns(top, units)
    private = top.flag("private", False)
    return Dataset(
        name=stem,
        title=top.required_text("title"),
        source=source,
        licence=top.text("licence"),
        retrieved=_day(top),
        address=top.text("address"),
        file=_file(top),
        linked=top.flag("linked", False),
        sha256=sha256,
        rows=_count(top, "rows", 0),
        columns=columns,
        publish=_published(top, columns),
        synthetic=top.flag("synthetic", False),
        private=private,
        smallest_group=_count(top, "smallest_group", smallest_group.OF_PRIVATE if private else 1),
        reading=_read_options(top),
    )


def _columns(top: Entry, units: UnitRegistry) -> tuple[DatasetColumn, ...]:
    columns = [_column(entry, position, units) for position, entry in enumerate(top.entries("columns"), 1)]
    if "columns" in top and not columns:
        top.add_problem("columns", "no columns", "a list of all columns of the file", "run `toolkit add --update`")
    seen: set[str] = set()
    every = with_printed(columns)
    twins = len(every) - len(columns)
    for column, entry in zip(every, (*top.entries("columns"), *(top,) * twins), strict=True):
        if column.name in seen or not COLUMN_NAME.fullmatch(column.name) or column.name != column.name.lower():
            found = f"the column name {column.name!r}"
            entry.add_problem("name", found, "lower_case_name, each once", "rename it")
        seen.add(column.name)
    return every


def with_printed(columns: Sequence[DatasetColumn]) -> tuple[DatasetColumn, ...]:
    """The columns of a file, then a printed_<name> for each that has cells which do not fit its type."""
    return (
        *columns,
        *(
            DatasetColumn(f"printed_{c.name}", "text", None, f"{c.name} as the file has it", c.printed, c.position)
            for c in columns
            if c.unread
        ),
    )


def own_columns(columns: Sequence[DatasetColumn]) -> list[DatasetColumn]:
    """The columns of the file; a printed_<name> has the `position` of its column, which is not its own."""
    return [column for count, column in enumerate(columns, 1) if column.position == count]


def _column(entry: Entry, position: int, units: UnitRegistry) -> DatasetColumn:
    entry.check_keys(COLUMN_KEYS, ("name", "printed", "type"))
    type_, unit = entry.one_of("type", TYPES) or "text", entry.text("unit")
    if unit is not None:
        try:
            unit_with_words(unit, units)
        except ToolkitError as error:
            for problem in error.problems:
                entry.add_problem("unit", problem.found, problem.allowed, problem.remedy)
        if type_ not in ("integer", "decimal"):
            entry.add_problem("unit", f"a unit, but the type {type_}", "integer or decimal", "take the unit away")
    form = CellFormat(
        missing=entry.raw_texts("missing"),
        decimal=entry.one_of("decimal", (".", ","), ".") or ".",
        thousands=_sign(entry, "thousands", ""),
        around=entry.texts("around"),
        parentheses=entry.flag("parentheses", False),
        footnotes=entry.flag("footnotes", False),
        pattern=entry.text("form") or "",
    )
    return DatasetColumn(
        name=entry.text("name") or "",
        type=type_,
        unit=unit,
        meaning=entry.text("meaning") or "",
        printed=entry.text("printed") or "",
        position=position,
        form=form,
        unread=_count(entry, "unread", 0),
        totals=entry.raw_texts("totals") if "totals" in entry else None,
    )


def _read_options(top: Entry) -> ReadOptions:
    entry = top.get("read")
    if not isinstance(entry, Entry):
        if "read" in top:
            top.add_problem("read", "read is no entry", "format, encoding, delimiter …", "write each on its line")
        return ReadOptions("csv")
    entry.check_keys(("format", *READ_KEYS, "files"), ("format",))
    return _options_of_file(entry, ReadOptions(entry.one_of("format", FORMATS) or "csv"))


def is_encoding(name: str) -> bool:
    """Whether this is the name of an encoding of text that Python knows."""
    try:
        "".encode(name)
    except (LookupError, ValueError):
        return False
    return True


def _options_of_file(entry: Entry, default: ReadOptions) -> ReadOptions:
    """How a file is read, or one of the `files` below, which says what is other than of the first."""
    if (encoding := entry.text("encoding")) and not is_encoding(encoding):
        entry.add_problem(
            "encoding",
            f"encoding is {encoding!r}",
            ENCODINGS,
            "write one of these, or another that Python accepts",
        )
    reading = ReadOptions(
        format=default.format,
        encoding=entry.text("encoding") or default.encoding,
        delimiter=_sign(entry, "delimiter", default.delimiter),
        quote=_sign(entry, "quote", default.quote),
        header=_header(entry, default.header),
        footer=_count(entry, "footer", default.footer),
        sheet=entry.text("sheet") or default.sheet,
        table=entry.text("table") or default.table,
    )
    other_files = []
    for file in entry.entries("files") if "files" in entry else ():
        file.check_keys(("file", *READ_KEYS), ("file",))
        other_files.append((file.required_text("file"), _options_of_file(file, reading)))
    return replace(reading, files=tuple(other_files))


def _header(entry: Entry, default: tuple[int, int]) -> tuple[int, int]:
    if "header" not in entry:
        return default
    text = entry.text("header") or ""
    match = HEADER.fullmatch(text)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 1)
    if not match or first > last:
        entry.add_problem(
            "header", f"header is {text!r}", "a row such as 1, rows such as 2-3, 0 for none", "write the row"
        )
    return first, last


def _sign(entry: Entry, key: str, default: str) -> str:
    """One sign at `key`; those that cannot be seen have their names."""
    text = entry.text(key)
    sign = default if text is None else SIGNS.get(text, text)
    if len(sign) > 1:
        entry.add_problem(key, f"{key} is {text!r}", f"one sign, or {', '.join(SIGNS)}", "write the sign")
        return default
    return sign


def _file(top: Entry) -> str:
    file = top.required_text("file")
    if not top.flag("linked", False) and (file.startswith("/") or ".." in file.split("/") or "\\" in file):
        top.add_problem("file", f"file is {file!r}", "a file in data/datasets/", "write its name, or linked: true")
    return file


def _count(entry: Entry, key: str, default: int) -> int:
    value = entry.get(key, default)
    if type(value) is int and value >= 0:
        return value
    entry.add_problem(key, f"{key} is {value!r}", "a whole number from 0", "write the number in digits")
    return default


def _day(top: Entry) -> date | None:
    text = top.text("retrieved")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        top.add_problem("retrieved", f"retrieved is {text!r}", "a day, such as 2026-11-28", "write the day")
        return None


def _published(top: Entry, columns: Collection[DatasetColumn]) -> tuple[str, ...]:
    listed, names = top.texts("publish"), [column.name for column in columns]
    for name in listed:
        if name not in names:
            top.add_problem("publish", f"no column {name!r}", ", ".join(names), "correct the name")
    return listed
