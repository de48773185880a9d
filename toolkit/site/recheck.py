"""The page that checks an edition or an archive in a reader's browser: one file that asks for nothing.

Its script is the modules of templates/recheck/ joined, with the tables that the core computes and words numbers by; it
travels packed, its names as they are. The page's policy has the hashes of its script and of its style: the browser
unpacks the one, lays out by the other, and runs nothing else.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from toolkit.charts import HOUSE
from toolkit.core import followed, interval, operation, wording
from toolkit.core.currency import CURRENCIES
from toolkit.core.kind import KINDS, MARKS
from toolkit.core.locales import ENGLISH, LOCALES
from toolkit.core.operation import PRIMITIVES, Joined, Primitive, Template
from toolkit.site import metadata
from toolkit.site.compressed_text import packed
from toolkit.site.security_policy import hash_of, nothing_but
from toolkit.site.style import TEMPLATES

NAME = "recheck.html"
FOLDER = TEMPLATES / "recheck"
CORE = ("sha256", "decimal", "operations", "interval", "wording", "units", "tree")  # what works numbers out again
MODULES = (*CORE, "zip", "archive", "tables", "charts", "pages", "edition", "view")
COMMENT = re.compile(r"^ *//.*\n| // .*$", re.MULTILINE)
LITERAL = r"""
"(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*' | `(?:\\.|[^`\\])*`                    # a text; no template is in another
| (?:(?<=[(\[!]) | (?<=[,=:&|?]\ )) /(?:\\.|\[(?:\\.|[^\]])*\]|[^/\\\n])+/   # a regular expression
"""
SPACE = re.compile(rf"({LITERAL}) | \s*([-+*/%=<>&|?:!,;{{(\[])\s* | [ ]*([}})\]])[ ]* | ^[ ]+", re.M | re.X)
HASH_DIGITS = 32  # of a shared file's SHA-256, as half of it is enough
UNUSED = ("words", "short_months", "days", "short_days")  # parts of a language that no number and no label needs


def recheck_page(
    name: str,
    schema: int,
    language: str = ENGLISH.code,
    shared: Mapping[str, bytes] = MappingProxyType({}),
) -> str:
    """The HTML of the page, for the edition of this name: it reads manifests of this schema, in this language.

    `shared` are the styles and scripts that the edition's pages share, by file: it looks whether they are these.
    """
    code, unpack = script(MODULES, schema, language, shared), f"{_read('../report/base85.js')}{_read('unpack.js')}"
    style = metadata.compact(HOUSE.css_variables() + _read("recheck.css"))
    allowed = f"script-src {hash_of(unpack)} {hash_of(code)}; style-src {hash_of(style)}"
    values = {
        "policy": nothing_but(allowed),
        "edition": html.escape(name),
        "style": style,
        "packed": packed(code),
        "unpack": unpack,
    }
    return re.sub(r"\{\{ (\w+) \}\}", lambda match: values[match[1]], _read("recheck.html"))


def script(
    modules: tuple[str, ...],
    schema: int = 0,
    language: str = ENGLISH.code,
    shared: Mapping[str, bytes] = MappingProxyType({}),
) -> str:
    """These modules as one script; TABLE in it has what the core computes and words by, and the manifest's schema."""
    code = "\n".join(COMMENT.sub("", _read(f"{module}.js")) for module in modules)
    hashes = {path: hashlib.sha256(content).hexdigest()[:HASH_DIGITS] for path, content in shared.items()}
    table = {**_table(language), "schema": schema, "shared": hashes}
    table_text = re.sub(r'"([a-zA-Z]\w*)":', r"\1:", metadata.script_json(table))  # as scripts have keys
    code = SPACE.sub(lambda mark: mark[1] or mark[2] or mark[3] or "", code)
    return f'"use strict";\nconst TABLE = {table_text};\n{code}'


def _table(language: str) -> dict[str, Any]:
    """What the script takes from the core: primitives, kinds, currencies, limits, a language."""
    say = LOCALES[language].say
    return {
        "primitives": {name: _entry(primitive) for name, primitive in PRIMITIVES.items()},
        "mostRows": followed.MOST_ROWS,
        "farthest": operation.FARTHEST,
        "halvings": operation.HALVINGS,
        "freeInputs": interval.MOST_FREE_INPUTS,
        "reliable": wording.RELIABLE_DIGITS,
        "digitsInCents": wording.MOST_DIGITS_IN_CENTS,
        "scales": wording.SCALES,
        "time": wording.TIME,
        "said": {kind: [say(KINDS[kind]), say(MARKS[kind])] for kind in KINDS},
        "currencies": {name: currency.sign for name, currency in CURRENCIES.items()},
        "language": {key: value for key, value in asdict(LOCALES[language]).items() if key not in UNUSED},
    }


def _entry(primitive: Primitive) -> dict[str, str]:
    """A primitive as the script has it; words that are no template are written there."""
    entry, words = {"shape": primitive.shape, "units": primitive.units}, primitive.words
    if primitive.kind:
        entry["kind"] = primitive.kind
    if isinstance(words, Template):
        return {**entry, "text": words.text}
    if isinstance(words, Joined):
        return {**entry, "joined": words.mark, "start": words.start}
    return entry


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
