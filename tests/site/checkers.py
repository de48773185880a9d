"""What others' checkers say of a page: axe inside the browser, the Nu HTML checker over files."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests import node

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
UNDECIDED = {"color-contrast"}  # of text in drawings, which tests of the palette decide
ROOT = "document.documentElement"


def axe(page) -> list[tuple[str, str]]:
    """Rules of WCAG 2.2 AA and best practice that a page breaks, or may break, each with a place. Needs bypass_csp."""
    page.add_style_tag(content="* { content-visibility: visible !important }")  # axe measures while it scrolls
    page.evaluate(node.wanted(node.AXE).read_text(encoding="utf-8"))
    wanted = {"runOnly": RULES, "resultTypes": ["violations", "incomplete"]}  # of others it would look for selectors
    found = page.evaluate("wanted => axe.run(document, wanted)", wanted)
    undecided = [one for one in found["incomplete"] if one["id"] not in UNDECIDED]
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in found["violations"] + undecided]


# The checker takes a data block, which never runs, for a script; it knows no 'self' for a file, and no CSS of anchors.
NOT_KNOWN = re.compile("violates Content Security Policy|CSS: .*(anchor|position-try)|CSS: “(inset|top)”: Parse Error")


def nu(pages: Iterable[Path]) -> list[str]:
    """The lines of errors and warnings in files of HTML."""
    checker, java = node.wanted(node.CHECKER), node.java()
    quick = ("-Xss16m", "-XX:TieredStopAtLevel=1")  # it runs too shortly to be compiled any further, which takes stack
    command = [java, *quick, "-jar", str(checker), "--format", "gnu", *map(str, pages)]
    done = subprocess.run(command, capture_output=True, text=True)
    return [line for line in done.stderr.splitlines() if line and not NOT_KNOWN.search(line)]


def open_folds(page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


def fits(page) -> bool:
    """True if the page is no wider than its window."""
    return page.evaluate(f"{ROOT}.scrollWidth <= {ROOT}.clientWidth")
