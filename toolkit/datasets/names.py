"""Names: of columns in SQL, made from the headers that a file has; of datasets, made from the files' names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable

from toolkit.core.text import clean_text

LONGEST = 60  # letters
_NEITHER = re.compile(r"[\W_]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def printed_header(cell: str) -> str:
    """A header as a declaration keeps it: on one line, without what nobody sees."""
    text = " ".join(_CONTROL.sub(" ", cell).split())
    if clean_text(text)[1]:
        text = "".join(sign for sign in text if not clean_text(f"a{sign}a")[1])
    return " ".join(clean_text(text)[0].split())


def identifier_of(text: str, words: Collection[str] = ()) -> str:
    """A lower-case name for SQL, without accents on Latin letters: "Umsatz (Mio. €)" is umsatz_mio.

    "" where the text has no letter and no digit. One of `words`, the words of SQL, has a line at its end.
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    latin = "".join(sign for sign in plain if not "\u0300" <= sign <= "\u036f")
    name = _NEITHER.sub("_", unicodedata.normalize("NFC", latin)).strip("_")[:LONGEST].rstrip("_")
    if name[:1].isdigit():
        name = f"n{name}"
    return f"{name}_" if name in words else name


def column_names(headers: Iterable[str], words: Collection[str] = ()) -> tuple[str, ...]:
    """A name for each header, each once: a blank one is column_3, a second amount is amount_2."""
    names: list[str] = []
    for position, header in enumerate(headers, 1):
        name = identifier_of(header, words) or f"column_{position}"
        count, unique = 1, name
        while unique in names or unique.startswith("printed_"):
            count += 1
            unique = f"{name}_{count}" if not name.startswith("printed_") else f"as_{name}"
            name = unique if name.startswith("printed_") else name
        names.append(unique)
    return tuple(names)
