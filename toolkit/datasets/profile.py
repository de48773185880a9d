"""What is in a dataset: types, missing and distinct values, ranges, and what an editor should look at twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from toolkit.core.lookalikes import skeleton
from toolkit.core.total_words import HAS_A_TOTAL, IS_A_TOTAL, without_total
from toolkit.datasets.declaration import DatasetColumn
from toolkit.engine.connect import Connection
from toolkit.engine.paths import identifier, quoted

AT_ONCE = 25  # columns whose different values are counted in one query, as each takes memory
EXACT = 500_000  # rows up to which different values are counted one by one
ABOUT = 0.9  # of the different values that there are, at least so many are counted where they are not
SHEET_ENDS = (65_535, 65_536, 1_048_575, 1_048_576)  # rows that a spreadsheet holds, with and without a header
STAND_INS = (-999, -99, 999, 9999, 99999, 999999)
ENDS = ("min({0})", "max({0})")
YEAR = re.compile(r"(.*_)?(year|jahr)(_\d+)?")
WIDEST = 28  # letters of a text that are shown
REPLACEMENT = "\ufffd"
SHOWN = 3  # texts with a word for a total that are listed
NAMES = 50_000  # different texts up to which they are compared letter by letter: more are no names of groups


@dataclass(frozen=True)
class ColumnProfile:
    """One column: how many cells are missing, how many values differ (about, if there are many), least and greatest."""

    column: DatasetColumn
    missing: int
    distinct: int
    least: str
    greatest: str


@dataclass(frozen=True)
class Profile:
    """A dataset at a glance: how many rows, its columns, and what looks suspicious as (column or "", what)."""

    rows: int
    columns: tuple[ColumnProfile, ...]
    suspicious: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The columns as a table of text, a line each, and the suspicious below it."""
        about = "~" if self.rows > EXACT else ""
        head = ("column", "type", "missing", "distinct", "least", "greatest")
        cells = [
            (
                column.column.name,
                f"{column.column.type} {column.column.unit or ''}".strip(),
                f"{column.missing:,}",
                f"{about}{column.distinct:,}",
                column.least,
                column.greatest,
            )
            for column in self.columns
        ]
        widths = [max(len(row[at]) for row in (head, *cells)) for at in range(len(head))]
        lines = [
            "  ".join(
                cell.rjust(width) if 2 <= at <= 3 else cell.ljust(width)
                for at, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in (head, *cells)
        ]
        return "\n".join([*lines, *(f"look at {name}: {note}" if name else note for name, note in self.suspicious)])


def profile(
    connection: Connection, relation: str, columns: Sequence[DatasetColumn], today: date, private: bool = False
) -> Profile:
    """The profile of a dataset's rows, which `relation` has under the columns' names; no values of `private` ones."""
    (rows,) = connection.execute(f"SELECT count(*) FROM {relation}").fetchone() or (0,)
    distinct = "count(DISTINCT {0})" if rows <= EXACT else "approx_count_distinct({0})"
    values: list[Any] = []
    for first in range(0, len(columns), AT_ONCE):
        batch = columns[first : first + AT_ONCE]
        aggregates = [
            part.format(identifier(column.name)) for column in batch for part in ("count({0})", distinct, *ENDS)
        ]
        values += connection.execute(f"SELECT {', '.join(aggregates)} FROM {relation}").fetchone() or ()
    profiles = tuple(
        ColumnProfile(
            column,
            rows - values[at],
            values[at + 1],
            *(_value_text(value, column) for value in values[at + 2 : at + 4]),
        )
        for at, column in zip(range(0, len(values), 4), columns, strict=True)
    )
    found = [
        *_of_rows(rows),
        *_of_columns(profiles, rows, today, private),
        *_of_texts(connection, relation, columns, rows, private),
    ]
    if private:
        profiles = tuple(replace(one, least="", greatest="") for one in profiles)
    return Profile(rows, profiles, tuple(found))


def _value_text(value: object, column: DatasetColumn) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and YEAR.fullmatch(column.name) and 1000 <= value <= 2999:
        return str(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float, Decimal)):
        return f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"
    text = " ".join(str(value).split())
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def _of_rows(rows: int) -> Iterable[tuple[str, str]]:
    if rows in SHEET_ENDS:
        yield "", f"{rows:,} rows are what a spreadsheet holds: the end may have been cut off"


def _of_columns(profiles: Iterable[ColumnProfile], rows: int, today: date, private: bool) -> Iterable[tuple[str, str]]:
    for column in profiles:
        name, numeric = column.column.name, column.column.type in ("integer", "decimal")
        if column.missing == rows:
            yield name, "it is empty"
        elif column.distinct == 1 and rows > 1 and not column.missing:
            yield name, "one value in all rows"
        ends = [
            end for end in (column.least, column.greatest) if numeric and end in {f"{value:,}" for value in STAND_INS}
        ]
        largest_distinct = (rows - column.missing) * (ABOUT if rows > EXACT else 1)
        if ends and 2 < column.distinct < largest_distinct:  # where each stands once, it is none
            yield name, f"{' and '.join(ends)} at the end of its range may stand for a missing value"
        if column.column.type in ("date", "time") and column.greatest[:10] > today.isoformat():
            yield name, f"{'its last' if private else column.greatest} is in the future"
        if column.column.type in ("date", "time") and column.least[:10] in ("1900-01-01", "1899-12-30", "1970-01-01"):
            yield name, f"{column.least[:10]} may stand for a missing date"


def _of_texts(
    connection: Connection, relation: str, columns: Iterable[DatasetColumn], rows: int, private: bool
) -> Iterable[tuple[str, str]]:
    """Lost characters, errors of spreadsheets, totals; where it is quick, spellings that differ in what nobody sees."""
    texts = {column.name: column.totals or () for column in columns if column.type == "text"}
    if texts and rows > EXACT:
        alike = "texts that differ only in capitals, spaces or letters that look alike"
        yield "", f"{alike} are not looked for: more than {EXACT:,} rows"
    for name, listed in texts.items():
        cell = identifier(name)
        not_listed = f" AND {cell} NOT IN ({', '.join(map(quoted, listed))})" if listed else ""
        plain = f"lower(trim(regexp_replace(nfc_normalize({cell}), '\\s+', ' ', 'g')))"
        spellings = f"count(DISTINCT {cell}), count(DISTINCT {plain})" if rows <= EXACT else "0, 0"
        spelled, distinct_spellings, odd, lost_characters, errors, totals = (
            connection.execute(
                f"SELECT {spellings}, "
                f"count_if(NOT regexp_full_match({cell}, '[ -~]*')), count_if(contains({cell}, '{REPLACEMENT}')), "
                f"count_if(regexp_matches({cell}, '^#(REF|VALUE|N/A|DIV/0|NAME|NUM)[!?]?')), "
                f"count_if(regexp_matches(lower({cell}), '{HAS_A_TOTAL}'){not_listed}) "
                f"FROM {relation}"
            ).fetchone()
            or (0,) * 6
        )
        if odd and rows <= EXACT and spelled <= NAMES:
            distinct_spellings = _distinct_skeletons(connection, relation, cell)
        if spelled > distinct_spellings:
            same = "capitals, spaces or letters that look alike"
            yield name, f"{spelled - distinct_spellings:,} of {spelled:,} values differ from another only in {same}"
        if lost_characters:
            yield name, f"{lost_characters:,} cells have a character that was lost in another encoding ({REPLACEMENT})"
        if errors:
            yield name, f"{errors:,} cells are errors of a spreadsheet, such as #REF!"
        if totals:
            begin = "1 row has" if totals == 1 else f"{totals:,} rows have"
            first = "" if private else f" ({_first_totals(connection, relation, cell, listed)})"
            yield name, f"{begin} a word for a total{first}: if it sums others, list its text under totals:"
        if listed:
            first = "" if private else f" ({_first(listed)})"
            yield name, f"texts are listed under totals:{first}, which no sum may take with others: take names out"


def words_of_totals(connection: Connection, relation: str, columns: Sequence[DatasetColumn]) -> dict[str, list[str]]:
    """The texts in each column of texts, by its name, that are certain to be totals; columns with none are left out.

    They are words for a total, alone or beside another text of the column, as "North Total" beside "North".
    """
    texts_by_column = {}
    for name in (column.name for column in columns if column.type == "text"):
        texts = _with_total(connection, relation, identifier(name))
        certain = [text for text, alone, beside in texts if alone or beside]
        if certain:
            texts_by_column[name] = certain
    return texts_by_column


def _with_total(connection: Connection, relation: str, cell: str) -> list[tuple[str, bool, bool]]:
    """Texts with a word for a total, whether each is that word alone, and whether its rest is another text."""
    texts = f"SELECT DISTINCT {cell}, regexp_matches(lower({cell}), '{IS_A_TOTAL}') FROM {relation}"
    rows = connection.execute(f"{texts} WHERE regexp_matches(lower({cell}), '{HAS_A_TOTAL}') ORDER BY 1").fetchall()
    rests = {text: without_total(text) for text, _ in rows}  # "All towns" has no word that is certain to be one
    rests_present = (
        f"SELECT DISTINCT lower(trim({cell})) FROM {relation} WHERE list_contains($rests, lower(trim({cell})))"
    )
    present = (
        {text for (text,) in connection.execute(rests_present, {"rests": [*rests.values()]}).fetchall()}
        if rows
        else set()
    )
    return [(text, alone, rests[text] != text.casefold().strip() and rests[text] in present) for text, alone in rows]


def _first_totals(connection: Connection, relation: str, cell: str, listed: Sequence[str]) -> str:
    """The first texts with a word for a total that are not `listed` as totals."""
    return _first([text for text, *_ in _with_total(connection, relation, cell) if text not in listed])


def _first(texts: Sequence[str]) -> str:
    return ", ".join(texts[:SHOWN]) + (" …" if len(texts) > SHOWN else "")


def _distinct_skeletons(connection: Connection, relation: str, cell: str) -> int:
    """How many different texts a reader sees in a column, whatever their capitals."""
    rows = connection.execute(f"SELECT DISTINCT {cell} FROM {relation} WHERE {cell} IS NOT NULL").fetchall()
    return len({skeleton(text).strip().lower() for (text,) in rows})
