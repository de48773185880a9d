"""Writes rows that a library reads one by one, of spreadsheets and SQLite, as Parquet whose cells are texts."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from pathlib import Path

BLOCK = 20_000  # rows at the most
LARGE = 64 << 20  # bytes: of long cells there are fewer in a block


def write_rows(rows: Iterable[Sequence[object]], out: Path, names: Sequence[str] = ()) -> dict[str, int]:
    """Writes the rows that are not empty to `out`, in columns called `names`, by default c1, c2 ….

    Returns, by column, the last row (from 1) in which the file itself has digits as a text, as it has codes: 007.
    """
    import pyarrow
    import pyarrow.parquet

    filled = (row for row in rows if any(cell is not None and cell != "" for cell in row))
    first = list(islice(filled, 1))
    names = list(names) or [f"c{at + 1}" for at in range(len(first[0]) if first else 1)]
    schema, before = pyarrow.schema([(name, pyarrow.string()) for name in names]), 0
    digits_of: dict[str, int] = {}
    size = 1
    everything = chain(first, filled)
    with pyarrow.parquet.ParquetWriter(out, schema) as writer:
        while block := list(islice(everything, size)):
            columns = list(zip(*block, strict=True))
            for name, column in zip(names, columns, strict=True):
                digits = [at for at, cell in enumerate(column, before + 1) if isinstance(cell, str) and cell.isdigit()]
                digits_of |= {name: digits[-1]} if digits else {}
            texts = [pyarrow.array(map(_text, column), pyarrow.string()) for column in columns]
            batch = pyarrow.record_batch(texts, schema)
            writer.write_batch(batch)
            before += len(block)
            size = min(size * 4, BLOCK, max(1, LARGE * len(block) // max(1, batch.nbytes)))
    return digits_of


def _text(cell: object) -> str | None:
    """A cell as CSV would have it: 3 for 3.0, a day without the hour 0, bytes in hexadecimal."""
    if cell == "" or cell is None:
        return None
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime):
        return str(cell.date()) if cell.time() == datetime.time() else str(cell)
    return cell.hex() if isinstance(cell, bytes) else str(cell)
