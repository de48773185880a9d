"""What a row says when a reader points at it: name, values with their kinds, sources."""

import pytest

from toolkit.site.tooltips import tooltips


def number(text: str, kind: str = "reported") -> dict:
    return {"low": 1.0, "high": 1.0, "text": text, "short": text, "kind": kind, "node": text}


def said(form: str, row: dict, kind: str = "reported", **encodings) -> list[str]:
    """The lines of a chart's only row; columns are labelled with their names in capitals."""
    columns = [{"name": name, "label": name.upper(), "unit": None} for name in row]
    chart = {
        "form": form,
        "language": "en",
        "kind": kind,
        "encodings": {name: name for name in row} | encodings,
        "table": {"columns": columns, "rows": [list(row.values())]},
    }
    found = tooltips(chart, lambda nodes: "; ".join(f"about {node}" for node in nodes))
    return found[0].split("\n") if found else []


def test_a_name_its_detail_its_value_its_kind_and_its_source():
    lines = said("dots", {"y": "Amazon", "detail": "full year", "x": number("$200bn")})
    assert lines == ["Amazon", "full year", "X: $200bn", "Reported", "Source: about $200bn"]


def test_kinds_stand_by_their_values_where_they_differ():
    row = {"label": "Meta", "first": number("$125bn", "assumed"), "second": number("$89bn", "synthetic")}
    lines = said("dumbbell", row, first_title="stated", second_title="spent")
    assert lines[:3] == ["Meta", "Stated: $125bn (assumed)", "Spent: $89bn (SIMULATED)"]


def test_names_go_from_the_general_to_the_particular_and_say_nothing_twice():
    row = {"label": "End of July", "entity": "Meta", "value": number("$125bn")}
    assert said("range_bars", row)[0] == "End of July, Meta"
    assert said("bars", {"label": "Meta", "entity": "Meta", "value": number("$1bn")})[0] == "Meta"
    assert said("lines", {"x": "2026-06-30", "series": "Meta", "y": number("35%")})[0] == "Meta, 30 June 2026"


@pytest.mark.parametrize(
    ("form", "row"),
    [
        ("lines", {"x": "2026-12-31", "y": number("$1bn"), "role": "projected", "series": None}),
        ("dots", {"y": "Four", "x": number("$1bn"), "projected": "yes"}),
    ],
)
def test_what_is_not_on_record_says_so(form, row):
    assert "Not yet on record" in said(form, row)
    assert "Not yet on record" not in said(form, row | {"role": "line", "projected": "no"})


def test_a_cell_of_a_grid_says_its_word():
    assert said("grid", {"y": "One", "x": "Two", "state": "unknown"}) == ["One, Two", "not known"]
    assert said("grid", {"y": "One", "x": "Two", "state": "no", "label": "4.8×"}) == ["One, Two", "4.8×"]


def test_a_simulated_row_without_numbers_says_that_it_is_simulated():
    assert said("grid", {"y": "One", "x": "Two", "state": "yes"}, "synthetic")[-1] == "SIMULATED"


def test_numbers_that_only_place_a_mark_stay_unsaid():
    assert said("distribution", {"role": "curve", "x": number("7m"), "density": number("0.2")})[0] == "X: 7m"
    outline = {"role": "ellipse", "x": number("1"), "y": number("2"), "label": "half", "order": number("3")}
    assert said("paired", outline) == ["half"]


def test_text_keeps_to_its_line_and_gets_its_quotes():
    assert said("dots", {"y": 'a "b"\n<i>c', "x": number("1")})[0] == "a “b” <i>c"
