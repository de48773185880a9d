"""What a new version of a dataset changes: rows, columns, totals, and which stories it touches."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project
from toolkit.datasets.declaration import READ_KEYS, SIGNS, Dataset, DatasetColumn, ReadOptions
from toolkit.datasets.examine import Examined
from toolkit.datasets.stored import copy_of, relation, typed_rows
from toolkit.engine.connect import in_memory_spilling_to
from toolkit.engine.paths import identifier


@dataclass(frozen=True)
class Changes:
    """What is other than before, a line each, and the names of the stories that ask the dataset."""

    lines: tuple[str, ...]
    stories: tuple[str, ...]


def version_changes(project: Project, old: Dataset, new: Dataset, examined: Examined, folder: Path) -> Changes:
    """What differs between two versions; totals only if the old rows, or their Parquet copy, are still there.

    Raises ToolkitError for a file that cannot be read.
    """
    reading_changes = [
        f"{option}: {old_value} → {new_value}"
        for option, old_value, new_value in _read_otherwise(old.reading, new.reading)
    ]
    if old.sha256 == new.sha256 and old.columns == new.columns and old.rows == new.rows and not reading_changes:
        return Changes(("nothing: the file is the one declared",), stories_about(project, new.name))
    lines = [
        *reading_changes,
        f"rows: {old.rows:,} → {new.rows:,}" if old.rows != new.rows else "rows: as many as before",
    ]
    before, after = ({column.name: column.type for column in version.columns} for version in (old, new))
    lines += [f"column {name}: gone" for name in before if name not in after]
    lines += [f"column {name}: new, {type_}" for name, type_ in after.items() if name not in before]
    lines += [
        f"column {name}: {type_} → {after[name]}"
        for name, type_ in before.items()
        if name in after and after[name] != type_
    ]
    both_have = [
        column
        for column in new.columns
        if column.type in ("integer", "decimal") and before.get(column.name) in ("integer", "decimal")
    ]
    try:
        copy = copy_of(project, old)  # as it was, where the file itself was changed in its place
        old_rows = typed_rows(copy, old.columns, False) if copy.is_file() else relation(project, old)
    except ToolkitError:
        return Changes((*lines, "totals: the old rows are not there to be compared"), stories_about(project, new.name))
    sums = zip(
        both_have,
        _sums(folder, old_rows, both_have),
        _sums(folder, typed_rows(examined.parquet, new.columns, examined.in_place), both_have),
        strict=True,
    )
    lines += [
        f"total of {c.name}: {old_value:,.10g} → {new_value:,.10g}"
        for c, old_value, new_value in sums
        if old_value != new_value
    ]
    return Changes(tuple(lines), stories_about(project, new.name))


def _read_otherwise(old: ReadOptions, new: ReadOptions) -> list[tuple[str, object, object]]:
    """(name, before, now) of each reading option that differs from before."""
    signs = {sign: word for word, sign in SIGNS.items()}
    differing: list[tuple[str, object, object]] = []
    for name in READ_KEYS:
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            was, now = (_rows(one) if name == "header" else signs.get(one, one) for one in (was, now))
            differing.append((name, was, now))
    if old.files != new.files:
        differing.append(("files that are read otherwise", len(old.files), len(new.files)))
    return differing


def _rows(header: tuple[int, int]) -> str:
    first, last = header
    return str(first) if first == last else f"{first}-{last}"


def _sums(folder: Path, rows: str, columns: Sequence[DatasetColumn]) -> list[float]:
    if not columns:
        return []
    listed = ", ".join(f"coalesce(sum({identifier(column.name)}), 0)" for column in columns)
    return list(in_memory_spilling_to(folder).execute(f"SELECT {listed} FROM {rows}").fetchone() or ())


def stories_about(project: Project, name: str) -> tuple[str, ...]:
    """The notebooks that name a dataset, or a question in notebooks/sql/ that does."""
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    questions = {
        path.relative_to(project.questions).with_suffix("").as_posix()
        for path in project.questions.rglob("*.sql")
        if word.search(path.read_text(encoding="utf-8", errors="replace"))
    }
    patterns = [word, *(re.compile(rf"[\"'\\]{re.escape(question)}[\"'\\]") for question in sorted(questions))]
    return tuple(
        path.stem
        for path in sorted(project.notebooks.glob("*.ipynb"))
        if any(pattern.search(path.read_text(encoding="utf-8", errors="replace")) for pattern in patterns)
    )
