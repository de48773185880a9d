"""The entry point of the command line: finds the project, runs a command, and prints errors as text."""

from __future__ import annotations

import argparse
import atexit
import contextlib
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from toolkit.cli import COMMANDS, Command
from toolkit.core.errors import ToolkitError, refused_by_system
from toolkit.core.parent_process import end_with_parent
from toolkit.core.project import Project, find_project
from toolkit.core.text import made_visible


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command with these arguments (default: those of the process); 0 if it did what was asked, else 1."""
    end_with_parent()
    parser = _parser()
    chosen, rest = parser.parse_known_args(arguments)
    command: Command | None = getattr(chosen, "command", None)
    if rest and not (command and command.passes_on):
        parser.error(f"unknown: {' '.join(rest)}")
    chosen.rest = rest
    _print_whatever_the_locale()
    if chosen.version:
        print(f"toolkit {_version()}")
        return 0
    if command is None:
        parser.print_help()
        return 1
    project = None
    try:
        project = find_project(chosen.project) if command.needs_project else Project(Path.cwd())
        _leave_a_folder_that_is_gone(project)
        return command.run(chosen, project)
    except ToolkitError as error:
        return _complained(error, project)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 1
    except OSError as error:
        return _complained(refused_by_system(error, project.name) if project else refused_by_system(error), project)
    except Exception as error:
        from toolkit.engine.errors import damaged_database

        if damage := damaged_database(str(error)):
            return _complained(damage, project)
        raise


def run() -> NoReturn:
    """`main` as a process, which ends with it: to free one by one what a build holds takes most of a second."""
    gc.set_threshold(50_000, 20, 20)  # most of what a command reads stays to its end, and was searched over and over
    status = main()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, AttributeError):  # nobody reads any more, or nobody did
            stream.flush()
    os._exit(status)


def _leave_a_folder_that_is_gone(project: Project) -> None:
    """DuckDB opens no database from a working directory that is gone."""
    try:
        os.getcwd()
    except FileNotFoundError:
        os.chdir(project.root)


def _version() -> str:
    """The version that is installed, as pyproject.toml had it then."""
    import importlib.metadata

    from toolkit.build.edition_inputs import DISTRIBUTION

    return importlib.metadata.version(DISTRIBUTION)


def _complained(error: ToolkitError, project: Project | None) -> int:
    """Prints an error without the path of the project on this machine; returns the exit status."""
    text = project.without_root(str(error)) if project else str(error)
    print(
        f"{made_visible(text)}\n{len(error.problems)} problem{'s' if len(error.problems) != 1 else ''}", file=sys.stderr
    )
    return 1


def _print_whatever_the_locale() -> None:
    """Has characters that the encoding of a terminal or a pipe lacks written as escapes, instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


class _Parser(argparse.ArgumentParser):
    """A parser that exits with 1 for wrong arguments, where argparse would with 2: every failure is 1."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(1, f"{self.prog}: {message}\n    do: see {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="toolkit",
        description="A desk for investigative data journalism, on which a number is never bare.",
        epilog="example: toolkit build",
    )
    parser.add_argument("--version", action="store_true", help="print the version and end")
    parser.add_argument("--project", type=Path, metavar="DIR", help="the project (default: this folder's)")
    group = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in COMMANDS:
        described, example = f"{command.help[0].upper()}{command.help[1:]}.", f"example: {command.example}"
        own = group.add_parser(command.name, help=command.help, description=described, epilog=example)
        own.set_defaults(command=command)
        if command.arguments is not None:
            command.arguments(own)
    return parser
