"""`toolkit build`: its options, and what it prints."""

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
