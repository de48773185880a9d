"""Reads a notebook from its file, and refuses what no notebook may have.

The rules that builds and `toolkit check` hold notebooks to are called here.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.core.errors import Problem, StoryError
from toolkit.core.project import find_project
from toolkit.core.text import unfit_sign
from toolkit.notebook.cell_settings import path_problems, tag_problems
from toolkit.notebook.front_matter import read_front_matter, split_front_matter
from toolkit.notebook.prose import allowed_names, expressions
from toolkit.notebook.typed_labels import label_problems
from toolkit.notebook.typed_numbers import typed_numbers

if TYPE_CHECKING:  # importing nbformat takes a while
    from nbformat import NotebookNode

NO_TEXT = re.compile(r"[\x00\ud800-\udfff]")


def parsed(text: str) -> NotebookNode:
    """A notebook of any version in JSON as version 4. Raises exceptions of many kinds for what nbformat cannot read."""
    import nbformat

    with warnings.catch_warnings():  # of cells without an id, or with that of another: each gets one of its own here
        warnings.simplefilter("ignore")
        found: NotebookNode = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    return found


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
    problems = list(_unreadable(path.stem, notebook))
    if problems:
        raise StoryError(problems)
    project = find_project(path.parent)
    names = allowed_names(project)
    first = next((cell for cell in notebook.cells if cell.cell_type == "markdown"), None)
    if first is not None:
        said = read_front_matter(path.stem, notebook.cells, problems, names)
        notebook.metadata["front_matter"] = said.to_json() if said else {}
        first.source = split_front_matter(first.source)[1]
    for count, cell in enumerate(notebook.cells, 1):
        problems += tag_problems(cell, cell_location(path.stem, count, cell.source))
        problems += path_problems(cell, f"story {path.stem}, cell {count}", project)
        if cell.cell_type == "markdown":
            for typed in typed_numbers(cell.source, names):
                problems.append(
                    Problem(
                        cell_location(path.stem, count, cell.source, typed),
                        f"a typed number: {typed}",
                        "{eval}`expression`; dates, ordinals, names of data/names_with_digits.txt",
                        "put a Number there, or the name into data/names_with_digits.txt",
                    )
                )
        else:
            problems += label_problems(cell.source, names, cell_location(path.stem, count, cell.source))
        cell.metadata.pop("user_expressions", None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    if problems:
        raise StoryError(problems)
    return notebook


def _unreadable(slug: str, notebook: NotebookNode) -> Iterator[Problem]:
    """A problem for each cell that no kernel can be given: with half of a character or none, or nested too deeply."""
    for count, cell in enumerate(notebook.cells, 1):
        where = f"story {slug}, cell {count}"
        if lost := NO_TEXT.search(cell.source):
            yield Problem(where, unfit_sign(lost[0]), "characters", "type the cell again")
        elif cell.cell_type == "code":
            try:
                ast.parse(cell.source)
            except (SyntaxError, ValueError):  # a cell with magics, or a mistake that its run will show
                pass
            except (RecursionError, MemoryError):
                yield Problem(where, "a line nested too deeply", "what Python can parse", "split it into several lines")


def what_runs(source: bytes) -> bytes:
    """What of a notebook's content decides its run, cell by cell: code with its settings, and expressions of prose.

    Of what is no notebook it is the content.
    """
    try:
        asked = []
        for cell in json.loads(source)["cells"]:
            text = "".join(cell["source"])
            prose = cell["cell_type"] == "markdown"
            asked.append(expressions(text) if prose else [cell["cell_type"], text, cell["metadata"]])
        return json.dumps(asked, sort_keys=True).encode()
    except (ValueError, KeyError, TypeError, RecursionError):
        return source


def cell_location(slug: str, cell: int, source: str, near: str = "") -> str:
    """A place in a notebook: "story x, cell 3, “the words around `near`”"; the cell's first words without `near`."""
    at = max(source.find(near), 0) if near else 0
    around = " ".join(source[max(0, at - 30) : at + 40].split())
    return f"story {slug}, cell {cell}, “{around}”"
