"""What of an edition's files would lead a browser or an editor elsewhere, though no policy or comparison stops it.

The policy of a page lets no foreign script or picture in; it does not stop a refresh, or a connection that is opened in
advance. A drawing and a specification are files of their own, which no policy guards.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from toolkit.core.text import unfit_sign

IN_PAGES = re.compile(
    r"""<meta\b[^<>]*\bhttp-equiv(?!\s*=\s*["']?content-security-policy)
    | <link\b(?![^<>]*\brel\s*=\s*["']?(?:stylesheet|icon|canonical|alternate|license|self)["'\s>])""",
    re.IGNORECASE | re.VERBOSE,
)
IN_DRAWINGS = re.compile(
    r"""<[!?] | &(?!amp;|lt;|gt;|quot;|apos;|\#) | @import | \son\w+\s*=
    | <(?:\w+:)?(?:script|foreignobject|image|feimage|use|a|animate\w*|set|iframe|object|embed|audio|video|handler)\b
    | href\s*=\s*["'](?!\#) | url\(\s*["']?(?!\#|data:font/)""",
    re.IGNORECASE | re.VERBOSE,
)
LEADS = ("url", "href")  # keys of a specification by which it loads or opens something


def active_content(files: dict[str, bytes]) -> Iterator[tuple[str, str, str]]:
    """(file, what is wanted, what is found) for files that would lead elsewhere, by path."""
    for name, content in sorted(files.items()):
        if name.endswith((".html", ".htm")):
            text = content.decode("utf-8", "replace")
            if found := IN_PAGES.search(text):
                yield name, "nothing that leaves the page by itself", found[0]
            if sign := unfit_sign(text):
                yield name, "signs that are seen, and none that turns what follows", sign
        elif name.endswith(".svg") and (found := IN_DRAWINGS.search(content.decode("utf-8", "replace"))):
            yield name, "a drawing of shapes and words alone", found[0].strip()
        elif name.endswith(".vl.json"):
            yield from ((name, "a specification with its data in it", one) for one in _leads(json.loads(content)))


def _leads(spec: object) -> Iterator[str]:
    """What a specification would load or open; its rows are data, whatever they name."""
    left = [spec]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            yield from (str(part[key]) for key in LEADS if isinstance(part.get(key), str))
            left += [below for key, below in part.items() if key not in ("values", "datasets")]
        elif isinstance(part, list):
            left += part
