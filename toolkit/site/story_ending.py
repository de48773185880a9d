"""The end of a story's page: sources, certainty, corrections, how to cite the story."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from markupsafe import Markup

from toolkit.core.errors import Problem, StoryError
from toolkit.core.number import Number
from toolkit.core.wording import written_date
from toolkit.database.open import Database
from toolkit.site.choices import Choices
from toolkit.site.citations import Citations
from toolkit.site.how_seen import HOW_SEEN
from toolkit.site.markdown import curly
from toolkit.site.sourcing import LEVELS, host, listed


def source_entries(citations: Citations) -> list[dict]:
    """Every source that a page uses, oldest first, as its list of sources shows it."""
    return [_entry(name, citations) for name in sorted(citations.used, key=citations.sourcing.age)]


def _entry(name: str, citations: Citations) -> dict:
    source = citations.sourcing.source(name)
    levels = Counter(
        citations.sourcing.certainty(claim).level for claim, sources in citations.claims.items() if name in sources
    )
    relied = [
        {"id": below if below in citations.used else "", "cite": citations.sourcing.cite(below)}
        for below in source["relies_on"]
    ]
    copy = host(source["seen_at"])
    return {
        "id": name,
        "publisher": source["publisher"],
        "by": curly(source["publisher"]),
        "title": curly(source["title"]).rstrip("."),
        "authors": listed(source["authors"] or []),
        "date": citations.sourcing.date(source["published"]),
        "address": source["address"] if re.match(r"https?://", source["address"] or "") else "",
        "copy_at": copy if copy and copy != host(source["address"]) else "",
        "primary": source["is_primary"],
        "relied": relied,
        "seen": HOW_SEEN[source["seen"]],
        "named": source["named"],
        "interest": curly(source["interest"] or "").rstrip("."),
        "dated": sentence(source["published_note"]),
        "levels": [(level, levels[level]) for level in reversed(LEVELS) if levels[level]],
    }


def certainties(citations: Citations, other_claims: Iterable[str]) -> list[dict]:
    """Claims of a page's figures, and others: the statement, level and address of each, the best sourced first."""
    claims = dict.fromkeys([*citations.claims, *other_claims])
    certainty_of = [(claim, citations.sourcing.certainty(claim)) for claim in claims]
    return [
        {"statement": curly(certainty.statement), "level": certainty.level, "address": certainty.address}
        for _, certainty in sorted(certainty_of, key=lambda pair: (-pair[1].boxes, pair[1].statement))
    ]


def certainty_rule() -> tuple[tuple[str, str, str], ...]:
    """The rule by which certainty is given, as (effect, when, why) for each of its lines."""
    from toolkit.reported.certainty import CERTAINTY_RULE

    return tuple((line.effect, line.when, line.why) for line in CERTAINTY_RULE)


def corrections(database: Database, record: dict) -> list[dict]:
    """The corrections of the story with this record, newest first, as page, feed and metadata show them.

    Raises StoryError if the newest correction of a finding says another value than the finding now prints.
    """
    entries = database.corrections(record["slug"])
    newest = {entry["finding"]: entry for entry in reversed(entries) if entry["finding"]}
    problems = [problem for entry in newest.values() for problem in _overtaken(entry, record["findings"])]
    if problems:
        raise StoryError(problems)
    return [
        {
            **{key: curly(entry[key]) for key in ("was", "now")},
            "said": _said(entry),
            "on": entry["on"],
            "date": written_date(entry["on"], database.units.locale),
        }
        for entry in entries
    ]


def _said(entry: dict) -> str:
    """What is said after the words that hold now, from the full stop on."""
    stop = "" if entry["now"].endswith(".") else "."
    noticed = sentence(f"Noticed by {entry['noticed_by']}")
    return f"{stop} {curly(entry['why'])} {noticed}"


def _overtaken(entry: dict, findings: dict) -> Iterator[Problem]:
    name = entry["finding"]
    if name not in findings:
        yield Problem(
            entry["place"],
            f"finding {name!r}, which story {entry['story']} does not have",
            ", ".join(sorted(findings)) or "none",
            "correct the name, or leave finding out",
        )
    elif findings[name]["printed"] != entry["now"]:
        yield Problem(
            entry["place"],
            f"now is {entry['now']!r}, but {name} prints {findings[name]['printed']!r}",
            "the newest correction of a finding says what the page prints",
            "enter a further correction (toolkit diff drafts it)",
        )


def cited_findings(record: dict, citations: Citations, numbers: Iterable[Number], choices: Choices) -> list[Markup]:
    """The findings whose numbers are in `numbers`, as how to cite the story lists them, in all states of choices."""
    nodes = {number.digest for number in numbers}
    findings = [(name, finding) for name, finding in record["findings"].items() if finding["node"] in nodes]
    return [
        choices.around(
            [(state.get("at", {}), _cited_finding(name, {**finding, **state}, citations)) for state in states]
        )
        for name, finding in findings
        for states in [finding.get("states", [finding]) if choices else [finding]]
    ]


def _cited_finding(name: str, finding: Mapping, citations: Citations) -> str:
    """A finding's name, value with unit, calculation and kind, in a line."""
    line = citations.line(citations.known[finding["node"]])
    calculation = f" ({line['calculation']})" if line["calculation"] else ""
    return f"{name} = {line['text']}{calculation}, {finding['kind']}"


def sentence(text: str | None) -> str:
    """A note of data/ as a sentence with a capital and a full stop; empty for None."""
    text = curly((text or "").strip().rstrip("."))
    return f"{text[0].upper()}{text[1:]}." if text else ""


def inside_quotes(title: Markup) -> Markup:
    """A title for use inside quotation marks: its own become single ones."""
    return title.replace("“", "‘").replace("”", "’")
