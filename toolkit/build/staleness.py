"""What of the last edition still holds: what each story was made from, looked at and asked for again.

A story is kept in two steps, its run and its page. Each is kept with `given` (digests of files and of what all
stories share) and `taken` (what it asked of the desk, with digests of the answers). It is made again if any differs.
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
from toolkit.database.trace import Taken

PACKAGE = Path(__file__).parents[1]
TEMPLATES = "toolkit/site/templates/"  # a page is made from them, a run is not
NEW = "nothing is kept of it"
FIGURE = "the figure {}"
WORDS = {  # how a change of an answer is named, the most telling first
    "toolkit.database.open:Desk.file": "{}",
    "toolkit.database.open:Desk.file_digest": "{}",
    "toolkit.database.open:Desk.printed": FIGURE,
    "toolkit.database.open:Desk.reading": FIGURE,
    "toolkit.database.open:Desk.source": "the source {}",
    "toolkit.notebook.story:feed_made_from": "the scenario {}",
    "toolkit.database.open:Desk.corrections": "a correction to {}",
    "toolkit.site.appendix:glossary": "a word of the glossary",
    "toolkit.database.open:Desk.answer": "the answer to {}",
    "toolkit.database.open:Desk.readings": "the readings of {}",
    "toolkit.database.open:Desk.certainty": "the certainty of {}",
    "toolkit.database.open:Desk.origins": "the origins of {}",
}


@dataclass(frozen=True)
class Kept:
    """What was made of a story, and from what."""

    given: Mapping[str, str]
    taken: Mapping[str, str]
    made: bytes


def surroundings(project: Project) -> dict[str, str]:
    """What every story is made with, by name, each with a digest: code, templates, lock, interpreter, libraries."""
    folders = [Path(folder) for folder in sys.path if os.path.isdir(folder)]
    libraries = sorted(name for folder in folders for name in os.listdir(folder) if name.endswith("-info"))
    found = {f"toolkit/{path.relative_to(PACKAGE).as_posix()}": path for path in _files(PACKAGE)}
    found["requirements.lock"] = project.root / "requirements.lock"
    made = {name: _digest(path) for name, path in found.items()}
    return {**made, "the interpreter": digest([sys.version, sys.platform]), "an installed library": digest(libraries)}


def fingerprint(project: Project, shared: Mapping[str, str]) -> str:
    """Stands for everything that an edition can be made from: `surroundings` and every file of the project's own."""
    parts = [part for pair in sorted(shared.items()) for part in pair]
    for folder in (project.data, project.notebooks):
        for path in _files(folder, project.build):
            parts += [project.name(path), _digest(path)]
    return digest([*parts, _digest(project.root / "pyproject.toml")])


def changes(kept: Kept | None, given: Mapping[str, str], desk: Callable[[], Taken]) -> list[str]:
    """Why a story has to be made again, the most telling reason first; nothing if what is kept still holds."""
    if kept is None:
        return [NEW]
    names = dict.fromkeys([*given, *kept.given])
    if found := [f"{name} changed" for name in names if kept.given.get(name) != given.get(name)]:
        return found
    changed = [asked for asked, answer in kept.taken.items() if _answer(desk(), asked) != answer]
    order = list(WORDS)
    said = [
        (order.index(name) if (name := json.loads(asked)[0]) in WORDS else len(order), _said(asked))
        for asked in changed
    ]
    return list(dict.fromkeys(words for _, words in sorted(said, key=lambda pair: pair[0])))


def because(reasons: list[str]) -> str:
    """Reasons in a few words: the first, and how many more."""
    return reasons[0] + (f", and {len(reasons) - 1} more" if len(reasons) > 1 else "")


def _answer(desk: Taken, asked: str) -> str:
    try:
        return desk.ask_again(asked)
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


def kept_of(project: Project, slug: str, step: str) -> Kept | None:
    """What is kept of a story's "run" or "page"; None if there is nothing, or it was cut short."""
    try:
        head, _, made = _place(project, slug, step).read_bytes().partition(b"\n")
        found = json.loads(head)
        whole = found["sha256"] == hashlib.sha256(made).hexdigest()
        return Kept(found["given"], found["taken"], made) if whole else None
    except (OSError, ValueError, KeyError):
        return None


def keep(project: Project, slug: str, step: str, kept: Kept) -> None:
    """Keeps what was made of a story for the next build."""
    head = {"sha256": hashlib.sha256(kept.made).hexdigest(), "given": dict(kept.given), "taken": dict(kept.taken)}
    replace_file(_place(project, slug, step), json.dumps(head, ensure_ascii=False).encode() + b"\n" + kept.made)


def given_to_run(shared: Mapping[str, str], slug: str, notebook: bytes) -> dict[str, str]:
    """What a story's run was given: its notebook, and what all stories share."""
    own = {f"notebooks/{slug}.ipynb": digest([notebook])}
    return own | {name: value for name, value in shared.items() if not name.startswith(TEMPLATES)}


def given_to_page(project: Project, shared: Mapping[str, str], edition: object, ran: bytes) -> dict[str, str]:
    """What a story's page was given: what the run made, the edition around it, and what all stories share."""
    own = {
        "pyproject.toml, [tool.toolkit]": digest([json.dumps(project.settings, default=str)]),
        "the list of stories": digest([repr(edition)]),
        "its result": digest([ran]),
    }
    return own | dict(shared)


def forget_others(project: Project, slugs: list[str]) -> None:
    """Removes what is kept of stories that are no more."""
    for path in (project.build / "stories").glob("*.*"):
        if path.stem not in slugs and not path.name.startswith("."):
            path.unlink(missing_ok=True)


def note_edition(project: Project, made_from: str, folder: Path) -> None:
    """Notes what an edition's folder holds and the fingerprint it was made from."""
    found = {"made_from": made_from, "files": holds(folder)}
    replace_file(project.build / "edition.json", json.dumps(found, indent=1).encode())


def differences(project: Project, made_from: str, folder: Path) -> list[str] | None:
    """The files in which `folder` is not the edition of this fingerprint; None if no such edition was made."""
    try:
        noted = json.loads((project.build / "edition.json").read_bytes())
        if noted["made_from"] != made_from:
            return None
        files = noted["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    found = holds(folder)
    return sorted(name for name in {*files, *found} if files.get(name) != found.get(name))


def holds(folder: Path) -> dict[str, str]:
    """Every file below a folder with its digest."""
    return {path.relative_to(folder).as_posix(): _digest(path) for path in _files(folder)}


def _place(project: Project, slug: str, step: str) -> Path:
    return project.build / "stories" / f"{slug}.{step}"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _files(folder: Path, without: Path | None = None) -> Iterator[Path]:
    for here, folders, names in os.walk(folder):
        skipped = ("__pycache__", ".ipynb_checkpoints")  # made by Python and JupyterLab
        folders[:] = sorted(name for name in folders if name not in skipped and Path(here, name) != without)
        yield from (Path(here, name) for name in sorted(names))
