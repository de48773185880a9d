"""What a notebook shows that no page does: frames, prints, plots, warnings. Exploring is free, and never published."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

from toolkit.notebook import mime
from toolkit.notebook.cell_settings import visibility_of

NOTE = "toolkit_left_out"  # in a cell's metadata after its run
FOR_PAGES = {"chart": "a chart", "picture": "a picture"}  # methods of a story whose value a page shows, in words
# what a table says of itself that no page may show, or is too long for one
TABLE = re.compile(r"(.+: [\d,]+ rows; (?:not for the page: |the first \d).*)", re.DOTALL)
# what an output is called, by the first pattern that one of its types matches
KINDS = (
    (re.compile(r"application/vnd\.vega"), "an Altair chart (story.chart publishes it)"),
    (re.compile(r"application/(vnd\.(jupyter\.widget|plotly|bokeh|holoviews)|javascript)"), "a widget"),
    (re.compile(r"image/|application/pdf"), "a picture"),
    (re.compile(r"text/(html|markdown|latex)"), "formatted text"),
)


def keep_published(cell: dict[str, Any]) -> None:
    """Removes from a cell that was run the outputs that no page shows, and notes in its metadata what they were.

    So two runs are equal though their prints differ, and what is kept of a run is as small as its page.
    """
    published = [output for output in cell["outputs"] if is_published(output)]
    for output in published:
        output["data"] = {
            kind: value for kind, value in output["data"].items() if kind in mime.PUBLISHED or kind == "text/plain"
        }
    left_out_kinds = dict.fromkeys(_kind(output) for output in cell["outputs"] if not is_published(output))
    left_out_kinds |= {f"{what} that is not its last line, which alone is shown": None for what in _unshown(cell)}
    cell["outputs"] = published
    if left_out_kinds:
        cell["metadata"][NOTE] = list(left_out_kinds)


def _unshown(cell: Mapping[str, Any]) -> list[str]:
    """What a cell makes for the page on a line before its last, and so does not show: "a chart"."""
    try:
        lines = [line.value for line in ast.parse(cell["source"]).body[:-1] if isinstance(line, ast.Expr)]
    except SyntaxError:  # a cell with magics
        return []
    calls = [line.func.attr for line in lines if isinstance(line, ast.Call) and isinstance(line.func, ast.Attribute)]
    return [FOR_PAGES[name] for name in calls if name in FOR_PAGES]


def is_published(output: Mapping[str, Any]) -> bool:
    """Whether an output is something that the toolkit made, which alone is published."""
    return not mime.PUBLISHED.isdisjoint(output.get("data", {}))


def left_out(notebook: Mapping[str, Any]) -> str:
    """What the page of a notebook that was run leaves out, cell by cell: "cell 3 (a frame), cell 7 (a print)".

    Empty if it leaves out nothing. What the author hides is not listed.
    """
    cells = []
    for count, cell in enumerate(notebook["cells"], 1):
        kinds = ["a raw cell"] if cell["cell_type"] == "raw" else cell["metadata"].get(NOTE, ())
        if kinds and visibility_of(cell).outputs:
            cells.append(f"cell {count} ({', '.join(kinds)})")
    return ", ".join(cells)


def _kind(output: Mapping[str, Any]) -> str:
    """What an output is, in words."""
    if output["output_type"] == "stream":
        return "a print" if output["name"] == "stdout" else "a warning"
    if output["output_type"] == "error":
        return "an error"
    types = output.get("data", {})
    if 'class="dataframe"' in "".join(types.get("text/html", "")):
        return "a frame"
    if match := TABLE.fullmatch("".join(types.get("text/plain", ""))):
        return f"the table {match[1]}"
    for pattern, name in KINDS:
        if any(pattern.match(kind) for kind in types):
            return name
    other = sorted(set(types) - {"text/plain"})
    return f"an output of type {', '.join(other)}" if other else "a value"
