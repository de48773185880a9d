"""Which columns look as if they were about people: by their names, and by what stands in them."""

from __future__ import annotations

from collections.abc import Iterable

from toolkit.datasets.declaration import DatasetColumn
from toolkit.engine.connect import Connection
from toolkit.engine.paths import identifier, quoted

LOOKED_AT = 20_000  # rows
HEADERS = {
    "people": "person patient employee staff officer owner suspect victim defendant client customer user resident "
    "teacher pupil student doctor driver passenger witness complainant inspector name firstname lastname fullname "
    "surname forename vorname nachname familienname prenom nom nombre apellido apellidos cognome geburtsname",
    "birth dates": "dob birthdate birthday birth geburtsdatum geburtstag born",
    "addresses": "address addr street strasse adresse direccion hausnummer latitude longitude lat lon lng",
    "phone numbers": "phone telephone tel telefon mobile mobil fax handy",
    "e-mail addresses": "email mail",
    "accounts": "iban account konto kontonummer card ssn passport plate username login ip steuerid",
}
NUMERIC = ("birth dates", "addresses", "phone numbers", "accounts")  # that need no text
OTHER = "id count total n date type number share code per".split()  # owner_id is a code, customer_count a number
CELLS = (  # more than a fifth of the cells
    ("e-mail addresses", r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}"),
    ("phone numbers", r"(\+|00)[0-9 ()/.-]{8,18}|\(?0[0-9]{2,5}\)?[ /-]+[0-9 -]{4,12}"),
    ("accounts", r"[A-Z]{2}[0-9]{2}[ ]?([A-Z0-9]{4}[ ]?){2,7}[A-Z0-9]{1,4}"),
)
_PERSONAL = {"first", "last", "full", "middle", "family", "given", *HEADERS["people"].split()} - {"name"}
FREE_TEXT = 60  # letters in the mean


def columns_of_people(connection: Connection, relation: str, columns: Iterable[DatasetColumn]) -> dict[str, str]:
    """What each column that looks like it may tell of people, by the column's name: "names of people", "free text"."""
    found = {c.name: kind for c in columns if (kind := _by_header(c.name)) and (c.type == "text" or kind in NUMERIC)}
    texts = [column.name for column in columns if column.type == "text" and column.name not in found]
    for name in texts:
        cell = identifier(name)
        tests = ", ".join(f"count_if(regexp_full_match({cell}, {quoted(form)}))" for _, form in CELLS)
        query = f"SELECT count({cell}), avg(length({cell})), count(DISTINCT {cell}), {tests} FROM "
        count, length, distinct, *hits = connection.execute(
            f"{query} (SELECT {cell} FROM {relation} LIMIT {LOOKED_AT})"
        ).fetchone() or (0, 0, 0)
        kinds = [kind for (kind, _), hit in zip(CELLS, hits, strict=False) if (hit or 0) > count / 5]
        if kinds:
            found[name] = kinds[0]
        elif count and length > FREE_TEXT and distinct > count / 2:
            found[name] = "free text"
    return found


def _by_header(name: str) -> str | None:
    parts = name.split("_")
    if set(parts) & {*OTHER} or (parts[-1] == "name" and len(parts) > 1 and not set(parts) & _PERSONAL):
        return None
    joined = {"".join(parts), *parts}
    return next((kind for kind, words in HEADERS.items() if joined & set(words.split())), None)
