"""An edition beside its rebuild: every finding, chart, table and word, and why what differs does."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from toolkit.review.diff import printed
from toolkit.review.inputs import Difference
from toolkit.review.manifest import DIGITS

NUMERAL = re.compile(r"-?\d+\.?\d*(?:e[+-]?\d+)?")
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
                there = [side[name]["printed"] if name in side else "" for side in (before, after)]
                missed.append(Miss("finding", where, *there, causes=why(differing)))
                continue
            roots = before[name]["node"], after[name]["node"]
            nodes = old.story(slug, "nodes"), new.story(slug, "nodes")
            moved = first_difference(roots, nodes)
            words = before[name]["printed"], after[name]["printed"]
            if moved is None and words[0] == words[1]:
                continue
            first = "" if moved in (None, roots) else _moved(moved, nodes)
            ref = (nodes[1][moved[1]].get("ref") or "") if moved else ""
            values = (f"{said} ({_value(side[root])})" for said, root, side in zip(words, roots, nodes, strict=True))
            missed.append(Miss("finding", where, *values, words[0] != words[1], first, why(differing, ref)))
    return count, missed


def first_difference(
    pair: tuple[str, str], nodes: tuple[Mapping, Mapping], seen: set | None = None
) -> tuple[str, str] | None:
    """The first pair of nodes that differ with nothing below them that does; None where two receipts agree."""
    seen = set() if seen is None else seen
    if pair in seen:
        return None
    seen.add(pair)
    old, new = nodes[0][pair[0]], nodes[1][pair[1]]
    for below in zip(old["inputs"], new["inputs"], strict=False):
        found = first_difference(below, nodes, seen)
        if found:
            return found
    return pair if _facts(old) != _facts(new) else None


def _facts(node: Mapping) -> tuple:
    ends = tuple(f"{node[end]:.{DIGITS}g}" for end in ("low", "high"))
    said = tuple(node.get(key) for key in ("unit", "kind", "method", "ref", "why", "printed"))
    return ends, said, len(node["inputs"])


def _value(node: Mapping) -> str:
    ends = dict.fromkeys(f"{node[end]:.{DIGITS}g}" for end in ("low", "high"))
    unit = "" if node["unit"] == "1" else f" {node['unit']}"
    return f"{' to '.join(ends)}{unit}, {node['kind']}"


def _moved(pair: tuple[str, str], nodes: tuple[Mapping, Mapping]) -> str:
    old, new = (side[name] for name, side in zip(pair, nodes, strict=True))
    name = new.get("ref") or new.get("label") or new["method"]
    more = f", {old['method']} → {new['method']}" if old["method"] != new["method"] else ""
    more += f", {old.get('ref', '')} → {new.get('ref', '')}" if old.get("ref") != new.get("ref") else ""
    return f"{name}: {_value(old)} → {_value(new)}{more}"


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
    drawn = old.text(one["svg"]), new.text(other["svg"])
    if drawn[0] != drawn[1]:
        lines = ([nine(line) for line in text.replace("><", ">\n<").split("\n")] for text in drawn)
        yield from _lines("drawing", *lines)


def _rows(text: str) -> list[str]:
    """The rows of a download, without the words above them."""
    lines = itertools.dropwhile(lambda line: line.startswith("# "), text.splitlines(keepends=True))
    return [", ".join(nine(cell) if NUMERAL.fullmatch(cell) else cell for cell in row) for row in csv.reader(lines)]


def _words(text: str) -> list[str]:
    return [line[2:] for line in itertools.takewhile(lambda line: line.startswith("# "), text.splitlines())]


def nine(text: str) -> str:
    """A text with its numbers at nine significant digits."""
    return NUMERAL.sub(lambda found: f"{float(found[0]):.{DIGITS}g}" if len(found[0]) > DIGITS else found[0], text)


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
            said = [side[name]["data"][:12] if name in side else "" for side in (before, after)]
            if before.get(name) != after.get(name):
                missed.append(Miss("table", f"{slug}, {name}", *said, causes=why(differing)))
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
