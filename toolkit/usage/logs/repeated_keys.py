"""Lines in which an object has a key twice: readers of JSON differ on which of the two counts, so none is counted."""

from __future__ import annotations

import json

from toolkit.engine.connect import Connection

SHORT = 1 << 16  # bytes: longer lines are parsed in Python, as DuckDB takes microseconds for each of their values
TWICE, DEEP = "a key twice in one object", "nested too deeply to be looked through"
LOOKED_AT = f"""
SELECT source_file, source_line, CASE WHEN strlen(line) > {SHORT} THEN line END
FROM line SEMI JOIN raw USING (source_file, source_line)
WHERE strlen(line) > {SHORT} OR key_twice(line)
"""
MARKED = """
UPDATE raw SET reason = found.reason
FROM (SELECT unnest($files) AS file, unnest($lines) AS line, unnest($reasons) AS reason) AS found
WHERE source_file = found.file AND source_line = found.line
"""


class _RepeatedError(ValueError):
    """An object has a key twice."""


def mark_repeated_keys(connection: Connection) -> None:
    """Gives those rows of the connection's table `raw` a reason whose line, in the table `line`, has a key twice."""
    repeated = [
        (file, number, reason)
        for file, number, text in connection.execute(LOOKED_AT).fetchall()
        if (reason := TWICE if text is None else _reason(text))
    ]
    if repeated:
        files, lines, reasons = map(list, zip(*repeated, strict=True))
        connection.execute(MARKED, {"files": files, "lines": lines, "reasons": reasons})


def _reason(text: str) -> str:
    try:
        json.loads(text, object_pairs_hook=_refuse_repeated)
    except _RepeatedError:
        return TWICE
    except RecursionError:
        return DEEP
    return ""


def _refuse_repeated(pairs: list[tuple[str, object]]) -> None:
    if len({key for key, _ in pairs}) < len(pairs):
        raise _RepeatedError
