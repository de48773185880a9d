"""IPython's shell, in which the cells of a notebook run, and what a build tells it by attributes of it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from toolkit.core.project import Project
from toolkit.database.open import Database, open_database

HIDDEN = "_cell_is_hidden"  # true while a cell runs whose source is hidden
BUILD = "_toolkit_build"  # what `told_by_build` makes: its database, and settings in place of those of pyproject.toml


def running_shell() -> Any:
    """IPython's shell; None outside a notebook. IPython is not imported for it."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None


def told_by_build(database: Path, chosen: Mapping[str, str]) -> dict[str, Any]:
    """What a build tells a kernel: the path of the database that it has opened, and its `Project.chosen`."""
    return {"database": str(database.resolve()), "chosen": dict(chosen)}


def database_of(project: Project) -> Database:
    """The database of a project; in a kernel of a build of it the build's own, with what was chosen for the build.

    To know the newest takes reading all of data/: a build does it once. Raises DataFileError and ToolkitError as
    `open_database` does.
    """
    told = getattr(running_shell(), BUILD, {"database": "", "chosen": {}})
    path = Path(told["database"])
    if not path.is_file() or path.parent != project.build.resolve():  # a notebook may open a story of another project
        return open_database(project)
    return Database(replace(project, chosen=told["chosen"]), path)
