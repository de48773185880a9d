"""The files that all pages of an edition share: styles, scripts, and the page that checks the edition."""

from __future__ import annotations

from collections.abc import Iterable

from toolkit.build.manifest import SCHEMA
from toolkit.core.project import Project


def shared_files(project: Project, pages: Iterable[str]) -> dict[str, bytes]:
    """The content of each file that these pages of an edition, given as HTML, share, by name.

    Raises ToolkitError for colours of pyproject.toml that are wrong.
    """
    from toolkit.charts import read_palette
    from toolkit.site import interactive, recheck, style

    palette = read_palette(project)
    shared = interactive.shared_chart_files(palette) | style.shared_styles(palette, pages)
    check = recheck.recheck_page(project.settings.get("name", project.root.name), SCHEMA, project.language, shared)
    return {**shared, recheck.NAME: check.encode()}
