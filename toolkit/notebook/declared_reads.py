"""What a notebook may read in a build: the project's code and data, its environment, and a folder of its own.

An audit hook asks this of every file that Python opens (`kernel_extension.py`); where the system has Landlock, that
refuses all others to libraries and programs as well (`fork_server.py`).
"""

from __future__ import annotations

import glob
import os
import re
import shlex
import site
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from toolkit.core.project import Project

ALLOWED = "the project's code, its datasets and usage logs, and what is installed"
# what programs read of a system to run at all: libraries, locales, time zones, fonts, certificates, names of users
SYSTEM = (
    "/bin /dev /gnu/store /lib /lib32 /lib64 /nix/store /proc /sbin /sys /usr /Library /System "
    "/etc/alternatives /etc/ca-certificates /etc/default/locale /etc/fonts /etc/gai.conf /etc/group /etc/host.conf "
    "/etc/hosts /etc/ipython /etc/jupyter /etc/ld.so.* /etc/locale* /etc/localtime /etc/magic* /etc/mime.types "
    "/etc/nsswitch.conf /etc/os-release /etc/passwd /etc/pki /etc/protocols /etc/python* /etc/resolv.conf "
    "/etc/services /etc/ssl /etc/timezone /private/etc/hosts /private/var/db/timezone"
).split()
OF_USER = ("~/.cache/fontconfig", "~/.cache/matplotlib", "~/.config/matplotlib", "~/.fonts", "~/.local/share/fonts")
# how libraries say that they may not read a file, and Python that a program failed
DENIED = re.compile(r"permission denied|access is denied|returned non-zero exit status", re.IGNORECASE)
MISSING = re.compile(r"no such file|does not exist|FileNotFoundError", re.IGNORECASE)


@dataclass(frozen=True)
class DeclaredReads:
    """The files and folders that may be read. Links are followed, except in `installed`, where there is no other."""

    installed: tuple[str, ...]
    declared: tuple[str, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.installed, *self.declared)

    def allow(self, path: str) -> bool:
        """Whether a file may be read, whatever way its path is written."""
        path = os.path.abspath(path)
        return path.startswith(self._installed) or _inside(os.path.realpath(path), self._resolved)

    @cached_property
    def _installed(self) -> tuple[str, ...]:
        return tuple(path + os.sep for path in self.installed)

    @cached_property
    def _resolved(self) -> tuple[str, ...]:
        return tuple(os.path.realpath(path) for path in self.paths)


def declared_reads(declared: Iterable[str]) -> DeclaredReads:
    """What may be read by this interpreter: what is installed for it, what a system needs, and what is `declared`."""
    prefixes = (sys.prefix, sys.exec_prefix, sys.base_prefix, sysconfig.get_paths()["stdlib"])
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    declared = tuple(declared)
    searched = [path for path in (*sys.path, *_site_packages()) if path and not _holds(path, declared)]
    user = (os.path.expanduser(path) for path in OF_USER)
    system = (system_path for path in SYSTEM for system_path in (glob.glob(path) if "*" in path else [path]))
    windows = filter(None, [os.environ.get("SYSTEMROOT")])
    return DeclaredReads(tuple(dict.fromkeys((*prefixes, own, *searched))), (*declared, *system, *user, *windows))


def project_reads(project: Project) -> list[str]:
    """What a project lets its notebooks read: data/, notebooks/, modules beside them, and linked files of datasets."""
    paths = [project.root / "pyproject.toml", project.data, project.build, project.notebooks, *_linked(project)]
    with os.scandir(project.root) as entries:
        for entry in entries:
            if entry.name.endswith(".py") or os.path.isfile(os.path.join(entry.path, "__init__.py")):
                paths.append(Path(entry.path))
    return [str(path) for path in paths]


def undeclared_file(message: str, folder: Path, declared: DeclaredReads) -> str | None:
    """The file, if it is none of `declared`, that an error's message says a library or program was not let read.

    A relative path is one from `folder`, or, where it says that there is no such file, from the folder around it.
    None if the message is of something else.
    """
    start = folder if DENIED.search(message) else folder.parent if MISSING.search(message) else None
    if start is not None:
        for path in _named_in(message):
            path = os.path.join(start, path)
            if os.path.isfile(path) and not declared.allow(path):
                return path
    return None


def refusal(path: str, project: Project) -> tuple[str, str, str]:
    """What was found, what is allowed and what to do, for a file that a notebook read and nothing declares."""
    path = os.path.abspath(path)
    name = shlex.quote(project.name(Path(path)) if _inside(path, [str(project.root)]) else path)
    remedy = f"run toolkit add {name}, and ask the dataset, or take the reading out"
    if path.endswith(".py"):
        remedy = "keep the module in notebooks/, or install it"
    return f"it reads {name}, which neither the project's code nor a dataset declares", ALLOWED, remedy


def _linked(project: Project) -> Iterator[Path]:
    """The files that datasets link to, and those that lie in data/datasets/ as links of the file system."""
    for path in sorted((project.data / "datasets").glob("*")):
        if path.is_symlink():
            yield path
        elif path.suffix == ".yml" and b"linked" in path.read_bytes():
            from toolkit.reading.yaml_file import read_yaml  # imports YAML, which few need

            top = read_yaml(project, path, [])
            if top is not None and top.get("linked") and isinstance(top.get("file"), str):
                yield project.root / top["file"]


def _site_packages() -> list[str]:
    return [*site.getsitepackages(), site.getusersitepackages()]


def _holds(folder: str, paths: Iterable[str]) -> bool:
    """Whether a folder holds one of the paths: the project's own folder on the path of modules, which is no library."""
    return any(_inside(path, [os.path.abspath(folder)]) for path in paths)


def _inside(path: str, folders: Iterable[str]) -> bool:
    return any(path == folder or path.startswith(folder.rstrip(os.sep) + os.sep) for folder in folders)


def _named_in(message: str) -> Iterator[str]:
    """What may be a path in a message: what stands in quotes, what follows a line's last colon, single words."""
    yield from (quoted for _, quoted in re.findall(r"(['\"])(.+?)\1", message))
    yield from (line.rpartition(": ")[2].strip() for line in message.splitlines())
    yield from re.findall(r"[^\s'\",\[\]()]+", message)
