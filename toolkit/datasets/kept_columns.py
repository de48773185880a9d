"""Carries declared columns over to a new version of a dataset: names, units, meanings, types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from toolkit.core.errors import Problem
from toolkit.datasets.casts import cast_is_lossy
from toolkit.datasets.convert import counted_misfits, misfits_text
from toolkit.datasets.declaration import DatasetColumn, own_columns
from toolkit.datasets.guess import MOST_MISFITS
from toolkit.datasets.staged import StagedRows
from toolkit.engine.connect import Connection, first_value

NUMERIC = ("integer", "decimal")


def kept_columns(
    guessed: Sequence[DatasetColumn], declared: Sequence[DatasetColumn]
) -> tuple[tuple[DatasetColumn, ...], dict[str, DatasetColumn]]:
    """(a file's columns, declared where they match and else as guessed; for each that matched, by name, the guess).

    A column matches the declared one of the same header (repeated headers in their order), else of the same name.
    """
    old = own_columns(declared)
    by_header = dict(zip(_keys(old), old, strict=True))
    by_position = {guess.position: by_header.get(key) for key, guess in zip(_keys(guessed), guessed, strict=True)}
    matched = {column.name for column in by_position.values() if column}
    unmatched = {column.name: column for column in old if column.name not in matched}
    names = {column.name for column in old}
    columns, guess_of = [], {}
    for guess in guessed:
        old_column = by_position[guess.position] or unmatched.pop(guess.name, None)
        if old_column:
            columns.append(replace(old_column, printed=guess.printed, position=guess.position, unread=0))
            guess_of[old_column.name] = guess
        else:
            columns.append(replace(guess, name=f"{guess.name}_{guess.position}" if guess.name in names else guess.name))
    return tuple(columns), guess_of


def _keys(columns: Iterable[DatasetColumn]) -> list[tuple[str, int]]:
    """For each column its header, and which of the columns with that header it is, from 1."""
    seen: dict[str, int] = {}
    keys = []
    for column in columns:
        seen[column.printed] = seen.get(column.printed, 0) + 1
        keys.append((column.printed, seen[column.printed]))
    return keys


def with_updated_formats(
    connection: Connection,
    stage: StagedRows,
    columns: tuple[DatasetColumn, ...],
    guess_of: Mapping[str, DatasetColumn],
    declared: Sequence[DatasetColumn],
    where: str,
    private: bool,
) -> tuple[tuple[DatasetColumn, ...], list[Problem]]:
    """(the columns with the number formats of the new version; a problem for each whose declared type no longer fits).

    `guess_of` has what was guessed of those that are declared.
    """
    unread = {column.name: column.unread for column in declared}
    problems: list[Problem] = []
    refit = []
    misfits = counted_misfits(connection, stage, tuple(column for column in columns if column.name in guess_of))
    for column in columns:
        chosen = column
        if column.name in guess_of and not stage.is_parsed(column):
            problems += _changed_values(connection, stage, where, column, guess_of[column.name])
        elif column.name in misfits:
            guess = guess_of[column.name]
            missing = tuple(dict.fromkeys((*column.form.missing, *guess.form.missing)))
            candidate = replace(column, form=replace(guess.form, missing=missing))
            candidate_misfits = counted_misfits(connection, stage, (candidate,)).get(column.name, (0, []))
            if candidate_misfits[0] < misfits[column.name][0]:  # (count, examples)
                chosen, misfits[column.name] = candidate, candidate_misfits
            count, first = misfits[column.name]
            rows = first_value(connection.execute(f"SELECT count(*) FROM {stage.relation}"))
            if count > unread[column.name] + max(1, MOST_MISFITS * rows):
                problems.append(
                    Problem(
                        f"{where}, {column.name}",
                        f"in the new version {misfits_text(count, first, private)}",
                        f"{column.type}, as the column is declared",
                        f"declare the type that it has now, such as {_suggested_type(column, guess)}, and its `form`, "
                        "and run toolkit add --update again",
                    )
                )
        refit.append(chosen)
    return tuple(refit), problems


def _suggested_type(column: DatasetColumn, guess: DatasetColumn) -> str:
    return guess.type if guess.type != column.type else "text"


def _changed_values(
    connection: Connection, stage: StagedRows, where: str, column: DatasetColumn, guess: DatasetColumn
) -> Iterator[Problem]:
    """A problem where values of a typed column are none of the declared type, or would be rounded to it."""
    if column.type in ("text", guess.type):
        return
    changed = cast_is_lossy(stage.fields[column.position - 1], column.type)
    count = first_value(connection.execute(f"SELECT count_if({changed}) FROM {stage.relation}"))
    if not count:
        return
    yield Problem(
        f"{where}, {column.name}",
        f"{count:,} {'value is' if count == 1 else 'values are'} no {column.type}: the file's column is {guess.type}",
        f"{column.type}, as it is declared",
        f"write type: {guess.type}{' and take the unit away' if column.unit and guess.type not in NUMERIC else ''}",
    )
