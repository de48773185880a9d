"""Printed steps: whatever a page prints as a step comes to what it prints as the result, worked out from the words."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import assume as given_that
from hypothesis import strategies as st

from tests import counts
from tests.site import sample_story
from tests.site.printed_steps import (
    CHANGED,
    OF_MANY,
    SIZES,
    TIMES,
    Listed,
    NotRead,
    Step,
    amount,
    read_head,
    read_line,
    read_step,
    sums_in,
)
from tests.site.steps_on_pages import steps_of
from toolkit.core import number_functions
from toolkit.core.errors import NumberError
from toolkit.core.kind import Kind
from toolkit.core.number import Number, leaf
from toolkit.core.project import find_project
from toolkit.core.unit import convert_value, parse_unit, registry, singular_and_plural, unit_text, unit_without_scales
from toolkit.core.wording import Style
from toolkit.site.equations import equation, step

pytestmark = pytest.mark.heavy

ROOT = Path(__file__).parents[2]
REPORTS = ROOT / "reports"
UNITS = registry(find_project(ROOT).data / "units.txt")


def number(low, high=None, unit="1", kind=Kind.REPORTED):
    return leaf(low, low if high is None else high, parse_unit(unit, UNITS), kind, f"figure:s#{low}-{high}-{unit}", "x")


# the reader finds what is false


@pytest.mark.parametrize(
    "line",
    [
        "$250,000 ÷ $691.14 = 30.14",
        "3T ÷ 3,200T = 0.0285",
        "$173bn ÷ $160bn = 1.07202468",
        "69m ÷ 7m = 9.858",
        "$250,000 a year ÷ $691.14 a month = 361.7",
        "$5,000 a year = $416.70 a month",
        "$0.000005 per token = $5",
        "60.2T a day × $15 per million tokens = $903bn a day",
        "$52.38 a month ÷ 51m a month = $1.027",
        "($1–2) + $3 = $4–6",
        "(1–2%) × (3–4) = 3–9%",
        "2² = 5",
        "−5² = 25",
        "log(2) = 0.6932",
        "1 − 10% = 9%",
        "from 1 to 2–3 = 1–2",
        "210bn a week × 1 = 210bn",
        "($4 + $6) ÷ 2 = $6",
        "normal density at −1 to 1 = 0.2420",
        "(0.1–5) ÷ (20.921–87.888), narrowed to 0.1–19.36%, for an input stands in it twice",
        "11,450 to 20,280 million tokens a month = 11.45bn–20.29bn a month",
        "1,000,000 + 1 = 1,000,100",
        "shift at which a normal tail is 2.091 times its opposite, edge 0.8416 = 0.2633",
        "3 a day + 4 a week = 7 a day",
    ],
)
def test_a_false_step_is_found(line):
    try:
        assert read_step(line).wrong
    except NotRead as error:
        assert "periods" in str(error)


@pytest.mark.parametrize(
    "line",
    [
        "69m ÷ 7m = 9.857",
        "$250,000 a year ÷ $8,293.68 a year = 30.14",
        "3T a day ÷ 105.1T a day = 2.854%",
        "$5,000 a year = $416.67 a month",
        "$0.000005 per token = $5 per million tokens",
        "60.2T a day × $15 per million tokens = $903m a day",
        "$52.38 a month ÷ 51m a month = $1.027 per million tokens",
        "$25 per million tokens ÷ $0.50 per million tokens = 50",
        "the high end of <0.01–16% = 16%",
        "(−5)² = 25",
        "−(1–2) = −2 to −1",
        "3 − (−5) = 8",
        "from (−5 to −4) to (1 to 2) = −5 to 2",
        "least to greatest of $105bn, $114–145bn = $105–145bn",
        "(1–2)³ = 1–8",
        "√2 = 1.414",
        "(5 a week)² = 25 a week²",
        "5 a week × 3 weeks = 15",
        "45% − 40% = 5 points",
        "share of a normal distribution below 0 = 50%",
        "normal density at −1 to 2 = 0.05399–0.3989",
        "exp(0–1) = 1–2.718",
        "60 a quarter ÷ 12 a year = 20",
        "3 watt hours = 10,800 joules",
        "normal quantile of 97.5% = 1.960",
        "from $40–116m to $551.8m–$2.4bn = $40m–$2.4bn",
        "1 ÷ (2.6–12%) = 8.333–38.46",
        "x as 3, 4 or 5–6 = 3–6",
    ],
)
def test_a_true_step_holds(line):
    found = read_step(line)
    assert found.checked and not found.wrong


@pytest.mark.parametrize(
    "line, form",
    [
        ("16 figures added up = $376.051bn; “cash” in the answer to capex_periods", "N figures added up"),
        (
            "count of distinct claims in 74 figures = 21; “shared claims” in the answer to s",
            "count of distinct claims in N figures",
        ),
        ("“capex” worked out in SQL: $5bn", "worked out in SQL"),
    ],
)
def test_what_the_words_do_not_list_is_not_called_checked(line, form):
    assert read_step(line) == Step(line.partition(";")[0], form, False)


@pytest.mark.parametrize("line", ["as above", "69m ÷ 7m", "a ÷ b = 3", "69m ÷ 7m: 9.857", "9 apples of 7 = 3", "3 = x"])
def test_what_is_no_step_is_refused(line):
    with pytest.raises(NotRead):
        read_step(line)


# steps of generated numbers


PERIODS = ("second", "minute", "hour", "day", "week", "month", "quarter", "year", "thirty_day_period")
COUNTED = sorted(
    name
    for name in UNITS._units
    if name.isidentifier()
    and not parse_unit(name, UNITS).dimensionless
    and name not in (*PERIODS, "million_tokens", "gpu_hour")  # "3 million tokens" is 3,000,000 and a scale
)
OTHERS = {
    "USD/token": "USD/million_tokens",
    "USD/million_tokens": "USD/token",
    "watt_hour": "joule",
    "joule": "watt_hour",
    "kilowatt": "watt",
    "watt": "gigawatt",
    "million_tokens": "token",
    "token": "million_tokens",
    "engineer": "developer",
    "1": "percent",
}

plain_values = st.builds(lambda digits, power: float(f"{digits}e{power}"), st.integers(1, 99999), st.integers(-8, 9))
long_values = st.floats(1e-6, 1e12)
values = plain_values | plain_values | long_values
signs = st.sampled_from([1, 1, 1, 1, -1])


@st.composite
def leaves(draw, unit):
    low = draw(values) * draw(signs)
    high = low + abs(low) * draw(st.sampled_from([0, 0, 0.1, 0.5, 2.5]))
    high = float(f"{high:.4g}") if draw(st.booleans()) else high
    return number(*sorted((low, high)), unit)


@st.composite
def units(draw):
    top = draw(st.sampled_from(["1", "percent", "multiple", "USD", "million USD", "token", "billion token", *COUNTED]))
    unit = top
    if draw(st.booleans()):
        unit += "/" + draw(st.sampled_from(["token", "pr", "developer", "GPU_hour", "million_tokens"]))
    if draw(st.booleans()):
        unit += "/" + draw(st.sampled_from(PERIODS))
    return unit


STEPS = (
    lambda a, b, c: a + b,
    lambda a, b, c: a - b,
    lambda a, b, c: a * b,
    lambda a, b, c: a / b,
    lambda a, b, c: -a,
    lambda a, b, c: a**2,
    lambda a, b, c: a**3,
    lambda a, b, c: 1 / a,
    lambda a, b, c: a + a,
    lambda a, b, c: a / (b + c),
    lambda a, b, c: 1 - a / b,
    lambda a, b, c: (a - b) / a,
    lambda a, b, c: a * (b - c),
    lambda a, b, c: (a / b).percent,
    lambda a, b, c: (a / b).times,
    lambda a, b, c: (a / b).percent - (b / a).percent,
    lambda a, b, c: (a + b).digits(3),
    lambda a, b, c: (a * b).digits(5),
    lambda a, b, c: number_functions.total([a, b, c]),
    lambda a, b, c: number_functions.total([a, b], less=[c]),
    lambda a, b, c: number_functions.mean([a, b, c]),
    lambda a, b, c: number_functions.mean([a]),
    lambda a, b, c: number_functions.least_to_greatest([a, b, c]),
    lambda a, b, c: number_functions.span(a, b),
    *(
        lambda a, b, c, rule=rule: rule(a)
        for rule in (
            number_functions.low_end,
            number_functions.high_end,
            number_functions.log,
            number_functions.exp,
            number_functions.root,
            number_functions.normal_below,
            number_functions.normal_quantile,
            number_functions.normal_density,
        )
    ),
)


@st.composite
def numbers(draw):
    """A few leaves of one unit, plain ones and times, and what up to five steps make of them."""
    unit = draw(units())
    pool = [draw(leaves(unit)), draw(leaves(unit)), draw(leaves("1")), draw(leaves(draw(st.sampled_from(PERIODS))))]
    for _ in range(draw(st.integers(1, 5))):
        rule = draw(st.sampled_from(STEPS))
        parts = [draw(st.sampled_from(pool)) for _ in range(3)]
        with contextlib.suppress(NumberError):
            pool.append(rule(*parts))
    made = [one for one in pool if one.inputs and _is_readable(one.low) and _is_readable(one.high)]
    given_that(made)
    return made


def _is_clear(number: Number) -> bool:
    """ "−5,000 to 3 million tokens" may be 5,000 of them or 5,000 tokens."""
    return number.unit._units.get("million_tokens", 0) <= 0 or number.low > -1000


def _is_readable(end: float) -> bool:
    return not end or 1e-30 < abs(end) < 1e30


@st.composite
def conversions(draw):
    """A quantity in another unit of its dimension."""
    if draw(st.booleans()):
        unit = draw(st.sampled_from(sorted(OTHERS)))
        made = draw(leaves(unit)).to(OTHERS[unit])
        given_that(_is_clear(made) and all(map(_is_clear, made.inputs)))
        return made
    top, old, new = draw(units()).partition("/")[0], *(draw(st.sampled_from(PERIODS)) for _ in range(2))
    given_that(old != new)
    over = draw(st.booleans())
    return draw(leaves(f"{top}/{old}" if over else old)).to(f"{top}/{new}" if over else new)


def as_read(number: Number, value: float, sizes: bool) -> Fraction:
    """A value of a number in the terms of the reader: in seconds, and in watts or tokens where the unit is changed."""
    plain = unit_without_scales(number.unit)
    found = Fraction(convert_value(value, number.unit, plain))
    for name, power in plain._units.items():
        one = singular_and_plural(name, UNITS)[0].replace("thirty day period", "thirtydays")
        if one in TIMES:
            found *= Fraction(TIMES[one]) ** int(power)
        elif sizes:
            found *= Fraction(SIZES.get(one, 1)) ** int(power)
    return found


def holds(number: Number) -> Step:
    """Reads both ways of printing a step, and compares the result with the number itself."""
    said = equation(number)
    found = read_step(said)
    assert found.checked and not found.wrong, (said, found.wrong)
    result = said.rpartition(" = ")[2].rpartition("narrowed to ")[2].partition(", for")[0]
    printed = amount(result, 4)
    size = printed.size if number.operation.name == "convert" or OF_MANY in result else 1
    for end, shown, last in zip((number.low, number.high), (printed.low, printed.high), printed.steps, strict=True):
        value = as_read(number, end, number.operation.name == "convert")
        assert abs(value - shown * size) <= last * size / 2 + abs(value) * Fraction(1, 10**11), (said, end)
    if number.unit._units.get("million_tokens", 0) <= 0:  # "3 million tokens" may be 3 of that unit or 3,000,000
        line = read_line(str(number), step(number), number.operation.name == "convert")
        assert not line.wrong, (line.line, line.wrong)
    return found


many = settings(
    max_examples=counts.examples(60), suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)


@given(numbers())
@many
def test_the_step_of_any_number_comes_to_it_as_printed(made):
    for one in made:
        holds(one)


@given(conversions())
@many
def test_a_quantity_in_another_unit_is_the_same_quantity_as_printed(made):
    if not equation(made):  # a price, and a million of them, are printed alike in both
        units = {str(made.unit), str(made.inputs[0].unit)}
        assert units in ({"USD / token", "USD / million_tokens"}, {"token", "million_tokens"})
    else:
        assert holds(made).form == CHANGED


@given(
    st.lists(plain_values.map(lambda value: number(value, unit="USD")), min_size=9, max_size=30)
)  # with ten taken off 40: as many as are listed
@settings(max_examples=counts.examples(20))
def test_what_a_step_says_in_a_number_is_listed_with_its_result(parts):
    less = parts[: len(parts) // 3]
    for one in (number_functions.total(parts), number_functions.total(parts, less=less), number_functions.mean(parts)):
        assert "figures" in step(one) and holds_listed(one).form in ("sum", "ratio")
    assert holds_listed(number_functions.least_to_greatest(parts)).form == "least to greatest"


def holds_listed(number: Number) -> Step:
    found = read_step(equation(number))
    assert found.checked and not found.wrong, (found.line, found.wrong)
    return found


def test_a_step_with_more_inputs_than_are_listed_says_how_many():
    parts = [number(value, unit="USD") for value in range(1, 42)]
    assert read_step(equation(number_functions.total(parts))).form == "N figures added up"
    assert (
        read_step(equation(number_functions.total(parts[1:], less=parts[:1]))).form == "N figures added up, N taken off"
    )
    assert read_step(equation(number_functions.mean(parts))).form == "mean of N figures"
    assert not read_step(equation(number_functions.least_to_greatest(parts))).checked


@pytest.mark.parametrize(
    ("line", "holds"),
    [
        ("count of 3 figures = 3", True),
        ("count of 3 figures = 2", False),
        ("count of 4 figures = 4", False),
        ("count of distinct sources in 3 figures = 2", True),
        ("count of distinct sources in 3 figures = 3", False),
        ("count of distinct publishers in 3 figures = 1", True),
        ("count of distinct publishers in 3 figures = 2", False),
        ("count of distinct claims in 3 figures = 2", True),
        ("count of distinct claims in 3 figures = 3", False),
    ],
)
def test_a_count_is_that_of_the_figures_that_are_listed_below_it(line, holds):
    below = Listed(3, frozenset({"The Paper"}), frozenset({"#s-paper-may", "#s-paper-june"}), 2)
    found = read_step(line, below)
    assert (found.checked, bool(found.wrong)) == (True, not holds)


@pytest.mark.parametrize(
    ("line", "holds"),
    [
        ("count of distinct claims in 3 figures = 2", True),
        ("count of distinct claims in 3 figures = 4", False),
        ("3 figures added up = $7", True),
        ("2 figures added up, 1 taken off = $7", True),
        ("12 figures added up = $7", False),
    ],
)
def test_of_what_is_not_listed_the_number_of_figures_is_held_against_the_list(line, holds):
    found = read_step(line, Listed(3, frozenset({"The Paper"}), frozenset({"#s-paper"})))
    assert (found.checked, bool(found.wrong)) == (False, not holds)


def test_an_interval_of_wilson_is_worked_out():
    said = "Wilson's interval for 12 people, coverage 90%, around 100%"
    assert (read_step(f"{said}: 81.60–100.0%").wrong, read_line("82% to 100%", said).wrong) == ("", "")
    assert read_step(f"{said}: 82.60–100.0%").wrong and read_head("83% to 100%", said).wrong
    assert read_step("Wilson's interval for 40 people, coverage 95%, around 25%: 14.19–40.19%").wrong == ""


def test_combinations_are_as_many_as_their_options_make():
    said = "the combinations of 4 × 2 × 3 options of 1–2%"
    assert read_step(f"{said}: 24").checked and not read_step(f"{said}: 24").wrong and not read_head("24", said).wrong
    assert read_step(f"{said}: 25").wrong and read_line("23", said).wrong


def test_a_figure_alone_has_no_step():
    assert (equation(number(3)), step(number(3))) == ("", "")


def test_what_differs_in_the_last_digit_is_printed_to_it():
    """Nothing is called narrowed because its inputs were cut short."""
    big, one = number(9007199254740992), number(9007199254740990)
    assert equation(big - one) == "9,007.199254740992T − 9,007.19925474099T = 2"
    third = number(1) / number(3)
    rest = third - number(0.333333333333)
    assert "narrowed" not in equation(rest) and not read_step(equation(rest)).wrong
    total = number(1e18) + number(128)
    assert "narrowed" not in equation(total - number(1e18)) and not read_step(equation(total - number(1e18))).wrong


def test_a_short_result_of_a_long_input_does_not_print_all_digits_of_it():
    assert equation(number(903) / (number(903) / number(5.4970125))) == "903 ÷ 164.27 = 5.497"


def test_a_difference_of_percentages_in_percent_is_not_called_narrowed():
    made = (given_share(45) - given_share(40)).to("percent")
    assert (str(made), step(made), equation(made)) == ("5 percentage points", "", "")
    assert equation(made.inputs[0]) == "45% − 40% = 5 points"


def given_share(value):
    return leaf(value, value, parse_unit("percent"), Kind.REPORTED, f"figure:a#b{value}", "")


def test_a_step_that_is_narrowed_says_so_with_and_without_its_result():
    x = number(1, 3)
    made = (x + number(2)) / (x + number(5))
    assert equation(made).endswith("for an input stands in it twice") and ", narrowed to " in equation(made)
    assert step(made).endswith(", narrowed, for an input stands in it twice")


# steps of pages


FINDING = re.compile(r"Finding \S+ = (.+?) \((.+)\), [\w -]+")
SAID = "p, li, td, th, dd, dt, h1, h2, h3, h4, figcaption, caption, summary, text, title, desc"
ELSEWHERE = "aside.receipt, ol.lines, ul.small, pre, style, del, .cite"  # read by steps_of, or no words of ours


def sums_of(page: str) -> list[Step]:
    """Every sum in the other words of a page: sentences, tables, labels and alt texts of charts, how it is cited."""
    soup = BeautifulSoup(page, "lxml")
    cited = [FINDING.fullmatch(line.get_text()) for line in soup.select(".cite .muted")]
    found = [read_line(value, said) for value, said in (match.groups() for match in cited if match)]
    texts = [*_strings(soup)]
    for apart in soup.select(ELSEWHERE):
        apart.decompose()
    texts += [one.get_text() for one in soup.select(SAID)]
    texts += [one[name] for name in ("alt", "aria-label") for one in soup.select(f"[{name}]")]
    return [*found, *(step for text in dict.fromkeys(texts) for step in sums_in(" ".join(text.split())))]


def _strings(soup: BeautifulSoup) -> Iterator[str]:
    """The texts in the JSON of a page: tooltips and titles of interactive charts."""
    waiting = [json.loads(one.string) for one in soup.select('script[type$="json"]') if one.string]
    waiting += [
        json.loads(gzip.decompress(base64.b85decode(one.string)))
        for one in soup.select('#specification[type="application/gzip"]')
    ]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, dict) and one.get("@type") != "CorrectionComment":  # which says what was false
            waiting += one.values()


@pytest.mark.parametrize(
    ("text", "forms", "holds"),
    [
        ("Heavy users took 69m ÷ 7m = 9.9 times as many", ["ratio"], True),
        ("Heavy users took 69m ÷ 7m = 9.8 times as many", ["ratio"], False),
        ("a month at the price: 60T × $0.68 per million tokens = $41m", ["product"], True),
        ("$250,000 a year ÷ $8,293.68 a year = 30", ["ratio"], True),
        ("$250,000 a year ÷ $691.14 a month = 362", ["ratio"], False),
        ("$5,000 a year = $417 a month (rounded), and (1–2%) × 3 = 3–6%", [CHANGED, "product"], True),
        ("Of 349 people, r = 0.20 and n = 46", [], True),
        ("2 of 3, which is 67%", [], True),
    ],
)
def test_a_sum_in_a_sentence_is_found_and_worked_out(text, forms, holds):
    found = list(sums_in(text))
    assert [step.form for step in found] == forms
    assert any(step.wrong for step in found) is not holds


@pytest.mark.parametrize(
    "where",
    [
        "<table><caption>{}</caption></table>",
        "<table><tr><td>{}</td></tr></table>",
        "<figure><svg><text>{}</text></svg></figure>",
        "<svg><desc>{}</desc></svg>",
        '<svg role="img" aria-label="{}"></svg>',
        '<img alt="{}">',
        '<script type="application/json">[{{"tooltip": ["{}"]}}]</script>',
        '<p class="cite"><span class="muted">Finding tea.x = 9.8 times (69m ÷ 7m), computed</span></p><p>{}</p>',
    ],
)
def test_a_false_sum_is_found_wherever_it_stands(where):
    page = f"<!doctype html><html><body>{where.format('69m ÷ 7m = 9.8')}</body></html>"
    assert [step.wrong for step in sums_of(page)] and all(step.wrong for step in sums_of(page))
    assert sums_of(page.replace("9.8", "9.9")) and not any(step.wrong for step in sums_of(page.replace("9.8", "9.9")))


def test_every_step_of_a_page_holds(tmp_path):
    page = sample_story.make(tmp_path).page.html
    found = steps_of(page)
    assert [step for step in found if step.wrong] == []
    assert {step.form for step in found if step.checked} == {"ratio", "log"} and len(found) >= 8
    assert all(step.checked for step in found)


def test_a_page_with_a_changed_result_does_not_pass(tmp_path):
    page = sample_story.make(tmp_path).page.html
    assert "31 a week ÷ 9 a week = 3.444" in page
    assert [step.line for step in steps_of(page.replace("= 3.444", "= 3.445")) if step.wrong]
    assert [step.line for step in steps_of(page.replace("31 a week ÷ 9 a week", "31 a week ÷ 8 a week")) if step.wrong]


# What nobody can work out from the words and files of the edition, by why: how often at most. `verify` runs all again.
OF_LOGS = "counted in usage logs of millions of simulated events, which an edition does not hold"
DRAWN = "drawn at random, from a seed that is printed"
MANY = (
    "thousands of results, none printed; an archive's script and recheck.html work out the least, the greatest, a share"
)
UNCHECKED = {
    OF_LOGS: {"question": 61, "sum of ": 28, "worked out in SQL": 13, "in synthetic-none": 8, "in the usage log": 2},
    DRAWN: {"draws": 10, "with the most tokens over": 9},
    MANY: {"combinations": 7},
}
FORMS = {
    "sum",
    "product",
    "ratio",
    "power",
    "log",
    "exp",
    CHANGED,
    "from … to …",
    "normal below",
    "normal density",
    "normal quantile",
    "least to greatest",
    "narrowed",
    "tail shift",
    "high end",
    "Wilson",
    "count of N figures",
    "count of distinct sources in N figures",
    "count of distinct publishers in N figures",
    "count of distinct claims in N figures",
    "combinations counted",
    "rows of a dataset",
    "all rows of a dataset",
    "rows of a table",
}


@pytest.mark.slow
def test_every_step_of_the_edition_holds():
    texts = {file.name: file.read_text(encoding="utf-8") for file in sorted(REPORTS.glob("*.html"))}
    pages = {name: steps_of(text, beside_in(texts, name)) for name, text in texts.items()}
    own = {name for name in pages if name not in ("index.html", "recheck.html") and not name.startswith("claims")}
    stories = {name: found for name, found in pages.items() if name in own and not name.endswith("-annex.html")}
    assert len(stories) >= 8 and all(found for found in stories.values())
    found = [step for steps in pages.values() for step in steps]
    further = [step for file in REPORTS.rglob("*.html") for step in sums_of(file.read_text(encoding="utf-8"))]
    assert [(step.line, step.wrong) for step in further if step.wrong] == [] and len(further) >= 5
    assert [(step.line, step.wrong) for step in found if step.wrong] == []
    forms = Counter(step.form for step in found if step.checked)
    assert forms.keys() >= FORMS and forms.total() >= 500, forms
    left = Counter(re.sub("^question .*", "question", step.form) for step in found if not step.checked)
    known = Counter({form: count for forms in UNCHECKED.values() for form, count in forms.items()})
    assert left <= known, left - known


def beside_in(texts: Mapping[str, str], name: str) -> list[str]:
    """The text of a story's annex, or of an annex's story."""
    other = name.replace("-annex.html", ".html") if "-annex" in name else name.replace(".html", "-annex.html")
    return [texts[other]] if other in texts else []


def test_units_that_a_step_leaves_out_are_those_that_it_does_not_change():
    assert equation(number(60, unit="token/week") * number(3, unit="week")) == "60 a week × 3 weeks = 180"
    assert equation(number(250000, unit="USD/year").to("USD/month")) == "$250,000 a year = $20,830 a month"
    assert unit_text((number(2, unit="token/week") ** 2).unit) == "token**2/week**2"
    assert equation(number(2, unit="token/week") ** 2) == "(2 a week)² = 4 a week²"
    assert equation(number(-2) ** 2) == "(−2)² = 4" and equation(number(1, 2) ** 2) == "(1–2)² = 1–4"
    assert equation(number(3) - number(-2)) == "3 − (−2) = 5" and equation(-number(-2)) == "−(−2) = 2"


def test_a_price_of_one_token_is_written_for_a_million():
    price = number(0.000015, unit="USD/token")
    assert step(number(60.2e12, unit="token/day") * price) == "60.2T a day × $15 per million tokens"
    assert equation(price.to("USD/million_tokens")) == ""
    assert step(number(0.015, unit="USD/token") * number(2)) == "$0.015 × 2"


def test_a_least_end_next_to_nothing_is_not_written_out_where_the_result_does_not_need_it():
    share = number_functions.span(number(0.0000019882451247), number(0.16)).percent.digits(2)
    assert step(number_functions.high_end(share)) == "the high end of <0.01–16%"
    assert step(number_functions.low_end(share)) == "the low end of 0.0002–16%"


def test_a_style_does_not_change_what_a_step_comes_to():
    share, other = (replace(number(value), style=Style("percent")) for value in (0.45, 0.4))
    assert equation(share - other) == "45% − 40% = 5 points"
