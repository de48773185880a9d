"""YAML that was written to harm a reader: one clear error with its line, within a second."""

import time

import pytest

from toolkit.reading.yaml_file import read_yaml_text

UNFOLDING = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = {
    "a type": ("x: !!int x\n", 1, "! before a value"),
    "a type of nothing": ('a: b\nx: !!float ""\n', 2, "! before a value"),
    "a call": ("x: !!python/object/apply:os.system [ls]\n", 1, "! before a value"),
    "aliases that unfold": (UNFOLDING, 1, "& before a value"),
    "brackets": ("a: b\nx: " + "[" * 100_000, 2, "more than 20 entries inside one another"),
    "braces": ("x: " + "{a: " * 100_000, 1, "more than 20 entries inside one another"),
    "dashes": ("x:\n" + "- " * 100_000, 2, "more than 20 entries inside one another"),
    "a bell": ('x: "\\a"\n', 1, "U+0007"),
    "a zero": ('x: "\\0"\n', 1, "U+0000"),
    "an escape": ('x: "\\e[31m"\n', 1, "U+001B"),
    "no character": ('x: "\\uFFFE"\n', 1, "U+FFFE"),
    "no character as it is": ("a: b\nx: \ufffe\n", 2, "U+FFFE"),
    "an override": ('x: "\\u202E12.5"\n', 1, "U+202E (right-to-left override)"),
    "an isolate": ("x: 12\u2066.5\n", 1, "U+2066"),
    "a filler": ("x: a\u3164b\n", 1, "U+3164"),
    "a sign of one font": ("x: \ue000\n", 1, "U+E000, a character of one font's own"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_it_is_named_with_its_line_at_once(case):
    text, line, found = HOSTILE[case]
    problems, start = [], time.process_time()
    read_yaml_text("data/x.yml", text, problems)
    assert problems[0].where == f"data/x.yml, line {line}" and found in problems[0].found
    assert len(problems[0].found) < 300 and time.process_time() - start < 1
