"""What the columns of a file are: type and way of writing, guessed from all of its cells and not from the first."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from toolkit.datasets.casts import FALSE, TRUE, trimmed, value_of
from toolkit.datasets.declaration import CellFormat, DatasetColumn
from toolkit.datasets.header_units import unit_and_doubt
from toolkit.datasets.many_columns import cells_of, in_groups
from toolkit.datasets.names import column_names
from toolkit.datasets.number_shapes import (
    LONGEST_WHOLE,
    SIGNS,
    NumberShape,
    cell_format,
    decimal_evidence,
    looks_like_code,
    number_shape,
)
from toolkit.datasets.staged import StagedRows
from toolkit.engine.connect import Connection, columns_of, first_value
from toolkit.engine.paths import identifier, quoted

# texts that mean no value where the others are numbers or dates
MISSING_SIGNS, MISSING_WORDS = "-–—.…*?:/_~", r"n\.?/?a\.?|n\.a|#n/a|nan|null|none|nil|n\.?d\.?|[kno]\. ?a\.|s\. ?d\."
MISSING = re.compile("|".join([*(f"{re.escape(sign)}+" for sign in MISSING_SIGNS), MISSING_WORDS]), re.IGNORECASE)
CODES = re.compile(
    r"(?:.*_)?(?:id|code|zip|zipcode|plz|postcode|postal_code|postleitzahl|fips|iban|isin|phone|telephone|tel|telefon|"
    r"ags|nuts|naics|sic|ean|isbn|vin)(?:_\d+)?"
)
NINES = "translate(t, '012345678', '999999999')"
MOST_SHAPES = 5000  # of one column; with more it is text (a shape is a cell with 9 for its digits, as `_cells` has it)
MOST_MISFITS = 0.05
EXACT_DIGITS = 15  # before the decimal sign: a number of more is another one in 64 bits
LONG_DECIMAL = re.compile(rf"[^0-9]*([0-9]['’., \u00a0\u202f]?){{{EXACT_DIGITS},}}[0-9][.,][0-9]{{1,2}}[^0-9]*")
DATES = (  # (shapes, pattern for strptime, "" for ISO)
    (r"9{4}-99-99", ""),
    (r"9{4}/99/99", "%Y/%m/%d"),
    (r"9{4}\.99\.99", "%Y.%m.%d"),
    (r"9{1,2}\.9{1,2}\.9{4}", "%d.%m.%Y"),
    (r"9{1,2}\.9{1,2}\.99", "%d.%m.%y"),
    (r"9{1,2}/9{1,2}/9{4}", "%d/%m/%Y"),
    (r"9{1,2}/9{1,2}/9{4}", "%m/%d/%Y"),
    (r"9{1,2}/9{1,2}/99", "%d/%m/%y"),
    (r"9{1,2}/9{1,2}/99", "%m/%d/%y"),
    (r"9{1,2}-9{1,2}-9{4}", "%d-%m-%Y"),
    (r"9{1,2}-9{1,2}-9{4}", "%m-%d-%Y"),
    (r"9{1,2} [A-Za-z]{3} 9{4}", "%d %b %Y"),
    (r"9{1,2}-[A-Za-z]{3}-9{4}", "%d-%b-%Y"),
    (r"[A-Za-z]{3} 9{1,2}, 9{4}", "%b %d, %Y"),
    (r"9{1,2} [A-Za-z]{4,9} 9{4}", "%d %B %Y"),
    (r"[A-Za-z]{4,9} 9{1,2}, 9{4}", "%B %d, %Y"),
)
CLOCKS = (("", ""), (r" 99:99", " %H:%M"), (r" 99:99:99", " %H:%M:%S"))
MOMENT = re.compile(r"9{4}-99-99[ T]99:99(:99(\.9+)?)?(Z|[+-]99(:?99)?)?")

# DuckDB's types in ours
TYPE_OF = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"), "integer"),
    **dict.fromkeys(("UBIGINT", "HUGEINT", "UHUGEINT"), "integer"),
    **dict.fromkeys(("FLOAT", "DOUBLE", "DECIMAL"), "decimal"),
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"), "time"),
    "BOOLEAN": "boolean",
    "DATE": "date",
}
STAYS = "it stays text"
WIDE, LARGEST = ("UBIGINT", "HUGEINT", "UHUGEINT"), 2**63 - 1


@dataclass(frozen=True)
class Guess:
    """The columns of a file, and what was not certain about them: (column's name, what to know).

    `fitting` are the positions of columns all of whose cells are known to fit, which need not be looked at again.
    """

    columns: tuple[DatasetColumn, ...]
    doubts: tuple[tuple[str, str], ...]
    fitting: frozenset[int] = frozenset()


@dataclass(frozen=True)
class _Guessed:
    """A column, what is not certain about it, and whether all its cells are known to fit."""

    column: DatasetColumn
    doubt: str = ""
    fits: bool = False


@dataclass(frozen=True)
class _Cells:
    """What stands in a column, by shape with its count.

    `missing` are texts for a missing value; `rest` all other shapes, empty for a column with too many; `numbers` those
    of the rest that are numbers; `count` is how many cells `rest` has.
    """

    column: DatasetColumn
    field: str
    missing: dict[str, int]
    rest: dict[str, int]
    numbers: dict[NumberShape, int]
    count: int

    def allow(self, wrong: int) -> bool:
        """True if so few cells do not fit that they are likely to be slips; False for a column without cells."""
        return self.count > 0 and (wrong == 0 or wrong <= max(1, MOST_MISFITS * self.count) and self.count - wrong >= 5)


def guess_columns(
    connection: Connection,
    stage: StagedRows,
    words: Collection[str],
    units: Collection[str],
    likely: str = "",
    beside: str = "",
) -> Guess:
    """The columns of staged texts. `words` are those of SQL, `units` the names that a column's unit may have.

    `likely` is the decimal sign where no number of the file decides, and commas may be either; `beside` is the scale
    that a line above or below the table says, such as million.
    """
    names = column_names(stage.headers, words)
    cells = _cells(
        connection,
        stage,
        [
            DatasetColumn(name, "text", None, "", header, position)
            for position, (name, header) in enumerate(zip(names, stage.headers, strict=True), 1)
        ],
    )
    evidence = [sign for sign in (decimal_evidence(one.numbers) for one in cells) if sign]
    decimal = max(".,", key=evidence.count) if evidence else ""
    decimals = [decimal or ("" if any(shape.maybe == "." for shape in one.numbers) else likely) for one in cells]
    guessed = [_guess(connection, stage, one, sign, units, beside) for one, sign in zip(cells, decimals, strict=True)]
    return Guess(
        tuple(one.column for one in guessed),
        tuple((one.column.name, one.doubt) for one in guessed if one.doubt),
        frozenset(one.column.position for one in guessed if one.fits),
    )


def typed_columns(connection: Connection, stage: StagedRows, words: Collection[str], units: Collection[str]) -> Guess:
    """The columns of staged rows that have types already; what is no type of TYPES becomes text.

    `words` and `units` are those of `guess_columns`.
    """
    kinds = columns_of(
        connection.execute(f"SELECT {', '.join(map(identifier, stage.fields))} FROM {stage.relation} LIMIT 0")
    )
    columns, doubts = [], []
    names = column_names(stage.headers, words)
    for position, ((field, kind), name, header) in enumerate(zip(kinds, names, stage.headers, strict=True), 1):
        type_ = TYPE_OF.get(kind.partition("(")[0], "text")
        if kind in WIDE or kind.startswith("DECIMAL"):
            type_ = "integer" if kind in WIDE or kind.endswith(",0)") else "decimal"
            cell = identifier(field)
            beyond = f"abs({cell}) > {LARGEST}"
            if type_ == "decimal":
                beyond = f"coalesce(try_cast(CAST({cell} AS DOUBLE) AS {kind}) <> {cell}, true) AND {cell} IS NOT NULL"
            if first_value(connection.execute(f"SELECT bool_or({beyond}) FROM {stage.relation}")):
                doubts.append((name, f"{type_}s beyond 64 bits: they stay text"))
                type_ = "text"
        if type_ in ("integer", "decimal") and (doubt := unit_and_doubt(header, "", "", units)[1]):
            doubts.append((name, doubt))
        columns.append(DatasetColumn(name, type_, None, "", header, position))
    return Guess(tuple(columns), tuple(doubts))


def _cells(connection: Connection, stage: StagedRows, columns: Sequence[DatasetColumn]) -> list[_Cells]:
    """What stands in each of the columns."""
    rows = first_value(connection.execute(f"SELECT count(*) FROM {stage.relation}"))
    found: list[_Cells] = []
    for group in in_groups(columns, rows):
        fields = [stage.fields[column.position - 1] for column in group]
        counts: list[dict[str, int]] = [{} for _ in group]
        for place, shape, count in _shapes(connection, cells_of(stage.relation, fields)):
            counts[place][shape] = count
        found += map(_cells_of_shapes, group, fields, counts)
    return found


def _shapes(connection: Connection, cells: str) -> list[tuple[int, str, int]]:
    """Counts the shapes of columns: "12,5" is "99,9", "007" is "099", "Ulm" is itself, "Leipzig" is "text".

    A text for a missing value is itself, however long it is.

    Plain numbers, which are most, are 9 and 9.9 whatever their length, and equal cells are looked at once: that is
    quicker.
    """
    query = f"""
        SELECT place, CASE
            WHEN length(t) > 40 OR length(t) > 5 AND NOT regexp_matches(t, '[0-9]')
                AND NOT regexp_full_match(t, {quoted(MISSING.pattern)}, 'i') THEN 'text'
            WHEN regexp_full_match(t, '[1-9][0-9]{{0,17}}') THEN '9'
            WHEN regexp_full_match(t, '[0-9]{{1,{EXACT_DIGITS}}}[.]([0-9]{{1,2}}|[0-9]{{4,15}})') THEN '9.9'
            WHEN regexp_matches(t, '^[^0-9]*0') THEN regexp_replace({NINES}, '9', '0')
            ELSE {NINES} END AS shape, CAST(sum(cells) AS BIGINT) AS number
        FROM (SELECT place, {trimmed("cell")} AS t, cells FROM
            (SELECT place, cell, count(*) AS cells FROM {cells} GROUP BY ALL)) WHERE t <> ''
        GROUP BY place, shape
        QUALIFY row_number() OVER (PARTITION BY place ORDER BY number DESC, shape) <= {MOST_SHAPES}
        ORDER BY place, number DESC, shape"""
    return connection.execute(query).fetchall()


def _cells_of_shapes(column: DatasetColumn, field: str, counts_by_shape: dict[str, int]) -> _Cells:
    missing = {shape: count for shape, count in counts_by_shape.items() if MISSING.fullmatch(shape)}
    rest = (
        {shape: count for shape, count in counts_by_shape.items() if shape not in missing}
        if len(counts_by_shape) < MOST_SHAPES
        else {}
    )
    numbers: dict[NumberShape, int] = {}
    for shape, count in rest.items():
        number = number_shape(shape)
        if number is not None:
            numbers[number] = numbers.get(number, 0) + count
    return _Cells(column, field, missing, rest, numbers, sum(rest.values()))


def _guess(
    connection: Connection, stage: StagedRows, cells: _Cells, decimal: str, units: Collection[str], beside: str
) -> _Guessed:
    """A column with its type and form."""
    missing, words = tuple(cells.missing), {shape.lower() for shape in cells.rest}
    if words and any(words <= set(pair) for pair in zip(TRUE, FALSE, strict=True)):
        return _Guessed(replace(cells.column, type="boolean", form=CellFormat(missing)), fits=True)
    dated = _dates(connection, stage, cells)
    if dated is not None:
        return dated
    if not cells.allow(cells.count - sum(cells.numbers.values())) or _are_codes(cells):
        return _Guessed(cells.column)
    if cells.field in stage.kept and all(shape.digits for shape in cells.numbers):
        doubt = "digits that the file itself keeps as text stay text; else write type: integer"
        return _Guessed(cells.column, doubt)
    if any(LONG_DECIMAL.fullmatch(shape) for shape in cells.rest):
        doubt = f"has decimals of more than {EXACT_DIGITS} digits, which 64 bits do not hold: {STAYS}"
        return _Guessed(cells.column, doubt)
    signs = {sign for shape in cells.numbers for sign in shape.around}
    currencies = {SIGNS[sign] or sign for sign in signs}
    if len(currencies) > 1:
        doubt = f"has {' and '.join(sorted(signs))}, which cannot be added up: {STAYS}"
        return _Guessed(cells.column, doubt)
    form, undecided = cell_format(cells.numbers.items(), decimal)
    is_integer = not signs and not any(s.decimal or s.maybe == form.decimal for s in cells.numbers)
    unit, unit_doubt = unit_and_doubt(cells.column.printed, next(iter(currencies), ""), beside, units)
    form, type_ = replace(form, missing=missing), "integer" if is_integer else "decimal"
    plain = {"0", "9"} if is_integer else {"0", "9", "9.9"}
    return _Guessed(
        replace(cells.column, type=type_, unit=unit, form=form),
        "; ".join(filter(None, [_doubt(cells, form, undecided), unit_doubt])),
        form.decimal == "." and {*cells.rest} <= plain,
    )


def _are_codes(cells: _Cells) -> bool:
    return (
        any(shape.zeros or shape.digits > LONGEST_WHOLE for shape in cells.numbers)
        or any(looks_like_code(shape) and number_shape(shape) is None for shape in cells.rest)
        or (CODES.fullmatch(cells.column.name) is not None and all(shape.digits for shape in cells.numbers))
    )


def _doubt(cells: _Cells, form: CellFormat, undecided: str) -> str:
    if undecided:
        parted, otherwise = ("decimals", "thousands") if undecided == form.decimal else ("thousands", "decimal")
        return f"{undecided} may part decimals or thousands: taken for {parted}; else write {otherwise}: {undecided!r}"
    bare = sum(count for shape, count in cells.numbers.items() if not shape.around)
    return f"{bare:,} of {cells.count:,} numbers are without %" if "%" in form.around and bare else ""


def _dates(connection: Connection, stage: StagedRows, cells: _Cells) -> _Guessed | None:
    """A column read as dates or times; None if its cells are neither.

    Where day and month cannot be told apart in any cell, the column stays text.
    """
    shapes = [(shape.replace("0", "9", 1), count) for shape, count in cells.rest.items()]
    plain = replace(cells.column, form=CellFormat(tuple(cells.missing)))
    moments = sum(count for shape, count in shapes if MOMENT.fullmatch(shape))
    if moments and cells.allow(cells.count - moments):
        away = sum(count for shape, count in shapes if re.search("99:99.*[+-]99(:?99)?$", shape))
        doubt = f"{away:,} times are told with their distance to UTC: all are kept as they are in UTC" if away else ""
        return _Guessed(replace(plain, type="time"), doubt)
    candidates = []
    for (days, pattern), (clock, more) in ((d, c) for d in DATES for c in CLOCKS):
        fits = sum(count for shape, count in shapes if re.fullmatch(days + clock, shape))
        if fits and (pattern or not more) and cells.allow(cells.count - fits):
            form = replace(plain.form, pattern=pattern + more)
            candidate = replace(plain, type="time" if more else "date", form=form)
            count_of_read = connection.execute(
                f"SELECT count({value_of(cells.field, candidate)}) FROM {stage.relation}"
            )
            candidates.append((int(first_value(count_of_read)), candidate))
    most_read = max((count for count, _ in candidates), default=0)
    if not candidates or not cells.allow(cells.count - most_read):
        return None
    best = [candidate for count, candidate in candidates if count == most_read]
    if len(best) == 1:
        return _Guessed(best[0], fits=most_read == cells.count)
    patterns = " or ".join(f'form: "{candidate.form.pattern}"' for candidate in best)
    why = f"may have the day or the month first: it stays text; else write type: {best[0].type} and {patterns}"
    return _Guessed(cells.column, why)
