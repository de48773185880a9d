"""Who relies on whom: a node to a line, further right the later its layer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Row, number_column, text_column, text_option
from toolkit.charts.example import invented_chart, number
from toolkit.charts.fields import Fields, of_row
from toolkit.charts.layers import layered
from toolkit.charts.rows import HALO, LEADING
from toolkit.charts.typography import balanced, text_width
from toolkit.core.errors import Problem, ToolkitError

LOOKS = {"origin": "ink", "link": "ink, assumed", "broken": "accent"}  # a link is a ring
EDGE, ASIDE, LANE = 7, 13, 11  # pixels: left of the first node, from a node to its label, from lane to lane of edges
PITCH, LABEL = 150, 240  # pixels: from layer to layer at most, and what the labels of the last layer have at least
INDENT = 24  # pixels from layer to layer in the narrow layout
BETWEEN = 14  # pixels from one label to the next


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
    source: str = text_column("the id that an edge comes from", role="edge")
    target: str = text_column("the id that relies on it", role="edge")


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


@dataclass(frozen=True)
class PlacedNode:
    """A row of a node, on a line from 0, at so many pixels from the left; its edges run down that many further left."""

    row: TreeRow
    line: int
    x: float
    lane: float


def tree(drawing: Drawing, layout: Layout) -> alt.LayerChart:
    """Each node stands below all that it relies on and right of it; an edge runs from a source down, then across.

    Raises ToolkitError for two nodes of one id, and for edges that name no node or do not go to a later layer.
    """
    rows, options = FORM.read(drawing)
    found, edges = graph_of(rows, drawing)
    titles = [title.strip() for title in options.layer_titles.split("|")] if options.layer_titles else []
    nodes, pitch = place_nodes(in_branches(found, edges), edges, layout)
    fields, xs = Fields(drawing), [node.x for node in nodes.values()]
    labels, height = _labels(fields, nodes, layout)
    level = (layout.label * 1.1 - height) / 2  # from the middle of a line to its mark, beside the first line of words
    x = fields.add_to_some("x", {node.row.index: node.x for node in nodes.values()})
    y = fields.add_to_some("line", {node.row.index: node.line for node in nodes.values()})
    layers = [
        *_titles(fields, titles[: len({*xs})], min(xs), pitch, layout),
        _lines_of(fields, nodes, edges, level),
        *(layer.encode(x=alt.X(field=x, type="quantitative")) for layer in (*labels, _marks(fields, nodes, level))),
    ]
    scale = alt.Scale(domain=[0, layout.width], range=[0, layout.width], nice=False, zero=False)
    return layered(*layers, data=fields.data, width=layout.width, height=alt.Step(height + BETWEEN)).encode(
        x=alt.X(type="quantitative", scale=scale, axis=None),
        y=alt.Y(field=y, type="ordinal", axis=None, scale=alt.Scale(type="band", padding=0)),
    )


def graph_of(rows: list[TreeRow], drawing: Drawing) -> tuple[dict[str, TreeRow], list[TreeRow]]:
    """The nodes by their id, and the edges. Raises ToolkitError with all that keeps them from being drawn."""
    found, edges = ([row for row in rows if row.role == role] for role in ("node", "edge"))
    nodes = {row.node: row for row in found}
    problems = []
    if len(nodes) < len(found):
        problems.append(Problem(drawing.where, "two nodes with one id", "ids that are their own"))
    for row in edges:
        lost = [end for end in (row.source, row.target) if end not in nodes]
        known = ", ".join(nodes)
        problems += [Problem(drawing.where, f"an edge names {end!r}", known, "name a node's id") for end in lost]
        if not lost and nodes[row.source].layer.low >= nodes[row.target].layer.low:
            back = f"the edge from {row.source!r} to {row.target!r} does not go to a later layer"
            allowed, remedy = "layers that rise along each edge", "raise the layer of the one that relies"
            problems.append(Problem(drawing.where, back, allowed, remedy))
    if problems:
        raise ToolkitError(problems)
    return nodes, edges


def in_branches(nodes: dict[str, TreeRow], edges: list[TreeRow]) -> list[TreeRow]:
    """The nodes, each after all its sources, and next to the last of them."""
    ordered: dict[str, TreeRow] = {}

    def place(name: str) -> None:
        ordered[name] = nodes[name]
        for edge in edges:
            sources = {other.source for other in edges if other.target == edge.target}
            if edge.source == name and edge.target not in ordered and sources <= ordered.keys():
                place(edge.target)

    for name in nodes:
        if not any(edge.target == name for edge in edges):
            place(name)
    return list(ordered.values())


def place_nodes(ordered: list[TreeRow], edges: list[TreeRow], layout: Layout) -> tuple[dict[str, PlacedNode], float]:
    """(the nodes with their places, the pixels from layer to layer).

    Edges run down below their source; those that would meet other edges or a node do so in a lane left of it.
    """
    line = {row.node: nth for nth, row in enumerate(ordered)}
    layer = {row.node: row.layer.low for row in ordered}
    last = {edge.source: max(line[other.target] for other in edges if other.source == edge.source) for edge in edges}
    lanes: dict[str, int] = {}
    for name in sorted(last, key=lambda name: last[name] - line[name]):
        beside = [other for other in line if layer[other] == layer[name] and other != name]
        met = any(line[name] < line[other] < last[name] for other in beside)
        taken = {lanes[one] for one in beside if one in lanes and line[one] < last[name] and line[name] < last[one]}
        lanes[name] = next(lane for lane in count(int(met)) if lane not in taken)
    depths = sorted({*layer.values()})
    pitch = min(PITCH, (layout.width - LABEL) / len(depths)) if layout.wide else INDENT
    left = EDGE + LANE * max(lanes.values(), default=0)
    nodes = {
        row.node: PlacedNode(
            row, line[row.node], left + pitch * depths.index(row.layer.low), LANE * lanes.get(row.node, 0)
        )
        for row in ordered
    }
    return nodes, pitch


def _labels(fields: Fields, nodes: dict[str, PlacedNode], layout: Layout) -> tuple[list[alt.Chart], float]:
    """(the labels of nodes and the details under them, in lines that fit right of them, the height of the tallest)."""
    lead, names, more = layout.label * LEADING, {}, {}
    for node in nodes.values():
        room = layout.width - node.x - ASIDE
        names[node.row.index] = balanced(node.row.label, room, layout.label, 600)
        more[node.row.index] = balanced(node.row.detail, room, layout.detail) if node.row.detail else []
    height = max(len(names[at]) * lead + len(more[at]) * layout.line for at in names)
    name = fields.add_to_some("name", {at: "\n".join(lines) for at, lines in names.items()})
    detail = fields.add_to_some("name_detail", {at: "\n".join(lines) or None for at, lines in more.items()})
    top = layout.label * 0.9 - height / 2
    down = {at: round(top + (len(lines) - 1) * lead + layout.line, 1) for at, lines in names.items()}
    below = of_row(fields.add_to_some("detail_dy", down))
    return [
        fields.words(name, layout.label, 600, dx=ASIDE, dy=top, leading=lead, rim=HALO),
        fields.words(detail, layout.detail, dx=ASIDE, dy=below, leading=layout.line, rim=HALO, role="muted"),
    ], height


def _titles(fields: Fields, titles: list[str], left: float, pitch: float, layout: Layout) -> list[alt.Chart]:
    """The titles over the layers, each a line below the one before where they have not enough room side by side."""
    if not titles:
        return []
    stairs = max(text_width(title, layout.detail) for title in titles) > pitch - 10
    up = [14 + (len(titles) - 1 - nth if stairs else 0) * layout.line for nth in range(len(titles))]
    title = fields.add_to_some("title", dict(enumerate(titles)))
    x = fields.add_to_some("title_dx", {nth: left - EDGE + nth * pitch for nth in range(len(titles))})
    y = fields.add_to_some("title_dy", {nth: -above for nth, above in enumerate(up)})
    words = fields.words(title, layout.detail, dx=of_row(x), dy=of_row(y), role="muted")
    return [words.encode(x=alt.XValue(0), y=alt.YValue(0))]


def _marks(fields: Fields, nodes: dict[str, PlacedNode], level: float) -> alt.Chart:
    """The marks of the nodes: as the table says, else an origin that relies on nobody is filled, a link open."""
    marks = {node.row.index: node.row.mark or ("link" if node.row.layer.low else "origin") for node in nodes.values()}
    look = fields.add_to_some("look", {at: LOOKS[mark] for at, mark in marks.items()})
    mark = fields.rows_of("role", "node").mark_point(size=125, opacity=1, yOffset=level)
    return mark.encode(tooltip=fields.tooltip, **looks.points(fields, look))


def _lines_of(fields: Fields, nodes: dict[str, PlacedNode], edges: list[TreeRow], level: float) -> alt.Chart:
    """Edges as lines through points (pixels from the left, line)."""
    points = {}
    for edge in edges:
        source, target = nodes[edge.source], nodes[edge.target]
        lane = source.x - source.lane
        points[edge.index] = [
            [source.x, source.line],
            [lane, source.line],
            [lane, target.line],
            [target.x, target.line],
        ]
    bends, nth = fields.add_to_some("bends", points), fields.add_to_some("edge", {at: at for at in points})
    across, down = fields.free("across"), fields.free("down")
    shown = fields.rows_of("role", "edge").transform_flatten([bends])
    shown = shown.transform_calculate(**{across: f"datum.{bends}[0]", down: f"datum.{bends}[1]"})
    line = shown.mark_line(color=fields.drawing.palette.light["context"], strokeWidth=1.5, order=False, yOffset=level)
    x, y = alt.X(field=across, type="quantitative"), alt.Y(field=down, type="ordinal")
    return line.encode(x=x, y=y, detail=alt.Detail(field=nth, type="nominal"))


FORM = Form("tree", "Who relies on whom?", TreeRow, TreeOptions, tree)
