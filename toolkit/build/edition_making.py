"""One edition: from data/ to the database, from notebooks to stories, from stories to pages."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.build import drawings, edition_record, preload, staleness
from toolkit.build.dataset_rules import linked_files, refuse_unpublishable
from toolkit.build.drawing_process import DrawingProcess
from toolkit.build.edition_inputs import inputs
from toolkit.build.edition_record import BuildState
from toolkit.build.manifest import document_entries, files_of, manifest, stated_numbers, story_entry
from toolkit.build.refusals import (
    refuse_two_values,
    refuse_what_cannot_be_read,
    refuse_what_is_no_edition,
)
from toolkit.build.selection import Selection, select
from toolkit.build.shared_files import shared_files
from toolkit.build.staleness import CacheEntry
from toolkit.build.story_notes import story_notes
from toolkit.build.swap import folder_beside, swap, write
from toolkit.core.errors import Problem, StoryError, collect_problems
from toolkit.core.project import Project, digest, read_text
from toolkit.core.unit_dependencies import definitions_of, lookups
from toolkit.database.log_engine import for_kernels
from toolkit.database.open import Database, open_database
from toolkit.notebook import landlock
from toolkit.notebook.kernels import Kernels
from toolkit.notebook.run import Executed, RunHooks, as_bytes, execute_all, from_bytes, with_current_prose
from toolkit.reported.data_dictionary import write_dictionary

if TYPE_CHECKING:
    from toolkit.site.edition import EditionContext, Page

Progress = Callable[[str], None]  # is called with a line of text for a terminal
NOT_CHECKED = "not checked: files that libraries such as DuckDB, pyarrow and Polars read (no Landlock here)"
FRONT = "index.html"


def make_edition(
    project: Project, out: Path, progress: Progress, only: frozenset[str], on: date, state: BuildState
) -> bool:
    """Makes the edition of a day in `out`, from the `state` a build starts from; False if an input changed meanwhile.

    Raises DataFileError, StoryError or ToolkitError with every problem, and OSError where it cannot write.
    """
    refuse_what_is_no_edition(project, out)
    refuse_what_cannot_be_read(project)
    select(project, on).refuse_others(only)
    shared, made_from = state.shared, state.made_from
    data_digest, drawing_code = staleness.digest_of_data(project), staleness.digest_of_drawing_code(shared)
    # data/README.md is among the files of the first digest, and made of them by code, which is in the second
    if not (state.record and state.record.data == [data_digest, drawing_code]) and write_dictionary(project):
        progress("wrote data/README.md, as data/ has changed")
        made_from, data_digest = edition_record.digest_of_inputs(project, shared), staleness.digest_of_data(project)
    selection = select(project, on)
    for held_story in selection.held:
        progress(str(held_story))
    if state.altered and out.exists():
        progress(f"not as it was built: {staleness.in_short(state.altered)}")
    with (
        folder_beside(out) as folder,
        ThreadPoolExecutor(1) as aside,
        contextlib.closing(DrawingProcess(project, drawing_code)) as drawer,
    ):
        edition = _Edition(project, shared, progress, aside, drawer, selection, only, data_digest)
        is_written = edition.write(folder)
        if not is_written or made_from != edition_record.digest_of_inputs(
            project, edition_record.shared_inputs(project)
        ):
            return False
        swap(folder, out)
    staleness.remove_all_but(project, [path.stem for path in project.stories()])
    drawings.remove_others(project, drawing_code)
    if edition.outdated:
        edition_record.forget_edition(project)
    else:
        record = edition_record.EditionRecord(
            made_from,
            [data_digest, drawing_code],
            selection.day.isoformat(),
            selection.last.isoformat(),
            list(selection.slugs),
            [str(held_story) for held_story in selection.held],
            linked_files(project),
            edition_record.folder_digests(out),
        )
        edition_record.record_edition(project, record)
    return True


@dataclass
class _Edition:
    """One edition being made; `shared` are the inputs that all stories share (`edition_record.shared_inputs`).

    `aside`, a thread, does what can be done while kernels start and compute; `drawer` draws charts. Stories that are
    not in `only` are kept as they were built, unless `only` is empty; `outdated` has those that have changed since, and
    why. `data_digest` is the `staleness.digest_of_data` of the project.
    """

    project: Project
    shared: Mapping[str, str]
    progress: Progress
    aside: ThreadPoolExecutor
    drawer: DrawingProcess
    selection: Selection
    only: frozenset[str]
    data_digest: str
    outdated: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> bool:
        """Writes the edition; False if a story ran on another database than the pages would be made from."""
        opened = self.aside.submit(open_database, self.project)
        self.aside.submit(preload.load_site)
        problems = list(self.selection.problems)
        stories = self._run_stories(opened, problems)
        database = opened.result()
        if any(story.database not in ("", database.path.name) for story in stories):
            return False
        with collect_problems(problems):
            refuse_two_values(stories)
        with collect_problems(problems):
            refuse_unpublishable(stories, database)
        self.aside.submit(preload.load_site).result()
        from toolkit.site.page import edition_context

        edition = edition_context(self.project, stories, self.selection.day)
        pages = self._pages(stories, database, edition, problems)
        if problems:
            raise StoryError(problems)
        for story, (page, _) in zip(stories, pages, strict=True):
            for line in story_notes(story, page.title, page.main.html):
                self.progress(line)
        self._write(folder, pages, database, edition, shared_files(self.project))
        return True

    def _run_stories(self, opened: Future[Database], problems: list[Problem]) -> list[Executed]:
        """All stories in order: those run again whose inputs changed, the others from the cache.

        What fails is left out, and its problems are added to `problems`.
        """
        with contextlib.ExitStack() as ending:
            kernels = cache(lambda: ending.enter_context(contextlib.closing(Kernels())))
            return self._run_or_reuse(opened, problems, kernels)

    def _run_or_reuse(
        self, opened: Future[Database], problems: list[Problem], kernels: Callable[[], Kernels]
    ) -> list[Executed]:
        """As `_run_stories`; `kernels` starts them, at the first story that has to run, while others are looked at."""
        results: dict[str, Executed] = {}
        why_stale: dict[str, str] = {}
        paths = self.selection.released
        database = cache(lambda: opened.result().with_empty_trace())
        for path in paths:
            entry = staleness.load(self.project, path.stem, "run")
            source = path.read_bytes()
            reasons = self._changes(
                entry, path.stem, "run", staleness.run_inputs(self.shared, path.stem, source), database
            )
            if entry is not None and not reasons:
                with collect_problems(problems):
                    results[path.stem] = self._with_words(from_bytes(path.stem, entry.output), path, source)
            elif entry is not None and self._stays_as_built(path.stem, reasons):
                results[path.stem] = from_bytes(path.stem, entry.output)
            else:
                why_stale[path.stem] = staleness.in_short(reasons)
                kernels()

        def store_result(story: Executed) -> None:
            inputs_of_run = staleness.run_inputs(self.shared, story.slug, story.source)
            entry = CacheEntry(inputs_of_run, story.trace, as_bytes(story), self.data_digest)
            staleness.store(self.project, story.slug, "run", entry)
            results[story.slug] = story
            self.progress(f"ran {story.slug}: {why_stale[story.slug]}")

        hooks = RunHooks(opened, store_result, self.drawer.draw)
        stale = [path for path in paths if path.stem in why_stale]
        # stories with a usage log simulate it first and take longest: started last, one would run alone at the end
        stale.sort(key=lambda path: b".usage_log(" not in path.read_bytes())
        if stale and not landlock.is_supported():
            self.progress(NOT_CHECKED)
        asks_logs = any(b".usage_log(" in path.read_bytes() for path in stale)
        with collect_problems(problems), for_kernels(self.project) if asks_logs else contextlib.nullcontext():
            if stale:
                execute_all(stale, hooks, kernels=kernels())
        return [results[path.stem] for path in paths if path.stem in results]

    def _changes(
        self,
        entry: CacheEntry | None,
        slug: str,
        step: str,
        inputs: Mapping[str, str],
        database: Callable[[], Database],
    ) -> list[str]:
        """The reasons for doing a step of a story again, for which `entry` is in the cache (`staleness.changes`)."""
        reasons = staleness.reasons_to_redo(entry, inputs, database, self.data_digest)
        if entry is not None and not reasons and entry.data_digest != self.data_digest:
            staleness.store(self.project, slug, step, replace(entry, data_digest=self.data_digest))
        return reasons

    def _with_words(self, story: Executed, path: Path, source: bytes) -> Executed:
        """A run from the cache with the words that its notebook has now, unless it is to stay as it was."""
        reworded = story.source_digest != digest([source])
        if reworded and self._stays_as_built(path.stem, [f"{self.project.name(path)} changed"]):
            return story
        return with_current_prose(story, path, source)

    def _stays_as_built(self, slug: str, reasons: list[str]) -> bool:
        """True if `only` names other stories: this one stays as it was built, and `outdated` says why it should not."""
        if self.only and slug not in self.only:
            self.outdated.setdefault(slug, staleness.in_short(reasons))
            return True
        return False

    def _write(
        self,
        folder: Path,
        pages_and_entries: Sequence[tuple[Page, Mapping[str, Any]]],
        database: Database,
        edition: EditionContext,
        shared: Mapping[str, bytes],
    ) -> None:
        """Writes the stories' pages, the front page, the pages of claims, the files they share, and the manifest.

        `pages_and_entries` has each page, and the entry of its story in the manifest.
        """
        from toolkit.site import claim_pages, front
        from toolkit.site.links import dead_links

        pages = [page for page, _ in pages_and_entries]
        entries = {}
        for page, entry in pages_and_entries:
            documents = {document.path: document.html for document in page.documents}
            files = {f"{page.slug}/{name}": content for name, content in page.files.items()}
            for name, html in documents.items():
                write(folder, name, html)
            for name, content in files.items():
                write(folder, name, content)
            entries[page.slug] = {**entry, **document_entries(documents)}
        texts = {FRONT: front.render(pages, database, edition), **claim_pages.render(database, edition, pages)}
        feeds = front.feeds(pages, edition, list(texts))
        if dead := dead_links(pages, [*texts, *feeds, *shared]):
            raise StoryError(dead)
        for name, text in (texts | feeds).items():
            write(folder, name, text)
        for name, content in shared.items():
            write(folder, name, content)
        units = read_text(self.project.data / "units.txt").replace("\r\n", "\n")
        all_inputs = inputs(self.project, entries)
        text = manifest(edition.name, entries, units, all_inputs, files_of(folder), edition.day, self.project.language)
        write(folder, "manifest.json", text)

    def _pages(
        self, stories: Sequence[Executed], database: Database, edition: EditionContext, problems: list[Problem]
    ) -> list[tuple[Page, Mapping[str, Any]]]:
        """The `_page` of each story, in order; what fails is left out, and its problems are added to `problems`."""
        pages: dict[str, tuple[Page, Mapping[str, Any]]] = {}
        problems_of: dict[str, list[Problem]] = {story.slug: [] for story in stories}
        drawings_asked = {
            story.slug: self.drawer.draw_all(story.notebook)
            for story in stories
            if story.source  # it has run in this build, which asked for its charts
        }
        left = list(stories)
        while left:  # those first whose charts are drawn: the other process draws meanwhile
            drawn = (story for story in left if all(drawing.done() for drawing in drawings_asked.get(story.slug, ())))
            story = next(drawn, left[0])
            left.remove(story)
            with collect_problems(problems_of[story.slug]):
                pages[story.slug] = self._page(story, database, edition)
        for story in stories:
            problems += [problem for problem in problems_of[story.slug] if problem not in problems]
        return [pages[story.slug] for story in stories if story.slug in pages]

    def _page(self, story: Executed, database: Database, edition: EditionContext) -> tuple[Page, Mapping[str, Any]]:
        """A story's page, and the entry of the story in the manifest.

        From the cache, or laid out again if the inputs or an answer of the database changed; its style and the other
        stories that it names are put in each time.
        """
        from toolkit.site.edition import page_from_json, page_to_json
        from toolkit.site.finishing import finished, with_own_fonts
        from toolkit.site.page import laid_out, templates

        inputs_now = staleness.page_inputs(self.project, self.shared, replace(edition, stories=()), story)
        cached = staleness.load(self.project, story.slug, "page")
        reasons = self._changes(cached, story.slug, "page", inputs_now, cache(database.with_empty_trace))
        from_cache = not story.source
        last = page_from_json(cached.output) if cached else None
        if last is not None and (not reasons or (from_cache and self._stays_as_built(story.slug, reasons))):
            if from_cache:
                stale = self.outdated.get(story.slug)
                self.progress(f"kept {story.slug}" + (f" as it was, though {stale}" if stale else ""))
            layout, entry = last
            page = with_own_fonts(layout, edition, templates())
            if cached and page is not layout:
                staleness.store(self.project, story.slug, "page", replace(cached, output=page_to_json(page, entry)))
            return finished(page, edition, templates()), entry
        self.drawer.take_drawings(story.slug, story.notebook)
        traced = database.with_empty_trace()
        by_same_code = cached is not None and staleness.is_of_same_code(cached, self.shared)
        with lookups(traced.units) as looked_up:
            layout = laid_out(story, traced, edition, last[0] if last and by_same_code else None)
        page = with_own_fonts(layout, edition, templates())
        traced.call(definitions_of, sorted(looked_up))
        entry = story_entry(page.title, page.slug, story.record, story.notebook, page.files)
        entry["numbers"] = stated_numbers(page.numbers, entry["nodes"])
        to_cache = CacheEntry(inputs_now, traced.trace, page_to_json(page, entry), self.data_digest)
        staleness.store(self.project, story.slug, "page", to_cache)
        page = finished(page, edition, templates())
        why = f": {staleness.in_short(reasons)}" if from_cache else ""
        for document in page.documents:
            self.progress(f"wrote {document.path}, {len(document.html.encode()) // 1024} KB{why}")
        return page, entry
