"""The manifest: findings with their whole receipts, what an edition shows and was made from, as one text."""

import getpass
import hashlib
import json
import shutil
from pathlib import Path

import pytest

from tests.build.editions import PAGE, UNITS, finding_of, nodes, record, write_edition
from toolkit.build import edition_inputs as made_from
from toolkit.build.edition_inputs import InputDifference, edition_inputs, input_differences, package_files
from toolkit.build.manifest import (
    altered_files,
    canonical,
    document_entries,
    files_of,
    manifest,
    stated_numbers,
    stored_manifest,
    story_entry,
)
from toolkit.core.errors import ToolkitError
from toolkit.core.kind import Kind
from toolkit.core.project import find_project
from toolkit.core.unit import unit_text
from toolkit.notebook import mime
from toolkit.notebook.story import Story, open_story


def test_an_entry_carries_value_unit_kind_wording_and_inputs_down_to_the_figures(tmp_path):
    edition = write_edition(tmp_path / "edition")
    stories = stored_manifest(edition)["stories"]
    number, finding = finding_of(edition, "coffee", "coffee.multiple")
    assert (number.low, number.high, unit_text(number.unit), number.kind) == (3.5, 3.5, "1", Kind.COMPUTED)
    assert str(number) == finding["printed"] == "3.5 times"
    assert [part.ref for part in number.inputs] == ["figure:office-survey#heavy", "figure:office-survey#median"]
    assert all(part.inputs == () for part in number.inputs)
    html = stories["coffee"]["html"]
    assert html == {"path": "coffee.html", "sha256": hashlib.sha256(PAGE.encode()).hexdigest(), "bytes": len(PAGE)}
    assert stories["coffee"]["title"] == "Coffee"


def test_a_receipt_that_uses_an_input_twice_shows_it_twice(tmp_path):
    found = nodes()
    found["top"]["inputs"] = ["a", "a"]
    number, _ = finding_of(write_edition(tmp_path / "edition", found=found), "coffee", "coffee.multiple")
    assert [part.low for part in number.inputs] == [35.0, 35.0]


def test_the_order_in_which_findings_were_named_does_not_show():
    one = canonical(story_entry("Coffee", "coffee", record(nodes(), ("b.x", "a.y")))).decode()
    two = canonical(story_entry("Coffee", "coffee", record(nodes(), ("a.y", "b.x")))).decode()
    assert manifest("Desk", {"b": one, "a": one}, UNITS) == manifest("Desk", {"a": two, "b": two}, UNITS)
    assert json.loads(manifest("Desk", {"a": one}, UNITS))["schema"] == 3


def test_values_that_no_json_has_are_refused():
    with pytest.raises(ValueError):
        canonical({"value": float("nan")})


def test_a_real_story_fills_it(sample, tmp_path):
    story: Story = open_story("coffee", find_project())
    survey = story["office-survey"]
    story.finding("coffee.multiple", survey["heavy"] / survey["median"], "Heavy over median")
    entry = story_entry("Coffee", "coffee", story.record()) | document_entries({"coffee.html": ""})
    units = (sample.data / "units.txt").read_text(encoding="utf-8")
    (tmp_path / "manifest.json").write_text(
        manifest("Desk", {"coffee": canonical(entry).decode()}, units), encoding="utf-8"
    )
    number, finding = finding_of(tmp_path, "coffee", "coffee.multiple")
    assert (number.low, finding["printed"], number.label) == (3.5, "3.5 times", "Heavy over median")
    assert {part.ref for part in number.inputs} == {"figure:office-survey#heavy", "figure:office-survey#median"}


@pytest.mark.parametrize(
    "text, said",
    [
        (None, "No such file"),
        ("{", "Expecting"),
        ("[]", "schema None"),
        ('{"schema": 9}', "schema 9"),
        ("\udcff", "utf-8"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_an_error_without_the_machines_path(tmp_path, text, said):
    folder = tmp_path / "edition"
    folder.mkdir()
    if text is not None:
        (folder / "manifest.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ToolkitError, match=said) as raised:
        stored_manifest(folder)
    assert str(tmp_path) not in str(raised.value)
    assert raised.value.problems[0].where == "edition/manifest.json"


def test_the_text_is_the_one_that_rfc_8785_allows():
    numbers = [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001, -0.0, 376051000000.0]
    value = {"\u20ac": "Euro", "\r": 1, "\ufb33": 2, "1": "\u000f", "\U0001f600": [None, True, False], "n": numbers}
    assert canonical(value).decode() == (
        '{"\\r":1,"1":"\\u000f","n":[333333333.3333333,1e+30,4.5,0.002,1e-27,0,376051000000],'
        '"\u20ac":"Euro","\U0001f600":[null,true,false],"\ufb33":2}'
    )


@pytest.mark.parametrize("large", [2.0**53, 9007199254741022.0, 1.6e16, 1e20, -(2.0**60), 1e300])
def test_a_whole_number_of_any_size_is_read_back_as_it_was(tmp_path, large):
    edition = write_edition(tmp_path / "edition", found=nodes(heavy=large, multiple=large / 10))
    number, _ = finding_of(edition, "coffee", "coffee.multiple")
    assert (number.low, number.inputs[0].low) == (large / 10, large)
    assert canonical(stored_manifest(edition)) == (edition / "manifest.json").read_bytes()


def test_a_whole_number_that_no_double_holds_is_refused(tmp_path):
    edition = write_edition(tmp_path / "edition", found=nodes(heavy=1e16))
    stored = (edition / "manifest.json").read_text(encoding="utf-8")
    (edition / "manifest.json").write_text(stored.replace("10000000000000000", "1" + "0" * 400), encoding="utf-8")
    with pytest.raises(ToolkitError):
        stored_manifest(edition)


def test_an_input_of_many_findings_stands_once(tmp_path):
    edition = write_edition(tmp_path / "edition", names=("a.b", "a.c", "a.d"))
    stored = json.loads((edition / "manifest.json").read_text())["stories"]["coffee"]
    assert sorted(stored["nodes"]) == ["a", "b", "top"]
    assert [finding["node"] for finding in stored["findings"].values()] == ["top"] * 3


def test_an_input_keeps_its_label_where_a_table_shows_the_same_number_without_one():
    plain = {"a": {**nodes()["a"], "label": ""}}
    shown = {"name": "drunk", "columns": [], "rows": [], "kind": "reported", "sql": None, "nodes": plain}
    run = {"cells": [{"cell_type": "code", "metadata": {}, "source": "", "outputs": [{"data": {mime.TABLE: shown}}]}]}
    entry = story_entry("Coffee", "coffee", record(nodes()), run)
    assert entry["nodes"]["a"]["label"] == "Heavy" and list(entry["tables"]) == ["drunk"]


def test_a_receipt_without_one_of_its_inputs_is_refused(tmp_path):
    edition = write_edition(tmp_path / "edition")
    text = (edition / "manifest.json").read_text()
    (edition / "manifest.json").write_text(text.replace('"inputs":["a","b"]', '"inputs":["a","c"]'))
    with pytest.raises(ToolkitError, match="no node c"):
        stored_manifest(edition)


def outputs(*shown, tags=()):
    cell = {"metadata": {"tags": list(tags)}, "outputs": [{"data": {kind: value}} for kind, value in shown]}
    return {"cells": [cell, {"metadata": {}, "outputs": [{"name": "stdout", "text": "x"}]}]}


def shown(sample):
    """A story's record, and what it shows: a chart and a table."""
    story = open_story("coffee", sample)
    told = story.ask("told")
    words = {"title": "The paper rounds", "subtitle": "Cups", "notes": "Invented.", "alt": "Two dots on one axis, " * 3}
    chart = story.chart(told, "dots", x="told_multiple", y="publisher", **words)
    return story.record(), (mime.CHART, chart.to_json()), (mime.TABLE, {**told.to_json(), "nodes": told.nodes()})


def entry(record, *found, tags=()):
    return story_entry("Coffee", "coffee", record, outputs(*found, tags=tags), {"data/told.csv": b""})


def test_a_number_of_a_finding_keeps_its_label_where_a_chart_shows_an_equal_one_without(sample):
    """The page has it so: a receipt's step and its node in the manifest have one label."""
    story, chart, _ = shown(sample)
    findings = record(nodes())
    other = {
        "top": {**nodes()["top"], "label": "An equal number"},
        "a": {**nodes()["a"], "label": ""},
        "b": nodes()["b"],
    }
    made = entry({**story, **findings}, (mime.CHART, {**chart[1], "nodes": other}))
    assert made["nodes"] == nodes()


def test_charts_and_tables_stand_in_it_by_the_hash_of_what_they_show(sample):
    record, chart, table = shown(sample)
    made = entry(record, chart, table)
    assert made["charts"]["told"] | {"data": "", "specification": ""} == {
        "form": "dots",
        "data": "",
        "specification": "",
        "csv": "coffee/data/told.csv",
        "svg": "coffee/charts/told.svg",
    }
    assert list(made["tables"]) == ["told"]
    assert entry(record, chart, table, tags=("hide",))["charts"] == {}

    def changed(place, key, value):
        one = json.loads(json.dumps(chart[1]))
        part = one
        for step in place:
            part = part[step]
        part[key] = value
        other = entry(record, (mime.CHART, one), table)["charts"]["told"]
        return [key for key in ("data", "specification") if other[key] != made["charts"]["told"][key]]

    cell = ("table", "rows", 0, 2)
    low = chart[1]["table"]["rows"][0][2]["low"]
    assert changed(cell, "low", low * (1 + 1e-12)) == []
    assert changed(cell, "low", low * 1.01) == ["data"]
    assert changed(cell, "node", "0") == []
    assert changed(("encodings",), "x", "publisher") == ["specification"]
    assert changed(("title",), "text", "Another") == ["specification"]


def test_usage_logs_stand_in_it_with_their_fingerprint(sample):
    record, chart, table = shown(sample)
    leaf = {**next(iter(table[1]["nodes"].values())), "ref": "log:synthetic-x-1", "label": "events, 0af3"}
    made = entry(record, chart, (mime.TABLE, {**table[1], "nodes": {"f": leaf}}))
    assert made["usage_logs"] == {"synthetic-x-1": "events, 0af3"} and entry(record, chart, table)["usage_logs"] == {}


def test_every_file_of_an_edition_is_held_to_its_hash(tmp_path):
    edition = write_edition(tmp_path / "edition")
    stored = stored_manifest(edition)
    assert stored["files"]["index.html"]["bytes"] == len((edition / "index.html").read_bytes())
    assert "manifest.json" not in stored["files"] and altered_files(edition, stored) == []
    (edition / "coffee.html").write_text(PAGE.replace("3.5", "3.6"))
    (edition / "index.html").unlink()
    (edition / "more.txt").write_text("x")
    said = [("coffee.html", "changed"), ("index.html", "missing"), ("more.txt", "not in the manifest")]
    assert altered_files(edition, stored) == said
    assert list(files_of(edition)) == ["coffee.html", "more.txt"]


CHANGES = (
    "data/claims/coffee.yml",
    "data/sources/office-survey.yml",
    "data/units.txt",
    "data/scenarios/none.yml",
    "data/declarations/steeping.yml",
    "data/logs/harbour/log.json",
    "data/own.csv",
    "data/series/cups.csv",
    "notebooks/coffee.ipynb",
    "notebooks/sql/told.sql",
    "notebooks/sql/usage_logs/cups.sql",
    "requirements.lock",
    "pyproject.toml",
)


STORIES = {"coffee": {"questions": {'told {"least": 3}': "", "usage_logs/cups of synthetic-none": ""}}}
NAMED = "story.usage_log('none'); story.usage_log('harbour'); story.declaration('steeping'); open('data/own.csv')"


@pytest.mark.parametrize("name", CHANGES)
def test_each_input_has_a_hash_and_a_cause(sample, name):
    (sample.notebooks / "coffee.ipynb").write_text(NAMED)
    before = edition_inputs(sample, STORIES)
    path = sample.root / name
    there = path.exists()
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes((path.read_bytes() if there else b"") + b"\n")
    (found,) = input_differences(before, edition_inputs(sample, STORIES))
    assert (found.name, found.cause) == (name, "data" if name.startswith("data/") else "code")
    assert str(found) == f"{found.cause}: {name}" + ("" if there else " is new")


def test_what_a_declared_file_names_is_an_input_with_it(sample):
    (sample.notebooks / "coffee.ipynb").write_text(NAMED)
    folder = sample.data / "scenarios"
    folder.mkdir()
    extends = {"none": "calm", "calm": "quiet", "quiet": "quiet", "storm": "none", "calm-sea": "none"}
    for name, above in extends.items():
        (folder / f"{name}.yml").write_text(f"id: {name}\nextends: {above}\n")
    found = [name for name in edition_inputs(sample, STORIES)["data"] if "scenarios" in name]
    assert found == [f"data/scenarios/{name}.yml" for name in ("calm", "none", "quiet")]


def test_what_a_build_leaves_behind_is_no_input(sample):
    before = edition_inputs(sample, STORIES)
    sample.build.mkdir(exist_ok=True)
    (sample.build / "made.csv").write_text("x")
    (sample.data / "README.md").write_text("words for people")
    assert input_differences(before, edition_inputs(sample, STORIES)) == []


def test_code_and_fonts_are_told_apart(tmp_path, monkeypatch):
    package = tmp_path / "toolkit"
    shutil.copytree(made_from.PACKAGE / "review", package / "review")
    (package / "fonts").mkdir()
    monkeypatch.setattr(made_from, "PACKAGE", package)
    monkeypatch.setattr(made_from, "FONTS", package / "fonts")
    code, around = package_files(), made_from.environment()
    (package / "fonts" / "a.ttf").write_bytes(b"font")
    assert package_files() == code
    assert {*around.items()} ^ {*made_from.environment().items()} == {
        ("fonts", around["fonts"]),
        ("fonts", made_from.environment()["fonts"]),
    }
    (package / "review" / "diff.py").write_text("")
    changed = package_files()
    assert [name for name in code if changed[name] != code[name]] == ["toolkit/review/diff.py"]


def test_the_environment_is_interpreter_platform_fonts_and_libraries(sample):
    found = edition_inputs(sample, STORIES)["environment"]
    assert found["python"].startswith("CPython 3.") and {"platform", "fonts", "duckdb", "altair"} <= set(found)
    was = InputDifference("environment", "duckdb", "2.0.0", "2.0.1")
    assert str(was) == "environment: duckdb, 2.0.0 then and 2.0.1 now"


def test_nothing_of_the_machine_is_in_it(sample):
    text = json.dumps(edition_inputs(sample, STORIES))
    assert str(sample.root) not in text and str(Path.home()) not in text
    assert len(getpass.getuser()) < 5 or getpass.getuser() not in text


def test_numbers_of_the_text_stand_in_order_by_their_node_or_with_their_value():
    one = {"node": "top", "low": 3.5, "high": 3.5, "unit": "1", "style": {"form": "times", "digits": 2}}
    other = {"node": "beside", "low": 1.0, "high": 2.0, "unit": "cup/week", "style": {}}
    assert stated_numbers({"coffee.html": [one, other]}, nodes()) == {
        "coffee.html": [
            {"node": "top", "style": {"form": "times", "digits": 2}},
            {"low": 1.0, "high": 2.0, "unit": "cup/week"},
        ]
    }
