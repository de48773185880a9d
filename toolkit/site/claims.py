"""All claims in words: every source's reading, the sources it relies on, how well sourced, what we found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from toolkit.core import wording
from toolkit.core.locales import Locale
from toolkit.core.unit import parse_unit
from toolkit.core.wording import written_date
from toolkit.database.open import Database
from toolkit.site.edition import Finding, Page
from toolkit.site.how_seen import of_a_reading
from toolkit.site.markdown import curly
from toolkit.site.sourcing import Sourcing, count, listed
from toolkit.site.story_ending import sentence

STANCES = {"affirms": ("affirms", "affirm"), "denies": ("denies", "deny"), "qualifies": ("qualifies", "qualify")}
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
FIELDS = {
    "denominator": "who is counted",
    "qualifier": "condition",
    "baseline": "against what",
    "attribution": "whose it is",
}
STEPS = (("raise", "Raised"), ("lower", "Lowered"), ("cap", "Held at moderate"))
FINDINGS = 2  # so many of ours stand with a claim
MARKS = (
    ("found", "with a finding of ours"),
    ("several", "two origins or more"),
    ("differing", "readings differ"),
    ("retold", "changed in retelling"),
)


@dataclass(frozen=True)
class Use:
    """What stories have of a claim: their findings that rest on it, and (slug, title) of those that use it."""

    findings: list[Finding] = field(default_factory=list)
    stories: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class ListedReading:
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
class ListedClaim:
    """A claim with all that the database has of it, in words.

    `values` say what sources say, in a line. `steps` are the reasons for its `level` as (what they did to it, text),
    `findings` are ours that rest on it, `stories` (slug, title) of those that use it; `marks` are the filters of MARKS
    that show it.
    """

    id: str
    topic: str
    statement: str
    about: str
    values: str
    level: str
    origins: str
    steps: tuple[tuple[str, str], ...]
    readings: tuple[ListedReading, ...]
    note: str
    findings: tuple[Finding, ...]
    stories: tuple[tuple[str, str], ...]
    marks: tuple[str, ...]


def uses_of_claims(pages: Iterable[Page]) -> dict[str, Use]:
    """How stories use each claim that one of them uses, by the claim's id."""
    uses: dict[str, Use] = {}
    for page in pages:
        for name in page.claims:
            uses.setdefault(name, Use()).stories.append((page.slug, page.title))
        for finding in page.findings:
            for name in finding.claims:
                uses.setdefault(name, Use()).findings.append(finding)
    return uses


def claims(database: Database, ids: Sequence[str], uses: Mapping[str, Use]) -> list[ListedClaim]:
    """The claims with these ids, in their order, as stories use them."""
    readings = _readings(database, ids)
    rows = database.rows(
        "SELECT claims.*, certainty.level, certainty.reasons, publishers, n_origins "
        "FROM claims JOIN certainty ON certainty.claim = claims.id LEFT JOIN ("
        " SELECT claim, list(DISTINCT publisher ORDER BY publisher) AS publishers, count(*) AS n_origins"
        " FROM origins JOIN sources ON sources.id = origins.source WHERE claim IN $ids GROUP BY claim"
        ") AS o ON o.claim = claims.id WHERE claims.id IN $ids",
        {"ids": list(ids)},
    )
    listed_claims = (_claim(row, database, readings.get(row["id"], []), uses.get(row["id"], Use())) for row in rows)
    by_id = {claim.id: claim for claim in listed_claims}
    return [by_id[name] for name in ids]


def _claim(
    row: dict,
    database: Database,
    readings: list[tuple[dict, ListedReading]],
    use: Use,
) -> ListedClaim:
    listed_readings = tuple(reading for _, reading in readings)
    start, *reasons = row["reasons"]
    marks = {
        "found": bool(use.findings),
        "several": row["n_origins"] > 1,
        "differing": "readings differ" in reasons,
        "retold": any(word == CHANGED for reading in listed_readings for word, _ in reading.changes),
    }
    about = [curly(row["entity"] or ""), period(row["period"], database.units.locale), _measure(row["unit"], database)]
    return ListedClaim(
        id=row["id"],
        topic=row["topic"],
        statement=curly(row["statement"]),
        about=" · ".join(filter(None, about)),
        values=_values(readings),
        level=row["level"],
        origins=curly(f"{start}: {listed(row['publishers'])}"),
        steps=_steps(reasons),
        readings=listed_readings,
        note=sentence(row["note"]),
        findings=tuple(sorted(use.findings, key=lambda finding: len(finding.claims))[:FINDINGS]),
        stories=tuple(use.stories),
        marks=tuple(name for name, applies in marks.items() if applies),
    )


def _steps(reasons: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The reasons for a level of certainty, as (what they did to the level, the reasons in words)."""
    from toolkit.reported.certainty import CERTAINTY_RULE

    effects = {line.short_reason: line.effect for line in CERTAINTY_RULE}
    steps = [(name, [reason for reason in reasons if effects[reason] == effect]) for effect, name in STEPS]
    return tuple((name, ", ".join(reasons_of_step)) for name, reasons_of_step in steps if reasons_of_step)


def _measure(unit: str | None, database: Database) -> str:
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


def _values(readings: list[tuple[dict, ListedReading]]) -> str:
    """The values of a claim in a line, that of most sources first; without any, whether they affirm or deny it."""
    printing: dict[str, set[str]] = {}  # the sources that print each value
    for row, reading in readings:
        if row["low"] is not None:
            printing.setdefault(reading.value, set()).add(row["source"])
    values = sorted(printing, key=lambda value: -len(printing[value]))
    if not values:
        sources = {stance: [row["source"] for row, _ in readings if row["stance"] == stance] for stance in STANCES}
        return "; ".join(_stance(stance, len(set(names))) for stance, names in sources.items() if names)
    return "; ".join(values) if len(values) <= VALUES else f"{values[0]}; {len(values) - 1} other values"


def _stance(stance: str, sources: int) -> str:
    """How many sources take a stance, in words: "three sources affirm it", "one source denies it"."""
    singular, plural = STANCES[stance]
    return f"{count(sources, f'source {singular}', f'sources {plural}')} it"


def _readings(database: Database, ids: Sequence[str]) -> dict[str, list[tuple[dict, ListedReading]]]:
    """The readings of claims, oldest first, by the claim's id: each as a row of the database, and in words."""
    sourcing, of_claims = Sourcing(database), {"ids": list(ids)}
    rows = database.rows(
        "SELECT figures.*, sources.publisher, sources.published, sources.is_primary, sources.address, "
        "claims.period AS claimed_period FROM figures JOIN sources ON sources.id = figures.source "
        "JOIN claims ON claims.id = figures.claim WHERE figures.claim IN $ids "
        "ORDER BY coalesce(sources.published, '9999'), figures.key",
        of_claims,
    )
    relied = database.rows(
        "SELECT key, list(DISTINCT publisher ORDER BY publisher) AS publishers FROM figure_links "
        "JOIN sources ON sources.id = relies_on WHERE key IN (SELECT key FROM figures WHERE claim IN $ids) "
        "GROUP BY key",
        of_claims,
    )
    below = {row["key"]: row["publishers"] for row in relied}
    changed = _changes(database, of_claims)
    by_claim: dict[str, list[tuple[dict, ListedReading]]] = {}
    for row in rows:
        reading = _reading(row, sourcing, below.get(row["key"], []), changed.get(row["key"], []))
        by_claim.setdefault(row["claim"], []).append((row, reading))
    return by_claim


def _reading(row: dict, sourcing: Sourcing, relies_on: list[str], changes: list[tuple[str, str]]) -> ListedReading:
    value, stance = sourcing.wording(row), STANCES.get(row["stance"] or "")
    words = f"{stance[0].capitalize()} it: {curly(value)}" if stance else value
    details = [(label, curly(str(row[name]))) for name, label in DETAILS if row[name]]
    if row["period"] != row["claimed_period"] and row["period"]:
        details.insert(0, ("Period", period(row["period"], sourcing.database.units.locale)))
    if printed := sourcing.as_printed(row):
        details.insert(0, ("Printed as", printed))
    return ListedReading(
        source=row["source"],
        value=words,
        publisher=curly(row["publisher"]),
        address=row["address"] if _linked(row["address"]) else "",
        date=sourcing.date(row["published"]),
        how=of_a_reading(row),
        details=tuple(details),
        relies_on=listed(curly(name) for name in relies_on),
        changes=tuple(changes),
        note=sentence(row["note"]),
    )


def _changes(database: Database, of_claims: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """By key of a reading: (CHANGED or ROUNDED, a line of words) for each change to the reading that it relies on."""
    by_figure: dict[str, list[tuple[str, str]]] = {}
    for row in database.rows(
        "SELECT mutations.*, publisher FROM mutations JOIN figures ON figures.key = 'figure:' || mutations.source "
        "JOIN sources ON sources.id = figures.source WHERE mutations.claim IN $ids ORDER BY mutations.rowid",
        of_claims,
    ):
        field = FIELDS.get(row["field"], row["field"])  # in the words that readings have for it
        line = f"{field}, from {curly(row['publisher'])}: {curly(row['stated'])} → {curly(row['told'])}"
        by_figure.setdefault(f"figure:{row['told_by']}", []).append((ROUNDED if row["holds"] else CHANGED, line))
    return by_figure


def _linked(address: str | None) -> bool:
    return re.match(r"https?://", address or "") is not None
