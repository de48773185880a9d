"""A manifest from anybody: what is not shaped as a build shapes it is named before anything of it is used."""

import json

import pytest

from tests.build.editions import write_edition
from toolkit.build.manifest import canonical, numbers_of, stored_manifest
from toolkit.core.errors import ToolkitError


def changed(folder, change):
    """The manifest of a tiny edition, changed."""
    edition = write_edition(folder / "edition")
    stored = json.loads((edition / "manifest.json").read_bytes())
    change(stored)
    (edition / "manifest.json").write_bytes(canonical(stored))
    return edition


def story(stored):
    return stored["stories"]["coffee"]


@pytest.mark.parametrize(
    "change, said",
    [
        (lambda stored: stored.pop("units"), "units: not there"),
        (lambda stored: stored.update(files=[]), "files: not there, or of another kind"),
        (lambda stored: stored.update(stories={"coffee": 3}), "stories.coffee: "),
        (lambda stored: story(stored).pop("findings"), "stories.coffee.findings: "),
        (lambda stored: story(stored)["nodes"]["top"].update(low="3"), r"nodes.top.low: (?s:.*)a number"),
        (lambda stored: story(stored)["nodes"]["top"].update(low=True), r"nodes.top.low: (?s:.*)a number"),
        (lambda stored: story(stored)["nodes"]["top"].update(inputs="a"), r"nodes.top.inputs: (?s:.*)a list"),
        (lambda stored: story(stored)["nodes"]["a"].update(inputs=["top"]), "the node a is among its own inputs"),
        (lambda stored: story(stored)["nodes"].pop("b"), "no node b"),
        (lambda stored: story(stored)["html"].update(path="../../etc/passwd"), "a path that leaves its folder"),
    ],
)
def test_what_no_build_writes_is_named(tmp_path, change, said):
    with pytest.raises(ToolkitError, match=said):
        stored_manifest(changed(tmp_path, change))


@pytest.mark.parametrize("wrong", [{"unit": "parsec"}, {"kind": "certain"}, {"operation": {"name": "guess"}}])
def test_a_receipt_that_cannot_be_read_is_no_traceback(tmp_path, wrong):
    edition = changed(tmp_path, lambda stored: story(stored)["nodes"]["top"].update(wrong))
    with pytest.raises(ToolkitError):
        numbers_of(stored_manifest(edition))


def test_a_language_that_there_is_not_is_named(tmp_path):
    edition = changed(tmp_path, lambda stored: stored.update(language="xx"))
    with pytest.raises(ToolkitError, match="(?s)language.*en, de"):
        numbers_of(stored_manifest(edition))


def test_a_manifest_that_is_no_object_or_nested_without_end_is_named(tmp_path):
    edition = write_edition(tmp_path / "edition")
    for text in ("[]", "{", "[" * 100_000):
        (edition / "manifest.json").write_text(text)
        with pytest.raises(ToolkitError):
            stored_manifest(edition)
