"""Of which format a file is, by what it holds: the conditions of all formats are asked of its first lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import numpy
import pyarrow

from toolkit.core.errors import Problem, ToolkitError
from toolkit.engine.connect import Connection
from toolkit.usage.logs.discover import LogFile
from toolkit.usage.logs.lines import Lines, Reading, integers, read_lines
from toolkit.usage.logs.log_format import log_formats

FIRST, MORE = 1 << 14, 1 << 22  # bytes of a file that are looked at; where these say nothing, more
TOGETHER = 256  # files that are asked about at once
EXISTS = re.compile(r"json_exists\(line, ('[^']*')\)")


def recognise(connection: Connection, files: Sequence[LogFile]) -> dict[int, str]:
    """The format of each file, by its place among `files`; those that are of none are left out.

    Raises ToolkitError with every file that two formats fit.
    """
    formats: dict[int, set[str]] = {}
    for size in (FIRST, MORE):
        unknown = [place for place in range(len(files)) if place not in formats]
        for start in range(0, len(unknown), TOGETHER):
            places = unknown[start : start + TOGETHER]
            formats |= _formats(connection, {place: _sample(files[place], size) for place in places})
    problems = [
        Problem(
            f"file {place + 1} of {len(files)}",
            f"its lines fit {' and '.join(sorted(names))}",
            "one format",
            "say which it is: --format, with the files of each format read by themselves",
        )
        for place, names in sorted(formats.items())
        if len(names) > 1
    ]
    if problems:
        raise ToolkitError(problems)
    return {place: min(names) for place, names in formats.items()}


def _sample(file: LogFile, size: int) -> Lines | None:
    return next(read_lines(Reading(file), block=size), None)


def _formats(connection: Connection, samples: dict[int, Lines | None]) -> dict[int, set[str]]:
    readable = {place: lines for place, lines in samples.items() if lines is not None}
    if not readable:
        return {}
    table = pyarrow.table(
        {
            "place": integers(
                numpy.concatenate(
                    [numpy.full(len(lines.text), place, numpy.int64) for place, lines in readable.items()]
                )
            ),
            "line": pyarrow.chunked_array([lines.text for lines in readable.values()]),
        }
    )
    cursor = connection.cursor()
    cursor.register("sample", table)
    rows = cursor.execute(_question()).fetchall()
    names = list(log_formats())
    return {row[0]: {name for name, fits in zip(names, row[1:], strict=True) if fits} for row in rows if any(row[1:])}


@cache
def _question() -> str:
    """The conditions of all formats, for which each line is parsed once to see what it has."""
    conditions = [form.recognise for form in log_formats().values()]
    paths = sorted({path for condition in conditions for path in EXISTS.findall(condition)})
    places = {path: f"there[{place}]" for place, path in enumerate(paths, 1)}
    columns = ", ".join(
        f"coalesce(bool_or({EXISTS.sub(lambda found: places[found[1]], condition)}), false)" for condition in conditions
    )
    return (
        f"WITH looked AS MATERIALIZED (SELECT place, line, json_exists(line, [{', '.join(paths)}]) AS there "
        f"FROM (SELECT place, CASE WHEN json_valid(line) THEN line END AS line FROM sample)) "
        f"SELECT place, {columns} FROM looked GROUP BY place"
    )
