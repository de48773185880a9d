"""`toolkit init`: an empty desk for an investigation."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path

from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project, refuse_unfit_path
from toolkit.core.text import clean_text

TEMPLATES = Path(__file__).parents[1] / "empty_desk"  # of files; x.template is written as x, dot-x as .x
DISTRIBUTION = "numberdesk"


def init_arguments(parser: ArgumentParser) -> None:
    """The options of `toolkit init`."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="the desk's folder: new, or empty")
    parser.add_argument("--title", default="", help="the investigation's name (default: that of the folder)")


def init(arguments: Namespace, _: Project) -> int:
    """Writes an empty desk; returns 0. Raises ToolkitError where the folder is not empty or the title no clean text."""
    files = write_desk(arguments.folder, arguments.title)
    folder = shlex.quote(("./" if str(arguments.folder).startswith("-") else "") + str(arguments.folder))
    print(f"{arguments.folder}: {files} files; now: cd {folder} && toolkit build")
    return 0


def write_desk(folder: Path, title: str = "") -> int:
    """Writes an empty desk into a folder that is new or empty, whole or not at all; returns how many files it has.

    Raises ToolkitError for a folder with anything in it, or whose path no project can have, and for a title that is no
    clean text; OSError where it cannot be written.
    """
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ToolkitError(folder.name, "there is something in it", "a new or an empty folder", "name another")
    refuse_unfit_path(folder)
    title = title or re.sub(r"[-_]+", " ", folder.name).strip().capitalize() or "Desk"
    title, wrong = clean_text(title)
    if wrong or set(title) & set('"\\\n'):  # they would end the text in pyproject.toml, or change it
        raise ToolkitError("--title", wrong or "a quotation mark or backslash", "a line of clean text", "correct it")
    import importlib.metadata  # which every command would pay for

    filled_in = {"@TITLE@": title, "@VERSION@": importlib.metadata.version(DISTRIBUTION)}
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        sources = sorted(path for path in TEMPLATES.rglob("*.template"))
        for source in sources:
            name = re.sub(r"(^|/)dot-", r"\1.", source.relative_to(TEMPLATES).as_posix().removesuffix(".template"))
            text = source.read_bytes().decode()
            for mark, text_there in filled_in.items():
                text = text.replace(mark, text_there)
            target = unfinished / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())
            target.chmod(0o755 if text.startswith("#!") else 0o644)
        unfinished.chmod(0o755)
        if folder.exists():
            folder.rmdir()
        os.replace(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return len(sources)
