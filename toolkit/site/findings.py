"""The findings of a story that speak to a claim, where they stand in its text."""

from __future__ import annotations

from toolkit.site.citations import label_of
from toolkit.site.edition import Finding
from toolkit.site.layout import PageLayout

MOST = 4  # a finding that rests on more claims speaks to none of them alone


def findings_of_few_claims(layout: PageLayout) -> tuple[Finding, ...]:
    """The named findings in a page's text that rest on figures of few claims, in the order of the notebook."""
    citations, findings = layout.citations, []
    places = {reference.number.digest: reference for reference in reversed(citations.references)}
    for finding in layout.story.record["findings"].values():
        reference = places.get(finding["node"])
        if reference is None:
            continue
        readings = (citations.sourcing.reading(leaf.ref or "") for leaf in reference.number.leaves())
        claims = tuple(dict.fromkeys(reading["claim"] for reading in readings if reading.get("claim")))
        if 0 < len(claims) <= MOST:
            label = label_of(citations.labelled(reference.number))
            findings.append(Finding(reference.text, label, f"{layout.path}#n-{reference.position}", claims))
    return tuple(findings)
