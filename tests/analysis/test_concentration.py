"""What a lognormal spread implies for the few at its top, against integration and simulation by other means."""

import math
import random
from statistics import NormalDist, fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import counts
from toolkit.analysis import concentration as c
from toolkit.core.errors import NumberError
from toolkit.core.kind import Kind
from toolkit.core.number import leaf
from toolkit.core.unit import parse_unit, unit_text

NORMAL = NormalDist()


def plain(value, high=None, name="x"):
    return leaf(value, value if high is None else high, parse_unit("1"), Kind.ASSUMED, "assumption", f"{name} {value}")


def integral(rule, low=-12.0, high=12.0, steps=24_000):
    """The mean of rule(z) over a standard normal z between two ends, by Simpson's rule."""
    width = (high - low) / steps
    total = sum(
        (1 if step in (0, steps) else 4 if step % 2 else 2) * rule(low + step * width) * NORMAL.pdf(low + step * width)
        for step in range(steps + 1)
    )
    return total * width / 3


MEANINGS = (c.typical_output, c.mean_output_over_median, c.mean_output_over_mean, c.mean_output_top_over_bottom)
sigmas, shares, correlations = st.floats(0.1, 3), st.floats(0.01, 0.5), st.floats(0, 1)


# known values: published quantiles of the study, sigma 1.7


@pytest.mark.parametrize(
    "number, value",
    [
        (lambda: c.top_over_mean(plain(1.7), plain(0.1)), 6.6),
        (lambda: c.mean_over_median(plain(1.7)), 4.2),
        (lambda: c.top_share(plain(1.7), plain(0.1)), 0.66),
        (lambda: c.tail_mean(plain(0.1)), 1.755),
        (lambda: c.edge(plain(0.1)), 1.2816),
    ],
)
def test_known_values(number, value):
    assert number().low == pytest.approx(value, rel=0.01)


def test_the_link_that_ordinary_skew_needs_for_twice_the_output():
    correlation = c.correlation_for(
        c.typical_output, plain(2, name="times"), plain(0.9, name="sigma"), plain(0.1, name="top")
    )
    assert correlation.low == pytest.approx(0.44, abs=0.005)
    assert correlation.low == pytest.approx(math.log(2) / (0.9 * 1.7549833), rel=1e-6)


# against numeric integration


@pytest.mark.parametrize("sigma, top", [(0.3, 0.1), (0.9, 0.2), (1.57, 0.1), (1.7, 0.01), (2.5, 0.5)])
def test_moments_of_the_top_group_against_integration(sigma, top):
    z = NORMAL.inv_cdf(1 - top)
    mean, above = integral(lambda x: math.exp(sigma * x)), integral(lambda x: math.exp(sigma * x), low=z) / top
    s, p = plain(sigma, name="s"), plain(top, name="p")
    assert c.mean_over_median(s).low == pytest.approx(mean, rel=1e-6)
    assert c.top_over_median(s, p).low == pytest.approx(above, rel=1e-6)
    assert c.top_over_mean(s, p).low == pytest.approx(above / mean, rel=1e-6)
    assert c.top_share(s, p).low == pytest.approx(top * above / mean, rel=1e-6)
    assert c.tail_mean(p).low == pytest.approx(integral(lambda x: x, low=z) / top, rel=1e-6)


@pytest.mark.parametrize(
    "sigma, correlation, top", [(0.9, 0.44, 0.1), (0.9, 0.0, 0.2), (1.2, 1.0, 0.1), (0.5, 0.7, 0.2)]
)
def test_output_of_the_top_group_against_integration(sigma, correlation, top):
    """Given the first quantity's z, the second's logarithm is normal with mean r × z and variance 1 − r²."""
    z = NORMAL.inv_cdf(1 - top)
    spread = math.exp(sigma * sigma * (1 - correlation * correlation) / 2)
    upper = integral(lambda x: math.exp(sigma * correlation * x), low=z) / top * spread
    lower = integral(lambda x: math.exp(sigma * correlation * x), high=-z) / top * spread
    s, r, p = plain(sigma, name="s"), plain(correlation, name="r"), plain(top, name="p")
    assert c.mean_output_over_median(s, r, p).low == pytest.approx(upper, rel=1e-6)
    assert c.mean_output_over_mean(s, r, p).low == pytest.approx(upper / math.exp(sigma * sigma / 2), rel=1e-6)
    assert c.mean_output_top_over_bottom(s, r, p).low == pytest.approx(upper / lower, rel=1e-6)
    typical = math.exp(sigma * correlation * integral(lambda x: x, low=z) / top)
    assert c.typical_output(s, r, p).low == pytest.approx(typical, rel=1e-6)


def test_against_a_simulated_population():
    """A hundred thousand invented people, seeded: two lognormal quantities, correlated in their logarithms."""
    draw = random.Random(5)
    sigma_tokens, sigma_output, correlation, people = 1.57, 0.9, 0.44, 100_000
    made = []
    for _ in range(people):
        u = draw.gauss(0, 1)
        v = correlation * u + math.sqrt(1 - correlation * correlation) * draw.gauss(0, 1)
        made.append((math.exp(sigma_tokens * u), math.exp(sigma_output * v)))
    made.sort(reverse=True)
    tokens, output = [pair[0] for pair in made], [pair[1] for pair in made]
    top = people // 10
    median = sorted(output)[people // 2]
    s, o = plain(sigma_tokens, name="s"), plain(sigma_output, name="o")
    r, p = plain(correlation, name="r"), plain(0.1, name="p")
    assert c.top_share(s, p).low == pytest.approx(sum(tokens[:top]) / sum(tokens), rel=0.03)
    assert c.top_over_mean(s, p).low == pytest.approx(fmean(tokens[:top]) / fmean(tokens), rel=0.03)
    assert c.mean_output_over_median(o, r, p).low == pytest.approx(fmean(output[:top]) / median, rel=0.03)
    assert c.mean_output_over_mean(o, r, p).low == pytest.approx(fmean(output[:top]) / fmean(output), rel=0.03)
    ends = fmean(output[:top]) / fmean(output[-top:])
    assert c.mean_output_top_over_bottom(o, r, p).low == pytest.approx(ends, rel=0.03)
    typical = math.exp(fmean(map(math.log, output[:top]))) / median
    assert c.typical_output(o, r, p).low == pytest.approx(typical, rel=0.03)


# what must hold for every spread


@given(sigmas, shares)
def test_no_top_group_exceeds_the_inverse_of_its_share(sigma, top):
    s, p = plain(sigma, name="s"), plain(top, name="p")
    times = c.top_over_mean(s, p).low
    assert 1 <= times <= 1 / top
    assert times * top == pytest.approx(c.top_share(s, p).low)
    assert c.top_over_median(s, p).low == pytest.approx(times * c.mean_over_median(s).low)


@given(sigmas, correlations, shares)
def test_all_meanings_agree_where_there_is_no_link_and_rise_with_it(sigma, correlation, top):
    s, p, none, r = plain(sigma, name="s"), plain(top, name="p"), plain(0.0, name="r"), plain(correlation, name="r")
    for meaning in (c.typical_output, c.mean_output_over_mean, c.mean_output_top_over_bottom):
        assert meaning(s, none, p).low == pytest.approx(1)
        assert meaning(s, r, p).low >= 1 - 1e-9
    assert c.mean_output_over_median(s, none, p).low == pytest.approx(c.mean_over_median(s).low)


@given(sigmas, st.floats(0.01, 0.99), shares)
@settings(max_examples=counts.examples(10))
def test_the_link_found_gives_the_multiple_again(sigma, correlation, top):
    s, p = plain(sigma, name="s"), plain(top, name="p")
    for meaning in MEANINGS:
        wanted = meaning(s, plain(correlation, name="r"), p)
        found = c.correlation_for(meaning, wanted, s, p)
        assert meaning(s, found, p).low == pytest.approx(wanted.low, rel=1e-6)


def test_a_multiple_that_no_link_can_give_is_refused():
    with pytest.raises(NumberError, match="correlation of 0 to 1"):
        c.correlation_for(c.typical_output, plain(50), plain(0.9), plain(0.1))
    with pytest.raises(NumberError, match="correlation of 0 to 1"):
        c.correlation_for(c.mean_output_over_median, plain(0.5), plain(0.9), plain(0.1))
    with pytest.raises(NumberError, match="single values"):
        c.correlation_for(c.typical_output, plain(1.5, 2), plain(0.9), plain(0.1))


def test_a_range_of_spreads_gives_the_range_of_answers():
    narrow, wide, ranged, top = plain(1.5), plain(1.7), plain(1.5, 1.7), plain(0.1)
    for number in (c.mean_over_median, lambda s: c.top_share(s, top), lambda s: c.top_over_median(s, top)):
        assert (number(ranged).low, number(ranged).high) == (number(narrow).low, number(wide).low)


def test_every_answer_knows_its_inputs_and_is_no_surer_than_they_are():
    s, r, p = plain(0.9, name="s"), plain(0.44, name="r"), plain(0.1, name="p")
    for number in (
        c.mean_output_over_median(s, r, p),
        c.correlation_for(c.typical_output, c.typical_output(s, r, p), s, p),
    ):
        assert number.kind == Kind.ASSUMED and set(number.leaves()) <= {s, r, p}
    assert str(c.top_share(plain(1.7), p)) == "66%"
    assert str(c.mean_over_median(plain(1.7))) == "4.2 times"


# curves


def test_the_density_curve_is_centred_on_the_median_and_keeps_its_unit():
    median = leaf(51, 51, parse_unit("million token/month"), Kind.REPORTED, "figure:s#m", "median")
    points = c.density_curve(median, plain(1.5), 65)
    values = [value.low for value, _ in points]
    heights = [height.low for _, height in points]
    assert values == sorted(values) and unit_text(points[0][0].unit) == "token/month"
    assert values[32] == pytest.approx(51e6) and heights.index(max(heights)) == 32
    assert values[0] * values[-1] == pytest.approx(51e6**2)
    area = sum(
        (math.log(b) - math.log(a)) * (x + y) / 2
        for a, b, x, y in zip(values, values[1:], heights, heights[1:], strict=False)
    )
    assert area == pytest.approx(0.9986, abs=0.001)


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_the_ellipse_holds_the_share_it_says(share):
    """Its points lie at the distance within which that share of two normal variables falls."""
    sigma, other, correlation = 1.57, 0.9, 0.44
    s, o, r, p = plain(sigma, name="s"), plain(other, name="o"), plain(correlation, name="r"), plain(share, name="p")
    points = c.contour(s, o, r, p, 25)
    assert points[0][0].low == pytest.approx(points[-1][0].low)
    for first, second in points:
        x, y = math.log(first.low) / sigma, math.log(second.low) / other
        squared = (x * x - 2 * correlation * x * y + y * y) / (1 - correlation * correlation)
        assert 1 - math.exp(-squared / 2) == pytest.approx(share)
