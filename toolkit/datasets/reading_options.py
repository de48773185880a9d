"""How each file of a dataset is read: as the user says, else as declared where that still fits, else as detected."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from toolkit.core.errors import Problem, ToolkitError
from toolkit.datasets.declaration import (
    ENCODINGS,
    HEADER,
    DatasetColumn,
    ReadOptions,
    is_encoding,
    options_of_files,
)
from toolkit.datasets.file_format import Wanted
from toolkit.datasets.file_hash import files_at, name_in
from toolkit.datasets.formats import format_named
from toolkit.datasets.header import Extent, find_extent
from toolkit.datasets.recognise import format_of, reading_of
from toolkit.datasets.staged import headers_at, refuse_missing_files
from toolkit.engine.connect import Connection

RowRange = tuple[int, int]
Option = TypeVar("Option", RowRange, int)  # the value of header, or of footer


@dataclass(frozen=True)
class OldVersion:
    """How a dataset was declared, of which a new version is added.

    `path` is the old file or folder, None where it is gone or changed; `same` is true where the
    new version has the same bytes, and nothing but its declaration was changed.
    """

    reading: ReadOptions
    columns: Sequence[DatasetColumn]
    path: Path | None
    same: bool

    @property
    def headers(self) -> set[str]:
        """The headers that were printed above the declared columns."""
        return {column.printed for column in self.columns} - {""}


@dataclass
class HowRead:
    """How the files of one dataset are read; `with_extent` adds that of each file to `extents`, and to `problems`.

    `header` is a row such as 3, rows such as 2-3, 0 for none, "" to detect it; `footer` counts rows, None to detect
    them. Of a `private` dataset no problem shows a row.
    """

    connection: Connection
    path: Path
    folder: Path
    wanted: Wanted
    header: str
    footer: int | None
    before: OldVersion | None
    private: bool
    extents: dict[str, Extent] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def without_extents(self) -> ReadOptions:
        """How the files are read, but for their headers and footers.

        Raises ToolkitError for wrong options, and for a file that cannot be read, or not without being told how.
        """
        if wrong := list(self._wrong_options()):
            raise ToolkitError(wrong)
        if self.before and self.before.same:
            refuse_missing_files(self.path, self.before.reading)
        files = files_at(self.path)
        return options_of_files({name_in(self.path, file): self._without_extent(file) for file in files})

    def _wrong_options(self) -> Iterator[Problem]:
        if self.header and not HEADER.fullmatch(self.header):
            yield Problem("--header", repr(self.header), "a row, 3, rows, 2-3, or 0 for none", "write it so")
        if self.footer is not None and self.footer < 0:
            yield Problem("--footer", str(self.footer), "a count of rows, from 0", "write it so")
        if self.wanted.encoding and not is_encoding(self.wanted.encoding):
            yield Problem("--encoding", repr(self.wanted.encoding), ENCODINGS, "correct its name")
        if len(self.wanted.delimiter) > 1:
            yield Problem(
                "--delimiter", repr(self.wanted.delimiter), "one character, or tab, or space", "write the character"
            )

    def with_extent(self, file: Path, raw: Path, reading: ReadOptions) -> ReadOptions:
        """How a file is read, with its header and footer; `raw` is a Parquet file of its rows as texts."""
        extent = self._extent(file, raw, reading, self._declared_reading(file))
        self.extents[name_in(self.path, file)] = extent
        return replace(reading, header=extent.header, footer=extent.footer)

    def _declared_reading(self, file: Path) -> ReadOptions | None:
        """How a file is declared to be read; None for one that is new, or of another format than was declared."""
        before = self.before
        if before is None or before.reading.format != format_of(file):
            return None
        return before.reading.of(name_in(self.path, file))

    def _without_extent(self, file: Path) -> ReadOptions:
        """How a file is read: as the user asked, else as declared where that still holds, else as detected."""
        declared = self._declared_reading(file)
        if declared is None or self.before is None:
            return reading_of(self.connection, file, self.wanted)
        format_ = format_named(declared.format)
        asked_options = {option: text for option, text in asdict(self.wanted).items() if text}
        if self.before.same:
            still_holding = Wanted(**{option: getattr(declared, option) for option in format_.options})
        else:
            still_holding = format_.what_still_holds(file, declared, self.before.headers)
        reading = None
        with contextlib.suppress(ToolkitError):  # such as a sheet that is gone: what there is now is looked for
            reading = reading_of(self.connection, file, replace(still_holding, **asked_options))
        reading = reading or reading_of(self.connection, file, self.wanted)
        quote = declared.quote if still_holding.delimiter and "delimiter" not in asked_options else reading.quote
        return replace(reading, quote=quote, header=declared.header, footer=declared.footer)

    def _extent(self, file: Path, raw: Path, reading: ReadOptions, declared: ReadOptions | None) -> Extent:
        """Which rows of a file are its header and its footer; `declared` is how it was read in the last version."""
        asked = HEADER.fullmatch(self.header)
        header = (int(asked[1]), int(asked[2] or asked[1])) if asked else None
        if declared and self.before and self.before.same:
            footer = declared.footer if self.footer is None else self.footer
            return Extent(header or declared.header, footer, ())
        old_header = declared.header if declared else self.before.reading.header if self.before else (0, 0)
        if header is None and self.before and self._has_declared_headers(raw, old_header):
            header = old_header
        merged = frozenset() if header else format_named(reading.format).merged(file, reading)
        extent = find_extent(self.connection, file.name, raw, header, merged)
        if self.footer is not None:
            extent = replace(extent, footer=self.footer, left_out=())
        if declared is None or not (self.before and self._is_of_declared(file)):
            return extent
        if not asked and declared.header == (0, 0) != extent.header:
            header = self._declared_or_detected(file, "header", declared.header, extent.header, ())
            extent = replace(extent, header=header)
        if self.footer is None and declared.footer != extent.footer:
            footer = self._declared_or_detected(file, "footer", declared.footer, extent.footer, extent.left_out)
            extent = replace(extent, footer=footer, left_out=extent.left_out if footer == extent.footer else ())
        return extent

    def _has_declared_headers(self, raw: Path, header: RowRange) -> bool:
        """Whether these rows have the header of any declared column."""
        return bool(header[0] and self.before and {*headers_at(self.connection, raw, header)} & self.before.headers)

    def _is_of_declared(self, file: Path) -> bool:
        """Whether a file is a version of a declared one; of a folder that was changed in place all are."""
        return not self.path.is_dir() or self._old_file(file) is not None or not (self.before and self.before.path)

    def _old_file(self, file: Path) -> Path | None:
        """The file of the last version whose place this one has; None if it is gone."""
        path = self.before.path if self.before else None
        old = path / name_in(self.path, file) if path and path.is_dir() else path
        return old if old and old.is_file() else None

    def _declared_or_detected(
        self, file: Path, option: str, declared: Option, detected: Option, rows: Sequence[str]
    ) -> Option:
        """Which of two holds, what was declared or what is detected in the new version, where they differ.

        A declared value that is also detected in the old version was not set by hand: then what is now detected holds.
        Where the old file is gone the user has to choose: a problem is added.
        """
        old_extent = self._old_extent(file)
        if old_extent is not None:
            detected_in_old = getattr(old_extent, option)
            if detected_in_old == declared:
                return detected
            if detected_in_old == detected:
                return declared
        new_value, old_value = (value[0] if isinstance(value, tuple) else value for value in (detected, declared))
        shown_rows = f" ({'; '.join(rows)})" if rows and len(rows) <= 3 and not self.private else ""
        self.problems.append(
            Problem(
                f"{file.name}, {option}",
                f"{option}: {old_value} is declared, but this version seems to have {option}: {new_value}{shown_rows}",
                f"the {option} that this version has",
                f"say which: --{option} {new_value} or --{option} {old_value}",
            )
        )
        return declared

    def _old_extent(self, file: Path) -> Extent | None:
        """What is detected in the old version of a file; None where that is gone, or nothing can be."""
        old = self._old_file(file)
        if old is None or self.before is None:
            return None
        reading, raw = self.before.reading.of(name_in(self.path, file)), self.folder / "before.parquet"
        with contextlib.suppress(ToolkitError):
            write = format_named(reading.format).write
            if write:
                write(self.connection, old, reading, raw)
                header = reading.header if reading.header[0] else None
                return find_extent(self.connection, old.name, raw, header)
        return None


def notes_of(how: HowRead, reading: ReadOptions, width: int, private: bool) -> list[tuple[str, str]]:
    """What a user should know of how files were read, as notes of no column: ("", words)."""
    notes = []
    if "delimiter" in format_named(reading.format).options and width == 1:
        notes.append("one column only: if that is wrong, name the --delimiter")
    files_by_note: dict[str, list[str]] = {}
    for name, extent in how.extents.items():
        for note in _notes(extent, private):
            files_by_note.setdefault(note, []).append(name)
    several = len(how.extents) > 1
    notes += [f"{_names(names)}: {note}" if several else note for note, names in files_by_note.items()]
    for file in files_at(how.path):
        of_file = reading.of(name_in(how.path, file))
        notes_of_file = format_named(of_file.format).notes(file, of_file)
        notes += [f"{file.name}: {note}" if several else note for note in notes_of_file]
    return [("", note) for note in notes]


def _names(names: Collection[str]) -> str:
    listed = ", ".join([*names][:3])
    return listed if len(names) <= 3 else f"{listed} and {len(names) - 3} more files"


def _notes(extent: Extent, private: bool) -> list[str]:
    notes = []
    if not extent.header[0]:
        notes.append("no header found: columns are numbered; else say --header 1")
    if extent.header[0] > 1:
        notes.append(f"the header is row {extent.header[0]}; what stands above it is left out")
    if extent.left_out:
        rows = f"{len(extent.left_out)} rows" if private else "; ".join(extent.left_out)
        notes.append(f"left out below the data, --footer 0 keeps it: {rows}")
    if extent.scale:
        notes.append(f"a line beside the table says {extent.scale}s: write that into units, such as {extent.scale} USD")
    return notes
