"""Charts and tables that a choice changes, as a page shows them: each state's words, cells and marks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from toolkit.charts import Cell, Drawing, Palette
from toolkit.core.errors import StoryError
from toolkit.core.kind import KINDS, Kind
from toolkit.notebook import mime
from toolkit.site.choices import Choices, Picks, VisibleStates
from toolkit.site.citations import Citations
from toolkit.site.exhibits import RenderedChart, drawing_of, numbers_beside_table, render_table, table_of
from toolkit.site.rendered_table import RenderedTable

SAID = ("title", "subtitle", "notes", "source")


def table_in_states(
    data: Mapping[str, Any], name: str, caption: str, citations: Citations, choices: Choices, where: str
) -> RenderedTable:
    """A table's output as a page shows it, cells that a choice changes in each of their states.

    Raises StoryError for one that rests on a choice and cannot be computed again, or has other rows then.
    """
    states = choices.versions(data, where)
    tables = [(picks, render_table(outputs[mime.TABLE], name, caption, citations)) for picks, outputs in states]
    return _merged_table(tables, citations, choices, where)


def _merged_table(
    tables: Sequence[tuple[Picks, RenderedTable]], citations: Citations, choices: Choices, where: str
) -> RenderedTable:
    if len(tables) == 1:
        return tables[0][1]
    first = _with_all_sources(tables[0][1], [table for _, table in tables], citations)
    if len({tuple(len(row) for row in table.rows) for _, table in tables}) > 1:
        raise StoryError(where, "other rows for another option", "the same rows", "draw a row for each option")
    rows = []
    for index, row in enumerate(first.rows):
        cells = []
        for column, cell in enumerate(row):
            texts = [(picks, table.rows[index][column]["text"]) for picks, table in tables]
            cells.append({**cell, "text": choices.around(texts)})
        rows.append(tuple(cells))
    return replace(first, rows=tuple(rows), kind=choices.around([(picks, table.kind) for picks, table in tables]))


def _with_all_sources(table: RenderedTable, tables: Sequence[RenderedTable], citations: Citations) -> RenderedTable:
    """The table with the sources of all its states, oldest first."""
    sources = dict(source for table_in_state in tables for source in table_in_state.sources)
    ordered = sorted(sources, key=citations.sourcing.age)
    return replace(table, sources=tuple((name, sources[name]) for name in ordered))


def chart_in_states(
    rendered: RenderedChart,
    data: Mapping[str, Any],
    citations: Citations,
    choices: Choices,
    palette: Palette,
    where: str,
) -> RenderedChart:
    """A rendered chart with what each option makes of its words, its marks and its table.

    Raises StoryError as `table_in_states` does, and ToolkitError for what the form refuses in a state.
    """
    states = choices.versions(data, where)
    if len(states) == 1:
        return rendered
    charts = [(picks, outputs[mime.CHART]) for picks, outputs in states]
    drawings = drawings_of([chart for _, chart in charts], palette)
    tables = [(picks, table_of(chart, rendered.number, citations)) for picks, chart in charts]
    texts = {
        name: choices.around(
            [(picks, getattr(drawing, name)) for (picks, _), drawing in zip(charts, drawings, strict=True)]
        )
        for name in SAID
    }
    kinds = [
        (picks, drawing.locale.say(KINDS[drawing.kind])) for (picks, _), drawing in zip(charts, drawings, strict=True)
    ]
    texts["kind"] = choices.around(kinds)
    described = [(picks, drawing.alt) for (picks, _), drawing in zip(charts, drawings, strict=True)]
    descriptions = Markup("").join(
        visible.around(Markup('<span class="unseen" role="img" aria-label="{}"></span>').format(alt), "div")
        for visible, alt in choices.merged(described)
    )
    lists = [(picks, numbers_beside_table(chart, citations)) for picks, chart in charts]
    lines = [
        {**line, "visible_in": visible}
        for place in range(max(len(listed) for _, listed in lists))
        for visible, line in choices.merged([(picks, listed[place]) for picks, listed in lists if place < len(listed)])
    ]
    every = [picks for picks, _ in charts]
    return replace(
        rendered,
        declared=rendered,
        kind_name=str(max(Kind[drawing.kind.upper()] for drawing in drawings)),
        texts_in_states=texts,
        descriptions=descriptions,
        table=_merged_table(tables, citations, choices, where),
        words=tuple(lines),
        wide=_drawing_of_states(drawings, every, "wide", choices),
        narrow=_drawing_of_states(drawings, every, "narrow", choices),
    )


def drawings_of(charts: Sequence[Mapping[str, Any]], palette: Palette) -> list[Drawing]:
    """The drawings of a chart's states, from their JSON, with room for each other's values on their axis."""
    drawings = [drawing_of(chart, palette) for chart in charts]
    columns = {
        str(drawing.encodings[name]) for drawing in drawings for name in ("x", "value") if name in drawing.encodings
    }
    cells = [row.get(column) for drawing in drawings for row in drawing.rows for column in columns]
    axis_values = dict.fromkeys(cell for cell in cells if isinstance(cell, Cell))
    return [drawing.with_axis_values(tuple(axis_values)) for drawing in drawings]


def _drawing_of_states(drawings: Sequence[Drawing], states: Sequence[Picks], width: str, choices: Choices) -> Markup:
    """The drawing of all states; the marks that move are noted for the page's style."""
    from toolkit.charts.states import draw_states

    markup, moves = draw_states(drawings, width, _around(states, choices))
    for move in moves:
        places = [(picks, by) for picks, by in zip(states, move.by, strict=True)]
        choices.moves.extend((move.name, visible, *by) for visible, by in choices.merged(places) if any(by))
    return Markup(markup)


def _around(states: Sequence[Picks], choices: Choices) -> Callable[[Sequence[int], str], str]:
    def around(places: Sequence[int], marks: str) -> str:
        picks = [states[place] for place in places]
        visible_in_all = choices.visible_in(picks)
        variants = [visible_in_all] if visible_in_all else [alone for alone in map(_alone(choices), picks) if alone]
        return "".join(f'<g class="{variant.classes}"{_off(variant)}>{marks}</g>' for variant in variants)

    return around


def _alone(choices: Choices) -> Callable[[Picks], VisibleStates | None]:
    return lambda picks: choices.visible_in([picks])


def _off(visible: VisibleStates) -> str:
    """Without a style a mark of another state than the declared one is not drawn."""
    return "" if visible.declared else ' display="none"'
