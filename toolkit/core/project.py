"""The folders and settings of a project, and how its files are read and written."""

from __future__ import annotations

import codecs
import contextlib
import glob
import hashlib
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.locales import LOCALES
from toolkit.core.settings import wrong_settings
from toolkit.core.text import shortened

ADDRESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
UTF_16 = "zero bytes or a mark of UTF-16"  # what is found in a text of that encoding
RESERVED = ("index", "claims")  # pages of every edition, which no notebook may replace
UNFIT = {"\\": "a backslash", "?": "a question mark"}
CRLF = "its lines end with CRLF, and nothing else changed"
UNDO_CRLF = "check out again with core.autocrlf=false, or unpack again without converting text"


@dataclass(frozen=True)
class Project:
    """The folders of one investigation, as paths: none of them needs to exist.

    `contents` has files of data/ that were read already, so that what was hashed is what is read; `chosen` has settings
    in place of those of pyproject.toml.
    """

    root: Path
    contents: Mapping[Path, bytes] = field(default_factory=dict, repr=False, compare=False)
    chosen: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def build(self) -> Path:
        return self.data / "build"

    @property
    def notebooks(self) -> Path:
        return self.root / "notebooks"

    @property
    def questions(self) -> Path:
        return self.notebooks / "sql"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The table `[tool.toolkit]` of pyproject.toml, {} without one, with what `chosen` has in its place.

        Raises ToolkitError if the file cannot be read or is no TOML, or a setting is not as `settings.py` allows.
        """
        try:
            tool = tomllib.loads(read_text(self.root / "pyproject.toml").replace("\r\n", "\n")).get("tool", {})
        except (ValueError, RecursionError) as error:  # more digits than Python reads; brackets without end
            message = shortened(str(error), 200)
            raise ToolkitError("pyproject.toml", message, "TOML", "mend the line") from error
        table: Any = tool.get("toolkit", {}) if isinstance(tool, dict) else tool
        if wrong := list(wrong_settings(table)):
            raise ToolkitError(wrong)
        return {**table, **self.chosen}

    @property
    def language(self) -> str:
        """The language of numbers, `[tool.toolkit] language`: English where none is chosen.

        Raises ToolkitError for a language that toolkit/core/locales.py does not have.
        """
        language = self.settings.get("language", "en") if (self.root / "pyproject.toml").is_file() else "en"
        if language not in LOCALES:
            raise ToolkitError(
                "pyproject.toml, [tool.toolkit] language",
                repr(language),
                ", ".join(LOCALES),
                "choose one of them, or add another in toolkit/core/locales.py",
            )
        return str(language)

    def stories(self) -> list[Path]:
        """The notebooks to publish, in the order of `[tool.toolkit] stories`, then by name.

        Raises ToolkitError if the list names a missing notebook, or a notebook's name cannot be a page's address.
        """
        order = self.settings.get("stories", [])
        paths = {path.stem: path for path in sorted(self.notebooks.glob("*.ipynb"))}
        unfit = [name for name in paths if not ADDRESS.fullmatch(name) or name.lower() in RESERVED]
        if unfit:
            raise ToolkitError(
                Problem(
                    f"notebooks/{name}.ipynb",
                    "no name for a page, whose address it becomes",
                    f"letters a to z, digits, hyphens and underscores, but not {' or '.join(RESERVED)}",
                    "rename the notebook",
                )
                for name in unfit
            )
        missing = [slug for slug in order if slug not in paths]
        if missing:
            raise ToolkitError(
                "pyproject.toml, [tool.toolkit] stories",
                f"no notebook for {', '.join(missing)}",
                f"names of files in notebooks/: {', '.join(paths) or 'none'}",
                "correct the list or add the notebook",
            )
        return [paths[slug] for slug in order] + [path for slug, path in paths.items() if slug not in order]

    def name(self, path: Path | str) -> str:
        """A path as it may be printed: from the project's root with forward slashes, or, outside it, its name."""
        inside = f"{self.root}{os.sep}"
        if str(path).startswith(inside):  # fast: resolving thousands of sources would ask the disk
            named = str(path)[len(inside) :].replace(os.sep, "/")
        else:
            root, path = self.root.resolve(), Path(path).resolve()
            named = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
        return named if named.isascii() else os.fsencode(named).decode("utf-8", "backslashreplace")

    def without_root(self, text: str) -> str:
        """A library's message without the path of the project on this machine."""
        root = str(self.root)
        return text.replace(root + os.sep, "").replace(root, "the project") if self.root.name else text


def find_project(start: Path | None = None) -> Project:
    """The project that holds `start` (default: the working directory).

    Raises ToolkitError if neither `start` nor a folder above it has both pyproject.toml and data/units.txt, if DuckDB
    cannot open a database at the project's path, or if something in it would be read without end.
    """
    try:
        start = (start or Path.cwd()).resolve()
    except FileNotFoundError as error:
        raise ToolkitError(
            "the working directory",
            "it is not there any more",
            "a folder of a project",
            "change into the project's folder",
        ) from error
    for folder in (start, *start.parents):
        if (folder / "pyproject.toml").is_file() and (folder / "data" / "units.txt").is_file():
            refuse_unfit_path(folder)
            _refuse_endless(folder)
            return Project(folder)
    raise ToolkitError(
        "the working directory",
        "this is not inside a project",
        "a folder with pyproject.toml and data/units.txt, or one below it",
        "change into the project's folder, or begin one: toolkit init DIR",
    )


def refuse_unfit_path(root: Path) -> None:
    """Raises ToolkitError for a path that no project can have.

    DuckDB reads a backslash in the path of a database as a slash, and what follows a question mark as an option.
    """
    for name in root.parts[1:]:
        shown_name = os.fsencode(name).decode("utf-8", "backslashreplace")
        where = f"the project's path, folder '{shown_name}'"
        if unfit := [words for sign, words in UNFIT.items() if sign in name]:
            raise ToolkitError(
                where,
                f"it has {' and '.join(unfit)}",
                "names without backslash and question mark: no database can be opened below others",
                "rename the folder, or move the project out of it",
            )
        if shown_name != name:
            raise ToolkitError(
                where,
                "not read as UTF-8 here",
                "names in UTF-8, and a locale that reads them",
                "set the environment variable PYTHONUTF8=1, or rename the folder",
            )


@cache  # a kernel finds its project often
def _refuse_endless(root: Path) -> None:
    """Pipes wait for whoever writes into them, and devices may give for ever, also behind a link that git keeps."""
    paths = [path for room in ("data", "notebooks") for path in _no_files(root / room, root / "data" / "build")]
    if paths:
        kind = "a pipe or a device, or a link to one"
        names = sorted(Path(path).relative_to(root).as_posix() for path in paths)
        raise ToolkitError(Problem(name, kind, "files", "remove it") for name in names)


def _no_files(folder: Path, without: Path) -> Iterator[str]:
    """What there is below a folder that is neither a file nor a folder; the system lists that with the names."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _no_files(Path(entry.path), without) if entry.path != str(without) else ()
            elif not entry.is_file() and not entry.is_dir() and os.path.exists(entry.path):
                yield entry.path


def with_lf(content: bytes) -> bytes:
    """A file's content with LF for each CRLF, which a checkout or a zip tool may have put there."""
    return content.replace(b"\r\n", b"\n")


def digest(parts: Iterable[str | bytes]) -> str:
    """The SHA-256, in hexadecimal, of parts, each preceded by its length in bytes."""
    running = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        running.update(f"{len(data)}:".encode())
        running.update(data)
    return running.hexdigest()


def read_text(path: Path, content: bytes | None = None) -> str:
    """The text of a file in UTF-8, without a byte-order mark; its line ends are unchanged.

    `content` is that of the file where it was read already. Raises ToolkitError if the file cannot be read, or, with
    the line, if it is in another encoding.
    """
    try:
        text = (path.read_bytes() if content is None else content).decode().lstrip("\ufeff")
    except UnicodeDecodeError as error:
        raise _other_encoding(path, error.object, error.start) from error
    except OSError as error:
        message = "a folder" if isinstance(error, IsADirectoryError) else error.strerror or str(error)
        raise ToolkitError(
            _place(path),
            f"cannot be read: {message}",
            "a file that can be read",
            "put the file there, or allow reading it",
        ) from error
    if "\0" in text:
        raise _other_encoding(path, text.encode(), text.encode().index(0))
    return text


def is_utf_16(data: bytes) -> bool:
    """True for bytes with the mark of UTF-16, or with zero bytes, which texts in UTF-8 do not have."""
    return data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data


def _other_encoding(path: Path, data: bytes, at: int) -> ToolkitError:
    line, problem = len(re.split(rb"\r\n?|\n", data[:at])), f"the byte 0x{data[at]:02X}, which is no UTF-8"
    if character := data[at : at + 1].decode("cp1252", "ignore").strip("\0"):
        problem += f" ({character} in Windows-1252)"
    if is_utf_16(data):
        line, problem = 1, UTF_16
    return ToolkitError(
        f"{_place(path)}, line {line}",
        problem,
        "text in UTF-8",
        "open it in the encoding that it has, and save it as UTF-8",
    )


def _place(path: Path) -> str:
    """A file as an error names it: relative to its project's root, or, outside any project, its name."""
    try:
        return find_project(path.parent).name(path.absolute())
    except ToolkitError:
        return path.name


def replace_file(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all, makes its folders, and removes half-written copies of killed processes.

    Raises OSError where the disk refuses it.
    """
    half_made = temporary_name(path)
    try:
        half_made.write_bytes(content)
        os.replace(half_made, path)
    finally:
        half_made.unlink(missing_ok=True)


def temporary_name(path: Path) -> Path:
    """A temporary name beside `path`, of this process; makes the folder, removes what killed processes left in it.

    Raises OSError where the disk refuses it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        if not is_running(int(left.name.split(".")[-2])):
            left.unlink(missing_ok=True)
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def is_running(process: int) -> bool:
    """False if no process has this id, so that its half-written files may be removed; off POSIX always True."""
    try:
        if os.name == "posix":
            os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def here(path: Path) -> str:
    """A path as text for a terminal: relative to the working directory if that is shorter."""
    try:
        relative = os.path.relpath(path)
    except (OSError, ValueError):  # a working directory that is gone, or another drive
        return str(path)
    return relative if len(relative) < len(str(path)) else str(path)
