"""The guides of docs/ as a site of their own: each Markdown file a page in the house style, its links and anchors held.

`python -m toolkit.site.guides DIR` writes it from the repository's root. Nothing is run and nothing is fetched.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from markupsafe import Markup, escape

from toolkit.charts import HOUSE
from toolkit.core.errors import Problem, ToolkitError, collect_problems
from toolkit.core.project import replace_file
from toolkit.site import metadata, security_policy
from toolkit.site.markdown_html import SCHEMES, MarkdownHTML
from toolkit.site.page import templates
from toolkit.site.style import stylesheet

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

BESIDE = ("CONTRIBUTING.md",)  # guides that do not lie in docs/
INDEX = "README.md"  # of a folder


@dataclass
class _Guide:
    """A Markdown file as a page: where it goes, what it is called, its HTML, the anchors that it has and leads to."""

    source: Path
    out: Path
    title: str
    html: str = ""
    anchors: set[str] = field(default_factory=set)
    wanted: list[tuple[Path, str]] = field(default_factory=list)  # (page, anchor)


def write_guides(root: Path, out: Path) -> list[Path]:
    """Writes the pages of the guides below `root`, and the files that they name, into `out`; returns the pages.

    Raises ToolkitError with every link that leads nowhere, and for Markdown that a page cannot show.
    """
    docs = root / "docs"
    sources = [*sorted(docs.rglob("*.md")), *(root / name for name in BESIDE)]
    guides = {source: _Guide(source, _place(source, docs), _title(source)) for source in sources}
    files: dict[Path, Path] = {}
    problems: list[Problem] = []
    for guide in guides.values():
        with collect_problems(problems):
            _read_guide(guide, root, guides, files)
    for guide in guides.values():
        for target, anchor in guide.wanted:
            if anchor not in guides[target].anchors:
                problem = f"a link to #{anchor}, which {target.name} has not"
                problems.append(Problem(_where(guide, root), problem, "an anchor of a heading", "correct the link"))
    if problems:
        raise ToolkitError(problems)
    for guide in guides.values():
        replace_file(out / guide.out, _page(guide, guides[docs / INDEX]).encode())
    for source, place in files.items():
        (out / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, out / place)
    return [out / guide.out for guide in guides.values()]


def _place(source: Path, docs: Path) -> Path:
    """Where the page of a Markdown file goes, below the site's folder."""
    inside = source.relative_to(docs) if source.is_relative_to(docs) else Path(source.name.lower())
    return inside.with_name("index.html") if inside.name == INDEX else inside.with_suffix(".html")


def _title(source: Path) -> str:
    """The words of a guide's headline; the name of a file without one."""
    match = re.search(r"^# (.+)$", source.read_text(encoding="utf-8"), re.MULTILINE)
    return match[1].strip() if match else source.stem


def _where(guide: _Guide, root: Path) -> str:
    return guide.source.relative_to(root).as_posix()


def _read_guide(guide: _Guide, root: Path, guides: Mapping[Path, _Guide], files: dict[Path, Path]) -> None:
    """Makes a guide's HTML. Raises ToolkitError for Markdown that no page shows, and links to what is not there."""
    maker, level, parts = _GuideHTML(guide, root, guides, files), 1, []
    for block in maker.blocks(guide.source.read_text(encoding="utf-8")):
        if not block.level:
            parts.append(block.html)
            continue
        anchor = _anchor(block.words, guide.anchors)
        guide.anchors.add(anchor)
        if block.level == 1:
            continue
        level = max(2, min(block.level, level + 1))
        parts.append(f'<h{level} id="{escape(anchor)}">{block.html}</h{level}>')
    guide.html = "\n".join(parts)
    if maker.problems:
        raise ToolkitError(maker.problems)


def _anchor(words: str, ids: set[str]) -> str:
    """The anchor of a heading as the hosts of repositories make it, so that a link means the same here and there."""
    start = re.sub(r"[^\w\s-]", "", words.lower()).strip().replace(" ", "-")
    names = (start, *(f"{start}-{count}" for count in range(1, len(ids) + 2)))
    return next(name for name in names if name not in ids)


def _page(guide: _Guide, index: _Guide) -> str:
    style = stylesheet("report.css", HOUSE)
    style += metadata.compact((Path(__file__).parent / "templates/report/guide.css").read_text(encoding="utf-8"))
    view = {
        "title": guide.title,
        "index": index.title,
        "home": "" if guide is index else _relative(index.out, guide.out),
        "style": Markup(style),
        "policy": security_policy.policy(style, pictures=True),
        "html": Markup(guide.html),
    }
    return str(templates().get_template("guide.html.j2").render(page=view)).lstrip()


def _relative(target: Path, page: Path) -> str:
    return Path(os.path.relpath(target, page.parent)).as_posix()


class _GuideHTML(MarkdownHTML):
    """Makes the blocks of one guide; `problems` are links that lead nowhere, and `files` grows by what it names."""

    def __init__(self, guide: _Guide, root: Path, guides: Mapping[Path, _Guide], files: dict[Path, Path]):
        super().__init__(_where(guide, root), [])
        self._guide, self._root, self._guides, self._files = guide, root, guides, files
        self.problems: list[Problem] = []

    def _address(self, url: str) -> str:
        scheme, host, path, _, fragment = urlsplit(url)
        if scheme.lower() in SCHEMES:
            return url
        target = (self._guide.source.parent / unquote(path)).resolve() if path else self._guide.source
        anchor = unquote(fragment)
        if target in self._guides:
            self._guide.wanted += [(target, anchor)] if anchor else []
            place = "" if target == self._guide.source else _relative(self._guides[target].out, self._guide.out)
            return place + (f"#{anchor}" if anchor else "") or _relative(self._guide.out, self._guide.out)
        docs = self._root / "docs"
        if scheme or host or not target.is_file() or not target.is_relative_to(docs):
            allowed = f"guides, files in docs/, {', '.join(SCHEMES)}"
            self.problems.append(Problem(self._where, f"a link to {url}, which leads nowhere", allowed, "correct it"))
            return "#"
        self._files[target] = target.relative_to(docs)
        return _relative(self._files[target], self._guide.out)

    def _inlines(self, nodes: Sequence[SyntaxTreeNode]) -> str:
        """Roles are what a guide speaks of, and stand as they are written."""
        return "".join(self._html(node) for node in nodes)

    def _th(self, node: SyntaxTreeNode) -> str:
        """A heading; where nothing stands in it a plain cell, as a heading without words says nothing."""
        return super()._td(node) if self._words(node).strip() else "<td></td>"

    def _link(self, node: SyntaxTreeNode) -> str:
        """A link that shows the name of a guide's file shows the guide's title."""
        target = (self._guide.source.parent / str(node.attrs.get("href", "")).partition("#")[0]).resolve()
        if target in self._guides and self._words(node).strip() == target.name:
            title, address = self._guides[target].title, self._address(str(node.attrs["href"]))
            return f'<a href="{escape(address)}">{escape(title)}</a>'
        return super()._link(node)

    def _image(self, node: SyntaxTreeNode) -> str:
        alt = self._words(node).strip() or node.content
        return f'<img src="{escape(self._address(str(node.attrs.get("src", ""))))}" alt="{escape(alt)}" loading="lazy">'


if __name__ == "__main__":
    try:
        written = write_guides(Path.cwd(), Path(sys.argv[1]))
    except ToolkitError as error:
        sys.exit(str(error))
    print(f"{len(written)} pages: {Path(sys.argv[1]) / 'index.html'}")
