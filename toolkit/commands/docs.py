"""`toolkit docs`: writes the documents that follow from data/, or says which are out of date."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from toolkit.core.project import Project


def docs_arguments(parser: ArgumentParser) -> None:
    """The options of `toolkit docs`."""
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if a document is out of date")


def docs(arguments: Namespace, project: Project) -> int:
    """Writes the documents that are out of date; with --check it only names them, and returns 1 for any.

    Raises ToolkitError with every problem of data/, and if CONTRIBUTING.md lacks the marks of the certainty rule.
    """
    from toolkit.reported.data_dictionary import documents, outdated
    from toolkit.reported.read_all import read_reported

    texts = documents(project, read_reported(project))
    changed = outdated(texts)
    for path in changed:
        if not arguments.check:
            path.write_text(texts[path], encoding="utf-8")
        print(f"{project.name(path)}: {'out of date, run `toolkit docs`' if arguments.check else 'written'}")
    return 1 if changed and arguments.check else 0
