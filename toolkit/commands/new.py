"""`toolkit new`: the notebook of a story, to be filled in."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from toolkit.core.project import Project


def new_arguments(parser: ArgumentParser) -> None:
    """The options of `toolkit new`."""
    parser.add_argument("slug", metavar="NAME", help="the story's name, as its page's address will have it")
    parser.add_argument("--dataset", default="", metavar="NAME", help="begin with a chart of this dataset, which runs")


def new(arguments: Namespace, project: Project) -> int:
    """Writes the notebook of a new story; returns 0.

    Raises ToolkitError for a name that no story may have, or an unknown dataset.
    """
    from toolkit.notebook.new_story import new_story

    path = project.name(new_story(project, arguments.slug, arguments.dataset))
    print(f"{path}: a draft, write where it says ⟨…⟩; see it with `toolkit preview {arguments.slug}`")
    return 0
