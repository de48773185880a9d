"""What a build says of a story that it publishes, beside its problems: lines of its progress."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from toolkit.charts.typography import metrics
from toolkit.notebook.left_out import left_out
from toolkit.notebook.run import Executed
from toolkit.site.device_fonts import in_device_fonts

DRAWN = re.compile(r"<text\b[^>]*>([^<]*)")
NAMED = 8  # so many signs are named


def story_notes(story: Executed, title: str, html: str) -> Iterator[str]:
    """Lines of what no page shows of its notebook, and of signs that its page and its pictures have no font for."""
    if unpublished := left_out(story.notebook):
        yield f"left out of {story.slug}: {unpublished}"
    if letters := in_device_fonts(html):
        yield f"{story.slug}: {letters} are drawn with fonts of each reader's device: the page holds none"
    drawn = unescape("".join([title, *DRAWN.findall(html)]))
    if lacking := sorted({sign for sign in drawn if sign.isprintable()} - {*map(chr, metrics().advances)}):
        named = " ".join(lacking[:NAMED]) + (" …" if len(lacking) > NAMED else "")
        yield f"{story.slug}: pictures to share and PNG leave out signs that the font of charts lacks: {named}"
