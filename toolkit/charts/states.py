"""One SVG for a chart that a choice changes: marks that all states share, those of each state, and moves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from toolkit.charts import rendering, svg, svg_document
from toolkit.charts.drawing import LAYOUTS, Drawing
from toolkit.charts.svg import Element

AT = re.compile(r"^M(-?[\d.]+),(-?[\d.]+)(?=[a-z])(?!.*[A-Z])")  # a path that is moved by its first point alone


@dataclass(frozen=True)
class Moved:
    """A mark that stands elsewhere in other states: its class, and by how much in each state, the first standing."""

    name: str
    by: tuple[tuple[float, float], ...]


def draw_states(
    drawings: Sequence[Drawing], width: str, around: Callable[[Sequence[int], str], str]
) -> tuple[str, list[Moved]]:
    """(the SVG of a chart in all its states, the declared one first; the marks that move between them).

    `around(states, marks)` is the SVG of marks that these states show, by their places. The SVG is hidden from screen
    readers, since a state's title and description stand beside it. Raises ToolkitError as `draw_marks`.
    """
    marks_of_states = [rendering.draw_marks(drawing, width) for drawing in drawings]
    prefix = f"{drawings[0].id}-{width}"
    shared = marks_of_states[0][0]
    for marks, _ in marks_of_states[1:]:
        shared = [shared[place] for place in _matched(shared, marks)]
    parts: list[str | Element | None] = []
    moves: list[Moved] = []
    runs = zip(*(_gaps(marks, shared) for marks, _ in marks_of_states), strict=True)
    for between, mark in zip(runs, [*shared, None], strict=True):
        drawn, moved = _redrawn(between, prefix, len(moves), around)
        parts.append(drawn)
        moves += moved
        parts.append(mark)
    layout, height = LAYOUTS[width], max(height for _, height in marks_of_states)
    patterns = svg.patterns([mark for marks, _ in marks_of_states for mark in marks], prefix)
    whole = svg_document.hidden(_joined(parts, prefix), layout.width, height, f"chart chart-{width}", patterns)
    return whole, moves


def _matched(one: Sequence[Element], other: Sequence[Element]) -> Iterator[int]:
    """The places in `one` of the longest run of marks that stand in both, in order."""
    for start, _, size in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
        yield from range(start, start + size)


def _gaps(marks: Sequence[Element], shared: Sequence[Element]) -> list[list[Element]]:
    """The marks before each of the shared ones, and those after the last."""
    gaps: list[list[Element]] = [[]]
    for mark in marks:
        if len(gaps) <= len(shared) and mark == shared[len(gaps) - 1]:
            gaps.append([])
        else:
            gaps[-1].append(mark)
    return gaps


def _redrawn(
    runs: Sequence[list[Element]], prefix: str, count: int, around: Callable[[Sequence[int], str], str]
) -> tuple[str, list[Moved]]:
    """(the marks that differ between states as SVG, those of them that one move brings from state to state)."""
    unmoved = [list(run) for run in runs]
    drawn = ""
    moves: list[Moved] = []
    for mark in runs[0]:
        at, normal = _placed(mark)
        same_marks = [
            next((candidate for candidate in run if _placed(candidate)[1] == normal), None) for run in unmoved[1:]
        ]
        others = [candidate for candidate in same_marks if candidate is not None]
        if at is None or mark not in unmoved[0] or len(others) < len(same_marks):
            continue
        by = [(0.0, 0.0)]
        for run, other in zip(unmoved[1:], others, strict=True):
            x, y = _placed(other)[0] or at
            by.append((round(x - at[0], 2), round(y - at[1], 2)))
            run.remove(other)
        unmoved[0].remove(mark)
        name = f"m-{prefix}-{count + len(moves)}"
        moves.append(Moved(name, tuple(by)))
        drawn += f'<g class="{name}">{svg.body([mark], prefix)}</g>'
    kinds: dict[tuple[Element, ...], list[int]] = {}
    for place, run in enumerate(unmoved):
        kinds.setdefault(tuple(run), []).append(place)
    return drawn + "".join(around(states, svg.body(list(run), prefix)) for run, states in kinds.items() if run), moves


def _placed(mark: Element) -> tuple[tuple[float, float] | None, Element]:
    """(where a mark stands, the mark without its place); None for what no one move brings elsewhere."""
    if mark.tag == "text" and not mark.turn:
        return (mark.x, mark.y), replace(mark, x=0, y=0)
    at = AT.match(mark.shape) if mark.tag == "path" else None
    if at is None:
        return None, mark
    return (float(at[1]), float(at[2])), replace(mark, shape=mark.shape[at.end() :])


def _joined(parts: Sequence[str | Element | None], prefix: str) -> str:
    """Drawn SVG, and marks in runs, so that marks of one style share a group."""
    made = ""
    run: list[Element] = []
    for part in parts:
        if isinstance(part, Element):
            run.append(part)
        elif part:
            made += svg.body(run, prefix) + part
            run = []
    return made + svg.body(run, prefix)
