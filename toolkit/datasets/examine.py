"""Reads a file that is to be added, or refuses it: how it is read, its columns, rows as Parquet, what was guessed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from toolkit.core.errors import ToolkitError
from toolkit.core.text import shortened
from toolkit.datasets.convert import copy_rows, counted_misfits, misfits_text
from toolkit.datasets.declaration import DatasetColumn, ReadOptions, own_columns, with_printed
from toolkit.datasets.file_format import Wanted
from toolkit.datasets.formats import format_named
from toolkit.datasets.guess import guess_columns, typed_columns
from toolkit.datasets.kept_columns import kept_columns, with_updated_formats
from toolkit.datasets.people import columns_of_people
from toolkit.datasets.profile import Profile, profile, words_of_totals
from toolkit.datasets.reading_options import HowRead, OldVersion, notes_of
from toolkit.datasets.staged import StagedRows, at_hand, stage_rows
from toolkit.datasets.stored import has_types, is_parquet, typed_rows
from toolkit.engine.connect import Connection, in_memory_spilling_to
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
    """A file's columns and profile, its rows in `parquet`, and what was guessed, as (column or "", what to know).

    That is the file itself where it is `in_place`, else one in the folder for what is laid aside.
    """

    reading: ReadOptions
    columns: tuple[DatasetColumn, ...]
    profile: Profile
    parquet: Path
    in_place: bool
    notes: tuple[tuple[str, str], ...]
    people: Mapping[str, str] = field(default_factory=dict)


def examine(path: Path, folder: Path, options: Options, before: OldVersion | None = None) -> Examined:
    """Reads a file or a folder of files, with `folder` for what has to be laid aside.

    What is declared `before` of an older version stays so, as far as it fits. Raises ToolkitError for a file that
    cannot be read, of which nobody can know how, or that is no version of what is declared.
    """
    connection = in_memory_spilling_to(folder)
    how_read = HowRead(
        connection, path, folder, options.wanted, options.header, options.footer, before, options.private
    )
    declared = before.columns if before else ()
    with reading_file(path.name, "mend the file, or say how it is read"):
        stage, reading = stage_rows(connection, path, how_read.without_extents(), folder, how_read.with_extent)
        if how_read.problems:
            raise ToolkitError(how_read.problems)
        stage = replace(stage, relation=at_hand(connection, stage.relation, len(stage.fields), "\1stage"))
        if stage.texts:
            likely = "." if _is_delimited(reading) and reading.delimiter == "," else ""
            beside = next(filter(None, (extent.scale for extent in how_read.extents.values())), "")
            guess = guess_columns(connection, stage, options.words, options.units, likely, beside)
        else:
            guess = typed_columns(connection, stage, options.words, options.units)
        columns, guessed_of = kept_columns(guess.columns, declared)
        if before and not before.same:
            _refuse_another(path, columns, guessed_of, declared)
            columns, problems = with_updated_formats(
                connection, stage, columns, guessed_of, declared, path.name, options.private
            )
            if problems:
                raise ToolkitError(problems)
        fitting = {c.position for c in columns if c.position in guess.fitting and c.name not in guessed_of}
        columns, notes = _with_misfits(connection, stage, columns, fitting, options.private)
        notes += [note for note in guess.doubts if note[0] not in guessed_of]
        in_place = is_parquet(path, reading) and has_types(path, columns)
        parquet = path if in_place else folder / "typed.parquet"
        if not in_place:
            copy_rows(connection, stage, columns, parquet, fitting)
        rows = at_hand(connection, typed_rows(parquet, columns, in_place), len(columns), "\1rows")
        totals = words_of_totals(connection, rows, columns)
        columns = tuple(_with_totals(column, totals.get(column.name, ())) for column in columns)
        profiled = profile(connection, rows, columns, options.today, options.private)
        people = columns_of_people(connection, rows, columns)
    notes_of_reading = notes_of(how_read, reading, len(stage.fields), options.private)
    return Examined(reading, columns, profiled, parquet, in_place, (*notes_of_reading, *notes), people)


def _refuse_another(
    path: Path,
    columns: Sequence[DatasetColumn],
    guessed_of: Collection[str],
    declared: Sequence[DatasetColumn],
) -> None:
    if not guessed_of:
        columns_now, columns_before = (
            ", ".join(c.printed or c.name for c in side) for side in (columns, own_columns(declared))
        )
        raise ToolkitError(
            path.name,
            f"none of the declared columns: {shortened(columns_now)}",
            f"a new version, with some of {shortened(columns_before)}",
            "say how it is read, such as by --header or --delimiter; or add it as a dataset of its own, with --name",
        )


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


def _with_totals(column: DatasetColumn, texts: Sequence[str]) -> DatasetColumn:
    """The column with its texts of totals: those declared, and, unless it declares none (`totals: []`), those found."""
    if column.totals == () or not texts:
        return column
    return replace(column, totals=tuple(dict.fromkeys([*(column.totals or ()), *texts])))


def _is_delimited(reading: ReadOptions) -> bool:
    return "delimiter" in format_named(reading.format).options
