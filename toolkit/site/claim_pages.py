"""The pages of claims: of a topic one or, where it has many, several, filtered without scripts, and a list of all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from markupsafe import Markup

from toolkit.core.text import newest
from toolkit.core.wording import written_date
from toolkit.database.open import Database
from toolkit.database.reported_rows import CLAIMS_BY_PAGE
from toolkit.site import metadata, security_policy
from toolkit.site.claims import MARKS, ListedClaim, Use, claims, uses_of_claims
from toolkit.site.edition import EditionContext, Page
from toolkit.site.kept_files import KeptFiles
from toolkit.site.markdown import curly
from toolkit.site.page import templates
from toolkit.site.sourcing import CLAIMS, LEVELS, topic_page
from toolkit.site.story_ending import certainty_rule
from toolkit.site.style import OF_CLAIMS, OF_STORIES, SHARED, TEMPLATES, styled


@dataclass(frozen=True)
class TopicPage:
    """A page of a topic: its path, the ids and the statements of its claims; `first` is the place of the first."""

    path: str
    first: int
    claims: tuple[tuple[str, str], ...]

    @property
    def last(self) -> int:
        """The place of its last claim in the topic, counted from 1 as that of the first is."""
        return self.first + len(self.claims) - 1

    @property
    def numbers(self) -> str:
        """The places of its claims in words: "501 to 1,000"."""
        return f"{self.first:,} to {self.last:,}" if len(self.claims) > 1 else f"{self.first:,}"


@dataclass(frozen=True)
class Topic:
    """The claims of one file: its pages, and how many readings they have."""

    name: str
    pages: tuple[TopicPage, ...]
    readings: int

    @property
    def path(self) -> str:
        """The path of its first page."""
        return self.pages[0].path

    @property
    def is_divided(self) -> bool:
        """Whether it has so many claims that they stand on several pages."""
        return len(self.pages) > 1

    @property
    def count(self) -> int:
        """How many claims it has."""
        return self.pages[-1].last

    @property
    def title(self) -> str:
        """The heading of its pages; the name of its file may be a proper name, so it begins the heading."""
        return f"{self.name.capitalize()}: what sources say"


def render(
    database: Database, edition: EditionContext, pages: Sequence[Page], files: KeptFiles | None = None
) -> dict[str, str]:
    """The HTML of the pages of claims by path: the list of all, and the pages of each topic.

    `files` has those of the last edition.
    """
    files = files or KeptFiles()
    topics, uses = _topics(database), uses_of_claims(pages)
    sql = "SELECT DISTINCT published FROM sources WHERE id NOT IN $ids ORDER BY published"
    dated = database.rows(sql, {"ids": [*database.declared.invented_sources]})
    as_of = newest(row["published"] for row in dated) or ""
    view = {
        "edition": edition,
        "topics": topics,
        "as_of": written_date(as_of, database.units.locale),
        "as_of_iso": as_of,
        "rule": certainty_rule(),
    }
    # all else that the pages show is in the database, whose name is a digest of what it was made from
    made_of = database.path.name, replace(edition, stories=()), as_of
    htmls = {CLAIMS: files.file(CLAIMS, made_of, lambda: _list(view, edition).encode()).decode()}
    for topic in topics:
        for page in topic.pages:
            use = {name: uses[name] for name, _ in page.claims if name in uses}
            make = partial(_topic, view, topic, page, edition, database, use)
            htmls[page.path] = files.file(page.path, (*made_of, use), make).decode()
    return htmls


def _list(view: dict[str, Any], edition: EditionContext) -> str:
    """The page that says how to read the others, and lists all claims."""
    description = (
        f"{edition.name}: what sources say, claim by claim, in their words and figures, and how well it is sourced."
    )
    return _rendered("claims.html.j2", view, edition, CLAIMS, f"The claims of {edition.name}", description, "")


def _topic(
    view: dict[str, Any],
    topic: Topic,
    page: TopicPage,
    edition: EditionContext,
    database: Database,
    uses: Mapping[str, Use],
) -> bytes:
    """A page of one topic, as stories use its claims."""
    listed = claims(database, [name for name, _ in page.claims], uses)
    marks = [(name, label, sum(name in claim.marks for claim in listed)) for name, label in MARKS]
    marks = [mark for mark in marks if mark[2]]
    part = f", claims {page.numbers}" if topic.is_divided else ""
    own = {
        "topic": topic,
        "part": page,
        "following": next((other for other in topic.pages if other.first > page.last), None),
        "title": topic.title + part,
        "claims": listed,
        "readings": sum(len(claim.readings) for claim in listed),
        "levels": [(level, sum(claim.level == level for claim in listed)) for level in reversed(LEVELS)],
        "marks": marks,
        "publishers": _publishers(listed),
    }
    description = f"{topic.title}{part}, claim by claim: their words and figures, and how well each is sourced."
    style = filters(listed, [name for name, *_ in marks])
    return _rendered("topic.html.j2", view | own, edition, page.path, topic.title + part, description, style).encode()


def _rendered(
    template: str, view: dict[str, Any], edition: EditionContext, path: str, name: str, description: str, style: str
) -> str:
    script = _script()
    view = {
        **view,
        "script": Markup(script),
        "stylesheets": (SHARED, OF_STORIES, OF_CLAIMS),
        "description": metadata.description(description),
        **metadata.addresses(edition.site, path),
    }
    view["json"] = metadata.script_json(_catalogue(view, edition, name))
    policy = f"{security_policy.policy(style, edition.site, shared=True)}; script-src {script_source()}"
    return styled(template, templates(), view, style, policy)


def _script() -> str:
    return (TEMPLATES / "report" / "claims.js").read_text(encoding="utf-8")


def script_source() -> str:
    """What the policy of a page of claims names its one inline script by: its hash."""
    return security_policy.hash_of(_script())


def filters(claims: Sequence[ListedClaim], marks: Sequence[str]) -> str:
    """CSS that hides claims that the reader's choice of level and mark does not show.

    Where a choice shows nothing, the page says so.
    """
    lines = []
    for level in ("", *LEVELS):
        for mark in ("", *marks):
            choice = [name for name in (level, mark) if name]
            if choice and not any(passes_filters(claim, choice) for claim in claims):
                at = "".join(f":has(#only-{name}:checked)" for name in choice)
                lines.append(f".filters{at}~.topic>.none{{display:block}}")
    for name in (*LEVELS, *marks):
        lines.append(f".filters:has(#only-{name}:checked)~.topic .claim:not(.{name}){{display:none}}")
    return "".join(lines)


def passes_filters(claim: ListedClaim, choice: Iterable[str]) -> bool:
    """True if a choice of a level, a mark or both shows the claim."""
    return set(choice) <= {claim.level, *claim.marks}


def _topics(database: Database) -> list[Topic]:
    """All topics by name, with their claims in the order of the file."""
    rows = database.rows(
        f"SELECT listed.*, coalesce(readings, 0) AS readings FROM ({CLAIMS_BY_PAGE}) AS listed LEFT JOIN ("
        " SELECT claim, count(*) AS readings FROM figures GROUP BY claim"
        ") AS figures ON figures.claim = listed.id ORDER BY topic, place"
    )
    return [_of_rows(name, list(of_topic)) for name, of_topic in groupby(rows, itemgetter("topic"))]


def _of_rows(name: str, rows: Sequence[Mapping[str, Any]]) -> Topic:
    """A topic of the rows of its claims."""
    pages: list[TopicPage] = []
    for number, of_page in groupby(rows, itemgetter("page")):
        listed = tuple((row["id"], curly(row["statement"])) for row in of_page)
        pages.append(TopicPage(topic_page(name, number), pages[-1].last + 1 if pages else 1, listed))
    return Topic(name, tuple(pages), sum(row["readings"] for row in rows))


def _publishers(claims: Iterable[ListedClaim]) -> list[tuple[str, list[ListedClaim]]]:
    """(publisher, the claims that it has a reading of), in alphabetical order."""
    by_name: dict[str, dict[str, ListedClaim]] = {}
    for claim in claims:
        for reading in claim.readings:
            by_name.setdefault(reading.publisher, {})[claim.id] = claim
    return [(name, list(mine.values())) for name, mine in sorted(by_name.items(), key=lambda pair: pair[0].casefold())]


def _catalogue(view: dict[str, Any], edition: EditionContext, name: str) -> dict[str, Any]:
    """The page in the terms of schema.org: one Dataset."""
    catalogue = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": name,
        "description": view["description"],
        "inLanguage": "en",
        "license": metadata.LICENCE,
        "isPartOf": {"@type": "WebSite", "name": edition.name},
        "variableMeasured": [topic.name for topic in view["topics"]],
    }
    return {**catalogue, "url": view["address"]} if "address" in view else catalogue
