"""Which units may be worked out: anything that would take pint more than a moment is refused before."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.core.errors import NumberError, ToolkitError
from toolkit.core.unit import parse_unit, registry_of_text, unit_text
from toolkit.core.unit_syntax import wrong_in_definition, wrong_in_unit

UNITS = "thousand = 1e3\ncup = [cup] = _ = cups\nday = [time] = d = days\n"
WRONG = [
    "9**9**9",
    "cup**9**9**9",
    "(9**99)**99**9",
    "(cup)**99",
    "cup²³²³",
    "cup**2²",
    "cup**100",
    "cup#x",
    "cup+cup",
    "cup.days",
    "x" * 100_000,
    "9" * 100_000,
    "cup/" * 50_000,
    "(" * 100_000,
    "(((((( cup ))))))",
    "cup)",
    "(cup",
    "lambda: 1",
    '__import__("os")',
    "[cup",
    "cup\u202e",
    "cup/(thousand １)",  # a digit of another script
]


def test_a_list_of_units_that_is_empty_names_none_as_near():
    with pytest.raises(NumberError) as raised:
        parse_unit("cup", registry_of_text("", "units.txt"))
    assert raised.value.problems[0].allowed == "units of data/units.txt, which defines none yet"
    assert raised.value.problems[0].remedy == "correct the unit, or define it there in one line: cup = [cup]"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cupcup/", "a text that names no unit"),
        ("/cup", "a text that names no unit"),
        ("cup -2", "a text that names no unit"),
        ("cup/0", "a text that names no unit"),
        ("5 cup", "a number that multiplies the unit"),
        ("cup mug/day", "'mug', which is not defined"),
    ],
)
def test_what_pint_finds_wrong_in_a_unit_is_said_in_words_that_no_version_of_it_changes(text, found):
    with pytest.raises(NumberError) as raised:
        parse_unit(text, registry_of_text(UNITS, "units.txt"))
    assert raised.value.problems[0].found == found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("mug = 3 jug", "'jug', which is not defined"),
        ("mug = 1 = _ = cups", "'cups', which is defined already"),
        ("mug = mug", "a unit that is defined by itself"),
        ("mug = 0 cup", "a factor that is not over zero"),
        ("mug = cup/", "a line that defines no unit"),
        ("mug = 5 [time]", "a line that defines no unit"),
        ("mug = [cup]", "[cup] makes it equal to cup: write [mug]"),
    ],
)
def test_what_pint_finds_wrong_in_a_definition_is_said_so_too(line, found):
    with pytest.raises(ToolkitError) as raised:
        registry_of_text(UNITS + line, "units.txt")
    assert [problem.found for problem in raised.value.problems] == [f"{line!r} ({found})"]


@pytest.mark.parametrize("text", WRONG, ids=lambda text: text[:20])
def test_a_unit_that_cannot_be_worked_out_is_one_short_error_at_once(text):
    start = time.process_time()
    with pytest.raises(NumberError) as raised:
        parse_unit(text, registry_of_text(UNITS, "units.txt"))
    (problem,) = raised.value.problems
    assert wrong_in_unit(text) == problem.found and len(str(raised.value)) < 500
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("cup/day", "cup/day"),
        ("thousand cup/thousand day", "cup*thousand/day/thousand"),
        ("cup/(thousand day)", "cup/day/thousand"),
        ("cup per thousand days", "cup/day/thousand"),
        ("cup per thousand days per day", "cup/day/thousand/day"),
        ("cup/(thousand day)/thousand cup", "cup/day/thousand/(thousand cup)"),
        ("(cup/thousand day)*day", "cup*day/day/thousand"),
        ("cup**2/day", "cup**2/day"),
        ("cup²", "cup**2"),
        ("cup^0.5", "cup**0.5"),
        ("1/day", "1/day"),
        ("1", "1"),
    ],
)
def test_a_unit_that_the_rule_allows_means_what_pint_says(text, means):
    units = registry_of_text(UNITS, "units.txt")
    assert unit_text(parse_unit(text, units)) == unit_text(
        units.parse_units(means.replace("/day/thousand", "/(thousand day)"))
    )


FACTORS = st.lists(st.sampled_from(["cup", "cups", "thousand cups", "day", "mug"]), min_size=1, max_size=3)


@given(
    over=FACTORS,
    below=st.lists(st.sampled_from(["cup", "thousand cups", "mug day", "day"]), max_size=3),
    data=st.data(),
)
def test_a_rate_is_the_same_whichever_way_it_is_written(over, below, data):
    units = registry_of_text(UNITS + "mug = [mug] = _ = mugs\n", "units.txt")
    slashes = [data.draw(st.sampled_from(["/", " / ", " per ", " PER ", "  per "])) for _ in below]
    terms = [data.draw(st.sampled_from([term, f"({term})", term.replace(" ", "*")])) for term in below]
    written = "*".join(over) + "".join(slash + term for slash, term in zip(slashes, terms, strict=True))
    right = units.Unit("")
    for term in over:
        right *= units.parse_units(term)
    for term in below:
        right /= units.parse_units(term)
    assert parse_unit(written, units) == right


@pytest.mark.parametrize("text", ["cup per 1,000 days", "cup per 1000 days", "cup/1,000,000 day", "cup / 1e3 days"])
def test_a_number_in_a_rate_is_asked_for_by_its_name(text):
    with pytest.raises(NumberError, match="the number 1,0|a number that multiplies the unit") as raised:
        parse_unit(text, registry_of_text(UNITS, "units.txt"))
    assert "USD per thousand seats" in raised.value.problems[0].remedy


@pytest.mark.parametrize(
    "line",
    [
        "mug = 9**9**9",
        "mug = cup/thousand day",
        "mug = cup per thousand days",
        "mug = cup**9**9**9",
        f"mug = {'9' * 100_000}",
        f"mug = {'(' * 100_000}",
        "mug = 1 = " + " = ".join(f"name{count}" for count in range(5000)),
        "@import other = x",
        "= cup",
        "mug =",
        "mug = cup = _ =",
        "two words = cup",
        "mug = 3 * cup; offset: 5",
        "mug = cup + 2",
    ],
    ids=lambda line: line[:20],
)
def test_a_line_that_cannot_be_worked_out_is_named_at_once(line):
    start = time.process_time()
    with pytest.raises(ToolkitError) as raised:
        registry_of_text(UNITS + line + "\n", "units.txt")
    (problem,) = raised.value.problems
    assert problem.where == "units.txt, line 4" and len(str(raised.value)) < 500
    assert wrong_in_definition(line) in problem.found and time.process_time() - start < 1
