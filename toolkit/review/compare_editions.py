"""Compares an edition (`old`) with its rebuild (`new`): what both are, and their findings, with the causes.

Causes are the inputs (data, code, environment) that are not the same for both. Values agree where they do to nine
significant digits.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from toolkit.build.edition_inputs import InputDifference, input_differences
from toolkit.build.manifest import NAME, edition_units, numbers_of, state_name
from toolkit.core.number import Number, to_nine_digits
from toolkit.core.project import with_lf
from toolkit.core.unit import unit_text
from toolkit.review.compare_two_files import FileDifference, difference, file_kind, written_otherwise

CHANGED = "the edition was changed after it was built"


@dataclass(frozen=True)
class Mismatch:
    """One thing that the rebuild does not give again: what it is, where, and how it is in both editions, as words.

    `old` or `new` is empty where an edition does not have it. `part` says in a reader's words what of it differs, "a
    link", and `place` where that stands. Of findings, `text_changed` says whether the printed text differs or the value
    alone, and `deepest_difference` names the deepest input of the receipt that differs, "" for the finding itself.
    """

    what: str
    where: str
    old: str
    new: str
    text_changed: bool = True
    deepest_difference: str = ""
    causes: tuple[str, ...] = (CHANGED,)
    part: str = ""
    place: str = ""


@dataclass(frozen=True)
class Side:
    """One of the two editions: its folder, and its manifest as JSON."""

    folder: Path
    stored: Mapping

    @cached_property
    def files(self) -> dict[str, bytes]:
        """The content of every file of the edition but its manifest, by path. Links to elsewhere are not followed."""
        found = {}
        for here, folders, names in os.walk(self.folder):
            for path in (Path(here, name) for name in (*folders, *names)):
                name = path.relative_to(self.folder).as_posix()
                if path.is_symlink():
                    found[name] = f"a link to {os.readlink(path)}".encode()
                elif path.is_file():
                    found[name] = path.read_bytes()
                elif not path.is_dir():
                    found[name] = b"neither a file nor a folder"
        found.pop(NAME, None)
        return found

    def story(self, slug: str, part: str) -> Mapping:
        """A story's "findings", "charts", "tables" or "pictures" by name; empty where the edition has no such story."""
        return self.stored["stories"].get(slug, {}).get(part, {})


@dataclass(frozen=True)
class Editions:
    """An edition and its rebuild, beside each other."""

    old: Side
    new: Side

    @cached_property
    def inputs(self) -> list[InputDifference]:
        """The inputs that the manifests have differently."""
        return input_differences(self.old.stored["inputs"], self.new.stored["inputs"])

    @cached_property
    def numbers(self) -> tuple[Mapping[str, Mapping[str, Number]], Mapping[str, Mapping[str, Number]]]:
        """The numbers of both editions' receipts, by story and digest, in the units of the rebuild.

        Raises ToolkitError for a receipt that cannot be read.
        """
        units = edition_units(self.new.stored)
        return numbers_of(self.old.stored, units), numbers_of(self.new.stored, units)

    @cached_property
    def slugs(self) -> list[str]:
        """The stories of both editions together, in alphabetical order."""
        return sorted({*self.old.stored["stories"], *self.new.stored["stories"]})

    @cached_property
    def names(self) -> list[str]:
        """The files of both editions together, in alphabetical order."""
        return sorted({*self.old.files, *self.new.files})

    @cached_property
    def differing(self) -> dict[str, FileDifference | None]:
        """The files that do not have the same bytes, by name, with the first difference of each.

        None if both mean the same, and the manifests name other inputs, such as other versions of libraries: then it
        may be written otherwise.
        """
        found: dict[str, FileDifference | None] = {}
        for name in self.names:
            old, new = self.old.files.get(name), self.new.files.get(name)
            if old is None or new is None:
                found[name] = FileDifference(
                    file_kind(name), "", name if new is None else "", "" if new is None else name
                )
            elif old != new:
                only_line_ends = with_lf(old) == new  # then no part of it differs
                found[name] = None if only_line_ends else difference(name, old, new)
                if found[name] is None and not self.inputs:
                    found[name] = written_otherwise(name, old, new)
        return found

    def pairs(self, part: str) -> list[tuple[str, Mapping, Mapping]]:
        """(story and name, old, new) of each finding, chart, table or picture; empty where an edition has none."""
        found = []
        for slug in self.slugs:
            old, new = self.old.story(slug, part), self.new.story(slug, part)
            found += [(f"{slug}, {name}", old.get(name, {}), new.get(name, {})) for name in sorted({*old, *new})]
        return found


def compare_findings(both: Editions) -> tuple[int, list[Mismatch]]:
    """(number of findings, those that differ in value, unit, kind, receipt, label or printed text)."""
    pairs = both.pairs("findings")
    found = [_finding(where, both, old, new) for where, old, new in pairs]
    return len(pairs), [mismatch for mismatch in found if mismatch]


def _finding(where: str, both: Editions, old: Mapping, new: Mapping) -> Mismatch | None:
    """The mismatch of a finding, in one of the states of readers' choices; None without one."""
    causes = causes_of(both.inputs)
    if not old or not new:
        return Mismatch("finding", where, old.get("printed", ""), new.get("printed", ""), causes=causes)
    if old.get("label") != new.get("label"):
        labels = str(old.get("label", "")), str(new.get("label", ""))
        return Mismatch("finding", where, *labels, text_changed=False, causes=causes, part="the label of a finding")
    if old.keys() != new.keys():
        names = ", ".join(sorted(old)), ", ".join(sorted(new))
        return Mismatch("finding", where, *names, text_changed=False, causes=causes, part="the entries of a finding")
    before, after = _in_states(old), _in_states(new)
    if before.keys() != after.keys():
        return Mismatch("finding", where, "; ".join(before), "; ".join(after), causes=causes)
    slug = where.partition(", ")[0]
    for state, was in before.items():
        roots = both.numbers[0][slug][was["node"]], both.numbers[1][slug][after[state]["node"]]
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
                causes=causes_of(both.inputs, (first[1].ref or "") if first else ""),
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


def causes_of(inputs: list[InputDifference], ref: str = "") -> tuple[str, ...]:
    """The differing inputs as causes, in words, first the file of the source or series that a number's `ref` names.

    Where no input differs, somebody changed the edition.
    """
    if not inputs:
        return (CHANGED,)
    source = ref.partition(":")[2].partition("#")[0]
    ordered = sorted(inputs, key=lambda one: not (source and source in one.name))
    return tuple(str(one) for one in ordered)
