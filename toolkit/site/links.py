"""Links inside an edition: each has to lead somewhere."""

from __future__ import annotations

import difflib
import posixpath
import re
from collections.abc import Collection, Iterable
from functools import cache

from toolkit.core.errors import Problem
from toolkit.site.edition import Page

ID = re.compile(r'\sid="?([^\s">]+)')


def dead_links(pages: Iterable[Page], other_files: Collection[str]) -> list[Problem]:
    """A problem for each link of a story to a page, a file or an anchor that the edition does not have.

    `other_files` are the paths of the edition's files beside the stories and their folders.
    """
    pages = list(pages)
    documents = [document for page in pages for document in page.documents]
    htmls = {document.path: document.html for document in documents}
    ids = cache(lambda path: set(ID.findall(htmls[path])))  # of a thousand pages few are looked at
    files = {*htmls, *other_files, *(f"{page.slug}/{name}" for page in pages for name in page.files)}
    problems = []
    for document in documents:
        for where, link in document.links:
            path, _, fragment = link.partition("#")
            path = posixpath.normpath(path) if path else document.path
            if path not in files:
                problem, targets = f"a link to {path}, which the edition does not have", files
            elif fragment and path in htmls and fragment not in ids(path):
                problem, targets = f"a link to #{fragment}, which {path} does not have", ids(path)
            else:
                continue
            near = difflib.get_close_matches(fragment or path, sorted(targets), 3, 0.3) or sorted(targets)[:3]
            problems.append(Problem(where, problem, f"such as {', '.join(near)}", "correct the link"))
    return problems
