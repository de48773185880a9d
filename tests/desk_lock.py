"""Writes the lock of desks that `toolkit init` begins: of requirements.lock what the toolkit itself needs, with hashes.

Run: python -m tests.desk_lock
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "toolkit" / "empty_desk" / "requirements.lock.template"
HEAD = "# What this version of the toolkit was tested with; pip installs nothing whose hash is another.\n"
OWN = "numberdesk (pyproject.toml)"  # who asks for what the toolkit needs at first hand; its tools are asked by a group


def lock() -> str:
    """The text of the desks' lock."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = [block for block in re.split(r"^(?=\w)", text, flags=re.MULTILINE) if block]
    asked_by: dict[str, set[str]] = {}
    for block in blocks:  # one library may have several, each for some Pythons
        asking = (
            line.strip("# ").removeprefix("via").strip() for line in re.findall(r"^    #.*$", block, re.MULTILINE)
        )
        asked_by.setdefault(_name(block), set()).update(asking)
    needed: set[str] = {OWN}
    while more := {name for name, others in asked_by.items() if others & needed} - needed:
        needed |= more
    kept = (re.sub(r"^    #.*\n", "", block, flags=re.MULTILINE) for block in blocks if _name(block) in needed)
    return HEAD + "".join(kept)


def _name(block: str) -> str:
    return re.split(r"[\[=]", block, maxsplit=1)[0]  # without the extras that are asked of it


if __name__ == "__main__":
    LOCK.write_text(lock(), encoding="utf-8")
