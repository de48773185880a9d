"""A small graph in layers of who relies on whom."""

from __future__ import annotations

from dataclasses import dataclass, field

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Encodings, Form, Row, number_column, text_column, text_option
from toolkit.charts.example import invented_chart, number
from toolkit.charts.fields import Fields, of_rows_with
from toolkit.charts.geometry import Point
from toolkit.charts.row_heights import RowHeights
from toolkit.charts.typography import balanced, text_width
from toolkit.core.errors import Problem, ToolkitError

LOOKS = {"origin": "ink", "link": "ink, assumed", "broken": "accent"}  # a link is a ring


@dataclass(frozen=True)
class TreeRow(Row):
    """A node, or an edge between two."""

    role: str = text_column("what the row is", required=True, choices=("node", "edge"))
    node: str | None = text_column("a node's own name in the table", role="node")
    label: str | None = text_column("what is shown", role="node")
    layer: Cell | None = number_column("0 for origins, then 1, 2, …", role="node")
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


TREE = Encodings(TreeRow, TreeOptions)


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
class EdgePoint:
    """Where an edge meets a layer: a node, or a bend of the edge; with the stops that it is joined to."""

    layer: int
    before: list[EdgePoint] = field(default_factory=list)
    after: list[EdgePoint] = field(default_factory=list)
    x: float = 0.0
    y: float = 0.0
    slot: float = 0.0


@dataclass(eq=False, kw_only=True)
class DrawnNode(EdgePoint):
    """A node with its text."""

    row: TreeRow
    label: str


@dataclass(frozen=True)
class Edge:
    """From a source to whoever relies on it."""

    source: DrawnNode
    target: DrawnNode
    row: TreeRow


@dataclass(frozen=True)
class Graph:
    """Nodes in the table's order, and the edges between them."""

    nodes: list[DrawnNode]
    edges: list[Edge]


def tree(drawing: Drawing, layout: Layout) -> alt.TopLevelMixin:
    """Origins first; an edge runs from a source to whoever relies on it.

    Its places are in pixels: Vega-Lite lays out no graph. Raises ToolkitError for two nodes of one id, and for edges
    that name no node or do not go to a later layer.
    """
    rows, options = TREE.read(drawing)
    graph, plan = graph_of(rows, drawing), RowHeights(Fields(drawing), layout)
    titles = [title.strip() for title in options.layer_titles.split("|")] if options.layer_titles else []
    layers = (wide_tree if layout.wide else narrow_tree)(plan, graph, titles)
    return plan.chart([*layers, _nodes_of(plan, graph)])


def graph_of(rows: list[TreeRow], drawing: Drawing) -> Graph:
    """The graph of a table. Raises ToolkitError with all that keeps it from being drawn."""
    found = [
        DrawnNode(int(row.layer.low), row=row, label=row.label)
        for row in rows
        if row.role == "node" and row.layer and row.label is not None
    ]
    nodes = {node.row.node: node for node in found}
    problems = []
    if len(nodes) < len(found):
        problems.append(Problem(drawing.where, "two nodes with one id", "ids that are their own"))
    edges = []
    for row in (row for row in rows if row.role == "edge"):
        source, target = nodes.get(row.source), nodes.get(row.target)
        for end, node in ((row.source, source), (row.target, target)):
            if node is None:
                known = ", ".join(map(str, nodes))
                problems.append(Problem(drawing.where, f"an edge names {end!r}", known, "name a node's id"))
        if source and target and source.layer >= target.layer:
            problems.append(
                Problem(
                    drawing.where,
                    f"the edge from {row.source!r} to {row.target!r} does not go to a later layer",
                    "layers that rise along each edge",
                    "raise the layer of the one that relies",
                )
            )
        if source and target:
            edges.append(Edge(source, target, row))
    if problems:
        raise ToolkitError(problems)
    return Graph(list(nodes.values()), edges)


def wide_tree(plan: RowHeights, graph: Graph, titles: list[str]) -> list[alt.Chart]:
    """Layers as columns from left to right, bends where an edge passes one."""
    layout = plan.layout
    layers: dict[int, list[EdgePoint]] = {}
    for node in graph.nodes:
        layers.setdefault(node.layer, []).append(node)
    order = sorted(layers)
    paths = [path_of(edge, layers, order) for edge in graph.edges]
    _arrange(layers, order)
    pitch = (layout.width + 34) / len(order)
    room = pitch - 34 - 18
    top = 34.0 if titles else 8.0

    def height(stop: EdgePoint) -> float:
        return plan.label_height(stop.label, stop.row.detail or "", room) + 16 if isinstance(stop, DrawnNode) else 14.0

    tallest = max(sum(map(height, layer)) for layer in layers.values())
    for column, key in enumerate(order):
        layer = layers[key]
        spare = (tallest - sum(map(height, layer))) / (len(layer) + 1)
        y = top + spare
        for stop in layer:
            stop.x = column * pitch + 7
            stop.y = y + (layout.label * 0.55 if isinstance(stop, DrawnNode) else height(stop) / 2)
            y += height(stop) + spare
    plan.height = top + tallest + 6
    over = {column: (column * pitch, 15.0, title) for column, title in enumerate(titles[: len(order)])}
    both = zip(graph.edges, paths, strict=True)
    edges = _lines_of(plan, {edge.row.index: turns(edge, path, graph, room, layout) for edge, path in both})
    return [*(plan.rules({0: 24}) if titles else []), *titles_at(plan, over), edges, *names_of(plan, graph, room, 13)]


def titles_at(plan: RowHeights, found: dict[int, tuple[float, float, str]]) -> list[alt.Chart]:
    """The titles of layers, (x, baseline, words) by the index of any row."""
    words = plan.text("title", {at: (y, said) for at, (_, y, said) in found.items()}, plan.layout.detail, role="muted")
    return [words.encode(x=plan.right({at: x for at, (x, _, _) in found.items()}, "title_x"))]


def names_of(plan: RowHeights, graph: Graph, room: float, aside: float) -> list[alt.Chart]:
    """The names of the nodes with their details, right of their marks."""
    drop = plan.layout.label * 0.34
    found = {node.row.index: (node.y + drop, node.label, node.row.detail or "") for node in graph.nodes}
    x = plan.right({node.row.index: node.x + aside for node in graph.nodes}, "name_x")
    return [layer.encode(x=x) for layer in plan.labels(found, room)]


def _nodes_of(plan: RowHeights, graph: Graph) -> alt.Chart:
    """The marks of the nodes: an origin filled, a link open, a broken one in the accent colour."""
    look = plan.add("look", {node.row.index: LOOKS[mark_of(node)] for node in graph.nodes})
    x = plan.right({node.row.index: node.x for node in graph.nodes}, "node_x")
    y = plan.down({node.row.index: node.y for node in graph.nodes}, "node_y")
    mark = of_rows_with(alt.Chart().mark_point(size=125, opacity=1), look)
    channels = looks.points(plan.fields, look)
    return mark.encode(x=x, y=y, tooltip=plan.fields.tooltip, **channels)


def mark_of(node: DrawnNode) -> str:
    """How a node is drawn: as the table says, else an origin if it relies on nobody."""
    return node.row.mark or ("origin" if not node.before and node.layer == 0 else "link")


def _lines_of(plan: RowHeights, points: dict[int, list[Point]]) -> alt.Chart:
    """Edges as lines through points in pixels, by the index of their row."""
    bends = {
        at: [{"nth": nth, "x": round(x, 2), "y": round(y, 2)} for nth, (x, y) in enumerate(line)]
        for at, line in points.items()
    }
    field, edge = plan.add("bends", bends), plan.add("edge", {at: at for at in points})
    shown = of_rows_with(alt.Chart(), edge).transform_flatten([field], as_=["bend"])
    shown = shown.transform_calculate(nth="datum.bend.nth", across="datum.bend.x", down="datum.bend.y")
    line = shown.mark_line(color=plan.colours["context"], strokeWidth=1.5)
    return line.encode(
        x=plan.pixels(alt.X, "across"),
        y=plan.pixels(alt.Y, "down"),
        detail=alt.Detail(field=edge, type="nominal"),
        order=alt.Order(field="nth", type="quantitative"),
    )


def turns(edge: Edge, path: list[EdgePoint], graph: Graph, room: float, layout: Layout) -> list[Point]:
    """The points of an edge, which turns in the gutter before a layer; each source has a lane there."""
    sources = list(dict.fromkeys(each.source for each in graph.edges))
    lane = 18 + 7 * (sources.index(edge.source) % 3)
    points = [(leaves(edge.source, room, layout), edge.source.y)]
    for before, stop in zip(path, path[1:], strict=False):
        if not isinstance(before, DrawnNode):
            points.append((before.x + room, before.y))
        points += bend((points[-1][0], before.y), (stop.x, stop.y), stop.x - lane)
    return points


def leaves(node: DrawnNode, room: float, layout: Layout) -> float:
    """Where an edge leaves a node: right of the label's first line."""
    return node.x + 13 + text_width(balanced(node.label, room, layout.label, 600)[0], layout.label, 600) + 8


def path_of(edge: Edge, layers: dict[int, list[EdgePoint]], order: list[int]) -> list[EdgePoint]:
    """An edge as a path with a bend in each layer between, which is added to the layer."""
    path: list[EdgePoint] = [edge.source]
    for layer in order:
        if edge.source.layer < layer < edge.target.layer:
            path.append(EdgePoint(layer))
            layers[layer].append(path[-1])
    path.append(edge.target)
    for before, after in zip(path, path[1:], strict=False):
        before.after.append(after)
        after.before.append(before)
    return path


def _arrange(layers: dict[int, list[EdgePoint]], order: list[int]) -> None:
    """Sorts each layer by the mean position of its neighbours, to and fro a few times (the barycentre method)."""
    for layer in layers.values():
        set_slots(layer)
    for turn in range(6):
        for key in order if turn % 2 == 0 else order[::-1]:
            layer = layers[key]
            for stop in layer:
                near = stop.before if turn % 2 == 0 else stop.after
                stop.slot = sum(other.slot for other in near) / len(near) if near else stop.slot
            layer.sort(key=lambda stop: stop.slot)
            set_slots(layer)


def set_slots(layer: list[EdgePoint]) -> None:
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


def narrow_tree(plan: RowHeights, graph: Graph, titles: list[str]) -> list[alt.Chart]:
    """One node to a line in the order of layers, edges as brackets at the left."""
    layout = plan.layout
    ranked = sorted(graph.nodes, key=lambda node: node.layer)
    lanes = bracket_lanes(graph.edges, ranked)
    left = 12.0 + 11 * max(lanes.values(), default=0) + 14
    room = layout.width - left - 14
    columns = sorted({node.layer for node in ranked})
    y, titles_by_column = 4.0, {}
    for node in ranked:
        column = columns.index(node.layer)
        if column < len(titles) and column not in titles_by_column:
            titles_by_column[column] = (left + 14, y + 14, titles[column])
            y += layout.line + 6
        node.x, node.y = left, y + layout.label * 0.55 + 3
        y += plan.label_height(node.label, node.row.detail or "", room) + 17
    plan.height = y
    points = {}
    for edge, lane in lanes.items():
        source, target = edge.source, edge.target
        x = left - 14 - 11 * lane
        out = [(source.x, source.y), (x + 5, source.y), (x + 1.5, source.y + 1.5), (x, source.y + 5)]
        back = [(x, target.y - 5), (x + 1.5, target.y - 1.5), (x + 5, target.y), (target.x, target.y)]
        points[edge.row.index] = [*out, *back]
    return [*titles_at(plan, titles_by_column), _lines_of(plan, points), *names_of(plan, graph, room, 14)]


def bracket_lanes(edges: list[Edge], ranked: list[DrawnNode]) -> dict[Edge, int]:
    """A lane for each edge: edges of one source share theirs, brackets that would cross get their own."""
    rank = {node: place for place, node in enumerate(ranked)}
    spans: dict[DrawnNode, tuple[int, int]] = {}
    for edge in edges:
        low, high = spans.get(edge.source, (rank[edge.source], rank[edge.target]))
        spans[edge.source] = (low, max(high, rank[edge.target]))
    used: dict[DrawnNode, int] = {}
    for source in sorted(spans, key=lambda node: spans[node][1] - spans[node][0]):
        low, high = spans[source]
        taken = {used[other] for other in used if spans[other][0] < high and low < spans[other][1]}
        used[source] = next(lane for lane in range(len(spans) + 1) if lane not in taken)
    return {edge: used[edge.source] for edge in edges}


FORM = Form("tree", "Who relies on whom?", TREE, tree)
