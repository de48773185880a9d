"""`toolkit build`, `toolkit preview` and `toolkit page`: their options, and what they print."""

from __future__ import annotations

import os
import signal
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import date
from pathlib import Path
from typing import NoReturn

from toolkit.commands.engine_options import engine_arguments, with_engine
from toolkit.core.project import Project, here


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no date such as 2026-12-31") from error


def build_arguments(parser: ArgumentParser) -> None:
    """The options of `toolkit build`."""
    help_text = "build these stories only, and keep the others as they were"
    parser.add_argument("stories", metavar="SLUG", nargs="*", help=help_text)
    help_text = "build the edition of this day: stories whose embargo ends later are left out (default: today)"
    parser.add_argument("--on", type=_day, metavar="DATE", help=help_text)
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the edition goes (default: reports/)")
    engine_arguments(parser)


def build(arguments: Namespace, project: Project) -> int:
    """Builds an edition; 0. Raises ToolkitError with every problem."""
    from toolkit.build.swap import remove_leftovers

    def stop(*_: object) -> NoReturn:
        """Ends the process at once: an exception during an import may be swallowed, or leave a lock locked."""
        remove_leftovers((arguments.out or project.reports).resolve())
        os.write(sys.stderr.fileno(), b"stopped\n")
        os._exit(1)

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, stop)
    from toolkit.build import pipeline

    start = time.perf_counter()

    def tell(line: str) -> None:
        print(f"{time.perf_counter() - start:6.1f} s  {line}", flush=True)

    out = pipeline.build(with_engine(project, arguments), arguments.out, tell, arguments.stories, arguments.on)
    print(f"{time.perf_counter() - start:6.1f} s  {here(out / 'index.html')}")
    return 0


def preview_arguments(parser: ArgumentParser) -> None:
    """The options of `toolkit preview`."""
    parser.add_argument("story", metavar="SLUG", help="the story, a draft or not")
    parser.add_argument("--no-browser", action="store_true", help="print where the page is, and open nothing")
    parser.add_argument("--once", action="store_true", help="render it once and end; 1 if it cannot be published so")


def preview(arguments: Namespace, project: Project) -> int:
    """Renders a story, and again until it is stopped; 0. Raises ToolkitError with every problem of the one page."""
    import webbrowser

    from toolkit.build.preview import Preview, follow

    def opened(page: Path) -> None:
        print(f"{here(page)}: made again when you save; stop with Ctrl-C", flush=True)
        if not arguments.no_browser:
            webbrowser.open(page.as_uri())

    story_preview = Preview(project, arguments.story)
    try:
        if not arguments.once:
            follow(story_preview, lambda line: print(line, flush=True), opened)
        if error := story_preview.render():
            raise error
        print(
            f"{here(story_preview.path)}, without {story_preview.left_out}"
            if story_preview.left_out
            else here(story_preview.path)
        )
        return 0
    finally:
        story_preview.close()


def page_arguments(parser: ArgumentParser) -> None:
    """The options of `toolkit page`."""
    parser.add_argument("notebook", type=Path, metavar="NOTEBOOK", help="anybody's notebook, with its stored outputs")
    help_text = "where the page goes (default: beside the notebook, as .html)"
    parser.add_argument("-o", "--out", type=Path, metavar="FILE", help=help_text)


def page(arguments: Namespace, _: Project) -> int:
    """Writes a notebook's page; 0. Raises ToolkitError if the file is no notebook, or its page would be too large."""
    from toolkit.core.project import replace_file
    from toolkit.site.any_notebook import notebook_page, tag_notes
    from toolkit.site.device_fonts import in_device_fonts

    html = notebook_page(arguments.notebook)
    out = arguments.out or arguments.notebook.with_suffix(".html")
    replace_file(out, page := html.encode())
    print(f"{here(out)}, {len(page) // 1024} KB, not checked by the toolkit")
    if letters := in_device_fonts(html):
        print(f"{letters} are drawn with fonts of each reader's device: the page holds none")
    for line in tag_notes(arguments.notebook):
        print(line)
    return 0
