"""Tiny editions made by hand: pages and a manifest, without a build."""

from toolkit.review.manifest import files_of, manifest, story_entry

PAGE = """<!doctype html><html><head><title>Coffee</title><style>p{color:red}</style></head><body>
<h1>Staff drink <span>3.5 times</span> the median</h1><p>Nothing is true.</p>
<svg><text x="1">35</text></svg><script>var a = 1</script></body></html>
"""
FRONT = "<!doctype html><html><body><h1>Desk</h1><p>One story</p></body></html>"


def node(low, text, inputs=(), high=None, **more):
    plain = {"low": low, "high": low if high is None else high, "unit": "1", "kind": "computed", "method": "{0} ÷ {1}"}
    return {**plain, "inputs": list(inputs), "label": "", "ref": None, "why": None, "text": text, "short": text, **more}


def nodes(heavy=35.0, multiple=3.5, **more):
    """The receipt of one finding: a quotient of two figures."""
    figure = {"unit": "cup/week", "kind": "reported", "method": "as printed"}
    return {
        "top": node(multiple, f"{multiple:.2g} times", ("a", "b"), **more),
        "a": node(heavy, "35 cups a week", ref="figure:office-survey#heavy", label="Heavy", **figure),
        "b": node(10.0, "10 cups a week", ref="figure:office-survey#median", label="Median", **figure),
    }


def record(found, names=("coffee.multiple",)):
    """What a story hands to the manifest."""
    findings = {name: {**found["top"], "node": "top", "printed": found["top"]["text"], "label": name} for name in names}
    return {"slug": "coffee", "findings": findings, "nodes": found, "charts": [], "asked": {"told": "0" * 64}}


def write_edition(
    folder, found=None, page=PAGE, slugs=("coffee",), names=("coffee.multiple",), front=FRONT, inputs=None
):
    """An edition in `folder`: a page for each slug, the front page and the manifest."""
    folder.mkdir(parents=True)
    stories = {}
    for slug in slugs:
        (folder / f"{slug}.html").write_text(page, encoding="utf-8")
        stories[slug] = story_entry("Coffee", f"{slug}.html", page.encode(), record(found or nodes(), names))
    (folder / "index.html").write_text(front, encoding="utf-8")
    (folder / "manifest.json").write_text(manifest("Invented", stories, inputs, files_of(folder)), encoding="utf-8")
    return folder
