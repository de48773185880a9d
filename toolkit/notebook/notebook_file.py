"""Reads a notebook from its file, without outputs, and refuses what no notebook may have (cell_checks.py)."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.core.errors import StoryError
from toolkit.core.project import find_project
from toolkit.notebook.cell_checks import cell_problems, unreadable_cells
from toolkit.notebook.front_matter import read_front_matter, split_front_matter
from toolkit.notebook.prose import allowed_names, expressions

if TYPE_CHECKING:  # importing nbformat takes a while
    from nbformat import NotebookNode


def parsed(text: str) -> NotebookNode:
    """A notebook of any version in JSON as version 4. Raises exceptions of many kinds for what nbformat cannot read."""
    import nbformat

    with warnings.catch_warnings():  # of cells without an id, or with that of another: each gets one of its own here
        warnings.simplefilter("ignore")
        notebook: NotebookNode = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    return notebook


def read_notebook(path: Path, source: bytes | None = None) -> NotebookNode:
    """The notebook of a file, or of `source` if the file's content was read before, without outputs.

    Its front matter is moved from the first Markdown cell into the metadata (`front_matter_of`). Raises StoryError if
    it is no notebook, with every cell that no kernel can read, or with everything that is wrong in the front matter,
    every number that is typed in its prose, tag that hides nothing, and path of one machine in code that is shown;
    OSError if there is none; ToolkitError outside of a project.
    """
    try:
        notebook = parsed((path.read_bytes() if source is None else source).decode())
    except Exception as error:  # nbformat fails in many ways on what it does not know
        raise StoryError(
            f"story {path.stem}",
            f"not a notebook: {str(error).partition(chr(10))[0] or type(error).__name__}",
            "a notebook in JSON",
            "save it again in JupyterLab (make lab)",
        ) from error
    problems = list(unreadable_cells(path.stem, notebook.cells))
    if problems:
        raise StoryError(problems)
    project = find_project(path.parent)
    names = allowed_names(project)
    first = next((cell for cell in notebook.cells if cell.cell_type == "markdown"), None)
    if first is not None:
        front_matter = read_front_matter(path.stem, notebook.cells, problems, names)
        notebook.metadata["front_matter"] = front_matter.to_json() if front_matter else {}
        first.source = split_front_matter(first.source)[1]
    for count, cell in enumerate(notebook.cells, 1):
        problems += cell_problems(path.stem, count, cell, names, project)
        cell.metadata.pop("user_expressions", None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    if problems:
        raise StoryError(problems)
    return notebook


def what_runs(source: bytes) -> bytes:
    """The parts of a notebook's content that its run depends on: code with its settings, and expressions in prose.

    The content itself if it is no notebook.
    """
    try:
        parts = []
        for cell in json.loads(source)["cells"]:
            text = "".join(cell["source"])
            prose = cell["cell_type"] == "markdown"
            parts.append(expressions(text) if prose else [cell["cell_type"], text, cell["metadata"]])
        return json.dumps(parts, sort_keys=True).encode()
    except (ValueError, KeyError, TypeError, RecursionError):
        return source
