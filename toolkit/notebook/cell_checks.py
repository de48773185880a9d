"""What no cell of a notebook may have: builds and `toolkit check` call each of these checks when they read one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from toolkit.core.errors import Problem
from toolkit.core.project import Project
from toolkit.core.text import unfit_sign
from toolkit.notebook.cell_settings import path_problems, tag_problems
from toolkit.notebook.typed_labels import label_problems
from toolkit.notebook.typed_numbers import typed_numbers, typed_problem

if TYPE_CHECKING:  # importing nbformat takes a while
    from nbformat import NotebookNode

NO_TEXT = re.compile(r"[\x00\ud800-\udfff]")


def cell_problems(
    slug: str, count: int, cell: NotebookNode, names: Iterable[str], project: Project
) -> Iterator[Problem]:
    """A problem for everything that is wrong in a cell: its tags, its paths, numbers typed into its prose or labels.

    `count` is its place in the notebook, from 1; `names` may have digits in them.
    """
    where = cell_location(slug, count, cell.source)
    yield from tag_problems(cell, where)
    yield from path_problems(cell, f"story {slug}, cell {count}", project)
    if cell.cell_type == "markdown":
        for typed in typed_numbers(cell.source, names):
            place = cell_location(slug, count, cell.source, typed)
            yield typed_problem(place, typed, "{eval}`expression`", "put a Number there")
    else:
        yield from label_problems(cell.source, names, where)


def unreadable_cells(slug: str, cells: Iterable[NotebookNode]) -> Iterator[Problem]:
    """A problem for each cell that no kernel can be given: with half of a character or none, or nested too deeply."""
    for count, cell in enumerate(cells, 1):
        where = f"story {slug}, cell {count}"
        if match := NO_TEXT.search(cell.source):
            yield Problem(where, unfit_sign(match[0]), "characters", "type the cell again")
        elif cell.cell_type == "code":
            try:
                ast.parse(cell.source)
            except (SyntaxError, ValueError):  # a cell with magics, or a mistake that its run will show
                pass
            except (RecursionError, MemoryError):
                yield Problem(where, "a line nested too deeply", "what Python can parse", "split it into several lines")


def cell_location(slug: str, cell: int, source: str, near: str = "") -> str:
    """A place in a notebook: "story x, cell 3, “the words around `near`”"; the cell's first words without `near`."""
    at = max(source.find(near), 0) if near else 0
    around = " ".join(source[max(0, at - 30) : at + 40].split())
    return f"story {slug}, cell {cell}, “{around}”"
