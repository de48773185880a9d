"""Reading the record: every wrong entry is named with file, line, entry, what is allowed and what to do."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.core.errors import DataFileError, ToolkitError
from toolkit.core.project import find_project
from toolkit.core.text import period_days
from toolkit.reading.entry import Entry
from toolkit.reported.read_all import read_reported

ROOT = Path(__file__).parents[2]
CLAIMS, SURVEY, PAPER = "claims/coffee.yml", "sources/office-survey.yml", "sources/paper-retelling.yml"


def edit(project, file, old, new):
    """Replaces the first `old` in a file under data/; returns the line on which the new text begins."""
    path = project.data / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text.index(old)


def line_of(project, file, words):
    lines = (project.data / file).read_text(encoding="utf-8").splitlines()
    return next(count for count, line in enumerate(lines, 1) if words in line)


def problems_of(project):
    with pytest.raises(DataFileError) as raised:
        read_reported(project)
    return raised.value.problems


def test_a_figure_without_a_unit_is_written_in_the_unit_of_its_claim(sample):
    edit(sample, SURVEY, "unit: multiple", 'unit: "1"')
    (found,) = (one for one in read_reported(sample).figures.values() if one.source.id in SURVEY and one.unit == "1")
    assert str(found.quantity).endswith(" times")


# file, what stands there, what is written instead, the words on the line that must be named, what is found, what is
# allowed, the entry
WRONG = {
    "unknown unit": (SURVEY, "unit: cup/week", "unit: mug/week", "unit: mug/week", "mug", "cup", "heavy"),
    "unknown unit of a claim": (CLAIMS, "unit: cup/week", "unit: mug", "unit: mug", "mug", "cup", "coffee.cups_heavy"),
    "unit that does not fit the claim": (
        SURVEY,
        "unit: cup/week",
        "unit: USD",
        "unit: USD",
        "coffee.cups_heavy is in 'cup/week'",
        "[cup]",
        "heavy",
    ),
    "unknown source": (
        PAPER,
        "[office-survey]",
        "[office-census]",
        "relies_on",
        "no source 'office-census' in data/sources/",
        "office-survey",
        "paper-retelling",
    ),
    "unknown source of one figure": (
        PAPER,
        "value: 4\n",
        "value: 4\n    relies_on: [radio]\n",
        "relies_on: [radio]",
        "no source 'radio' in data/sources/",
        "office-survey",
        "told",
    ),
    "unknown claim": (
        SURVEY,
        "claim: coffee.cups_median",
        "claim: coffee.mugs",
        "coffee.mugs",
        "no claim 'coffee.mugs' in data/claims/",
        "coffee.cups_median",
        "median",
    ),
    "low over high": (
        SURVEY,
        "low: 1.2",
        "low: 1.9",
        "low: 1.9",
        "low 1.9 is over high 1.5",
        "low at most high",
        "budget",
    ),
    "low without high": (SURVEY, "    high: 1.5\n", "", "low: 1.2", "low", "value, or low and high", "budget"),
    "value and low": (
        SURVEY,
        "value: 35",
        "value: 35\n    low: 30",
        "value: 35",
        "value and low",
        "low and high",
        "heavy",
    ),
    "no value": (SURVEY, "    value: 35\n", "", "- id: heavy", "no value", "value, or low and high", "heavy"),
    "no unit": (SURVEY, "    unit: cup/week\n", "", "- id: heavy", "unit is missing", "cup/week", "heavy"),
    "period that ends before it starts": (
        CLAIMS,
        "period: 2026-Q1",
        "period: 2026-Q2/2026-Q1",
        "2026-Q2/2026-Q1",
        "ends before it starts",
        "START/END",
        "coffee.cups_heavy",
    ),
    "period that is none": (
        CLAIMS,
        "period: 2026-Q1",
        "period: spring 2026",
        "spring",
        "'spring 2026'",
        "2026-Q1",
        "coffee.cups_heavy",
    ),
    "date that no calendar has": (
        SURVEY,
        "2026-04-15",
        "2026-02-30",
        "2026-02-30",
        "'2026-02-30'",
        "2026-04-15",
        "office-survey",
    ),
    "claim entered again": (
        CLAIMS,
        "id: coffee.cups_median",
        "id: coffee.cups_heavy",
        None,
        "'coffee.cups_heavy' again",
        "each id once",
        "coffee.cups_heavy",
    ),
    "figure entered again": (SURVEY, "id: median", "id: heavy", None, "'heavy' again", "once in a source", "heavy"),
    "key written twice": (
        SURVEY,
        "primary: true",
        "primary: true\nprimary: false",
        "primary: false",
        "'primary' again (first in line 7)",
        "each key once",
        None,
    ),
    "circle of sources": (
        SURVEY,
        "relies_on: []",
        "relies_on: [paper-retelling]",
        None,
        "office-survey → paper-retelling → office-survey",
        "an origin",
        "paper-retelling",
    ),
    "source that relies on itself": (
        SURVEY,
        "relies_on: []",
        "relies_on: [office-survey]",
        "relies_on",
        "office-survey → office-survey",
        "origin",
        "office-survey",
    ),
    "circle that one figure closes": (
        SURVEY,
        "value: 3.5\n",
        "value: 3.5\n    relies_on: [paper-retelling]\n",
        "relies_on: [paper-retelling]",
        "office-survey → paper-retelling → office-survey",
        "an origin",
        "told",
    ),
    "multiple without a baseline": (
        PAPER,
        "    baseline: the average\n",
        "",
        "- id: told",
        "without a baseline",
        "baseline",
        "told",
    ),
    "statement with a value": (
        SURVEY,
        "stance: affirms",
        "stance: affirms\n    value: 7",
        "value: 7",
        "a quantity for coffee.beans",
        "says",
        "beans",
    ),
    "statement without a stance": (
        SURVEY,
        "    stance: affirms\n",
        "",
        "- id: beans",
        "stance is missing",
        "says and stance",
        "beans",
    ),
    "unknown key": (SURVEY, "place: headline", "plaec: headline", "plaec", "'plaec'", "place", "told"),
    "unknown key of a source": (
        SURVEY,
        "primary: true",
        "primary: true\ntone: dry",
        "tone",
        "'tone'",
        "named",
        "office-survey",
    ),
    "missing key": (
        SURVEY,
        "publisher: Invented Office\n",
        "",
        "schema",
        "publisher is missing",
        "title",
        "office-survey",
    ),
    "key without a value": (
        SURVEY,
        "publisher: Invented Office",
        "publisher:",
        "publisher",
        "publisher is empty",
        "text",
        "office-survey",
    ),
    "claim without a statement": (
        CLAIMS,
        "    statement: Coffee budget of the office (invented)\n",
        "",
        "coffee.budget",
        "statement is missing",
        "entity",
        "coffee.budget",
    ),
    "words for a number": (SURVEY, "value: 35", "value: thirty", "value: thirty", "'thirty'", "digits", "heavy"),
    "number with a thousands mark": (SURVEY, "value: 35", "value: 1,200", "1,200", "'1,200'", "digits", "heavy"),
    "number that is none": (SURVEY, "value: 35", "value: .nan", ".nan", "'.nan'", "digits", "heavy"),
    "number beyond all bounds": (SURVEY, "value: 35", "value: 1e400", "1e400", "1e400, beyond", "1e300", "heavy"),
    "amount beyond all bounds": (
        SURVEY,
        "low: 1.2\n    high: 1.5",
        "value: 1e307",
        "value: 1e307",
        "inf",
        "finite",
        "budget",
    ),
    "list for a text": (
        SURVEY,
        "publisher: Invented Office",
        "publisher: [a, b]",
        "publisher",
        "a list",
        "text",
        "office-survey",
    ),
    "text for a list": (
        PAPER,
        "[office-survey]",
        "office-survey",
        "relies_on",
        "'office-survey'",
        "a list",
        "paper-retelling",
    ),
    "text for entries": (
        SURVEY,
        "quotes:\n  - text: more than three times\n    place: first paragraph\n",
        "quotes: many\n",
        "quotes",
        "quotes is not a list",
        "dash",
        "office-survey",
    ),
    "yes for true": (SURVEY, "primary: true", "primary: yes", "primary", "'yes'", "true or false", "office-survey"),
    "way of seeing that is none": (
        SURVEY,
        "seen: in full",
        "seen: glanced at",
        "seen",
        "'glanced at'",
        "excerpt",
        "office-survey",
    ),
    "stance that is none": (SURVEY, "stance: affirms", "stance: hints", "stance: hints", "'hints'", "denies", "beans"),
    "bound that is none": (PAPER, "about: true", "bound: roughly", "bound", "'roughly'", "at least", "told"),
    "id that is not the file's name": (
        SURVEY,
        "id: office-survey",
        "id: survey",
        "id: survey",
        "'survey'",
        "office-survey",
        "survey",
    ),
    "claim of another topic": (
        CLAIMS,
        "id: coffee.budget",
        "id: tea.budget",
        "tea.budget",
        "tea.budget",
        "coffee.",
        "tea.budget",
    ),
    "figure id with capitals": (SURVEY, "id: budget", "id: Budget", "Budget", "'Budget'", "lower_case_name", "Budget"),
    "address that is none": (
        SURVEY,
        "https://example.org",
        "example.org",
        "address",
        "example.org",
        "https://",
        "office-survey",
    ),
    "address whose host looks like another": (
        SURVEY,
        "https://example.org",
        "https://ex\u0430mple.org",
        "address",
        "several scripts (Cyrillic, Latin)",
        "as the site itself writes it",
        "office-survey",
    ),
    "seen in full without an address": (
        SURVEY,
        "https://example.org/survey",
        "null",
        "seen: in full",
        "no address",
        "archived copy",
        "office-survey",
    ),
    "quotation without a place": (
        SURVEY,
        "    place: first paragraph\n",
        "",
        "- text",
        "place is missing",
        "text",
        None,
    ),
    "no schema": (SURVEY, "schema: 1\n", "", "id: office-survey", "schema is missing", "schema", "office-survey"),
    "another schema": (SURVEY, "schema: 1", "schema: 2", "schema: 2", "schema is 2", "1", None),
}


@pytest.mark.parametrize(
    ("file", "old", "new", "found"),
    [
        (SURVEY, "publisher: Invented Office", "publisher: Invented\u00a0Office", "U+00A0 (no-break space) in it"),
        (SURVEY, "publisher: Invented Office", "publisher: Invented Of\ufb01ce", "which looks like 'fi'"),
        (SURVEY, "publisher: Invented Office", "publisher: Invented \u041effice", "U+041E (cyrillic capital letter o)"),
        (SURVEY, "published: ", "authors: [Ada  Byron]\npublished: ", "two spaces together"),
        (CLAIMS, "entity: staff of", "entity: staff\u2009of", "U+2009 (thin space)"),
        (SURVEY, "baseline: the median", "baseline: the\tmedian", "a tab in it"),
        (SURVEY, "    place: table", "    population: st\u0430ff\n    place: table", "in 'st\u0430ff'"),
    ],
)
def test_a_name_that_looks_like_another_is_refused_with_its_line(sample, file, old, new, found):
    edit(sample, file, old, new)
    (problem,) = problems_of(sample)
    assert found in problem.found and problem.remedy == "write it so"
    assert re.match(rf"data/{file}, line \d+", problem.where)


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named_with_its_place(sample, case):
    file, old, new, words, found, allowed, entry = WRONG[case]
    edit(sample, file, old, new)
    hits = [problem for problem in problems_of(sample) if found in problem.found]
    assert len(hits) == 1, [str(problem) for problem in hits]
    problem = hits[0]
    assert re.match(r"data/(sources|claims)/[a-z-]+\.yml, line \d+", problem.where)
    if words is not None:
        assert problem.where.startswith(f"data/{file}, line {line_of(sample, file, words)}")
    assert entry is None or problem.where.endswith(f", {entry}")
    assert allowed in problem.allowed + problem.remedy
    assert problem.remedy


def test_an_entry_entered_again_is_named_at_the_second_line(sample):
    edit(sample, SURVEY, "id: median", "id: heavy")
    (problem,) = problems_of(sample)
    lines = (sample.data / SURVEY).read_text().splitlines()
    second = [count for count, line in enumerate(lines, 1) if line == "  - id: heavy"][1]
    assert problem.where == f"data/{SURVEY}, line {second}, heavy"


def test_every_line_of_units_that_defines_nothing_is_named(sample):
    edit(sample, "units.txt", "page = [page]", "mug == 3 [\njug = 2 * pint\nday = 9 * second\npage = [page]")
    with pytest.raises(ToolkitError) as raised:
        read_reported(sample)
    first = line_of(sample, "units.txt", "mug ==")
    assert {problem.where for problem in raised.value.problems} == {
        f"data/units.txt, line {count}" for count in (first, first + 1, first + 2)
    }


UNREADABLE = {
    "open quotation mark": (b"schema: 1\nid: 'open\ntitle: x\n", 4),
    "tab as indent": (b"schema: 1\nfigures:\n\t- id: a\n", 3),
    "two documents": (b"schema: 1\n---\nschema: 1\n", 2),
    "not UTF-8": (b"schema: 1\ntitle: caf\xe9\n", 2),
    "a list at the top": (b"- schema: 1\n", 1),
    "nothing": (b"", 1),
    "nothing but a comment": (b"# schema: 1\n", 1),
    "control character": (b"schema: 1\ntitle: a\x07b\n", 2),
    "zero byte": (b"schema: 1\ntitle: a\0b\n", 1),
    "UTF-16": ("schema: 1\n".encode("utf-16"), 1),
    "UTF-16 without its mark": ("schema: 1\n".encode("utf-16-le"), 1),
    "line separator": ("schema: 1\nid: a\ntitle: 'a\u2028b'\n".encode(), 3),
    "next line": ("schema: 1\ntitle: 'a\x85b'\n".encode(), 2),
    "a list for a key": (b"schema: 1\n? [a, b]\n: c\n", 2),
    "no end of lists": (b"schema: 1\nid: a\nfigures: " + b"[" * 100_000, 3),
    "sign that YAML keeps for itself": (b"schema: 1\ntitle: @home\n", 2),
    "two colons": (b"schema: 1\ntitle: Cost: up\n", 2),
    "quotes that end in the middle": (b'schema: 1\ntitle: "Rank" in cost\n', 2),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_file_that_cannot_be_read_is_named_and_the_others_are_read_on(sample, case):
    data, line = UNREADABLE[case]
    (sample.data / "sources" / "broken.yml").write_bytes(data)
    edit(sample, SURVEY, "low: 1.2", "low: 1.9")
    first, second = problems_of(sample)
    assert re.match(rf"data/sources/broken\.yml, line {line}$", first.where), str(first)
    assert first.found and first.allowed and first.remedy
    assert "low 1.9" in second.found


def test_a_folder_and_a_link_to_nothing_in_the_place_of_a_file_are_named(sample):
    (sample.data / "sources" / "folder.yml").mkdir()
    (sample.data / "sources" / "link.yml").symlink_to("nowhere")
    (sample.data / "sources" / ".#office-survey.yml").symlink_to("an editor's lock")
    assert [(problem.where, problem.found) for problem in problems_of(sample)] == [
        ("data/sources/folder.yml", "a folder that nothing reads"),
        ("data/sources/link.yml", "a link to nothing that nothing reads"),
    ]


def test_a_source_that_cannot_be_read_is_still_one_that_others_rely_on(sample):
    (sample.data / SURVEY).write_text("schema: 1\ntitle: 'open\n")
    assert [problem.where for problem in problems_of(sample)] == [f"data/{SURVEY}, line 3"]


def test_a_chain_of_many_sources_is_followed_to_its_end(sample):
    text = (sample.data / PAPER).read_text().split("figures:")[0]
    for count in range(1500):
        below = f"chain-{count + 1}" if count < 1499 else "chain-0"
        source = text.replace("paper-retelling", f"chain-{count}").replace("[office-survey]", f"[{below}]")
        (sample.data / "sources" / f"chain-{count}.yml").write_text(source)
    (circle,) = problems_of(sample)
    assert circle.found.count(" → ") == 1500


def test_all_problems_of_all_files_come_in_one_error_with_their_lines(sample):
    edits = [
        (CLAIMS, "period: 2026-Q1", "period: soon"),
        (CLAIMS, "unit: USD", "unit: ducat"),
        (SURVEY, "value: 35", "value: many"),
        (SURVEY, "low: 1.2", "low: 2"),
        (SURVEY, "stance: affirms", "stance: no"),
        (PAPER, "published: 2026-05-02", "published: 2026-13"),
        (PAPER, "baseline: the average", "base: the average"),
    ]
    for file, old, new in edits:
        edit(sample, file, old, new)
    named = {problem.where.rsplit(", ", 1)[0] for problem in problems_of(sample)}
    assert named >= {f"data/{file}, line {line_of(sample, file, new)}" for file, _, new in edits}


def test_one_mistake_in_many_places_is_said_once_with_the_places(sample):
    text = (sample.data / SURVEY).read_text().replace("place:", "plaec:")
    (sample.data / SURVEY).write_text(text)
    with pytest.raises(DataFileError) as raised:
        read_reported(sample)
    assert str(raised.value).count("unknown key 'plaec'") <= 6
    assert len([p for p in raised.value.problems if "plaec" in p.found]) == 6


@pytest.mark.parametrize("word", ["no", "on", "off", "yes", "NO", "y", "2026-04-15", "12:30", "0x1F", "1_000", "="])
def test_words_that_yaml_takes_for_something_else_stay_words(sample, word):
    edit(sample, SURVEY, "publisher: Invented Office", f"publisher: {word}")
    assert read_reported(sample).sources["office-survey"].publisher == word


@pytest.mark.parametrize("written", ["2026.10", "007", "1e3", "+5"])
def test_a_number_where_words_stand_is_taken_as_it_is_written(sample, written):
    edit(sample, SURVEY, 'title: An invented survey of <b>coffee</b> & "tea"', f"title: {written}")
    assert read_reported(sample).sources["office-survey"].title == written


def test_a_file_with_byte_order_mark_and_windows_line_ends_reads_the_same(sample):
    before = read_reported(sample)
    path = sample.data / SURVEY
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_reported(sample) == before


def test_values_are_kept_as_printed_and_converted_once(sample):
    figures = read_reported(sample).figures
    budget, a_day = figures["office-survey#budget"], figures["paper-retelling#heavy_a_day"]
    assert (budget.low, budget.high, budget.unit) == (1.2, 1.5, "million USD")
    assert (budget.quantity.low, budget.quantity.high) == (1.2e6, 1.5e6)
    assert (a_day.low, a_day.unit) == (5, "cup/day")
    assert a_day.quantity.low == pytest.approx(35)


def test_a_baseline_may_be_declared_not_given(sample):
    edit(sample, PAPER, "baseline: the average", "baseline: none given")
    assert read_reported(sample).figures["paper-retelling#told"].baseline == "none given"


def test_a_figure_takes_period_seen_and_reliance_from_claim_and_source_unless_it_says_otherwise(sample):
    edit(sample, PAPER, "value: 4\n", "value: 4\n    relies_on: []\n    seen: excerpt\n    period: 2026-04\n")
    figures = read_reported(sample).figures
    told, other = figures["paper-retelling#told"], figures["paper-retelling#heavy_a_day"]
    assert (told.period, told.seen, told.relies_on) == ("2026-04", "excerpt", ())
    assert (other.period, other.seen, other.relies_on) == ("2026-Q1", "archived copy", ("office-survey",))


ALPHABET = st.sampled_from(list("0123456789-/QH ") + ["2026", "2026-Q1", "-04", "-15", "-H2", "٢"])


@given(st.one_of(st.lists(ALPHABET, max_size=8).map("".join), st.text(max_size=12)))
def test_any_text_is_a_period_that_ends_after_it_starts_or_is_reported(text):
    problems = []
    entry = Entry("data/claims/x.yml", 3, problems)
    entry["period"] = text
    read = entry.period("period")
    if problems:
        assert problems[0].where == "data/claims/x.yml, line 3" and problems[0].allowed and problems[0].remedy
        with pytest.raises((ValueError, AssertionError)):
            start, end = period_days(text)
            assert start <= end
    else:
        start, end = period_days(read)
        assert start <= end
        assert re.fullmatch(r"[0-9QH/-]+", read)


@given(st.integers(1900, 2100), st.integers(1, 12))
def test_months_quarters_and_halves_fill_their_year_without_gaps(year, month):
    assert period_days(f"{year}-{month:02}")[1].month == month
    for parts in (["Q1", "Q2", "Q3", "Q4"], ["H1", "H2"]):
        ends = [period_days(f"{year}-{part}") for part in parts]
        assert [ends[0][0], ends[-1][1]] == list(period_days(str(year)))
        assert all((later[0] - earlier[1]).days == 1 for earlier, later in zip(ends, ends[1:], strict=False))


@pytest.mark.parametrize("text", ["2026/", "/2026", "2026//2027", "2026-Q5", "2026-H0", "2026-00", "0000", "٢٠٢٦"])
def test_half_a_period_is_none(text):
    with pytest.raises(ValueError):
        period_days(text)


def test_the_whole_record_of_this_desk_reads():
    reported = read_reported(find_project(ROOT))
    assert len(reported.figures) > 500 and reported.series


def test_a_source_that_cannot_be_read_is_one_problem_and_its_id_is_known_all_the_same(sample):
    path = sample.data / "sources" / "office-survey.yml"
    path.write_text(path.read_text(encoding="utf-8") + "broken: [\n", encoding="utf-8")
    with pytest.raises(DataFileError) as raised:
        read_reported(sample)
    assert "no source" not in str(raised.value) and "office-survey.yml" in str(raised.value)
