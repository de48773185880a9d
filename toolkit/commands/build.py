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
    what = "build these stories only, and keep the others as they were"
    parser.add_argument("stories", metavar="SLUG", nargs="*", help=what)
    what = "build the edition of this day: stories whose embargo ends later are left out (default: today)"
    parser.add_argument("--on", type=_day, metavar="DATE", help=what)
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the edition goes (default: reports/)")
    engine_arguments(parser)


def build(chosen: Namespace, project: Project) -> int:
    """Builds an edition; 0. Raises ToolkitError with every problem."""
    from toolkit.build.swap import remove_leftovers

    def stop(*_: object) -> NoReturn:
        """Ends the process at once: an exception during an import may be swallowed, or leave a lock locked."""
        remove_leftovers((chosen.out or project.reports).resolve())
        os.write(sys.stderr.fileno(), b"stopped\n")
        os._exit(1)

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, stop)
    from toolkit.build import pipeline

    start = time.perf_counter()

    def tell(line: str) -> None:
        print(f"{time.perf_counter() - start:6.1f} s  {line}", flush=True)

    out = pipeline.build(with_engine(project, chosen), chosen.out, tell, chosen.stories, chosen.on)
    print(f"{time.perf_counter() - start:6.1f} s  {here(out / 'index.html')}")
    return 0


def preview_arguments(parser: ArgumentParser) -> None:
    """The options of `toolkit preview`."""
    parser.add_argument("story", metavar="SLUG", help="the story, a draft or not")
    parser.add_argument("--no-browser", action="store_true", help="print where the page is, and open nothing")
    parser.add_argument("--once", action="store_true", help="render it once and end; 1 if it cannot be published so")


def preview(chosen: Namespace, project: Project) -> int:
    """Renders a story, and again until it is stopped; 0. Raises ToolkitError with every problem of the one page."""
    import webbrowser

    from toolkit.build.preview import Preview, follow

    def opened(page: Path) -> None:
        print(f"{here(page)}: made again when you save; stop with Ctrl-C", flush=True)
        if not chosen.no_browser:
            webbrowser.open(page.as_uri())

    shown = Preview(project, chosen.story)
    try:
        if not chosen.once:
            follow(shown, lambda line: print(line, flush=True), opened)
        if error := shown.render():
            raise error
        print(f"{here(shown.path)}, without {shown.left_out}" if shown.left_out else here(shown.path))
        return 0
    finally:
        shown.close()


def page_arguments(parser: ArgumentParser) -> None:
    """The options of `toolkit page`."""
    parser.add_argument("notebook", type=Path, metavar="NOTEBOOK", help="anybody's notebook, with its stored outputs")
    what = "where the page goes (default: beside the notebook, as .html)"
    parser.add_argument("-o", "--out", type=Path, metavar="FILE", help=what)


def page(chosen: Namespace, _: Project) -> int:
    """Writes a notebook's page; 0. Raises ToolkitError if the file is no notebook, or its page would be too large."""
    from toolkit.core.project import replace_file
    from toolkit.site.any_notebook import notebook_page, tag_notes

    html = notebook_page(chosen.notebook).encode()
    out = chosen.out or chosen.notebook.with_suffix(".html")
    replace_file(out, html)
    print(f"{here(out)}, {len(html) // 1024} KB, not checked by the toolkit")
    for line in tag_notes(chosen.notebook):
        print(line)
    return 0
