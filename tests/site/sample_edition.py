"""The invented story as files that a server hands out, and charts of every form, for tests in a browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from markupsafe import Markup

from tests.charts.example_charts import PALETTE
from tests.site import sample_story
from toolkit import charts
from toolkit.site import interactive, page
from toolkit.site.edition import EditionContext
from toolkit.site.exhibits import RenderedChart
from toolkit.site.kept_files import KeptFiles


def written(folder: Path, site: str = "") -> sample_story.Sample:
    """The sample story in `folder`, with what the pages of its charts load."""
    made = sample_story.make(folder / "project", site)
    edition = folder / "edition"
    edition.mkdir()
    made.write(edition)
    for name, content in interactive.shared_chart_files(PALETTE).items():
        (edition / name).write_bytes(content)
    return made


def shown(drawing: charts.Drawing) -> RenderedChart:
    """A sample drawing as a story would show it, each row named by its place."""
    wide, narrow = (Markup(charts.draw_svg(drawing, width, named=False)) for width in ("wide", "narrow"))
    return RenderedChart(
        number=1,
        id=drawing.id,
        level=2,
        kind_name=drawing.kind,
        kind=drawing.kind,
        title=drawing.title,
        subtitle=drawing.subtitle,
        notes=drawing.notes,
        alt=drawing.alt,
        source=drawing.source,
        wide=wide,
        narrow=narrow,
        table=None,
        words=(),
        folder="forms",
        files={},
        drawing=drawing,
        sources={0: "The Kettle, 15 April 2026"},
    )


def pages_of(drawing: charts.Drawing, edition: EditionContext) -> dict[str, bytes]:
    return interactive.chart_files(shown(drawing), edition, "forms", "All forms", page.templates(), KeptFiles())


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder on a port of this machine; gives its address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
