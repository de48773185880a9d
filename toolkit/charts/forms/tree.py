"""A small graph in layers of who relies on whom."""

from __future__ import annotations

from dataclasses import dataclass, field

import altair as alt

from toolkit.charts.canvas import GRID, Canvas
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Encodings, Form, Row, number_column, text_column, text_option
from toolkit.charts.example import example, number
from toolkit.charts.geometry import Box, Point
from toolkit.charts.marks import dot, label_height, row_label
from toolkit.charts.typography import balanced, text_width
from toolkit.core.errors import Problem, ToolkitError


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


def sample() -> Drawing:
    """Where a number came from."""
    names = ("what", "id", "depth", "source", "words", "state")
    nodes: list[tuple[str | Cell | None, ...]] = [
        ("survey", number(0), "A survey", "of shops in one street", "origin"),
        ("press", number(1), "A press release", "“most shops”", "broken"),
        ("paper", number(2), "A newspaper", "“most shops in town”", None),
        ("radio", number(2), "The radio", "with the survey's number", None),
    ]
    ties = (("survey", "press"), ("press", "paper"), ("survey", "radio"))
    return example(
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
    """Where an edge meets a layer: a node, or a bend of the edge; with the stops that it is joined to."""

    layer: int
    before: list[Stop] = field(default_factory=list)
    after: list[Stop] = field(default_factory=list)
    x: float = 0.0
    y: float = 0.0
    slot: float = 0.0


@dataclass(eq=False, kw_only=True)
class Node(Stop):
    """A node with its text."""

    row: TreeRow
    label: str


@dataclass(frozen=True)
class Edge:
    """From a source to whoever relies on it."""

    source: Node
    target: Node


@dataclass(frozen=True)
class Graph:
    """Nodes in the table's order, and the edges between them."""

    nodes: list[Node]
    edges: list[Edge]

    def neighbours(self, node: Node) -> list[TreeRow]:
        """The rows of the nodes that an edge joins to this one."""
        joined = [(edge.source, edge.target) for edge in self.edges]
        return [end.row for pair in joined if node in pair for end in pair if end is not node]


def tree(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """Origins first; an edge runs from a source to whoever relies on it.

    Raises ToolkitError for two nodes of one id, and for edges that name no node or do not go to a later layer.
    """
    rows, options = TREE.read(drawing)
    graph = graph_of(rows, drawing)
    canvas = Canvas(drawing, layout)
    titles = [title.strip() for title in options.layer_titles.split("|")] if options.layer_titles else []
    return canvas.to_chart((wide_tree if layout.wide else narrow_tree)(canvas, graph, titles))


def graph_of(rows: list[TreeRow], drawing: Drawing) -> Graph:
    """The graph of a table. Raises ToolkitError with all that keeps it from being drawn."""
    found = [
        Node(int(row.layer.low), row=row, label=row.label)
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
            edges.append(Edge(source, target))
    if problems:
        raise ToolkitError(problems)
    return Graph(list(nodes.values()), edges)


def wide_tree(canvas: Canvas, graph: Graph, titles: list[str]) -> float:
    """Layers as columns from left to right, bends where an edge passes one; returns where they end."""
    layout = canvas.layout
    layers: dict[int, list[Stop]] = {}
    for node in graph.nodes:
        layers.setdefault(node.layer, []).append(node)
    order = sorted(layers)
    paths = [path_of(edge, layers, order) for edge in graph.edges]
    arrange(layers, order)
    pitch = (layout.width + 34) / len(order)
    room = pitch - 34 - 18
    top = 34.0 if titles else 8.0

    def height(stop: Stop) -> float:
        return label_height(stop.label, stop.row.detail, room, layout) + 16 if isinstance(stop, Node) else 14.0

    tallest = max(sum(map(height, layer)) for layer in layers.values())
    for column, key in enumerate(order):
        layer = layers[key]
        spare = (tallest - sum(map(height, layer))) / (len(layer) + 1)
        y = top + spare
        if column < len(titles):
            canvas.text(column * pitch, 15, titles[column], layout.detail, fill="muted")
        for stop in layer:
            stop.x = column * pitch + 7
            stop.y = y + (layout.label * 0.55 if isinstance(stop, Node) else height(stop) / 2)
            y += height(stop) + spare
    if titles:
        canvas.rule(0, 24, layout.width, 24)
    draw_edges(canvas, graph.edges, paths, room)
    for node in graph.nodes:
        draw_node(canvas, node, room, graph.neighbours(node))
    canvas.plot_area(0, top, layout.width, top + tallest)
    return top + tallest + 6


def draw_edges(canvas: Canvas, edges: list[Edge], paths: list[list[Stop]], room: float) -> None:
    """Edges as lines that turn in the gutter before a layer; each source has a lane there."""
    sources = list(dict.fromkeys(edge.source for edge in edges))
    for edge, path in zip(edges, paths, strict=True):
        lane = 18 + 7 * (sources.index(edge.source) % 3)
        points = [(leaves(edge.source, room, canvas.layout), edge.source.y)]
        for before, stop in zip(path, path[1:], strict=False):
            if not isinstance(before, Node):
                points.append((before.x + room, before.y))
            points += bend((points[-1][0], before.y), (stop.x, stop.y), stop.x - lane)
        with canvas.for_rows(edge.source.row, edge.target.row):
            canvas.line(points, "context", 1.5, level=GRID)


def leaves(node: Node, room: float, layout: Layout) -> float:
    """Where an edge leaves a node: right of the label's first line."""
    return node.x + 13 + text_width(balanced(node.label, room, layout.label, 600)[0], layout.label, 600) + 8


def path_of(edge: Edge, layers: dict[int, list[Stop]], order: list[int]) -> list[Stop]:
    """An edge as a path with a bend in each layer between, which is added to the layer."""
    path: list[Stop] = [edge.source]
    for layer in order:
        if edge.source.layer < layer < edge.target.layer:
            path.append(Stop(layer))
            layers[layer].append(path[-1])
    path.append(edge.target)
    for before, after in zip(path, path[1:], strict=False):
        before.after.append(after)
        after.before.append(before)
    return path


def arrange(layers: dict[int, list[Stop]], order: list[int]) -> None:
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


def narrow_tree(canvas: Canvas, graph: Graph, titles: list[str]) -> float:
    """One node to a line in the order of layers, edges as brackets at the left; returns where they end."""
    layout = canvas.layout
    ranked = sorted(graph.nodes, key=lambda node: node.layer)
    lanes = bracket_lanes(graph.edges, ranked)
    left = 12.0 + 11 * max(lanes.values(), default=0) + 14
    columns = sorted({node.layer for node in ranked})
    y, shown = 4.0, ""
    for node in ranked:
        column = columns.index(node.layer)
        if column < len(titles) and titles[column] != shown:
            shown = titles[column]
            canvas.text(left + 14, y + 14, shown, layout.detail, fill="muted")
            y += layout.line + 6
        node.x, node.y = left, y + layout.label * 0.55 + 3
        y = draw_node(canvas, node, layout.width - left - 14, graph.neighbours(node)) + 15
    for edge, lane in lanes.items():
        source, target = edge.source, edge.target
        x = left - 14 - 11 * lane
        out = [(source.x, source.y), (x + 5, source.y), (x + 1.5, source.y + 1.5), (x, source.y + 5)]
        back = [(x, target.y - 5), (x + 1.5, target.y - 1.5), (x + 5, target.y), (target.x, target.y)]
        with canvas.for_rows(source.row, target.row):
            canvas.line([*out, *back], "context", 1.5, level=GRID)
    canvas.plot_area(left, 0, layout.width, y)
    return y


def bracket_lanes(edges: list[Edge], ranked: list[Node]) -> dict[Edge, int]:
    """A lane for each edge: edges of one source share theirs, brackets that would cross get their own."""
    rank = {node: place for place, node in enumerate(ranked)}
    spans: dict[Node, tuple[int, int]] = {}
    for edge in edges:
        low, high = spans.get(edge.source, (rank[edge.source], rank[edge.target]))
        spans[edge.source] = (low, max(high, rank[edge.target]))
    used: dict[Node, int] = {}
    for source in sorted(spans, key=lambda node: spans[node][1] - spans[node][0]):
        low, high = spans[source]
        taken = {used[other] for other in used if spans[other][0] < high and low < spans[other][1]}
        used[source] = next(lane for lane in range(len(spans) + 1) if lane not in taken)
    return {edge: used[edge.source] for edge in edges}


def draw_node(canvas: Canvas, node: Node, room: float, near: list[TreeRow]) -> float:
    """The mark and the words of a node; returns their last baseline. It is highlighted with its neighbours."""
    layout, left = canvas.layout, node.x + (13 if canvas.layout.wide else 14)
    with canvas.for_rows(node.row, *near):
        last = row_label(canvas, left, node.y + layout.label * 0.34, room, node.label, node.row.detail)
        node_dot(canvas, node)
    canvas.hit_area(node.row, Box(node.x - 8, node.y - 12, left + room, last + 5))
    return last


def node_dot(canvas: Canvas, node: Node) -> None:
    """The mark of a node: origin, link, or broken."""
    mark = node.row.mark or ("origin" if not node.before and node.layer == 0 else "link")
    if mark == "link":
        canvas.dot(node.x, node.y, 6, "paper", "ink", 2)
    else:
        dot(canvas, node.x, node.y, "accent" if mark == "broken" else "ink", "reported", 6.5)


FORM = Form("tree", "Who relies on whom?", TREE, tree, in_pixels=True)
