"""The pages of claims: one a topic, filtered without scripts, and one that explains them and lists all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from toolkit.core.wording import written_date
from toolkit.database.open import Database
from toolkit.site import metadata, security_policy
from toolkit.site.claims import MARKS, ListedClaim, claims
from toolkit.site.edition import EditionContext, Page
from toolkit.site.page import templates
from toolkit.site.sourcing import CLAIMS, LEVELS, Sourcing, topic_page
from toolkit.site.story_ending import certainty_rule
from toolkit.site.style import OF_CLAIMS, OF_STORIES, SHARED, TEMPLATES, styled


@dataclass(frozen=True)
class Topic:
    """The claims of one file, and the path of their page."""

    name: str
    path: str
    claims: tuple[ListedClaim, ...]

    @property
    def title(self) -> str:
        """The heading of its page; the name of its file may be a proper name, so it begins the heading."""
        return f"{self.name.capitalize()}: what sources say"

    @property
    def readings(self) -> int:
        """How many readings its claims have."""
        return sum(len(claim.readings) for claim in self.claims)


def render(database: Database, edition: EditionContext, pages: Sequence[Page]) -> dict[str, str]:
    """The HTML of the pages of claims by path: the list of all, and a page for each topic."""
    topics = _topics(claims(database, pages))
    as_of = Sourcing(database).newest(row["id"] for row in database.rows("SELECT id FROM sources")) or ""
    view = {
        "edition": edition,
        "topics": topics,
        "as_of": written_date(as_of, database.units.locale),
        "as_of_iso": as_of,
        "rule": certainty_rule(),
    }
    return {CLAIMS: _list(view, edition)} | {topic.path: _topic(view, topic, edition) for topic in topics}


def _list(view: dict[str, Any], edition: EditionContext) -> str:
    """The page that says how to read the others, and lists all claims."""
    description = (
        f"{edition.name}: what sources say, claim by claim, in their words and figures, and how well it is sourced."
    )
    return _rendered("claims.html.j2", view, edition, CLAIMS, f"The claims of {edition.name}", description, "")


def _topic(view: dict[str, Any], topic: Topic, edition: EditionContext) -> str:
    """The page of one topic."""
    claims = topic.claims
    marks = [(name, label, sum(name in claim.marks for claim in claims)) for name, label in MARKS]
    marks = [mark for mark in marks if mark[2]]
    own = {
        "topic": topic,
        "levels": [(level, sum(claim.level == level for claim in claims)) for level in reversed(LEVELS)],
        "marks": marks,
        "publishers": _publishers(claims),
    }
    description = f"{topic.title}, claim by claim: their words and figures, and how well each is sourced."
    style = filters(claims, [name for name, *_ in marks])
    return _rendered("topic.html.j2", view | own, edition, topic.path, topic.title, description, style)


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


def _topics(claims: Sequence[ListedClaim]) -> list[Topic]:
    by_name: dict[str, list[ListedClaim]] = {}
    for claim in claims:
        by_name.setdefault(claim.topic, []).append(claim)
    return [Topic(name, topic_page(name), tuple(mine)) for name, mine in by_name.items()]


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
