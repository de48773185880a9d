"""Files that a build keeps for the next one in data/build/: what somebody changed or damaged counts as none."""

from __future__ import annotations

import hashlib
from pathlib import Path

from toolkit.core.project import replace_file


def keep(path: Path, content: bytes) -> None:
    """Keeps this content, below a line with its SHA-256. Raises OSError where it cannot write."""
    replace_file(path, hashlib.sha256(content).hexdigest().encode() + b"\n" + content)


def kept(path: Path) -> bytes | None:
    """The content that `keep` put there; None if there is none, or it is no longer as it was kept."""
    try:
        head, _, content = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest().encode() == head else None
