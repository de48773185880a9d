"""Files in data/ that are plain lines: a key and its value on each, lists of texts or of entries below a key.

Most sources are. A parser of YAML takes four times as long for them as reading their lines does, and a desk has
thousands; a text of any other form is left to the parser, which would read these lines the same way.
"""

from __future__ import annotations

import re

from toolkit.core.errors import Problem
from toolkit.core.text import plain_value
from toolkit.reading.entry import Entry

_KEY = r"[a-z]\w{0,60}:"
# printable ASCII on one line that means itself in YAML: it has no " #" and no ": " (the sets leave
# out # and :), and begins with no sign that YAML gives a meaning
_TEXT = r'(?:[\w$(]|-\d)[ -"$-9;-~]*+(?::[!"$-9;-~][ -"$-9;-~]*+)*+(?<! )'
_LIST = r"\[(?:\w[\w.-]*(?:, \w[\w.-]*)*)?\]"
_PAIR = rf"{_KEY} (?:{_TEXT}|{_LIST})\n"
_BELOW = rf"{_KEY}\n(?:(?:  - {_PAIR}(?:    {_PAIR})*+)++|(?:  - {_TEXT}\n)++)"
_PLAIN = re.compile(rf"(?:{_PAIR}|{_BELOW})++", re.ASCII)


def plain_entry(file: str, text: str, problems: list[Problem]) -> Entry | None:
    """The mapping at the top of a text that is plain lines, with lines; None for any other, and for a key twice.

    `problems` is the list to which the entries will add theirs; nothing is added here.
    """
    if not _PLAIN.fullmatch(text):
        return None
    top = entry = Entry(file, 1, problems)
    items: list[object] = []
    raw: list[str | None] = []
    lines = text.replace(":\n", ": \n").splitlines()  # so that a key without a value is parted as any other is
    for line, line_text in enumerate(lines, 1):
        key, is_pair, value = line_text.partition(": ")
        if not is_pair:  # a text of a list
            raw.append(line_text[4:])
            items.append(plain_value(line_text[4:]))
            continue
        if key[0] != " ":
            entry = top
        else:
            if key[2] == "-":
                entry = Entry(file, line, problems)
                items.append(entry)
                raw.append(None)
            key = key[4:]
        if key in entry:
            return None
        entry.lines[key] = line
        if not value:
            items, raw = [], []
            entry[key], entry.raw_lists[key] = items, raw
        elif value[0] == "[":
            texts = value[1:-1].split(", ") if value != "[]" else []
            entry[key], entry.raw_lists[key] = [plain_value(item) for item in texts], [*texts]
        else:
            entry[key] = parsed = plain_value(value)
            if not isinstance(parsed, str):
                entry.raw[key] = value
    return top
