"""`toolkit diff`: its options, and what it prints."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from toolkit.commands.terminal import print_json
from toolkit.core.project import Project


def diff_arguments(parser: ArgumentParser) -> None:
    """Adds the arguments of `toolkit diff`."""
    parser.add_argument("old", metavar="OLD", help="an edition: a folder, or a git revision whose reports/ is meant")
    parser.add_argument("new", metavar="NEW", help="another edition, as OLD")
    parser.add_argument("--json", action="store_true", help="differences and drafted corrections as JSON")


def diff(arguments: Namespace, project: Project) -> int:
    """Prints the differences of two editions; returns 1 if there are any.

    Raises ToolkitError for what is no edition.
    """
    from toolkit.review import correction_draft
    from toolkit.review.diff import as_json, changes, report
    from toolkit.review.edition_location import edition_at

    with edition_at(project, arguments.old) as old, edition_at(project, arguments.new) as new:
        differences = changes(old, new)
        drafts = correction_draft.drafts(old, new, differences)
    if arguments.json:
        print_json({"differences": as_json(differences), "corrections": correction_draft.as_json(drafts)}, indent=1)
        return 1 if differences else 0
    print(report(differences))
    if drafts:
        print(
            f"\nFor data/corrections.yml, where readers have seen the old edition:\n{correction_draft.as_text(drafts)}"
        )
    return 1 if differences else 0
