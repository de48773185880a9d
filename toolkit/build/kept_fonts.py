"""The fonts that pages share, kept between builds: to cut them takes a third of a second, and letters seldom change."""

from __future__ import annotations

from toolkit.build.kept_file import keep, kept
from toolkit.charts import typography
from toolkit.core.project import Project, digest


def cut_or_kept(project: Project, code: str, texts: frozenset[str]) -> str:
    """As `typography.cut_font_faces`, from data/build/ where the last fonts that were cut are for the same texts.

    `code` is a digest of the code, the fonts and the libraries that cut them. Raises OSError where it cannot write.
    """
    path, key = project.build / "shared_fonts", digest([code, *sorted(texts)]).encode()
    cut_for, _, rules = (kept(path) or b"").partition(b"\n")
    if cut_for != key:
        rules = typography.cut_font_faces(texts).encode()
        keep(path, key + b"\n" + rules)
    return rules.decode()
