"""The pages of an edition's stories: from the cache or laid out, many of them while kernels still compute."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from toolkit.build import staleness
from toolkit.build.drawing_process import DrawingProcess
from toolkit.build.manifest import canonical, document_entries, stated_numbers, story_entry
from toolkit.build.staleness import CacheEntry
from toolkit.build.story_cache import StoryCache
from toolkit.core.errors import Problem, collect_problems
from toolkit.core.unit_dependencies import definitions_of, lookups
from toolkit.database.open import Database
from toolkit.notebook.run import Executed

if TYPE_CHECKING:
    from toolkit.site.edition import EditionContext, Page


def _with_story(problem: Problem, slug: str) -> Problem:
    """A problem of a chart, whose id several stories may have, with the story's name."""
    return replace(problem, where=f"story {slug}, {problem.where}") if problem.where.startswith("chart ") else problem


@dataclass(frozen=True)
class FinishedStory:
    """A story's page, its entry in the manifest, that as canonical JSON, and its `story_notes`."""

    page: Page
    entry: Mapping[str, Any]
    manifest: str
    notes: Sequence[str]


@dataclass(frozen=True)
class LaidOut:
    """A story's page as `laid_out` makes it, and the entry of its story in the manifest but for its pages.

    `cache_entry` is that of the cache, or the one to store with the page. `reasons` say why it was laid out; None of a
    page from the cache.
    """

    page: Page
    manifest_entry: dict[str, Any]
    cache_entry: CacheEntry
    reasons: list[str] | None = None


@dataclass
class StoryPages:
    """Makes the pages of an edition's stories on a day.

    `aside`, a thread, lays out those whose charts `drawer` has drawn, from when they are begun until `end_aside`; what
    is left then is laid out when the pages are asked for.
    """

    cache: StoryCache
    opened: Future[Database]
    drawer: DrawingProcess
    aside: ThreadPoolExecutor
    day: date
    progress: Callable[[str], None]
    _asked: dict[str, list[Future[None]]] = field(default_factory=dict)
    _begun: dict[str, tuple[Executed, list[Future[None]]]] = field(default_factory=dict)
    _pages: dict[str, LaidOut] = field(default_factory=dict)
    _is_over: bool = False  # that pages are laid out aside

    def begin(self, story: Executed) -> None:
        """Has the page of a story that ran, or was kept, laid out aside, once its charts are drawn."""
        drawings = self._drawings_of_run(story)
        self._begun[story.slug] = story, drawings
        self.aside.submit(self._lay_out_drawn)
        for drawing in drawings:
            drawing.add_done_callback(lambda _: None if self._is_over else self.aside.submit(self._lay_out_drawn))

    def end_aside(self) -> None:
        """Waits for the page that is being laid out aside; no other is begun there."""
        self._is_over = True
        self.aside.submit(lambda: None).result()

    def finished(
        self, stories: Sequence[Executed], database: Database, edition: EditionContext, problems: list[Problem]
    ) -> list[FinishedStory]:
        """The finished pages of the stories, in their order; what fails is left out, and its problems are added."""
        pages: dict[str, FinishedStory] = {}
        problems_of: dict[str, list[Problem]] = {story.slug: [] for story in stories}
        drawings = {story.slug: self._drawings_of_run(story) for story in stories}
        left = list(stories)
        while left:  # those first that are laid out, or whose charts are drawn: the other process draws meanwhile
            ready = (one for one in left if one.slug in self._pages or all(map(Future.done, drawings[one.slug])))
            story = next(ready, left[0])
            left.remove(story)
            with collect_problems(problems_of[story.slug]):
                story_page = self._pages.get(story.slug) or self._layout(story, database)
                pages[story.slug] = self._finished(story, story_page, edition)
        for story in stories:
            named = [_with_story(problem, story.slug) for problem in problems_of[story.slug]]
            problems += [problem for problem in named if problem not in problems]
        return [pages[story.slug] for story in stories if story.slug in pages]

    def _drawings_of_run(self, story: Executed) -> list[Future[None]]:
        """The drawings of a story's charts, where it has run in this build."""
        return self._drawings(story) if story.source else []

    def _drawings(self, story: Executed) -> list[Future[None]]:
        """The drawings of a story's charts, which are asked for once."""
        if story.slug not in self._asked:
            self._asked[story.slug] = self.drawer.draw_all(story.notebook)
        return self._asked[story.slug]

    def _lay_out_drawn(self) -> None:
        """Lays out every page that is begun and drawn; what fails here is laid out again, and says why, later."""
        database = self.opened.result()
        for slug, (story, drawings) in [*self._begun.items()]:
            if not self._is_over and all(map(_is_drawn, drawings)) and story.database in ("", database.path.name):
                del self._begun[slug]
                self._pages[slug] = self._layout(story, database)

    @cached_property
    def _edition_without_stories(self) -> EditionContext:
        """What the layout of a page shows of its edition: none of the stories."""
        from toolkit.site.page import edition_context

        return edition_context(self.cache.project, (), self.day)

    def _layout(self, story: Executed, database: Database) -> LaidOut:
        """A story's page, from the cache, or laid out again if the inputs or an answer of the database changed.

        Raises ToolkitError for what a page cannot show.
        """
        from toolkit.site.edition import page_from_json
        from toolkit.site.page import laid_out

        cache, edition = self.cache, self._edition_without_stories
        inputs_now = staleness.page_inputs(cache.project, cache.shared, edition, story)
        entry = staleness.load(cache.project, story.slug, "page")
        reasons = cache.reasons_to_redo(entry, story.slug, "page", inputs_now)
        last = page_from_json(entry.output) if entry else None
        if entry and last and (not reasons or (not story.source and cache.stays_as_built(story.slug, reasons))):
            return LaidOut(*last, entry)
        self.drawer.take_drawings(story.slug, story.notebook, self._drawings(story))
        traced = database.with_empty_trace()
        by_same_code = entry is not None and staleness.is_of_same_code(entry, cache.shared)
        with lookups(traced.units) as looked_up:
            page = laid_out(story, traced, edition, last[0] if last and by_same_code else None)
        traced.call(definitions_of, sorted(looked_up))
        manifest_entry = story_entry(page.title, page.slug, story.record, story.notebook, page.files)
        manifest_entry["numbers"] = stated_numbers(page.numbers, manifest_entry["nodes"])
        to_cache = CacheEntry(inputs_now, traced.trace, b"", cache.data_digest)
        return LaidOut(page, manifest_entry, to_cache, reasons)

    def _finished(self, story: Executed, story_page: LaidOut, edition: EditionContext) -> FinishedStory:
        """A story whose page has its fonts, its style and the other stories that it names."""
        from toolkit.build.story_notes import story_notes
        from toolkit.site.edition import page_to_json
        from toolkit.site.finishing import finished, finished_from, refuse_heavy, with_own_fonts
        from toolkit.site.page import templates

        entry, with_fonts = story_page.cache_entry, story_page.page
        is_as_it_was = story_page.reasons is None and entry.finished_from == finished_from(with_fonts, edition)
        if not is_as_it_was:
            with_fonts = with_own_fonts(with_fonts, edition, templates())
        page = finished(with_fonts, edition, templates())
        if not is_as_it_was:
            refuse_heavy(page)
            documents = {document.path: document.html for document in page.documents}
            entry = replace(
                entry,
                output=page_to_json(with_fonts, story_page.manifest_entry),
                finished_from=finished_from(with_fonts, edition),
                manifest=canonical({**story_page.manifest_entry, **document_entries(documents)}).decode(),
                notes="\n".join(story_notes(story, page.title, page.main.html)),
            )
            staleness.store(self.cache.project, story.slug, "page", entry)
        if story_page.reasons is not None:
            why = "" if story.source else f": {staleness.in_short(story_page.reasons)}"
            for document in page.documents:
                self.progress(f"wrote {document.path}, {len(document.html.encode()) // 1024} KB{why}")
        elif not story.source:
            stale = self.cache.outdated.get(story.slug)
            self.progress(f"kept {story.slug}" + (f" as it was, though {stale}" if stale else ""))
        return FinishedStory(page, story_page.manifest_entry, entry.manifest, entry.notes.splitlines())


def _is_drawn(drawing: Future[None]) -> bool:
    """Whether a drawing is there, and neither cancelled nor failed."""
    return drawing.done() and not drawing.cancelled() and drawing.exception() is None
