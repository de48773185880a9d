"""The archive's script: it works findings out from their leaves by itself, and comes to what the toolkit came to."""

import ast
import csv
import itertools
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.site.recheck_trees import steps_of_fitting_units
from toolkit.analysis import concentration
from toolkit.analysis.sensitivity import multiverse
from toolkit.build.edition_inputs import PACKAGE
from toolkit.core.kind import Kind
from toolkit.core.number import Number, leaf
from toolkit.core.number_functions import assume, exp, high_end, least_to_greatest, log, low_end, mean, span, total
from toolkit.core.operation import ALIKE, PRIMITIVES, operation
from toolkit.core.unit import base_units, parse_unit
from toolkit.core.wording import Style
from toolkit.review import recompute
from toolkit.review.archive import RULES
from toolkit.review.data_packages import FIGURE_COLUMNS, SERIES_COLUMNS, SOURCE_COLUMNS
from toolkit.review.findings_package import FINDINGS, NODES, UNITS, findings, node_row
from toolkit.review.printed_tables import PrintedTables
from toolkit.review.rows_package import DATASETS, ROWS, TOO_LARGE

counter = itertools.count()
NONE = PrintedTables({}, {}, {}, frozenset(), {})


def figure(low, high=None, unit="USD", ref="figure:s#"):
    return leaf(low, low if high is None else high, parse_unit(unit), Kind.REPORTED, f"{ref}{next(counter)}", "x")


def write(folder, columns, rows, key="id"):
    with open(folder, "w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, columns, restval="")
        out.writeheader()
        out.writerows({key: name, **row} for name, row in rows.items())


def tables(folder, number, said=None, rows=None, **changes):
    """The script's input for one finding; `changes` are made to the row of its root, `said` stands in the figures."""
    nodes = {
        digest: dict(list(zip(NODES, node_row(one, str(one), NONE), strict=True))[1:])
        for digest, one in number.nodes().items()
    }
    figures = {part.ref: nodes[part.digest] for part in number.leaves() if part.kind == Kind.REPORTED}
    figures = {
        key: {"source": "", **{name: row[name] for name in ("low", "high", "unit")}} | (said or {}).get(key, {})
        for key, row in figures.items()
    }
    filed = {key: figures.pop(key) for key in list(figures) if key.startswith("series:")}
    nodes[number.digest] |= changes
    units = {
        row["unit"]: dict(zip(("factor", "base"), base_units(parse_unit(row["unit"])), strict=True))
        for row in (*nodes.values(), {"unit": "thousand USD"})
    }
    root = {key: nodes[number.digest][key] for key in ("low", "high", "unit", "kind")}
    for room in ("findings", "figures", "series", "rows"):
        (folder / room).mkdir()
    write(folder / "findings" / "findings.csv", FINDINGS, {"a.b": {"node": number.digest, **root}})
    write(folder / "findings" / "nodes.csv", NODES, nodes)
    write(folder / "findings" / "units.csv", UNITS, units, "unit")
    write(folder / "figures" / "figures.csv", FIGURE_COLUMNS, figures, "key")
    write(folder / "series" / "series.csv", SERIES_COLUMNS, filed, "key")
    sources = {row["source"]: {"publisher": f"publisher of {row['source'][:1]}"} for row in figures.values()}
    write(folder / "figures" / "sources.csv", SOURCE_COLUMNS, sources)
    write(folder / "rows" / "datasets.csv", DATASETS, {"closed": {"given": TOO_LARGE}}, "dataset")
    with open(folder / "rows" / "rows.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([ROWS, *(rows or ())])
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
        step = draw(st.sampled_from(("+", "−", "×÷", "÷×", "share", "power", "log", "total", "mean")))
        if step in "+−":
            made = made + draw(one) if step == "+" else made - draw(one)
        elif step == "×÷":
            made = made * draw(one) / draw(one)
        elif step == "÷×":
            made = made / draw(one) * draw(one)
        elif step == "share" and made.low > 0:
            made = (1 - made / (made + draw(one))) * draw(one)
        elif step == "total":
            made = total([draw(one), made], less=[draw(one) for _ in range(draw(st.integers(0, 9)))])
        elif step == "mean":
            made = mean([made, draw(one), draw(one)])
        elif step == "power":
            made = made**2 / draw(one)
        elif step == "log" and made.low > 0:
            made = exp(log(made / draw(one)) / assume(100, "1", "to stay small")) * draw(one)
    return made


@given(expressions())
def test_it_comes_to_the_same_ends_as_the_toolkit_for_any_expression(number):
    assert recomputed(number), checked(number)[0]


@given(expressions(), st.sampled_from(("low", "high")), st.floats(1e-3, 1))
def test_an_end_that_was_moved_is_seen(number, end, by):
    width = max(abs(number.low), abs(number.high))
    if width > 1:  # not where terms of a billion cancel
        moved = getattr(number, end) + by * width * (1 if end == "high" else -1)
        lines, agrees = checked(number, **{end: moved})
        assert not agrees and lines[0].startswith("NOT REPRODUCED: a.b")


@pytest.mark.parametrize(
    "make",
    [
        lambda x, y: x / x,
        lambda x, y: x - x,
        lambda x, y: x / (x + y),
        lambda x, y: (x - y) / (x + y),
        lambda x, y: x * x,
        lambda x, y: (x - y) ** 2,
        lambda x, y: log(x / y) - log(x / y),
        lambda x, y: 1 / (x / y),
        lambda x, y: span(x, y) / x,
        lambda x, y: (1 - x / (x + y)) * y,
        lambda x, y: x.to("million USD") + y,
        lambda x, y: mean([x, y, y]),
        lambda x, y: least_to_greatest([y, x, -y]),
        lambda x, y: high_end(x) - low_end(x),
        lambda x, y: total([y, y], less=[x]) / x,
        lambda x, y: total([x], less=[y, y]),
        lambda x, y: x / mean([x, y]),
        lambda x, y: x + x + y + y.to("million USD"),
        lambda x, y: -(x / y) + 1,
        lambda x, y: log(x / y) * log(x / y),
    ],
)
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
    nodes.write_text(nodes.read_text().replace("2,2,USD", "2,2,token"))
    lines, agrees = recompute.check(folder)
    assert not agrees and "USD in token" in lines[0]


@pytest.mark.parametrize("name", [name for name, primitive in PRIMITIVES.items() if primitive.units])
def test_an_input_of_another_unit_than_its_primitive_takes_is_seen(tmp_path, name):
    number = steps_of_fitting_units(parse_unit("USD"))[name]
    assert recomputed(number)
    folder = tables(tmp_path, number)
    nodes = folder / "findings" / "nodes.csv"
    rows = {row.pop("id"): row for row in csv.DictReader(nodes.read_text().splitlines())}
    first = next(row for row in rows.values() if row["operation"] == "assumed")
    alike = PRIMITIVES[name].units == ALIKE
    first["unit"] = "token" if alike else "USD"
    write(nodes, NODES, rows)
    lines, agrees = recompute.check(folder)
    assert not agrees and ("units that do not fit" if alike else "where plain numbers belong") in lines[0]


def test_the_models_of_a_spread_between_people_are_worked_out_too():
    sigma, top, link = assume((0.8, 1.1), "1", "invented"), assume(0.1, "1", "invented"), assume(0.3, "1", "invented")
    point = assume(0.9, "1", "invented")
    made = [
        concentration.edge(top),
        concentration.tail_mean(top),
        concentration.top_share(sigma, top),
        concentration.mean_over_median(sigma),
        concentration.top_over_mean(sigma, top),
        concentration.top_over_median(sigma, top),
    ]
    meanings = (
        concentration.typical_output,
        concentration.mean_output_over_median,
        concentration.mean_output_over_mean,
        concentration.mean_output_top_over_bottom,
    )
    made += [meaning(sigma, link, top) for meaning in meanings]
    solved = [concentration.correlation_for(meaning, meaning(point, link, top), point, top) for meaning in meanings]
    assert len({number.label for number in solved}) == 4, "a receipt says which meaning was solved for"
    assert [number.method for number in [*made, *solved] if not recomputed(number)] == []


def changed(folder, room, old, new):
    """The script's lines and verdict after one change in a table."""
    path = folder / {"findings": "findings/nodes.csv", "series": "series/series.csv"}.get(room, room)
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return recompute.check(folder)


def spent(*added, less=()):
    return replace(total(added, less=less), ref="question:told#spent")


@pytest.mark.parametrize(
    "room, old, new, place",
    [
        ("series", "5,5", "-5,-5", "at x (series:t#"),
        ("series", "5,5", "6,6", "at x (series:t#"),
        (
            "findings",
            "++-",
            "+++",
            "at {0} + {1} + {2} (question:told#spent): 2 to 3 USD published, 12 to 13 recomputed",
        ),
        ("findings", "++-", "++", "at sum (question:told#spent)"),
        ("findings", "++-", "++-+", "no value (ValueError"),
        ("series", "series:t#", "series:u#", "no value (KeyError 'series:t#"),
    ],
)
def test_a_changed_row_or_sign_of_a_sum_is_named_with_finding_and_place(tmp_path, room, old, new, place):
    number = spent(figure(3), figure(4, 5), less=[figure(5, ref="series:t#")]) / figure(4)
    folder = tables(tmp_path, number)
    lines, agrees = recompute.check(folder)
    assert agrees and lines == ["1 of 1 findings recomputed, 0 not to the end, as listed"]
    lines, agrees = changed(folder, room, old, new)
    assert not agrees and lines[0].startswith("NOT REPRODUCED: a.b, at ") and place in lines[0]


def test_an_operation_that_the_table_does_not_have_is_refused(tmp_path):
    folder = tables(tmp_path, spent(figure(3), figure(4)))
    with pytest.raises(ValueError, match="no operation 'summ'"):
        changed(folder, "findings", ",sum,", ",summ,")


def counted(value, of, inputs):
    return Number(
        value, value, parse_unit("1"), Kind.COMPUTED, operation("count", of=of), tuple(inputs), ref="question:told#n"
    )


def test_counts_are_counted_again_by_figure_claim_and_source_and_in_words_too(tmp_path):
    inputs = [figure(1, unit="1") for _ in range(4)]
    said = {
        part.ref: {"claim": f"c{place // 3}", "source": f"s{place}", "low": "" if place else 1.0}
        for place, part in enumerate(inputs)
    }
    for place, (value, of, method) in enumerate(
        (
            (1, "publisher", "count of distinct publishers"),
            (4, "key", "count"),
            (2, "claim", "count of distinct claims"),
            (4, "source", "count of distinct sources"),
        )
    ):
        for told, right in ((value, True), (value + 1, False)):
            folder = tmp_path / f"{place}{right}"
            folder.mkdir()
            lines, agrees = recompute.check(tables(folder, counted(told, of, inputs), said))
            assert agrees is right
        assert lines[0].startswith(
            f"NOT REPRODUCED: a.b, at {method} (question:told#n): {value + 1} 1 published, {value} recomputed"
        )
    lines, agrees = changed(tmp_path / "3True", "figures/figures.csv", "s3", "s2")
    assert not agrees and "3 recomputed" in lines[0]


def combined():
    price, used = figure(2, 5), figure(3, 9, unit="token")
    flat = assume(1, "1", "one way")
    number = price * used * (flat + used / figure(9, unit="token"))
    offered = {
        price: [price, figure(0.000003, unit="million USD")],
        used: [used, figure(4, unit="token")],
        flat: [flat, assume((0.5, 2), "1", "another way")],
    }
    return multiverse(number, offered)


def test_every_combination_of_choices_is_made_again(tmp_path):
    found = combined()
    limit = figure(20, unit="USD*token")
    assert len(found) == 27 and 0 < found.share_below(limit).low < 1
    assert recomputed(found.range) and recomputed(found.share_below(limit)) and recomputed(found.range / limit)
    lines, agrees = checked(found.range, high=found.range.high * 1.01)
    assert not agrees and "at least to greatest of 27 combinations of {0} (computed)" in lines[0]
    assert not checked(found.share_below(limit), low=0.0, high=0.0)[1]
    lines, agrees = checked(found.range, settings='{"count": 28, "of": "range", "said": "all of {0}"}')
    assert not agrees and "no value (ValueError 27 combinations)" in lines[0]


def test_what_it_cannot_follow_is_listed_and_not_counted():
    inputs = (figure(2), figure(3))
    in_sql = operation("query", question="told", column="spent", how="worked out in SQL")
    asked = Number(6, 6, inputs[0].unit, Kind.COMPUTED, in_sql, inputs)
    lines, agrees = checked(asked / figure(4))
    assert agrees and "a.b rests on the question told, whose arithmetic is in SQL" in lines[0]
    assert lines[-1].startswith("0 of 1 findings recomputed, 1 not to the end")
    usage_log = leaf(900, 900, parse_unit("USD"), Kind.SYNTHETIC, "log:synthetic-board", "events")
    assert "rests on log:synthetic-board" in checked(usage_log / figure(3))[0][0]
    in_pandas = operation("code", how="the largest", sha="0a1b", code="x.max()", rests="all")
    asked = Number(6, 6, inputs[0].unit, Kind.COMPUTED, in_pandas, inputs)
    assert "a.b rests on code in pandas, 0a1b in findings/nodes.csv" in checked(asked / figure(4))[0][0]
    invented, _ = of_rows(3, "count", "", dataset="invented_log")
    in_rows = operation("query", question="told", column="n", how="worked out in SQL")
    invented = replace(invented, kind=Kind.SYNTHETIC, operation=in_rows)
    assert "(rows that are not here; worked out in SQL)" in checked(invented)[0][0]
    assert "(worked out in pandas)" in checked(asked / figure(4))[0][0]
    odd = Number(5, 5, asked.unit, Kind.COMPUTED, operation("statistic", said="something done to {0}"), (figure(2),))
    assert "rests on the step “something done to {0}”" in checked(odd)[0][0]


def test_the_script_needs_nothing_but_python():
    beside = [PACKAGE / name for name in RULES]
    taken = set()
    for path in (Path(recompute.__file__), *beside):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        taken |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        taken |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    own = {"toolkit", *(f"toolkit.{path.stem}" for path in beside)}
    assert {name if name in own else name.split(".")[0] for name in taken} <= {*sys.stdlib_module_names, *own}


def test_equal_numbers_that_are_worded_differently_are_one_node_of_the_package():
    five = leaf(4, 6, parse_unit("1"), Kind.REPORTED, "figure:a#b", "five")
    made = five / replace(five, style=Style(digits=3))
    story = {"nodes": made.to_json()["nodes"], "findings": {"a.b": {"node": made.digest, "printed": "1", "label": ""}}}
    assert len(story["nodes"]) == 3
    packed = findings({"name": "x", "stories": {"s": story}, "units": ""}, NONE)
    rows = list(csv.DictReader(packed["nodes.csv"].decode("utf-8-sig").splitlines()))
    assert {row["id"]: row["inputs"].split() for row in rows} == {
        made.digest: [five.digest, five.digest],
        five.digest: [],
    }


def test_nodes_in_a_circle_and_fields_without_end_are_said(tmp_path):
    number = spent(figure(3), figure(4))
    folder = tables(tmp_path, number)
    nodes = folder / "findings" / "nodes.csv"
    text = nodes.read_text(encoding="utf-8")
    leaf_id = number.inputs[0].digest
    nodes.write_text(text.replace(f"{leaf_id} ", f"{number.digest} ", 1), encoding="utf-8")
    with pytest.raises(ValueError, match="among its own inputs"):
        recompute.check(folder)
    nodes.write_text(text.replace(",x,", f",{'x' * 200_000},", 1), encoding="utf-8")
    with pytest.raises(recompute.UNREADABLE):
        recompute.check(folder)


def test_words_of_an_author_are_no_format_and_signs_do_nothing_to_a_terminal():
    wide = operation("draws", said="the middle {0:>999999999} of {0}, {0.__class__}")
    assert wide.words(["A"]) == "the middle {0:>999999999} of A, {0.__class__}"
    assert recompute.printable("a\x1b[2Jb\u202e") == "a\ufffd[2Jb\ufffd"


def of_rows(value, aggregate, of, count=3, unit="USD", dataset="inspections", where="borough = 'Bronx'"):
    made = operation("rows_where", rows=count, all=6, where=where)
    leaf_of_rows = Number(count, count, parse_unit("1"), Kind.MEASURED, made, label="rows", ref=f"dataset:{dataset}")
    how = operation("query", question="q", column="c", how="in SQL", aggregate=aggregate, of=of, unit="thousand USD")
    return Number(value, value, parse_unit(unit), Kind.MEASURED, how, (leaf_of_rows,)), leaf_of_rows.digest


def test_what_sql_makes_of_rows_is_made_again_from_the_rows(tmp_path):
    fees = ((1, "12.5"), (2, ""), (3, "-10.25"))
    for place, (value, aggregate, of) in enumerate(
        (
            (2250, "sum", "fee"),
            (1125, "mean", "fee"),
            (-10250, "least", "fee"),
            (12500, "greatest", "fee"),
            (2, "count", "fee"),
            (3, "count", ""),
        )
    ):
        number, digest = of_rows(value, aggregate, of, unit="1" if aggregate == "count" else "USD")
        rows = [(digest, row, "fee", fee) for row, fee in fees] + [(digest, row, "", "") for row, _ in fees]
        for told, right in ((value, True), (value * 1.001, False)):
            folder = tmp_path / f"{place}{right}"
            folder.mkdir()
            lines, agrees = recompute.check(tables(folder, replace(number, low=told, high=told), rows=rows))
            assert agrees is right, (aggregate, lines)
    folder = tmp_path / "few"
    folder.mkdir()
    number, digest = of_rows(12500, "greatest", "fee")
    lines, agrees = recompute.check(tables(folder, number, rows=[(digest, 1, "fee", "12.5")]))
    assert not agrees and "3 1 published, 1 recomputed" in lines[0]


def test_rows_that_are_not_there_are_said_with_the_reason(tmp_path):
    number, _ = of_rows(2250, "sum", "fee", dataset="closed")
    lines, agrees = checked(number)
    assert agrees and lines[0].startswith(f"not recomputed to the end ({TOO_LARGE}): a.b")
