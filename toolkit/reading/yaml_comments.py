"""Comments that may have been meant as text.

An editor that wraps "Rank #1" begins the next line with "#1", which YAML takes for a comment.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from types import NoneType
from typing import Any

import yaml

from toolkit.core.text import plain_value

IN_BRACKETS = -1  # stands for the column of anything in […] or {…}, so that every comment counts as deeper


@lru_cache(maxsize=16)  # a build reads some files several times, such as a scenario for each that extends it
def comments_in_texts(text: str) -> tuple[tuple[int, int], ...]:
    """(index, column of the key or dash above it) of each comment that may be meant as more of the text above it.

    Such a comment stands below a text without quotes, or below a block, and deeper than the key or dash of that text.
    Reading stops at the first syntax error.
    """
    return tuple(_comments_in_texts(text))


def _comments_in_texts(text: str) -> Iterator[tuple[int, int]]:
    for end, column in _may_continue(text):
        at = end
        while at < len(text):
            line_end = (text + "\n").index("\n", at)
            line = text[at:line_end]  # of the line that the text ends in, only what follows the text
            begin = at + len(line) - len(line.lstrip(" \t"))
            if line.strip() and text[begin] != "#":
                break
            line_start = text.rfind("\n", 0, begin) + 1
            beside_text = text[line_start:begin].strip()  # `yaml_file` refuses it, as every comment after something
            if line.strip() and begin - line_start > column and not beside_text:
                yield begin, column
            at = line_end + 1


def _may_continue(text: str) -> Iterator[tuple[int, int]]:
    """(index after it, column of its key or dash) of each text without quotes, each block and each missing value."""
    columns: list[int] = []
    event: Any  # PyYAML's types let its marks be None, which they never are here
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)):
            kind = event.__class__
            if issubclass(kind, yaml.CollectionStartEvent):
                columns.append(IN_BRACKETS if event.flow_style else event.start_mark.column)
            elif issubclass(kind, yaml.CollectionEndEvent):
                columns.pop()
            elif kind is yaml.ScalarEvent and columns and event.style not in ("'", '"'):
                # a number, true or false cannot go on in the next line
                if event.style or isinstance(plain_value(event.value), (str, NoneType)):
                    yield event.end_mark.index, columns[-1]
    except yaml.YAMLError:
        return
