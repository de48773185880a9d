"""The command `toolkit`."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from toolkit.core.errors import ToolkitError, refused_by_system
from toolkit.core.project import Project, find_project


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; 0 when it did what was asked, 1 when it did not."""
    parser = _parser()
    chosen, chosen_rest = parser.parse_known_args(arguments)
    if chosen_rest and getattr(chosen, "run", None) is not _lab:
        parser.error(f"unknown: {' '.join(chosen_rest)}")
    chosen.rest = chosen_rest
    _print_whatever_the_locale()
    if chosen.version:
        print(f"toolkit {_version()}")
        return 0
    if not hasattr(chosen, "run"):
        parser.print_help()
        return 1
    project = None
    try:
        project = find_project(chosen.project)
        return chosen.run(chosen, project)
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


def _version() -> str:
    """The version that is installed, as pyproject.toml had it then."""
    import importlib.metadata

    from toolkit.build.inputs import DISTRIBUTION

    return importlib.metadata.version(DISTRIBUTION)


def _complained(error: ToolkitError, project: Project | None) -> int:
    """Prints what is wrong, without the path of the project on this machine; returns the exit status."""
    said = project.without_root(str(error)) if project else str(error)
    print(f"{said}\n{len(error.problems)} problem{'s' if len(error.problems) != 1 else ''}", file=sys.stderr)
    return 1


def _print_whatever_the_locale() -> None:
    """A terminal or a pipe that has no sign for a letter gets the letter's number, not an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _print_json(value: object, **layout: int) -> None:
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(value, ensure_ascii=not utf8, **layout))


class _Parser(argparse.ArgumentParser):
    """Ends with 1 where argparse would end with 2: a command either did what was asked or did not."""

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
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def command(name: str, run, help: str, example: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help, description=help.capitalize() + ".", epilog=f"example: {example}")
        made.set_defaults(run=run)
        return made

    made = command(
        "build", _build, "build the database, then the stories, into reports/", "toolkit build --out /tmp/edition"
    )
    made.add_argument("--out", type=Path, metavar="DIR", help="where the edition goes (default: reports/)")
    made = command("check", _check, "check the record, the questions and the notebooks", "toolkit check --json")
    made.add_argument("--json", action="store_true", help="counts or problems as JSON")
    made = command(
        "claims",
        _claims,
        "list claims with sources and origins, or one claim's readings side by side",
        "toolkit claims jellyfish.tokens_multiple",
    )
    made.add_argument("id", nargs="?", help="a claim, or the start of its id")
    made.add_argument("--json", action="store_true", help="the same as JSON")
    made = command(
        "diff",
        _diff,
        "say what differs between two editions, in value or in print, and draft the correction; 1 if anything differs",
        "toolkit diff HEAD~1 reports",
    )
    made.add_argument("old", metavar="OLD", help="an edition: a folder, or a git revision whose reports/ is meant")
    made.add_argument("new", metavar="NEW", help="another")
    made.add_argument("--json", action="store_true", help="differences and drafted corrections as JSON")
    made = command(
        "docs",
        _docs,
        "write data/README.md and the certainty rule in CONTRIBUTING.md as declared",
        "toolkit docs --check",
    )
    made.add_argument("--check", action="store_true", help="write nothing; 1 if a document is out of date")
    made = command(
        "simulate",
        _simulate,
        "make a synthetic feed from a scenario of data/scenarios",
        "toolkit simulate public-board --developers 1000 --weeks 12",
    )
    made.add_argument("scenario", metavar="SCENARIO", help="the name of a file in data/scenarios")
    made.add_argument("--developers", type=int, metavar="N", help="people (default: as the scenario declares)")
    made.add_argument("--weeks", type=int, metavar="N", help="length of the log (default: as the scenario declares)")
    made.add_argument("--seed", type=int, default=1, metavar="N", help="same seed, same bytes (default: 1)")
    made.add_argument("--out", type=Path, metavar="DIR", help="where the feed goes (default: data/build/feeds)")
    made = command("new", _new, "write the notebook of a new story, to be filled in", "toolkit new spending-per-desk")
    made.add_argument("slug", metavar="NAME", help="the story's name, as its page's address will have it")
    made = command("strip", _strip, "remove outputs from the stored notebooks", "toolkit strip")
    made = command(
        "archive",
        _archive,
        "write one file with an edition, its data and a script that checks both",
        "toolkit archive --out edition.zip",
    )
    made.add_argument("edition", type=Path, nargs="?", metavar="EDITION", help="a folder (default: reports/)")
    made.add_argument("--out", type=Path, metavar="FILE", help="where it goes (default: data/build/NAME-HASH.zip)")
    made = command(
        "verify",
        _verify,
        "build everything again in a clean place and compare it with an edition; 1 if anything differs",
        "toolkit verify reports",
    )
    made.add_argument(
        "edition",
        type=Path,
        nargs="?",
        metavar="EDITION",
        help="a folder, or a file that `toolkit archive` wrote (default: reports/)",
    )
    made.add_argument("--json", action="store_true", help="the same as JSON")
    command(
        "lab",
        _lab,
        "open JupyterLab on the stories; notebooks are saved without outputs, and options "
        "that are not known here are passed on to it",
        "toolkit lab --no-browser",
    )
    return parser


def _build(chosen: argparse.Namespace, project: Project) -> int:
    from toolkit.build.swap import clear

    def stop(*_) -> NoReturn:
        """Ends at once: an exception amid an import can be swallowed, or leave a lock behind on which all wait."""
        clear((chosen.out or project.reports).resolve())
        os.write(sys.stderr.fileno(), b"stopped\n")
        os._exit(1)

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, stop)
    from toolkit.build.pipeline import build, here

    start = time.perf_counter()
    out = build(project, chosen.out, lambda line: print(f"{time.perf_counter() - start:6.1f} s  {line}", flush=True))
    print(f"{time.perf_counter() - start:6.1f} s  {here(out / 'index.html')}")
    return 0


def _check(chosen: argparse.Namespace, project: Project) -> int:
    from toolkit.checks import check

    try:
        counted = check(project)
    except ToolkitError as error:
        if not chosen.json:
            raise
        told = [vars(problem).items() for problem in error.problems]
        _print_json([{key: project.without_root(said) for key, said in problem} for problem in told], indent=1)
        return 1
    if chosen.json:
        _print_json(counted)
    else:
        print(", ".join(f"{count} {word}" for word, count in counted.items()) + ": all well")
    return 0


def _claims(chosen: argparse.Namespace, project: Project) -> int:
    from toolkit.database.claim_list import claim_list, claim_readings
    from toolkit.database.open import open_desk

    desk = open_desk(project)
    found = claim_list(desk, chosen.id or "")
    if chosen.id and any(row["id"] == chosen.id for row in found):
        found = claim_readings(desk, chosen.id) or [row for row in found if row["id"] == chosen.id]
    if not found:
        raise ToolkitError(
            f"the claim {chosen.id!r}", "not on the desk", "ids that `toolkit claims` lists", "correct the id"
        )
    if chosen.json:
        from toolkit.database.claim_list import as_json

        _print_json(json.loads(as_json(found)), indent=1)
    else:
        from toolkit.database.claim_list import as_text

        print(as_text(found))
    return 0


def _diff(chosen: argparse.Namespace, project: Project) -> int:
    from toolkit.review import draft
    from toolkit.review.diff import as_json, changes, report
    from toolkit.review.revisions import edition_at

    with edition_at(project, chosen.old) as old, edition_at(project, chosen.new) as new:
        found = changes(old, new)
        drafts = draft.drafts(old, new, found)
    if chosen.json:
        _print_json({"differences": as_json(found), "corrections": draft.as_json(drafts)}, indent=1)
        return 1 if found else 0
    print(report(found))
    if drafts:
        print(f"\nFor data/corrections.yml, where readers have seen the old edition:\n{draft.as_text(drafts)}")
    return 1 if found else 0


def _archive(chosen: argparse.Namespace, project: Project) -> int:
    from toolkit.build.pipeline import here
    from toolkit.review.archive import archive

    made = archive(project, chosen.edition or project.reports, chosen.out)
    print(f"{here(made)}, {made.stat().st_size // 1024} KB")
    return 0


def _verify(chosen: argparse.Namespace, project: Project) -> int:
    from toolkit.review.verify import as_json, report, verify

    progress = sys.stderr if chosen.json else sys.stdout
    found = verify(project, chosen.edition or project.reports, lambda line: print(line, file=progress, flush=True))
    if chosen.json:
        _print_json(as_json(found), indent=1)
    else:
        print(report(found))
    return 0 if found.holds else 1


def _docs(chosen: argparse.Namespace, project: Project) -> int:
    from toolkit.reported.dictionary import documents, outdated
    from toolkit.reported.read import read_reported

    made = documents(project, read_reported(project))
    changed = outdated(made)
    for path in changed:
        if not chosen.check:
            path.write_text(made[path], encoding="utf-8")
        print(f"{project.name(path)}: {'out of date, run `toolkit docs`' if chosen.check else 'written'}")
    return 1 if changed and chosen.check else 0


def _simulate(chosen: argparse.Namespace, project: Project) -> int:
    from toolkit.build.pipeline import here
    from toolkit.usage.simulate.plan import make_plan
    from toolkit.usage.simulate.simulate import simulate

    shown = [0.0]

    def progress(state) -> None:
        now = time.perf_counter()
        if now - shown[0] >= 1 or state.parts == state.of:
            shown[0] = now
            print(
                f"\r{state}   " if sys.stderr.isatty() else str(state),
                end="" if sys.stderr.isatty() else "\n",
                file=sys.stderr,
                flush=True,
            )

    plan = make_plan(project, chosen.scenario, chosen.developers, chosen.weeks, chosen.seed)
    made = simulate(plan, chosen.out or project.build / "feeds", None, progress)
    if shown[0] and sys.stderr.isatty():
        print(file=sys.stderr)
    print(here(made))
    return 0


def _new(chosen: argparse.Namespace, project: Project) -> int:
    from toolkit.notebook.new import new_story

    print(f"{project.name(new_story(project, chosen.slug))}: write where it says ⟨…⟩; it is built when none is left")
    return 0


def _strip(chosen: argparse.Namespace, project: Project) -> int:
    from toolkit.checks import strip

    for path in project.stories():
        if strip(path):
            print(f"stripped {project.name(path)}")
    return 0


def _lab(chosen: argparse.Namespace, project: Project) -> int:
    from toolkit.lab import start

    return start(project, chosen.rest)
