"""What is in a dataset: types, missing and distinct values, ranges, and what an editor should look at twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from toolkit.core.lookalikes import skeleton
from toolkit.core.total_words import HAS_A_TOTAL, IS_A_TOTAL, without_total
from toolkit.datasets.declaration import DatasetColumn
from toolkit.datasets.many_columns import cells_of, in_groups
from toolkit.engine.connect import Connection, first_value
from toolkit.engine.paths import quoted

EXACT = 500_000  # rows up to which different values are counted one by one
ABOUT = 0.9  # of the different values that there are, at least so many are counted where they are not
SHEET_ENDS = (65_535, 65_536, 1_048_575, 1_048_576)  # rows that a spreadsheet holds, with and without a header
STAND_INS = (-999, -99, 999, 9999, 99999, 999999)
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
    values = _values(connection, relation, columns, rows)
    profiles = tuple(
        ColumnProfile(column, rows - present, distinct, _value_text(least, column), _value_text(greatest, column))
        for column in columns
        for present, distinct, least, greatest in [values.get(column.name, (0, 0, None, None))]
    )
    found = [
        *_of_rows(rows),
        *_of_columns(profiles, rows, today, private),
        *_of_texts(connection, relation, columns, rows, private),
    ]
    if private:
        profiles = tuple(replace(one, least="", greatest="") for one in profiles)
    return Profile(rows, profiles, tuple(found))


def _values(
    connection: Connection, relation: str, columns: Sequence[DatasetColumn], rows: int
) -> dict[str, tuple[int, int, Any, Any]]:
    """By column's name: present and different values, least and greatest; {} where there are no rows."""
    distinct = "count(DISTINCT cell)" if rows <= EXACT else "approx_count_distinct(cell)"
    by_type: dict[str, list[str]] = {}
    for column in columns:
        by_type.setdefault(column.type, []).append(column.name)
    values = {}
    for names in by_type.values():
        for group in in_groups(names, rows):
            query = f"SELECT place, count(cell), {distinct}, min(cell), max(cell) FROM {cells_of(relation, group)}"
            for place, *found in connection.execute(f"{query} GROUP BY place").fetchall():
                values[group[place]] = tuple(found)
    return values


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
    counted = _counted_texts(connection, relation, texts, rows)
    odd = [name for name, counts in counted.items() if counts.odd and rows <= EXACT and counts.spelled <= NAMES]
    skeletons = _distinct_skeletons(connection, relation, odd, rows)
    with_totals = [name for name, counts in counted.items() if counts.totals and not private]
    words = _with_total(connection, relation, with_totals, rows)
    for name, listed in texts.items():
        spelled, distinct_spellings, _, lost_characters, errors, totals = counted.get(name, _CountedTexts())
        distinct_spellings = skeletons.get(name, distinct_spellings)
        if spelled > distinct_spellings:
            same = "capitals, spaces or letters that look alike"
            yield name, f"{spelled - distinct_spellings:,} of {spelled:,} values differ from another only in {same}"
        if lost_characters:
            yield name, f"{lost_characters:,} cells have a character that was lost in another encoding ({REPLACEMENT})"
        if errors:
            yield name, f"{errors:,} cells are errors of a spreadsheet, such as #REF!"
        if totals:
            begin = "1 row has" if totals == 1 else f"{totals:,} rows have"
            first = "" if private else f" ({_first([text for text, *_ in words[name] if text not in listed])})"
            yield name, f"{begin} a word for a total{first}: if it sums others, list its text under totals:"
        if listed:
            first = "" if private else f" ({_first(listed)})"
            yield name, f"texts are listed under totals:{first}, which no sum may take with others: take names out"


class _CountedTexts(NamedTuple):
    """Of a column of texts: different ones, as written and as they look; cells with odd letters and other faults."""

    spelled: int = 0
    distinct_spellings: int = 0
    odd: int = 0
    lost_characters: int = 0
    errors: int = 0
    totals: int = 0


def _counted_texts(
    connection: Connection, relation: str, texts: Mapping[str, Sequence[str]], rows: int
) -> dict[str, _CountedTexts]:
    """Counts for each column by its name, with the texts that are listed as totals; {} where there are no rows."""
    plain = "lower(trim(regexp_replace(nfc_normalize(cell), '\\s+', ' ', 'g')))"
    spellings = f"count(DISTINCT cell), count(DISTINCT {plain})" if rows <= EXACT else "0, 0"
    counted = {}
    for group in in_groups([*texts], rows):
        not_listed = "".join(
            f" AND NOT (place = {place} AND cell IN ({', '.join(map(quoted, texts[name]))}))"
            for place, name in enumerate(group)
            if texts[name]
        )
        query = (
            f"SELECT place, {spellings}, "
            f"count_if(NOT regexp_full_match(cell, '[ -~]*')), count_if(contains(cell, '{REPLACEMENT}')), "
            "count_if(regexp_matches(cell, '^#(REF|VALUE|N/A|DIV/0|NAME|NUM)[!?]?')), "
            f"count_if(regexp_matches(lower(cell), '{HAS_A_TOTAL}'){not_listed}) "
            f"FROM {cells_of(relation, group)} GROUP BY place"
        )
        for place, *counts in connection.execute(query).fetchall():
            counted[group[place]] = _CountedTexts(*counts)
    return counted


def words_of_totals(connection: Connection, relation: str, columns: Sequence[DatasetColumn]) -> dict[str, list[str]]:
    """The texts in each column of texts, by its name, that are certain to be totals; columns with none are left out.

    They are words for a total, alone or beside another text of the column, as "North Total" beside "North".
    """
    rows = first_value(connection.execute(f"SELECT count(*) FROM {relation}"))
    names = [column.name for column in columns if column.type == "text"]
    found = _with_total(connection, relation, names, rows)
    certain = {name: [text for text, alone, beside in texts if alone or beside] for name, texts in found.items()}
    return {name: texts for name, texts in certain.items() if texts}


def _with_total(
    connection: Connection, relation: str, names: Sequence[str], rows: int
) -> dict[str, list[tuple[str, bool, bool]]]:
    """By column's name its texts with a word for a total, whether each is it alone, and whether its rest is a text."""
    found: dict[str, list[tuple[str, bool, bool]]] = {}
    for group in in_groups(names, rows):
        cells = cells_of(relation, group)
        texts = f"SELECT DISTINCT place, cell, regexp_matches(lower(cell), '{IS_A_TOTAL}') FROM {cells}"
        has_a_total = f"WHERE regexp_matches(lower(cell), '{HAS_A_TOTAL}') ORDER BY place, cell"
        totals = connection.execute(f"{texts} {has_a_total}").fetchall()
        rests = {
            text: without_total(text) for _, text, _ in totals
        }  # "All towns" has no word that is certain to be one
        rest = "lower(trim(cell))"
        query = f"SELECT DISTINCT place, {rest} FROM {cells} WHERE list_contains($rests, {rest})"
        present = {*connection.execute(query, {"rests": [*set(rests.values())]}).fetchall()} if totals else set()
        for place, text, alone in totals:
            beside = rests[text] != text.casefold().strip() and (place, rests[text]) in present
            found.setdefault(group[place], []).append((text, alone, beside))
    return found


def _first(texts: Sequence[str]) -> str:
    return ", ".join(texts[:SHOWN]) + (" …" if len(texts) > SHOWN else "")


def _distinct_skeletons(connection: Connection, relation: str, names: Sequence[str], rows: int) -> dict[str, int]:
    """By column's name how many different texts a reader sees in it, whatever their capitals."""
    seen: dict[str, set[str]] = {}
    for group in in_groups(names, rows):
        query = f"SELECT DISTINCT place, cell FROM {cells_of(relation, group)} WHERE cell IS NOT NULL"
        for place, text in connection.execute(query).fetchall():
            seen.setdefault(group[place], set()).add(skeleton(text).strip().lower())
    return {name: len(skeletons) for name, skeletons in seen.items()}
