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
TOP = 60  # records in which a header is looked for
QUOTED_CELLS = 3  # in single quotes, from which on these may be the file's quotes
LESS_LIKELY = 0.3  # of blanks and colons, which stand in texts and times too: taken where no other sign parts records


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

    A delimiter fits where it separates one of the older `headers`. Bytes that can only be UTF-8 or UTF-16 are that.
    """
    detected = encoding_of(path)
    certain = detected.startswith("utf-16") or declared.encoding.startswith("utf-16")
    certain = certain or (detected == "utf-8" and not _decodes(path, "ascii"))
    encoding = detected if certain or not _decodes(path, declared.encoding) else declared.encoding
    with opened(path) as file:
        text = file.read(SAMPLE).decode(encoding, "replace").removeprefix("\ufeff")
    top = islice(records(text, declared.delimiter, declared.quote), TOP)
    parted = not headers or any(printed_header(cell) in headers for record in top for cell in record if len(record) > 1)
    return Wanted(encoding=encoding, delimiter=declared.delimiter if parted else "")


def encoding_of(path: Path) -> str:
    """UTF-8 where all bytes are, UTF-16 by its mark or its zero bytes, else Windows-1252 or Latin-1."""
    with opened(path) as file:
        start = file.read(4096)
    for mark, name in BOMS:
        if start.startswith(mark):
            return name
    zeros = [start[at::2].count(0) for at in (0, 1)]
    if max(zeros) > len(start) // 4:
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
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
    """How well records agree on a number of columns above one, and that number; on blanks and colons all have to."""
    widths = Counter(len(record) for record in records(text, delimiter, quote) if any(record))
    wide = Counter({width: count for width, count in widths.items() if width > 1})
    if not wide:
        return (0.0, 0)
    width, count = max(wide.items(), key=lambda one: (one[1], one[0]))
    share = count / sum(widths.values())
    if delimiter in " :" and (share < 1 or count < 3):
        return (0.0, 0)
    return (round(share, 1) - (LESS_LIKELY if delimiter in " :" else 0.0), width)
