"""Compares an edition (`old`) with its rebuild (`new`): every finding, chart, table, picture and word, with causes.

Causes are the inputs (data, code, environment) that are not the same for both. Values agree where they do to nine
significant digits.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from toolkit.build.edition_inputs import Difference
from toolkit.build.manifest import numbers_of, state_name
from toolkit.core.number import COMPARED_DIGITS, Number, to_nine_digits
from toolkit.core.unit import unit_text
from toolkit.review.diff import printed
from toolkit.site.downloads import METADATA

NUMERAL = re.compile(r"-?\d+\.?\d*(?:e[+-]?\d+)?")
FONT = re.compile(r"url\(data:font/[^)]*\)")
CHANGED = "the edition was changed after it was built"
HASH_SHOWN = 12  # characters of a hash that are printed
LINE_SHOWN = 200  # characters of a line that are printed


@dataclass(frozen=True)
class Mismatch:
    """One thing that the rebuild does not give again: what it is, where, and how it is in both editions, as words.

    `old` or `new` is empty where an edition does not have it. Of findings, `text_changed` says whether the printed text
    differs or the value alone, and `deepest_difference` names the deepest input of the receipt that differs, "" for the
    finding itself.
    """

    what: str
    where: str
    old: str
    new: str
    text_changed: bool = True
    deepest_difference: str = ""
    causes: tuple[str, ...] = (CHANGED,)


@dataclass(frozen=True)
class Side:
    """One of the two editions: its folder, and its manifest as JSON."""

    folder: Path
    stored: Mapping

    @cached_property
    def numbers(self) -> Mapping[str, Mapping[str, Number]]:
        """The numbers of the edition's receipts, by story and digest."""
        return numbers_of(self.stored)

    def story(self, slug: str, part: str) -> Mapping:
        """A story's "findings", "charts", "tables" or "pictures" by name; empty where the edition has no such story."""
        return self.stored["stories"].get(slug, {}).get(part, {})

    def text(self, path: str | None) -> str:
        """The text of a file of the edition; empty where there is no such file."""
        file = self.folder / path if path else None
        return file.read_text(encoding="utf-8", errors="replace") if file and file.is_file() else ""


def slugs(old: Side, new: Side) -> list[str]:
    """The stories of both editions together, in alphabetical order."""
    return sorted({*old.stored["stories"], *new.stored["stories"]})


def compare_findings(old: Side, new: Side, inputs: list[Difference]) -> tuple[int, list[Mismatch]]:
    """(number of findings, those that differ in value, unit, kind, receipt or printed text).

    Here and below `inputs` are the inputs that differ between the editions.
    """
    count, found = 0, []
    for slug in slugs(old, new):
        old_findings, new_findings = old.story(slug, "findings"), new.story(slug, "findings")
        for name in sorted({*old_findings, *new_findings}):
            count += 1
            where = f"{slug}, {name}"
            if name not in old_findings or name not in new_findings:
                old_text, new_text = (f[name]["printed"] if name in f else "" for f in (old_findings, new_findings))
                found.append(Mismatch("finding", where, old_text, new_text, causes=causes_of(inputs)))
            elif mismatch := _finding(where, old, new, slug, name, inputs):
                found.append(mismatch)
    return count, found


def _finding(where: str, old: Side, new: Side, slug: str, name: str, inputs: list[Difference]) -> Mismatch | None:
    """The mismatch of a finding that both editions have, in one of the states of readers' choices; None without one."""
    before, after = (_in_states(side.story(slug, "findings")[name]) for side in (old, new))
    if before.keys() != after.keys():
        return Mismatch("finding", where, "; ".join(before), "; ".join(after), causes=causes_of(inputs))
    for state, was in before.items():
        roots = old.numbers[slug][was["node"]], new.numbers[slug][after[state]["node"]]
        first = deepest_difference(*roots)
        text_changed = was["printed"] != after[state]["printed"]
        if first or text_changed:
            return Mismatch(
                what="finding",
                where=where + (f", with {state}" if state else ""),
                old=f"{was['printed']} ({value_and_unit(roots[0])})",
                new=f"{after[state]['printed']} ({value_and_unit(roots[1])})",
                text_changed=text_changed,
                deepest_difference=_in_words(*first) if first and first != roots else "",
                causes=causes_of(inputs, (first[1].ref or "") if first else ""),
            )
    return None


def _in_states(finding: Mapping) -> dict[str, Mapping]:
    """A finding's entry under "", and what it is in each state of readers' choices by the state's name."""
    return {"": finding, **{state_name(state["at"]): state for state in finding.get("states", ())}}


def deepest_difference(
    old: Number, new: Number, compared: set[tuple[Number, Number]] | None = None
) -> tuple[Number, Number] | None:
    """The deepest cause of a difference between two receipts: a pair (old, new) that differs while its inputs agree.

    Inputs are paired by position and searched before the number itself, first to last. None where the receipts agree.
    `compared` has the pairs that were searched already.
    """
    compared = set() if compared is None else compared
    if (old, new) in compared:
        return None
    compared.add((old, new))
    for pair in zip(old.inputs, new.inputs, strict=False):
        found = deepest_difference(*pair, compared)
        if found:
            return found
    return (old, new) if facts(old) != facts(new) else None


def facts(number: Number) -> tuple:
    """What must be equal of a number in both editions, inputs apart: value, printed text and all but the label."""
    described = (unit_text(number.unit), number.kind, number.operation, number.ref, number.why, str(number))
    return _low_and_high(number), described, len(number.inputs)


def _low_and_high(number: Number) -> tuple[str, str]:
    return to_nine_digits(number.low), to_nine_digits(number.high)


def value_and_unit(number: Number) -> str:
    """A number's value to nine digits, its unit and its kind: "35 cup/week, reported"."""
    unit = "" if unit_text(number.unit) == "1" else f" {unit_text(number.unit)}"
    return f"{' to '.join(dict.fromkeys(_low_and_high(number)))}{unit}, {number.kind}"


def _in_words(old: Number, new: Number) -> str:
    """How a number differs: "figure:report#seats: 35 cup/week, reported → 36 cup/week, reported"."""
    name = new.ref or new.label or new.method
    more = f", {old.method} → {new.method}" if old.operation != new.operation else ""
    more += f", {old.ref or ''} → {new.ref or ''}" if old.ref != new.ref else ""
    return f"{name}: {value_and_unit(old)} → {value_and_unit(new)}{more}"


def causes_of(inputs: list[Difference], ref: str = "") -> tuple[str, ...]:
    """The differing inputs as causes, in words, first the file of the source or series that a number's `ref` names.

    Where no input differs, somebody changed the edition.
    """
    if not inputs:
        return (CHANGED,)
    source = ref.partition(":")[2].partition("#")[0]
    ordered = sorted(inputs, key=lambda difference: not (source and source in difference.name))
    return tuple(str(difference) for difference in ordered)


def compare_charts(old: Side, new: Side, inputs: list[Difference]) -> tuple[int, list[Mismatch]]:
    """(number of charts, those whose data, words, form, specification or drawing differs)."""
    count, found = 0, []
    for slug in slugs(old, new):
        old_charts, new_charts = old.story(slug, "charts"), new.story(slug, "charts")
        for name in sorted({*old_charts, *new_charts}):
            count += 1
            difference = next(_chart(old_charts.get(name, {}), new_charts.get(name, {}), old, new), None)
            if difference:
                found.append(Mismatch("chart", f"{slug}, {name}", *difference, causes=causes_of(inputs)))
    return count, found


def _chart(old_chart: Mapping, new_chart: Mapping, old: Side, new: Side) -> Iterator[tuple[str, str]]:
    """Each respect in which a chart differs, the plainest first, as it is in both editions."""
    if not old_chart or not new_chart:
        yield old_chart.get("form", ""), new_chart.get("form", "")
        return
    old_csv, new_csv = old.text(old_chart["csv"]), new.text(new_chart["csv"])
    yield from _first_line("data", _csv_rows(old_csv), _csv_rows(new_csv))
    yield from _entry(old_chart, new_chart, "data")
    old_words, new_words = (side.text(chart["csv"] + METADATA) for side, chart in ((old, old_chart), (new, new_chart)))
    yield from _first_line("words", old_words.splitlines(), new_words.splitlines())
    yield from _entry(old_chart, new_chart, "form")
    yield from _entry(old_chart, new_chart, "specification")
    old_states, new_states = (
        {f"{state} {key}": value for state, found in chart.get("states", {}).items() for key, value in found.items()}
        for chart in (old_chart, new_chart)
    )
    for key in sorted({*old_states, *new_states}):
        yield from _entry({key: old_states.get(key, "")}, {key: new_states.get(key, "")}, key)
    # how a font is packed depends on the machine; what is drawn with it does not
    old_svg, new_svg = FONT.sub("", old.text(old_chart["svg"])), FONT.sub("", new.text(new_chart["svg"]))
    if old_svg != new_svg:
        yield from _first_line("drawing", _svg_lines(old_svg), _svg_lines(new_svg))


def _entry(old_chart: Mapping, new_chart: Mapping, key: str) -> Iterator[tuple[str, str]]:
    """An entry of the manifest, a name or a hash, where it differs."""
    if old_chart[key] != new_chart[key]:
        yield f"{key} {old_chart[key][:HASH_SHOWN]}", f"{key} {new_chart[key][:HASH_SHOWN]}"


def _csv_rows(text: str) -> list[str]:
    """The rows of a chart's CSV, numbers to nine digits."""
    return [
        ", ".join(nine_digits(cell) if NUMERAL.fullmatch(cell) else cell for cell in row)
        for row in csv.reader(text.splitlines(keepends=True))
    ]


def _svg_lines(svg: str) -> list[str]:
    return [nine_digits(line) for line in svg.replace("><", ">\n<").split("\n")]


def nine_digits(text: str) -> str:
    """A text with its long numerals at nine significant digits; those of at most nine characters stay as they are."""
    return NUMERAL.sub(
        lambda found: to_nine_digits(float(found[0])) if len(found[0]) > COMPARED_DIGITS else found[0], text
    )


def _first_line(what: str, old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """The first line that differs, as it is in both editions; nothing if all are equal."""
    for place, (old_line, new_line) in enumerate(itertools.zip_longest(old, new, fillvalue=""), 1):
        if old_line != new_line:
            yield f"{what}, line {place}: {old_line[:LINE_SHOWN]}", f"{what}, line {place}: {new_line[:LINE_SHOWN]}"
            return


def compare_tables(old: Side, new: Side, inputs: list[Difference]) -> tuple[int, list[Mismatch]]:
    """(number of tables, those whose content differs, by their hashes: an edition has no file of a table)."""
    count, found = 0, []
    for slug in slugs(old, new):
        old_tables, new_tables = old.story(slug, "tables"), new.story(slug, "tables")
        for name in sorted({*old_tables, *new_tables}):
            count += 1
            if old_tables.get(name) != new_tables.get(name):
                old_hash, new_hash = (
                    t[name]["data"][:HASH_SHOWN] if name in t else "" for t in (old_tables, new_tables)
                )
                found.append(Mismatch("table", f"{slug}, {name}", old_hash, new_hash, causes=causes_of(inputs)))
    return count, found


def compare_pictures(old: Side, new: Side, inputs: list[Difference]) -> tuple[int, list[Mismatch]]:
    """(number of photographs and scans, those whose file or words differ)."""
    count, found = 0, []
    for slug in slugs(old, new):
        old_pictures, new_pictures = old.story(slug, "pictures"), new.story(slug, "pictures")
        for name in sorted({*old_pictures, *new_pictures}):
            count += 1
            before, after = old_pictures.get(name, {}), new_pictures.get(name, {})
            if before != after:
                key = next(key for key in {**before, **after} if before.get(key) != after.get(key))
                was, now = (f"{key} {one[key]}"[:LINE_SHOWN] if key in one else "" for one in (before, after))
                found.append(Mismatch("picture", f"{slug}, {name}", was, now, causes=causes_of(inputs)))
    return count, found


def compare_pages(old: Side, new: Side, inputs: list[Difference]) -> tuple[int, list[Mismatch]]:
    """(number of pages, those whose words differ), each with the first paragraph or cell that does."""
    names = sorted({name for side in (old, new) for name in side.stored["files"] if name.endswith(".html")})
    found = []
    for name in names:
        old_html, new_html = old.text(name), new.text(name)
        if old_html != new_html:
            for difference in _first_line("block", printed(old_html), printed(new_html)):
                found.append(Mismatch("page", name, *difference, causes=causes_of(inputs)))
    return len(names), found
