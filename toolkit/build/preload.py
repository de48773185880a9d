"""Imports the modules that make pages while kernels start, since they take seconds to import.

Nothing is imported where nothing changed.
"""

from __future__ import annotations

import threading

from toolkit.build.manifest import SCHEMA
from toolkit.core.project import Project

_loading = threading.Lock()


def load_site() -> None:
    """Imports what makes pages. Other threads that need it wait until that is done."""
    from toolkit.notebook.kernels import READS_NOTEBOOKS, load_jupyter

    with _loading:
        load_jupyter(READS_NOTEBOOKS)
        from toolkit import charts  # noqa: F401
        from toolkit.site import claim_pages, front, page  # noqa: F401

        page.templates()


def shared_files(project: Project) -> dict[str, bytes]:
    """The files that the pages of an edition share, by name."""
    from toolkit.charts import read_palette
    from toolkit.site import interactive, recheck, style

    palette = read_palette(project)
    shared = interactive.shared_chart_files(palette) | style.shared_styles(palette)
    check = recheck.recheck_page(project.settings.get("name", project.root.name), SCHEMA, project.language, shared)
    return {**shared, recheck.NAME: check.encode()}
