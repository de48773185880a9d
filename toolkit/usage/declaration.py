"""What a usage log says of itself, in the file log.json of its folder, whether it was read or simulated.

The folder holds `events/`, Parquet files of the names in `files` in the columns of `toolkit/usage/contract.py`. A
synthetic log has `outcomes/` and `truth/` too, of the same names. A read log has no roster: its outcomes are a row for
each person seen and week, with NULL for what is not known. Its other files are named in `tables`.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

# spans of time that an event covers, finest first; a block is some hours
GRAINS = ("request", "minute", "hour", "day", "block", "session", "week", "month")
TOKEN_DEFINITIONS = ("all_types", "input_output_only", "output_only", "unknown")  # what a total in a source held
LOG_JSON = "log.json"  # written last: a folder that holds it is a whole log


class Accounting(TypedDict):
    """What became of the lines of some files: lines = events + duplicates + other_lines + quarantined."""

    source_format: str
    files: int
    lines: int
    events: int
    duplicates: int  # lines that repeat an event
    other_lines: int  # lines that hold no use
    quarantined: int  # lines that could not be read, kept by place, reason and length


class DeclaredIncentive(TypedDict):
    """A pressure on use, from a week on, weeks counted from 0; until_week None: it has no end."""

    id: str
    mechanism: str
    from_week: int
    until_week: int | None


class DeclaredPrice(TypedDict):
    """List prices of a model from a day on, in billionths of a dollar a token."""

    model: str
    from_on: str
    uncached: int
    cache_read: int
    cache_creation: int
    output: int


class LogDeclaration(TypedDict):
    """The content of log.json."""

    schema: Literal[1, 2]  # 2 for a read log, whose rows say what they are grouped by
    log: str  # the log's name
    kind: Literal["synthetic", "measured"]
    title: str
    made_from: str  # what it was made or read from, and its fingerprint, as receipts print it
    fingerprint: str
    events: int
    developers: int  # people of the roster; without one, people seen
    weeks: int
    start_on: str  # the Monday on which the first week begins
    files: list[str]  # names of its files, one or more a week: week-0000-part-0000.parquet, 2026-03-02-….parquet
    accounting: list[Accounting]
    incentives: list[DeclaredIncentive]
    prices_nanousd_per_token: list[DeclaredPrice]
    id: NotRequired[str]  # of a read log: it names its key
    tables: NotRequired[dict[str, str]]  # of a read log: its files on what was read, by what they hold
    grains: NotRequired[list[tuple[str, str]]]  # of a read log: each grain of time with each meaning of tokens


def week_of(file: str) -> str:
    """The week of a file of events, which its name begins with: week-0000, of a read log its Monday."""
    return file[:10].rstrip("-")
