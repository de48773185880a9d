"""Reads a file that is to be added: how it is read, its columns, its rows as Parquet, and all that was guessed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from toolkit.core.errors import ToolkitError
from toolkit.datasets.convert import copy_rows, counted_misfits, misfits_text
from toolkit.datasets.declaration import HEADER, DatasetColumn, Reading, own_columns, with_printed
from toolkit.datasets.file_format import Wanted
from toolkit.datasets.file_hash import files_at
from toolkit.datasets.formats import format_named
from toolkit.datasets.guess import guess_columns, typed_columns
from toolkit.datasets.header import Extent, find_extent
from toolkit.datasets.people import columns_of_people
from toolkit.datasets.profile import Profile, profile
from toolkit.datasets.recognise import reading_of
from toolkit.datasets.staged import StagedRows, stage_rows
from toolkit.datasets.stored import typed_rows
from toolkit.engine.connect import Connection, for_files
from toolkit.engine.errors import reading_file


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the user says of a file, and what the project knows.

    `header` is a row such as 3, rows such as 2-3, 0 for none, "" to find it; `footer` is None to find it. `words` are
    those of SQL, `units` the names that columns may have as units. The profile of a `private` file shows no value.
    """

    wanted: Wanted = Wanted()
    header: str = ""
    footer: int | None = None
    today: date
    units: Collection[str] = ()
    words: Collection[str] = ()
    private: bool = False


@dataclass(frozen=True)
class Examined:
    """A file's columns and profile, its rows in `parquet`, and what was guessed, as (column or "", what to know)."""

    reading: Reading
    columns: tuple[DatasetColumn, ...]
    profile: Profile
    parquet: Path
    notes: tuple[tuple[str, str], ...]
    people: Mapping[str, str] = field(default_factory=dict)


def examine(
    path: Path, folder: Path, options: Options, declared: tuple[Reading, Sequence[DatasetColumn]] | None = None
) -> Examined:
    """Reads a file or a folder of files, with `folder` for what has to be laid aside.

    What is `declared` already stays so: how it is read, and columns whose headers are still there. Raises ToolkitError
    for a file that cannot be read, or of which nobody can know how.
    """
    connection = for_files(folder)
    files = files_at(path)
    reading = reading_of(connection, files[0], options.wanted)
    if declared and declared[0].format == reading.format:
        reading = declared[0]
    else:
        declared = None
    extents: list[Extent] = []

    def find(file: Path, raw: Path) -> Reading:
        extents.append(_extent(connection, file, raw, reading, options, declared is not None))
        return replace(reading, header=extents[0].header, footer=extents[0].footer)

    with reading_file(path.name, "mend the file, or say how it is read"):
        stage, reading = stage_rows(connection, path, reading, folder, find)
        if stage.texts:
            likely = "." if _is_delimited(reading) and reading.delimiter == "," else ""
            guess = guess_columns(connection, stage, options.words, options.units, likely)
        else:
            guess = typed_columns(connection, stage, options.words)
        columns, known = _kept(guess.columns, declared[1] if declared else ())
        fitting = {c.position for c in columns if c.position in guess.fitting and c.name not in known}
        columns, notes = _with_misfits(connection, stage, columns, fitting, options.private)
        notes += [note for note in guess.doubts if note[0] not in known]
        in_place = format_named(reading.format).write is None and not path.is_dir()
        parquet = path if in_place else folder / "typed.parquet"
        if not in_place:
            copy_rows(connection, stage, columns, parquet, fitting)
        rows = typed_rows(parquet, columns, in_place)
        found = profile(connection, rows, columns, options.today, options.private)
        people = columns_of_people(connection, rows, columns)
    return Examined(
        reading,
        columns,
        found,
        parquet,
        (*_notes(reading, extents, files[0], len(stage.fields), options.private), *notes),
        people,
    )


def _extent(connection: Connection, file: Path, raw: Path, reading: Reading, options: Options, known: bool) -> Extent:
    """Header and footer as the user says, else as they are declared already, else as they are found."""
    said = HEADER.fullmatch(options.header)
    if options.header and not said:
        raise ToolkitError("--header", repr(options.header), "a row, 3, rows, 2-3, or 0 for none", "write it so")
    if known:
        found = Extent(reading.header, reading.footer, ())
    elif said:
        found = find_extent(connection, file.name, raw, (int(said[1]), int(said[2] or said[1])))
    else:
        merged = format_named(reading.format).merged(file, reading)
        found = find_extent(connection, file.name, raw, None, merged)
    if said:
        found = replace(found, header=(int(said[1]), int(said[2] or said[1])))
    return found if options.footer is None else Extent(found.header, options.footer, ())


def _kept(
    guessed: Sequence[DatasetColumn], declared: Sequence[DatasetColumn]
) -> tuple[tuple[DatasetColumn, ...], set[str]]:
    """The columns, those as declared whose header is declared once; and the names of these."""
    old = {column.printed: column for column in reversed(own_columns(declared))}
    columns: list[DatasetColumn] = []
    known = {column.name for column in old.values()}
    for column in guessed:
        if same := old.pop(column.printed, None):
            columns.append(replace(same, position=column.position, unread=0))
        else:
            name = f"{column.name}_{column.position}" if column.name in known else column.name
            columns.append(replace(column, name=name))
    return tuple(columns), known


def _with_misfits(
    connection: Connection,
    stage: StagedRows,
    columns: tuple[DatasetColumn, ...],
    fitting: Collection[int],
    private: bool,
) -> tuple[tuple[DatasetColumn, ...], list[tuple[str, str]]]:
    """The columns with the counts of cells that do not fit, and a printed_<name> for each that has such.

    Those at the positions `fitting` have none.
    """
    wrong = counted_misfits(connection, stage, tuple(c for c in columns if c.position not in fitting))
    columns = tuple(replace(c, unread=wrong[c.name][0]) if c.name in wrong else c for c in columns)
    notes = [
        (name, f"{misfits_text(count, first, private)}; they are missing in {name} and stand in printed_{name}")
        for name, (count, first) in wrong.items()
    ]
    return with_printed(columns), notes


def _notes(reading: Reading, extents: Sequence[Extent], file: Path, width: int, private: bool) -> list[tuple[str, str]]:
    notes = []
    if _is_delimited(reading) and width == 1:
        notes.append(("", "one column only: if that is wrong, name the --delimiter"))
    if extents and not extents[0].header[0]:
        notes.append(("", "no header found: columns are numbered; else say --header 1"))
    if extents and extents[0].header[0] > 1:
        notes.append(("", f"the header is row {extents[0].header[0]}; what stands above it is left out"))
    if extents and extents[0].left_out:
        rows = f"{len(extents[0].left_out)} rows" if private else "; ".join(extents[0].left_out)
        notes.append(("", f"left out below the data, --footer 0 keeps it: {rows}"))
    return [*notes, *(("", note) for note in format_named(reading.format).notes(file, reading))]


def _is_delimited(reading: Reading) -> bool:
    return "delimiter" in format_named(reading.format).options
