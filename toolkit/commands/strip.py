"""`toolkit strip`: removes outputs from the stored notebooks."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project, replace_file


def strip(_: Namespace, project: Project) -> int:
    """Removes outputs from every notebook of the project, and prints which had any. Returns 0.

    Raises ToolkitError at the first file that is no notebook.
    """
    for path in project.stories():
        if strip_file(path):
            print(f"stripped {project.name(path)}")
    return 0


def strip_file(path: Path) -> bool:
    """Removes outputs, execution counts and editors' metadata from a notebook's file; True if that changed it.

    Raises ToolkitError if the file is no notebook.
    """
    try:
        old = path.read_bytes()
        notebook = json.loads(old.decode())
        strip_cells(notebook)
        new = (json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ToolkitError(
            f"notebooks/{path.name}",
            f"not a notebook: {error}",
            "a notebook in JSON",
            "save it again in JupyterLab (make lab)",
        ) from error
    if new != old:
        replace_file(path, new)
    return new != old


def strip_cells(notebook: dict[str, Any]) -> None:
    """Removes outputs, execution counts, evaluated prose and editors' metadata from a notebook's JSON, in place.

    Tags and settings that hide a part of a cell stay.
    """
    from toolkit.notebook.cell_settings import kept_metadata

    notebook["metadata"] = {key: value for key, value in notebook.get("metadata", {}).items() if key == "kernelspec"}
    for cell in notebook["cells"]:
        cell["metadata"] = kept_metadata(cell["metadata"])
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
