"""Names of files that people write: notes, copies that editors leave, and the name that was meant."""

from __future__ import annotations

import re

NOTES = ".md"  # allowed in any folder, and read by people only
DOUBLE_ENDING = re.compile(r"(\.yml|\.csv|\.txt|\.sql|\.ipynb)\.(txt|json)$")  # as editors and browsers save
COPIES = ("~", "#", ".bak", ".old", ".orig", ".rej", ".swp", ".tmp")  # what editors and merges leave behind


def meant_name(name: str) -> str:
    """The name under which a file was probably meant to be read: more.csv for "More.CSV" and "more.csv.txt"."""
    return DOUBLE_ENDING.sub(r"\1", name.strip().lower().replace(".yaml", ".yml"))
