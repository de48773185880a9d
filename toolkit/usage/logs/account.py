"""The account of a log that was read: in every file, records = events + duplicates + other lines + quarantined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from toolkit.usage.logs.log_format import LogFormat, log_formats

PARTS = ("events", "duplicates", "other_lines", "quarantined")
KEY = "Names were replaced by hashes under it: who has it can find a person. Destroy it when no more will be added."


@dataclass(frozen=True)
class FileCount:
    """What became of the lines of one file, known by its number and the keyed hash of its name.

    A line counts as one record, or as many as it holds. `quarantined` could not be read.
    """

    number: int
    file: str
    format: str  # "" for a file of no known format, all of whose lines are other lines
    lines: int
    records: int
    events: int
    duplicates: int
    other_lines: int
    quarantined: int

    @property
    def holds(self) -> bool:
        """Whether no record is unaccounted for."""
        return self.records == self.events + self.duplicates + self.other_lines + self.quarantined


@dataclass(frozen=True)
class Total:
    """The sum of one grain, token definition and format of a log: no total spans two of them."""

    format: str
    grain: str
    token_definition: str
    events: int
    requests: int
    input_tokens: int | None  # None: not recorded
    output_tokens: int | None
    people: int


@dataclass(frozen=True)
class Account:
    """A log's account: its files, why lines were quarantined, what was noticed, and its totals."""

    name: str
    files: tuple[FileCount, ...]
    reasons: Mapping[str, int]
    remarks: Mapping[str, int]
    totals: tuple[Total, ...]
    read: int  # files that were read this time; the others are as they were
    left_out: Mapping[str, int] = field(default_factory=dict)  # paths that are no files to be read, and why
    folder: str = ""  # "" for a dry run
    key: str = ""  # where the key is


def as_json(account: Account) -> dict[str, Any]:
    """The account as JSON."""
    return {
        "log": account.name,
        "files_read": account.read,
        "folder": account.folder,
        "key": account.key,
        **{part: sum(getattr(count, part) for count in account.files) for part in ("lines", "records", *PARTS)},
        "reasons": dict(account.reasons),
        "remarks": dict(account.remarks),
        "left_out": dict(account.left_out),
        "totals": [vars(count) for count in account.totals],
        "formats": {
            form.name: {"title": form.title, "versions": form.versions, "source": form.source}
            for form in _formats(account)
        },
        "files": [vars(count) for count in account.files],
    }


def as_text(account: Account, shown: int = 12) -> str:
    """The account as lines of text: in all, by format, and the first `shown` files with lines quarantined."""
    lines = [f"{account.name}: {_count(len(account.files), 'file')}, {account.read:,} of them read now", ""]
    lines += _table(
        [("format", "files", "lines", "records", "events", "duplicates", "other lines", "quarantined")]
        + [_row(name or "no known format", files) for name, files in _by_format(account.files)]
        + [_row("all", account.files)]
    )
    lines += ["", "records = events + duplicates + other lines + quarantined, in every file"]
    if formats := _formats(account):
        lines += ["", "formats change: these were read as"]
        lines += [f"  {form.name}: {form.title}; versions: {form.versions}" for form in formats]
    for title, counts in (
        ("quarantined", account.reasons),
        ("noticed", account.remarks),
        ("left out", account.left_out),
    ):
        if counts:
            lines += ["", f"{title}:", *(f"  {number:,} × {words}" for words, number in counts.items())]
    if marked := [file for file in account.files if file.quarantined]:
        lines += ["", f"files with lines quarantined: {_count(len(marked), 'file')}"]
        lines += [
            f"  file {file.number} ({file.file}): {file.quarantined:,} of {file.records:,}" for file in marked[:shown]
        ]
        lines += [f"  and {len(marked) - shown:,} more"] if len(marked) > shown else []
    if account.totals:
        lines += ["", "totals, each of one grain and one meaning of tokens; they are not to be added:"]
        lines += _table(
            [("format", "grain", "tokens are", "events", "requests", "input", "output", "people")]
            + [(t.format, t.grain, t.token_definition, *_numbers(t)) for t in account.totals]
        )
    if account.folder:
        lines += ["", f"kept in {account.folder}", f"its key: {account.key}", KEY]
    else:
        lines += ["", "nothing was written"]
    return "\n".join(lines)


def _formats(account: Account) -> list[LogFormat]:
    """The formats of the account's files, by name."""
    return [log_formats()[name] for name in sorted({file.format for file in account.files}) if name]


def _numbers(total: Total) -> list[str]:
    counts = (total.events, total.requests, total.input_tokens, total.output_tokens, total.people)
    return ["not recorded" if count is None else f"{count:,}" for count in counts]


def _by_format(files: Iterable[FileCount]) -> list[tuple[str, list[FileCount]]]:
    files_by_format: dict[str, list[FileCount]] = {}
    for file in files:
        files_by_format.setdefault(file.format, []).append(file)
    return sorted(files_by_format.items(), key=lambda pair: (not pair[0], pair[0]))


def _row(name: str, files: Iterable[FileCount]) -> tuple[str, ...]:
    files = list(files)
    sums = [sum(getattr(file, part) for file in files) for part in ("lines", "records", *PARTS)]
    return (name, f"{len(files):,}", *(f"{value:,}" for value in sums))


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    """Rows as text: words to the left, numbers to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    right = [any(row[place][:1].isdigit() for row in rows[1:]) for place in range(len(widths))]
    return [
        "  ".join(
            f"{cell:>{w}}" if r else f"{cell:<{w}}" for cell, w, r in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in rows
    ]
