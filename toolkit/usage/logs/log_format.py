"""The formats of usage logs: one SQL file each in `formats/`, whose first lines say what it reads.

docs/usage_logs.md says how one is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from toolkit.core.errors import ToolkitError
from toolkit.core.text import nearest_first

FOLDER = Path(__file__).parent / "formats"
HEADER = re.compile(r"-- (title|tool|folders|versions|source|recognise|parses lines with|lines with|whole files): (.+)")


@dataclass(frozen=True)
class LogFormat:
    """One format: its name, what its header says, and the SELECT over `line` that makes rows of events."""

    name: str
    title: str
    tool: str  # the tool whose logs these are, whose name stays readable; or nothing
    folders: frozenset[str]  # names of folders that the tool keeps its logs in: nobody is named by them or below them
    versions: str
    source: str  # where the format is described: repository@commit, or a documentation; or nothing
    recognise: str  # a condition in SQL on the column line; a file with a line that fulfils it is of the format
    line_pattern: str  # a pattern (RE2) without which a line can be left out; nothing where there is none
    parsed_text: str  # a text: the SELECT parses each line that has it, and fails where one is no JSON; or nothing
    whole_files: bool  # whether rows depend on other lines of their file, so that it is read at once
    sql: str


@cache
def log_formats() -> dict[str, LogFormat]:
    """All formats, by name."""
    return {path.stem: _read_format(path) for path in sorted(FOLDER.glob("*.sql"))}


def log_format(name: str) -> LogFormat:
    """One format. Raises ToolkitError naming those there are."""
    if name not in log_formats():
        raise ToolkitError("--format", repr(name), nearest_first(name, sorted(log_formats())), "choose one of them")
    return log_formats()[name]


@cache
def tool_folders() -> frozenset[str]:
    """The names of all folders that tools keep their logs in."""
    return frozenset().union(*(log_format.folders for log_format in log_formats().values()))


def _read_format(path: Path) -> LogFormat:
    sql = path.read_text(encoding="utf-8")
    header = dict(HEADER.findall(sql))
    return LogFormat(
        name=path.stem,
        title=header["title"],
        tool=header.get("tool", ""),
        folders=frozenset(header.get("folders", "").split()),
        versions=header["versions"],
        source=header.get("source", ""),
        recognise=header["recognise"],
        line_pattern=header.get("lines with", ""),
        parsed_text=header.get("parses lines with", ""),
        whole_files=header.get("whole files", "no") == "yes",
        sql=sql,
    )
