"""How cells that are texts become values, as SQL: one expression a column, which gives NULL for what does not fit."""

from __future__ import annotations

import re

from toolkit.datasets.declaration import TYPES, CellFormat, DatasetColumn
from toolkit.engine.paths import identifier, quoted

BLANKS = " \t\u00a0\u202f\u2009\u2007"
EDGE = f"^[{BLANKS}]|[{BLANKS}]$"
MINUS = "\u2212\u2013\u2012"
# no letters without brackets, and only one in them: m, bn and [kg] are scales and units, which footnotes are not
FOOTNOTE = r"(\s*(\[([0-9]{1,3}|[A-Za-z])\]|\([a-z]\)|[*†‡§¶#⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉ]+))+$"
NUMBER = r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+][0-9]+)?|[-+]?[0-9]*\.[0-9]+[eE][0-9]+"
WHOLE = r"[-+]?[0-9]+(\.0*)?"
TRUE, FALSE = ("true", "yes"), ("false", "no")


def trimmed(field: str) -> str:
    """An expression for a cell without blanks at its ends; few cells have any, so that these are looked for first."""
    cell = identifier(field)
    return f"CASE WHEN regexp_matches({cell}, {quoted(EDGE)}) THEN trim({cell}, {quoted(BLANKS)}) ELSE {cell} END"


def present(field: str, form: CellFormat) -> str:
    """An expression that is true where a cell has something other than a mark for a missing value."""
    absent = ", ".join(map(quoted, ("", *form.missing)))
    return f"({identifier(field)} IS NOT NULL AND {trimmed(field)} NOT IN ({absent}))"


def value_of(field: str, column: DatasetColumn, fits: bool = False) -> str:
    """An expression for a cell's value in the column's type; NULL where it is missing or does not fit.

    `fits` says that all cells are known to fit: then a plain cast is tried first, which is three times as fast.
    """
    if fits and column.type in ("integer", "decimal", "date") and not (column.form.missing or column.form.pattern):
        return f"coalesce(try_cast({identifier(field)} AS {TYPES[column.type]}), {value_of(field, column)})"
    form, text, cell = column.form, f"({trimmed(field)})", identifier(field)
    if column.type == "text":
        return cell
    if column.type == "boolean":
        listed = [", ".join(map(quoted, words)) for words in (TRUE, FALSE)]
        value = f"CASE WHEN lower({text}) IN ({listed[0]}) THEN true WHEN lower({text}) IN ({listed[1]}) THEN false END"
    elif column.type in ("date", "time"):
        parsed = f"try_strptime({text}, {quoted(form.pattern)})" if form.pattern else text
        if column.type == "time" and not form.pattern:  # a cast to TIMESTAMP leaves out the distance to UTC: +02:00
            parsed = f"try_cast({text} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
        value = f"try_cast({parsed} AS {TYPES[column.type]})"
    else:
        value = _number_of(text, form, column.type)
    value = f"CASE WHEN {present(field, form)} THEN {value} END"
    if column.type in ("integer", "decimal") and form.decimal == "." and not re.search("[0-9]", "".join(form.missing)):
        plain = "[-+]?[0-9]+" if column.type == "integer" else r"[-+]?[0-9]+(\.[0-9]+)?"  # as most numbers are: fast
        cast = f"try_cast({cell} AS {TYPES[column.type]})"
        return f"CASE WHEN regexp_full_match({cell}, {quoted(plain)}) THEN {cast} ELSE {value} END"
    return value


def _number_of(text: str, form: CellFormat, type_: str) -> str:
    """An expression for the number that a text states, in the way that `form` says numbers are written."""
    if form.footnotes:
        text = f"regexp_replace({text}, {quoted(FOOTNOTE)}, '')"
    for sign in form.around:
        text = f"replace({text}, {quoted(sign)}, '')"
    if form.parentheses:
        text = rf"regexp_replace(trim({text}, {quoted(BLANKS)}), '^\((.*)\)$', '-\1')"
    if form.around or form.footnotes or form.parentheses:
        text = f"replace(trim({text}, {quoted(BLANKS)}), '- ', '-')"
    text = f"translate({text}, {quoted(MINUS)}, {quoted('-' * len(MINUS))})"
    if form.thousands:
        text = _ungrouped(text, form)
    if form.decimal == ",":
        text = f"CASE WHEN contains({text}, '.') THEN NULL ELSE replace({text}, ',', '.') END"
    shape = WHOLE if type_ == "integer" else NUMBER
    digits = f"split_part({text}, '.', 1)" if type_ == "integer" else text
    return f"CASE WHEN regexp_full_match({text}, {quoted(shape)}) THEN try_cast({digits} AS {TYPES[type_]}) END"


def _ungrouped(text: str, form: CellFormat) -> str:
    """An expression for a text without separators of thousands; NULL where its digits are not grouped so."""
    signs = f"[{BLANKS}]" if form.thousands == " " else "['’]" if form.thousands == "'" else rf"\{form.thousands}"
    grouped = rf"[-+]?[0-9]{{1,3}}({signs}[0-9]{{2,3}})*{signs}[0-9]{{3}}(\{form.decimal}[0-9]*)?"
    return (
        f"CASE WHEN regexp_full_match({text}, {quoted(grouped)}) THEN regexp_replace({text}, {quoted(signs)}, '', 'g') "
        f"WHEN NOT regexp_matches({text}, {quoted(signs)}) THEN {text} END"
    )


def misfits(field: str, column: DatasetColumn) -> str:
    """An expression that is true where a cell has something that does not fit the column's type."""
    return f"CASE WHEN ({value_of(field, column)}) IS NULL THEN {present(field, column.form)} ELSE false END"


def cast_is_lossy(field: str, type_: str) -> str:
    """An expression that is true where a cast to the type fails or loses something, as of 3.7 to an integer."""
    cell = identifier(field)
    value = f"try_cast({cell} AS {TYPES[type_]})"
    finer = {"integer": "DOUBLE", "date": "TIMESTAMP"}.get(type_)
    other = f" OR try_cast({cell} AS {finer}) <> try_cast({value} AS {finer})" if finer else ""
    return f"({cell} IS NOT NULL AND ({value} IS NULL{other}))"
