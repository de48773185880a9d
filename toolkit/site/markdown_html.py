"""HTML of a story's Markdown: what JupyterLab shows of it; what a page cannot show is refused by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import unquote, urlsplit

from markupsafe import Markup, escape

from toolkit.core.errors import StoryError
from toolkit.core.web_address import wrong_address
from toolkit.notebook.markdown_parser import parse
from toolkit.site.anchors import anchor
from toolkit.site.markdown import PLACEHOLDER, Block, curly
from toolkit.site.mathml import mathml

if TYPE_CHECKING:  # it takes a while
    from markdown_it.tree import SyntaxTreeNode

ALLOWED = "text, lists, tables, links, footnotes, formulas and quotations in Markdown"
# HTML that JupyterLab leaves as it is and that says what Markdown cannot; each without attributes
TAGS = "abbr b cite del em i ins kbd mark q s samp small strong sub sup u var".split()
TAG = re.compile(rf"<(/?)({'|'.join(TAGS)})\s*>", re.IGNORECASE)
BREAK = re.compile(r"<(br|wbr)\s*/?>", re.IGNORECASE)
COMMENT = re.compile(r"\s*(?:<!--.*?-->\s*)+", re.DOTALL)
TASK = re.compile(r"\[([ xX])\] ")
NOTE_WITHOUT_TEXT = re.compile(r"\[\^[^\]\s]+\]")
ROLE_NAME = re.compile(r"\{[a-z][a-z:-]*\}$")
SCHEMES = ("http", "https", "mailto", "tel")
ALIGN = re.compile(r"text-align:(right|center)")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
ANY_TAG = re.compile(r"<[^>]*>")
NARROW = 24  # signs of a formula that fits a phone in any case


def blocks(source: str, where: str, footnotes: list[str] | None = None) -> Iterator[Block]:
    """The blocks of a Markdown text in which `with_placeholders` replaced the roles; footnotes are the last.

    `footnotes` are the labels of the page's footnotes so far; those of this text are added to that list. Raises
    StoryError that names `where` for what a page does not show, and for numbers or quotations where no text is, such as
    in a link.
    """
    return MarkdownHTML(where, [] if footnotes is None else footnotes).blocks(source)


class MarkdownHTML:
    """Makes the blocks of one Markdown text. Raises StoryError that names `where` for what a page cannot show."""

    def __init__(self, where: str, footnotes: list[str]):
        self._where, self._footnotes, self._notes_before = where, footnotes, len(footnotes)
        self._inner_links: list[str] = []

    def blocks(self, source: str) -> Iterator[Block]:
        """The blocks in order, those of footnotes last. Raises StoryError for what a page cannot show."""
        from markdown_it.tree import SyntaxTreeNode

        env: dict = {}
        root = SyntaxTreeNode(parse(source, env))
        labels = env.get("footnotes", {}).get("refs", {})
        # of a footnote that no mark leads to, markdown-it has the place -1
        if unused := [label.removeprefix(":") for label, place in labels.items() if place < 0]:
            self._refuse(f"a footnote that nothing leads to: [^{unused[0]}]", "write its mark into the text")
        self._footnotes += labels
        placeholders: Counter[str] = Counter()
        for node in root.children:
            self._inner_links = []
            html = self._html(node).strip()
            placeholders.update(PLACEHOLDER.findall(html))
            level = int(node.tag[1]) if node.type == "heading" else 0
            if html:
                yield Block(node.type, level, html, self._words(node).strip(), tuple(self._inner_links))
        if Counter(PLACEHOLDER.findall(source)) != placeholders:
            self._refuse("a number or quotation where no text is", "put it into the sentence")

    def _refuse(self, found: str, remedy: str) -> NoReturn:
        raise StoryError(self._where, found, ALLOWED, remedy)

    def _html(self, node: SyntaxTreeNode) -> str:
        make: Callable[[SyntaxTreeNode], str] | None = getattr(self, f"_{node.type}", None)
        if make is None:
            self._refuse(f"{node.type.replace('_', ' ')} in the text", "write it without")
        return make(node)

    def _inside(self, node: SyntaxTreeNode) -> str:
        return "".join(self._html(child) for child in node.children)

    def _words(self, node: SyntaxTreeNode) -> str:
        """The words of a node without markup."""
        if node.type in ("softbreak", "hardbreak"):
            return " "
        if node.type == "text":
            return curly(node.content)
        if node.type in ("code_inline", "code_block", "fence", "math_inline", "math_inline_double", "math_block"):
            return node.content
        inside = "".join(self._words(child) for child in node.children)
        return f"{inside} " if node.type in ("paragraph", "td", "th", "heading", "dt") else inside

    # blocks: a method for each type of markdown-it, "_" and its name

    def _paragraph(self, node: SyntaxTreeNode) -> str:
        if node.children[0].content.startswith(":::"):
            self._refuse("::: in the text", "write it without")
        inside = self._inside(node)
        return inside if node.hidden else f"<p>{inside}</p>\n"

    def _heading(self, node: SyntaxTreeNode) -> str:
        inside = self._inside(node)
        # one that is in no other block gets its tag from the page
        return inside if node.level == 0 else f"<{node.tag}>{inside}</{node.tag}>\n"

    def _bullet_list(self, node: SyntaxTreeNode) -> str:
        return f"<ul>\n{self._inside(node)}</ul>\n"

    def _ordered_list(self, node: SyntaxTreeNode) -> str:
        start = node.attrs.get("start", 1)
        first = "" if start == 1 else f' start="{start}"'
        return f"<ol{first}>\n{self._inside(node)}</ol>\n"

    def _list_item(self, node: SyntaxTreeNode) -> str:
        html = self._inside(node)
        kind = ""
        if task := TASK.match(html.removeprefix("<p>")):
            kind, (name, sign) = ' class="task"', ("to do", "☐") if task[1] == " " else ("done", "☑")
            html = html.replace(task[0], f'<span role="img" aria-label="{name}">{sign}</span> ', 1)
        return f"<li{kind}>{html}</li>\n"

    def _blockquote(self, node: SyntaxTreeNode) -> str:
        return f"<blockquote>\n{self._inside(node)}</blockquote>\n"

    def _code_block(self, node: SyntaxTreeNode) -> str:
        return scrolling("Code", f"<pre><code>{_escaped(node.content)}</code></pre>")

    def _fence(self, node: SyntaxTreeNode) -> str:
        language = node.info.split()[0] if node.info.strip() else ""
        if language.startswith("{"):
            self._refuse(f"the directive {language} in the text", "write it in Markdown")
        kind = f' class="language-{_escaped(language)}"' if language else ""
        return scrolling("Code", f"<pre><code{kind}>{_escaped(node.content)}</code></pre>")

    def _hr(self, node: SyntaxTreeNode) -> str:
        return "<hr />\n"

    def _html_block(self, node: SyntaxTreeNode) -> str:
        if COMMENT.fullmatch(node.content):
            return ""
        self._refuse(f"HTML in the text: {node.content.strip()}", "write it in Markdown")

    def _table(self, node: SyntaxTreeNode) -> str:
        return scrolling("Table", f"<table>{self._inside(node)}</table>")

    def _plain(self, node: SyntaxTreeNode) -> str:
        return f"<{node.tag}>{self._inside(node)}</{node.tag}>"

    _thead = _tbody = _tr = _plain

    def _td(self, node: SyntaxTreeNode) -> str:
        align = ALIGN.search(str(node.attrs.get("style", "")))
        kind = f' class="{align[1]}"' if align else ""
        scope = ' scope="col"' if node.tag == "th" else ""
        return f"<{node.tag}{scope}{kind}>{self._inside(node)}</{node.tag}>"

    _th = _td

    def _dl(self, node: SyntaxTreeNode) -> str:
        return f"<dl>\n{self._inside(node)}</dl>\n"

    def _dt(self, node: SyntaxTreeNode) -> str:
        return f"<dt>{self._inside(node)}</dt>\n"

    def _dd(self, node: SyntaxTreeNode) -> str:
        return f"<dd>{self._inside(node)}</dd>\n"

    # footnotes have letters: on printed pages digits stand for the receipts of numbers

    def _footnote_ref(self, node: SyntaxTreeNode) -> str:
        letter = self._letter(node)
        mark_id = _mark_id(letter, node.meta["subId"])
        name = f'<span class="unseen">Footnote </span>{letter}'
        return f'<sup><a id="{mark_id}" href="#note-{letter}">{name}</a></sup>'

    def _footnote_block(self, node: SyntaxTreeNode) -> str:
        start = f' start="{self._notes_before + 1}"' if self._notes_before else ""
        return f'<ol class="footnotes" type="a"{start}>\n{self._inside(node)}</ol>\n'

    def _footnote(self, node: SyntaxTreeNode) -> str:
        return f'<li id="note-{self._letter(node)}">{self._inside(node)}</li>\n'

    def _footnote_anchor(self, node: SyntaxTreeNode) -> str:
        mark_id = _mark_id(self._letter(node), node.meta["subId"])
        back = '<span aria-hidden="true">↩</span><span class="unseen">Back to the text</span>'
        return f' <a href="#{mark_id}">{back}</a>'

    def _letter(self, node: SyntaxTreeNode) -> str:
        count, letters = self._notes_before + node.meta["id"], ""  # a … z, aa, ab …
        while count >= 0:
            count, letters = count // len(LETTERS) - 1, LETTERS[count % len(LETTERS)] + letters
        return letters

    # formulas

    def _math_inline(self, node: SyntaxTreeNode) -> str:
        return _within_line(self._formula(node, block=False))

    def _math_inline_double(self, node: SyntaxTreeNode) -> str:
        return _within_line(self._formula(node, block=True))

    def _math_block(self, node: SyntaxTreeNode) -> str:
        return scrolling("Formula", self._formula(node, block=True))

    _math_block_label = _amsmath = _math_block

    def _formula(self, node: SyntaxTreeNode, block: bool) -> str:
        if PLACEHOLDER.search(node.content):
            self._refuse("a number or quotation inside a formula", r"put it beside the formula; a dollar sign is \$")
        return mathml(node.content, block, self._where)

    # inlines

    def _inline(self, node: SyntaxTreeNode) -> str:
        return self._inlines(node.children)

    def _inlines(self, nodes: Sequence[SyntaxTreeNode]) -> str:
        """The HTML of inlines that stand together; a tag that one of them opens is closed among them."""
        parts, opened = [], []
        for node, after in zip_longest(nodes, nodes[1:]):
            # {name}`text`: a role that stories do not have
            role = ROLE_NAME.search(node.content) if node.type == "text" else None
            if role and after is not None and after.type == "code_inline":
                self._refuse(f"{role[0]} in the text", "use {eval}, {quote} or {source}, or write it without")
            tag = TAG.fullmatch(node.content) if node.type == "html_inline" else None
            if tag is None:
                parts.append(self._html(node))
            elif not tag[1]:
                opened.append(tag[2].lower())
                parts.append(f"<{opened[-1]}>")
            elif opened and opened[-1] == tag[2].lower():
                parts.append(f"</{opened.pop()}>")
            else:
                self._refuse(f"HTML in the text: {node.content}, which closes nothing", "write it in Markdown")
        if opened:
            self._refuse(f"HTML in the text: <{opened[-1]}>, which is not closed", "write it in Markdown")
        return "".join(parts)

    def _text(self, node: SyntaxTreeNode) -> str:
        if match := NOTE_WITHOUT_TEXT.search(node.content):
            self._refuse(f"a footnote without its text: {match[0]}", f"write {match[0]}: and its text in the same cell")
        return _escaped(curly(node.content))

    def _em(self, node: SyntaxTreeNode) -> str:
        tag = {"s": "del"}.get(node.tag, node.tag)  # ~~struck out~~ was taken out; s is what no longer holds
        return f"<{tag}>{self._inlines(node.children)}</{tag}>"

    _strong = _s = _em

    def _softbreak(self, node: SyntaxTreeNode) -> str:
        return "\n"

    def _hardbreak(self, node: SyntaxTreeNode) -> str:
        return "<br />\n"

    def _code_inline(self, node: SyntaxTreeNode) -> str:
        return f"<code>{_escaped(node.content)}</code>"

    def _html_inline(self, node: SyntaxTreeNode) -> str:
        if COMMENT.fullmatch(node.content):
            return ""
        if match := BREAK.fullmatch(node.content):
            return f"<{match[1].lower()} />"
        self._refuse(f"HTML in the text: {node.content.strip()}", "write it in Markdown")

    def _image(self, node: SyntaxTreeNode) -> str:
        source = str(node.attrs.get("src", ""))
        if source.startswith("attachment:"):
            self._refuse(
                f"a picture inside the notebook: {source}",
                "save it as a file of the project, and show it with story.picture",
            )
        self._refuse(f"a picture: {source}", "show a chart with story.chart, a photograph with story.picture")

    def _link(self, node: SyntaxTreeNode) -> str:
        url, title = str(node.attrs.get("href", "")), str(node.attrs.get("title", ""))
        text = self._inlines(node.children)
        if PLACEHOLDER.search(text):
            self._refuse(f"a number or quotation inside a link to {url}", "put the link beside it")
        url = self._address(url)
        title_attribute = f' title="{_escaped(title)}"' if title else ""
        return f'<a href="{_escaped(url)}"{title_attribute}>{text}</a>'

    def _address(self, url: str) -> str:
        """The address as the page has it: another notebook is its page, an anchor of any spelling the heading's id."""
        try:
            scheme, host, path, _, fragment = urlsplit(url)
        except ValueError:
            self._refuse(f"a link to {url}", "correct the address")
        if scheme.lower() in SCHEMES:
            if host and (wrong := wrong_address(url)):
                self._refuse(f"a link to {url}: {wrong}", "write the address as the site itself writes it")
            return url
        path = unquote(path)  # before it is looked at: %6aavascript: and %5C%5Cexample.org are addresses as well
        if scheme or host or path.startswith("/") or ":" in path or "\\" in path:
            self._refuse(f"a link to {url}", f"link to {', '.join(SCHEMES)}, or to a page of the edition")
        path = f"{path.removesuffix('.ipynb')}.html" if path.endswith(".ipynb") else path
        address = path + (f"#{anchor(unquote(fragment))}" if fragment else "")
        self._inner_links.append(address)
        return address


def scrolling(label: str, html: str) -> str:
    """A box under this name which scrolls sideways, by keys too, where the HTML in it is wider than the page."""
    return f'<div class="scroll" role="group" aria-label="{_escaped(label)}" tabindex="0">{html}</div>\n'


def _within_line(formula: str) -> str:
    """A formula in a line of text; browsers break none, so that one as wide as a phone scrolls by itself."""
    if len(ANY_TAG.sub("", formula)) <= NARROW:
        return formula
    return f'<span class="formula" role="group" aria-label="Formula" tabindex="0">{formula}</span>'


def _escaped(text: str) -> Markup:
    return Markup(str(escape(text)).replace("&#34;", "&quot;").replace("&#39;", "'"))


def _mark_id(letter: str, repetition: int) -> str:
    """The id of a footnote's mark in the text; `repetition` counts further marks of the same footnote."""
    return f"noted-{letter}" + (f"-{repetition + 1}" if repetition else "")
