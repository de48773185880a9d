"""Unpacks an archive that may come from anybody: nothing of it is run, and nothing is written outside a new folder."""

from __future__ import annotations

import contextlib
import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, cast

from toolkit.build.edition_paths import outside
from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.scratch import scratch
from toolkit.core.text import shortened

EDITION = "edition/"
LONGEST = 200 << 20  # bytes: an archive whose files are larger in all is refused
MOST_FILES = 20_000
BLOCK = 1 << 20
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 0x1 | 0x40 | 0x2000  # bits of an entry's flags
LENGTHS = 26  # bytes: where an entry's own header has the lengths of its name and of what else it holds
END = struct.Struct("<4s4xHH4xI2x")  # the end of a list of files: its sign, twice how many there are, where it begins
DESCRIBED, DESCRIPTOR = 0x8, 24  # the flag for sizes after the content, and the most bytes that these take
MADE = "a file made by `toolkit archive`"
ANOTHER = "ask for the file again, or name another"
# what zipfile raises for files that are damaged or made by hand, beside its own error
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    struct.error,
    ValueError,
    RuntimeError,  # also what is not implemented in it
    OverflowError,
)


@contextlib.contextmanager
def unpacked(path: Path) -> Iterator[tuple[Path, Path | None]]:
    """(folder of the edition, None) for an edition's folder; for an archive both folders of it, unpacked in the block.

    Raises ToolkitError for a file that is no archive: damaged, encrypted, larger than LONGEST, or with paths that leave
    it, links, two files of one name.
    """
    if not path.is_file():
        yield path, None
        return
    with scratch() as folder:
        root = folder / "archive"
        _unpack(path, root)
        yield root / EDITION, root


def _unpack(path: Path, root: Path) -> None:
    if (size := path.stat().st_size) > LONGEST:  # before its list of files is read
        raise ToolkitError(path.name, f"a file of {size >> 20:,} MiB", f"at most {LONGEST >> 20} MiB", ANOTHER)
    with contextlib.ExitStack() as opened:
        try:
            packed = opened.enter_context(zipfile.ZipFile(path))
        except (*DAMAGED, OSError) as error:
            allowed = f"a folder of an edition, or {MADE}"
            raise ToolkitError(path.name, _message(error), allowed, ANOTHER) from error
        entries = packed.infolist()
        if problems := list(_problems(path.name, packed, entries)):
            raise ToolkitError(problems)
        for entry in entries:
            content = _content(path.name, packed, entry)
            target = root / entry.filename
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def _content(archive: str, packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The content of one file, read in blocks, so that one that says too small a size is refused before it is large."""
    content = bytearray()
    try:
        with packed.open(entry) as file:
            while block := file.read(BLOCK):
                content += block
                if len(content) > entry.file_size:
                    raise zipfile.BadZipFile("it is larger than it says")
    except (*DAMAGED, OSError) as error:
        raise ToolkitError(f"{archive}, {shortened(entry.filename)}", _message(error), MADE, ANOTHER) from error
    return bytes(content)


def _message(error: Exception) -> str:
    return shortened(str(error)) if str(error).isprintable() and str(error) else "it is damaged"


def _problems(archive: str, packed: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> Iterator[Problem]:
    """What is wrong with an archive's list of files, before any is read: the first problem of each sort."""
    size = sum(entry.file_size for entry in entries)
    if size > LONGEST:
        message = f"files of {size / (1 << 20):,.0f} MiB in all"
        yield Problem(archive, message, f"at most {LONGEST >> 20} MiB", ANOTHER)
    if len(entries) > MOST_FILES:
        yield Problem(archive, f"{len(entries):,} files", f"at most {MOST_FILES:,}", ANOTHER)
    if packed.comment or _has_more(packed, entries):
        message = "something beside its files: before, between or after them, folders, or remarks on them"
        yield Problem(archive, message, MADE, ANOTHER)
    files = {entry.orig_filename for entry in entries}
    seen: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for entry in entries:
        name = entry.orig_filename.rstrip("/")
        key = unicodedata.normalize("NFC", name).casefold()
        for message in _wrong(entry, name, seen.get(key)):
            wrong.setdefault(message, name)
        seen[key] = name
    for name in seen.values():
        above = name.split("/")[:-1]
        if any("/".join(above[:count]) in files for count in range(1, len(above) + 1)):
            wrong.setdefault("a file inside another file", name)
    for message, name in wrong.items():
        yield Problem(f"{archive}, {shortened(ascii(name)[1:-1])}", message, "plain files of the archive", ANOTHER)


def _has_more(packed: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> bool:
    """True if files do not follow one another up to their list, and it up to the end: other programs would see more."""
    at, more, file = 0, 0, cast("IO[bytes]", packed.fp)  # None only after it is closed
    file.seek(-END.size, os.SEEK_END)
    if END.unpack(file.read()) != (b"PK\5\6", len(entries), len(entries), packed.start_dir):
        return True
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if not at <= entry.header_offset <= at + more:
            return True
        file.seek(entry.header_offset + LENGTHS)
        lengths = file.read(4)
        if len(lengths) < 4:
            return True
        name, extra = struct.unpack("<HH", lengths)
        if extra or entry.extra or entry.comment or entry.is_dir():
            return True
        at = entry.header_offset + LENGTHS + 4 + name + entry.compress_size
        more = DESCRIPTOR if entry.flag_bits & DESCRIBED else 0
    return not at <= packed.start_dir <= at + more


def _wrong(entry: zipfile.ZipInfo, name: str, twin: str | None) -> Iterator[str]:
    mode = entry.external_attr >> 16
    if reason := outside(name):
        yield reason
    if entry.filename != entry.orig_filename:  # a second name in its extra field, which some Pythons unpack it under
        yield "two names"
    if twin is not None:
        yield "a second file of this name, or of one that some systems take for the same"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG) or mode & 0o7000:  # the last: set-user-ID and the like
        yield "a link, or another special file"
    if entry.flag_bits & ENCRYPTED:
        yield "encrypted"
    if entry.compress_type not in METHODS:
        yield f"packed by method {entry.compress_type}, neither stored nor deflated"
