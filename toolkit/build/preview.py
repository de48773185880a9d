"""One story as its page will be, drafts too: watermarked, for this machine alone, and made again when it is saved."""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from datetime import date
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project, replace_file
from toolkit.database.open import open_database
from toolkit.notebook.kernels import Kernels
from toolkit.notebook.left_out import left_out
from toolkit.notebook.notebook_file import what_runs
from toolkit.notebook.run import Executed, RunHooks, execute_all, from_bytes, with_current_prose

if TYPE_CHECKING:  # importing what makes pages takes a while
    from toolkit.site.edition import Page

POLL = 0.3  # seconds between looks at the files
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
PREVIEW_HEAD = """
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline' file:; \
script-src 'unsafe-inline' file:; img-src data:; font-src data:">
<meta name="robots" content="noindex, nofollow">
<style>
.not-published { position: fixed; inset: 0; z-index: 9; display: grid; place-items: center; pointer-events: none;
  overflow: hidden; font: 700 min(19vw, 11rem) sans-serif; color: #c40; opacity: .13; }
.not-published span { rotate: -30deg; }
.problems { max-width: 60rem; margin: 3rem auto; padding: 0 1rem; font: 1rem/1.5 monospace; white-space: pre-wrap; }
</style>
"""
# {NAME}.js sets `version`; where that is not the {VERSION} of this page, the page was written again: it is loaded
RELOAD = """
<script>
setInterval(() => {
  const asked = document.createElement("script");
  asked.onload = () => { asked.remove(); if (window.version !== "{VERSION}") location.reload(); };
  asked.src = "{NAME}.js?" + Date.now();
  document.head.append(asked);
}, 700);
</script>
"""
WATERMARK = '<div class="not-published" aria-hidden="true"><span>DRAFT</span></div>\n'
PROBLEMS_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{slug}</title>
</head>
<body>
<main class="problems">{problems}</main>
</body>
</html>
"""


class Preview:
    """Renders one story again and again; its kernels come from one process that stays. `close` ends it.

    `left_out` says what the last page leaves out, cell by cell.
    """

    def __init__(self, project: Project, slug: str):
        """Raises ToolkitError if there is no such story."""
        slugs = [path.stem for path in project.stories()]
        if slug not in slugs:
            near = difflib.get_close_matches(slug, slugs, 3) or slugs
            notebooks = ", ".join(near) or "none; write one with `toolkit new`"
            raise ToolkitError(f"story {slug}", "there is none", f"notebooks: {notebooks}", "correct the name")
        self.project, self.slug = project, slug
        self.folder = project.build / "preview"
        self.left_out = ""
        self._kernels = Kernels()
        self._last: tuple[tuple[bytes, dict[str, int]], bytes] | None = None  # what was run, and the run
        self._page: Page | None = None  # the last one, whose files are taken again

    def render(self) -> ToolkitError | None:
        """Writes the page, or one that says what is wrong; returns what that is, None for nothing.

        Raises OSError as writing does.
        """
        try:
            pages, error = self._pages(), None
        except ToolkitError as refusal:
            error, text = refusal, escape(self.project.without_root(str(refusal)))
            pages = {self.path.name: PROBLEMS_PAGE.format(slug=escape(self.slug), problems=text)}
        pages = {
            name: POLICY.sub("", html).replace("<head>", f"<head>{PREVIEW_HEAD}", 1) for name, html in pages.items()
        }
        version = hashlib.sha256("".join(pages.values()).encode()).hexdigest()[:16]
        reload = RELOAD.replace("{VERSION}", version).replace("{NAME}", self.slug)
        for name, html in pages.items():
            replace_file(self.folder / name, html.replace("</body>", f"{WATERMARK}{reload}</body>", 1).encode())
        replace_file(self.folder / f"{self.slug}.js", f'window.version = "{version}"\n'.encode())
        return error

    @property
    def path(self) -> Path:
        """The file of the page."""
        return self.folder / f"{self.slug}.html"

    def _pages(self) -> dict[str, str]:
        """The HTML of page and annex by file name; their other files are written.

        Raises ToolkitError with what is wrong in the story or the data.
        """
        from toolkit.charts import read_palette
        from toolkit.site.interactive import shared_chart_files
        from toolkit.site.page import edition_context, render
        from toolkit.site.style import shared_styles

        project = Project(self.project.root)  # its settings are read anew
        database = open_database(project)
        story = self._run(project)
        self.left_out = left_out(story.notebook)
        _mark_missing_dek(story)
        edition = edition_context(project, [story], date.today())
        self._page = page = render(story, database.with_empty_trace(), edition, self._page)
        for name, content in page.files.items():
            replace_file(self.folder / self.slug / name, content)
        htmls = {document.path: document.html for document in page.documents}
        palette = read_palette(project)
        for name, content in (shared_chart_files(palette) | shared_styles(palette, htmls.values())).items():
            replace_file(self.folder / name, content)
        return htmls

    def _run(self, project: Project) -> Executed:
        """The story's run: the last one with the words of now, where nothing that runs was changed.

        Raises ToolkitError with what is wrong in the story.
        """
        path = project.notebooks / f"{self.slug}.ipynb"
        rest = {name: changed for name, changed in self.changed_at().items() if name != str(path)}
        source = path.read_bytes()
        if self._last is None or (what_runs(source), rest) != self._last[0]:
            self._last = None
            (story,) = execute_all([path], RunHooks(), 1, self._kernels)
            source = story.source
            self._last = (what_runs(source), rest), story.as_bytes
        return with_current_prose(from_bytes(self.slug, self._last[1]), path, source)

    def changed_at(self) -> dict[str, int]:
        """When the files that a page is made from were changed, in nanoseconds."""
        return {str(path): path.stat().st_mtime_ns for path in self._files() if path.is_file()}

    def _files(self) -> Iterator[Path]:
        """The notebook, what it may read of the project, and the code beside it; no other notebook."""
        yield from (self.project.notebooks / f"{self.slug}.ipynb", self.project.root / "pyproject.toml")
        yield from sorted(self.project.root.glob("*.py"))
        for top in (self.project.data, self.project.notebooks):
            for parent, folders, names in os.walk(top):
                folders[:] = [
                    folder
                    for folder in folders
                    if not folder.startswith(".") and Path(parent, folder) != self.project.build
                ]
                yield from (
                    Path(parent, name) for name in names if not name.startswith(".") and not name.endswith(".ipynb")
                )

    def close(self) -> None:
        """Ends the process that kernels come from."""
        self._kernels.close()


def _mark_missing_dek(story: Executed) -> None:
    """Puts a mark in the place of the dek, the lines under the headline, where a draft has none yet."""
    front_matter = story.notebook.metadata.setdefault("front_matter", {})
    front_matter["dek"] = front_matter.get("dek") or "⟨the dek is missing⟩"


def follow(preview: Preview, report: Callable[[str], None], open_page: Callable[[Path], object]) -> NoReturn:
    """Renders the story, hands its page to `open_page`, and renders again whenever a file changes; never returns.

    Raises OSError as writing does.
    """
    seen: dict[str, int] = {}
    first = True
    while True:
        changed_at = preview.changed_at()
        if changed_at != seen:
            seen, start = changed_at, time.perf_counter()
            error = preview.render()
            took = f"{time.perf_counter() - start:.1f} s"
            without = f", without {preview.left_out}" if preview.left_out else ""
            report(preview.project.without_root(str(error)) if error else f"{preview.path.name}: {took}{without}")
            if first:
                open_page(preview.path)
            first = False
        time.sleep(POLL)
