"""What the pages of an edition know of each other, and a rendered page as a build stores it: as JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from markupsafe import Markup

from toolkit.charts import HOUSE, Palette
from toolkit.site.exhibits import RenderedChart
from toolkit.site.page_fonts import PageFonts
from toolkit.site.sentences import FrontParagraph

MORE = 12  # so many other stories a story's page names; the front page has all


@dataclass(frozen=True)
class EditionContext:
    """What every page of an edition needs to know: the project's name, colours, the other pages, the day.

    `site` is the edition's address, "" if it has none; `stories` are (slug, headline) in order. What was due before the
    ISO date `day` is overdue; `language` is the project's.
    """

    name: str
    site: str
    stories: tuple[tuple[str, str], ...]
    palette: Palette = HOUSE
    day: str = ""
    language: str = "en"

    def seen_from(self, slug: str) -> EditionContext:
        """What the page of a story shows of it: of the others the MORE that follow, after the last the first again.

        So a page's size, and how often it is made anew, do not grow with the edition.
        """
        place = [name for name, _ in self.stories].index(slug)
        near = {*[*self.stories[place + 1 :], *self.stories[:place]][:MORE]}
        return replace(self, stories=tuple(story for story in self.stories if story in near))


@dataclass(frozen=True)
class FrontChart:
    """A chart as the front page shows it: its drawings with title and source."""

    number: int
    id: str
    title: str
    alt: str
    source: str
    kind_name: str
    kind: str
    wide: Markup
    narrow: Markup


@dataclass(frozen=True)
class Summary:
    """What the front page says of a story: its finding and sentences, date, and one number with its label and kind.

    `place` is the id of the number in the story's text, where its receipt opens; "" and None are what the story does
    not have.
    """

    finding: str
    sentences: tuple[FrontParagraph, ...]
    kind: str
    as_of: str
    as_of_iso: str
    number: str
    label: str
    place: str
    small_chart: FrontChart | None
    lead_chart: FrontChart | None
    corrections: tuple[dict[str, str], ...]
    published_iso: str = ""


@dataclass(frozen=True)
class Finding:
    """A finding in a story's text: as printed, its label, its address in the edition, the claims that it rests on."""

    text: str
    label: str
    address: str
    claims: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """One HTML file of a story: its page or its annex.

    `style` is CSS that holds for it alone, beside that of all stories and, if it `has_choices`, that of choices.
    `links` are those of its text to the edition itself, each with the cell in which it stands.
    """

    path: str
    title: str
    html: str
    style: str = ""
    charts: int = 0
    has_choices: bool = False
    has_pictures: bool = False
    is_annex: bool = False
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Page:
    """A rendered story: its page, files of its folder by name, summary, ids of the claims that its figures speak to.

    `annex` is the rest of it, on a page of its own, if it has one. `findings` are those that speak to a claim.
    `numbers` has, by path of the page, the numbers in its text in order (`Citations.stated`), `made_of` the digests of
    what some of the files are made of (`KeptFiles`). Laid out, its documents lack what `finishing.py` puts in, of which
    `fonts` are those of `main`.
    """

    slug: str
    title: str
    dek: str
    main: Document
    files: dict[str, bytes]
    summary: Summary
    claims: tuple[str, ...]
    annex: Document | None = None
    findings: tuple[Finding, ...] = ()
    numbers: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    made_of: Mapping[str, str] = field(default_factory=dict)
    fonts: PageFonts = PageFonts()

    @property
    def html(self) -> str:
        """The HTML of its page."""
        return self.main.html

    @property
    def documents(self) -> tuple[Document, ...]:
        """The page, and its annex if it has one."""
        return (self.main, self.annex) if self.annex else (self.main,)


def front_chart(chart: RenderedChart) -> FrontChart:
    """A story's chart for the front page."""
    return FrontChart(
        number=chart.number,
        id=chart.id,
        title=chart.title,
        alt=chart.alt,
        source=chart.source,
        kind_name=chart.kind_name,
        kind=chart.kind,
        wide=chart.wide,
        narrow=chart.narrow,
    )


def page_to_json(page: Page, entry: Mapping[str, Any] | None = None) -> bytes:
    """A page as JSON in UTF-8, its files in base 64, with what the edition's manifest says of the story."""
    files = {name: base64.b64encode(content).decode() for name, content in page.files.items()}
    return json.dumps([asdict(page) | {"files": files}, entry or {}], ensure_ascii=False).encode()


def page_from_json(stored: bytes) -> tuple[Page, dict[str, Any]] | None:
    """Page and entry that `page_to_json` made JSON of; None if another version of the toolkit did."""
    try:
        page, entry = json.loads(stored)
        return _page(page), entry
    except (KeyError, TypeError, ValueError):
        return None


def _page(stored: dict[str, Any]) -> Page:
    summary = stored["summary"]
    summary["sentences"] = tuple(
        FrontParagraph(**{**sentence, "html": Markup(sentence["html"])}) for sentence in summary["sentences"]
    )
    summary["corrections"] = tuple(summary["corrections"])
    for name in ("small_chart", "lead_chart"):
        summary[name] = summary[name] and _chart(summary[name])
    files = {name: base64.b64decode(content) for name, content in stored["files"].items()}
    parsed = {"files": files, "summary": Summary(**summary), "claims": tuple(stored["claims"])}
    parsed["main"] = _document(stored["main"])
    parsed["annex"] = stored["annex"] and _document(stored["annex"])
    parsed["findings"] = tuple(
        Finding(**{**finding, "claims": tuple(finding["claims"])}) for finding in stored["findings"]
    )
    parsed["fonts"] = PageFonts(**stored["fonts"])
    return Page(**stored | parsed)


def _document(stored: Mapping[str, Any]) -> Document:
    return Document(**{**stored, "links": tuple((where, link) for where, link in stored["links"])})


def _chart(stored: Mapping[str, Any]) -> FrontChart:
    return FrontChart(**{**stored, "wide": Markup(stored["wide"]), "narrow": Markup(stored["narrow"])})
