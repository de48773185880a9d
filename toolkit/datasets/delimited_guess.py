"""How a delimited file is read: its encoding, delimiter and quotes, guessed from its bytes."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Collection
from itertools import islice
from pathlib import Path

from toolkit.datasets.declaration import ReadOptions
from toolkit.datasets.delimited import opened, records
from toolkit.datasets.file_format import Wanted
from toolkit.datasets.names import printed_header

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
DELIMITERS = ",;\t|:^~\x1f "
SAMPLE = 1 << 18
HEADER_WITHIN = 60  # records from the first, in which a header is looked for
QUOTED_CELLS = 3  # in single quotes, from which on these may be the file's quotes
IN_TEXTS_TOO = " :"  # delimiters that stand in texts and times as well
PENALTY = 0.3  # taken off the agreement of these, so that any other sign on which records agree goes before


def guess_reading(path: Path, encoding: str = "", delimiter: str = "") -> ReadOptions:
    """How a file is read, as far as `encoding` and `delimiter` do not say it already. Raises OSError, EOFError."""
    encoding = encoding or encoding_of(path)
    with opened(path) as file:
        text = file.read(SAMPLE).decode(encoding, "replace").removeprefix("\ufeff")
    text = text[: text.rfind("\n") + 1] or text
    candidates = [
        (_agreement(text, sign, quote), sign, quote)
        for sign in (delimiter or DELIMITERS)
        for quote in ('"', "'")
        if quote == '"' or _cells_in_single_quotes(text, sign) >= QUOTED_CELLS
    ]
    _, sign, quote = max(candidates, key=lambda candidate: candidate[0])
    return ReadOptions("csv", encoding=encoding, delimiter=sign, quote=quote)


def what_still_holds(path: Path, declared: ReadOptions, headers: Collection[str]) -> Wanted:
    """The encoding and delimiter of an older version, each "" where it does not fit the file.

    A delimiter fits where it separates one of the older `headers`. Where the bytes can only be UTF-8 or UTF-16, that
    is the encoding, whatever was declared.
    """
    detected = encoding_of(path)
    certain = detected.startswith("utf-16") or declared.encoding.startswith("utf-16")
    certain = certain or (detected == "utf-8" and not _decodes(path, "ascii"))
    encoding = detected if certain or not _decodes(path, declared.encoding) else declared.encoding
    with opened(path) as file:
        text = file.read(SAMPLE).decode(encoding, "replace").removeprefix("\ufeff")
    top = islice(records(text, declared.delimiter, declared.quote), HEADER_WITHIN)
    separated_cells = (cell for record in top if len(record) > 1 for cell in record)
    fits = not headers or any(printed_header(cell) in headers for cell in separated_cells)
    return Wanted(encoding=encoding, delimiter=declared.delimiter if fits else "")


def encoding_of(path: Path) -> str:
    """UTF-8 where all bytes are, UTF-16 by its mark or its zero bytes, else Windows-1252 or Latin-1."""
    with opened(path) as file:
        start = file.read(4096)
    for mark, name in BOMS:
        if start.startswith(mark):
            return name
    zeros_first, zeros_second = start[0::2].count(0), start[1::2].count(0)  # in pairs of bytes: "a" is 0 61 or 61 0
    if max(zeros_first, zeros_second) > len(start) // 4:
        return "utf-16-be" if zeros_first > zeros_second else "utf-16-le"
    return next(name for name in ("utf-8", "cp1252", "latin-1") if _decodes(path, name))


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with opened(path) as file:
        try:
            while block := file.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _cells_in_single_quotes(text: str, delimiter: str) -> int:
    return len(re.findall(rf"(?:^|{re.escape(delimiter)})'[^'\n]*'(?={re.escape(delimiter)}|\r?$)", text, re.MULTILINE))


def _agreement(text: str, delimiter: str, quote: str) -> tuple[float, int]:
    """The share of records that agree on a number of columns above one, and that number.

    Where a delimiter stands in texts too, all records have to agree, at least three, and PENALTY is taken off.
    """
    widths = Counter(len(record) for record in records(text, delimiter, quote) if any(record))
    wide = Counter({width: count for width, count in widths.items() if width > 1})
    if not wide:
        return (0.0, 0)
    width, count = max(wide.items(), key=lambda one: (one[1], one[0]))
    share = count / sum(widths.values())
    if delimiter not in IN_TEXTS_TOO:
        return (round(share, 1), width)
    return (1.0 - PENALTY, width) if share == 1 and count >= 3 else (0.0, 0)
