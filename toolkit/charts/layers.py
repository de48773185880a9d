"""Layers of a chart, one over the other."""

from __future__ import annotations

from typing import Any

import altair as alt
from altair.vegalite.v6.schema import core


def layered(*layers: alt.Chart | alt.LayerChart, **shared: Any) -> alt.LayerChart:
    """The chart of these layers, as `alt.layer` makes it; `shared` are their data, size and projection.

    A form's layers have no size and no parameters of their own.
    """
    return _Layers(layer=list(layers), **shared)


class _Layers(alt.LayerChart):
    """Altair copies all layers of a LayerChart, each time it is copied, to take what only the whole may have."""

    def __init__(self, **shared: Any) -> None:
        core.TopLevelLayerSpec.__init__(self, **shared)
