"""The hash of a dataset's file, or of the files in its folder; computed again only where size or times changed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from toolkit.core.project import Project, digest, replace_file


def files_at(path: Path) -> list[Path]:
    """The file itself, or all files below a folder, by name; hidden ones are left out. Empty where nothing is there."""
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
    return [path] if path.is_file() else []


def name_in(path: Path, file: Path) -> str:
    """The path of one of the `files_at` a path below it; the name of a file that lies there itself."""
    return file.relative_to(path).as_posix() if file != path else file.name


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal; of a folder that of its files' names and hashes. Raises OSError."""
    if not path.is_dir():
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    files = files_at(path)
    return digest(text for part in files for text in (part.relative_to(path).as_posix(), sha256_of(part)))


def sha256_with_lf(path: Path) -> str:
    """As `sha256_of` a file, with LF for each CRLF, which a checkout may have put there. Raises OSError."""
    sha256 = hashlib.sha256()
    with open(path, "rb") as file:
        for line in file:
            sha256.update(line[:-2] + b"\n" if line.endswith(b"\r\n") else line)
    return sha256.hexdigest()


def remembered_sha256(project: Project, name: str, path: Path) -> str:
    """As `sha256_of`; kept in data/build/ with size, times and inode, and read there while these are the same.

    Raises OSError where the files cannot be read.
    """
    state = [
        [file.name, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
        for file in files_at(path)
        for status in [file.stat()]
    ]
    note = project.build / "datasets" / f"{name}.hash.json"
    try:
        remembered = json.loads(note.read_text(encoding="utf-8"))
        if remembered["state"] == state:
            return str(remembered["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # not there, or half of another version's: computed anew
    sha256 = sha256_of(path)
    replace_file(note, json.dumps({"state": state, "sha256": sha256}).encode())
    return sha256
