"""Numbers evaluated again: draws, tornado and multiverse against closed forms, and what must not matter."""

import itertools
import math
from dataclasses import replace

import pytest
from hypothesis import assume as given_that
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import counts
from toolkit.analysis.formula import evaluator
from toolkit.analysis.sensitivity import multiverse, tornado
from toolkit.analysis.uncertainty import draw
from toolkit.core.errors import NumberError
from toolkit.core.kind import Kind
from toolkit.core.number import leaf
from toolkit.core.number_functions import log, span, total
from toolkit.core.unit import parse_unit, unit_text

pytestmark = pytest.mark.heavy

ends = st.tuples(st.floats(0.01, 50), st.floats(0.01, 50)).map(sorted)
boxes = st.lists(ends, min_size=3, max_size=3)


def ranged(low, high, name="x", unit="1", kind=Kind.ASSUMED):
    return leaf(low, high, parse_unit(unit), kind, name, name)


def times(count):
    return ranged(count, count, "draws")


def three(box):
    return [ranged(low, high, name) for (low, high), name in zip(box, "abc", strict=True)]


# the formula


@given(boxes, st.lists(st.floats(0.1, 9), min_size=3, max_size=3))
def test_a_tree_is_the_function_that_it_was_computed_by(box, at):
    a, b, c = three(box)
    x, y, z = at
    for number, value in (
        ((a + b) / (a * c), (x + y) / (x * z)),
        (a * b - b * c + 1, x * y - y * z + 1),
        (total([a, b, c]) / b, (x + y + z) / y),
        (log(a) * c**2, math.log(x) * z**2),
    ):
        told = {part.label: where for part, where in zip((a, b, c), at, strict=True)}
        inputs = tuple(number.uncertain_inputs)
        used = [part for part in (a, b, c) if part.low < part.high and part in number.leaves()]
        assert set(inputs) == set(used)
        given_that(len(used) == len([part for part in (a, b, c) if part in number.leaves()]))
        assert evaluator(number, inputs)([told[part.label] for part in inputs]) == pytest.approx(value)


def test_any_number_of_the_tree_may_be_set_and_no_range_may_be_forgotten():
    a, b, c = ranged(1, 2, "a"), ranged(3, 4, "b"), ranged(5, 5, "c")
    inner = a * c
    number = inner / (inner + b)
    assert evaluator(number, [inner, b])([6, 2]) == 0.75
    assert evaluator(number, [c, a, b])([2, 3, 6]) == 0.5
    with pytest.raises(NumberError, match="3 to 4 .b. among its inputs"):
        evaluator(number, [inner])
    with pytest.raises(NumberError, match="d is no part of it"):
        evaluator(number, [inner, b, ranged(1, 2, "d")])
    with pytest.raises(NumberError, match="a is no part of it"):
        evaluator(number, [inner, b, a])


def test_a_range_between_two_numbers_is_one_input():
    low, high = ranged(2, 2, "low"), ranged(8, 8, "high")
    either = span(low, high)
    assert (*(either * low / (either + high)).uncertain_inputs,) == (either,)
    assert draw(either * low, times(100)).central_interval(times(1)).low >= 4


# draws


@given(ends, st.sampled_from(["log", "uniform"]), st.floats(0.05, 0.95))
@settings(max_examples=counts.examples(10))
def test_the_draws_of_one_input_have_its_shape(pair, shape, part):
    low, high = pair
    given_that(high > low * 1.01)
    made = draw(ranged(low, high), times(4000), shape)
    edge = low * (high / low) ** part if shape == "log" else low + part * (high - low)
    assert min(made.values) >= low * (1 - 1e-12) and max(made.values) <= high * (1 + 1e-12)
    assert made.share_below(ranged(edge, edge, "edge")).low == pytest.approx(part, abs=0.04)
    found = made.central_interval(ranged(part, part, "part"))
    assert low <= found.low <= made.median.low <= found.high <= high * (1 + 1e-12)
    assert sum(found.low <= value <= found.high for value in made.values) / 4000 == pytest.approx(part, abs=0.001)


def test_a_product_of_ranges_is_spread_as_the_sum_of_their_logarithms():
    made = draw(ranged(1, 10, "a") * ranged(2, 200, "b"), times(20_000))
    assert made.median.low == pytest.approx(math.sqrt(10) * 20, rel=0.05)
    logs = [math.log10(value) for value in made.values]
    mean = sum(logs) / len(logs)
    spread = sum((one - mean) ** 2 for one in logs) / len(logs)
    assert spread == pytest.approx((1**2 + 2**2) / 12, rel=0.03)  # variances of even spreads add up


@given(boxes)
def test_an_input_is_drawn_once_wherever_it_stands_and_the_order_does_not_matter(box):
    a, b, c = three(box)
    given_that(all(part.high > part.low * 1.001 for part in (a, b, c)))
    share, other = draw(a / (a + b), times(50)), draw(b / (b + a), times(50))
    assert all(0 < value < 1 for value in share.values)
    assert share.values == pytest.approx([1 - value for value in other.values])
    assert draw(a * b * c, times(50)).values == pytest.approx(draw(c * (b * a), times(50)).values)
    assert draw(a * c / c, times(50)).values == pytest.approx(draw(a, times(50)).values)


@given(boxes, st.integers(1, 9))
def test_draws_stay_within_the_interval_and_follow_from_the_seed(box, seed):
    a, b, c = three(box)
    given_that(all(part.high > part.low * 1.001 for part in (a, b, c)))
    number = (a + b) / (a + c)
    made = draw(number, times(60), "uniform", seed=seed)
    assert all(number.low * (1 - 1e-9) <= value <= number.high * (1 + 1e-9) for value in made.values)
    assert made.values == draw(number, times(60), "uniform", seed=seed).values
    assert made.values != draw(number, times(60), "uniform", seed=seed + 1).values


def test_draws_stay_as_they_are_when_an_assumption_is_worded_anew():
    def drawn(first, other, key=""):
        parts = (replace(ranged(1, 10), ref=key or None, label=first, why=first), assumed(other), assumed(first))
        return draw(parts[0] * parts[1] / (parts[1] + parts[2]), times(50)).values

    def assumed(words):
        return replace(ranged(2, 200), ref=None, label=words, why=words)

    assert drawn("a half", "a third") == drawn("half of it", "a third of it")
    assert drawn("a half", "a third", "choice:part") == drawn("half of it", "a third", "choice:part")
    assert drawn("a half", "a third", "choice:part") != drawn("a half", "a third", "choice:other")


def test_what_comes_of_draws_is_assumed_and_says_how_it_was_made():
    weight = ranged(2, 3, "weight", "million USD", Kind.REPORTED)
    made = draw(weight / ranged(2, 4, "tokens", "billion token", Kind.REPORTED), times(1000), seed=7)
    found = made.central_interval(ranged(0.9, 0.9, "part"))
    assert found.kind == Kind.ASSUMED and unit_text(found.unit) == "USD/token"
    assert found.method == "the middle {2} of {1} draws of {0}, each input drawn evenly over its logarithm, seed 7"
    assert [leaf.label for leaf in found.leaves()] == ["weight", "tokens", "draws", "part"]
    assert unit_text(made.share_below(weight / ranged(3, 3, "b", "billion token")).unit) == "1"
    spread = made.density(40)
    assert [value.low for value, _ in spread] == sorted(value.low for value, _ in spread)
    assert max(density.low for _, density in spread) == 1 and len({value.digest for value, _ in spread}) == 40


@pytest.mark.parametrize(
    "number, how, said",
    [
        (lambda: ranged(2, 2), {}, "0 ranges"),
        (lambda: ranged(0, 2), {}, "0 to 2 over its logarithm"),
        (lambda: ranged(1, 2), {"distribution": "normal"}, "'normal'"),
        (lambda: ranged(1, 2), {"count": times(0)}, "0 draws"),
    ],
)
def test_what_cannot_be_drawn_is_refused(number, how, said):
    with pytest.raises(NumberError, match=said):
        draw(number(), **{"count": times(10), **how})


def test_a_range_from_zero_can_be_drawn_evenly_beside_others():
    none, some = ranged(0, 2, "none"), ranged(1, 100, "some")
    made = draw(none + some, times(2000), uniform=[none])
    assert made.median.low == pytest.approx(11, rel=0.15)
    with pytest.raises(NumberError, match="above zero"):
        draw(none - some, times(50), "uniform").density()


# tornado


@given(boxes)
def test_a_product_swings_by_the_ratio_of_each_input_the_widest_first(box):
    a, b, c = three(box)
    given_that(all(part.high > part.low for part in (a, b, c)))
    swings = tornado(a * b / c)
    ratios = [swing.result.high / swing.result.low for swing in swings]
    assert ratios == pytest.approx(sorted((part.high / part.low for part in (a, b, c)), reverse=True))
    assert {swing.input.label: swing.increasing for swing in swings} == {"a": True, "b": True, "c": False}
    centre = math.sqrt(a.low * a.high * b.low * b.high / (c.low * c.high))
    assert all(swing.middle.low == pytest.approx(centre) for swing in swings)


@given(boxes)
def test_a_sum_swings_by_the_width_of_each_input_and_the_order_does_not_matter(box):
    a, b, c = three(box)
    given_that(all(part.high > part.low for part in (a, b, c)))
    swings, again = tornado(a + b - c, "uniform"), tornado(a - (c - b), "uniform")
    assert [swing.result.high - swing.result.low for swing in swings] == pytest.approx(
        sorted((part.high - part.low for part in (a, b, c)), reverse=True), abs=1e-9
    )
    widths = {swing.input: (swing.result.low, swing.result.high) for swing in again}
    assert all(
        widths[swing.input] == pytest.approx((swing.result.low, swing.result.high), abs=1e-9) for swing in swings
    )


@given(boxes)
def test_no_swing_leaves_the_interval_of_a_function_that_rises_or_falls_in_each_input(box):
    a, b, c = three(box)
    given_that(all(part.high > part.low for part in (a, b, c)))
    number = a * b / (1 + a * b) / c
    for swing in tornado(number):
        assert number.low * (1 - 1e-9) <= swing.result.low <= swing.middle.low <= swing.result.high * (1 + 1e-9)
        assert swing.result.high <= number.high * (1 + 1e-9)


# multiverse


@given(boxes)
def test_every_combination_is_there_once(box):
    a, b, c = three(box)
    number = (a + b) / (a + c)
    wide = {part: [part] for part in (a, b, c)}
    found = multiverse(number, wide)
    corners = [{part.low, part.high} for part in (a, b, c)]
    values = sorted((x + y) / (x + z) for x, y, z in itertools.product(*corners))
    assert found.values == pytest.approx(values)
    assert (found.range.low, found.range.high) == pytest.approx((number.low, number.high))
    backwards = multiverse(number, dict(reversed(wide.items())))
    assert backwards.values == found.values and backwards.median.low == found.median.low


def test_options_of_any_unit_may_stand_for_points_and_for_whole_parts_of_a_number():
    price = ranged(3, 3, "price", "USD/token", Kind.REPORTED)
    used = ranged(5, 9, "used", "token", Kind.REPORTED)
    bill = price * used
    cheap, dear = ranged(1, 1, "cheap", "USD/(million token)"), ranged(4, 6, "dear", "USD/token")
    some = ranged(2, 2, "some", "thousand token")
    found = multiverse(bill, {price: [cheap, dear], used: [some, used]})
    assert found.values == pytest.approx((5e-6, 9e-6, 2e-3, 20, 30, 36, 54, 8000, 12000))
    assert found.range.kind == Kind.ASSUMED and unit_text(found.range.unit) == "USD"
    assert len(found) == found.count.low == 9 and str(found.count) == "9"
    held = found.with_fixed(used, some)
    assert held.values == pytest.approx((2e-3, 8000, 12000)) and len(held.choices) == 2
    assert sum(len(found.with_fixed(price, option)) for option in found.choices[0][1]) == 9
    limit = ranged(25, 25, "limit", "USD")
    assert found.share_below(limit).low == pytest.approx(4 / 9) and str(found.share_below(limit)) == "44%"


@given(st.lists(st.floats(0.1, 100), min_size=2, max_size=30, unique=True), st.integers(2, 12))
def test_the_curve_rises_from_the_least_result_to_the_greatest(values, points):
    place = ranged(1, 1, "place")
    found = multiverse(place * ranged(2, 2, "two"), {place: [ranged(v, v, f"v{v!r}") for v in values]})
    curve = list(found.cumulative_distribution(points))
    assert len(curve) <= points and [share.low for share, _ in curve] == sorted({share.low for share, _ in curve})
    assert (curve[0][1].low, curve[-1][1].low) == pytest.approx((2 * min(values), 2 * max(values)))
    assert curve[-1][0].low == 1 and len({value.digest for _, value in curve}) == len(curve)


def test_what_is_no_multiverse_is_refused():
    a, b = ranged(1, 2, "a"), ranged(3, 4, "b")
    many = [ranged(at, at, f"m{at}") for at in range(1, 1002)]
    for options, said in (
        ({a: [a]}, "3 to 4 .b."),
        ({a: [a], b: []}, "0 combinations"),
        ({a: [a], b: [b], ranged(1, 2, "c"): [a]}, "c is no part"),
        ({a: many, b: many}, "1,002,001"),
        ({a: [ranged(1, 1, "u", "USD")], b: [b]}, "USD"),
    ):
        with pytest.raises(NumberError, match=said):
            multiverse(a * b, options)
    with pytest.raises(NumberError, match="a choice of the multiverse and one of its options"):
        multiverse(a * b, {a: [a], b: [b]}).with_fixed(a, ranged(9, 9, "nine"))
