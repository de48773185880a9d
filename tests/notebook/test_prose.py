"""Prose: which numbers count as typed, which words may carry digits, and what `say` takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit import assume, say
from toolkit.core.errors import StoryError, ToolkitError
from toolkit.core.kind import Kind
from toolkit.core.project import Project
from toolkit.database.open import open_database
from toolkit.notebook.prose import (
    allowed_names,
    expressions,
    roles,
    split_source,
    to_text,
)
from toolkit.notebook.typed_numbers import typed_in_words, typed_numbers

NAMES = ("Brewer 3000", "GPT-5", "GPT-5.5", "H100", "10-K")


@pytest.mark.parametrize(
    "text, typed",
    [
        ("They use 3.5 cups.", "3.5"),
        ("a rise of 12%", "12%"),
        ("12,000 developers", "12,000"),
        ("$650bn", "$650bn"),
        ("(10x)", "10x"),
        ("the p90 developer", "p90"),
        ("2026%", "2026%"),
        ("$2026", "$2026"),
        ("2,026 people", "2,026"),
        ("2026,000", "2026,000"),
        ("1.2026", "1.2026"),
        ("2024 tokens", "2024"),
        ("2000 developers", "2000"),
        ("15 of them", "15"),
        ("15 and 17 cups", "15"),
        ("Q5 2026", "Q5"),
        ("45 April", "45"),
        ("April 15", "15"),
        ("1066 and all that", "1066"),
        ("3.5th", "3"),
        ("½ of them", "½"),
        ("x² cups", "x²"),
        ("① cup", "①"),
        ("٣ cups", "٣"),
        ("３ cups", "３"),
        ("**1**2 times", "12"),
        ("&#49;&#50; cups", "12"),
        ("[12 cups](https://example.org)", "12"),
        ("[cups](12 cups)", "12"),
        ("GPT-5.6", ".6"),
        ("H1000", "H1000"),
        ("Brewer 30001", "30001"),
        ("a brewer 3000", "3000"),
        ("| 12 |", "12"),
        ("a line\\n12. Cups went up", "12"),
        ("-3", "-3"),
        ("1e6", "1e6"),
        ("2015-26", "-26"),
        ("9-10", "9-10"),
        ("between 2019 and 2024 stores closed", "2024"),
        ("closed 2019-20 stores", "2019-20"),
        ("The firm closed 2020 stores and hired 2030 engineers", "2030"),
        ("closed 2020 stores and 2030 offices", "2030"),
        ("2020 stores closed", "2020"),
        ("in 2000 cases", "2000"),
        ("a chain of 2020 stores", "2020"),
        ("They sold 2020.", "2020"),
        ("这是 12 个测试", "12"),
        ("关闭了2020家店。", "2020"),
        ("三百万人", "三百万"),
        ("三百家公司", "三百"),
        ("关闭了二十五家店", "二十五"),
        ("триста человек", "триста"),
        ("пять тысяч человек", "пять тысяч"),
        ("ثلاثمئة شركة", "ثلاثمئة"),
        ("삼백 명", "삼백"),
        ("שלוש מאות אנשים", "שלוש מאות"),
        ("तीन सौ लोग", "तीन सौ"),
        ("more than 2000 staff", "2000"),
        ("at least 1999 of them", "1999"),
        ("mehr als 2000 Beschäftigte", "2000"),
        ("closed by 2010 policemen", "2010"),
        ("[the firms](https://example.org '300 firms')", "300"),
        ("[the firms][a]\\n\\n[a]: https://example.org '300 firms'", "300"),
        ("![Cups](cups.png 'all 300 of them')", "300"),
        ("百分之十的人", "百分之十"),
        ("أغلقت ٢٠٢٠ متجرا", "٢٠٢٠"),
        ("٣٥٪ منهم", "٣٥"),
        ("200. A list", "200"),
        ("Term\\n: 12 cups", "12"),
        ("A note.[^n]\\n\\n[^n]: It was 12 cups.", "12"),
        ("~~12~~ cups", "12"),
        ("| a | b |\\n| --- | --- |\\n| 12 | c |", "12"),
    ],
)
def test_typed_digits_are_found(text, typed):
    found = typed_numbers(text.replace("\\n", "\n"), NAMES)
    assert found and any(typed in piece for piece in found), found


@pytest.mark.parametrize(
    "text",
    [
        "ten times the tokens",
        "Ten Times",
        "twice the output",
        "thrice",
        "it doubled",
        "doubling",
        "tripled",
        "halved",
        "tenfold",
        "twenty-fold",
        "a hundred times",
        "a dozen times",
        "five per cent",
        "ninety percent",
        "ten percentage points",
        "three million tokens",
        "two hundred billion dollars",
        "several thousand",
        "fifteen times",
        "half as much",
        "one in five",
        "nine out of ten",
        "two thirds",
        "three fifths",
        "a factor of ten",
        "one in every ten",
    ],
)
def test_numbers_in_words_that_carry_a_claim_are_found(text):
    assert typed_numbers(f"They say {text} of it.")


@pytest.mark.parametrize(
    "text",
    [
        "on 15 April 2026",
        "am 15. April 2026 und im März 2026",
        "on 15 April",
        "15 to 17 April 2026",
        "15 and 17 April",
        "15–17 April 2026",
        "in April 2026",
        "in 2026",
        "from 2015 to 2026",
        "2015–2026",
        "Q1 2026",
        "2026-Q1",
        "2026-H2",
        "on 2026-04-15",
        "the end of 2026.",
        "in 2026, it rose",
        "(2026)",
        "the 90th percentile",
        "https://example.org/2026/12 and <https://example.org/12>",
        "It [says][so].\n\n[so]: https://example.org/2024/05/x",
        "~~~\n12 cups\n~~~",
        "    12 cups",
        "where $x^2 + 12$ and $$y = 3$$",
        "\\begin{align}\nx &= 12\n\\end{align}",
        "A note.[^12]\n\n[^12]: It was so.",
        "[the survey](survey-2.html#part-3 'as told')",
        "这是一个测试，第三季度，第3季度，2026年，2026年5月3日",
        "في عام ٢٠٢٦ وفي 2025",
        "二〇二六",
        "他十分高兴，不要告诉百姓，第二十届，十二月二十日，二十一年",
        "no later than 2020, and worse than 2019",
        "data up to 2020.",
        "the 2026 figures and Meta’s 2025 releases",
        "July’s statement for 2026 less the first half",
        "mid-2026, early 2025 and the spring of 2024",
        "2026 was the year; Bloomberg, 2026",
        "prices rose between 2019 and 2024; figures for 2023-24, the 1999–00 season; in 2010–20; the 2019-20 figures",
        "in the 1990s; Election 2024; at 7.45 am, at 19:30 pm",
        "2015, 2016 and 2017",
        "im Jahr 2026 und seit 2024",
        "fiscal 2026, Q3 2025 and H1 2024",
        "the 1st, 2nd, 3rd and 4th",
        "the 21st century",
        "2026's",
        "a Brewer 3000",
        "GPT-5 and GPT-5.5",
        "the heir of the H100",
        "its 10-K",
        "`x = 12`",
        "```\n12 cups\n```",
        "{eval}`cups * 12`",
        "{quote}`survey: 12 cups`",
        "[the survey](https://example.org/2026/12)",
        "1. Take cups\n2. Drink\n   them\n3. Stop",
        "one of the four",
        "the top tenth",
        "two comparisons",
        "the second half of 2026",
        "no number at all",
        "",
        "a one-off",
        "someone",
        "tend",
        "weight",
        "the ten that is told",
        "30 May 2026 and 1 June 2026",
    ],
)
def test_dates_ordinals_names_code_quotations_and_addresses_are_no_typed_numbers(text):
    assert typed_numbers(text, NAMES) == []


def test_every_typed_number_is_named_in_order():
    assert typed_numbers("First 3, then twice, in 2026 and 4.5% of 12 April.") == ["3", "twice", "4.5%"]


@pytest.mark.parametrize("text", ["`12` cups", "{eval}`12` cups", "[cups](12)", "1. cups"])
def test_marks_of_markdown_excuse_nothing_in_plain_words(text):
    assert typed_in_words(text)


@given(st.integers(0, 10**12), st.sampled_from(["{} cups", "about {}.", "({})", "{}%", "${}", "x{}", "{},5"]))
def test_no_whole_number_slips_through_but_a_year(number, template):
    text = template.format(number)
    year = 1900 <= number < 2050 and template == "({})"
    assert bool(typed_numbers(text)) != year


@pytest.mark.parametrize("again", ["http://a", "https://1", "2020 ", "since 2020 ", "a: ", "http://a.example "])
def test_what_stands_in_prose_again_and_again_is_not_gone_through_for_each(again):
    found = typed_numbers(again * (30_000 // len(again)))
    assert bool(found) == (again in ("https://1", "2020 "))


def test_names_are_read_from_the_project(sample):
    assert allowed_names() == ("Brewer 3000",)
    (sample.data / "names_with_digits.txt").write_text("# none\n\n  Cup 7  \n")
    assert allowed_names(Project(sample.root)) == ("Cup 7",)
    (sample.data / "names_with_digits.txt").unlink()
    assert allowed_names() == ()


def test_a_number_alone_is_no_name(sample):
    (sample.data / "names_with_digits.txt").write_text("# 12\n12\n 2024 \n3%\nMP3\n50 °C\n")
    with pytest.raises(ToolkitError) as raised:
        allowed_names(Project(sample.root))
    assert [(one.where[-6:], one.found) for one in raised.value.problems] == [
        ("line 2", "'12', a number and no name"),
        ("line 3", "'2024', a number and no name"),
        ("line 4", "'3%', a number and no name"),
    ]


# say


@pytest.fixture(scope="module")
def told(_built_database):
    return open_database(Project(_built_database.parents[1])).leaf("figure:office-survey#told")


def test_say_puts_numbers_into_a_sentence_and_keeps_them(told):
    text = say("Heavy drinkers take {} the cups, {} of them", told, told.bare)
    assert str(text) == "Heavy drinkers take 3.5 times the cups, 3.5 of them"
    assert text.numbers == (told, told) and text.kind == Kind.REPORTED
    assert text.to_json()["parts"][1] == {"text": "3.5 times", "node": told.digest, "style": {"form": "times"}}


def test_say_takes_other_sentences_in(told):
    inner = say("{} the cups", told)
    outer = say("They take {}, perhaps {}.", inner, assume(4, "1", why="invented").times)
    assert str(outer) == "They take 3.5 times the cups, perhaps 4 times."
    assert len(outer.numbers) == 2 and outer.kind == Kind.ASSUMED


@pytest.mark.parametrize("template, count", [("{} {}", 1), ("{}", 2), ("no place", 1), ("{}", 0)])
def test_say_needs_a_number_for_each_place(told, template, count):
    with pytest.raises(StoryError, match="places"):
        say(template, *[told] * count)


@pytest.mark.parametrize("bare", [3.5, "3.5", 3, None, "many"])
def test_say_takes_no_bare_values(sample, bare):
    with pytest.raises(StoryError, match="bare value"):
        say("They take {}", bare)


@pytest.mark.parametrize("template", ["They take {} of 10 cups", "{} or twice", "{}5", "5{}", "{0}", "`7` {}"])
def test_say_takes_no_typed_numbers(told, template):
    with pytest.raises(StoryError, match="typed number|places"):
        say(template, told)


def test_a_sentence_may_be_a_number_or_plain_words(told):
    assert to_text(told, "here").numbers == (told,)
    assert str(to_text("In 2026", "here")) == "In 2026"
    with pytest.raises(StoryError, match="^here: "):
        to_text("In 20", "here")


# roles


def test_roles_are_found_in_order():
    text = "{eval}`a / b` and {quote}`survey: more` and {eval}`c['x'].bare`, `code`"
    assert roles(text) == [("eval", "a / b"), ("quote", "survey: more"), ("eval", "c['x'].bare")]
    assert expressions(text) == ["a / b", "c['x'].bare"]


def test_a_quotation_names_its_source():
    assert split_source("quote", "survey: more: than", "here") == ("survey", "more: than")
    for content in ("more than", "survey:", "survey: "):
        with pytest.raises(StoryError, match="name the source"):
            split_source("source", content, "here")
