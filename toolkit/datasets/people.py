"""Which columns look as if they were about people: by their headers, and by what stands in them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from toolkit.datasets.declaration import DatasetColumn
from toolkit.datasets.many_columns import cells_of, in_groups
from toolkit.datasets.names import identifier_of
from toolkit.datasets.staged import at_hand
from toolkit.engine.connect import Connection

LOOKED_AT = 20_000  # rows
CELLS_READ = 400  # of the different cells of a column in these rows
LETTERS_READ = 1_000  # of a cell: patterns take long to find nothing in a long one
# kinds of columns
NAMES, CODES, ADDRESSES, FREE_TEXT = "names of people", "codes of people", "addresses", "free text"
BIRTH_DATES, PHONES, EMAILS, ACCOUNTS = "birth dates", "phone numbers", "e-mail addresses", "accounts"
MAY_BE_NUMBERS = (BIRTH_DATES, ADDRESSES, PHONES, ACCOUNTS)  # kinds that columns of numbers and days may have
# kinds that can identify a person: an address or a remark alone cannot
IDENTIFYING = frozenset((NAMES, CODES, BIRTH_DATES, PHONES, EMAILS, ACCOUNTS))
NAMING = IDENTIFYING - {BIRTH_DATES}  # each of whose values is of one person
LONG_TEXT = (60, 7)  # mean letters, or mean words, of a cell

# shares of a column's cells over which it is of a kind: a fifth for what little else looks like, more for what codes of
# things look like too, less for names, as no list of given names is whole
MARKED, OF_PLATES, OF_NAMES, OF_INITIALS = 0.2, 0.6, 0.15, 0.5

EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[A-Za-z]{2,}")
PHONE = re.compile(
    r"(\+|00|\(?0|\(\d{2,4}\)|\d{3}[ .-]\d{3}[ .-]\d{4}|\d{2}( \d{2}){3,4}$)[0-9 ()/.-]*( ?(x|ext\.?) ?\d+)?"
)
DAY = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}")
ACCOUNT = re.compile(
    "|".join(
        (
            r"[A-Z]{2}\d{2} ?([A-Z0-9]{4} ?){2,7}[A-Z0-9]{1,4}",  # IBAN
            r"\d{4}([ -]?\d{4}){3}",  # cards
            r"\d{3}-\d{2}-\d{4}",  # United States
            r"(\d{8}|[XYZ]-?\d{7})-?[A-Z]",  # Spain
            r"[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]",  # Italy
            r"[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]",  # United Kingdom
            r"[12] ?\d{2} ?\d{2} ?\d{2} ?\d{3} ?\d{3}( ?\d{2})?",  # France
            r"\d{3}\.\d{3}\.\d{3}-\d{2}",  # Brazil
            r"\d{17}[0-9Xx]",  # China
            r"\d{6}(\d{2})?[-+A]\d{3}[0-9A-Z]",  # Sweden, Denmark, Finland
            r"(\d{1,3}\.){3}\d{1,3}",  # addresses of computers
            r"@\w{2,}",  # names on social networks
        )
    )
)
# of vehicles: Germany, United Kingdom, France and Italy, Spain
PLATE = re.compile(
    r"[A-ZÄÖÜ]{1,3}[- ][A-Z]{1,2}[ -]?\d{1,4}[EH]?|[A-Z]{2}\d{2} ?[A-Z]{3}|[A-Z]{2}[- ]\d{3}[- ][A-Z]{2}|\d{4} [B-Z]{3}"
)
INITIALS = re.compile(r"([A-Z]\. ?){1,3}[A-ZÀ-Þ][\w'’-]+|[A-ZÀ-Þ][\w'’-]+, ([A-Z]\. ?){1,3}")
COORDINATES = re.compile(r"-?\d{1,2}\.\d{3,}[,; ]+-?\d{1,3}\.\d{3,}")
PATRONYMIC = re.compile(r"\w(ович|евич|овна|евна|ична|инична)\b")
HAN_STREET = re.compile(r"\d+(号|號|丁目|番)|[路街]\d")
WORD = re.compile(r"[^\W\d_][\w'’-]*")


@dataclass(frozen=True)
class _Words:
    """The words of people.toml: kinds by part of a header, and by compound; `lists` has all other words, by name."""

    parts: dict[str, str]
    compounds: dict[str, str]
    lists: dict[str, frozenset[str]]


@cache
def _words() -> _Words:
    with Path(__file__).with_suffix(".toml").open("rb") as file:
        content = tomllib.load(file)
    parts, compounds = (
        {word: kind for kind, words in content[key].items() for word in words.split()} for key in ("parts", "compounds")
    )
    return _Words(parts, compounds, {key: frozenset(words.split()) for key, words in content["other"].items()})


def columns_of_people(connection: Connection, relation: str, columns: Iterable[DatasetColumn]) -> dict[str, str]:
    """What each column that looks like it may tell of people, by the column's name: "names of people", "free text"."""
    columns, kinds = tuple(columns), dict[str, str]()
    first = f"(SELECT * FROM {relation} LIMIT {LOOKED_AT})"
    relation = at_hand(connection, first, len(columns), "\1first_rows")
    by_header = {column.name: _by_header(column) for column in columns}
    texts = [column.name for column in columns if column.type == "text"]
    cells = _cells(connection, relation, [name for name in texts if not by_header[name]])
    for column in columns:
        kind = by_header[column.name]
        if kind == CODES or (kind and (column.type == "text" or kind in MAY_BE_NUMBERS)):
            kinds[column.name] = kind
        elif column.name in cells and (kind := _by_cells(cells[column.name])):
            kinds[column.name] = kind
    return kinds


def _by_header(column: DatasetColumn) -> str | None:
    """The kind that the header says: read from the name in SQL, else from the heading in the file."""
    spaced = re.sub(r"(?<=[a-zß-ÿ])(?=[A-Z])", " ", column.printed)  # FirstName
    return next(filter(None, (_kind_of(identifier_of(text)) for text in (column.name, spaced))), None)


def _kind_of(name: str) -> str | None:
    words, parts = _words(), name.strip("_").split("_")
    compound = "".join(parts)
    if words.lists["counted"] & {*parts} or parts[:2] == ["number", "of"]:
        return None
    kinds = [kind for stem, kind in words.compounds.items() if stem in compound]
    kinds += [words.parts[part] for part in (compound, *parts) if part in words.parts]
    # customer_phone is a phone; an address is one only where nothing else is said
    other_kinds = sorted((kind for kind in kinds if kind != NAMES), key=lambda kind: kind == ADDRESSES)
    if other_kinds or not kinds:
        return other_kinds[0] if other_kinds else None
    if words.lists["codes"] & {*parts}:
        return CODES
    words_of_people = [part for part in parts if words.parts.get(part) == NAMES and part not in ("name", "names")]
    name_parts = {*parts} & {"first", "last", "full", "middle", "family", "given"}
    if parts[-1] in ("name", "names") and len(parts) > 1 and not (words_of_people or name_parts):
        return None  # of a thing: kitchen_name
    return NAMES


def _cells(connection: Connection, relation: str, names: Sequence[str]) -> dict[str, list[str]]:
    """Different cells of each of these columns of texts, the same at each reading."""
    cells: dict[str, list[str]] = {name: [] for name in names}
    for group in in_groups(names, LOOKED_AT):
        sql = (
            f"SELECT place, one FROM (SELECT DISTINCT place, left(cell, {LETTERS_READ}) AS one "
            f"FROM {cells_of(relation, group)} WHERE cell IS NOT NULL) "
            f"QUALIFY row_number() OVER (PARTITION BY place ORDER BY hash(one), one) <= {CELLS_READ} "
            "ORDER BY place, hash(one), one"
        )
        for place, text in connection.execute(sql).fetchall():
            cells[group[place]].append(str(text).strip())
    return cells


def _by_cells(cells: Sequence[str]) -> str | None:
    """The kind of what stands in a column, None for nothing of people."""
    if not cells:
        return None

    def share(test: Callable[[str], object]) -> float:
        return sum(bool(test(cell)) for cell in cells) / len(cells)

    if share(EMAIL.search) > MARKED:
        return EMAILS
    if share(ACCOUNT.fullmatch) > MARKED or share(PLATE.fullmatch) > OF_PLATES:
        return ACCOUNTS
    if share(_is_phone) > MARKED:
        return PHONES
    if share(_is_address) > MARKED:
        return ADDRESSES
    if share(_is_name) > OF_NAMES or share(INITIALS.fullmatch) > OF_INITIALS:
        return NAMES
    letters, words = (sum(map(size, cells)) / len(cells) for size in (len, lambda cell: len(cell.split())))
    return FREE_TEXT if len(cells) > 5 and (letters > LONG_TEXT[0] or words > LONG_TEXT[1]) else None


def _is_phone(cell: str) -> bool:
    digits = sum(sign.isdigit() for sign in cell)
    return 7 <= digits <= 16 and bool(PHONE.fullmatch(cell)) and not DAY.fullmatch(cell) and not cell.isdigit()


def _is_address(cell: str) -> bool:
    words, lists = [word.lower() for word in WORD.findall(cell)], _words().lists
    if not any(sign.isdigit() for sign in cell):
        return False
    if not words:
        return bool(COORDINATES.fullmatch(cell))
    ends = tuple(lists["in_streets"])
    has_street = any(word in lists["streets"] or (word.endswith(ends) and len(word) > 5) for word in words)
    return has_street or bool(HAN_STREET.search(cell))


def _is_name(cell: str) -> bool:
    """Two to five words, of which one is a given name, or the first a title, or one a patronymic."""
    words, lists = WORD.findall(cell), _words().lists
    if any(sign.isdigit() for sign in cell) or not 2 <= len(words) <= 5 or len(cell) > 50:
        return False
    plain = [identifier_of(word) for word in words]
    of_a_saint = plain[0] in lists["saints"]  # a church or a street
    if of_a_saint or not all(word[0].isupper() for word in words if len(word) > 3):
        return False
    has_given_name = any(word in lists["given"] for word in plain)
    return has_given_name or plain[0] in lists["titles"] or bool(PATRONYMIC.search(cell.lower()))
