"""Small data for each chart form, shared by the tests and by whoever wants to look."""

from __future__ import annotations

from tests.charts.example_parts import PALETTE, cell, drawing, same
from tests.charts.example_plots import columns, curve, distribution, lines, lines_simulated, paired
from tests.charts.example_rows import (
    bars,
    bars_simulated,
    dots,
    dots_log,
    dumbbell,
    grid,
    grid_large,
    multiples,
    range_bars,
    squares,
    timeline,
    tree,
)
from toolkit.charts.forms import load_examples

__all__ = ["OWN", "PALETTE", "EXAMPLES", "cell", "drawing", "same"]

OWN = {
    "multiples": multiples,
    "squares": squares,
    "range_bars": range_bars,
    "lines": lines,
    "lines_simulated": lines_simulated,
    "curve": curve,
    "dots": dots,
    "dots_log": dots_log,
    "bars": bars,
    "bars_simulated": bars_simulated,
    "columns": columns,
    "dumbbell": dumbbell,
    "distribution": distribution,
    "paired": paired,
    "grid": grid,
    "grid_large": grid_large,
    "timeline": timeline,
    "tree": tree,
}
EXAMPLES = load_examples() | OWN  # of forms without one here, that of the gallery
