"""YAML files in data/, read with the line of every entry; all problems of a file are collected, not only the first."""

from __future__ import annotations

import re
from bisect import bisect_right
from pathlib import Path
from typing import Any

import yaml

from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.lookalikes import NAME, wrong_in_name
from toolkit.core.project import Project, read_text
from toolkit.core.text import CLEAN, clean_text, plain_value, shortened
from toolkit.reading.entry import Entry
from toolkit.reading.plain_lines import plain_entry
from toolkit.reading.yaml_comments import IN_BRACKETS, comments_in_texts

SCHEMA = 1
MOST_NESTED = 20  # mappings and lists inside one another; files in data/ need four

_Event = Any  # an event of the parser: PyYAML's types let its marks be None, which they never are here
_BREAKS = re.compile(r"[\x85\u2028\u2029]")  # YAML ends a line at these, editors do not
# any character that YAML does not allow
_UNREADABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OWN_LINE = re.compile(r"^[ \t]*#", re.MULTILINE)
_HASH = re.compile(r"[ \t]#")  # begins a comment, or was meant as text
# indent, then dashes and key, then value
_LINE = re.compile(r"""(\s*)((?:- +)*(?:[^\s:#'"\[{]+: +)?)(.*?)\s*$""")


def read_yaml(project: Project, path: Path, problems: list[Problem]) -> Entry | None:
    """The mapping at the top of a file, with lines; None if it cannot be read. Adds what is wrong to `problems`."""
    file = project.name(path)
    try:
        text = read_text(path, project.contents.get(path))
    except ToolkitError as error:
        problems += error.problems
        return None
    entry = read_yaml_text(file, text, problems)
    if entry is not None and "schema" in entry and entry.raw.get("schema", entry["schema"]) != str(SCHEMA):
        entry.add_problem("schema", f"schema is {entry['schema']!r}", str(SCHEMA), f"write schema: {SCHEMA}")
    return entry


def read_yaml_text(
    file: str, text: str, problems: list[Problem], allowed: str = "YAML: keys at the top, schema: 1 first"
) -> Entry | None:
    """The mapping at the top of a text, with lines; None if it cannot be read. Adds what is wrong to `problems`.

    `file` begins the places in them, `allowed` says what a text that cannot be read should have been.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return plain_entry(file, text, problems) or _FileReader(file, text, problems, allowed).entry()


class _Unreadable(Exception):
    """Nothing after this can be read; `args` are what was found, and the index of its character."""


class _FileReader:
    """Reads one file by PyYAML's events, and adds a problem for each text that YAML would cut, leave out or change."""

    def __init__(self, file: str, text: str, problems: list[Problem], allowed: str):
        self.file, self.text, self.problems, self.allowed = file, text, problems, allowed
        self.ascii = text.isascii()
        self.quoted: list[tuple[int, int]] = []  # (start, end) of each text in quotes or in a block, as indexes

    def entry(self) -> Entry | None:
        """The mapping at the top of the file; None, with a problem, if it cannot be read."""
        entry, failed, end = None, None, len(self.text)
        try:
            entry = self._document()
        except (_Unreadable, yaml.YAMLError) as error:
            found, at, end = self._failed(error)
            where = f"{self.file}, line {self._line_number(at)}"
            failed = Problem(where, found, self.allowed, self._remedy(self._line_number(at)))
        if "#" in self.text:
            self._refuse_comments(end)
            self._refuse_comments_below(end)
        self.problems += [failed] if failed else []
        return entry

    def _failed(self, error: Exception) -> tuple[str, int, int]:
        """What was found, the index of its character, and the index up to which the file could be read."""
        if isinstance(error, _Unreadable):
            found, at = error.args
            return found, at, at
        if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
            control = _UNREADABLE.search(self.text)
            at = control.start() if control else 0
            return f"the character U+{ord(self.text[at]):04X}", at, at
        at, begin = error.problem_mark.index, error.context_mark
        if begin is None:
            return str(error.problem), at, at
        found = f"{error.problem}, {error.context} that begins in line {begin.line + 1}"
        # in a quote that does not end, what looks like a comment is none (PyYAML's context says "quoted scalar")
        return found, at, begin.index if "quoted" in str(error.context) else at

    def _document(self) -> Entry:
        """The mapping at the top. Raises _Unreadable, or the parser's error, where there is no such document."""
        separator = None if self.ascii else _BREAKS.search(self.text)
        if separator:
            raise _Unreadable(f"the line separator U+{ord(separator[0]):04X}", separator.start())
        self.next = getattr(yaml, "CBaseLoader", yaml.BaseLoader)(self.text).get_event
        self.next()
        if isinstance(self.next(), yaml.StreamEndEvent):
            raise _Unreadable("nothing but comments" if self.text.strip() else "an empty file", 0)
        top = self.next()
        if not isinstance(top, yaml.MappingStartEvent):
            raise _Unreadable("no mapping at the top", top.start_mark.index)
        if top.anchor is not None or top.tag is not None:
            self._refuse_anchor_or_tag(top)
        entry = self._mapping(top, MOST_NESTED - 1)
        self.next()
        more = self.next()
        if not isinstance(more, yaml.StreamEndEvent):
            raise _Unreadable("a second document", more.start_mark.index)
        return entry

    def _node(self, event: _Event, depth_left: int) -> tuple[str | list[str | None] | None, object]:
        """A value as the file spells it, and as it is read.

        A mapping has no spelling: None. A list has those of its items, None for each that is no text.
        """
        if event.__class__ is yaml.ScalarEvent:
            return self._scalar(event)
        if event.__class__ is yaml.AliasEvent:
            self._refuse_anchor_or_tag(event)
            return None, None
        if event.anchor is not None or event.tag is not None:
            self._refuse_anchor_or_tag(event)
        if not depth_left:
            raise _Unreadable(f"more than {MOST_NESTED} entries inside one another", event.start_mark.index)
        if event.__class__ is yaml.MappingStartEvent:
            return None, self._mapping(event, depth_left - 1)
        items = []
        while (item := self.next()).__class__ is not yaml.SequenceEndEvent:
            items.append(self._node(item, depth_left - 1))
        return [text if isinstance(text, str) else None for text, _ in items], [value for _, value in items]

    def _mapping(self, start: _Event, depth_left: int) -> Entry:
        """A mapping with its lines; a key that comes again is a problem, and its first value stays."""
        entry = Entry(self.file, start.start_mark.line + 1, self.problems)
        # most keys and values are plain scalars: what `_is_plain` asks is written out here, which saves a call for each
        next_event, scalar, ascii_only = self.next, yaml.ScalarEvent, self.ascii
        while (event := next_event()).__class__ is not yaml.MappingEndEvent:
            line = event.start_mark.line + 1
            if event.__class__ is not scalar:
                raise _Unreadable("a key that is no text", event.start_mark.index)
            raw: str | list[str | None] | None
            unquoted = ascii_only and not event.style and event.anchor is None and event.tag is None
            key = event.value if unquoted else self._key(event)
            event = next_event()
            unquoted = ascii_only and event.__class__ is scalar and not event.style
            if unquoted and event.anchor is None and event.tag is None:
                raw, value = event.value, plain_value(event.value)
            else:
                raw, value = self._node(event, depth_left)
            if key in entry:
                self._add_problem(
                    line,
                    f"the key {key!r} again (first in line {entry.lines[key]})",
                    "each key once in an entry",
                    "remove one of the two",
                )
                continue
            entry.lines[key], entry[key] = line, value
            if isinstance(raw, list):
                entry.raw_lists[key] = raw
            elif raw is not None and not isinstance(value, str):
                entry.raw[key] = raw
        return entry

    def _is_plain(self, event: _Event) -> bool:
        """True for an unquoted ASCII text without anchor or tag, which YAML has stripped: nothing is left to check."""
        return self.ascii and not event.style and event.anchor is None and event.tag is None

    def _scalar(self, event: _Event) -> tuple[str, object]:
        """A scalar as the file spells it and as it is read: without quotes it may be a number, true, false or null."""
        text, quotes = event.value, event.style
        if event.anchor is not None or event.tag is not None:
            self._refuse_anchor_or_tag(event)
        if self._is_plain(event):
            return text, plain_value(text)
        block = quotes == "|" or quotes == ">"
        if quotes:
            start = event.start_mark.index
            self.quoted.append((self.text.find("\n", start) if block else start, event.end_mark.index))
        stripped = text.strip("\n") if block else text  # a block ends with its line
        clean, wrong = clean_text(stripped)
        if wrong:
            self._add_problem(
                event.start_mark.line + 1, f"{shortened(repr(text))} has {wrong}", CLEAN, "write it without"
            )
        text = text.replace(stripped, clean) if block else clean
        return text, text if quotes else plain_value(text)

    def _key(self, event: _Event) -> str:
        """A key as the file spells it; adds a problem if it has characters that look like others."""
        problems_before, (key, _) = len(self.problems), self._scalar(event)
        if len(self.problems) == problems_before and (wrong := wrong_in_name(key)):
            self._add_problem(event.start_mark.line + 1, f"the key {key!r} has {wrong}", NAME, "write it so")
        return key

    def _refuse_anchor_or_tag(self, event: _Event) -> None:
        line, sign = event.start_mark.line + 1, self.text[event.start_mark.index]
        self._add_problem(
            line,
            f"{sign} before a value, which has a meaning in YAML, so that it would be left out",
            "plain values, and texts with & * ! in quotes",
            f"{self._in_quotes(line)}, or take {sign} away",
        )

    def _refuse_comments(self, end: int) -> None:
        """Adds a problem for each comment up to `end` that follows something on its line: it may be meant as text."""
        handled_to = 0
        for match in _HASH.finditer(self.text, 0, end):
            at = match.end() - 1
            if at < handled_to or self._is_quoted(at):
                continue
            begin, handled_to = self.text.rfind("\n", 0, at) + 1, (self.text + "\n").index("\n", at)
            before = self.text[begin:at].lstrip()
            if before and (before[0] != "#" or self._is_quoted(at - len(before))):
                line, own_line = self._line_number(at), "give the comment its own line"
                indent, start, value = self._parts_of_line(line)
                value_before = value[: at - begin - len(indent + start)].strip()
                # "Rank" #1 may be meant as one text; what follows brackets, or "Rank" # and a space, is a comment
                is_comment = value_before[-1:] in ("]", "}") or (
                    self._is_quoted(begin + len(indent + start)) and self.text[at + 1 : at + 2] in (" ", "\n", "")
                )
                is_text = not is_comment and isinstance(plain_value(value_before or value), str)
                self._add_problem(
                    line,
                    f"{shortened(repr(self.text[at:handled_to]))} after a space, which YAML would leave out",
                    "texts with ' #' in quotes, comments on lines of their own",
                    f"{self._in_quotes(line)}, or {own_line}" if is_text else own_line,
                )

    def _refuse_comments_below(self, end: int) -> None:
        """Adds a problem for each comment on a line of its own that may be meant as more of the text above it."""
        for at, column in comments_in_texts(self.text) if _OWN_LINE.search(self.text, 0, end) else ():
            if at < end:
                place = f"after {column} spaces" if column else "at the beginning of its line"
                place = "above the text" if column == IN_BRACKETS else f"{place}, below the key or dash of the text"
                self._add_problem(
                    self._line_number(at),
                    f"{shortened(repr(self.text[at:].partition(chr(10))[0]))} below a text, which YAML would leave out",
                    "texts with ' #' in quotes, comments no deeper than the key or dash above them",
                    f"put the whole text in quotes, or begin the comment {place}",
                )

    def _is_quoted(self, at: int) -> bool:
        place = bisect_right(self.quoted, (at, len(self.text))) - 1
        return place >= 0 and at < self.quoted[place][1]

    def _in_quotes(self, line: int) -> str:
        """The remedy for a line whose value needs quotes."""
        _, start, value = self._parts_of_line(line)
        if not (start and value) or value[0] in "[{|>":
            return "put the whole text in quotes"
        quote = "'" if set(value) & {'"', "\\"} else '"'
        return f"write {start}{quote}{value.replace(quote, 2 * quote)}{quote}"

    def _remedy(self, line: int) -> str:
        indent, start, value = self._parts_of_line(line)
        if "\t" in indent:
            return "indent with spaces, not with tabs"
        signs = value[:1] in ("&", "*", "!", "%", "@", "`", "|", ">", ",", "?", "-") or ": " in value
        return self._in_quotes(line) if start and signs else "mend the line"

    def _parts_of_line(self, line: int) -> tuple[str, str, str]:
        """A line in three: its indent, its dashes and key, its value."""
        match = _LINE.match(self.text.split("\n")[line - 1])
        return (match[1], match[2], match[3]) if match else ("", "", "")

    def _line_number(self, at: int) -> int:
        return self.text.count("\n", 0, at) + 1

    def _add_problem(self, line: int, found: str, allowed: str, remedy: str) -> None:
        self.problems.append(Problem(f"{self.file}, line {line}", found, allowed, remedy))
