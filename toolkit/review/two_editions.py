"""An edition (`old`) beside its rebuild (`new`): their files, numbers and inputs, and what a mismatch of them says.

Causes are the inputs (data, code, environment) that are not the same for both.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from toolkit.build.edition_inputs import InputDifference, input_differences
from toolkit.build.manifest import NAME, edition_units, numbers_of
from toolkit.core.number import Number
from toolkit.core.project import with_lf
from toolkit.review.compare_two_files import (
    PICTURES,
    FileDifference,
    difference,
    ending,
    file_kind,
    written_otherwise,
)

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
        contents = {}
        for folder, folders, names in os.walk(self.folder):
            for path in (Path(folder, name) for name in (*folders, *names)):
                name = path.relative_to(self.folder).as_posix()
                if path.is_symlink():
                    contents[name] = f"a link to {os.readlink(path)}".encode()
                elif path.is_file():
                    contents[name] = path.read_bytes()
                elif not path.is_dir():
                    contents[name] = b"neither a file nor a folder"
        contents.pop(NAME, None)
        return contents

    def part_of_story(self, slug: str, part: str) -> Mapping:
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

        None if both mean the same and the manifests name different inputs: another version of a library may write the
        same otherwise.
        """
        differences: dict[str, FileDifference | None] = {}
        for name in self.names:
            old, new = self.old.files.get(name), self.new.files.get(name)
            if old is None or new is None:
                differences[name] = FileDifference(
                    file_kind(name), "", name if new is None else "", "" if new is None else name
                )
            elif old != new:
                # line ends do not count, but in pictures, where bytes mean something
                only_line_ends = with_lf(old) == new and ending(name) not in PICTURES
                differences[name] = None if only_line_ends else difference(name, old, new)
                if differences[name] is None and not self.inputs:
                    differences[name] = written_otherwise(name, old, new)
        return differences

    def pairs(self, part: str) -> list[tuple[str, Mapping, Mapping]]:
        """(story and name, old, new) of each finding, chart, table or picture; empty where an edition has none."""
        pairs = []
        for slug in self.slugs:
            old, new = self.old.part_of_story(slug, part), self.new.part_of_story(slug, part)
            pairs += [(f"{slug}, {name}", old.get(name, {}), new.get(name, {})) for name in sorted({*old, *new})]
        return pairs


def causes_of(inputs: list[InputDifference], ref: str = "") -> tuple[str, ...]:
    """The differing inputs as causes, in words, first the file of the source or series that a number's `ref` names.

    Where no input differs, somebody changed the edition.
    """
    if not inputs:
        return (CHANGED,)
    source = ref.partition(":")[2].partition("#")[0]
    ordered = sorted(inputs, key=lambda one: Path(one.name).name.partition(".")[0] != source)
    return tuple(str(difference) for difference in ordered)
