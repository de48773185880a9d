"""How numbers are written, by house style, in English and in one more locale."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.core.currency import CURRENCIES
from toolkit.core.errors import ToolkitError
from toolkit.core.kind import Kind
from toolkit.core.locales import LOCALES
from toolkit.core.number import leaf
from toolkit.core.operation import PRIMITIVES, operation
from toolkit.core.unit import parse_unit, registry
from toolkit.core.wording import SCALES, Style, publisher_lines, round_to, wording_of, written_date


def number(low, high=None, unit="USD", **style):
    return leaf(low, low if high is None else high, parse_unit(unit), Kind.REPORTED, "figure:a#b", "", Style(**style))


@pytest.mark.parametrize(
    ("made", "written", "short"),
    [
        (number(650, 700, "billion USD"), "$650bn to $700bn", "$650–700bn"),
        (number(995, 1005, "billion USD"), "$995bn to $1.005tn", "$995bn–$1.005tn"),
        (number(60.2, unit="trillion token"), "60.2 trillion tokens", "60.2T"),
        (number(11, 20e6, unit="token"), "11 to 20,000,000 tokens", "11–20,000,000"),
        (number(19, 20e9), "$19 to $20,000,000,000", "$19–20,000,000,000"),
        (number(3, 4.5e6, unit="1", form="times"), "3 to 4,500,000 times", "3–4,500,000×"),
        (number(-750, 1.125e6, unit="token"), "−750 to 1,125,000 tokens", "−750 to 1,125,000"),
        (number(0, 20, unit="million token"), "0 to 20 million tokens", "0–20m"),
        (number(900_000, 2e9, unit="token"), "900,000 to 2 billion tokens", "900,000–2bn"),
        (number(69, unit="million token/pr"), "69 million tokens per merged request", "69m"),
        (number(51, unit="million token/month"), "51 million tokens a month", "51m"),
        (number(0.28, unit="USD/pr"), "$0.28 per merged request", "$0.28"),
        (number(1.5), "$1.50", "$1.50"),
        (number(1822, unit="USD/quarter"), "$1,822 a quarter", "$1,822"),
        (number(79.217, digits=2), "$79", "$79"),
        (number(9.857142, unit="1", form="times", digits=2), "9.9 times", "9.9×"),
        (number(607.3333, unit="1", form="times", digits=2), "610 times", "610×"),
        (number(0.77, unit="1", form="percent"), "77%", "77%"),
        (number(10, unit="multiple", form="times", words=True), "ten times", "ten×"),
        (number(12, words=True), "$12", "$12"),
        (number(9.96, unit="USD/month", digits=2, words=True), "$10 a month", "$10"),
        (number(-4.5, unit="percent", form="percent"), "−4.5%", "−4.5%"),
        (number(1, unit="token"), "1 token", "1"),
        (number(7548, unit="developer", bare=True), "7,548", "7,548"),
        (number(0.0004), "$0.0004", "$0.0004"),
        (number(2.5678), "$2.5678", "$2.5678"),
        (number(0.00069114, digits=2), "$0.00069", "$0.00069"),
        (number(0.025, digits=2), "$0.025", "$0.025"),
        (number(0.0984, digits=2), "$0.098", "$0.098"),
        (number(0.03, digits=2), "$0.03", "$0.03"),
        (number(0.284, digits=2), "$0.28", "$0.28"),
        (number(5.0, digits=2), "$5", "$5"),
        (number(5.12, digits=2), "$5.12", "$5.12"),
        (number(5e9, digits=2), "$5bn", "$5bn"),
        (number(1.7, 5, "USD/gpu_hour"), "$1.70 to $5.00 per GPU hour", "$1.70–5.00"),
        (number(-5, -3, "million USD"), "−$5m to −$3m", "−$5m to −$3m"),
        (number(-5, 3, "million USD"), "−$5m to $3m", "−$5m to $3m"),
        (number(0.996, unit="1", form="percent", digits=2), "99.6%", "99.6%"),
        (number(0.99996, unit="1", form="percent", digits=2), "99.996%", "99.996%"),
        (number(1.003, unit="1", form="percent", digits=2), "100.3%", "100.3%"),
        (number(1, unit="1", form="percent", digits=2), "100%", "100%"),
        (number(0.05, unit="1", form="points", digits=2), "5 percentage points", "5 points"),
        (number(-0.01, unit="1", form="points", digits=2), "−1 percentage point", "−1 point"),
        (number(-0.01, 0.01, unit="1", form="points", digits=2), "−1 to 1 percentage points", "−1 to 1 points"),
        (number(2, unit="day/week"), "2 days a week", "2"),
        (number(-1, unit="developer"), "−1 developer", "−1"),
        (number(140, unit="hour*developer"), "140 developer hours", "140"),
        (number(35, unit="percent", form="percent"), "35%", "35%"),
        (number(57, 72, unit="percent", form="percent"), "57% to 72%", "57–72%"),
        (number(2e-6, 0.16, unit="1", form="percent", digits=2), "0.0002% to 16%", "<0.01–16%"),
        (number(0.005, unit="percent", form="percent"), "0.005%", "0.005%"),
        (number(0.85, 1.15, unit="1", form="percent", digits=3), "85% to 115%", "85–115%"),
        (number(5, unit="USD/million token"), "$0.000005 per token", "$0.000005"),
    ],
)
def test_house_style(made, written, short):
    assert str(made) == written
    assert made.short == short


@pytest.mark.parametrize(
    ("made", "written"),
    [
        (number(650, 700, "billion USD"), "650 Mrd. $ bis 700 Mrd. $"),
        (number(9.857142, unit="1", form="times", digits=2), "9,9-mal"),
        (number(1, unit="billion"), "1 Milliarde"),
        (number(1, 2, unit="million"), "1 Million bis 2 Millionen"),
        (number(1822), "1.822 $"),
        (number(0.125, unit="1", form="percent"), "12,5 %"),
        (number(0.05, unit="1", form="points"), "5 Prozentpunkte"),
    ],
)
def test_another_locale(made, written):
    assert wording_of(made.low, made.high, made.unit, made.style, LOCALES["de"]).prose == written


def test_a_number_is_in_the_language_of_the_project_that_defines_its_unit(sample):
    (sample.root / "pyproject.toml").write_text('[tool.toolkit]\nlanguage = "de"\n', encoding="utf-8")
    units = "million = 1e6\nday = [time] = _ = Tag = Tage\ncup = [cup] = _ = Tasse = Tassen\n"
    (sample.data / "units.txt").write_text(units, encoding="utf-8")
    units = registry(sample.data / "units.txt")
    assert str(leaf(1.5, 69, parse_unit("million cup/day", units), Kind.REPORTED, "", "")) == (
        "1,5 Millionen bis 69 Millionen Tassen je Tag"
    )


def test_a_language_that_there_is_not_is_refused(sample):
    (sample.root / "pyproject.toml").write_text('[tool.toolkit]\nlanguage = "tlh"\n', encoding="utf-8")
    with pytest.raises(ToolkitError, match=r"language: 'tlh'\n    allowed: en, de"):
        registry(sample.data / "units.txt")


@pytest.mark.parametrize(
    ("language", "sign", "written"),
    [("en", "$", "−$5m"), ("en", "CHF", "−CHF\u00a05m"), ("de", "€", "−5 Mio. €"), ("de", "CHF", "−5 Mio. CHF")],
)
def test_a_sign_of_letters_keeps_apart_from_digits_after_it(language, sign, written):
    assert LOCALES[language].with_sign("−", sign, "5", LOCALES[language].money_scales["million"]) == written


@pytest.mark.parametrize("code", [code for code in LOCALES if code != "en"])
def test_kinds_currencies_and_steps_have_words_in_every_language(code):
    asked = {word for kind in Kind for word in (kind.label, kind.mark)}
    asked |= {currency.words for currency in CURRENCIES.values()}
    told = {"signs": "++", "count": 2, "unit": "cup", "power": 2, "of": "source", "said": "", "column": "a", "how": "b"}
    for primitive in PRIMITIVES.values():
        made = operation(primitive.name, question="c", sha="d", all=2, rows=2, where="e", **told)
        primitive.words(made, ["x", "y"], lambda english: asked.add(english) or english)
        asked.add(primitive.words_for_many)
    signs = {"", "{0} in {unit}", "{0} ÷ {1}", "log({0})", "exp({0})"}
    assert asked - signs <= LOCALES[code].words.keys()


def test_dates_and_sources_in_another_locale():
    dates, german = ["2026-02-07", "2026-04", "2026-12-01"], LOCALES["de"]
    assert [written_date(date, german) for date in [*dates, None]] == [
        "7. Februar 2026",
        "April 2026",
        "1. Dezember 2026",
        "ohne Datum",
    ]
    papers = [("Blatt", date) for date in dates]
    assert publisher_lines(papers, german) == ["Blatt, 7. Februar bis 1. Dezember 2026 (3 Quellen)"]
    assert publisher_lines(papers[:2], german) == ["Blatt, 7. Februar und April 2026"]


@given(st.floats(1e-6, 1e15), st.integers(1, 6))
def test_rounding_is_to_significant_figures_and_close(value, digits):
    rounded = float(round_to(value, digits))
    assert abs(rounded - value) <= 0.51 * 10 ** (math.floor(math.log10(value)) - digits + 1)


# the mean of $4 and $6 is $5, a price near a whole amount keeps its cents beside others
NEAR_WHOLE = {1.0: "$1", 1.04: "$1.04", 1.05: "$1.05", 2.98: "$2.98", 3.997: "$4", 5.0: "$5", 0.998: "$1", 9.96: "$10"}


def test_a_price_near_a_whole_amount_keeps_its_cents():
    assert {value: str(number(value, digits=2)) for value in NEAR_WHOLE} == NEAR_WHOLE
    assert str(number(1.04, digits=1)) == "$1"


@given(st.floats(1, 1e14), st.booleans())
def test_no_chart_label_says_giga(value, money):
    made = number(value, unit="USD" if money else "token")
    assert "G" not in wording_of(made.low, made.high, made.unit, made.style).short


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (["2026-04-15"], "15 April 2026"),
        ([None], "undated"),
        (["2026-02", "2026-04-29"], "February and 29 April 2026"),
        (["2025-10-29", "2026-07-29"], "29 October 2025 and 29 July 2026"),
        (["2025", "2026-01", "2026-07", None], "2025 to July 2026 (4 sources)"),
        (["2026-01-28", "2026-04-29", "2026-07-29"], "28 January to 29 July 2026 (3 sources)"),
        (["2026-02-07", "2026-02-07"], "7 February 2026 (2 sources)"),
        (["2026-05", None], "May 2026 (2 sources)"),
    ],
)
def test_the_sources_of_one_publisher_share_a_line(dates, said):
    assert publisher_lines([("Paper", date) for date in dates] + [("Other", "2026")]) == [
        f"Paper, {said}",
        "Other, 2026",
    ]


def test_each_language_has_words_for_every_scale():
    for locale in LOCALES.values():
        for words in (locale.scales, locale.single_scales, locale.short_scales, locale.money_scales):
            assert words.keys() == SCALES.keys(), locale.code
