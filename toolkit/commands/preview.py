"""`toolkit preview`: its options, and what it prints."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from toolkit.core.project import Project, here


def preview_arguments(parser: ArgumentParser) -> None:
    """The options of `toolkit preview`."""
    parser.add_argument("story", metavar="SLUG", help="the story, a draft or not")
    parser.add_argument("--no-browser", action="store_true", help="print where the page is, and open nothing")
    parser.add_argument(
        "--once", action="store_true", help="render it once and end, with exit status 1 if it cannot be published"
    )


def preview(arguments: Namespace, project: Project) -> int:
    """Renders a story once, or again after each save until it is stopped; 0.

    Raises ToolkitError with every problem of the story where it is rendered once.
    """
    import webbrowser

    from toolkit.build.preview import Preview, follow

    def open_page(page: Path) -> None:
        print(f"{here(page)}: made again when you save; stop with Ctrl-C", flush=True)
        if not arguments.no_browser:
            webbrowser.open(page.as_uri())

    story_preview = Preview(project, arguments.story)
    try:
        if not arguments.once:
            follow(story_preview, lambda line: print(line, flush=True), open_page)  # until it is stopped
        if error := story_preview.render():
            raise error
        without = f", without {story_preview.left_out}" if story_preview.left_out else ""
        print(f"{here(story_preview.path)}{without}")
        return 0
    finally:
        story_preview.close()
