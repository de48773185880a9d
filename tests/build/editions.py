"""Tiny editions made by hand: pages and a manifest, without a build."""

from toolkit.build.manifest import (
    canonical,
    document_entries,
    files_of,
    manifest,
    numbers_of,
    stored_manifest,
    story_entry,
)
from toolkit.core.number import nodes_from_json
from toolkit.core.unit import registry_of_text

PAGE = """<!doctype html><html><head><title>Coffee</title><style>p{color:red}</style></head><body>
<h1>Staff drink <span>3.5 times</span> the median</h1><p>Nothing is true.</p>
<svg><text x="1">35</text></svg><script>var a = 1</script></body></html>
"""
FRONT = "<!doctype html><html><body><h1>Desk</h1><p>One story</p></body></html>"


UNITS = "week = [time] = _ = weeks\ncup = [cup] = _ = cups\nUSD = [currency] = _ = dollars\n"


def node(low, inputs=(), high=None, **more):
    plain = {"low": low, "high": low if high is None else high, "unit": "1", "kind": "computed"}
    return {**plain, "operation": {"name": "ratio"}, "inputs": list(inputs), **more}


def nodes(heavy=35.0, multiple=3.5, **more):
    """The receipt of one finding: a quotient of two figures."""
    figure = {"unit": "cup/week", "kind": "reported", "operation": {"name": "printed"}}
    return {
        "top": node(multiple, ("a", "b"), style={"form": "times"}, **more),
        "a": node(heavy, ref="figure:office-survey#heavy", label="Heavy", **figure),
        "b": node(10.0, ref="figure:office-survey#median", label="Median", **figure),
    }


def record(found, names=("coffee.multiple",)):
    """What a story hands to the manifest."""
    printed = str(nodes_from_json(found, registry_of_text(UNITS, "invented"))["top"])
    findings = {name: {"node": "top", "printed": printed, "kind": "computed", "label": name} for name in names}
    return {"slug": "coffee", "findings": findings, "nodes": found, "charts": [], "asked": {"told": "0" * 64}}


def write_edition(
    folder,
    found=None,
    page=PAGE,
    slugs=("coffee",),
    names=("coffee.multiple",),
    front=FRONT,
    inputs=None,
    units=UNITS,
):
    """An edition in `folder`: a page for each slug, the front page and the manifest."""
    folder.mkdir(parents=True)
    stories = {}
    for slug in slugs:
        (folder / f"{slug}.html").write_text(page, encoding="utf-8")
        entry = story_entry("Coffee", slug, record(found or nodes(), names)) | document_entries({f"{slug}.html": page})
        stories[slug] = canonical(entry).decode()
    (folder / "index.html").write_text(front, encoding="utf-8")
    (folder / "manifest.json").write_text(
        manifest("Invented", stories, units, inputs, files_of(folder)), encoding="utf-8"
    )
    return folder


def finding_of(folder, slug, name):
    """A finding of an edition as a number, and what the edition says that it prints."""
    stored = stored_manifest(folder)
    found = stored["stories"][slug]["findings"][name]
    return numbers_of(stored)[slug][found["node"]], found
