"""Which parts of a cell readers see: Jupyter's hiding tags and settings, and paths in code that is shown."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.core.errors import Problem
from toolkit.core.project import Project

# Tags as Jupyter Book, nbconvert and MyST have them, each with - or _ between its words. What they hide is left out of
# the page: it has no button that would open it.
HIDES_ALL = ("hide", "hide-cell", "remove-cell")
HIDES_SOURCE = ("hide-input", "remove-input", "hide-code", "remove-code")
HIDES_OUTPUT = ("hide-output", "remove-output", "hide-outputs", "remove-outputs")
HIDES = (*HIDES_ALL, *HIDES_SOURCE, *HIDES_OUTPUT)
WITHOUT_EFFECT = ("remove-stdout", "remove-stderr")  # what is printed is on no page anyway
PLACEMENT_TAGS = ("front", "method", "annex")
KNOWN_TAGS = (
    *HIDES,
    *WITHOUT_EFFECT,
    *PLACEMENT_TAGS,
    "raises-exception",
    "skip-execution",
    "parameters",
    "injected-parameters",
)
LOOKS_LIKE_HIDING = re.compile(
    r"(?:hid(?:e|den|ing)|remov(?:e[sd]?|ing)|invisible|noshow|no-?display|omit|exclude)(?:-|$)"
)
JUPYTER = {"source_hidden": "hide-input", "outputs_hidden": "hide-output"}  # in a cell's metadata, under "jupyter"
# a path from a folder at the root that is another on each machine, a drive, a server, somebody's own folder; not inside
# an address or a longer path
ROOTS = "home|Users|Volumes|mnt|media|var|tmp|private|root|opt|srv|Library|Applications|workspaces?|content"
MACHINE_PATH = re.compile(
    rf"(?:(?<![\w.:/\\~-])/(?:{ROOTS})/|(?<![\w.:/\\-])/(?:tmp|root)\b|file:/{{1,3}}(?=[\w~])|(?<=['\"])~[\w.-]*[/\\]"
    r"|(?<=['\"])[A-Za-z]:[\\/]{1,2}(?![\\/])|(?<=['\"])\\{2,4}[\w.-]{2,}\\"
    r"|(?<=['\"])/(?=(?:[\w. -]+/)+[\w. -]+\.\w{2,8}['\"]))[^\s'\"]*"  # of a file, below whatever folder
)


@dataclass(frozen=True)
class CellVisibility:
    """Whether a page shows a cell's source (of Markdown its text) and its outputs."""

    source: bool
    outputs: bool


def visibility_of(cell: Mapping[str, Any]) -> CellVisibility:
    """What a page shows of a cell, by its tags and by Jupyter's settings in its metadata."""
    hides = set(_names(cell["metadata"]))
    hides_all = not hides.isdisjoint(HIDES_ALL)
    return CellVisibility(
        source=not hides_all and hides.isdisjoint(HIDES_SOURCE),
        outputs=not hides_all and hides.isdisjoint(HIDES_OUTPUT),
    )


def has_tag(cell: Mapping[str, Any], tag: str) -> bool:
    """Whether a cell has the tag `front`, `method` or `annex`, in any case; they say where on a page it goes."""
    return tag in map(_name, _tags(cell["metadata"]))


def kept_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a cell's metadata that is stored: its tags and the settings that hide something."""
    metadata_kept = {key: value for key, value in metadata.items() if key == "tags" and value or _name(key) in HIDES}
    jupyter = {key: value for key, value in (metadata.get("jupyter") or {}).items() if key in JUPYTER}
    return metadata_kept | ({"jupyter": jupyter} if jupyter else {})


def tag_problems(cell: Mapping[str, Any], where: str) -> Iterator[Problem]:
    """A problem for each tag that the page does not know and that looks like one that hides or places a cell."""
    for tag in _tags(cell["metadata"]):
        name = _name(tag)
        if name in KNOWN_TAGS:
            continue
        near = difflib.get_close_matches(name, (*HIDES, *PLACEMENT_TAGS), 1, 0.8)
        if near or LOOKS_LIKE_HIDING.match(name):
            near = near or difflib.get_close_matches(name, HIDES, 1, 0)
            yield Problem(
                where,
                f"the tag {tag!r}, which hides nothing",
                ", ".join((*HIDES, *PLACEMENT_TAGS)),
                f"write {near[0]!r}, or give the tag another name",
            )


def path_problems(cell: Mapping[str, Any], where: str, project: Project) -> Iterator[Problem]:
    """A problem for each line of published code with a path that exists on one machine only."""
    if cell["cell_type"] != "code" or not visibility_of(cell).source:
        return
    for count, line in enumerate(cell["source"].splitlines(), 1):
        match = MACHINE_PATH.search(line)
        if match or str(project.root) in line:
            yield Problem(
                f"{where}, line {count}",
                f"a path of one machine: {project.without_root(match[0] if match else line.strip())}",
                "paths that begin in the project: readers see this code",
                'write it from the project\'s folder, such as "data/datasets/x.csv", or tag the cell remove-input',
            )


def _tags(metadata: Mapping[str, Any]) -> list[str]:
    return [str(tag) for tag in metadata.get("tags") or ()]


def _name(tag: str) -> str:
    return tag.strip().lower().replace("_", "-")


def _names(metadata: Mapping[str, Any]) -> Iterator[str]:
    """What may hide a cell, by name: its tags, settings of a name in HIDES, and those of JupyterLab's own."""
    yield from (_name(tag) for tag in _tags(metadata))
    yield from (_name(key) for key, value in metadata.items() if value is True and _name(key) in HIDES)
    jupyter = metadata.get("jupyter") or {}
    yield from (tag for key, tag in JUPYTER.items() if jupyter.get(key) is True)
