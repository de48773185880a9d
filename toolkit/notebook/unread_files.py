"""Files under notebooks/ that look like a notebook, a question or an entry, where nothing reads them."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from toolkit.core.errors import Problem
from toolkit.core.project import Project
from toolkit.reading.file_names import COPIES, NOTES, meant_name

READ = {"": ".ipynb", "sql": ".sql", "sql/usage_logs": ".sql"}  # what is read of each folder of notebooks/
ROOMS = {".ipynb": "notebooks/", ".sql": "notebooks/sql/", ".yml": "data/"}  # where files of an ending are read
COPY = re.compile(rf"^#|({'|'.join(map(re.escape, COPIES))})$")
ALLOWED = (
    "notebooks/*.ipynb, notebooks/sql/*.sql, notebooks/sql/usage_logs/*.sql, and what a notebook opens by its path"
)


def unread_notebooks(project: Project) -> list[Problem]:
    """A problem for each file of notebooks/ that was meant to be read and is not, with a remedy.

    Pictures, modules, notes and hidden files may lie there, and in folders for questions nothing but these and notes.
    """
    unread = list(_unread(project.notebooks))
    paths = project.notebooks.glob("*.ipynb") if unread else ()
    notebooks = "".join(path.read_text(encoding="utf-8", errors="replace") for path in paths if path.is_file())
    return [
        Problem(f"notebooks/{name}", "a file that nothing reads", ALLOWED, remedy)
        for name, remedy in unread
        if not re.search(rf"{re.escape(name)}(?![\w.-])", notebooks)
    ]


def _unread(notebooks: Path) -> Iterator[tuple[str, str]]:
    """(path inside notebooks/, remedy) of each such file."""
    for where, folders, files in os.walk(notebooks):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        folder = Path(where).relative_to(notebooks).as_posix().removeprefix(".")
        for name in sorted(files):
            if remedy := "" if name.startswith(".") else _remedy(name, folder, files):
                yield f"{folder}/{os.fsencode(name).decode(errors='backslashreplace')}".lstrip("/"), remedy


def _remedy(name: str, folder: str, beside: Collection[str]) -> str:
    """What to do with a file: the name under which it is read, or where it belongs; "" if it may lie there."""
    meant, ending = meant_name(name), READ.get(folder)
    if ending is not None and name.endswith(ending):
        return ""
    if name.endswith(COPIES) and meant_name(COPY.sub("", name)).endswith((".ipynb", ".sql")):
        return "remove it, or move it out of notebooks/"
    if ending is not None and meant.endswith(ending):
        return f"remove it: {meant} is there too" if meant in beside else f"rename it to {meant}"
    if room := ROOMS.get(Path(meant).suffix, "") if ending is not None or not meant.endswith(".yml") else "":
        return f"move it into {room}"
    return "" if ending != ".sql" or name.endswith(NOTES) else "move it out of notebooks/sql/"
