"""The specification of a house form's chart, as readers open it in an editor of Vega-Lite: data, plain colours."""

import json
import re

import pytest
import vl_convert

from tests import counts
from tests.charts.example_charts import EXAMPLES, cell, drawing
from toolkit.charts import draw_svg, interactive_specification, vega_lite, vega_lite_file
from toolkit.charts.drawing import Cell
from toolkit.charts.inline_csv import with_csv
from toolkit.core.kind import Kind

pytestmark = pytest.mark.heavy


@pytest.mark.parametrize("sample", EXAMPLES)
def test_it_holds_the_tables_own_columns_and_says_them_when_pointed_at(sample):
    chart = EXAMPLES[sample]()
    found = vega_lite(chart)
    values = [row for data in every(found, "data") for row in data.get("values", ())]
    for row in chart.rows:
        for name, value in row.items():
            if isinstance(value, Cell):
                assert any({value.low, value.high} <= {*held(record, name)} for record in values), (name, value)
            elif name == "geometry":
                assert not value or any(record.get(name, {}) for record in values)
            elif value:
                assert any(value in {*held(record, name)} for record in values), (name, value)
    assert 1 <= max(len(tips) for tips in every(found, "tooltip")) <= 5


def held(record: dict, name: str) -> list:
    found = [record.get(field) for field in (name, f"{name}_low", f"{name}_high")]
    return [json.dumps(value) if isinstance(value, dict) else value for value in found]


def test_a_tooltip_says_at_last_of_which_kind_a_row_is():
    chart = EXAMPLES["bars"]()
    found = vega_lite(chart)
    (last,) = {(tips[-1]["field"], tips[-1]["title"]) for tips in every(found, "tooltip")}
    rows = [row for data in every(found, "data") for row in data.get("values", ()) if last[0] in row]
    highest = [max(Kind[cell.kind.upper()] for cell in row.values() if isinstance(cell, Cell)) for row in chart.rows]
    assert last[1] == "kind" and [row[last[0]] for row in rows][: len(highest)] == [kind.mark for kind in highest]


@pytest.mark.parametrize("sample", ["bars", "dots", "lines", "dumbbell"])
def test_in_a_page_the_last_line_of_a_tooltip_is_the_rows_source(sample):
    found = interactive_specification(EXAMPLES[sample](), "wide", {0: "The Kettle", 1: "The Pot"})
    assert {tips[-1]["title"] for tips in every(found, "tooltip")} == {"Source"}
    assert max(len(tips) for tips in every(found, "tooltip")) <= 5
    rows = [row for data in every(found, "data") for row in data.get("values", ()) if "cited" in row]
    assert [row["cited"] for row in rows[:3]] == ["The Kettle", "The Pot", None]


@pytest.mark.parametrize("sample", counts.slow_but(counts.spread(list(EXAMPLES), 9), list(EXAMPLES)))
def test_it_is_the_same_chart_without_our_page(sample):
    chart = EXAMPLES[sample]()
    found = json.loads(vega_lite_file(chart))
    assert not re.search(r"var\(--|url\(", json.dumps(found))
    alone, page = (
        re.findall(r"<(?:text|tspan)[^>]*>([^<]+)<", svg)
        for svg in (vl_convert.vegalite_to_svg(found), draw_svg(chart, "wide"))
    )
    assert set(page) - {"SIMULATED"} <= set(alone) | set(" ".join(alone).split("\n"))


@pytest.mark.parametrize("example", ["lines", "timeline", "dots", "tree"])
def test_its_file_holds_the_rows_as_csv_and_is_the_same_chart(example):
    chart = EXAMPLES[example]()
    plain, file = vega_lite(chart), vega_lite_file(chart)
    assert len(file) < len(json.dumps(plain).encode())
    assert vl_convert.vegalite_to_svg(json.loads(file)) == vl_convert.vegalite_to_svg(plain)


def test_rows_that_csv_would_change_stay_rows():
    rows = [{"a": "b", "n": 1.5, "yes": True}, {"a": 'c, d\n"e"'}, {"n": -2}, {"a": "f", "yes": False}]
    (data,) = with_csv({"data": {"values": rows}}).values()
    assert data["format"] == {"type": "csv", "parse": {"a": "string", "n": "number", "yes": "boolean"}}
    assert data["values"].splitlines()[:2] == ["a,n,yes", "b,1.5,true"]
    for odd in ({"a": ""}, {"a": 1}, {"a": ["b"]}, {"a.b": 1}):
        specification = {"layer": [{"data": {"values": [*rows, odd]}}]}
        assert with_csv(specification) == specification


def test_fields_that_repeat_another_or_one_value_are_made_by_vega_lite():
    rows = [{"a": n / 7, "b": n / 7, "kind": 'said by "them"', "n": n} for n in range(30)]
    plain = {"data": {"values": rows}, "transform": [{"filter": "datum.b < 3"}], "mark": "point"}
    plain["encoding"] = {"x": {"field": "b", "type": "quantitative"}, "description": {"field": "kind"}}
    file = with_csv(plain)
    assert file["data"]["values"].startswith("a,n\n") and file["data"]["format"]["parse"] == {
        "a": "number",
        "n": "number",
    }
    assert [step.get("as") for step in file["transform"]] == ["b", "kind", None]
    assert vl_convert.vegalite_to_svg(file) == vl_convert.vegalite_to_svg(plain)


def test_a_column_may_have_any_name():
    odd = "share.of [all] 'x' (%): \\"
    for width in ("wide", "narrow"):
        made = draw_svg(drawing("bars", [{"n.a": "a", odd: cell(2, "2")}], label="n.a", value=odd), width)
        assert ">a<" in made and ">2<" in made


@pytest.mark.parametrize("sample", EXAMPLES)
def test_an_axis_stands_once_in_a_specification_for_all_layers_of_a_plot(sample):
    axes = [json.dumps(axis) for axis in every(vega_lite(EXAMPLES[sample]()), "axis") if axis]
    assert len(set(axes)) == len(axes)


def every(tree, key: str):
    """The values of a key wherever it stands."""
    if isinstance(tree, dict):
        for name, part in tree.items():
            if name == key:
                yield part
            yield from every(part, key)
    elif isinstance(tree, list):
        for part in tree:
            yield from every(part, key)
