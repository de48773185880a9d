"""`toolkit archive`: its options, and what it prints."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from toolkit.core.project import Project, here


def archive_arguments(parser: ArgumentParser) -> None:
    """Adds the arguments of `toolkit archive`."""
    parser.add_argument("edition", type=Path, nargs="?", metavar="EDITION", help="a folder (default: reports/)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where it goes (default: data/build/NAME-HASH.zip)")
    parser.add_argument("--sign", type=Path, metavar="KEY", help="sign it with an SSH key: FILE.sig beside it")


def archive(arguments: Namespace, project: Project) -> int:
    """Writes an archive; returns 0. Raises ToolkitError as `toolkit.review.archive.archive` does."""
    from toolkit.review.archive import archive
    from toolkit.review.signature import sign

    path = archive(project, arguments.edition or project.reports, arguments.out)
    print(f"{here(path)}, {path.stat().st_size // 1024} KB")
    if arguments.sign:
        print(f"{here(sign(path, arguments.sign))}, the signature")
    return 0
