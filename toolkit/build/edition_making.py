"""One edition: from data/ to the database, from notebooks to stories, from stories to pages."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.build import drawings, edition_record, preload, staleness
from toolkit.build.dataset_rules import linked_files, refuse_unpublishable
from toolkit.build.drawing_process import DrawingProcess
from toolkit.build.edition_inputs import edition_inputs
from toolkit.build.edition_record import BuildState
from toolkit.build.manifest import files_of, manifest
from toolkit.build.refusals import (
    refuse_two_values,
    refuse_what_cannot_be_read,
    refuse_what_is_no_edition,
)
from toolkit.build.selection import Selection, select
from toolkit.build.shared_files import shared_files
from toolkit.build.staleness import CacheEntry
from toolkit.build.story_cache import StoryCache
from toolkit.build.story_pages import FinishedStory, StoryPages
from toolkit.build.swap import folder_beside, swap, write
from toolkit.core.errors import Problem, StoryError, collect_problems
from toolkit.core.project import Project, digest, read_text
from toolkit.database.log_engine import on_one_server
from toolkit.database.open import Database, open_database
from toolkit.notebook import landlock
from toolkit.notebook.kernels import RUNS_NOTEBOOKS, KernelsOnDemand, load_jupyter
from toolkit.notebook.run import Executed, RunHooks, execute_all, from_bytes, with_current_prose
from toolkit.reported.data_dictionary import write_dictionary

if TYPE_CHECKING:
    from toolkit.site.edition import EditionContext

Progress = Callable[[str], None]  # is called with a line of text for a terminal
NOT_CHECKED = "not checked: files that libraries such as DuckDB, pyarrow and Polars read (no Landlock here)"
FRONT = "index.html"


def make_edition(
    project: Project,
    out: Path,
    progress: Progress,
    only: frozenset[str],
    on: date,
    state: BuildState,
    kernels: KernelsOnDemand,
) -> bool:
    """Makes the edition of a day in `out`, from the `state` a build starts from; False if an input changed meanwhile.

    Stories run in `kernels`. Raises DataFileError, StoryError or ToolkitError with every problem, and OSError where it
    cannot write.
    """
    refuse_what_is_no_edition(project, out)
    refuse_what_cannot_be_read(project)
    selection = select(project, on)
    selection.refuse_unknown(only)
    if not all(staleness.is_cached(project, path.stem, "run") for path in selection.released):
        kernels.started()  # the process that they are forked from does its imports while data/ is read
        load_jupyter(*RUNS_NOTEBOOKS)  # before data/ is read, so that kernels start meanwhile
    shared, files, made_from = state.shared, state.files, state.made_from
    data_digest, drawing_code = staleness.digest_of_data(project, files), staleness.digest_of_drawing_code(shared)
    # data/README.md is among the files of the first digest, and made of them by code, which is in the second
    if not state.known_database([data_digest, drawing_code]) and write_dictionary(project):
        progress("wrote data/README.md, as data/ has changed")
        files = edition_record.project_files(project)
        made_from = edition_record.digest_of_inputs(project, shared, files)
        data_digest = staleness.digest_of_data(project, files)
    for held_story in selection.held:
        progress(str(held_story))
    if state.altered and out.exists():
        progress(f"not as it was built: {staleness.in_short(state.altered)}")
    with folder_beside(out) as folder, contextlib.ExitStack() as ending:
        aside = ThreadPoolExecutor(1)
        ending.callback(aside.shutdown, cancel_futures=True)
        drawer = ending.enter_context(contextlib.closing(DrawingProcess(project, drawing_code)))
        opened = aside.submit(open_database, project, state.known_database([data_digest, drawing_code]))
        if state.record and state.record.data[0] == data_digest:
            aside.submit(preload.load_site)
        else:
            kernels.started()  # some story will run, as data/ changed; what makes pages is imported once it does
        asked_again = cache(lambda: opened.result().with_empty_trace())
        story_cache = StoryCache(project, shared, files, only, data_digest, asked_again)
        pages = StoryPages(story_cache, opened, drawer, aside, selection.day, progress)
        is_written = _Edition(story_cache, selection, opened, pages, kernels, progress).make(folder)
        if not is_written or made_from != edition_record.digest_now(project):
            return False
        swap(folder, out)
    _record(story_cache, selection, out, made_from, [data_digest, drawing_code], opened.result().path.name)
    return True


def _record(cache: StoryCache, selection: Selection, out: Path, made_from: str, data: list[str], database: str) -> None:
    """Records the edition in `out` for the next build, and removes from caches what is of no use to one."""
    project, (_, drawing_code) = cache.project, data
    staleness.remove_all_but(project, [path.stem for path in project.stories()])
    drawings.remove_others(project, drawing_code)
    if cache.outdated:
        edition_record.forget_edition(project)
        return
    record = edition_record.EditionRecord(
        made_from,
        data,
        database,
        selection.day.isoformat(),
        selection.last.isoformat(),
        list(selection.slugs),
        [str(held_story) for held_story in selection.held],
        linked_files(project),
        edition_record.folder_digests(out),
    )
    edition_record.record_edition(project, record)


@dataclass(frozen=True)
class _Edition:
    """One edition being made: stories that are not in the cache run, on what `opened` has, and get their pages."""

    cache: StoryCache
    selection: Selection
    opened: Future[Database]
    pages: StoryPages
    kernels: KernelsOnDemand
    progress: Progress

    @property
    def project(self) -> Project:
        """The project whose edition it is."""
        return self.cache.project

    def make(self, folder: Path) -> bool:
        """Makes the edition in a folder; False if a story ran on another database than the pages would be made from."""
        problems = list(self.selection.problems)
        try:
            stories = self._run_or_reuse(problems)
        finally:
            self.kernels.close()
        database = self.opened.result()
        if any(story.database not in ("", database.path.name) for story in stories):
            return False
        with collect_problems(problems):
            refuse_two_values(stories)
        with collect_problems(problems):
            refuse_unpublishable(stories, database)
        self.pages.end_aside()
        from toolkit.site.page import edition_context

        edition = edition_context(self.project, stories, self.selection.day)
        finished = self.pages.finished(stories, database, edition, problems)
        if problems:
            raise StoryError(problems)
        for line in (line for story in finished for line in story.notes):
            self.progress(line)
        self._write_files(folder, finished, database, edition)
        return True

    def _run_or_reuse(self, problems: list[Problem]) -> list[Executed]:
        """All stories in order: those run again whose inputs changed, the others from the cache.

        What fails is left out, and its problems are added to `problems`. Pages are begun while kernels run.
        """
        results: dict[str, Executed] = {}
        why_stale: dict[str, str] = {}
        seconds = {}  # that the last run of each took
        paths = self.selection.released
        for path in paths:
            entry = staleness.load(self.project, path.stem, "run")
            seconds[path.stem] = entry.seconds if entry else 0.0
            source = path.read_bytes()
            inputs_now = staleness.run_inputs(self.cache.shared, path.stem, source)
            reasons = self.cache.reasons_to_redo(entry, path.stem, "run", inputs_now)
            if entry is not None and not reasons:
                with collect_problems(problems):
                    results[path.stem] = self._with_words(from_bytes(path.stem, entry.output), path, source)
            elif entry is not None and self.cache.stays_as_built(path.stem, reasons):
                results[path.stem] = from_bytes(path.stem, entry.output)
            else:
                why_stale[path.stem] = staleness.in_short(reasons)
                self.kernels.started()  # they start while other stories are looked at

        def store_result(story: Executed) -> None:
            inputs_of_run = staleness.run_inputs(self.cache.shared, story.slug, story.source)
            entry = CacheEntry(inputs_of_run, story.trace, story.as_bytes, self.cache.data_digest, story.seconds)
            staleness.store(self.project, story.slug, "run", entry)
            results[story.slug] = story
            self.progress(f"ran {story.slug}: {why_stale[story.slug]}")
            self.pages.begin(story)

        stale = [path for path in paths if path.stem in why_stale]
        stale.sort(key=lambda path: _order(path.read_bytes(), seconds[path.stem]))
        if stale and not landlock.is_supported():
            self.progress(NOT_CHECKED)
        asks_logs = any(b".usage_log(" in path.read_bytes() for path in stale)
        engine = on_one_server(self.project) if asks_logs else contextlib.nullcontext({**self.project.chosen})
        with collect_problems(problems), engine as chosen:
            if stale:
                load_jupyter(*RUNS_NOTEBOOKS)  # first what kernels start with, then what makes pages
                self.pages.aside.submit(preload.load_site)
                for story in results.values():
                    self.pages.begin(story)
                hooks = RunHooks(self.opened, store_result, self.pages.drawer.draw_of_cell, chosen)
                execute_all(stale, hooks, kernels=self.kernels.started())
        return [results[path.stem] for path in paths if path.stem in results]

    def _with_words(self, story: Executed, path: Path, source: bytes) -> Executed:
        """A run from the cache with the words that its notebook has now, unless it is to stay as it was."""
        reworded = story.source_digest != digest([source])
        if reworded and self.cache.stays_as_built(path.stem, [f"{self.project.name(path)} changed"]):
            return story
        return with_current_prose(story, path, source)

    def _write_files(
        self,
        folder: Path,
        stories: Sequence[FinishedStory],
        database: Database,
        edition: EditionContext,
    ) -> None:
        """Writes the stories' pages, the front page, the pages of claims, the files they share, and the manifest."""
        from toolkit.build import kept_pages
        from toolkit.site import claim_pages, front
        from toolkit.site.feeds import feeds
        from toolkit.site.links import dead_links

        pages = [story.page for story in stories]
        htmls = [document.html for page in pages for document in page.documents]
        for page in pages:
            for document in page.documents:
                write(folder, document.path, document.html)
            for name, content in page.files.items():
                write(folder, f"{page.slug}/{name}", content)
        code = staleness.digest_of_drawing_code(self.cache.shared)
        all_code = digest(map(str, self.cache.shared.items()))
        last_pages = kept_pages.last_pages(self.project, all_code)
        of_claims = claim_pages.render(database, edition, pages, last_pages)
        kept_pages.keep_pages(self.project, all_code, last_pages, of_claims)
        texts = {FRONT: front.render(pages, database, edition), **of_claims}
        shared = shared_files(self.project, [*htmls, *texts.values()], code)
        feed_texts = feeds(pages, edition, list(texts))
        if dead := dead_links(pages, [*texts, *feed_texts, *shared]):
            raise StoryError(dead)
        for name, text in (texts | feed_texts).items():
            write(folder, name, text)
        for name, content in shared.items():
            write(folder, name, content)
        units = read_text(self.project.data / "units.txt").replace("\r\n", "\n")
        entries = {story.page.slug: story.entry for story in stories}
        inputs = edition_inputs(self.project, entries, self.cache.files.with_lf)
        as_json = {story.page.slug: story.manifest for story in stories}
        text = manifest(edition.name, as_json, units, inputs, files_of(folder), edition.day, self.project.language)
        write(folder, "manifest.json", text)


def _order(notebook: bytes, seconds: float) -> tuple[bool, float, int]:
    """What stories that run are sorted by: first those that may simulate a usage log, that took long, with most charts.

    Started last, one of them would run, or be drawn, alone at the end.
    """
    return b".usage_log(" not in notebook, -seconds, -notebook.count(b".chart(")
