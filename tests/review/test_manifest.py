"""The manifest: findings with their whole receipts, the same text from the same findings."""

import hashlib
import json

import pytest

from tests.review.editions import PAGE, nodes, record, write_edition
from toolkit.errors import ToolkitError
from toolkit.project import find_project
from toolkit.review.manifest import manifest, read_manifest, story_entry, tree
from toolkit.story import Story, open_story


def test_an_entry_carries_value_unit_kind_wording_and_inputs_down_to_the_figures(tmp_path):
    stories = read_manifest(write_edition(tmp_path / "edition"))["stories"]
    finding = stories["coffee"]["findings"]["coffee.multiple"]
    assert {key: finding[key] for key in ("low", "high", "unit", "kind", "printed")} == {
        "low": 3.5, "high": 3.5, "unit": "1", "kind": "computed", "printed": "3.5 times",
    }  # fmt: skip
    assert [part["ref"] for part in finding["inputs"]] == ["figure:office-survey#heavy", "figure:office-survey#median"]
    assert all(part["inputs"] == [] for part in finding["inputs"])
    html = stories["coffee"]["html"]
    assert html == {"path": "coffee.html", "sha256": hashlib.sha256(PAGE.encode()).hexdigest(), "bytes": len(PAGE)}
    assert stories["coffee"]["title"] == "Coffee"


def test_a_receipt_that_uses_an_input_twice_shows_it_twice():
    found = nodes()
    found["top"]["inputs"] = ["a", "a"]
    assert [part["low"] for part in tree("top", found)["inputs"]] == [35.0, 35.0]


def test_the_order_in_which_findings_were_named_does_not_show():
    one = story_entry("Coffee", "coffee.html", b"", record(nodes(), ("b.x", "a.y")))
    two = story_entry("Coffee", "coffee.html", b"", record(nodes(), ("a.y", "b.x")))
    assert manifest("Desk", {"b": one, "a": one}) == manifest("Desk", {"a": two, "b": two})
    assert json.loads(manifest("Desk", {"a": one}))["schema"] == 2


def test_values_that_no_json_has_are_refused():
    with pytest.raises(ValueError):
        manifest("Desk", {"a": story_entry("Coffee", "c.html", b"", record(nodes(multiple=float("nan"))))})


def test_a_real_story_fills_it(sample, tmp_path):
    story: Story = open_story("coffee", find_project())
    survey = story["office-survey"]
    story.finding("coffee.multiple", survey["heavy"] / survey["median"], "Heavy over median")
    entry = story_entry("Coffee", "coffee.html", b"", story.record())
    (tmp_path / "manifest.json").write_text(manifest("Desk", {"coffee": entry}), encoding="utf-8")
    finding = read_manifest(tmp_path)["stories"]["coffee"]["findings"]["coffee.multiple"]
    assert (finding["low"], finding["printed"], finding["label"]) == (3.5, "3.5 times", "Heavy over median")
    assert {part["ref"] for part in finding["inputs"]} == {"figure:office-survey#heavy", "figure:office-survey#median"}


@pytest.mark.parametrize("text, said", [
    (None, "No such file"), ("{", "Expecting"), ("[]", "schema None"), ('{"schema": 9}', "schema 9"),
    ("\udcff", "utf-8"),
])  # fmt: skip
def test_a_manifest_that_cannot_be_read_is_an_error_without_the_machines_path(tmp_path, text, said):
    folder = tmp_path / "edition"
    folder.mkdir()
    if text is not None:
        (folder / "manifest.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ToolkitError, match=said) as raised:
        read_manifest(folder)
    assert str(tmp_path) not in str(raised.value)
    assert raised.value.problems[0].where == "edition/manifest.json"
