"""Of which format a file is, by what it holds: the conditions of all formats are asked of its first lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy
import pyarrow

from toolkit.core.errors import Problem, ToolkitError
from toolkit.engine.connect import Connection
from toolkit.usage.logs.discover import Found
from toolkit.usage.logs.lines import Lines, Reading, read_lines
from toolkit.usage.logs.log_format import log_formats

FIRST, MORE = 1 << 14, 1 << 22  # bytes of a file that are looked at; where these say nothing, more
TOGETHER = 256  # files that are asked about at once


def recognise(connection: Connection, files: Sequence[Found]) -> dict[int, str]:
    """The format of each file, by its place among `files`; those that are of none are left out.

    Raises ToolkitError with every file that two formats fit.
    """
    found: dict[int, set[str]] = {}
    for size in (FIRST, MORE):
        unknown = [place for place in range(len(files)) if place not in found]
        for start in range(0, len(unknown), TOGETHER):
            places = unknown[start : start + TOGETHER]
            found |= _formats(connection, {place: _sample(files[place], size) for place in places})
    problems = [
        Problem(
            f"file {place + 1} of {len(files)}",
            f"its lines fit {' and '.join(sorted(names))}",
            "one format",
            "say which it is: --format, with the files of each format read by themselves",
        )
        for place, names in sorted(found.items())
        if len(names) > 1
    ]
    if problems:
        raise ToolkitError(problems)
    return {place: min(names) for place, names in found.items()}


def _sample(file: Found, size: int) -> Lines | None:
    return next(read_lines(Reading(file), block=size), None)


def _formats(connection: Connection, samples: dict[int, Lines | None]) -> dict[int, set[str]]:
    kept = {place: lines for place, lines in samples.items() if lines is not None}
    if not kept:
        return {}
    table = pyarrow.table(
        {
            "place": numpy.concatenate(
                [numpy.full(len(lines.text), place, numpy.int64) for place, lines in kept.items()]
            ),
            "line": pyarrow.chunked_array([lines.text for lines in kept.values()]),
        }
    )
    cursor = connection.cursor()
    cursor.register("sample", table)
    asked = ", ".join(
        f"coalesce(bool_or(CASE WHEN json_valid(line) THEN {one.recognise} END), false)"
        for one in log_formats().values()
    )
    rows = cursor.execute(f"SELECT place, {asked} FROM sample GROUP BY place").fetchall()
    names = list(log_formats())
    return {row[0]: {name for name, fits in zip(names, row[1:], strict=True) if fits} for row in rows if any(row[1:])}
