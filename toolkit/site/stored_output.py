"""What a stored notebook shows below a cell, as HTML that fetches nothing and runs nothing."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any

from markupsafe import escape

from toolkit.core.errors import StoryError
from toolkit.site import vega_process
from toolkit.site.clean_html import cleaned, inline_picture
from toolkit.site.loose_markdown import loose_blocks
from toolkit.site.markdown_html import scrolling
from toolkit.site.mathml import mathml

LONG = 40  # lines; an output with more is folded
PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")
VEGA = re.compile(r"application/vnd\.(vegalite|vega)\.v\d+(?:\.\d+)*\+json")
INTERACTIVE = re.compile(r"application/(?:vnd\.(?:jupyter\.widget|plotly|bokeh|holoviews|google)|javascript)")
SAID = '<p class="not-shown">{} stood here. A page without scripts cannot show it.</p>'
ENDED = '<p class="not-shown">A chart stood here. Drawing it took more memory or time than there was.</p>'
SPEC = re.compile(r"(?:\}\)\(|\bspec\s*=\s*)(?=\{)")
SPACE = re.compile(r"\s")
STYLED = re.compile(r'(<span\b[^>]*?) style="[^"]*"')  # colours past the sixteen, which a page does not take
FORMULA = re.compile(r"^\s*(\$\$?|\\\[|\\\()(.*?)(\$\$?|\\\]|\\\))\s*$", re.DOTALL)


def output_html(output: Mapping[str, Any], cell: int) -> str:
    """An output of a cell, the richest of its forms that a page can show; "" if there is nothing to show."""
    if output["output_type"] == "stream":
        return _text(_one_text(output.get("text", "")))
    if output["output_type"] == "error":
        return _text("\n".join(output.get("traceback") or [f"{output.get('ename')}: {output.get('evalue')}"]))
    data, ended = output.get("data", {}), False
    for kind, value in data.items():
        if match := VEGA.fullmatch(kind):
            html = _vega(match[1], value, cell)
            ended = html == ENDED
            if html and not ended:
                return html
    for kind in PICTURES:
        if kind in data:
            return _picture(kind, _one_text(data[kind]), cell)
    if (spec := _spec_of(_one_text(data.get("text/html", "")))) is not None:
        kind = "vegalite" if "vega-lite" in str(spec["$schema"]) else "vega"
        return _vega(kind, spec, cell) or SAID.format("A chart whose data are not in the notebook")
    if ended:
        return ENDED
    if any(INTERACTIVE.match(kind) or VEGA.fullmatch(kind) for kind in data):
        return SAID.format("An interactive widget")
    return _words(data)


def _spec_of(html: str) -> Any:
    """The specification in the script that Altair stores as HTML; None if there is none."""
    for match in SPEC.finditer(html) if "vegaEmbed" in html else ():
        try:
            spec, _ = json.JSONDecoder().raw_decode(html, match.end())
        except ValueError:
            continue
        if isinstance(spec, dict) and "$schema" in spec:
            return spec
    return None


def _words(data: Mapping[str, Any]) -> str:
    """The form of an output that has no picture: HTML, Markdown, a formula, or text."""
    if "text/html" in data:
        html = cleaned(_one_text(data["text/html"]))
        if re.sub(r"<[^>]*>|\s", "", html) or "<img" in html:
            return _folded(scrolling("Output", html), html.count("<tr"))
        return SAID.format("HTML that a script fills")
    if "text/markdown" in data:
        return "".join(html for _, html, _ in loose_blocks(_one_text(data["text/markdown"]), {}, []))
    if "text/latex" in data:
        latex = _one_text(data["text/latex"])
        match = FORMULA.match(latex)
        try:
            return scrolling("Output", mathml(match[2] if match else latex, True, "the notebook"))
        except StoryError:
            return _text(latex)
    return _text(_one_text(data.get("text/plain", "")))


def _text(text: str) -> str:
    from nbconvert.filters.ansi import ansi2html

    text = text.rstrip()
    if not text:
        return ""
    coloured = STYLED.sub(r"\1", ansi2html(text))  # it escapes the text
    html = scrolling("Output", f"<pre>{coloured}</pre>")
    return _folded(html, text.count("\n") + 1)


def _folded(html: str, lines: int) -> str:
    return f"<details><summary>Output, {lines} lines</summary>{html}</details>" if lines > LONG else html


def _picture(kind: str, data: str, cell: int) -> str:
    if kind == "image/svg+xml":  # drawn as a picture: nothing in it runs or is fetched
        data = base64.b64encode(data.encode()).decode()
    address = f"data:{kind};base64,{SPACE.sub('', data)}"
    return f"<p>{inline_picture(address, f'Picture below cell {cell}')}</p>"


def _vega(kind: str, spec: Any, cell: int) -> str:
    """An Altair or Vega chart as a picture; "" if its data are elsewhere or it cannot be drawn; ENDED if Vega ended."""
    if not isinstance(spec, dict) or _fetches(spec):
        return ""
    try:
        drawing = vega_process.svg(kind, spec)
    except vega_process.VegaProcessEnded:
        return ENDED
    return _picture("image/svg+xml", drawing, cell) if drawing else ""


def _fetches(value: Any) -> bool:
    """True if a specification names an address anywhere, as that of its data or of a picture."""
    if isinstance(value, Mapping):
        has_address = any(key == "url" and isinstance(part, str) for key, part in value.items())
        return has_address or any(_fetches(part) for part in value.values())
    return isinstance(value, list) and any(_fetches(part) for part in value)


def _one_text(text: Any) -> str:
    return text if isinstance(text, str) else "".join(text) if isinstance(text, list) else str(escape(text))
