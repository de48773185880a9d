"""Anybody's notebook as one page in the house style, as it was stored: nothing is run, fetched or checked."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from toolkit.charts import HOUSE
from toolkit.core.errors import ToolkitError
from toolkit.notebook.cell_settings import tag_problems, visibility_of
from toolkit.notebook.front_matter import LANGUAGE, RIGHT_TO_LEFT, split_front_matter
from toolkit.notebook.notebook_file import parsed
from toolkit.site import security_policy
from toolkit.site.anchors import slug
from toolkit.site.device_fonts import in_device_fonts
from toolkit.site.loose_markdown import loose_blocks
from toolkit.site.markdown_html import scrolling
from toolkit.site.page import templates
from toolkit.site.stored_output import output_html
from toolkit.site.style import TEMPLATES, styled, stylesheet

if TYPE_CHECKING:
    from nbformat import NotebookNode

LARGEST = 60_000_000  # bytes of a page
NO_WORDS = re.compile(r"```.*?```|`[^`]*`|\$[^$]*\$|<[^>]*>|https?://\S+", re.DOTALL)  # code, formulas, tags, addresses
# languages by how Unicode names their letters
LANGUAGES = {"ARABIC": "ar", "HEBREW": "he", "CJK": "zh", "KANA": "ja", "HANGUL": "ko", "THAI": "th", "GREEK": "el"}


@dataclass(frozen=True)
class NotebookPiece:
    """A block of text (`html`), or a code cell's `source` with its `outputs`."""

    html: Markup = Markup("")
    source: str = ""
    outputs: tuple[Markup, ...] = ()


def notebook_page(path: Path) -> str:
    """The HTML of a notebook's page.

    Raises ToolkitError if the file is no notebook, or its page would be too large; OSError if it cannot be read.
    """
    notebook = _read_notebook(path)
    title, pieces = _pieces(notebook, path)
    own = (TEMPLATES / "report" / "notebook.css").read_text(encoding="utf-8")
    view = {
        "title": title,
        "language": (language := _language(notebook)),
        "direction": "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "",
        "pieces": pieces,
        "name": path.name,
        "device_fonts": in_device_fonts("".join([title, *map(_words, pieces)])),
    }
    style = stylesheet("report.css", HOUSE) + own
    html = styled("notebook.html.j2", templates(), view, style, security_policy.policy(style))
    if len(html.encode()) > LARGEST:
        size = f"a page of {len(html.encode()) // 1_000_000} MB"
        raise ToolkitError(path.name, size, f"{LARGEST // 1_000_000} MB", "clear its largest outputs, and save it")
    return html


def _words(piece: NotebookPiece) -> str:
    return f"{piece.html}{piece.source}{''.join(piece.outputs)}"


def tag_notes(path: Path) -> list[str]:
    """A line for each tag of a cell that looks like one that hides it and is none.

    Raises ToolkitError if the file is no notebook, OSError if it cannot be read.
    """
    cells = enumerate(_read_notebook(path).cells, 1)
    problems = (problem for count, cell in cells for problem in tag_problems(cell, f"{path.name}, cell {count}"))
    return [f"{problem.where}: {problem.found}; {problem.remedy}" for problem in problems]


def _language(notebook: NotebookNode) -> str:
    """The language that front matter or the notebook's metadata says; where neither does, that of its letters.

    Where these are those of one language alone, or of Arabic or Chinese, it is that one, and else English.
    """
    cells = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    front = split_front_matter("".join(cells[0].source))[0] if cells else ""
    match = re.search(r"^(?:language|lang):\s*[\"']?([\w-]+)", front, re.MULTILINE)
    declared = match[1] if match else notebook.metadata.get("language") or notebook.metadata.get("lang") or ""
    if isinstance(declared, str) and LANGUAGE.fullmatch(declared):
        return declared
    letters = Counter(
        unicodedata.name(sign, "").partition(" ")[0].partition("-")[0]
        for cell in cells
        for sign in NO_WORDS.sub("", cell.source)
        if sign.isalpha()
    )
    letters["KANA"] = letters.pop("HIRAGANA", 0) + letters.pop("KATAKANA", 0)
    if letters["KANA"] > letters["CJK"] / 10:  # Japanese is written with Chinese characters too
        letters["KANA"] += letters.pop("CJK", 0)
    commonest, count = letters.most_common(1)[0]
    return LANGUAGES.get(commonest, "en") if count else "en"


def _read_notebook(path: Path) -> NotebookNode:
    try:
        notebook: Any = parsed(path.read_bytes().decode("utf-8-sig"))
        wrong = _wrong(notebook)
    except OSError:
        raise
    except Exception as error:  # nbformat fails in many ways on what it does not know
        wrong = str(error).partition("\n")[0][:200] or type(error).__name__
    if wrong:
        remedy = "open it in JupyterLab, and save it again"
        raise ToolkitError(path.name, f"not a notebook: {wrong}", "a notebook in JSON", remedy)
    return notebook


def _wrong(notebook: Any) -> str:
    """What is not as the format of notebooks has it, and would be shown, in words; "" if nothing is."""
    if not isinstance(notebook.get("cells"), list) or not isinstance(notebook.get("metadata"), dict):
        return "no cells"
    for count, cell in enumerate(notebook.cells, 1):
        parts = [cell.get("metadata"), cell.get("attachments", {}), *cell.get("attachments", {}).values()]
        if not isinstance(cell.get("source"), str) or not all(isinstance(part, dict) for part in parts):
            return f"cell {count} has no source or no metadata"
        for output in cell.get("outputs", ()):
            if not isinstance(output.get("output_type"), str) or not isinstance(output.get("data", {}), dict):
                return f"an output of cell {count} is of no kind"
    return ""


def _pieces(notebook: NotebookNode, path: Path) -> tuple[str, list[NotebookPiece]]:
    """The title, and the rest in order."""
    title, pieces, notes = "", list[NotebookPiece](), list[str]()
    level, ids, first = 1, set[str](), True
    for count, cell in enumerate(notebook.cells, 1):
        visibility = visibility_of(cell)
        source = "".join(cell.source)
        if cell.cell_type == "markdown" and visibility.source:
            source, first = (split_front_matter(source)[1] if first else source), False
            for depth, html, words in loose_blocks(source, cell.get("attachments", {}), notes):
                if depth == 1 and not title and not pieces:
                    title = words
                    continue
                if depth:
                    level = max(2, min(depth, level + 1))
                    html = f'<h{level} id="{_id(words, ids)}">{html}</h{level}>'
                pieces.append(NotebookPiece(html=Markup(html)))
        elif cell.cell_type == "code":
            outputs = [output_html(output, count) for output in cell.get("outputs", ())] if visibility.outputs else []
            markups = tuple(Markup(html) for html in outputs if html)
            if (source.strip() and visibility.source) or markups:
                pieces.append(NotebookPiece(source=source.strip() if visibility.source else "", outputs=markups))
        elif cell.cell_type == "raw" and source.strip() and visibility.source:
            pieces.append(NotebookPiece(html=Markup(scrolling("Raw cell", f"<pre>{escape(source)}</pre>"))))
    return title or re.sub(r"[-_]+", " ", path.stem).strip() or path.stem, pieces


def _id(words: str, ids: set[str]) -> str:
    start = slug(words) or "section"
    id_ = next(name for name in _names(start) if name not in ids)
    ids.add(id_)
    return str(escape(id_))


def _names(start: str) -> Iterator[str]:
    yield start
    count = 1
    while True:
        count += 1
        yield f"{start}-{count}"
