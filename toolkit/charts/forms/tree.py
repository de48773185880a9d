"""Who relies on whom: a small layered graph."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import altair as alt

from toolkit.charts.canvas import GRID, Canvas
from toolkit.charts.drawing import Drawing, Layout
from toolkit.charts.encodings import Form, Wants, number, text, words
from toolkit.charts.geometry import Box
from toolkit.charts.marks import dot, label_height, row_label
from toolkit.charts.typography import balanced, text_width
from toolkit.core.errors import Problem, ToolkitError

TREE = Wants(
    {
        "role": text("what the row is", required=True, choices=("node", "edge")),
        "node": text("a node's own name in the table", role="node"),
        "label": text("what is shown", role="node"),
        "layer": number("0 for origins, then 1, 2, …", role="node"),
        "detail": text("under the label"),
        "mark": text("how the node is drawn; without it an origin is filled", choices=("origin", "link", "broken")),
        "source": text("the id that an edge comes from", role="edge"),
        "target": text("the id that relies on it", role="edge"),
        "layer_titles": words("over the layers, separated by |", ""),
    }
)


@dataclass(eq=False)
class Node:
    """A node, or a bend (no row) where an edge passes a layer."""

    layer: int
    row: SimpleNamespace | None = None
    before: list[Node] = field(default_factory=list)
    after: list[Node] = field(default_factory=list)
    x: float = 0.0
    y: float = 0.0
    slot: float = 0.0


def tree(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """Origins first; an edge runs from a source to whoever relies on it."""
    rows, plain = TREE.read(drawing)
    nodes, edges = graph(rows, drawing)
    canvas = Canvas(drawing, layout)
    titles = [title.strip() for title in plain.layer_titles.split("|")] if plain.layer_titles else []
    height = (wide_tree if layout.wide else narrow_tree)(canvas, nodes, edges, titles)
    return canvas.to_chart(height)


def graph(rows: list[SimpleNamespace], drawing: Drawing) -> tuple[dict[str, Node], list[tuple[str, str]]]:
    """Nodes by id and edges between them; every edge goes to a later layer."""
    nodes = {row.node: Node(int(row.layer.low), row) for row in rows if row.role == "node"}
    edges = [(row.source, row.target) for row in rows if row.role == "edge"]
    problems = []
    if len(nodes) < sum(row.role == "node" for row in rows):
        problems.append(Problem(drawing.where, "two nodes with one id", "ids that are their own"))
    for source, target in edges:
        for end in (source, target):
            if end not in nodes:
                problems.append(Problem(drawing.where, f"an edge names {end!r}", ", ".join(nodes), "name a node's id"))
        if source in nodes and target in nodes and nodes[source].layer >= nodes[target].layer:
            problems.append(
                Problem(
                    drawing.where,
                    f"the edge from {source!r} to {target!r} does not go to a later layer",
                    "layers that rise along each edge",
                    "raise the layer of the one that relies",
                )
            )
    if problems:
        raise ToolkitError(problems)
    return nodes, edges


def wide_tree(canvas: Canvas, nodes: dict[str, Node], edges: list, titles: list[str]) -> float:
    """Layers as columns from left to right, bends where an edge passes one."""
    layout = canvas.layout
    layers: dict[int, list[Node]] = {}
    for node in nodes.values():
        layers.setdefault(node.layer, []).append(node)
    order = sorted(layers)
    chains = [chain(nodes[source], nodes[target], layers, order) for source, target in edges]
    arrange(layers, order)
    pitch = (layout.width + 34) / len(order)
    room = pitch - 34 - 18
    top = 34.0 if titles else 8.0
    heights = {
        id(node): (label_height(node.row.label, node.row.detail, room, layout) + 16 if node.row else 14.0)
        for layer in layers.values()
        for node in layer
    }
    tallest = max(sum(heights[id(node)] for node in layer) for layer in layers.values())
    for column, key in enumerate(order):
        layer = layers[key]
        spare = (tallest - sum(heights[id(node)] for node in layer)) / (len(layer) + 1)
        y = top + spare
        if column < len(titles):
            canvas.text(column * pitch, 15, titles[column], layout.detail, fill="muted")
        for node in layer:
            node.x = column * pitch + 7
            node.y = y + (layout.label * 0.55 if node.row else heights[id(node)] / 2)
            y += heights[id(node)] + spare
    if titles:
        canvas.rule(0, 24, layout.width, 24)
    draw_edges(canvas, edges, chains, room)
    for node in nodes.values():
        draw_node(canvas, node, room, near_by(node, nodes, edges))
    canvas.plot_area(0, top, layout.width, top + tallest)
    return top + tallest + 6


def draw_edges(canvas: Canvas, edges: list, chains: list[list[Node]], room: float) -> None:
    """Level lines that turn in the gutter before a layer, each source in a lane of its own."""
    sources = list(dict.fromkeys(source for source, _ in edges))
    for (source, _), path in zip(edges, chains, strict=True):
        lane = 18 + 7 * (sources.index(source) % 3)
        points = [(leaves(path[0], room, canvas.layout), path[0].y)]
        for before, node in zip(path, path[1:], strict=False):
            if before.row is None:
                points.append((before.x + room, before.y))
            points += bend((points[-1][0], before.y), (node.x, node.y), node.x - lane)
        with canvas.for_rows(path[0].row, path[-1].row):
            canvas.line(points, "context", 1.5, level=GRID)


def leaves(node: Node, room: float, layout: Layout) -> float:
    """Where an edge leaves a node: right of the label's first line."""
    return node.x + 13 + text_width(balanced(node.row.label, room, layout.label, 600)[0], layout.label, 600) + 8


def chain(source: Node, target: Node, layers: dict[int, list[Node]], order: list[int]) -> list[Node]:
    """An edge as a path with a bend in each layer between."""
    path = [source]
    for layer in order:
        if source.layer < layer < target.layer:
            path.append(Node(layer))
            layers[layer].append(path[-1])
    path.append(target)
    for before, after in zip(path, path[1:], strict=False):
        before.after.append(after)
        after.before.append(before)
    return path


def arrange(layers: dict[int, list[Node]], order: list[int]) -> None:
    """Put each layer in the order of its neighbours' middles, a few times there and back."""
    for layer in layers.values():
        for place, node in enumerate(layer):
            node.slot = (place + 1) / (len(layer) + 1)
    for turn in range(6):
        for key in order if turn % 2 == 0 else order[::-1]:
            layer = layers[key]
            for node in layer:
                near = node.before if turn % 2 == 0 else node.after
                node.slot = sum(other.slot for other in near) / len(near) if near else node.slot
            layer.sort(key=lambda node: node.slot)
            for place, node in enumerate(layer):
                node.slot = (place + 1) / (len(layer) + 1)


def bend(start: tuple[float, float], end: tuple[float, float], gutter: float) -> list[tuple[float, float]]:
    """Level to the gutter, a soft turn, level to the end."""
    (x0, y0), (x1, y1) = start, end
    turn = min(9.0, abs(y1 - y0) / 2)
    if turn < 1:
        return [(x0, y0), (x1, y1)]
    down = 1 if y1 > y0 else -1
    left = max(gutter, x0 + turn)
    arc = [(left - turn, y0), (left - turn * 0.3, y0 + down * turn * 0.3), (left, y0 + down * turn)]
    back = [(left, y1 - down * turn), (left + turn * 0.3, y1 - down * turn * 0.3), (left + turn, y1)]
    return [(x0, y0), *arc, *back, (x1, y1)]


def narrow_tree(canvas: Canvas, nodes: dict[str, Node], edges: list, titles: list[str]) -> float:
    """One node to a line in the order of layers, edges as brackets at the left."""
    layout = canvas.layout
    ranked = sorted(nodes.values(), key=lambda node: node.layer)
    lanes = bracket_lanes(edges, {id(node): place for place, node in enumerate(ranked)}, nodes)
    left = 12.0 + 11 * max(lanes.values(), default=0) + 14
    y, shown = 4.0, None
    for node in ranked:
        column = sorted({n.layer for n in ranked}).index(node.layer)
        if column < len(titles) and titles[column] != shown:
            shown = titles[column]
            canvas.text(left + 14, y + 14, shown, layout.detail, fill="muted")
            y += layout.line + 6
        node.x, node.y = left, y + layout.label * 0.55 + 3
        y = draw_node(canvas, node, layout.width - left - 14, near_by(node, nodes, edges)) + 15
    for edge, lane in lanes.items():
        source, target = nodes[edge[0]], nodes[edge[1]]
        x = left - 14 - 11 * lane
        out = [(source.x, source.y), (x + 5, source.y), (x + 1.5, source.y + 1.5), (x, source.y + 5)]
        back = [(x, target.y - 5), (x + 1.5, target.y - 1.5), (x + 5, target.y), (target.x, target.y)]
        with canvas.for_rows(source.row, target.row):
            canvas.line([*out, *back], "context", 1.5, level=GRID)
    canvas.plot_area(left, 0, layout.width, y)
    return y


def bracket_lanes(
    edges: list[tuple[str, str]], rank: dict[int, int], nodes: dict[str, Node]
) -> dict[tuple[str, str], int]:
    """A lane for each edge: edges of one source share theirs, brackets that would cross get their own."""
    lanes: dict[tuple[str, str], int] = {}
    spans: dict[str, tuple[int, int]] = {}
    for source, target in edges:
        places = rank[id(nodes[source])], rank[id(nodes[target])]
        low, high = spans.get(source, (places[0], places[1]))
        spans[source] = (low, max(high, places[1]))
    used: dict[str, int] = {}
    for source in sorted(spans, key=lambda name: spans[name][1] - spans[name][0]):
        low, high = spans[source]
        taken = {used[other] for other in used if spans[other][0] < high and low < spans[other][1]}
        used[source] = next(lane for lane in range(len(spans) + 1) if lane not in taken)
    for edge in edges:
        lanes[edge] = used[edge[0]]
    return lanes


def near_by(node: Node, nodes: dict[str, Node], edges: list[tuple[str, str]]) -> list[SimpleNamespace]:
    """The rows of the nodes that an edge joins to this one."""
    joined = [(nodes[source], nodes[target]) for source, target in edges]
    return [end.row for pair in joined if node in pair for end in pair if end is not node]


def draw_node(canvas: Canvas, node: Node, room: float, near: list[SimpleNamespace]) -> float:
    """The mark and the words of a node; returns their last baseline. It is lit with its neighbours."""
    layout, left = canvas.layout, node.x + (13 if canvas.layout.wide else 14)
    with canvas.for_rows(node.row, *near):
        last = row_label(canvas, left, node.y + layout.label * 0.34, room, node.row.label, node.row.detail)
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


FORMS = (Form("tree", "Who relies on whom?", TREE, tree),)
