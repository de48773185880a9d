"""The build's cache: the output of each story's steps, what it was made from, and whether that is still the same.

Three modules speak of inputs: this one of those of a cached step, `edition_record.py` of those of a whole edition,
`edition_inputs.py` of those that a manifest lists.

A story has two steps: "run" executes its notebook, "page" makes its page of the run. Each is cached with its output,
its inputs (files, and what all stories share, as digests) and its trace (its questions to the database, with digests of
the answers). A step is done again if an input or an answer differs. A digest is a SHA-256 in hexadecimal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.build.edition_record import ProjectFiles
from toolkit.build.kept_file import keep, kept
from toolkit.core.project import Project, digest
from toolkit.database.log_engine import log_engine
from toolkit.database.trace import Traced
from toolkit.notebook.notebook_file import what_runs
from toolkit.notebook.run import Executed

TEMPLATES = "toolkit/site/templates/"  # inputs of pages, not of runs
NOTEBOOK = ".ipynb"
NOT_CACHED = "it is not in the cache"  # the reason for a step without a cache entry
FIGURE = "the figure {}"
# For each function in a trace, the words for a changed answer, {} being its first argument. Reasons are sorted in this
# order, so that the first is what somebody changed, and not what follows from the change.
ANSWERS = {
    "toolkit.database.open:Database.file": "{}",
    "toolkit.database.open:Database.file_digest": "{}",
    "toolkit.core.unit_dependencies:definitions_of": "a unit that it uses",
    "toolkit.database.dataset_questions:DatasetQuestions.dataset": "the dataset {}",
    "toolkit.database.open:Database.number_row": FIGURE,
    "toolkit.database.open:Database.reading": FIGURE,
    "toolkit.database.open:Database.source": "the source {}",
    "toolkit.notebook.story:usage_log_made_from": "the usage log {}",
    "toolkit.database.open:Database.corrections": "a correction to {}",
    "toolkit.database.open:Database.watch": "what to watch for {}",
    "toolkit.site.glossary:glossary": "a word of the glossary",
    "toolkit.database.open:Database.answer": "the answer to {}",
    "toolkit.database.dataset_questions:DatasetQuestions.ask_by_column": "the answer to {}",
    "toolkit.database.dataset_questions:DatasetQuestions.first_rows": "the rows of the dataset {}",
    "toolkit.database.open:Database.readings": "the readings of {}",
    "toolkit.database.open:Database.certainty": "the certainty of {}",
    "toolkit.database.open:Database.origins": "the origins of {}",
}


@dataclass(frozen=True)
class CacheEntry:
    """One step of a story: its inputs (digests by name), its trace (digests of answers by question), its output.

    `data_digest` says which data gave these answers: the digest that `digest_of_data` had for the project then.
    `seconds` is how long a run took. Of a page `finished_from` says what it was finished from
    (`toolkit.site.finishing`), `manifest` is the canonical JSON that the entry of its story was then, and `notes` are
    the lines of its `story_notes`.
    """

    inputs: Mapping[str, str]
    trace: Mapping[str, str]
    output: bytes
    data_digest: str = ""
    seconds: float = 0.0
    finished_from: str = ""
    manifest: str = ""
    notes: str = ""


def digest_of_data(project: Project, files: ProjectFiles) -> str:
    """One digest over all that answers to questions are made from, but for the toolkit's code.

    These are data/ and notebooks/ without the notebooks themselves, pyproject.toml, and the engine: `files` has their
    digests. Where it is the same, and so is the code, so are all answers but those about a notebook's file. Datasets
    outside data/ are as their declarations say, or a build ends before it asks (`refuse_what_cannot_be_read`). Raises
    ToolkitError for settings of an engine that there is not.
    """
    parts = [part for name, content in files.digests.items() if not name.endswith(NOTEBOOK) for part in (name, content)]
    return digest([log_engine(project).name, *parts])


def reasons_to_redo(
    entry: CacheEntry | None, inputs: Mapping[str, str], database: Callable[[], Traced], data_digest: str = ""
) -> list[str]:
    """The reasons for doing a step again, as words, first what somebody changed; empty if its entry can be used.

    Reasons are made of the names of inputs: "an installed library" gives "an installed library changed". `inputs` are
    those of now, `data_digest` is what `digest_of_data` has for the project now. `database` opens the database; it is
    called only where the inputs are the same. Then every question of the trace is asked again, or, where the data are
    the same too, only those about a notebook's file.
    """
    if entry is None:
        return [NOT_CACHED]
    names = dict.fromkeys([*inputs, *entry.inputs])
    if changed_inputs := [f"{name} changed" for name in names if entry.inputs.get(name) != inputs.get(name)]:
        return changed_inputs
    same_data = entry.data_digest and entry.data_digest == data_digest
    to_ask = {question: answer for question, answer in entry.trace.items() if not same_data or NOTEBOOK in question}
    changed = [question for question, answer in to_ask.items() if _answer(database(), question) != answer]
    changed.sort(key=_rank)
    return list(dict.fromkeys(map(_reason, changed)))


def in_short(reasons: list[str]) -> str:
    """The first reason, and how many more there are. Raises IndexError if there is none."""
    return reasons[0] + (f", and {len(reasons) - 1} more" if len(reasons) > 1 else "")


def _answer(database: Traced, question: str) -> str:
    try:
        return database.ask_again(question)
    except Exception as error:  # whatever it is: there was an answer before, so that this counts as a change
        return f"none: {error}"  # equal to no digest


def _rank(question: str) -> int:
    """The place of a question's function in ANSWERS; those that are not there come last."""
    function = json.loads(question)[0]
    return list(ANSWERS).index(function) if function in ANSWERS else len(ANSWERS)


def _reason(question: str) -> str:
    """The reason, in words, to redo a step because a question's answer changed: "the figure report#seats changed"."""
    function, *arguments = json.loads(question)
    words = ANSWERS.get(function, "an answer of the database")
    subject = str(arguments[0]) if arguments else ""
    if words == FIGURE:  # its argument is figure:<source>#<id> or series:<name>#<row>
        kind, _, subject = subject.partition(":")
        words = "the row {}" if kind == "series" else words
    return f"{words.format(subject)} changed"


def load(project: Project, slug: str, step: str) -> CacheEntry | None:
    """The cache entry of a story's "run" or "page"; None if there is none, or it is damaged."""
    if (content := kept(_entry_path(project, slug, step))) is None:
        return None
    head, _, output = content.partition(b"\n")
    try:
        return CacheEntry(**json.loads(head), output=output)
    except (ValueError, TypeError):  # another version of the toolkit kept it
        return None


def is_cached(project: Project, slug: str, step: str) -> bool:
    """Whether a story's "run" or "page" has an entry, whatever is in it."""
    return _entry_path(project, slug, step).is_file()


def store(project: Project, slug: str, step: str, entry: CacheEntry) -> None:
    """Puts the entry of a story's "run" or "page" into the cache: a line of JSON, then the output.

    Raises OSError where it cannot write.
    """
    head = {name: value for name, value in vars(entry).items() if name != "output"}
    keep(_entry_path(project, slug, step), json.dumps(head, ensure_ascii=False).encode() + b"\n" + entry.output)


def run_inputs(shared: Mapping[str, str], slug: str, notebook: bytes) -> dict[str, str]:
    """The inputs of a story's run, digests by name: what runs of its notebook, what all stories share but templates."""
    own = {f"notebooks/{slug}.ipynb": digest([what_runs(notebook)])}
    return own | {name: value for name, value in shared.items() if not name.startswith(TEMPLATES)}


def digest_of_drawing_code(shared: Mapping[str, str]) -> str:
    """A digest of the code and the libraries that draw charts: of what all stories share but the templates."""
    return digest(
        [part for name, value in sorted(shared.items()) if not name.startswith(TEMPLATES) for part in (name, value)]
    )


def last_notebook(project: Project, slug: str) -> Mapping[str, Any] | None:
    """A story's notebook as its last run left it, as JSON; None if there was none, or its code changed since."""
    entry = load(project, slug, "run")
    own = run_inputs({}, slug, (project.notebooks / f"{slug}.ipynb").read_bytes())
    if entry is None or not own.items() <= entry.inputs.items():
        return None
    notebook: Mapping[str, Any] = json.loads(entry.output)[0]
    return notebook


def page_inputs(project: Project, shared: Mapping[str, str], edition: object, story: Executed) -> dict[str, str]:
    """The inputs of a story's page as it is laid out, digests by name: run, edition, settings, what all stories share.

    `edition` is what its layout shows of the edition. Style sheets are not among them: a page gets its style when the
    edition is written.
    """
    own = {
        f"notebooks/{story.slug}.ipynb": story.source_digest,
        "pyproject.toml, [tool.toolkit]": digest([json.dumps(project.settings, default=str)]),
        "the edition": digest([repr(edition)]),
        "its result": digest([story.as_bytes]),
    }
    return own | {name: value for name, value in shared.items() if not _is_style(name)}


def is_of_same_code(entry: CacheEntry, shared: Mapping[str, str]) -> bool:
    """Whether what all stories share, but style sheets, is as it was when a page was laid out."""
    return all(_is_style(name) or entry.inputs.get(name) == value for name, value in shared.items())


def _is_style(name: str) -> bool:
    return name.startswith(TEMPLATES) and name.endswith(".css")


def remove_all_but(project: Project, slugs: list[str]) -> None:
    """Removes the cache entries of stories whose slug is not among these."""
    for path in (project.build / "stories").glob("*.*"):
        if path.stem not in slugs and not path.name.startswith("."):
            path.unlink(missing_ok=True)


def _entry_path(project: Project, slug: str, step: str) -> Path:
    return project.build / "stories" / f"{slug}.{step}"
