"""A cache of charts' drawings, kept between builds under a hash of what each was drawn from.

They lie in data/build/drawings/, in a folder for the code and the libraries that drew them, and can be deleted at any
time. `toolkit verify` builds in a place without them.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.build.kept_file import keep, kept
from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project, digest
from toolkit.notebook import mime
from toolkit.notebook.cell_settings import has_tag

if TYPE_CHECKING:
    from toolkit.charts import Drawing

ON_FRONT_ALONE = "on the front page alone"  # of the data of a chart, which has no files for download then
MOST = 500  # drawings of one folder: the oldest go first


def charts_of_notebook(notebook: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """As `charts_of_cell`, of a notebook that has run."""
    for cell in notebook["cells"]:
        yield from charts_of_cell(cell)


def charts_of_cell(cell: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The data of every output with a chart in a cell that has run, marked where it is for the front page alone."""
    for output in cell.get("outputs", ()):
        if mime.CHART in output.get("data", {}):
            yield {**output["data"], **({ON_FRONT_ALONE: True} if has_tag(cell, "front") else {})}


def draw_or_reuse(data: Mapping[str, Any], project: Project, drawing_code: str) -> None:
    """Draws a chart in all its states, or takes drawings of an earlier build, so that the page finds them drawn.

    `data` is that of the chart's output, `drawing_code` a digest of the code and the libraries. What a chart's form
    refuses, the page's rendering raises.
    """
    folder = _folder(project, drawing_code)
    with contextlib.suppress(ToolkitError):
        for place, drawing in enumerate(_drawings(data, project)):
            _draw(drawing, folder, files=place == 0 and ON_FRONT_ALONE not in data)


def are_cached(data: Mapping[str, Any], project: Project, drawing_code: str) -> bool:
    """Whether all drawings of a chart are cached; True also for a chart that its form refuses."""
    folder = _folder(project, drawing_code)
    with contextlib.suppress(ToolkitError):
        return all(_path(drawing, folder).exists() for drawing in _drawings(data, project))
    return True


def _drawings(data: Mapping[str, Any], project: Project) -> Iterator[Drawing]:
    """A chart's drawing, then those of its states."""
    from toolkit.charts import read_palette
    from toolkit.site.chart_states import drawings_of
    from toolkit.site.exhibits import drawing_of

    palette = read_palette(project)
    yield drawing_of(data[mime.CHART], palette)
    yield from drawings_of(
        [state["data"][mime.CHART] for state in data.get(mime.STATES, {}).get("states", ())], palette
    )


def _draw(drawing: Drawing, folder: Path, files: bool) -> None:
    """Fills a drawing's cache at both widths, and with its files for download, from the folder or by drawing."""
    from toolkit.charts import LAYOUTS, draw_marks, picture, standalone

    path = _path(drawing, folder)
    if stored := _load(path):
        drawing.cache.update(stored)
        return
    for width in LAYOUTS:
        draw_marks(drawing, width)
    if files:
        picture(drawing)
        standalone(drawing)
    _store(path, drawing)


def remove_others(project: Project, drawing_code: str) -> None:
    """Removes what other code or libraries drew, and the oldest drawings beyond MOST."""
    own = _folder(project, drawing_code)
    for folder in own.parent.glob("*"):
        if folder != own:
            shutil.rmtree(folder, ignore_errors=True)
    newest_first = sorted(own.glob("[!.]*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in newest_first[MOST:]:
        path.unlink(missing_ok=True)


def _path(drawing: Drawing, folder: Path) -> Path:
    return folder / digest([repr(drawing)])


def _folder(project: Project, drawing_code: str) -> Path:
    return project.build / "drawings" / drawing_code[:16]


def _store(path: Path, drawing: Drawing) -> None:
    """Keeps what is in the drawing's cache, as JSON."""
    from toolkit.charts import LAYOUTS

    stored = {
        "marks": {
            width: [[[*vars(mark).values()] for mark in drawing.cache[width][0]], drawing.cache[width][1]]
            for width in LAYOUTS
        },
        "specifications": {width: drawing.cache[f"{width} specification"] for width in LAYOUTS},
        **{name: b64encode(drawing.cache.get(name, b"")).decode() for name in ("picture", "card")},
        "standalone": drawing.cache.get("standalone", ""),
    }
    keep(path, json.dumps(stored, ensure_ascii=False).encode())


def _load(path: Path) -> dict[str, Any]:
    """A drawing's cache as `_store` wrote it; empty if there is none, or it is damaged."""
    from toolkit.charts.svg import Element

    if (content := kept(path)) is None:
        return {}
    stored = json.loads(content)
    parts: dict[str, Any] = {name: b64decode(stored[name]) for name in ("picture", "card") if stored["picture"]}
    parts |= {"standalone": stored["standalone"]} if stored["standalone"] else {}
    for width, (marks, height) in stored["marks"].items():
        elements = [Element(tag, shape, tuple(map(tuple, style)), *rest) for tag, shape, style, *rest in marks]
        parts |= {width: (elements, height), f"{width} specification": stored["specifications"][width]}
    return parts
