"""What a check of an edition came to, and how it is told: as lines for a terminal, as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from toolkit.build.edition_inputs import InputDifference
from toolkit.core.project import CRLF, UNDO_CRLF
from toolkit.core.text import made_visible
from toolkit.review.compare_all_files import LINES_CHANGED
from toolkit.review.compare_two_files import CRLF_LINES
from toolkit.review.signature import Signature
from toolkit.review.two_editions import CHANGED, Mismatch
from toolkit.review.unpacking import EDITION

SAID = {
    "input": "inputs (data and code) as here",
    "finding": "findings reproduced",
    "chart": "charts: data, words, specification, drawings",
    "table": "tables",
    "picture": "photographs and scans, with their words",
    "page": "pages: words, links, styles, scripts",
    "file": "other files, none missing and none too many",
    "shared": "styles and scripts that pages share",
    "entry": "other entries of the manifest",
    "hash": "files as the manifest has them",
    "parts": "tables made again from the data, which agree with the pages and the manifest",
    "archive": "files of the archive as they are made",
}
OPTIONAL = ("table", "picture", "archive")  # of which nothing is said where there are none
BY_ITSELF = ("hash", "archive")  # compared with what the edition or the archive says of itself
ALIKE = (
    "every file is as the manifest says and no input differs: either the manifest was changed as well, "
    "or the build does not repeat itself"
)
NAMED_BY_EDITION = "the edition names another environment:"
OTHER_ENVIRONMENT = "another environment made this edition; it was compared by what its files mean, not by their bytes"
CAUSES = 6  # so many causes are written out; JSON has them all
JSON_NAMES = {"text_changed": "reprinted", "deepest_difference": "first"}


@dataclass(frozen=True)
class Verdict:
    """The result of a comparison: how many things of each kind there are, what differs, which inputs do, and notes.

    `counts` is by kind, those of SAID; `otherwise` has the files that mean the same and have other bytes, which only
    another environment excuses.
    """

    counts: dict[str, int]
    missed: tuple[Mismatch, ...]
    differing: tuple[InputDifference, ...] = ()
    notes: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """True if nothing differs."""
        return not self.missed


def with_signature(verdict: Verdict, signature: Signature) -> Verdict:
    """A verdict that says who signed the archive, and holds only if the signature does."""
    missed = () if signature.holds else (Mismatch("archive", "its signature", "by one of --signed-by", signature.said),)
    notes = (*verdict.notes, signature.said) if signature.holds else verdict.notes
    return replace(verdict, missed=(*verdict.missed, *missed), notes=notes)


def changed_file(what: str, where: str, old: str, new: str) -> Mismatch:
    """The mismatch of a file that was changed after it was written."""
    cause = LINES_CHANGED if new == CRLF else CHANGED
    return Mismatch(what, where, old, new, causes=(cause,))


def report(verdict: Verdict) -> str:
    """The verdict as lines for a terminal: what differs, then the counts."""
    ended = {mismatch.where.removeprefix(f"archive, {EDITION}") for mismatch in verdict.missed if _has_crlf(mismatch)}
    lines = [f"line endings were changed to CRLF in {len(ended)} files; {UNDO_CRLF}"] if ended else []
    inputs = [mismatch for mismatch in verdict.missed if mismatch.what == "input"]
    if inputs:
        lines += ["the edition was made from other data or code than is here:"]
        lines += _first([f"  {mismatch.where}, {_state(mismatch)}" for mismatch in inputs])
    for mismatch in verdict.missed:
        if mismatch.what != "input" and not _has_crlf(mismatch):
            lines += _lines(mismatch)
    for what in [what for what in SAID if what in verdict.counts]:
        missed = len({mismatch.where for mismatch in verdict.missed if mismatch.what == what})
        lines.append(f"{verdict.counts[what] - missed} of {verdict.counts[what]} {SAID[what]}")
    if verdict.otherwise:
        several = len(verdict.otherwise) > 1
        words = "files mean the same and are" if several else "file means the same and is"
        lines.append(f"{len(verdict.otherwise)} {words} written otherwise:")
        lines += [f"  {name}" for name in verdict.otherwise]
    return "\n".join(made_visible(line) for text in [*lines, *verdict.notes] for line in text.split("\n"))


def _has_crlf(mismatch: Mismatch) -> bool:
    return mismatch.new == CRLF or mismatch.part == CRLF_LINES


def _state(mismatch: Mismatch) -> str:
    if mismatch.old and mismatch.new:
        return "differs"
    if mismatch.what in BY_ITSELF:
        return "missing" if mismatch.old else "too many"
    return "in the edition alone" if mismatch.old else "not in the edition"


def _lines(mismatch: Mismatch) -> list[str]:
    """A mismatch for a terminal: where it is, what it is, how it is in both editions, and why."""
    where = ", ".join(part for part in dict.fromkeys((mismatch.where, mismatch.place)) if part)
    lines = [f"{where}: {f'{mismatch.part}, ' if mismatch.part else ''}{_state(mismatch)}"]
    old, new = ("wanted ", "found  ") if mismatch.what in BY_ITSELF else ("edition", "rebuilt")
    lines += [f"  {old}  {mismatch.old}"] if mismatch.old else []
    lines += [f"  {new}  {mismatch.new}"] if mismatch.new else []
    if mismatch.what == "finding":
        lines.append(f"  the printed text {'would change' if mismatch.text_changed else 'stays'}")
    lines += [f"  first input that differs: {mismatch.deepest_difference}"] if mismatch.deepest_difference else []
    lines += _first([f"  cause: {cause}" for cause in mismatch.causes])
    return [line.replace("\n", " ") for line in lines]  # a text or a name of an edition does not make lines of its own


def _first(lines: list[str]) -> list[str]:
    more = len(lines) - CAUSES
    return lines[:CAUSES] + ([f"  and {more} more"] if more > 0 else [])


def as_json(verdict: Verdict) -> dict:
    """The verdict as JSON values."""
    missed = [
        {JSON_NAMES.get(name, name): value for name, value in asdict(mismatch).items()} for mismatch in verdict.missed
    ]
    return {"holds": verdict.holds, **asdict(verdict), "missed": missed}
