"""The differences between two editions: in findings, charts and the sentences of pages, then in all else."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, astuple
from pathlib import Path

from toolkit.build.manifest import numbers_of, stored_manifest
from toolkit.core.number import Number, to_nine_digits
from toolkit.core.text import HASH_SHOWN, made_visible
from toolkit.core.unit import unit_text
from toolkit.review.file_and_entry_changes import Change, entry_changes, file_changes, replaced
from toolkit.review.markup_text import TAG, inside, plain, without
from toolkit.review.two_editions import Editions, Side

SHOWN = 3  # so many differences of one receipt, or of one chart, are listed
BLOCK = re.compile(r"</?(?:p|h[1-6]|li|td|th|tr|dt|dd|div|section|figure|figcaption|summary|aside|caption)\b[^<>]*>")
FRONT = "index.html"
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“‘(])")


def changes(old: Path, new: Path) -> list[Change]:
    """Every difference: in findings, chart data and printed words, story by story, the front page last; then in files
    and in what the manifests say.

    Of findings: in value to nine significant digits, unit, kind, receipt. Raises ToolkitError if one of the folders has
    no manifest that can be read.
    """
    editions = Editions(Side(old, stored_manifest(old)), Side(new, stored_manifest(new)))
    before, after = editions.old.stored["stories"], editions.new.stored["stories"]
    numbers = [numbers_of(side.stored) for side in (editions.old, editions.new)]
    all_changes: list[Change] = []
    sentences = {FRONT}
    for slug in editions.slugs:
        if slug not in after:
            all_changes.append(Change(slug, "gone", before[slug]["title"], ""))
        elif slug not in before:
            all_changes.append(Change(slug, "added", "", after[slug]["title"]))
        else:
            sides = (
                _findings_by_name(side[slug]["findings"], all_of[slug])
                for side, all_of in zip((before, after), numbers, strict=True)
            )
            all_changes += _datasets(slug, before[slug].get("datasets", {}), after[slug].get("datasets", {}))
            all_changes += _findings(slug, *sides)
            all_changes += _charts(slug, editions)
            pages = [f"{slug}.html", f"{slug}-annex.html"]
            all_changes += _words(slug, editions, pages)
            sentences.update(pages)
    all_changes += _words("index", editions, [FRONT])
    charts = {change.where.replace(", chart ", ", ") for change in all_changes if ", chart " in change.where}
    tables = {f"{chart.replace(', ', '/data/')}.csv" for chart in charts}
    return [*all_changes, *file_changes(editions, sentences, tables), *entry_changes(editions, charts)]


def _findings_by_name(findings: Mapping, numbers: Mapping[str, Number]) -> dict[str, tuple[str, Number]]:
    """(printed text, number) of each finding of a story, by name."""
    return {name: (finding["printed"], numbers[finding["node"]]) for name, finding in findings.items()}


def _datasets(slug: str, before: Mapping, after: Mapping) -> Iterator[Change]:
    for name in sorted({*before, *after}):
        old, new = (_file(datasets[name]) if name in datasets else "" for datasets in (before, after))
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


def _charts(slug: str, editions: Editions) -> Iterator[Change]:
    folder = f"{slug}/data/"
    for path in [name for name in editions.names if name.startswith(folder) and name.endswith(".csv")]:
        where = f"{slug}, chart {path.removeprefix(folder).removesuffix('.csv')}"
        before, after = (_rows(side.files.get(path)) for side in (editions.old, editions.new))
        if before is None or after is None:
            yield Change(where, "added" if before is None else "gone", "", "")
            continue
        pairs = list(replaced(before, after))
        for old_row, new_row in pairs[:SHOWN]:
            yield Change(where, "chart", " / ".join(old_row), " / ".join(new_row))
        if len(pairs) > SHOWN:
            yield Change(where, "chart", f"{len(pairs) - SHOWN} more places", "")


def _rows(content: bytes | None) -> list[str] | None:
    if content is None:
        return None
    text = content.decode("utf-8", "replace")
    return [", ".join(_rounded(cell) for cell in row) for row in csv.reader(io.StringIO(text, newline=""))]


def _rounded(cell: str) -> str:
    try:
        return to_nine_digits(float(cell))
    except ValueError:
        return cell


def _words(where: str, editions: Editions, pages: Sequence[str]) -> Iterator[Change]:
    before, after = (
        [sentence for page in pages for sentence in _sentences(side.files.get(page, b""))]
        for side in (editions.old, editions.new)
    )
    for old_words, new_words in replaced(before, after):
        yield Change(where, "words", " / ".join(old_words), " / ".join(new_words))


def _sentences(page: bytes) -> list[str]:
    lines = printed(page.decode("utf-8", "replace"))
    return [sentence for line in lines for sentence in SENTENCE.split(line)]


def printed(page: str) -> list[str]:
    """The words of a page's HTML, one line a block (paragraph, heading, cell); last the text drawn in charts."""
    chart_texts = [html.unescape(TAG.sub("", f"<text{text}")) for text in inside(page, "<text", "</text>")]
    body = " ".join(without(page, "script", "style", "svg").split())
    lines = [plain(line) for line in BLOCK.sub("\n", body).split("\n")]
    return [line for line in lines if line] + chart_texts


def report(changes: list[Change]) -> str:
    """The changes as lines for a terminal."""
    texts = [[" ".join(made_visible(text).split("\n")) for text in astuple(change)] for change in changes]
    lines = [f"{where}: {what}\n  - {old}\n  + {new}" for where, what, old, new in texts]
    return "\n".join([*lines, f"{len(changes)} difference{'s' if len(changes) != 1 else ''}"])


def as_json(changes: list[Change]) -> list[dict]:
    """The changes as JSON values."""
    return [asdict(change) for change in changes]
