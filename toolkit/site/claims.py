"""The page of all claims: every source's reading, the sources it relies on, how sure; filtered without scripts."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from toolkit.core import wording
from toolkit.core.language import Locale
from toolkit.core.text import newest
from toolkit.core.unit import parse_unit
from toolkit.core.wording import written_date
from toolkit.database.open import Database
from toolkit.site import metadata
from toolkit.site.appendix import SEEN, certainty_rule, sentence
from toolkit.site.edition import EditionContext, Page
from toolkit.site.markdown import curly
from toolkit.site.page import load
from toolkit.site.sourcing import CLAIMS, LEVELS, Sourcing, listed
from toolkit.site.style import TEMPLATES, styled, stylesheet

STANCES = {"affirms": "affirmed", "denies": "denied", "qualifies": "qualified"}
DETAILS = (
    ("baseline", "Against"),
    ("population", "Counted"),
    ("qualifier", "Qualified"),
    ("attributed_to", "Said by"),
    ("place", "Place"),
    ("basis", "Basis"),
)
VALUES = 2  # so many values of a claim stand beside its statement; of more, the first
CHANGED, ROUNDED = "Changed", "Rounded"  # what a retelling did to a number; a rounded one is still true
STEPS = (("raise", "Raised"), ("lower", "Lowered"), ("cap", "Held at moderate"))
MARKS = (
    ("used", "used in a story"),
    ("several", "two origins or more"),
    ("differing", "readings differ"),
    ("retold", "changed in retelling"),
)


@dataclass(frozen=True)
class Reading:
    """What one source says of a claim, in words; `details` and `changes` are (label, text)."""

    source: str
    value: str
    publisher: str
    address: str
    date: str
    how: str
    details: tuple[tuple[str, str], ...]
    relies_on: str
    changes: tuple[tuple[str, str], ...]
    note: str


@dataclass(frozen=True)
class Claim:
    """A claim with all that the database has of it, in words.

    `steps` are the reasons for its `level` as (what they did to it, text), `stories` (slug, title) of those that use
    it; `marks` are the filters of MARKS that show it.
    """

    id: str
    topic: str
    statement: str
    about: str
    values: str
    level: str
    origins: str
    steps: tuple[tuple[str, str], ...]
    readings: tuple[Reading, ...]
    note: str
    stories: tuple[tuple[str, str], ...]
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Topic:
    """The claims of one file; `classes` are CSS classes, one for each choice of filters that shows some of them."""

    name: str
    classes: str
    claims: tuple[Claim, ...]


def render(database: Database, edition: EditionContext, pages: Sequence[Page]) -> str:
    """The HTML of claims.html: every claim by topic, then an index by publisher."""
    found = claims(database, pages)
    marks = [(name, label, sum(name in claim.marks for claim in found)) for name, label in MARKS]
    marks = [mark for mark in marks if mark[2]]
    levels = [(level, sum(claim.level == level for claim in found)) for level in reversed(LEVELS)]
    own = metadata.compact(rules()) + filters(found, [name for name, *_ in marks])
    script = (TEMPLATES / "report" / "claims.js").read_text(encoding="utf-8")
    as_of = newest(row["published"] for row in database.rows("SELECT published FROM sources")) or ""
    view = {
        "edition": edition,
        "script": Markup(script),
        "claims": found,
        "topics": _topics(found),
        "publishers": _publishers(found),
        "levels": levels,
        "marks": marks,
        "readings": sum(len(claim.readings) for claim in found),
        "as_of": written_date(as_of, database.units.locale),
        "as_of_iso": as_of,
        "rule": certainty_rule(),
        **metadata.addresses(edition.site, CLAIMS, "", None),
    }
    view["description"] = metadata.description(
        f"Every claim on the desk of {edition.name}: each source’s reading, the sources it rests on, its certainty."
    )
    view["json"] = metadata.script_json(_catalogue(view, edition))
    return styled(
        "claims.html.j2",
        load().environment,
        view,
        lambda rarer: stylesheet("report.css", edition.palette, rarer) + own,
        lambda style: policy(style, script, edition.site),
    )


def policy(style: str, script: str, site: str) -> str:
    """The content security policy of a page with this style and this one inline script, which fetches nothing."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"{metadata.policy(style, site)}; script-src 'sha256-{digest}'"


def rules() -> str:
    """The style of this page alone."""
    return (TEMPLATES / "report" / "claims.css").read_text(encoding="utf-8")


def filters(found: Sequence[Claim], marks: Sequence[str]) -> str:
    """CSS that hides claims, and topics, that the reader's choice of level and mark does not show.

    Where a choice shows nothing, the page says so. Topics and claims have the choices that show them as classes, so
    that no rule has to look at what is inside.
    """
    lines = []
    for level in ("", *LEVELS):
        for mark in ("", *marks):
            if choice := [name for name in (level, mark) if name]:
                at = ".filters" + "".join(f":has(#only-{name}:checked)" for name in choice) + "~.topics>"
                lines.append(f"{at}.topic:not(.{'-'.join(choice)}){{display:none}}")
                if not any(shown(claim, choice) for claim in found):
                    lines.append(f"{at}.none{{display:block}}")
    for name in (*LEVELS, *marks):
        lines.append(f".filters:has(#only-{name}:checked)~.topics .claim:not(.{name}){{display:none}}")
    return "".join(lines)


def shown(claim: Claim, choice: Iterable[str]) -> bool:
    """True if a choice of a level, a mark or both shows the claim."""
    return set(choice) <= {claim.level, *claim.marks}


def claims(database: Database, pages: Sequence[Page]) -> list[Claim]:
    """All claims by topic, within it in the order of the file; `pages` say which stories use them."""
    sourcing = Sourcing(database)
    readings = _readings(database, sourcing)
    used: dict[str, list[tuple[str, str]]] = {}
    for page in pages:
        for name in page.claims:
            used.setdefault(name, []).append((page.slug, page.title))
    rows = database.rows(
        "SELECT claims.*, certainty.level, certainty.reasons, publishers, n_origins "
        "FROM claims JOIN certainty ON certainty.claim = claims.id LEFT JOIN ("
        " SELECT claim, list(DISTINCT publisher ORDER BY publisher) AS publishers, count(*) AS n_origins"
        " FROM origins JOIN sources ON sources.id = origins.source GROUP BY claim"
        ") AS o ON o.claim = claims.id ORDER BY topic, claims.rowid"
    )
    return [_claim(row, database, readings.get(row["id"], []), tuple(used.get(row["id"], ()))) for row in rows]


def _claim(
    row: dict, database: Database, readings: list[tuple[dict, Reading]], stories: tuple[tuple[str, str], ...]
) -> Claim:
    said = tuple(reading for _, reading in readings)
    start, *reasons = row["reasons"]
    marks = {
        "used": bool(stories),
        "several": row["n_origins"] > 1,
        "differing": "readings differ" in reasons,
        "retold": any(word == CHANGED for reading in said for word, _ in reading.changes),
    }
    about = [curly(row["entity"] or ""), period(row["period"], database.units.locale), measure(row["unit"], database)]
    return Claim(
        id=row["id"],
        topic=row["topic"],
        statement=curly(row["statement"]),
        about=" · ".join(filter(None, about)),
        values=_values(readings),
        level=row["level"],
        origins=f"{start}: {listed(row['publishers'])}",
        steps=steps(reasons),
        readings=said,
        note=sentence(row["note"]),
        stories=stories,
        marks=tuple(name for name, holds in marks.items() if holds),
    )


def steps(reasons: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The reasons for a level of certainty, as (what they did to the level, the reasons in words)."""
    from toolkit.reported.lineage import CERTAINTY_RULE

    effects = {line.short_reason: line.effect for line in CERTAINTY_RULE}
    said = [(name, [reason for reason in reasons if effects[reason] == effect]) for effect, name in STEPS]
    return tuple((name, ", ".join(found)) for name, found in said if found)


def measure(unit: str | None, database: Database) -> str:
    """A claim's unit in words: "tokens a month", "US dollars per merged request"; nothing for a plain number."""
    if unit in (None, "1", "percent"):
        return "per cent" if unit == "percent" else ""
    parsed = parse_unit(unit, database.units)
    words, money = wording.unit_words(parsed), wording.currency(parsed)
    return f"{database.units.locale.say(money.words)}{words}" if money else words.strip()


def period(text: str | None, locale: Locale) -> str:
    """A period in words: "Q1 2026", "March 2026 to May 2026"."""
    ends = [written_date(end, locale) for end in text.split("/")] if text else [""]
    return ends[0] if len(ends) == 1 else locale.range.format(low=ends[0], high=ends[1])


def _values(readings: list[tuple[dict, Reading]]) -> str:
    """The values of a claim in a line; of a claim without any, whether sources affirmed, denied or qualified it."""
    said = list(dict.fromkeys(reading.value for row, reading in readings if row["low"] is not None))
    if not said:
        return listed(dict.fromkeys(STANCES[row["stance"]] for row, _ in readings))
    return "; ".join(said) if len(said) <= VALUES else f"{said[0]}; {len(said) - 1} other values"


def _readings(database: Database, sourcing: Sourcing) -> dict[str, list[tuple[dict, Reading]]]:
    rows = database.rows(
        "SELECT figures.*, sources.publisher, sources.published, sources.is_primary, sources.address, "
        "claims.period AS claimed_period FROM figures JOIN sources ON sources.id = figures.source "
        "JOIN claims ON claims.id = figures.claim ORDER BY coalesce(sources.published, '9999'), figures.key"
    )
    relied = database.rows(
        "SELECT key, list(DISTINCT publisher ORDER BY publisher) AS publishers FROM figure_links "
        "JOIN sources ON sources.id = relies_on GROUP BY key"
    )
    below = {row["key"]: row["publishers"] for row in relied}
    changed = _changes(database)
    found: dict[str, list[tuple[dict, Reading]]] = {}
    for row in rows:
        made = _reading(row, sourcing, below.get(row["key"], []), changed.get(row["key"], []))
        found.setdefault(row["claim"], []).append((row, made))
    return found


def _reading(row: dict, sourcing: Sourcing, relies_on: list[str], changes: list[tuple[str, str]]) -> Reading:
    value, stance = sourcing.wording(row), STANCES.get(row["stance"] or "")
    said = f"{stance.capitalize()}: {curly(value)}" if stance else value
    details = [(label, curly(str(row[name]))) for name, label in DETAILS if row[name]]
    if row["period"] != row["claimed_period"] and row["period"]:
        details.insert(0, ("Period", period(row["period"], sourcing.database.units.locale)))
    return Reading(
        source=row["source"],
        value=said,
        publisher=curly(row["publisher"]),
        address=row["address"] if _linked(row["address"]) else "",
        date=sourcing.date(row["published"]),
        how=("primary, " if row["is_primary"] else "") + SEEN[row["seen"]],
        details=tuple(details),
        relies_on=listed(curly(name) for name in relies_on),
        changes=tuple(changes),
        note=sentence(row["note"]),
    )


def _changes(database: Database) -> dict[str, list[tuple[str, str]]]:
    """By key of a reading: (CHANGED or ROUNDED, a line of words) for each change to the reading that it relies on."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in database.rows(
        "SELECT mutations.*, publisher FROM mutations JOIN figures ON figures.key = 'figure:' || mutations.source "
        "JOIN sources ON sources.id = figures.source ORDER BY mutations.rowid"
    ):
        line = f"{row['field']}, from {curly(row['publisher'])}: {curly(row['stated'])} → {curly(row['told'])}"
        found.setdefault(f"figure:{row['told_by']}", []).append((ROUNDED if row["holds"] else CHANGED, line))
    return found


def _linked(address: str | None) -> bool:
    return re.match(r"https?://", address or "") is not None


def _topics(found: Sequence[Claim]) -> list[Topic]:
    by_name: dict[str, list[Claim]] = {}
    for claim in found:
        by_name.setdefault(claim.topic, []).append(claim)
    made = []
    for name, mine in by_name.items():
        classes: dict[str, None] = {}
        for claim in mine:
            pairs = [f"{claim.level}-{mark}" for mark in claim.marks]
            classes |= dict.fromkeys((claim.level, *claim.marks, *pairs))
        made.append(Topic(name, " ".join(sorted(classes)), tuple(mine)))
    return made


def _publishers(found: Iterable[Claim]) -> list[tuple[str, list[Claim]]]:
    """(publisher, the claims that it has a reading of), in alphabetical order."""
    by_name: dict[str, dict[str, Claim]] = {}
    for claim in found:
        for reading in claim.readings:
            by_name.setdefault(reading.publisher, {})[claim.id] = claim
    return [(name, list(mine.values())) for name, mine in sorted(by_name.items(), key=lambda pair: pair[0].casefold())]


def _catalogue(view: dict, edition: EditionContext) -> dict:
    """The page in the terms of schema.org: one Dataset."""
    made = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": f"The claims of {edition.name}",
        "description": view["description"],
        "inLanguage": "en",
        "license": metadata.LICENCE,
        "isPartOf": {"@type": "WebSite", "name": edition.name},
        "variableMeasured": [topic.name for topic in view["topics"]],
    }
    return {**made, "url": view["address"]} if "address" in view else made
