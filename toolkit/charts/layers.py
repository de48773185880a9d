"""Layers of a chart, one over the other, and a chart repeated in facets."""

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


def faceted(whole: alt.LayerChart, facet: alt.Facet | alt.FacetMapping, **shared: Any) -> alt.FacetChart:
    """The chart once for each value of a column, as `whole.facet` makes it; `shared` say how these stand.

    What holds for `layered` holds for it.
    """
    inner = whole.copy(deep=False)
    inner.data = alt.Undefined
    return _Facets(data=whole.data, spec=inner, facet=facet, **shared)


class _Facets(alt.FacetChart):
    """Altair copies the chart inside a FacetChart in the same way."""

    def __init__(self, **shared: Any) -> None:
        core.TopLevelFacetSpec.__init__(self, **shared)
