"""Writes THIRD_PARTY.md: what the locks name, with licences, and what the toolkit carries of others.

Run: python -m tests.third_party, as `make lock` does. Licences are those that the installed packages state; what is not
installed here, such as what another system needs, keeps the licence that the page had.
"""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "THIRD_PARTY.md"
LOCKS = ("requirements.lock", "requirements-spark.lock", "requirements-sbom.lock")
HEAD = """# What others made

`make lock` writes this page from the locks, `requirements*.lock`. None of these packages is in this repository or in
its wheel; they are installed beside it. Licences are as the packages state them.

What is in the repository, in the wheel or in an edition itself:

| part | where | licence | its text |
| --- | --- | --- | --- |
| Vega, Vega-Lite, Vega-Embed; D3, TopoJSON | `vega.js` in `toolkit/site/templates/` | BSD-3-Clause; ISC | at its head |
| Source Sans and Source Serif, cut down | `toolkit/charts/fonts/`; pages | OFL-1.1 | `toolkit/charts/fonts/OFL.txt` |
| names and examples of open traces | `data/calibration.yml` | as each source says | `data/README.md` |

| package | version | licence |
| --- | --- | --- |
"""
ROW = re.compile(r"^\| ([\w.-]+) \| (\S+) \| (.+) \|$", re.MULTILINE)
UNKNOWN = "see its page"


def page(before: str) -> str:
    """The page's text; `before` is what it was, for the licences of what is not installed here."""
    known = {name: licence for name, _, licence in ROW.findall(before)}
    lock = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in LOCKS)
    lines = (
        f"| {name} | {version} | {licence_of(name) or known.get(name, UNKNOWN)} |\n"
        for name, version in sorted(set(re.findall(r"^([\w.-]+)(?:\[.*\])?==([^\s;\\]+)", lock, re.MULTILINE)))
    )
    return HEAD + "".join(lines)


def licence_of(name: str) -> str:
    """The licence that an installed package states, in short; "" for one that is not installed."""
    try:
        stated = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    named = [line.rpartition(" :: ")[2] for line in stated.get_all("Classifier") or [] if line.startswith("License")]
    given = (stated.get("License") or "").strip()
    short = given if given and "\n" not in given and len(given) <= 60 else ""
    return (stated.get("License-Expression") or short or "; ".join(named) or UNKNOWN).replace("|", "or")


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""), encoding="utf-8")
