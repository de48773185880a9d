"""The files that all pages of an edition share: styles, scripts, and the page that checks the edition."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from toolkit.build.manifest import SCHEMA
from toolkit.core.project import Project


def shared_files(project: Project, pages: Iterable[str], code: str = "") -> dict[str, bytes]:
    """The content of each file that these pages of an edition, given as HTML, share, by name.

    With a digest of the `code` that cuts fonts, those of the last build are taken where they are the same. Raises
    ToolkitError for colours of pyproject.toml that are wrong.
    """
    from toolkit.build.kept_fonts import KeptLetters, cut_or_kept
    from toolkit.charts import read_palette, typography
    from toolkit.site import interactive, recheck, style

    palette = read_palette(project)
    if code:
        letters = KeptLetters(project, code)
        styles = style.shared_styles(palette, pages, partial(cut_or_kept, project, code), letters.pairs)
        letters.keep()
    else:
        styles = style.shared_styles(palette, pages, typography.cut_font_faces)
    shared = interactive.shared_chart_files(palette) | styles
    check = recheck.recheck_page(project.settings.get("name", project.root.name), SCHEMA, project.language, shared)
    return {**shared, recheck.NAME: check.encode()}
