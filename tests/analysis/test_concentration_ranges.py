"""The curves of a lognormal spread for ranges of inputs, and against integration at generated inputs."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.analysis import concentration as c
from toolkit.core.kind import Kind
from toolkit.core.number import Number, leaf
from toolkit.core.unit import parse_unit

pytestmark = pytest.mark.heavy  # curves are integrated for each input

CURVES = {
    c.top_share: "sigma top",
    c.mean_over_median: "sigma",
    c.top_over_mean: "sigma top",
    c.top_over_median: "sigma top",
    c.typical_output: "sigma correlation top",
    c.mean_output_over_mean: "sigma correlation top",
    c.mean_output_over_median: "sigma correlation top",
    c.mean_output_top_over_bottom: "sigma correlation top",
    c.edge: "top",
    c.tail_mean: "top",
}
ENDS = {"sigma": st.floats(0.1, 3), "correlation": st.floats(0, 1), "top": st.floats(0.01, 0.5)}
boxes = st.fixed_dictionaries({name: st.tuples(end, end).map(sorted) for name, end in ENDS.items()})
every_curve = pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.__name__)


def plain(name: str, low: float, high: float) -> Number:
    return leaf(low, high, parse_unit("1"), Kind.ASSUMED, "assumption", name)


def at(curve, box, ranged=()) -> Number:
    """The curve where some inputs are ranges, and the others stand at their low ends."""
    return curve(*(plain(name, box[name][0], box[name][name in ranged]) for name in CURVES[curve].split()))


def corners(curve, box, ranged) -> list[float]:
    names = CURVES[curve].split()
    sides = [box[name] if name in ranged else box[name][:1] for name in names]
    return [
        at(curve, {name: [end] * 2 for name, end in zip(names, ends, strict=True)}).low
        for ends in itertools.product(*sides)
    ]


@every_curve
@given(boxes)
@settings(max_examples=25)
def test_a_range_of_spreads_and_links_gives_the_exact_range(curve, box):
    ranged = [name for name in CURVES[curve].split() if name != "top"]
    made, found = at(curve, box, ranged), corners(curve, box, ranged)
    assert (made.low, made.high) == pytest.approx((min(found), max(found)), rel=1e-12)


@every_curve
@given(boxes, st.floats(0, 1))
@settings(max_examples=25)
def test_no_choice_of_inputs_leaves_the_range(curve, box, part):
    names = CURVES[curve].split()
    made = at(curve, box, names)
    inside = {name: [box[name][0] + part * (box[name][1] - box[name][0])] * 2 for name in names}
    for found in (*corners(curve, box, names), at(curve, inside).low):
        assert made.low * (1 - 1e-9) - 1e-12 <= found <= made.high * (1 + 1e-9) + 1e-12


@pytest.mark.parametrize("curve", [c.edge, c.top_share], ids=lambda curve: curve.__name__)
@given(boxes)
@settings(max_examples=25)
def test_a_range_of_shares_is_exact_where_it_stands_once(curve, box):
    made, found = at(curve, box, CURVES[curve].split()), corners(curve, box, CURVES[curve].split())
    assert (made.low, made.high) == pytest.approx((min(found), max(found)), rel=1e-12)


def mean_above(rule, edge: float) -> float:
    """The mean of rule(z) over a standard normal z above an edge, by Simpson's rule."""
    steps, end = 4_000, edge + 16
    width = (end - edge) / steps
    weights = [1 if step in (0, steps) else 4 if step % 2 else 2 for step in range(steps + 1)]
    heights = [math.exp(-((edge + step * width) ** 2) / 2) for step in range(steps + 1)]
    values = [rule(edge + step * width) for step in range(steps + 1)]
    share = sum(w * h for w, h in zip(weights, heights, strict=True))
    return sum(w * h * v for w, h, v in zip(weights, heights, values, strict=True)) / share


@given(st.floats(0.1, 2.5), st.floats(0, 1), st.floats(0.01, 0.5))
@settings(max_examples=15, deadline=None)
def test_the_curves_are_what_integration_gives(sigma, correlation, top):
    """Given the first quantity's z, the second's logarithm is normal with mean r × z and variance 1 − r²."""
    box = {"sigma": [sigma] * 2, "correlation": [correlation] * 2, "top": [top] * 2}
    z, spread = at(c.edge, box).low, math.exp(sigma**2 * (1 - correlation**2) / 2)
    mean = math.exp(sigma**2 / 2)
    upper = mean_above(lambda x: math.exp(sigma * correlation * x), z) * spread
    lower = mean_above(lambda x: math.exp(-sigma * correlation * x), z) * spread
    above = mean_above(lambda x: math.exp(sigma * x), z)
    for curve, wanted in (
        (c.tail_mean, mean_above(lambda x: x, z)),
        (c.top_over_median, above),
        (c.top_over_mean, above / mean),
        (c.top_share, above * top / mean),
        (c.mean_output_over_median, upper),
        (c.mean_output_over_mean, upper / mean),
        (c.mean_output_top_over_bottom, upper / lower),
        (c.mean_over_median, mean),
        (c.typical_output, math.exp(sigma * correlation * mean_above(lambda x: x, z))),
    ):
        assert at(curve, box).low == pytest.approx(wanted, rel=1e-6), curve.__name__


@given(boxes)
@settings(max_examples=25)
def test_every_curve_comes_through_json_and_evaluates_again(box):
    for curve in CURVES:
        made = at(curve, box, CURVES[curve].split())
        back = Number.from_json(made.to_json(), made.unit._REGISTRY)
        assert (back, str(back), back.label) == (made, str(made), made.label)
