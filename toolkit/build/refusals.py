"""What a build refuses: a folder that is no edition, files that it cannot read, two values of one name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from toolkit.build.dataset_rules import dataset_problems
from toolkit.core.errors import Problem, StoryError, ToolkitError, collect_problems
from toolkit.core.project import Project, here
from toolkit.notebook.prose import allowed_names
from toolkit.notebook.run import Executed
from toolkit.notebook.unread_files import unread_notebooks
from toolkit.reported.data_files import unread_files


def refuse_two_values(executed: Sequence[Executed]) -> None:
    """Raises StoryError if two stories give the same name to findings of different numbers."""
    first: dict[str, tuple[str, dict]] = {}
    problems = []
    for story in executed:
        for name, finding in story.record["findings"].items():
            slug, first_finding = first.setdefault(name, (story.slug, finding))
            if first_finding["node"] != finding["node"]:
                problems.append(
                    Problem(
                        f"story {story.slug}, finding {name!r}",
                        f"{finding['printed']}, but {first_finding['printed']} in story {slug}",
                        "one value for a name in an edition",
                        "give one of the two a name of its own",
                    )
                )
    if problems:
        raise StoryError(problems)


def refuse_what_is_no_edition(project: Project, out: Path) -> None:
    """Raises ToolkitError if `out` is a file, or a folder with other files: an edition replaces the whole folder."""
    holds_other = out.is_dir() and any(out.iterdir()) and not (out / "manifest.json").is_file()
    if out.is_file() or (holds_other and out != project.reports.resolve()):
        raise ToolkitError(
            here(out),
            "a file" if out.is_file() else "a folder with other things in it",
            "a new or empty folder, or one with an edition (manifest.json)",
            "name another folder",
        )


def refuse_what_cannot_be_read(project: Project) -> None:
    """Raises ToolkitError for files that nothing reads, and for errors in data/names_with_digits.txt.

    A database that is up to date would not show either.
    """
    problems: list[Problem] = []
    if unread_files(project):
        from toolkit.reported.read_all import read_reported

        with collect_problems(problems):  # these and whatever else is wrong there
            read_reported(project)
    problems += [*dataset_problems(project), *unread_notebooks(project)]
    with collect_problems(problems):
        allowed_names(project)
    if problems:
        raise ToolkitError(problems)
