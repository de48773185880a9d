"""The fonts that pages share, kept between builds: to cut them takes a third of a second, and letters seldom change.

So are the letters of each page that they are cut for: of a large desk a build would look through many pages again.
"""

from __future__ import annotations

import json

from toolkit.build.kept_file import keep, kept
from toolkit.charts import typography
from toolkit.core.project import Project, digest
from toolkit.site.page_fonts import shown_pairs


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


class KeptLetters:
    """The letters that pages show, those of the last edition from data/build/; `code` is as in `cut_or_kept`."""

    def __init__(self, project: Project, code: str):
        self._path, self._code = project.build / "shared_letters", code
        self._last: dict[str, list[str]] = json.loads(kept(self._path) or b"{}")
        self._now: dict[str, list[str]] = {}

    def pairs(self, html: str, style: str) -> frozenset[str]:
        """As `shown_pairs`."""
        key = digest([self._code, html, style])
        self._now[key] = self._last.get(key) or sorted(shown_pairs(html, style))
        return frozenset(self._now[key])

    def keep(self) -> None:
        """Keeps those of the pages that were asked for. Raises OSError where it cannot write."""
        if self._now != self._last:
            keep(self._path, json.dumps(self._now).encode())
