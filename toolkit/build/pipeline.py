"""The one way through: data/ to the desk, notebooks to stories, stories to an edition."""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace

from toolkit.build import staleness
from toolkit.build.inputs import inputs
from toolkit.build.manifest import files_of, manifest, story_entry
from toolkit.build.staleness import Kept
from toolkit.build.swap import one_at_a_time, room_beside, swap, write
from toolkit.core.errors import Problem, StoryError, ToolkitError, collected, refused_by_system
from toolkit.core.project import Project, read_text
from toolkit.database.open import Desk, open_desk
from toolkit.notebook.prose import allowed_names
from toolkit.notebook.run import Executed, Watch, as_bytes, execute_all, from_bytes
from toolkit.reported.unread import unread

Progress = Callable[[str], None]
ATTEMPTS = 3  # a build begins anew where somebody changed what it reads meanwhile


def build(project: Project, out: Path | None = None, progress: Progress = lambda line: None) -> Path:
    """Builds what changed since the last build and puts the edition in `out` (default: reports/); returns it.

    Raises RecordError or StoryError with every problem, or ToolkitError where it cannot write; the edition that
    was there stays.
    """
    out = (out or project.reports).resolve()
    _refuse_what_is_no_edition(project, out)
    _refuse_what_cannot_be_read(project)
    with _said_where_it_cannot_write(project):
        with one_at_a_time(project.build, lambda: progress("another build is running: waiting until it is done")):
            for _ in range(ATTEMPTS):
                if _attempt(Project(project.root), out, progress):
                    return out
                progress("something that the build reads was changed meanwhile: once more")
    raise ToolkitError(
        "the build",
        "files that it reads were changed while it ran, each time",
        "data and notebooks at rest for some seconds",
        "build again",
    )


def _attempt(project: Project, out: Path, progress: Progress) -> bool:
    """One build; false if what it reads was changed meanwhile, so that no edition came of it."""
    shared = staleness.surroundings(project)
    made_from = staleness.fingerprint(project, shared)
    differing = staleness.differences(project, made_from, out)
    slugs = [path.stem for path in project.stories()]
    if differing == []:
        for slug in slugs:
            progress(f"kept {slug}")
        return True
    if differing and out.exists():
        progress(f"not as it was built: {staleness.because(differing)}")
    with room_beside(out) as folder, ThreadPoolExecutor(1) as aside:
        if not _Making(project, shared, progress, aside).edition(folder):
            return False
        if made_from != staleness.fingerprint(project, staleness.surroundings(project)):
            return False
        swap(folder, out)
    staleness.forget_others(project, slugs)
    staleness.note_edition(project, made_from, out)
    return True


@dataclass
class _Making:
    """One edition in the making; `aside` does what can be done while kernels start and compute."""

    project: Project
    shared: Mapping[str, str]
    progress: Progress
    aside: ThreadPoolExecutor

    def edition(self, folder: Path) -> bool:
        """Writes the edition; false if a story ran on another desk than the pages would be made from."""
        # jsonschema compiles grammars of web addresses when it finds this package: seconds that nothing here needs
        sys.modules.setdefault("rfc3987_syntax", None)
        opened = self.aside.submit(open_desk, self.project)
        ready = self.aside.submit(_load_page_maker)
        bundle = self.aside.submit(lambda: ready.result().shared_files(self.project.build))
        executed = self._executed(opened, ready)
        if any(story.desk not in ("", opened.result().path.name) for story in executed):
            return False
        refuse_two_values(executed)
        self._write(folder, executed, opened.result(), ready.result(), bundle)
        return True

    def _executed(self, opened: Future, ready: Future) -> list[Executed]:
        """All stories in order: those run again whose inputs changed, the others as they were kept."""
        done: dict[str, Executed] = {}
        why: dict[str, str] = {}
        paths = self.project.stories()
        again = _Later(opened)
        for path in paths:
            kept = staleness.kept_of(self.project, path.stem, "run")
            given = staleness.given_to_run(self.shared, path.stem, path.read_bytes())
            if reasons := staleness.changes(kept, given, again):
                why[path.stem] = staleness.because(reasons)
            else:
                done[path.stem] = from_bytes(path.stem, kept.made)

        def ran(story: Executed) -> None:
            given = staleness.given_to_run(self.shared, story.slug, story.source)
            staleness.keep(self.project, story.slug, "run", Kept(given, story.taken, as_bytes(story)))
            self.progress(f"ran {story.slug}: {why[story.slug]}")

        watch = Watch(opened, ran, lambda chart: self.aside.submit(lambda: ready.result().draw_ahead(chart)))
        stale = [path for path in paths if path.stem in why]
        # those that ask a feed simulate it first and take longest: begun last, they would leave a processor idle
        stale.sort(key=lambda path: b".feed(" not in path.read_bytes())
        done |= {story.slug: story for story in (execute_all(stale, watch) if stale else ())}
        return [done[path.stem] for path in paths]

    def _write(
        self, folder: Path, executed: Sequence[Executed], desk: Desk, maker: SimpleNamespace, bundle: Future
    ) -> None:
        edition = maker.page.edition_context(self.project, executed)
        again = _Later(desk)
        stories, pages = {}, []
        for story in executed:
            made = self._page(story, desk, again, edition, maker)
            write(folder, f"{made.slug}.html", made.html)
            for name, content in made.files.items():
                write(folder, f"{made.slug}/{name}", content)
            stories[made.slug] = story_entry(
                made.title, f"{made.slug}.html", made.html.encode(), story.record, story.notebook, made.files
            )
            pages.append(made)
        write(folder, "index.html", maker.front.render(pages, desk, edition))
        write(folder, "claims.html", maker.claims_page.render(desk, edition, pages))
        for name, content in {**maker.front.feeds(pages, edition), **bundle.result()}.items():
            write(folder, name, content)
        units = read_text(self.project.data / "units.txt").replace("\r\n", "\n")
        write(folder, "manifest.json", manifest(edition.name, stories, units, inputs(self.project), files_of(folder)))

    def _page(self, story: Executed, desk: Desk, again: _Later, edition: object, maker: SimpleNamespace):
        """A story's page: as it was kept, or rendered again where what it is made from changed."""
        given = staleness.given_to_page(self.project, self.shared, edition, as_bytes(story))
        kept = staleness.kept_of(self.project, story.slug, "page")
        reasons = staleness.changes(kept, given, again)
        if not reasons:
            if not story.source:
                self.progress(f"kept {story.slug}")
            return pickle.loads(kept.made)
        noting = desk.apart()
        made = maker.page.render(story, noting, edition)
        staleness.keep(self.project, story.slug, "page", Kept(given, noting.taken, pickle.dumps(made)))
        why = "" if story.source else f": {staleness.because(reasons)}"
        self.progress(f"wrote {made.slug}.html, {len(made.html.encode()) // 1024} KB{why}")
        return made


class _Later:
    """The desk to ask again, with nothing taken yet; looked for only when something is asked."""

    def __init__(self, desk: Desk | Future):
        self._from = desk

    def __call__(self) -> Desk:
        return self._desk

    @cached_property
    def _desk(self) -> Desk:
        return (self._from.result() if isinstance(self._from, Future) else self._from).apart()


def refuse_two_values(executed: Sequence[Executed]) -> None:
    """Raises StoryError where two stories give one finding's name to different numbers."""
    first: dict[str, tuple[str, dict]] = {}
    problems = []
    for story in executed:
        for name, finding in story.record["findings"].items():
            slug, known = first.setdefault(name, (story.slug, finding))
            if known["node"] != finding["node"]:
                problems.append(
                    Problem(
                        f"story {story.slug}, finding {name!r}",
                        f"{finding['printed']}, but {known['printed']} in story {slug}",
                        "one value for a name in an edition",
                        "give one of the two a name of its own",
                    )
                )
    if problems:
        raise StoryError(problems)


def _refuse_what_is_no_edition(project: Project, out: Path) -> None:
    """An edition takes the place of the whole folder: nobody else's files may be in it."""
    holds_other = out.is_dir() and any(out.iterdir()) and not (out / "manifest.json").is_file()
    if out.is_file() or (holds_other and out != project.reports.resolve()):
        raise ToolkitError(
            here(out),
            "a file" if out.is_file() else "a folder with other things in it",
            "a new or empty folder, or one with an edition (manifest.json)",
            "name another folder",
        )


def _refuse_what_cannot_be_read(project: Project) -> None:
    """What a database of before does not tell: files of data/ that nothing reads, and the list of names."""
    problems: list[Problem] = []
    if unread(project):
        from toolkit.reported.record import read_reported

        with collected(problems):  # these and whatever else is wrong there
            read_reported(project)
    with collected(problems):
        allowed_names(project)
    if problems:
        raise ToolkitError(problems)


@contextlib.contextmanager
def _said_where_it_cannot_write(project: Project) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:  # nobody reads what is said of its progress
        raise
    except OSError as error:
        raise refused_by_system(error, project.name, "; the last edition is as it was") from error


def _load_page_maker():
    from toolkit.notebook.kernels import load_jupyter

    load_jupyter()
    # charts take seconds to import
    from toolkit import charts  # noqa: F401
    from toolkit.site import claims as claims_page  # noqa: F401
    from toolkit.site import exhibits as shown
    from toolkit.site import front, interactive, page

    page.load()
    return SimpleNamespace(
        page=page,
        front=front,
        claims_page=claims_page,
        draw_ahead=shown.draw_ahead,
        shared_files=interactive.shared_files,
    )


def here(path: Path) -> str:
    """A path as a terminal prints it: relative to the working directory where that is shorter."""
    try:
        relative = os.path.relpath(path)
    except (OSError, ValueError):  # a working directory that is gone, or another drive
        return str(path)
    return relative if len(relative) < len(str(path)) else str(path)
