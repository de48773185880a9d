"""Arithmetic on numbers: units, intervals, kinds and receipts, for any expression."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import counts
from toolkit.core.errors import NumberError
from toolkit.core.kind import Kind
from toolkit.core.number import Number, leaf
from toolkit.core.number_functions import assume, exp, high_end, least_to_greatest, log, low_end, mean, span, total
from toolkit.core.unit import parse_unit, registry, unit_text
from toolkit.core.wording import Style

UNITS = ("USD", "token", "token/pr", "USD/month", "1")


def figure(low, high=None, unit="USD", name="x", kind=Kind.REPORTED):
    return leaf(low, low if high is None else high, parse_unit(unit), kind, f"figure:source#{name}", name)


values = st.floats(0.01, 1e9)


@st.composite
def leaves(draw, unit=None):
    ends = sorted([draw(values), draw(values)]) if draw(st.booleans()) else [draw(values)] * 2
    return figure(
        *ends,
        unit or draw(st.sampled_from(UNITS)),
        draw(st.sampled_from("abcdefgh")) + str(ends),
        draw(st.sampled_from(list(Kind))),
    )


@st.composite
def expressions(draw, depth=3):
    """A number of one dimension by sums, products, quotients and repeated use of the same inputs."""
    pool = [draw(leaves("USD")) for _ in range(3)]
    made = draw(st.sampled_from(pool))
    for _ in range(draw(st.integers(1, depth))):
        other = draw(st.sampled_from(pool))
        step = draw(st.sampled_from(["+", "/*", "*/", "-"]))
        if step == "+":
            made = made + other
        elif step == "-":
            made = made + other - other
        elif step == "/*":
            made = made / other * draw(st.sampled_from(pool))
        else:
            made = made * other / draw(st.sampled_from(pool))
    return pool, made


def recompute(number, values):
    """The value of a receipt's tree where its leaves take `values`: a second way to the same answer."""
    if not number.inputs:
        return values[number]
    return number.operation.rule(*(recompute(part, values) for part in number.inputs))


def size(number):
    """What a tree comes to at the most where nothing cancels: what its rounding errors are relative to."""
    if not number.inputs:
        return number.high
    first, second, *more = number.inputs
    if number.operation.name == "ratio":
        return size(first) / second.low
    sizes = [size(part) for part in (first, second, *more)]
    return math.prod(sizes) if number.operation.name == "product" else sum(sizes)


@given(leaves())
def test_a_number_over_itself_is_exactly_one(x):
    assert ((x / x).low, (x / x).high) == (1.0, 1.0)
    assert ((x - x).low, (x - x).high) == (0.0, 0.0)


@given(expressions())
def test_an_expression_over_itself_is_exactly_one(drawn):
    _, x = drawn
    if not x.low <= 0 <= x.high:
        assert ((x / x).low, (x / x).high) == (1.0, 1.0)


@pytest.mark.heavy
@given(expressions(), st.data())
@settings(max_examples=counts.examples(80))
def test_no_choice_of_inputs_leaves_the_interval(drawn, data):
    pool, made = drawn
    chosen = {x: data.draw(st.floats(x.low, x.high)) for x in pool}
    value = recompute(made, chosen)
    slack = 1e-14 * size(made)
    assert made.low - slack <= value <= made.high + slack


@given(st.tuples(*[leaves("USD")] * 3))
def test_a_share_of_a_sum_is_as_narrow_as_its_corners(drawn):
    a, b, c = drawn
    if len({a, b, c}) < 3:
        return
    share = a / (a + b + c)
    corners = [x / (x + y + z) for x in (a.low, a.high) for y in (b.low, b.high) for z in (c.low, c.high)]
    assert share.low == pytest.approx(min(corners), rel=1e-9)
    assert share.high == pytest.approx(max(corners), rel=1e-9)
    assert 0 < share.low <= share.high <= 1


@given(leaves(), leaves())
def test_units_that_do_not_fit_are_refused(x, y):
    if x.unit.dimensionality == y.unit.dimensionality:
        assert unit_text((x + y).unit) == unit_text(x.unit)
    else:
        with pytest.raises(NumberError, match="same dimension"):
            x + y
    assert (x * y).unit.dimensionality == (x.unit * y.unit).dimensionality
    assert (x / y).unit.dimensionality == (x.unit / y.unit).dimensionality


@given(expressions())
def test_the_kind_is_the_highest_of_the_inputs_and_the_tree_ends_in_leaves(drawn):
    _, made = drawn
    assert made.kind == max(Kind.COMPUTED, *(x.kind for x in made.leaves())) or not made.inputs
    assert all(x.ref and not x.inputs for x in made.leaves())
    nodes = made.nodes()
    assert {part.digest for node in nodes.values() for part in node.inputs} <= set(nodes)
    assert all(node.ref or node.inputs for node in nodes.values())


@pytest.mark.parametrize("bare", [2, 0.5, 10, "3", None, True])
def test_a_bare_value_is_refused_and_the_message_says_what_to_do(bare):
    with pytest.raises(NumberError, match="assume"):
        figure(3) * bare
    with pytest.raises(NumberError, match="assume"):
        bare + figure(3)


def test_nothing_and_one_may_stand_bare():
    x = figure(0.25, unit="1")
    assert (1 - x).low == 0.75
    assert [(x + 1).low, (x - 1).low, (1 + x).low, (x + 0).low, (0 - x).low] == [1.25, -0.75, 1.25, 0.25, -0.25]
    assert [(x * 1).low, (1 * x).low, (x / 1).low, (1 / x).low] == [0.25, 0.25, 0.25, 4]
    assert sum([figure(1, name="a"), figure(2, name="b")]).low == 3
    with pytest.raises(NumberError, match="no unit"):
        1 - figure(3)


def test_units_of_time_meet_once_and_million_is_taken_out():
    a, b = figure(380, unit="million token/month", name="a"), figure(32, unit="million token/week", name="b")
    assert (a.low, unit_text(a.unit)) == (380e6, "token/month")
    assert unit_text((a / b).unit) == "1"
    assert (a / b).low == pytest.approx(380 / (32 * 365.25 / 12 / 7))
    assert figure(5, unit="USD/(million token)", name="c").low == 5e-6


def test_a_sum_is_one_step_with_all_its_inputs():
    made = total([figure(value, name=str(value)) for value in (1, 2, 3, 4)])
    assert (len(made.inputs), made.low) == (4, 10)
    a, b, c = figure(1, 2, name="a"), figure(10, 20, name="b"), figure(3, 5, name="c")
    less = total([a, b], less=[c])
    assert (less.low, less.high, less.method, less.inputs) == (6, 19, "{0} + {1} − {2}", (a, b, c))
    again = total([a, b], less=[a])
    assert (again.low, again.high) == (10, 20), "what is added and taken off again leaves nothing behind"
    assert unit_text(total([figure(1, unit="USD"), figure(1, unit="million USD")]).unit) == "USD"
    asked = replace(total([a, b]), ref="question:told#cups")
    assert (asked + c).inputs == (asked, c) and asked != total([a, b]), "the answer to a question stays whole"
    with pytest.raises(NumberError, match="no number"):
        total([])
    with pytest.raises(NumberError, match="bare value"):
        total([a, 2])


def share(value, name):
    return leaf(value, value, parse_unit("percent"), Kind.REPORTED, f"figure:{name}", name, Style("percent"))


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda a, b, c: a - b, "5 percentage points"),
        (lambda a, b, c: a + -b, "5 percentage points"),
        (lambda a, b, c: -b + a, "5 percentage points"),
        (lambda a, b, c: sum([a, -b]), "5 percentage points"),
        (lambda a, b, c: total([a], less=[b]), "5 percentage points"),
        (lambda a, b, c: total([a, -b]), "5 percentage points"),
        (lambda a, b, c: -(a - b), "−5 percentage points"),
        (lambda a, b, c: a - b - c, "2 percentage points"),
        (lambda a, b, c: total([a], less=[b, c]), "2 percentage points"),
        (lambda a, b, c: -b, "−40%"),
        (lambda a, b, c: a + b, "85%"),
        (lambda a, b, c: a - -b, "85%"),
        (lambda a, b, c: total([a], less=[-b]), "85%"),
        (lambda a, b, c: total([a, c], less=[b]), "8.0%"),
        (lambda a, b, c: (a - b) + c, "8.0%"),
        (lambda a, b, c: c + (a - b), "8.0%"),
        (lambda a, b, c: 1 - a, "55%"),
        (lambda a, b, c: (a - b).to("percent"), "5 percentage points"),
        (lambda a, b, c: (a - b).percent, "5 percentage points"),
        (lambda a, b, c: (a / c * c - b / c * c).to("percent"), "5 percentage points"),
        (lambda a, b, c: (a.plain - b.plain).percent, "5 percentage points"),
        (lambda a, b, c: (a.plain - b.plain).to("percent").percent, "5 percentage points"),
        (lambda a, b, c: a.plain - b, "5 percentage points"),
        (lambda a, b, c: a - b.times, "5 percentage points"),
        (lambda a, b, c: a.plain + b, "85%"),
        (lambda a, b, c: a.plain - b.plain, "0.050"),
        (lambda a, b, c: (1 - a.plain).percent, "55%"),
        (lambda a, b, c: (a.plain / b.plain - 1).percent, "13%"),
        (lambda a, b, c: (a - b) / b, "0.13"),
        (lambda a, b, c: (-a.plain).percent, "−45%"),
        (lambda a, b, c: 1 - (a - b), "95%"),
        (lambda a, b, c: 1 - b - c, "57%"),
        (lambda a, b, c: 1 - b.plain - c, "57%"),
        (lambda a, b, c: share(100, "d") - b - c, "57%"),
        (lambda a, b, c: (figure(1, unit="1", name="d") - b).to("percent"), "60%"),
        (lambda a, b, c: total([a, b, c], less=[share(60, "d")]), "28%"),
        (lambda a, b, c: ((a - b) + 1).digits(3), "105%"),
        (lambda a, b, c: mean([a - b, a - c]), "24 percentage points"),
        (lambda a, b, c: span(a - b, a - c), "5 to 42 percentage points"),
    ],
)
def test_what_is_left_of_shares_is_percentage_points_however_it_is_taken_off(made, said):
    a, b, c = share(45, "a"), share(40, "b"), share(3, "c")
    assert str(made(a, b, c)) == said


@pytest.mark.parametrize("function", [mean, least_to_greatest, lambda parts: span(*parts)])
def test_shares_and_differences_of_shares_have_no_mean_and_no_range(function):
    less, more = share(45, "a") - share(40, "b"), share(7, "c")
    for parts in ([less, more], [more, less]) if function is mean else ([less, more],):
        with pytest.raises(NumberError, match="percentages beside percentage points"):
            function(parts)
    assert str(function([less.percent.points, more.points])).endswith("percentage points")


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [(45, "percent", "45%"), ((40, 45), "percent", "40% to 45%"), (4, "multiple", "4 times"), (0.4, "1", "0.4")],
)
def test_an_assumption_is_written_in_the_unit_that_it_was_given_in(value, unit, said):
    assert str(assume(value, unit, why="invented")) == said


@pytest.mark.parametrize("count", [0, -1, 2.5, True, "2", 18])
def test_significant_figures_are_a_whole_number_that_a_value_can_have(count):
    with pytest.raises(NumberError, match="an integer from 1 to 17"):
        figure(5, unit="USD").digits(count)


def test_a_minus_before_a_number_is_no_step_of_its_own():
    a, b = figure(9, unit="million USD", name="a"), figure(4, 5, name="b")
    made = a + -b
    assert (made.method, made.inputs, unit_text(made.unit)) == ("{0} − {1}", (a, b), "USD") and made == a - b
    assert (-b + a).method == "{0} − {1}" and (-b - a).method == "−{0} − {1}"
    named = (-b).named("what was paid back")
    assert (a + named).inputs == (a, named), "one with a name stays"


def test_percent_is_a_unit_and_a_wording_and_neither_is_the_other():
    four = figure(8, unit="token", name="x") / figure(2, unit="token", name="y")
    as_percent = four.to("percent")
    assert (str(four), as_percent.low, str(as_percent), str(as_percent.percent)) == ("4.0 times", 400, "400%", "400%")
    assert (str(as_percent.to("percent").percent), str(as_percent.percent.to("1"))) == ("400%", "4.0")
    assert (four.percent.low, str(four.percent), str(four.percent.to("percent"))) == (4, "400%", "400%")
    assert (str(as_percent.times), str(as_percent.points)) == ("4.0 times", "400 percentage points")
    assert str(as_percent * figure(2, unit="USD", name="z")) == "$8"


def test_a_mean_and_the_reach_of_numbers_are_one_step_each():
    a, b = figure(1, 2, name="a"), figure(4, 8, name="b")
    middle = mean([a, b])
    assert (middle.low, middle.high, middle.method, middle.inputs) == (2.5, 5, "({0} + {1}) ÷ 2", (a, b))
    assert ((a / mean([a, b])).low, (a / mean([a, b])).high) == pytest.approx((2 / 9, 2 / 3)), "an input taken once"
    reach = least_to_greatest([b, a])
    assert (reach.low, reach.high, reach.kind, reach.inputs) == (1, 8, Kind.COMPUTED, (b, a))
    assert (low_end(b).low, low_end(b).high, high_end(b).low, high_end(b).inputs) == (4, 4, 8, (b,))


def test_a_divisor_that_may_be_zero_is_refused():
    difference = figure(1, 3, name="a") - figure(2, name="b")
    with pytest.raises(NumberError, match="may be zero"):
        figure(5) / difference


def test_even_powers_know_their_least_value():
    difference = figure(1, 3, name="a") - figure(2, name="b")
    assert ((difference**2).low, (difference**2).high) == (0, 1)


@given(st.floats(0.1, 50), st.floats(0.1, 50))
def test_log_and_exp_undo_each_other(low, high):
    x = figure(min(low, high), max(low, high), "1")
    assert exp(log(x)).low == pytest.approx(x.low) and exp(log(x)).high == pytest.approx(x.high)


@pytest.mark.parametrize("number", [figure(3), figure(-1, 2, "1")])
def test_log_needs_a_plain_number_above_zero(number):
    with pytest.raises(NumberError):
        log(number)


def test_an_assumption_needs_a_reason_and_a_known_unit():
    with pytest.raises(NumberError, match="no reason"):
        assume(1, "1", why=" ")
    with pytest.raises(NumberError, match="units.txt"):
        assume(1, "cubit", why="because")
    made = figure(2, unit="1") * assume((0.4, 0.6), "1", why="a guess")
    assert (made.low, made.high, made.kind) == (0.8, 1.2, Kind.ASSUMED)
    assert made.leaves()[-1].why == "a guess"


def test_overlapping_ranges_are_not_ordered():
    assert figure(1, 2, name="a") < figure(3, name="b")
    assert not figure(3, name="b") < figure(1, 2, name="a")
    with pytest.raises(NumberError, match="overlap"):
        assert figure(1, 3, name="a") < figure(2, 4, name="b")


def test_a_number_is_not_a_float_nor_a_condition():
    with pytest.raises(NumberError):
        float(figure(1))
    with pytest.raises(NumberError):
        bool(figure(1))


def test_numbers_are_immutable_and_wording_is_no_part_of_identity():
    x = figure(9.857, unit="1")
    with pytest.raises(AttributeError):
        x.low = 1
    assert x.digits(2) == x and x.digits(2).digest == x.digest


def test_nonsense_values_are_refused():
    with pytest.raises(NumberError):
        figure(2, 1)
    with pytest.raises(NumberError):
        figure(math.nan)


def test_a_number_shows_itself_with_its_receipt():
    made = figure(69, unit="million token/pr", name="a") / figure(7, unit="million token/pr", name="b")
    bundle = made._repr_mimebundle_()
    assert bundle["text/plain"] == "9.9 times"
    receipt = bundle["application/vnd.toolkit.number+json"]
    assert receipt["nodes"][receipt["root"]]["inputs"]
    assert str(Number.from_json(receipt, registry())) == receipt["nodes"][receipt["root"]]["printed"] == "9.9 times"


def test_every_unit_of_the_desk_parses():
    assert isinstance(figure(1), Number) and registry().Unit("token").dimensionality


def test_a_figure_keeps_the_digits_that_were_printed():
    told = leaf(262.6, 262.6, parse_unit("million USD/day"), Kind.REPORTED, "figure:x#y", "value")
    assert told.low == 262_600_000 and told.high == told.low
