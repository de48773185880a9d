"""A build: what changed is made again, and nothing is imported for it where nothing has."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from toolkit.build.edition_record import build_state
from toolkit.build.swap import exclusive_lock
from toolkit.core.errors import ToolkitError, refused_by_system
from toolkit.core.project import Project

Progress = Callable[[str], None]  # is called with a line of text for a terminal
ATTEMPTS = 3  # a build begins anew if somebody changed a file that it reads meanwhile


def build(
    project: Project,
    out: Path | None = None,
    progress: Progress = lambda line: None,
    only: Collection[str] = (),
    on: date | None = None,
) -> Path:
    """Builds what changed since the last build, puts the edition in `out` (default: reports/), and returns its path.

    The edition has the stories that are published on the day `on` (default: today). Of `only` these stories are built;
    the others are kept as they were, as far as they were built before. Raises DataFileError or StoryError with every
    problem, or ToolkitError where it cannot write; the edition that was in `out` before then stays.
    """
    out, on = (out or project.reports).resolve(), on or date.today()
    with _said_where_it_cannot_write(project):
        with exclusive_lock(project.build, lambda: progress("another build is running: waiting until it is done")):
            for _ in range(ATTEMPTS):
                if _is_made(replace(project), out, progress, frozenset(only), on):
                    return out
                progress("something that the build reads was changed meanwhile: once more")
    raise ToolkitError(
        "the build",
        "files that it reads kept changing while it ran",
        "data and notebooks at rest for some seconds",
        "build again",
    )


def _is_made(project: Project, out: Path, progress: Progress, only: frozenset[str], on: date) -> bool:
    """Whether the edition is there now, as it was or made; not if a file that it is made from was changed meanwhile."""
    state = build_state(project, out)
    if state.altered == [] and state.record and state.record.is_of(project, on, only):
        for line in [*state.record.held, *(f"kept {slug}" for slug in state.record.slugs)]:
            progress(line)
        return True
    from toolkit.notebook.kernels import KernelsOnDemand

    with contextlib.closing(KernelsOnDemand()) as kernels:
        if state.record is None:
            kernels.started()  # a first build: what kernels are forked from takes longer to import than what follows
        from toolkit.build.edition_making import make_edition

        return make_edition(project, out, progress, only, on, state, kernels)


@contextlib.contextmanager
def _said_where_it_cannot_write(project: Project) -> Iterator[None]:
    """Raises ToolkitError that names file and remedy for an OSError inside the block, such as of a full disk."""
    try:
        yield
    except BrokenPipeError:  # of standard output, which nobody reads any more: no file is at fault
        raise
    except OSError as error:
        raise refused_by_system(error, project.name, "; the last edition is as it was") from error
