"""The one way through: data/ to the desk, notebooks to stories, stories to an edition."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

from toolkit.desk.database import open_desk
from toolkit.errors import Problem, StoryError
from toolkit.project import Project
from toolkit.publish.edition import new_edition, write
from toolkit.publish.execute import Executed, Watch, execute_all
from toolkit.review.inputs import inputs
from toolkit.review.manifest import files_of, manifest, story_entry

Progress = Callable[[str], None]


def build(project: Project, out: Path | None = None, progress: Progress = lambda line: None) -> Path:
    """Builds the database, runs every story and puts the edition in `out` (default: reports/); returns it.

    Raises RecordError or StoryError with every problem; the edition that was there stays.
    """
    out = (out or project.reports).resolve()
    # jsonschema compiles grammars of web addresses when it finds this package: seconds that nothing here needs
    sys.modules.setdefault("rfc3987_syntax", None)
    paths = project.stories()
    with ThreadPoolExecutor(1) as aside:  # while kernels start and compute: the desk, slow imports, charts
        opened = aside.submit(open_desk, project)
        ready = aside.submit(_load_page_maker)
        shared = aside.submit(lambda: ready.result().shared_files(project.build))
        watch = Watch(
            opened,
            lambda slug: progress(f"ran {slug}"),
            lambda chart: aside.submit(lambda: ready.result().draw_ahead(chart)),
        )
        executed = execute_all(paths, watch)
    desk = opened.result()
    refuse_two_values(executed)
    page, front, claims_page = ready.result().page, ready.result().front, ready.result().claims_page
    edition = page.edition_context(project, executed)
    with new_edition(project, out) as folder:
        stories, pages = {}, []
        for story in executed:
            made = page.render(story, desk, edition)
            write(folder, f"{made.slug}.html", made.html)
            for name, content in made.files.items():
                write(folder, f"{made.slug}/{name}", content)
            stories[made.slug] = story_entry(
                made.title, f"{made.slug}.html", made.html.encode(), story.record, story.notebook, made.files
            )
            pages.append(made)
            progress(f"wrote {made.slug}.html, {len(made.html.encode()) // 1024} KB")
        write(folder, "index.html", front.render(pages, desk, edition))
        write(folder, "claims.html", claims_page.render(desk, edition, pages))
        for name, content in front.feeds(pages, edition).items():
            write(folder, name, content)
        for name, content in shared.result().items():
            write(folder, name, content)
        write(folder, "manifest.json", manifest(edition.name, stories, inputs(project), files_of(folder)))
    return out


def refuse_two_values(executed: Sequence[Executed]) -> None:
    """Raises StoryError where two stories give one finding's name to different numbers."""
    first: dict[str, tuple[str, dict]] = {}
    problems = []
    for story in executed:
        for name, finding in story.record["findings"].items():
            slug, known = first.setdefault(name, (story.slug, finding))
            if known["node"] != finding["node"]:
                problems.append(Problem(f"story {story.slug}, finding {name!r}", f"{finding['printed']}, but "
                                        f"{known['printed']} in story {slug}", "one value for a name in an edition",
                                        "give one of the two a name of its own"))  # fmt: skip
    if problems:
        raise StoryError(problems)


def _load_page_maker():
    # charts take seconds to import
    from toolkit.publish import charts, claims_page, front, interactive, page, shown  # noqa: F401

    page.load()
    return SimpleNamespace(
        page=page, front=front, claims_page=claims_page,
        draw_ahead=shown.draw_ahead, shared_files=interactive.shared_files,
    )  # fmt: skip


def here(path: Path) -> str:
    """A path as a terminal prints it: relative to the working directory where that is shorter."""
    relative = os.path.relpath(path)
    return relative if len(relative) < len(str(path)) else str(path)
