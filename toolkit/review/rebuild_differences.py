"""An edition beside its rebuild: every finding, chart, table and word, and why what differs does."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from toolkit.build.inputs import Difference
from toolkit.build.manifest import numbers_of
from toolkit.core.number import DIGITS, Number, nine
from toolkit.core.unit import unit_text
from toolkit.review.diff import printed

NUMERAL = re.compile(r"-?\d+\.?\d*(?:e[+-]?\d+)?")
FONT = re.compile(r"url\(data:font/[^)]*\)")
CHANGED = "the edition was changed after it was built"


@dataclass(frozen=True)
class Miss:
    """One thing that the rebuild does not give again: where, what it was, what it is, and why.

    `reprinted` says whether the printed text changes; `first` is the first input that differs, as words.
    """

    what: str
    where: str
    old: str
    new: str
    reprinted: bool = True
    first: str = ""
    causes: tuple[str, ...] = (CHANGED,)


@dataclass(frozen=True)
class Side:
    """One of the two editions: its folder and its manifest as it is stored."""

    folder: Path
    stored: Mapping

    @cached_property
    def numbers(self) -> Mapping[str, Mapping[str, Number]]:
        """The numbers of its receipts, by story and digest."""
        return numbers_of(self.stored)

    def story(self, slug: str, part: str) -> Mapping:
        """A part of a story's entry; empty where the edition has no such story."""
        return self.stored["stories"].get(slug, {}).get(part, {})

    def text(self, path: str | None) -> str:
        """A file of the edition; empty where there is none."""
        file = self.folder / path if path else None
        return file.read_text(encoding="utf-8", errors="replace") if file and file.is_file() else ""


def slugs(old: Side, new: Side) -> list[str]:
    """Every story of either edition."""
    return sorted({*old.stored["stories"], *new.stored["stories"]})


def findings(old: Side, new: Side, differing: list[Difference]) -> tuple[int, list[Miss]]:
    """(number of findings, those that differ in value to nine digits, unit, kind, receipt or print)."""
    count, missed = 0, []
    for slug in slugs(old, new):
        before, after = old.story(slug, "findings"), new.story(slug, "findings")
        for name in sorted({*before, *after}):
            count += 1
            where = f"{slug}, {name}"
            if name not in before or name not in after:
                was, now = (side[name]["printed"] if name in side else "" for side in (before, after))
                missed.append(Miss("finding", where, was, now, causes=why(differing)))
            elif found := _finding(where, old, new, slug, name, differing):
                missed.append(found)
    return count, missed


def _finding(where: str, old: Side, new: Side, slug: str, name: str, differing: list[Difference]) -> Miss | None:
    """What differs in a finding that both editions have."""
    before, after = old.story(slug, "findings")[name], new.story(slug, "findings")[name]
    roots = old.numbers[slug][before["node"]], new.numbers[slug][after["node"]]
    moved = first_difference(*roots)
    reprinted = before["printed"] != after["printed"]
    if moved is None and not reprinted:
        return None
    return Miss(
        what="finding",
        where=where,
        old=f"{before['printed']} ({value_and_unit(roots[0])})",
        new=f"{after['printed']} ({value_and_unit(roots[1])})",
        reprinted=reprinted,
        first=_moved(*moved) if moved and moved != roots else "",
        causes=why(differing, (moved[1].ref or "") if moved else ""),
    )


def first_difference(
    old: Number, new: Number, seen: set[tuple[Number, Number]] | None = None
) -> tuple[Number, Number] | None:
    """The first pair of numbers that differ with nothing below them that does; None where two receipts agree."""
    seen = set() if seen is None else seen
    if (old, new) in seen:
        return None
    seen.add((old, new))
    for below in zip(old.inputs, new.inputs, strict=False):
        found = first_difference(*below, seen)
        if found:
            return found
    return (old, new) if facts(old) != facts(new) else None


def facts(number: Number) -> tuple:
    """What must be the same of a number in two editions: its value to nine digits, and all that is said of it."""
    said = (unit_text(number.unit), number.kind, number.operation, number.ref, number.why, str(number))
    return _ends(number), said, len(number.inputs)


def _ends(number: Number) -> tuple[str, ...]:
    return nine(number.low), nine(number.high)


def value_and_unit(number: Number) -> str:
    """A number's value to nine digits, its unit and its kind."""
    unit = "" if unit_text(number.unit) == "1" else f" {unit_text(number.unit)}"
    return f"{' to '.join(dict.fromkeys(_ends(number)))}{unit}, {number.kind}"


def _moved(old: Number, new: Number) -> str:
    name = new.ref or new.label or new.method
    more = f", {old.method} → {new.method}" if old.operation != new.operation else ""
    more += f", {old.ref or ''} → {new.ref or ''}" if old.ref != new.ref else ""
    return f"{name}: {value_and_unit(old)} → {value_and_unit(new)}{more}"


def why(differing: list[Difference], ref: str = "") -> tuple[str, ...]:
    """The causes of a difference, that which `ref` points to first."""
    if not differing:
        return (CHANGED,)
    source = ref.partition(":")[2].partition("#")[0]
    ordered = sorted(differing, key=lambda one: not (source and source in one.name))
    return tuple(str(one) for one in ordered)


def charts(old: Side, new: Side, differing: list[Difference]) -> tuple[int, list[Miss]]:
    """(number of charts, those whose data, specification or drawing differs)."""
    count, missed = 0, []
    for slug in slugs(old, new):
        before, after = old.story(slug, "charts"), new.story(slug, "charts")
        for name in sorted({*before, *after}):
            count += 1
            one, other = before.get(name, {}), after.get(name, {})
            found = next(_chart(one, other, old, new), None)
            if found:
                missed.append(Miss("chart", f"{slug}, {name}", *found, causes=why(differing)))
    return count, missed


def _chart(one: Mapping, other: Mapping, old: Side, new: Side) -> Iterator[tuple[str, str]]:
    if not one or not other:
        yield one.get("form", ""), other.get("form", "")
        return
    yield from _lines("data", *(_rows(side.text(chart["csv"])) for side, chart in ((old, one), (new, other))))
    if one["data"] != other["data"]:
        yield f"data {one['data'][:12]}", f"data {other['data'][:12]}"
    words = [_words(side.text(chart["csv"])) for side, chart in ((old, one), (new, other))]
    yield from _lines("words", *words)
    for key in ("form", "specification"):
        if one[key] != other[key]:
            yield f"{key} {one[key][:12]}", f"{key} {other[key][:12]}"
    # how a font is packed depends on the machine; what is drawn with it does not
    drawn = [FONT.sub("", side.text(chart["svg"])) for side, chart in ((old, one), (new, other))]
    if drawn[0] != drawn[1]:
        lines = ([nine_digits(line) for line in text.replace("><", ">\n<").split("\n")] for text in drawn)
        yield from _lines("drawing", *lines)


def _rows(text: str) -> list[str]:
    """The rows of a download, without the words above them."""
    lines = itertools.dropwhile(lambda line: line.startswith("# "), text.splitlines(keepends=True))
    return [
        ", ".join(nine_digits(cell) if NUMERAL.fullmatch(cell) else cell for cell in row) for row in csv.reader(lines)
    ]


def _words(text: str) -> list[str]:
    return [line[2:] for line in itertools.takewhile(lambda line: line.startswith("# "), text.splitlines())]


def nine_digits(text: str) -> str:
    """A text with its numbers at nine significant digits."""
    return NUMERAL.sub(lambda found: nine(float(found[0])) if len(found[0]) > DIGITS else found[0], text)


def _lines(what: str, before: list[str], after: list[str]) -> Iterator[tuple[str, str]]:
    """The first line that differs, as it was and as it is."""
    longest = max(len(before), len(after))
    for place in range(longest):
        old, new = (side[place] if place < len(side) else "" for side in (before, after))
        if old != new:
            yield f"{what}, line {place + 1}: {old[:200]}", f"{what}, line {place + 1}: {new[:200]}"
            return


def tables(old: Side, new: Side, differing: list[Difference]) -> tuple[int, list[Miss]]:
    """(number of tables, those whose cells differ)."""
    count, missed = 0, []
    for slug in slugs(old, new):
        before, after = old.story(slug, "tables"), new.story(slug, "tables")
        for name in sorted({*before, *after}):
            count += 1
            was, now = (side[name]["data"][:12] if name in side else "" for side in (before, after))
            if before.get(name) != after.get(name):
                missed.append(Miss("table", f"{slug}, {name}", was, now, causes=why(differing)))
    return count, missed


def pages(old: Side, new: Side, differing: list[Difference]) -> tuple[int, list[Miss]]:
    """(number of pages, those whose words differ), each with its first block that does."""
    names = sorted({name for side in (old, new) for name in side.stored["files"] if name.endswith(".html")})
    missed = []
    for name in names:
        texts = old.text(name), new.text(name)
        found = next(_lines("block", *map(printed, texts)), None) if texts[0] != texts[1] else None
        if found:
            missed.append(Miss("page", name, *found, causes=why(differing)))
    return len(names), missed
