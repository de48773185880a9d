"""What the columns of an answer hold, by name and DuckDB type: keys, quantities, labels, or what no table can show."""

from __future__ import annotations

import re
from collections.abc import Sequence

from toolkit.core.errors import Problem, ToolkitError
from toolkit.database.meaning import Role

# names of columns whose whole numbers are labels, not quantities; "per_year" is a unit
LABEL = re.compile(r"(?!.*_per_)(.*_)?(year|decade|quarter|rank|order|row|layer)")
# what is allowed where a value is infinite or no number, and what to do
FINITE = ("finite values or NULL", "divide by nullif(…, 0); a product over 1e308 has no value: add up its ln(…)")
FRACTIONS = ("DOUBLE", "FLOAT", "DECIMAL")
NUMBERS = (
    *FRACTIONS,
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "UHUGEINT",
)
OTHERS = ("VARCHAR", "BOOLEAN", "DATE", "TIME", "ENUM", "UUID", '"NULL"', "NULL")


def is_key(column: str) -> bool:
    """Whether a column holds the keys of the rows that a row of the answer used."""
    return column == "keys" or column.startswith("keys_")


def is_number(kind: str) -> bool:
    """Whether a DuckDB type is a number."""
    return not kind.endswith("]") and kind.startswith(NUMBERS)


def is_fraction(kind: str) -> bool:
    """Whether a DuckDB type is a number that may have decimals."""
    return kind.startswith(FRACTIONS)


def is_quantity(column: str, kind: str, role: Role = Role.UNKNOWN) -> bool:
    """Whether a column of this name and DuckDB type holds numbers that are not years, ranks or other labels.

    Its `role` (see `Meaning`) says so where the query does; its name only where that is unknown or a typed number. A
    rank or a label is a number where it is named as a count, n_<what>.
    """
    if not is_number(kind) or (role == Role.LABEL and not is_fraction(kind)):
        return is_number(kind) and column.startswith("n_")
    if role == Role.RANK:
        return column.startswith("n_")
    by_name = role in (Role.UNKNOWN, Role.UNTRACED, Role.LITERAL, Role.NOTHING)
    return not by_name or is_fraction(kind) or LABEL.fullmatch(column) is None


def refuse_columns(where: str, columns: Sequence[tuple[str, str]]) -> None:
    """Raises ToolkitError if two columns share a name, or one has a type that no table shows.

    `columns` are names and DuckDB types; `where` names the query in the error.
    """
    names = [column for column, _ in columns]
    problems = [
        Problem(
            f"{where}, column {name}",
            f"{names.count(name)} columns of this name",
            "each name once",
            "rename one of them",
        )
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    for column, kind in columns:
        if "WITH TIME ZONE" in kind:
            problems.append(
                Problem(
                    f"{where}, column {column}",
                    f"the type {kind}",
                    "a day, or a time without a zone",
                    "write CAST(… AS DATE) or CAST(… AS TIMESTAMP)",
                )
            )
        elif not is_key(column) and (kind.endswith("]") or not kind.startswith((*NUMBERS, *OTHERS))):
            problems.append(
                Problem(
                    f"{where}, column {column}",
                    f"the type {kind}",
                    "numbers, text, days, true or false",
                    "take its parts in columns of their own, or cast it to VARCHAR",
                )
            )
    if problems:
        raise ToolkitError(problems)
