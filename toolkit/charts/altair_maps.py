"""Maps in authors' Altair charts: the column `geometry` as GeoJSON features, and plots as high as their map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from toolkit.charts.drawing import Layout
from toolkit.charts.features import COLUMN, features, spots
from toolkit.charts.maps import frame_of
from toolkit.charts.specification import Specification, mark_type, views

MOST = {"wide": 560.0, "narrow": 440.0}  # pixels of height
MERCATOR = {"type": "mercator"}  # keeps the shapes of districts and states; a map of the world names another


def is_map(whole: Mapping[str, Any]) -> bool:
    """Whether a chart has plots on a projection: outlines, or points by longitude and latitude."""
    return any(_on_projection(view) for view in views(whole))


def as_features(rows: Sequence[dict[str, Any]], where: str) -> list[dict[str, Any]]:
    """Rows with their geometry as GeoJSON, fields beside it, as Altair writes those of geopandas.

    Rows of a table without the column stay as they are. Raises ToolkitError for a text that is no geometry.
    """
    if not any(isinstance(row.get(COLUMN), str) for row in rows):
        return list(rows)
    found = features([row.get(COLUMN) for row in rows], where)
    return [
        {**row, "type": "Feature", COLUMN: shape} if shape else {**row, COLUMN: None}
        for row, shape in zip(rows, found, strict=True)
    ]


def with_height(whole: Specification, datasets: Mapping[str, Sequence[dict[str, Any]]], layout: Layout) -> None:
    """Gives plots on a projection Mercator's, and the height that their map has in the layout's width.

    What the author says of either stays so.
    """
    found = [spot for rows in datasets.values() for row in rows for spot in _spots(row)]
    for view in views(whole):
        if not _on_projection(view) or "projection" in view:
            continue
        view["projection"] = MERCATOR
        if found and "height" not in whole and "height" not in view:
            whole.setdefault("height", round(frame_of(found, layout, MOST[layout.name]).height))


def _on_projection(view: Mapping[str, Any]) -> bool:
    return mark_type(view) == "geoshape" or bool({"longitude", "latitude"} & view.get("encoding", {}).keys())


def _spots(row: Mapping[str, Any]) -> Iterator[Sequence[float]]:
    shape = row.get(COLUMN)
    if isinstance(shape, dict):
        yield from spots(shape["coordinates"])
