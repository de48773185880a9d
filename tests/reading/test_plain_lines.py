"""Files that are plain lines are read without YAML's parser: as it reads them, or not at all."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bench.desk_by_size import source
from toolkit.core.project import find_project
from toolkit.reading.entry import Entry
from toolkit.reading.plain_lines import plain_entry
from toolkit.reading.yaml_file import _FileReader

PLAIN = ["Rank 1 of 2", "7", "-7", "1e3", "1.50", "2026-04-15", "true", "null", "$4 (about)", "[]", "[a, 7]", "a-b_c."]
MEANING = [
    "- 7",
    "~",
    "",
    "[a,b]",
    "[a: b]",
    "[ a]",
    "[a",
    "{}",
    "a: b",
    "a:",
    "a #b",
    "'a'",
    "&a",
    "*a",
    "!a",
    "|",
    "?",
]
# what looks like a value, and may have a meaning in YAML
VALUES = st.sampled_from(PLAIN) | st.text(st.sampled_from("ab 1:-.,[]{}()/"), min_size=1, max_size=9).map("w".__add__)
LINES = st.tuples(
    st.sampled_from(["", "  - ", "    ", "- ", "  ", "   - "]),
    st.sampled_from(["", "k: ", "k:", "k:  ", "K k: ", "k0: "]),
    VALUES | st.sampled_from(MEANING) | st.text("a#'\"\t\x0b\x7f\x85é\u2028<=@`%>-", max_size=4),
).map("".join)


@st.composite
def files(draw):
    """Lines of a file with lists of texts and of entries, and at times one of another form among them."""
    made = []
    for place in range(draw(st.integers(1, 4))):
        form, values = draw(st.sampled_from("vte")), draw(st.lists(VALUES, min_size=1, max_size=3))
        if form == "v":
            made.append(f"k{place}: {values[0]}")
        elif form == "t":
            made += [f"k{place}:", *(f"  - {value}" for value in values)]
        else:
            more = [f"    k{number}: {value}" for number, value in enumerate(values)]
            made += [f"k{place}:", *[f"  - id: {values[0]}", *more] * draw(st.integers(1, 2))]
    if draw(st.booleans()):
        made.insert(draw(st.integers(0, len(made))), draw(LINES))
    return made


def said(found: object) -> object:
    """All that an entry, a list or a value of a file says, with its types."""
    if isinstance(found, Entry):
        items = [(key, said(value)) for key, value in found.items()]
        return (found.file, found.line, found.lines, found.raw, found.raw_lists, items)
    return [said(item) for item in found] if isinstance(found, list) else (type(found), found)


@given(files(), st.sampled_from(["\n", "\n", ""]))
@example(["figures:", "  - id: x", "    n: -7", "id: x"], "\n")
@example(["id: x", "    n: -7"], "\n")
def test_plain_lines_say_what_yaml_says(lines, end):
    text, problems = "\n".join(lines) + end, []
    entry = plain_entry("x.yml", text, problems)
    if entry is not None:
        assert said(entry) == said(_FileReader("x.yml", text, problems, "").entry())
        assert problems == []


def test_files_of_the_desk_say_what_yaml_says():
    files = {path: path.read_text("utf-8") for path in sorted(find_project().data.glob("*/*.yml"))}
    read = {path: entry for path, text in files.items() if (entry := plain_entry(path.name, text, []))}
    assert len(read) > len(files) / 2  # sources are as a rule
    for path, entry in read.items():
        assert said(entry) == said(_FileReader(path.name, files[path], [], "").entry()), path


def test_the_bench_measures_files_of_plain_lines():
    assert plain_entry("s7.yml", source(7, 5), []) is not None


@pytest.mark.parametrize("text", ["", "\n", "id: x\nid: x\n", "id:\n", "figures:\n  - id: x\n    id: y\n", "id: x"])
def test_what_yaml_refuses_or_reads_otherwise_is_left_to_it(text):
    assert plain_entry("x.yml", text, []) is None
