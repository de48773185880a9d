"""What browsers, search engines and social networks read in a page: description, tags, JSON-LD."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from toolkit.charts.cards import HEIGHT, WIDTH
from toolkit.core.kind import KINDS
from toolkit.core.number import Number
from toolkit.core.unit import locale_of, unit_text
from toolkit.site.edition import EditionContext, FrontChart
from toolkit.site.exhibits import RenderedChart
from toolkit.site.layout import PageLayout

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
DESCRIPTION = 200  # characters
SHARE = "share.png"  # in a story's folder


def robots(site: str) -> str:
    """The address of a site's robots.txt: at the root of its host, whatever folder the site is in (RFC 9309)."""
    parts = urlsplit(site)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


@lru_cache(maxsize=64)  # of every page the same few
def compact(style: str) -> str:
    """A style sheet without comments and superfluous spaces."""
    flat = re.sub(r"\s*\n\s*", "", re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL))
    return re.sub(r"(?<=[{};:,]) | (?={)|;? ?(?=})", "", flat)


def description(words: str) -> str:
    """Words cut, at a space, to the length that search engines show."""
    words = " ".join(words.split())
    return words if len(words) <= DESCRIPTION else words[:DESCRIPTION].rsplit(" ", 1)[0] + "…"


def script_json(value: object) -> Markup:
    """JSON for a script element: <, > and & are escaped, so that nothing in it can end the element.

    Raises ValueError for NaN and infinity.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def addresses(site: str, path: str, picture: str = "", alt: str = "") -> dict[str, Any]:
    """What links and social tags name: the "address" of a page, its "picture", "picture_alt" and "picture_size".

    `path` and `picture` are paths in the edition; of one without an address the picture's is from the page, which some
    services take, and the page has none.
    """
    values: dict[str, Any] = {"address": f"{site}/{path}"} if site else {}
    if picture:
        near = posixpath.relpath(picture, posixpath.dirname(path) or ".")
        values |= {
            "picture": f"{site}/{picture}" if site else near,
            "picture_alt": alt,
            "picture_size": (WIDTH, HEIGHT),
        }
    return values


def shared(slug: str, title: str, chart: RenderedChart | FrontChart | None) -> tuple[str, str]:
    """(path in the edition, alt text) of the picture that a link to a story shows; "" where its page has no chart."""
    return (f"{slug}/{SHARE}", f"{title}. {chart.alt}") if chart else ("", "")


def article(
    layout: PageLayout,
    edition: EditionContext,
    as_of: str | None,
    sources: Iterable[Mapping],
    corrected: Iterable[Mapping],
) -> dict:
    """The page in the terms of schema.org: an Article, a Dataset for each chart, a Claim for each finding.

    Findings are claims of the story's page alone; its annex is a part of it.
    """
    page = f"{edition.site}/{layout.path}" if edition.site else ""
    above = layout.annexed_to
    article_data = {
        "@type": "Article",
        "@id": f"{page}#story",
        "headline": layout.title.words,
        "description": description(layout.dek.words or layout.title.words),
        "inLanguage": layout.language,
        "license": LICENCE,
        "isPartOf": {"@type": "Article", "headline": above.title.words}
        if above
        else {"@type": "WebSite", "name": edition.name},
        "isBasedOn": [_work(source) for source in sources],
    }
    if layout.front_matter.authors:
        article_data["author"] = [{"@type": "Person", "name": name} for name in layout.front_matter.authors]
    if page:
        article_data["url"] = page
    if layout.front_matter.day:
        article_data["datePublished"] = layout.front_matter.day
    if as_of:
        article_data["contentReferenceTime"] = as_of
    notes = [_correction(entry) for entry in corrected]
    if notes:
        article_data["correction"] = notes
    sets = [_data_set(chart, page, edition.site) for chart in layout.charts]
    claims = [
        _claim(name, finding, layout.citations.known[finding["node"]], page)
        for name, finding in ({} if above else layout.story.record["findings"]).items()
    ]
    return {"@context": "https://schema.org", "@graph": [article_data, *sets, *claims]}


def _work(source: Mapping) -> str | dict:
    """The address of a source, which names it to machines; of one without an address its title and publisher."""
    if source["address"]:
        return str(source["address"])
    publisher = {"@type": "Organization", "name": source["publisher"]}
    return {"@type": "CreativeWork", "name": source["title"], "publisher": publisher}


def _correction(entry: Mapping) -> dict:
    text = f"{entry['was']} → {entry['now']}{entry['said']}"
    return {"@type": "CorrectionComment", "datePublished": entry["on"], "text": text}


def _data_set(chart: RenderedChart, page: str, site: str) -> dict:
    file = f"{chart.folder}/data/{chart.id}.csv"
    file = f"{site}/{file}" if site else file
    return {
        "@type": "Dataset",
        "@id": f"{page}#chart-{chart.id}",
        "name": chart.title,
        "description": f"{chart.subtitle} ({chart.kind})",
        "license": LICENCE,
        "distribution": [{"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": file}],
        "isPartOf": {"@id": f"{page}#story"},
    }


def _claim(name: str, finding: Mapping, number: Number, page: str) -> dict:
    label = finding["label"] or name
    value = {"@type": "PropertyValue", "propertyID": name, "minValue": number.low, "maxValue": number.high}
    if unit_text(number.unit) != "1":
        value["unitText"] = unit_text(number.unit)
    return {
        "@type": "Claim",
        "identifier": name,
        "text": f"{label}: {finding['printed']} ({locale_of(number.unit).say(KINDS[finding['kind']])})",
        "about": value,
        "appearance": {"@id": f"{page}#story"},
    }
