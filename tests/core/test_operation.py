"""Primitives: each by an independent formula, its range against values inside it, its words, and JSON without loss."""

from __future__ import annotations

import itertools
import json
import math
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from statistics import NormalDist

import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import assume as given_that
from hypothesis import strategies as st

from tests import counts
from toolkit.core import interval, number_functions
from toolkit.core.errors import NumberError
from toolkit.core.kind import Kind
from toolkit.core.number import Number, constant, derive, leaf
from toolkit.core.operation import PRIMITIVES, RULES, Operation, from_json, operation
from toolkit.core.project import find_project
from toolkit.core.unit import parse_unit, registry
from toolkit.core.wording import Style

UNITS = registry(find_project(Path(__file__).parents[2]).data / "units.txt")
ONE = parse_unit("1", UNITS)
wide = settings(
    max_examples=counts.examples(40), suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)


def number(low, high=None, unit="1", name="x", kind=Kind.REPORTED):
    return leaf(low, low if high is None else high, parse_unit(unit, UNITS), kind, f"figure:s#{name}", name)


# each rule by other means


def area_below(z: float) -> float:
    """The share of a normal distribution below z, by Simpson's rule over its density, far tails by their own width."""
    start = min(z, 0.0) - 10
    steps = 20_000
    width = (z - start) / steps
    weights = (1 if step in (0, steps) else 4 if step % 2 else 2 for step in range(steps + 1))
    heights = (math.exp(-((start + step * width) ** 2) / 2) for step in range(steps + 1))
    return sum(w * h for w, h in zip(weights, heights, strict=True)) * width / 3 / math.sqrt(math.tau)


plain = st.floats(-1e6, 1e6).map(lambda value: float(f"{value:.9g}"))
above = st.floats(1e-6, 1e6)
CASES = {  # name: settings, inputs, the value they give or a value that it must be close to
    "sum": (
        lambda draw, n: {"signs": "".join(draw(st.sampled_from("+-")) for _ in range(n))},
        plain,
        (1, 6),
        lambda at, signs: float(
            sum(Fraction(repr(x)) * (1 if s == "+" else -1) for x, s in zip(at, signs, strict=True))
        ),
    ),
    "mean": (None, plain, (1, 6), lambda at: float(sum(map(Fraction, at)) / len(at))),
    "convert": (
        lambda draw, n: {"times": draw(above), "over": 1.0, "unit": "x"},
        plain,
        (1, 1),
        lambda at, times, over, unit: float(Fraction(at[0]) * Fraction(times)),
    ),
    "taken": (lambda draw, n: {"choice": "a", "option": "low", "of": "x"}, plain, (1, 1), lambda at, **_: at[0]),
    "product": (None, plain, (2, 4), lambda at: float(math.prod(map(Fraction, at)))),
    "ratio": (None, above, (2, 2), lambda at: float(Fraction(at[0]) / Fraction(at[1]))),
    "power": (
        lambda draw, n: {"power": draw(st.integers(0, 5))},
        plain,
        (1, 1),
        lambda at, power: float(math.prod([Fraction(at[0])] * power)),
    ),
    "log": (
        None,
        above,
        (1, 1),
        lambda at: 2 * math.atanh((at[0] - 1) / (at[0] + 1)) if at[0] < 3 else math.log2(at[0]) * math.log(2),
    ),
    "exp": (None, st.floats(-30, 30), (1, 1), lambda at: (1 + math.expm1(at[0] / 64)) ** 64),
    "least": (None, plain, (1, 6), lambda at: sorted(at)[0]),
    "greatest": (None, plain, (1, 6), lambda at: sorted(at)[-1]),
    "normal_below": (None, st.floats(-8, 8), (1, 1), lambda at: area_below(at[0])),
    "normal_quantile": (None, st.floats(1e-6, 1 - 1e-6), (1, 1), None),
    "normal_density": (None, st.floats(-8, 8), (1, 1), lambda at: math.exp(-(at[0] ** 2) / 2) / math.sqrt(math.tau)),
    "tail_shift": (None, st.floats(0.2, 5), (2, 2), None),
}


@st.composite
def steps(draw, name):
    """(the operation, values to give it)."""
    chosen, values, (fewest, most), _ = CASES[name]
    at = [draw(values) for _ in range(draw(st.integers(fewest, most)))]
    return operation(name, **(chosen(draw, len(at)) if chosen else {})), at


def test_every_rule_of_the_table_is_tried_here():
    assert CASES.keys() == RULES.keys()
    assert all(PRIMITIVES[name].shape not in ("leaf", "range", "opaque") for name in RULES)
    assert {name for name, one in PRIMITIVES.items() if one.shape not in ("leaf", "range", "opaque")} == set(RULES)


@pytest.mark.heavy
@pytest.mark.parametrize("name", sorted(name for name in CASES if CASES[name][3]))
@given(st.data())
@settings(max_examples=40, deadline=None)
def test_a_rule_gives_what_an_independent_formula_gives(name, data):
    made, at = data.draw(steps(name))
    wanted = CASES[name][3](at, **dict(made.settings))
    assert made.rule(*at) == (wanted if name in ("least", "greatest", "sum") else pytest.approx(wanted, rel=1e-9))


@given(st.floats(1e-9, 1 - 1e-9))
def test_a_quantile_is_where_the_share_lies(share):
    z = operation("normal_quantile").rule(share)
    assert NormalDist().cdf(z) == pytest.approx(share, rel=1e-6) and (z < 0) == (share < 0.5 and z != 0)


@given(st.floats(0.1, 30), st.floats(-1, 2.5))
def test_a_tail_that_is_shifted_is_so_many_times_its_opposite(times, edge):
    shift = operation("tail_shift").rule(times, edge)
    assert area_below(shift - edge) == pytest.approx(times * area_below(-shift - edge), rel=1e-6)


@given(above)
def test_a_root_squared_is_the_number(value):
    assert operation("power", power=0.5).rule(value) ** 2 == pytest.approx(value)


@pytest.mark.parametrize(
    "values, signs, total",
    [
        ((0.3, 0.1, 0.2), "+--", 0.0),
        ((1e18, 1e-12, 1e18), "++-", 1e-12),
        ((0.1,) * 10, "+" * 10, 1.0),
        ((1e308, 1e308, 1e308), "+-+", 1e308),
        ((5e-324, 1e308, 1e308), "++-", 5e-324),
        ((0.0, 0.0), "--", 0.0),
        ((9007199254740993.0, 1.0), "++", 9007199254740993.0),
    ],
)
def test_a_sum_is_exact_in_the_decimals_that_its_terms_print_as(values, signs, total):
    assert operation("sum", signs=signs).rule(*values) == total
    numbers = [number(value, name=str(place)) for place, value in enumerate(values)]
    added = [one for one, sign in zip(numbers, signs, strict=True) if sign == "+"]
    taken = [one for one, sign in zip(numbers, signs, strict=True) if sign == "-"]
    if added:
        assert number_functions.total(added, less=taken).low == total


@given(st.lists(st.decimals(min_value=-(10**18), max_value=10**18, places=12, allow_nan=False), min_size=1, max_size=8))
def test_the_order_of_terms_does_not_matter(terms):
    values = [float(term) for term in terms]
    forwards, backwards = (operation("sum", signs="+" * len(values)).rule(*order) for order in (values, values[::-1]))
    assert forwards == backwards


# ranges


def boxes(values, count):
    pair = st.tuples(values, values).map(lambda ends: (min(ends), max(ends)))
    point = values.map(lambda value: (value, value))
    return st.lists(pair | point, min_size=count, max_size=count)


def by_corners(made: Operation, box) -> tuple[float, float]:
    """Least and greatest at all corners, and at zero."""
    sides = [{low, high, *([0.0] if low < 0 < high else [])} for low, high in box]
    found = [made.rule(*corner) for corner in itertools.product(*sides)]
    return min(found), max(found)


@pytest.mark.heavy
@pytest.mark.parametrize("name", sorted(RULES))
@given(st.data())
@settings(max_examples=counts.examples(20), deadline=None)
def test_no_value_inside_its_inputs_leaves_a_range_and_both_ends_are_reached(name, data):
    made, at = data.draw(steps(name))
    box = data.draw(boxes(CASES[name][1], len(at)))
    parts = [number(low, high, name=str(place)) for place, (low, high) in enumerate(box)]
    try:
        low, high = interval.ends(made, parts)
    except (OverflowError, ZeroDivisionError):
        given_that(False)
    assert (low, high) == by_corners(made, box)
    slack = 1e-12 * max(abs(low), abs(high), 1e-300)
    for _ in range(5):
        inside = [data.draw(st.floats(start, end)) for start, end in box]
        assert low - slack <= made.rule(*inside) <= high + slack


def test_a_range_of_many_uncertain_inputs_takes_no_time():
    parts = [number(place, place + 2, name=str(place)) for place in range(1, 400)]
    for name, ends in (("least", (1, 3)), ("greatest", (399, 401)), ("mean", (200, 202))):
        assert interval.ends(operation(name), parts) == ends


@given(boxes(plain, 3))
def test_ends_of_inputs_are_ends_of_spans_and_choices(box):
    a, b, c = (number(low, high, name=name) for (low, high), name in zip(box, "abc", strict=True))
    lows, highs = zip(*box, strict=True)
    assert interval.ends(operation("reach"), [a, b, c]) == (min(lows), max(highs))
    assert interval.ends(operation("choice"), [a, b, c]) == (min(lows[1:]), max(highs[1:]))
    assert interval.ends(operation("low_end"), [a]) == (a.low, a.low)
    assert interval.ends(operation("high_end"), [a]) == (a.high, a.high)
    assert interval.ends(operation("span"), [a, b]) == (a.low, b.high)


# trees with inputs that stand in them twice

OPERATIONS = (
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a / b,
    lambda a, b: a**2,
    lambda a, b: a**3,
    lambda a, b: 1 - a,
    lambda a, b: 1 / a,
    lambda a, b: number_functions.mean([a, b, a]),
    lambda a, b: -a,
    lambda a, b: number_functions.total([a, b], less=[a]),
    lambda a, b: number_functions.log(a),
    lambda a, b: number_functions.exp(a),
    lambda a, b: number_functions.root(a),
    lambda a, b: number_functions.normal_below(a),
    lambda a, b: number_functions.normal_density(a),
    lambda a, b: number_functions.normal_quantile(number_functions.normal_below(a)),
    lambda a, b: a.to("percent"),
    lambda a, b: derive(operation("least"), [a, b], ONE),
    lambda a, b: derive(operation("greatest"), [a, b], ONE),
    lambda a, b: number_functions.least_to_greatest([a, b]),
    lambda a, b: number_functions.low_end(a),
    lambda a, b: b.digits(3),
    lambda a, b: (a + b).percent,
    lambda a, b: derive(operation("choice"), [a, a, b], ONE).named("a choice"),
)


@st.composite
def trees(draw):
    """What up to six steps make of three ranges and a constant."""
    pool = [number(*ends, name=name) for ends, name in zip(draw(boxes(st.floats(-4, 4), 3)), "abc", strict=True)]
    pool += [constant(2, ONE), number_functions.assume((0.5, 1.5), "1", "a try")]
    for _ in range(draw(st.integers(1, 6))):
        rule = draw(st.sampled_from(OPERATIONS))
        with suppress(NumberError):
            pool.append(rule(draw(st.sampled_from(pool)), draw(st.sampled_from(pool[-3:]))))
    given_that(pool[-1].inputs)
    return pool[-1]


def value(made: Number, at: dict[Number, float]) -> float:
    """A tree worked out at chosen values of its ranges, from the leaves up, with nothing but the rules."""
    if made in at:
        return at[made]
    if made.operation.rule is None:
        return made.low
    return made.operation.rule(*(value(part, at) for part in made.inputs))


def uncertain(made: Number) -> list[Number]:
    """The ranges of a tree that may be anything between their ends."""
    free = made.low < made.high and (not made.inputs or made.operation.rule is None)
    if free or made.operation.name in ("low_end", "high_end"):
        return [made] if free else []
    return list(dict.fromkeys(found for part in made.inputs for found in uncertain(part)))


@given(trees(), st.data())
@wide
def test_no_choice_of_inputs_leaves_the_range_of_a_tree(made, data):
    for _ in range(6):
        at = {
            one: data.draw(st.sampled_from([one.low, one.high]) | st.floats(one.low, one.high))
            for one in uncertain(made)
        }
        with suppress(ArithmeticError, ValueError):  # a corner where the formula has no value
            found = value(made, at)
            slack = 1e-9 * max(abs(made.low), abs(made.high), 1e-9)
            assert made.low - slack <= found <= made.high + slack


@pytest.mark.parametrize(
    "build, low, high",
    [
        (lambda x: x / (x + 1), 1 / 2, 3 / 4),
        (lambda x: x - x, 0, 0),
        (lambda x: x / x, 1, 1),
        (lambda x: x * x, 1, 9),
        (lambda x: (x + 1) / (x - number(5)), -2, -0.5),
        (lambda x: 1 / x - x, 1 / 3 - 3, 0),
        (lambda x: number_functions.log(x) - 1 / x, -1, math.log(3) - 1 / 3),
        (lambda x: x / (x + x), 0.5, 0.5),
        (lambda x: x * number_functions.exp(x), math.e, 3 * math.e**3),
        (lambda x: number_functions.mean([x, x]), 1, 3),
        (lambda x: number_functions.total([x, x], less=[x]), 1, 3),
    ],
)
def test_an_input_that_stands_twice_is_one_where_the_ends_tell(build, low, high):
    made = build(number(1, 3))
    assert (made.low, made.high) == pytest.approx((low, high))


def test_a_range_is_wide_enough_where_the_ends_do_not_tell():
    made = number(0, 3) ** 2 - number(0, 3)  # least at one half, greatest at three
    assert made.low <= -0.25 and made.high >= 6


# words and JSON

SETTINGS = {
    "sum": {"signs": "+-"},
    "convert": {"times": 1.0, "over": 1e6, "unit": "x"},
    "power": {"power": 2},
    "count": {"of": "claim"},
    "query": {"question": "q", "column": "c", "how": "added up"},
    "code": {"how": "the middle of all", "sha": "0a1b", "code": "x = {}", "rests": "all"},
    "rows": {"count": 9, "digest": "d"},
    "taken": {"choice": "a", "option": "low", "of": "x"},
    "rows_where": {"rows": 3, "all": 9, "where": "a = 1"},
    "row_where": {"all": 9, "where": ""},
    "rows_within": {"all": 9},
    "statistic": {"said": "spread of {0} and {1}"},
    "draws": {"said": "middle {1} of {0}"},
    "combinations": {"said": "combinations of {0}, {1}", "of": "range", "count": 2},
}


@pytest.mark.parametrize("name", sorted(PRIMITIVES))
def test_every_primitive_says_what_it_does_with_its_inputs_in_their_places(name):
    made = operation(name, **SETTINGS.get(name, {}))
    said = made.words(["ALPHA", "BETA"])
    shape = PRIMITIVES[name].shape
    assert said and "{" not in said and said == from_json(made.to_json()).words(["ALPHA", "BETA"])
    if shape not in ("leaf", "opaque") or name in ("statistic", "draws", "combinations"):
        assert "ALPHA" in said
    assert from_json(json.loads(rfc8785.dumps(made.to_json()))) == made


def test_an_operation_that_is_not_in_the_table_is_refused():
    for wrong in ("eval", "", "Sum", "sum "):
        with pytest.raises(ValueError, match="no operation"):
            operation(wrong)
        with pytest.raises(ValueError, match="no operation"):
            from_json({"name": wrong})
        with pytest.raises(ValueError, match="no operation"):
            Operation(wrong)
    made = (number(3) / number(4)).to_json()
    made["nodes"][made["root"]]["operation"]["name"] = "os.system"
    with pytest.raises(ValueError, match="no operation"):
        Number.from_json(made, UNITS)


def test_an_input_that_is_missing_is_named():
    made = (number(3) / number(4, name="y")).to_json()
    gone = made["nodes"][made["root"]]["inputs"][1]
    del made["nodes"][gone]
    with pytest.raises(KeyError, match=gone):
        Number.from_json(made, UNITS)


def again(made: Number) -> list[Number]:
    """The number after JSON in memory, as text, and in its canonical form, where 1.0 is 1."""
    found = made.to_json()
    return [
        Number.from_json(each, UNITS)
        for each in (found, json.loads(json.dumps(found)), json.loads(rfc8785.dumps(found)))
    ]


def same(one: Number, other: Number) -> None:
    assert one == other and one.digest == other.digest
    for name in ("low", "high", "unit", "kind", "operation", "label", "ref", "why", "style"):
        assert getattr(one, name) == getattr(other, name), name
    assert str(one) == str(other) and len(one.inputs) == len(other.inputs)
    for mine, others in zip(one.inputs, other.inputs, strict=True):
        same(mine, others)


@pytest.mark.parametrize("price", [0.025, 0.2, 0.0028, 0.0075, 15, 1822.5])
def test_a_conversion_gives_the_decimals_that_were_printed(price):
    made = number(price, unit="USD/million token")
    there = made.to("USD/million_tokens")
    assert there.low == price and there.to("USD/token").low == made.low


def test_a_scale_below_the_line_is_no_unit_to_show_a_number_in():
    price = number(5, unit="USD/million token")
    for unit in ("USD/million token", "USD/(million token)", "USD/billion token"):
        with pytest.raises(NumberError, match="USD/million_tokens"):
            price.to(unit)
    assert price.to("USD/token").low == price.low


def test_equal_numbers_that_are_worded_differently_stay_apart_in_json():
    two = number_functions.total([number(1), number(1)])
    worded = replace(two, style=Style(digits=3), label="again")
    for made in (two + worded, worded + two, (two + 1) * (worded + 1), -worded - two):
        for back in again(made):
            same(made, back)


@given(trees())
@wide
def test_a_tree_comes_through_json_without_loss_and_evaluates_again(made):
    for back in again(made):
        same(made, back)
        for part in back.nodes().values():
            if part.inputs:
                assert interval.ends(part.operation, part.inputs) == (part.low, part.high)


@pytest.mark.parametrize(
    "name", sorted(name for name, one in PRIMITIVES.items() if one.shape not in ("leaf", "opaque"))
)
@given(st.data())
@settings(max_examples=15, deadline=None)
def test_a_number_of_each_primitive_comes_through_json_and_evaluates_again(name, data):
    if name in RULES:
        made, values = data.draw(steps(name))
        inputs = [number(one, name=f"{place}") for place, one in enumerate(values)]
    else:
        ends = sorted(data.draw(st.lists(plain, min_size=4, max_size=4)))
        made, inputs = operation(name), [number(*ends[:2], name="a"), number(*ends[2:], name="b")]
        inputs = inputs[: 1 if name in ("low_end", "high_end") else 2]
    one = derive(made, inputs, ONE)
    for back in again(one):
        same(one, back)
        assert interval.ends(back.operation, back.inputs) == (one.low, one.high)


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["1", "USD", "token/month", "USD/pr/quarter"]))
def test_any_double_comes_through_json(value, unit):
    made = Number(
        value,
        value,
        parse_unit(unit, UNITS),
        Kind.MEASURED,
        operation("measured"),
        (),
        "a",
        "b",
        None,
        Style("quantity", 3, True, True, True),
    )
    for back in again(made):
        same(made, back)
    for back in again(-made):
        same(-made, back)


@pytest.mark.parametrize(
    "old, new",
    [
        ("gigawatt*year", "joule"),
        ("quadrillion token", "token"),
        ("USD/token", "USD/million_tokens"),
        ("year", "second"),
        ("percent", "1"),
        ("second", "year"),
        ("quadrillion gigawatt*year", "joule"),
    ],
)
def test_any_factor_between_units_comes_through_canonical_json(old, new):
    made = Number(3, 3, parse_unit(old, UNITS), Kind.REPORTED, operation("printed"), ref="a").to(new)
    for back in again(made):
        same(made, back)
        same(back, again(back)[-1])
        assert interval.ends(back.operation, back.inputs) == (made.low, made.high)


def test_a_value_of_no_size_has_no_sign():
    nothing = number(0) * number(-1)
    assert repr(nothing.low) == "0.0" and nothing == again(nothing)[-1]


@pytest.mark.parametrize(
    "build",
    [
        lambda: number_functions.exp(number(1000)),
        lambda: number(1e200) * number(1e200),
        lambda: number(1e300) ** 2,
        lambda: number(1e-320, unit="USD") / number(1e300),
        lambda: number(1) / number(1e-320),
    ],
)
def test_a_value_that_no_double_holds_is_refused_in_words(build):
    try:
        assert math.isfinite(build().low)
    except NumberError as error:
        assert "finite" in str(error)


def test_an_operation_without_a_setting_that_its_words_have_is_refused():
    whole = operation("query", column="cups", how="read", question="of whom").to_json()
    assert from_json(whole).to_json() == whole
    with pytest.raises(KeyError, match="question"):
        from_json({name: value for name, value in whole.items() if name != "question"})
