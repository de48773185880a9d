"""CSV, TSV and other delimited text, also compressed: rows of texts, the header among them."""

from __future__ import annotations

from toolkit.datasets import delimited, delimited_guess
from toolkit.datasets.file_format import Format

FORMAT = Format(
    description="CSV, TSV and other delimited text (also .gz, .zst)",
    endings=(".csv", ".tsv", ".txt"),
    matches=lambda start, endings: True,
    rank=2,
    text=True,
    options=("encoding", "delimiter"),
    what_still_holds=delimited_guess.what_still_holds,
    reading=lambda connection, path, wanted: delimited_guess.guess_reading(path, wanted.encoding, wanted.delimiter),
    write=delimited.write_texts,
    header=True,
)
