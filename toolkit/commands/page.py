"""`toolkit page`: its options, and what it prints."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from toolkit.core.project import Project, here


def page_arguments(parser: ArgumentParser) -> None:
    """The options of `toolkit page`."""
    parser.add_argument("notebook", type=Path, metavar="NOTEBOOK", help="anybody's notebook, with its stored outputs")
    help_text = "where the page goes (default: beside the notebook, as .html)"
    parser.add_argument("-o", "--out", type=Path, metavar="FILE", help=help_text)


def page(arguments: Namespace, _: Project) -> int:
    """Writes a notebook's page; 0. Raises ToolkitError if the file is no notebook, or its page would be too large."""
    from toolkit.core.project import replace_file
    from toolkit.site.any_notebook import notebook_page, tag_notes
    from toolkit.site.device_fonts import in_device_fonts

    html = notebook_page(arguments.notebook)
    out = arguments.out or arguments.notebook.with_suffix(".html")
    replace_file(out, page := html.encode())
    print(f"{here(out)}, {len(page) // 1024} KB, not checked by the toolkit")
    if letters := in_device_fonts(html):
        print(f"{letters} are drawn with fonts of each reader's device: the page holds none")
    for line in tag_notes(arguments.notebook):
        print(line)
    return 0
