"""What moved between two editions: findings, and the words of their pages."""

from __future__ import annotations

import difflib
import html
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from toolkit.review.manifest import read_manifest

DIGITS = 9
CONTEXT = 60
HIDDEN = re.compile(r"<(script|style|svg)\b.*?</\1>", re.DOTALL)
DRAWN = re.compile(r"<text\b[^>]*>(.*?)</text>", re.DOTALL)
BLOCK = re.compile(r"</?(?:p|h[1-6]|li|td|th|tr|dt|dd|div|section|figure|figcaption|summary|aside|caption)\b[^>]*>")
TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Change:
    """One difference: where, what kind (added, gone, moved, words), what it was, what it is."""

    where: str
    what: str
    old: str
    new: str


def changes(old: Path, new: Path) -> list[Change]:
    """Every difference in value (nine significant digits), unit, kind, receipt or printed words."""
    before, after = read_manifest(old)["stories"], read_manifest(new)["stories"]
    found: list[Change] = []
    for slug in sorted({*before, *after}):
        if slug not in after:
            found.append(Change(slug, "gone", before[slug]["title"], ""))
        elif slug not in before:
            found.append(Change(slug, "added", "", after[slug]["title"]))
        else:
            found += _findings(slug, before[slug]["findings"], after[slug]["findings"])
            found += _words(slug, old / before[slug]["html"]["path"], new / after[slug]["html"]["path"])
    return [*found, *_words("index", old / "index.html", new / "index.html")]


def _findings(slug: str, before: dict, after: dict) -> Iterator[Change]:
    for name in sorted({*before, *after}):
        where = f"{slug}, {name}"
        if name not in after:
            yield Change(where, "gone", before[name]["printed"], "")
        elif name not in before:
            yield Change(where, "added", "", after[name]["printed"])
        else:
            old, new = dict(_facts(before[name])), dict(_facts(after[name]))
            for place in [place for place in {**old, **new} if old.get(place) != new.get(place)][:3]:
                yield Change(f"{where}{place}", "moved", old.get(place, ""), new.get(place, ""))


def _facts(finding: dict, place: str = "") -> Iterator[tuple[str, str]]:
    ends = f"{finding['low']:.{DIGITS}g} to {finding['high']:.{DIGITS}g} {finding['unit']}"
    yield place, f"{finding['printed']} ({ends}, {finding['kind']}, {finding['method']}, {finding.get('ref', '')})"
    for count, part in enumerate(finding["inputs"], 1):
        yield from _facts(part, f"{place}, input {count}")


def _words(slug: str, old: Path, new: Path) -> Iterator[Change]:
    before, after = (printed(path.read_text(encoding="utf-8")) if path.exists() else [] for path in (old, new))
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        if what != "equal":
            yield Change(slug, "words", " / ".join(before[a:b]), " / ".join(after[c:d]))


def printed(page: str) -> list[str]:
    """The words a page prints, a line for each block; text drawn in charts is among them."""
    drawn = [html.unescape(TAG.sub("", text)) for text in DRAWN.findall(page)]
    body = " ".join(HIDDEN.sub(" ", page).split())
    lines = [" ".join(html.unescape(TAG.sub("", line)).split()) for line in BLOCK.sub("\n", body).split("\n")]
    return [line for line in lines if line] + drawn


def report(found: list[Change]) -> str:
    """The changes as lines for a terminal."""
    lines = [f"{change.where}: {change.what}\n  - {change.old}\n  + {change.new}" for change in found]
    return "\n".join([*lines, f"{len(found)} difference{'s' if len(found) != 1 else ''}"])


def as_json(found: list[Change]) -> list[dict]:
    """The changes as JSON values."""
    return [asdict(change) for change in found]
