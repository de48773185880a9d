"""The differences between two editions: in findings, charts, and the sentences of pages."""

from __future__ import annotations

import csv
import difflib
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from toolkit.build.manifest import numbers_of, stored_manifest
from toolkit.core.number import Number, to_nine_digits
from toolkit.core.unit import unit_text

HASH_SHOWN = 12  # hexadecimal digits
SHOWN = 3  # so many differences of one receipt, or of one chart, are listed
HIDDEN = re.compile(r"<(script|style|svg)\b.*?</\1>", re.DOTALL)
DRAWN = re.compile(r"<text\b[^>]*>(.*?)</text>", re.DOTALL)
BLOCK = re.compile(r"</?(?:p|h[1-6]|li|td|th|tr|dt|dd|div|section|figure|figcaption|summary|aside|caption)\b[^>]*>")
TAG = re.compile(r"<[^>]+>")
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“‘(])")


@dataclass(frozen=True)
class Change:
    """One difference: where, what it is (added, gone, moved, dataset, chart, words), and both states as words.

    "dataset" is another file of one, "moved" a finding, or an input in its receipt, that changed, "chart" chart data.
    """

    where: str
    what: str
    old: str
    new: str


def changes(old: Path, new: Path) -> list[Change]:
    """Every difference in findings, in chart data and in the printed words, story by story, the front page last.

    Of findings: in value to nine significant digits, unit, kind, receipt. Raises ToolkitError if one of the folders has
    no manifest that can be read.
    """
    manifests = [stored_manifest(edition) for edition in (old, new)]
    before, after = (one["stories"] for one in manifests)
    numbers = [numbers_of(one) for one in manifests]
    found: list[Change] = []
    for slug in sorted({*before, *after}):
        if slug not in after:
            found.append(Change(slug, "gone", before[slug]["title"], ""))
        elif slug not in before:
            found.append(Change(slug, "added", "", after[slug]["title"]))
        else:
            sides = (
                _named(one[slug]["findings"], all_of[slug])
                for one, all_of in zip((before, after), numbers, strict=True)
            )
            found += _datasets(slug, before[slug].get("datasets", {}), after[slug].get("datasets", {}))
            found += _findings(slug, *sides)
            found += _charts(slug, old / slug / "data", new / slug / "data")
            found += _words(slug, _pages(old, before[slug]), _pages(new, after[slug]))
    return [*found, *_words("index", [old / "index.html"], [new / "index.html"])]


def _pages(edition: Path, story: Mapping) -> list[Path]:
    """The files of a story's page and of its annex, if it has one."""
    return [edition / story[key]["path"] for key in ("html", "annex") if key in story]


def _named(findings: Mapping, numbers: Mapping[str, Number]) -> dict[str, tuple[str, Number]]:
    """(printed text, number) of each finding of a story, by name."""
    return {name: (finding["printed"], numbers[finding["node"]]) for name, finding in findings.items()}


def _datasets(slug: str, before: Mapping, after: Mapping) -> Iterator[Change]:
    for name in sorted({*before, *after}):
        old, new = (_file(one[name]) if name in one else "" for one in (before, after))
        if old != new:
            what = "dataset" if old and new else "gone" if old else "added"
            yield Change(f"{slug}, the dataset {name}", what, old, new)


def _file(dataset: Mapping) -> str:
    return f"{dataset['rows']:,} rows ({dataset['file']}, SHA-256 {dataset['sha256'][:HASH_SHOWN]})"


def _findings(slug: str, before: Mapping, after: Mapping) -> Iterator[Change]:
    for name in sorted({*before, *after}):
        where = f"{slug}, {name}"
        if name not in after:
            yield Change(where, "gone", before[name][0], "")
        elif name not in before:
            yield Change(where, "added", "", after[name][0])
        else:
            old, new = dict(_facts(*before[name])), dict(_facts(*after[name]))
            for place in [place for place in {**old, **new} if old.get(place) != new.get(place)][:SHOWN]:
                yield Change(f"{where}{place}", "moved", old.get(place, ""), new.get(place, ""))


def _facts(printed: str, number: Number, place: str = "") -> Iterator[tuple[str, str]]:
    ends = f"{to_nine_digits(number.low)} to {to_nine_digits(number.high)} {unit_text(number.unit)}"
    yield place, f"{printed} ({ends}, {number.kind}, {number.method}, {number.ref or ''})"
    for count, part in enumerate(number.inputs, 1):
        yield from _facts(str(part), part, f"{place}, input {count}")


def _charts(slug: str, old: Path, new: Path) -> Iterator[Change]:
    names = sorted({path.name for folder in (old, new) for path in folder.glob("*.csv")})
    for name in names:
        where = f"{slug}, chart {name.removesuffix('.csv')}"
        before, after = (_rows(folder / name) for folder in (old, new))
        if before is None or after is None:
            yield Change(where, "added" if before is None else "gone", "", "")
            continue
        pairs = list(_replaced(before, after))
        for was, now in pairs[:SHOWN]:
            yield Change(where, "chart", " / ".join(was), " / ".join(now))
        if len(pairs) > SHOWN:
            yield Change(where, "chart", f"{len(pairs) - SHOWN} more places", "")


def _rows(path: Path) -> list[str] | None:
    if not path.is_file():
        return None
    with path.open(encoding="utf-8", newline="") as file:
        return [", ".join(_rounded(cell) for cell in row) for row in csv.reader(file)]


def _rounded(cell: str) -> str:
    try:
        return to_nine_digits(float(cell))
    except ValueError:
        return cell


def _words(slug: str, old: list[Path], new: list[Path]) -> Iterator[Change]:
    before, after = ([sentence for path in paths for sentence in _sentences(path)] for paths in (old, new))
    for was, now in _replaced(before, after):
        yield Change(slug, "words", " / ".join(was), " / ".join(now))


def _sentences(path: Path) -> list[str]:
    if not path.exists():
        return []
    lines = printed(path.read_text(encoding="utf-8"))
    return [sentence for line in lines for sentence in SENTENCE.split(line)]


def _replaced(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The pairs of runs in which two lists differ; runs of the same length are compared item by item."""
    for what, a, b, c, d in difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        old, new = before[a:b], after[c:d]
        yield from (([was], [now]) for was, now in zip(old, new, strict=True)) if len(old) == len(new) else [(old, new)]


def printed(page: str) -> list[str]:
    """The words of a page's HTML, one line a block (paragraph, heading, cell); last the text drawn in charts."""
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
