"""The archive's script: it works findings out from their leaves by itself, and comes to what the toolkit came to."""

import ast
import csv
import itertools
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.analysis import concentration
from toolkit.numbers import Kind, leaf
from toolkit.operations import assume, exp, log, span
from toolkit.review import recompute
from toolkit.review.packages import FIGURES, FINDINGS, NODES, SERIES, UNITS
from toolkit.units import base_units, parse_unit

counter = itertools.count()


def figure(low, high=None, unit="USD"):
    return leaf(low, low if high is None else high, parse_unit(unit), Kind.REPORTED, f"figure:s#{next(counter)}", "x")


def write(folder, columns, rows, key="id"):
    with open(folder, "w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, columns, restval="")
        out.writeheader()
        out.writerows({key: name, **row} for name, row in rows.items())


def tables(folder, number, **changes):
    """The script's input for one finding; `changes` are made to the row of its root."""
    nodes = {name: {**node, "inputs": " ".join(node["inputs"]), "printed": node["text"]}
             for name, node in number.nodes().items()}  # fmt: skip
    for node in nodes.values():
        for left in ("text", "short"):
            del node[left]
    figures = {part.ref: nodes[part.digest] for part in number.leaves() if part.kind == Kind.REPORTED}
    figures = {key: {name: row[name] for name in ("low", "high", "unit")} for key, row in figures.items()}
    nodes[number.digest] |= changes
    units = {row["unit"]: dict(zip(("factor", "base"), base_units(parse_unit(row["unit"])), strict=True))
             for row in nodes.values()}  # fmt: skip
    root = {key: nodes[number.digest][key] for key in ("low", "high", "unit", "kind")}
    for room in ("findings", "figures", "series"):
        (folder / room).mkdir()
    write(folder / "findings" / "findings.csv", FINDINGS, {"a.b": {"node": number.digest, **root}})
    write(folder / "findings" / "nodes.csv", NODES, nodes)
    write(folder / "findings" / "units.csv", UNITS, units, "unit")
    write(folder / "figures" / "figures.csv", FIGURES, figures, "key")
    write(folder / "series" / "series.csv", SERIES, {}, "key")
    return folder


def checked(number, **changes):
    with tempfile.TemporaryDirectory() as folder:
        return recompute.check(tables(Path(folder), number, **changes))


def recomputed(number):
    lines, agrees = checked(number)
    return agrees and lines[-1].startswith("1 of 1")


values = st.floats(0.01, 1e9)


@st.composite
def expressions(draw):
    """Sums, products, quotients, powers and logarithms in which inputs come again and again."""
    pool = [figure(*sorted((draw(values), draw(values)))) for _ in range(2)] + [figure(draw(values))]
    one = st.sampled_from(pool)
    made = draw(one)
    for _ in range(draw(st.integers(1, 4))):
        step = draw(st.sampled_from(("+", "−", "×÷", "÷×", "share", "power", "log")))
        if step in "+−":
            made = made + draw(one) if step == "+" else made - draw(one)
        elif step == "×÷":
            made = made * draw(one) / draw(one)
        elif step == "÷×":
            made = made / draw(one) * draw(one)
        elif step == "share" and made.low > 0:
            made = (1 - made / (made + draw(one))) * draw(one)
        elif step == "power":
            made = made**2 / draw(one)
        elif step == "log" and made.low > 0:
            made = exp(log(made / draw(one)) / assume(100, "1", "to stay small")) * draw(one)
    return made


@given(expressions())
@settings(max_examples=60)
def test_it_comes_to_the_same_ends_as_the_toolkit_for_any_expression(number):
    assert recomputed(number), checked(number)[0]


@given(expressions(), st.sampled_from(("low", "high")), st.floats(1e-3, 1))
@settings(max_examples=30)
def test_an_end_that_was_moved_is_seen(number, end, by):
    width = max(abs(number.low), abs(number.high))
    if width > 1:  # not where terms of a billion cancel
        moved = getattr(number, end) + by * width * (1 if end == "high" else -1)
        lines, agrees = checked(number, **{end: moved})
        assert not agrees and lines[0].startswith("NOT REPRODUCED: a.b")


@pytest.mark.parametrize("make", [
    lambda x, y: x / x, lambda x, y: x - x, lambda x, y: x / (x + y), lambda x, y: (x - y) / (x + y),
    lambda x, y: x * x, lambda x, y: (x - y) ** 2, lambda x, y: log(x / y) - log(x / y), lambda x, y: 1 / (x / y),
    lambda x, y: span(x, y) / x, lambda x, y: (1 - x / (x + y)) * y, lambda x, y: x.to("million USD") + y,
    lambda x, y: x + x + y + y.to("million USD"), lambda x, y: -(x / y) + 1, lambda x, y: log(x / y) * log(x / y),
])  # fmt: skip
def test_inputs_that_come_twice_keep_their_exact_range(make):
    number = make(figure(2, 3), figure(5, 7))
    assert recomputed(number), (number, checked(number)[0])


def test_a_range_wider_than_the_inputs_allow_is_seen():
    x, y = figure(2, 3), figure(5, 7)
    share = x / (x + y)
    assert (round(share.low, 6), round(share.high, 6)) == (round(2 / 9, 6), 0.375)
    assert not checked(share, low=2 / 10, high=3 / 7)[1]


def test_units_are_converted_by_themselves():
    speed = figure(60, unit="token/minute") / figure(2, unit="token/hour")
    assert recomputed(speed)
    assert recomputed(figure(3, 4, unit="million USD") / figure(2, unit="USD/day"))


def test_a_sum_of_units_that_do_not_fit_is_seen(tmp_path):
    folder = tables(tmp_path, figure(2, unit="USD") + figure(3, unit="USD"))
    units = folder / "findings" / "units.csv"
    units.write_text(units.read_text() + "token,1.0,token\r\n")
    nodes = folder / "findings" / "nodes.csv"
    nodes.write_text(nodes.read_text().replace("2.0,2.0,USD", "2.0,2.0,token"))
    lines, agrees = recompute.check(folder)
    assert not agrees and "units that do not fit" in lines[0]


def test_the_models_of_a_spread_between_people_are_worked_out_too():
    sigma, top, link = assume((0.8, 1.1), "1", "invented"), assume(0.1, "1", "invented"), assume(0.3, "1", "invented")
    point = assume(0.9, "1", "invented")
    made = [concentration.edge(top), concentration.tail_mean(top), concentration.top_share(sigma, top),
            concentration.mean_over_median(sigma), concentration.top_over_mean(sigma, top),
            concentration.top_over_median(sigma, top)]  # fmt: skip
    meanings = (concentration.typical_output, concentration.mean_output_over_median,
                concentration.mean_output_over_mean, concentration.mean_output_top_over_bottom)  # fmt: skip
    made += [meaning(sigma, link, top) for meaning in meanings]
    solved = [concentration.link_for(meaning, meaning(point, link, top), point, top) for meaning in meanings]
    assert len({number.method for number in solved}) == 4, "a receipt says which meaning was solved for"
    assert [number.method for number in [*made, *solved] if not recomputed(number)] == []


def answer(value, *inputs):
    method = "column spent of the question told"
    return type(inputs[0])(value, value, inputs[0].unit, Kind.COMPUTED, method, inputs)


def test_an_answer_that_is_the_sum_of_its_figures_is_worked_out():
    lines, agrees = checked(answer(5, figure(2), figure(3)) / figure(4))
    assert agrees and lines[-1].startswith("1 of 1 findings recomputed")


def test_a_statement_in_words_counts_as_one_reading(tmp_path):
    told, other = figure(1, unit="1"), figure(1, unit="1")
    folder = tables(tmp_path, answer(2, told, other))
    path = folder / "figures" / "figures.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = {row["key"]: {**row, "low": "", "high": "", "unit": ""} for row in csv.DictReader(file)}
    write(path, FIGURES, rows, "key")
    lines, agrees = recompute.check(folder)
    assert agrees and lines[-1].startswith("1 of 1 findings recomputed")


def test_what_it_cannot_follow_is_listed_and_not_counted():
    asked = answer(6, figure(2), figure(3))  # not their sum
    lines, agrees = checked(asked / figure(4))
    assert agrees and "a.b rests on the question told, whose arithmetic is in SQL" in lines[0]
    assert lines[-1].startswith("0 of 1 findings recomputed, 1 rest on a simulated feed, a database question or draws")
    feed = leaf(900, 900, parse_unit("USD"), Kind.SYNTHETIC, "feed:synthetic-board", "events")
    assert "rests on feed:synthetic-board" in checked(feed / figure(3))[0][0]
    odd = type(asked)(5, 5, asked.unit, Kind.COMPUTED, "something done to {0}", (figure(2),))
    assert "rests on the step “something done to {0}”" in checked(odd)[0][0]


def test_the_script_needs_nothing_but_python():
    tree = ast.parse(Path(recompute.__file__).read_text(encoding="utf-8"))
    taken = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    taken |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in taken} <= set(sys.stdlib_module_names)
