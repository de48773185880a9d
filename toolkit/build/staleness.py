"""The build's cache: what each story was made from, and whether that still holds.

Two steps of a story are cached, its run and its page: each with its output, its inputs (digests of files and of what
all stories share) and its trace (what it asked of the database, with digests of the answers). A step is done again if
an input or an answer differs.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from toolkit.core.project import Project, digest, replace_file
from toolkit.database.trace import Traced

PACKAGE = Path(__file__).parents[1]
TEMPLATES = "toolkit/site/templates/"  # a page is made from them, a run is not
NEW = "nothing is kept of it"
FIGURE = "the figure {}"
WORDS = {  # how a change of an answer is named, the most telling first
    "toolkit.database.open:Database.file": "{}",
    "toolkit.database.open:Database.file_digest": "{}",
    "toolkit.database.open:Database.printed": FIGURE,
    "toolkit.database.open:Database.reading": FIGURE,
    "toolkit.database.open:Database.source": "the source {}",
    "toolkit.notebook.story:usage_log_made_from": "the scenario {}",
    "toolkit.database.open:Database.corrections": "a correction to {}",
    "toolkit.site.appendix:glossary": "a word of the glossary",
    "toolkit.database.open:Database.answer": "the answer to {}",
    "toolkit.database.open:Database.readings": "the readings of {}",
    "toolkit.database.open:Database.certainty": "the certainty of {}",
    "toolkit.database.open:Database.origins": "the origins of {}",
}


@dataclass(frozen=True)
class CacheEntry:
    """One step of a story: its output, and the inputs and the trace that it came from."""

    inputs: Mapping[str, str]
    trace: Mapping[str, str]
    output: bytes


def shared_inputs(project: Project) -> dict[str, str]:
    """The inputs of every story, by name, each with a digest: code, templates, lock, interpreter, libraries."""
    folders = [Path(folder) for folder in sys.path if os.path.isdir(folder)]
    libraries = sorted(name for folder in folders for name in os.listdir(folder) if name.endswith("-info"))
    found = {f"toolkit/{path.relative_to(PACKAGE).as_posix()}": path for path in _files(PACKAGE)}
    found["requirements.lock"] = project.root / "requirements.lock"
    made = {name: _digest(path) for name, path in found.items()}
    return {
        **made,
        "the interpreter": digest([sys.version, sys.platform]),
        "an installed library": digest(libraries),
        "the language": digest([project.language]),
    }


def fingerprint(project: Project, shared: Mapping[str, str]) -> str:
    """A digest of everything that an edition can be made from: `shared_inputs` and every file of the project's own."""
    parts = [part for pair in sorted(shared.items()) for part in pair]
    for folder in (project.data, project.notebooks):
        for path in _files(folder, project.build):
            parts += [project.name(path), _digest(path)]
    return digest([*parts, _digest(project.root / "pyproject.toml")])


def changes(entry: CacheEntry | None, inputs: Mapping[str, str], database: Callable[[], Traced]) -> list[str]:
    """Why a step has to be done again, the most telling reason first; nothing if its cache entry still holds.

    `database` is called, and asked again, only where the inputs are the same.
    """
    if entry is None:
        return [NEW]
    names = dict.fromkeys([*inputs, *entry.inputs])
    if found := [f"{name} changed" for name in names if entry.inputs.get(name) != inputs.get(name)]:
        return found
    changed = [asked for asked, answer in entry.trace.items() if _answer(database(), asked) != answer]
    order = list(WORDS)
    said = [
        (order.index(name) if (name := json.loads(asked)[0]) in WORDS else len(order), _said(asked))
        for asked in changed
    ]
    return list(dict.fromkeys(words for _, words in sorted(said, key=lambda pair: pair[0])))


def in_short(reasons: list[str]) -> str:
    """Reasons in a few words: the first, and how many more."""
    return reasons[0] + (f", and {len(reasons) - 1} more" if len(reasons) > 1 else "")


def _answer(database: Traced, asked: str) -> str:
    try:
        return database.ask_again(asked)
    except Exception as error:  # whatever the reason: what has no answer now is not what it was
        return f"none: {error}"


def _said(asked: str) -> str:
    name, *arguments = json.loads(asked)
    words = WORDS.get(name, "what the desk holds")
    key = str(arguments[0]) if arguments else ""
    if words == FIGURE:
        kind, _, key = key.partition(":")
        words = "the row {}" if kind == "series" else words
    return f"{words.format(key)} changed"


def cached(project: Project, slug: str, step: str) -> CacheEntry | None:
    """The cache entry of a story's "run" or "page"; None if there is none, or it was cut short."""
    try:
        head, _, output = _entry_path(project, slug, step).read_bytes().partition(b"\n")
        found = json.loads(head)
        whole = found["sha256"] == hashlib.sha256(output).hexdigest()
        return CacheEntry(found["inputs"], found["trace"], output) if whole else None
    except (OSError, ValueError, KeyError):
        return None


def store(project: Project, slug: str, step: str, entry: CacheEntry) -> None:
    """Puts the entry of a story's "run" or "page" into the cache. Raises OSError where it cannot write."""
    digest_of_output = hashlib.sha256(entry.output).hexdigest()
    head = {"sha256": digest_of_output, "inputs": dict(entry.inputs), "trace": dict(entry.trace)}
    replace_file(_entry_path(project, slug, step), json.dumps(head, ensure_ascii=False).encode() + b"\n" + entry.output)


def run_inputs(shared: Mapping[str, str], slug: str, notebook: bytes) -> dict[str, str]:
    """The inputs of a story's run: its notebook, and what all stories share."""
    own = {f"notebooks/{slug}.ipynb": digest([notebook])}
    return own | {name: value for name, value in shared.items() if not name.startswith(TEMPLATES)}


def page_inputs(project: Project, shared: Mapping[str, str], edition: object, run: bytes) -> dict[str, str]:
    """The inputs of a story's page: the output of its run, the edition around it, and what all stories share."""
    own = {
        "pyproject.toml, [tool.toolkit]": digest([json.dumps(project.settings, default=str)]),
        "the list of stories": digest([repr(edition)]),
        "its result": digest([run]),
    }
    return own | dict(shared)


def remove_all_but(project: Project, slugs: list[str]) -> None:
    """Removes the cache entries of all stories but these."""
    for path in (project.build / "stories").glob("*.*"):
        if path.stem not in slugs and not path.name.startswith("."):
            path.unlink(missing_ok=True)


def record_edition(project: Project, made_from: str, folder: Path) -> None:
    """Records the files of an edition's folder and the fingerprint that it was made from."""
    found = {"made_from": made_from, "files": digests(folder)}
    replace_file(project.build / "edition.json", json.dumps(found, indent=1).encode())


def differences(project: Project, made_from: str, folder: Path) -> list[str] | None:
    """The files in which `folder` is not the edition of this fingerprint; None if no such edition was made."""
    try:
        recorded = json.loads((project.build / "edition.json").read_bytes())
        if recorded["made_from"] != made_from:
            return None
        files = recorded["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    found = digests(folder)
    return sorted(name for name in {*files, *found} if files.get(name) != found.get(name))


def digests(folder: Path) -> dict[str, str]:
    """Every file below a folder with its digest."""
    return {path.relative_to(folder).as_posix(): _digest(path) for path in _files(folder)}


def _entry_path(project: Project, slug: str, step: str) -> Path:
    return project.build / "stories" / f"{slug}.{step}"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _files(folder: Path, without: Path | None = None) -> Iterator[Path]:
    for here, folders, names in os.walk(folder):
        skipped = ("__pycache__", ".ipynb_checkpoints")  # made by Python and JupyterLab
        folders[:] = sorted(name for name in folders if name not in skipped and Path(here, name) != without)
        yield from (Path(here, name) for name in sorted(names))
