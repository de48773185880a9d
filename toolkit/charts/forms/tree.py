"""A small graph in layers of who relies on whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Row, number_column, text_column, text_option
from toolkit.charts.example import invented_chart, number
from toolkit.charts.fields import Fields
from toolkit.charts.geometry import Point
from toolkit.charts.row_heights import RowHeights
from toolkit.charts.typography import balanced, text_width
from toolkit.core.errors import Problem, ToolkitError

LOOKS = {"origin": "ink", "link": "ink, assumed", "broken": "accent"}  # a link is a ring


@dataclass(frozen=True)
class TreeRow(Row):
    """A node, or an edge between two."""

    role: str = text_column("what the row is", required=True, choices=("node", "edge"))
    node: str = text_column("a node's own name in the table", role="node")  # no edge has it, nor the next two
    label: str = text_column("what is shown", role="node")
    layer: Cell = number_column("0 for origins, then 1, 2, …", role="node")
    detail: str | None = text_column("under the label")
    mark: str | None = text_column(
        "how the node is drawn; without it an origin is filled", choices=("origin", "link", "broken")
    )
    source: str | None = text_column("the id that an edge comes from", role="edge")
    target: str | None = text_column("the id that relies on it", role="edge")


@dataclass(frozen=True)
class TreeOptions:
    """Options: the words over the layers."""

    layer_titles: str = text_option("over the layers, separated by |", "")


def example() -> Drawing:
    """Where a number came from."""
    names = ("what", "id", "depth", "source", "words", "state")
    nodes: list[tuple[str | Cell | None, ...]] = [
        ("survey", number(0), "A survey", "of shops in one street", "origin"),
        ("press", number(1), "A press release", "“most shops”", "broken"),
        ("paper", number(2), "A newspaper", "“most shops in town”", None),
        ("radio", number(2), "The radio", "with the survey's number", None),
    ]
    ties = (("survey", "press"), ("press", "paper"), ("survey", "radio"))
    return invented_chart(
        "tree",
        [
            *(dict(zip(names, ("node", *node), strict=True)) for node in nodes),
            *({"what": "edge", "from": start, "to": end} for start, end in ties),
        ],
        "The newspaper had the number from a press release that had changed it",
        "Who took a number from whom, in an invented town",
        "A graph from a survey to a press release and the radio, and from the press release to a newspaper.",
        role="what",
        node="id",
        layer="depth",
        label="source",
        detail="words",
        mark="state",
        source="from",
        target="to",
        layer_titles="Said first | Retold | Retold again",
    )


@dataclass(eq=False)
class Stop:
    """Where edges meet a layer: a node, or the bend of an edge that passes it, whose row it has; with those joined."""

    layer: int
    row: TreeRow
    before: list[Stop] = field(default_factory=list)
    after: list[Stop] = field(default_factory=list)
    x: float = 0.0
    y: float = 0.0
    slot: float = 0.0

    @property
    def is_node(self) -> bool:
        """Whether it is a node."""
        return self.row.role == "node"


class Edge(NamedTuple):
    """From a source to whoever relies on it."""

    source: Stop
    target: Stop
    row: TreeRow


def tree(drawing: Drawing, layout: Layout) -> alt.TopLevelMixin:
    """Origins first; an edge runs from a source to whoever relies on it.

    Its places are in pixels: Vega-Lite lays out no graph. Raises ToolkitError for two nodes of one id, and for edges
    that name no node or do not go to a later layer.
    """
    rows, options = FORM.read(drawing)
    (nodes, edges), plan = graph_of(rows, drawing), RowHeights(Fields(drawing), layout)
    titles = [title.strip() for title in options.layer_titles.split("|")] if options.layer_titles else []
    layers = (wide_tree if layout.wide else narrow_tree)(plan, nodes, edges, titles)
    return plan.chart([*layers, _nodes_of(plan, nodes)])


def graph_of(rows: list[TreeRow], drawing: Drawing) -> tuple[list[Stop], list[Edge]]:
    """The nodes in the table's order, and the edges. Raises ToolkitError with all that keeps them from being drawn."""
    found = [Stop(int(row.layer.low), row) for row in rows if row.role == "node"]
    nodes = {node.row.node: node for node in found}
    problems = []
    if len(nodes) < len(found):
        problems.append(Problem(drawing.where, "two nodes with one id", "ids that are their own"))
    edges = []
    for row in (row for row in rows if row.role == "edge"):
        known = ", ".join(nodes)
        problems += [
            Problem(drawing.where, f"an edge names {end!r}", known, "name a node's id")
            for end in (row.source, row.target)
            if end not in nodes
        ]
        if row.source not in nodes or row.target not in nodes:
            continue
        edges.append(Edge(nodes[row.source], nodes[row.target], row))
        if edges[-1].source.layer >= edges[-1].target.layer:
            back = f"the edge from {row.source!r} to {row.target!r} does not go to a later layer"
            allowed, remedy = "layers that rise along each edge", "raise the layer of the one that relies"
            problems.append(Problem(drawing.where, back, allowed, remedy))
    if problems:
        raise ToolkitError(problems)
    return found, edges


def wide_tree(plan: RowHeights, nodes: list[Stop], edges: list[Edge], titles: list[str]) -> list[alt.Chart]:
    """Layers as columns from left to right, bends where an edge passes one."""
    layout = plan.layout
    layers: dict[int, list[Stop]] = {layer: [] for layer in sorted({node.layer for node in nodes})}
    for node in nodes:
        layers[node.layer].append(node)
    paths = [path_of(edge, layers) for edge in edges]
    _arrange(list(layers.values()))
    pitch = (layout.width + 34) / len(layers)
    room = pitch - 34 - 18
    top = 34.0 if titles else 8.0

    def height(stop: Stop) -> float:
        return plan.label_height(stop.row.label, stop.row.detail or "", room) + 16 if stop.is_node else 14.0

    tallest = max(sum(map(height, layer)) for layer in layers.values())
    for column, layer in enumerate(layers.values()):
        spare = (tallest - sum(map(height, layer))) / (len(layer) + 1)
        y = top + spare
        for stop in layer:
            stop.x = column * pitch + 7
            stop.y = y + (layout.label * 0.55 if stop.is_node else height(stop) / 2)
            y += height(stop) + spare
    plan.height = top + tallest + 6
    over = {column: (column * pitch, 15.0, title) for column, title in enumerate(titles[: len(layers)])}
    lanes = {source: 18 + 7 * (nth % 3) for nth, source in enumerate(dict.fromkeys(edge.source for edge in edges))}
    both = zip(edges, paths, strict=True)
    lines = _lines_of(plan, {edge.row.index: turns(path, lanes[edge.source], room, layout) for edge, path in both})
    return [*(plan.rules({0: 24}) if titles else []), *titles_at(plan, over), lines, *names_of(plan, nodes, room, 13)]


def titles_at(plan: RowHeights, found: dict[int, tuple[float, float, str]]) -> list[alt.Chart]:
    """The titles of layers, (x, baseline, words) by the index of any row."""
    words = plan.text("title", {at: (y, said) for at, (_, y, said) in found.items()}, plan.layout.detail, role="muted")
    return [words.encode(x=plan.right({at: x for at, (x, _, _) in found.items()}, "title_x"))]


def names_of(plan: RowHeights, nodes: list[Stop], room: float, aside: float) -> list[alt.Chart]:
    """The names of the nodes with their details, right of their marks."""
    drop = plan.layout.label * 0.34
    found = {node.row.index: (node.y + drop, node.row.label, node.row.detail or "") for node in nodes}
    x = plan.right({node.row.index: node.x + aside for node in nodes}, "name_x")
    return [layer.encode(x=x) for layer in plan.labels(found, room)]


def _nodes_of(plan: RowHeights, nodes: list[Stop]) -> alt.Chart:
    """The marks of the nodes: as the table says, else an origin that relies on nobody is filled, a link open."""
    marks = {n.row.index: n.row.mark or ("link" if n.before or n.layer else "origin") for n in nodes}
    look = plan.add("look", {at: LOOKS[mark] for at, mark in marks.items()})
    mark = plan.fields.rows_of("role", "node").mark_point(size=125, opacity=1)
    return mark.encode(
        x=plan.right({node.row.index: node.x for node in nodes}, "node_x"),
        y=plan.down({node.row.index: node.y for node in nodes}, "node_y"),
        tooltip=plan.fields.tooltip,
        **looks.points(plan.fields, look),
    )


def _lines_of(plan: RowHeights, points: dict[int, list[Point]]) -> alt.Chart:
    """Edges as lines through points in pixels, by the index of their row."""
    bends = plan.add("bends", {at: [[round(x, 2), round(y, 2)] for x, y in line] for at, line in points.items()})
    edge = plan.add("edge", {at: at for at in points})
    across, down = plan.fields.free("across"), plan.fields.free("down")
    shown = plan.fields.rows_of("role", "edge").transform_flatten([bends])
    shown = shown.transform_calculate(**{across: f"datum.{bends}[0]", down: f"datum.{bends}[1]"})
    line = shown.mark_line(color=plan.colours["context"], strokeWidth=1.5, order=False)
    detail = alt.Detail(field=edge, type="nominal")
    return line.encode(
        x=alt.X(field=across, type="quantitative"), y=alt.Y(field=down, type="quantitative"), detail=detail
    )


def turns(path: list[Stop], lane: float, room: float, layout: Layout) -> list[Point]:
    """The points of an edge, which turns in the gutter before a layer, so many pixels from it."""
    source = path[0]
    first_line = balanced(source.row.label, room, layout.label, 600)[0]
    points = [(source.x + 13 + text_width(first_line, layout.label, 600) + 8, source.y)]  # right of the label
    for before, stop in pairwise(path):
        if not before.is_node:
            points.append((before.x + room, before.y))
        points += bend((points[-1][0], before.y), (stop.x, stop.y), stop.x - lane)
    return points


def path_of(edge: Edge, layers: dict[int, list[Stop]]) -> list[Stop]:
    """An edge as a path with a bend in each layer between, which is added to the layer."""
    path = [edge.source]
    for layer, stops in layers.items():
        if edge.source.layer < layer < edge.target.layer:
            path.append(Stop(layer, edge.row))
            stops.append(path[-1])
    path.append(edge.target)
    for before, after in pairwise(path):
        before.after.append(after)
        after.before.append(before)
    return path


def _arrange(layers: list[list[Stop]]) -> None:
    """Sorts each layer by the mean position of its neighbours, to and fro a few times (the barycentre method)."""
    for layer in layers:
        set_slots(layer)
    for turn in range(6):
        for layer in layers if turn % 2 == 0 else layers[::-1]:
            for stop in layer:
                near = stop.before if turn % 2 == 0 else stop.after
                stop.slot = sum(other.slot for other in near) / len(near) if near else stop.slot
            layer.sort(key=lambda stop: stop.slot)
            set_slots(layer)


def set_slots(layer: list[Stop]) -> None:
    """Sets the positions of a layer's stops in their order, evenly between 0 and 1."""
    for place, stop in enumerate(layer, start=1):
        stop.slot = place / (len(layer) + 1)


def bend(start: Point, end: Point, gutter: float) -> list[Point]:
    """The points of an edge: horizontal to the gutter before the layer, a rounded turn, horizontal to its end."""
    (x0, y0), (x1, y1) = start, end
    turn = min(9.0, abs(y1 - y0) / 2)
    if turn < 1:
        return [(x0, y0), (x1, y1)]
    down = 1 if y1 > y0 else -1
    left = max(gutter, x0 + turn)
    arc = [(left - turn, y0), (left - turn * 0.3, y0 + down * turn * 0.3), (left, y0 + down * turn)]
    back = [(left, y1 - down * turn), (left + turn * 0.3, y1 - down * turn * 0.3), (left + turn, y1)]
    return [(x0, y0), *arc, *back, (x1, y1)]


def narrow_tree(plan: RowHeights, nodes: list[Stop], edges: list[Edge], titles: list[str]) -> list[alt.Chart]:
    """One node to a line in the order of layers, edges as brackets at the left."""
    layout = plan.layout
    ranked = sorted(nodes, key=lambda node: node.layer)
    lanes = bracket_lanes(edges, ranked)
    left = 12.0 + 11 * max(lanes.values(), default=0) + 14
    room = layout.width - left - 14
    titled = dict(zip(sorted({node.layer for node in ranked}), titles, strict=False))
    y, titles_at_nodes = 4.0, {}
    for node in ranked:
        if node.layer in titled:
            titles_at_nodes[node.row.index] = (left + 14, y + 14, titled.pop(node.layer))
            y += layout.line + 6
        node.x, node.y = left, y + layout.label * 0.55 + 3
        y += plan.label_height(node.row.label, node.row.detail or "", room) + 17
    plan.height = y
    points = {}
    for source, target, row in edges:
        x = left - 14 - 11 * lanes[source]
        out = [(source.x, source.y), (x + 5, source.y), (x + 1.5, source.y + 1.5), (x, source.y + 5)]
        back = [(x, target.y - 5), (x + 1.5, target.y - 1.5), (x + 5, target.y), (target.x, target.y)]
        points[row.index] = [*out, *back]
    return [*titles_at(plan, titles_at_nodes), _lines_of(plan, points), *names_of(plan, nodes, room, 14)]


def bracket_lanes(edges: list[Edge], ranked: list[Stop]) -> dict[Stop, int]:
    """A lane for each source of edges, which its brackets share: those that would cross get their own."""
    rank = {node: place for place, node in enumerate(ranked)}
    spans = {source: (rank[source], max(rank[e.target] for e in edges if e.source is source)) for source, *_ in edges}
    used: dict[Stop, int] = {}
    for source, (low, high) in sorted(spans.items(), key=lambda item: item[1][1] - item[1][0]):
        taken = {lane for other, lane in used.items() if spans[other][0] < high and low < spans[other][1]}
        used[source] = next(lane for lane in range(len(spans)) if lane not in taken)
    return used


FORM = Form("tree", "Who relies on whom?", TreeRow, TreeOptions, tree)
