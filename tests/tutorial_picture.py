"""The picture of the tutorial's page, as it is when its story is built first: the headline's number is open.

Run: python -m tests.tutorial_picture
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from tests.browser import launched
from tests.test_guides import DOCS, Reader, blocks

PICTURE = DOCS / "tutorial" / "page.png"
SIZE = {"width": 1200, "height": 940}


def build_page(folder: Path) -> Path:
    """Follows the tutorial in an empty folder as far as its first build; returns the story's page."""
    shutil.copy(DOCS / "tutorial" / "kitchens.csv", folder)
    reader = Reader(folder)
    for language, text in blocks("tutorial"):
        getattr(reader, language)(text)
        if "toolkit build" in text:
            break
    return reader.folder / "reports" / "kitchens.html"


def take(browser: Any, page: Path, out: Path) -> str:
    """Writes the picture of a page whose first receipt is open; returns the receipt's words."""
    opened = browser.new_page(viewport=SIZE)
    opened.goto(page.as_uri())
    opened.click("h1 a, h1 button")
    receipt: str = opened.inner_text("aside.receipt:popover-open")
    opened.screenshot(path=out)
    opened.close()
    return receipt


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home, launched() as running:
        take(running, build_page(Path(home)), PICTURE)
