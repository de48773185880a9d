"""How two files of one name are compared, by kind (page, drawing, PNG, table …): what differs, in a reader's words."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from toolkit.build.edition_inputs import sha256
from toolkit.core.number import to_nine_digits
from toolkit.core.project import with_lf
from toolkit.review.html_and_xml_parts import (
    DECIMAL,
    HIDDEN,
    LINK,
    LOADED,
    ODD_TAG,
    PICTURE,
    POLICY,
    SCRIPT,
    STYLE,
    FilePart,
    html_parts,
    with_nine_digits,
    xml_parts,
)
from toolkit.review.packed_contents import picture_contents, script_of, with_font_digests

# of several parts that only one file has, those that are printed first, and those that are printed last
TELLING = (ODD_TAG, SCRIPT, POLICY, LOADED, PICTURE, HIDDEN, LINK)
PLAIN = ("an element", "a part of a drawing", "a group of marks in a drawing")
ATTRIBUTE = re.compile(r"[\w:-]+=")
TEXT_SHOWN = 200  # characters of a part that are printed
RULE_END = re.compile(r"(?<=[{}])")
NAMES = {
    ".csv": "a table for download",
    ".css": "a style",
    ".html": "a page",
    ".js": "a script",
    ".json": "a description of data, or a specification",
    ".jpg": "a picture",
    ".png": "a picture",
    ".svg": "a drawing",
    ".txt": "what search engines are told",
    ".webp": "a picture",
    ".xml": "a feed or a list of pages",
}
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif", ".ico")
PACKED_SCRIPT = "a script that is packed"
PACKED = re.compile(r'^run\("([^"\\\n]+)"\);$', re.MULTILINE)  # what vega.js holds
CRLF_LINES = "the ends of its lines: they were changed to CRLF"


@dataclass(frozen=True)
class FileDifference:
    """The first difference between two files: what it is, where, and how it is in both, "" where it is not there."""

    what: str
    where: str
    old: str
    new: str


def ending(name: str) -> str:
    """The ending of a file's name, with the dot, in lower case."""
    last = name.rpartition("/")[2].lower()
    return f".{last.rpartition('.')[2]}" if "." in last else ""


def file_kind(name: str) -> str:
    """What a file is called by its ending: "a script"."""
    return NAMES.get(ending(name), "a file")


def parts(name: str, content: bytes) -> list[FilePart]:
    """A file as its parts. Two files of one name whose parts are equal differ in nothing that anybody sees or loads."""
    text = content.decode("utf-8", "surrogateescape")
    try:
        match ending(name):
            case ".html":
                return html_parts(text)
            case ".svg" | ".xml":
                return xml_parts(content)
            case ".css":
                return list(_style(text))
            case ".js":
                return list(_script(text))
            case ".json":
                return list(_json(text))
            case ".csv":
                return list(_table(text))
            case ".png":
                return [FilePart(PICTURE, text) for text in picture_contents(content)]
    except (ValueError, RecursionError):  # not what its ending says
        pass
    if ending(name) in PICTURES:
        return [FilePart(PICTURE, f"SHA-256 {sha256(content)}")]
    return list(_lines(file_kind(name), text))


def _lines(what: str, text: str) -> Iterator[FilePart]:
    yield from (FilePart(what, line, count) for count, line in enumerate(text.split("\n"), 1))


def _script(text: str) -> Iterator[FilePart]:
    """Each line of a script, and of what it holds packed."""
    for place, part in enumerate(PACKED.split(text)):
        yield from _lines(PACKED_SCRIPT, script_of(part)) if place % 2 else _lines(file_kind(".js"), part)


def difference(name: str, old: bytes, new: bytes) -> FileDifference | None:
    """The first difference between two files of one name; None if they mean the same."""
    before, after = parts(name, old), parts(name, new)
    start, old_end, new_end = differing_range(before, after)
    if start == old_end == new_end:
        return None
    old_parts, new_parts = before[start:old_end], after[start:new_end]
    pair = next(((a, b) for a, b in zip(old_parts, new_parts, strict=False) if a.compared != b.compared), None)
    if pair is not None and pair[0].what == pair[1].what:
        return FileDifference(pair[0].what, _place(pair[0]), *excerpts(pair[0].content, pair[1].content))
    longer = old_parts if len(old_parts) >= len(new_parts) else new_parts
    place = _most_telling(longer)
    first, excerpt = longer[place], _with_attributes(longer, place)
    other = _content(new_parts if longer is old_parts else old_parts, first)
    return FileDifference(first.what, _place(first), *((excerpt, other) if longer is old_parts else (other, excerpt)))


def written_otherwise(name: str, old: bytes, new: bytes) -> FileDifference:
    """The first line in which two files differ that mean the same, or that are no text."""
    if with_lf(old) == new:
        return FileDifference(CRLF_LINES, "", "CRLF", "LF")
    lines = [content.decode("utf-8", "replace").split("\n") for content in (old, new)]
    place = next((place for place, (a, b) in enumerate(zip(*lines, strict=False)) if a != b), min(map(len, lines)))
    old_line, new_line = (file_lines[place] if place < len(file_lines) else "" for file_lines in lines)
    what = "how a picture is packed" if ending(name) in PICTURES else "how it is written, though it means the same"
    return FileDifference(what, f"line {place + 1}", *excerpts(old_line, new_line))


def differing_range(before: Sequence[FilePart], after: Sequence[FilePart]) -> tuple[int, int, int]:
    """(start, end in `before`, end in `after`) of the range in which two lists differ: what is around it is equal."""
    shorter = min(len(before), len(after))
    start = next((place for place in range(shorter) if before[place].compared != after[place].compared), shorter)
    same = 0
    while same < shorter - start and before[-1 - same].compared == after[-1 - same].compared:
        same += 1
    return start, len(before) - same, len(after) - same


def _most_telling(parts: Sequence[FilePart]) -> int:
    """The place of the part to print of those that only one file has: one of TELLING, else no end tag and no space."""
    for what in TELLING:
        for place, part in enumerate(parts):
            if part.what == what:
                return place
    with_content = [
        place for place, part in enumerate(parts) if part.content.strip() and not part.content.startswith("</")
    ]
    no_plain_text = [place for place in with_content if parts[place].what not in PLAIN]
    return next(iter([*no_plain_text, *with_content]), 0)


def _with_attributes(parts: Sequence[FilePart], place: int) -> str:
    """A part as it is printed; with an element its attributes."""
    texts = [parts[place].content]
    if texts[0].startswith("<") and texts[0].endswith(">"):
        for part in parts[place + 1 :]:
            if part.content.startswith("<") or not ATTRIBUTE.match(part.content):
                break
            texts.append(part.content)
    return excerpts(" ".join(texts), "")[0]


def _content(parts: Sequence[FilePart], like: FilePart) -> str:
    """The part of the other file that stands in the place of `like`, as it is printed; "" if none is of its sort."""
    return next((excerpts(part.content, "")[0] for part in parts if part.what == like.what), "")


def _place(part: FilePart) -> str:
    return ", ".join(([f"line {part.line}"] if part.line else []) + ([f"at #{part.near}"] if part.near else []))


def excerpts(old: str, new: str) -> tuple[str, str]:
    """Two texts as they are printed: TEXT_SHOWN characters, from a little before the first that differs."""
    same = next((place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
    start = max(0, same - TEXT_SHOWN // 4)
    return _excerpt(old, start), _excerpt(new, start)


def _excerpt(text: str, start: int) -> str:
    excerpt = text[start : start + TEXT_SHOWN]
    return ("…" if start else "") + excerpt + ("…" if start + TEXT_SHOWN < len(text) else "")


def _style(text: str) -> Iterator[FilePart]:
    """A style sheet rule by rule, with digests of its fonts."""
    line = 1
    for rule in RULE_END.split(with_font_digests(text)):
        yield FilePart(STYLE, rule, line)
        line += rule.count("\n")


def _json(text: str) -> Iterator[FilePart]:
    """Each value of a JSON text with the keys that lead to it. Raises ValueError if it is none."""
    yield from values(json.loads(text, object_pairs_hook=tuple), "")


def values(value: object, path: str) -> Iterator[FilePart]:
    """The values below `value`, each with its path. An object may be a tuple of pairs; a key can stand twice then."""
    if isinstance(value, Mapping):
        value = tuple(value.items())
    if isinstance(value, tuple):
        yield FilePart("a list of keys", f"{path or 'all'}: {', '.join(sorted(key for key, _ in value))}")
        for key, inner in sorted(value, key=lambda pair: pair[0]):
            yield from values(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        yield FilePart("how long a list is", f"{path}: {len(value)}")
        for place, inner in enumerate(value):
            yield from values(inner, f"{path}[{place}]")
    else:
        yield FilePart("a value", f"{path}: {to_nine_digits(value) if isinstance(value, float) else json.dumps(value)}")


def _table(text: str) -> Iterator[FilePart]:
    """Each row of a CSV file, decimals to nine digits. Raises ValueError if it is none."""
    try:
        for count, row in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), 1):
            cells = [with_nine_digits(cell) if DECIMAL.fullmatch(cell) else cell for cell in row]
            yield FilePart("a row of a table", json.dumps(cells, ensure_ascii=False), count)
    except csv.Error as error:
        raise ValueError(str(error)) from error
