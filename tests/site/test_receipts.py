"""Receipts: the sum, the inputs, who said them, how it was rounded, and what others give."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from tests.site import sample_story
from toolkit.analysis.sensitivity import multiverse
from toolkit.build.dataset_rules import published_numbers
from toolkit.core.kind import Kind
from toolkit.core.number import Number, leaf
from toolkit.core.number_functions import total
from toolkit.core.operation import operation
from toolkit.core.unit import parse_unit
from toolkit.review.archive_page_steps import Said, step_disagreements
from toolkit.review.markup_text import page_text
from toolkit.site.choices import VisibleStates
from toolkit.site.citations import Citations
from toolkit.site.receipt_steps import amount_and_unit
from toolkit.site.receipts import Receipts, rounding
from toolkit.site.sourcing import Sourcing


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return sample_story.make(tmp_path_factory.mktemp("tea"))


@pytest.fixture
def citations(made):
    return Citations(Sourcing(made.database))


def entered(citations, number) -> dict:
    handed_over = number._repr_mimebundle_()["application/vnd.toolkit.number+json"]
    return Receipts(citations).of(citations.cite(Number.from_json(handed_over, citations.units)))


def figure(made, source: str, name: str):
    return made.database.leaf(f"figure:{source}#{name}")


def opened(made, text: str) -> str:
    soup = BeautifulSoup(made.page.html, "lxml")
    return " ".join(soup.find("aside", {"aria-label": f"Receipt for {text}"}).get_text(" ").split())


def test_a_computed_number_shows_its_sum_to_four_figures_and_its_rounding(made):
    text = opened(made, "3.4 times")
    assert "31 a week ÷ 9 a week = 3.444" in text
    assert "Rounding printed to two significant figures" in text
    assert "Cups, top tenth over median" in text
    assert "About 31 orders a week Cups a week, top tenth of an invented office" in text
    assert "reported · The Kettle, 15 April 2026 · page 2" in text
    assert "reported · same source · page 2" in text
    assert "Who all who drink" in text and "Seen in full; primary" in text
    assert "Origins one source in the end: The Kettle" in text and "Certainty high:" in text


def test_each_receipt_is_read_back_as_that_of_its_number(made):
    """So `toolkit verify ARCHIVE` finds nothing on a page that nobody changed."""
    numbers = {one.digest: one for one in published_numbers(made.executed, made.database.units)}
    placed = {place: numbers[one["node"]] for place, one in enumerate(made.page.numbers["tea.html"], 1)}
    findings = made.executed.record["findings"].values()
    said = Said(numbers.values(), {one["node"]: one["label"] for one in findings})
    assert any(not number.inputs for number in placed.values())
    page = page_text(made.page.html.encode())
    assert list(step_disagreements("tea.html", page, placed, said)) == []
    other = page.replace("31 a week ÷ 9 a week = 3.444", "31 a week ÷ 9 a week = 3.445")
    assert list(step_disagreements("tea.html", other, placed, said))


def test_an_assumption_says_why(made):
    text = opened(made, "0.97")
    assert "assumed" in text and "90th percentile of a normal; cups taken as lognormal" in text
    assert "1.2368 ÷ 1.2816 = 0.9650" in text and "log(3.444) = 1.237" in text
    assert "<b>standard</b>" in text


def test_it_opens_with_value_one_sum_and_the_source_and_folds_the_derivation(made):
    def first(text):
        receipt = BeautifulSoup(made.page.html, "lxml").find("aside", {"aria-label": f"Receipt for {text}"})
        fold = receipt.details.extract()
        return [" ".join(p.get_text().split()) for p in receipt.find_all("p")], fold.summary.get_text()

    assert first("3.4 times") == (
        [
            "Receipt 1 computed from reported figures",
            "3.4 times",
            "Cups, top tenth over median",
            "31 a week ÷ 9 a week",
            "The Kettle, 15 April 2026: read in full, primary.",
        ],
        "Full derivation",
    )
    assert first("3 times")[0][1:3] == ["about 3 times", "Cups of the top tenth as a multiple"]
    assert first("3 times")[1] == "More on this figure"
    sigma = first("0.97")[0]
    assert sigma[3] == "log(3.4) ÷ 1.3" or sigma[3].endswith("÷ 1.2816"), sigma
    assert sigma[-1].endswith("Assumed: 90th percentile of a normal; cups taken as lognormal.")


def test_a_factor_of_one_is_a_condition_and_no_step(made, citations):
    top = figure(made, "kettle-survey", "top")
    unit = parse_unit("1", made.database.units)
    one = replace(leaf(1, 1, unit, Kind.ASSUMED, "assumption", "the mix"), why="the mix is the same")
    receipt = entered(citations, (top + top) * one)
    assert receipt["calculation"] == "31 a week + 31 a week = 62 a week"
    assert [step.about.striptags() for step in receipt["steps"]][-1] == "assumed: the mix is the same"
    assert "Assumed: the mix is the same." in receipt["first"].sources


def test_a_sum_without_a_label_is_said_in_those_of_its_inputs(made, citations):
    top, median = (figure(made, "kettle-survey", name) for name in ("top", "median"))
    said = entered(citations, top - median)["first"]
    assert said.label == f"{top.label} − {median.label}" and said.calculation == "31 a week − 9 a week"
    many = entered(citations, replace(total([top] * 9), label="a long label " * 30))["first"]
    assert (many.label, many.calculation) == ("", "9 figures added up"), "what would be too long is folded"


def test_another_reading_of_the_claim_is_named_where_it_differs(made):
    assert "Elsewhere 4 times against" in opened(made, "3 times")
    text = opened(made, "4 times")
    assert "Elsewhere about 3 times against the median drinker (The Kettle, 15 April 2026)" in text
    assert "Seen through another" in text and sample_story.HOSTILE in text


def test_a_sum_of_many_figures_is_counted_by_source(made, citations):
    unit = parse_unit("order/week", made.database.units)
    top = figure(made, "kettle-survey", "top")
    many = [leaf(n, n, unit, Kind.ASSUMED, "assumption", f"made {n}") for n in range(1, 12)]
    receipt = entered(citations, total([top, *many]))
    assert receipt["first"].calculation == "12 figures added up"
    assert receipt["calculation"] == "31 a week + " + " + ".join(f"{n} a week" for n in range(1, 12)) + " = 97 a week"
    assert [step.amount for step in receipt["steps"]] == ["one figure", *map(str, range(1, 12))], "each is listed"
    assert '<a href="#s-kettle-survey">' in receipt["steps"][0].about


def test_what_a_receipt_has_listed_is_not_listed_again(made, citations):
    """Many inputs of several steps are told once; of the next step only those that are new."""
    unit = parse_unit("order/week", made.database.units)
    many = [leaf(n, n, unit, Kind.ASSUMED, "assumption", f"made {n}") for n in range(1, 12)]
    other = leaf(40, 40, unit, Kind.ASSUMED, "assumption", "the twelfth")
    first, second = entered(citations, total(many) / total([*many, other]))["steps"]
    assert [step.label for step in first.steps] == [one.label for one in many]
    assert [(step.label, step.calculation) for step in second.steps] == [("the twelfth", ""), ("", "all else as above")]


def test_steps_that_stand_in_one_receipt_are_opened_from_the_next(made, citations):
    """Their amount, their sum and their label stand in both; of few steps nothing is left out."""
    unit = parse_unit("order/week", made.database.units)
    one, *others = (leaf(n, n, unit, Kind.ASSUMED, "assumption", f"made {n}") for n in range(1, 6))
    whole, pair = total([one, *others]), total([one, others[0]])
    receipts = Receipts(citations)
    first, _, second = (receipts.of(citations.cite(number)) for number in (whole, pair, whole / pair))
    assert [step.label for step in first["steps"]] == [f"made {n}" for n in range(1, 6)]
    again, few = second["steps"]
    assert (again.amount, again.calculation, again.steps) == ("15", first["calculation"], ())
    assert again.about == 'its steps: <button type="button" popovertarget="r-1">receipt 1</button>'
    assert [step.label for step in few.steps] == ["made 1", "made 2"] and not few.about


def test_steps_of_a_receipt_that_a_choice_hides_are_written_again(made, citations):
    unit = parse_unit("order/week", made.database.units)
    whole, pair = (
        total([leaf(n, n, unit, Kind.ASSUMED, "assumption", f"made {n}") for n in range(1, most)]) for most in (6, 3)
    )
    chosen, other = VisibleStates("v a a0"), VisibleStates("v a a1", False)
    receipts = Receipts(citations)
    found = [receipts.of(citations.cite(whole, chosen))]
    found += [receipts.of(citations.cite(whole / pair, states)) for states in (other, chosen)]
    assert [len(one["steps"][0].steps) for one in found] == [0, 5, 0]
    assert [bool(one["steps"][0].about) for one in found[1:]] == [False, True]


def test_a_deep_tree_still_ends_in_figures(made, citations):
    number = figure(made, "kettle-survey", "top")
    for _ in range(8):
        number = (number + figure(made, "kettle-survey", "median")) / 1
        number = 1 * number.to("order/day").to("order/week")
    receipt = entered(citations, number)

    def ends(steps):
        for step in steps:
            yield from ends(step.steps) if step.steps else [step]

    assert {step.amount for step in ends(receipt["steps"])} == {"About 31", "9"}


def test_a_range_is_shown_from_low_to_high(made, citations):
    unit = parse_unit("USD", made.database.units)
    low_high = leaf(600e9, 650e9, unit, Kind.REPORTED, "assumption", "a range")
    receipt = entered(citations, low_high + leaf(5e9, 5e9, unit, Kind.REPORTED, "assumption", "more"))
    assert receipt["calculation"] == "($600–650bn) + $5bn = $605–655bn"


def test_repeated_numbers_share_a_note_and_a_receipt_but_not_a_place(made):
    soup = BeautifulSoup(made.page.html, "lxml")
    links = [link for link in soup.select(".n[id]") if link.get_text() == "3.4 times"]
    assert len({link["id"] for link in links}) == 3 and {link.button["popovertarget"] for link in links} == {"r-1"}
    assert {link["data-note"] for link in links} == {"1"}
    assert len(soup.select("#numbers li")) == len({link["data-note"] for link in soup.select(".n[id]")})


@pytest.mark.parametrize(
    ("low", "high", "unit", "written", "amount", "words"),
    [
        (9.857, 9.857, "1", "times", "9.9", "times"),
        (69e6, 69e6, "order/week", "", "69 million", "orders a week"),
        (650e9, 700e9, "USD", "", "$650bn to $700bn", ""),
        (1.2, 3.4, "1", "times", "1.2 to 3.4", "times"),
        (10, 10, "1", "times words", "ten", "times"),
        (0.61, 0.61, "1", "percent", "61%", ""),
        (0.61, 0.61, "1", "percent brief", "61%", ""),
        (69e6, 69e6, "order/week", "bare", "69 million", "orders a week"),
    ],
)
def test_amounts_part_from_their_units(low, high, unit, written, amount, words):
    number = leaf(low, high, parse_unit(unit), Kind.REPORTED, "assumption", "").digits(2)
    for name in written.split():
        number = getattr(number, name)
    assert amount_and_unit(number) == (amount, words)


@pytest.mark.parametrize(
    "value, digits, said",
    [
        (2 / 3, 2, "printed to two significant figures"),
        (2 / 3, 1, "printed to one significant figure"),
        (0.103, 2, "printed to two significant figures"),
        (22, 2, "none: printed in full"),
        (0.996, 2, "none: printed in full"),
        (0.99654, 2, "printed to three significant figures"),
    ],
)
def test_a_computed_number_says_how_it_was_rounded(value, digits, said):
    one = leaf(value, value, parse_unit("1"), Kind.REPORTED, "assumption", "")
    assert rounding((one * one / one).percent.digits(digits)) == said
    assert rounding(one.percent) == ""


def test_a_result_over_many_options_still_says_how_it_was_made(citations):
    def one(value, name):
        return leaf(value, value, parse_unit("1"), Kind.ASSUMED, "assumption", name)

    first, second = one(2, "first"), one(3, "second")
    options = [one(value, f"option {value}") for value in range(1, 10)]
    found = entered(citations, multiverse(first * second, {first: options, second: options}).range)
    assert found["calculation"] == "least to greatest of 81 combinations of 6: 1–81"
    assert [step.calculation for step in found["steps"]][0] == "2 × 3 = 6"
    listed = [[step.label or step.calculation for step in choice.steps] for choice in found["steps"][1:]]
    assert listed == [[*(f"option {value}" for value in range(1, 10)), "all else as above"], ["as above"]]
    few = multiverse(first * second, {first: options[:2], second: options[2:3]})
    found = entered(citations, few.range)
    assert [step.calculation for step in found["steps"]] == ["2 × 3 = 6", "2 as 1 or 2 = 1–2", "3 as 3 = 3"]


def test_an_answer_says_its_step_and_its_question(citations, made):
    median, top = (figure(made, "kettle-survey", name) for name in ("median", "top"))

    def said(number):
        return entered(citations, replace(number, ref="question:cups#left over"))

    less = said(total([top], less=[median]))
    assert (less["calculation"], less["questions"]) == (
        "31 a week − 9 a week = 22 a week; “left over” in the answer to cups",
        ["cups"],
    )
    other = replace(total([median, median]), ref="question:mugs#all")
    assert entered(citations, replace(total([top], less=[median]), ref="question:cups#x") / other)["questions"] == [
        "cups",
        "mugs",
    ]
    many = [leaf(n, n, top.unit, Kind.ASSUMED, "assumption", f"made {n}") for n in range(1, 12)]
    taken_off = said(total([top], less=many))
    assert taken_off["first"].calculation == "1 figure added up, 11 taken off"
    assert taken_off["calculation"].startswith("31 a week − 1 a week − 2 a week")
    assert taken_off["calculation"].endswith(" − 11 a week = −35 a week; “left over” in the answer to cups")
    assert said(total([top, *many], less=[median]))["first"].calculation == "12 figures added up, 1 taken off"
    plain = leaf(2, 2, parse_unit("1"), Kind.COMPUTED, "count of distinct claims", "")
    counted = replace(plain, inputs=(median, top), label="")
    for made_by, words in (
        (operation("count", of="claim"), "count of distinct claims in 2 figures = 2"),
        (operation("count", of="key"), "count of 2 figures = 2"),
        (
            operation("query", question="cups", column="left over", how="worked out in SQL"),
            "“left over” worked out in SQL: 2",
        ),
    ):
        assert said(replace(counted, operation=made_by))["calculation"] == f"{words}; “left over” in the answer to cups"
    of_rows = "is count(*) of 1,050 rows where a = 2, worked out in SQL"
    queried = operation("query", question="cups", column="left over", how=of_rows, rows=1050)
    shown = said(replace(counted, operation=queried))
    assert shown["first"].calculation == "Worked out in SQL from 1,050 rows" and of_rows in shown["calculation"]


def test_what_pandas_worked_out_has_its_code_and_what_it_rests_on(made, citations):
    top, median = figure(made, "kettle-survey", "top"), figure(made, "kettle-survey", "median")
    how = operation("code", how="the rows of the table gaps", sha="0a1b", code="gaps = …", rests="all", frame="f00d")
    rows = Number(2, 2, parse_unit("1", citations.units), Kind.COMPUTED, how, (top, median))
    cell = operation("code", how="“gap” in the table gaps", sha="0a1b")
    receipt = entered(citations, Number(22, 22, top.unit, Kind.COMPUTED, cell, (rows,)))
    assert receipt["calculation"] == "“gap” in the table gaps, worked out in pandas in this notebook: 22 a week"
    assert (receipt["codes"], citations.codes) == ([("0a1b", 1)], {"0a1b": "gaps = …"})
    assert [step.label for step in receipt["steps"][0].steps] == [top.label, median.label]
    rests = "all that the notebook had taken by then, which may be more than was used"
    assert dict(receipt["facts"])["Rests on"] == rests, "no hash, which says nothing to a reader"
    named = operation("code", how="the larger", sha="1b2c", code="max(…)", rests="named")
    receipt = entered(citations, Number(31, 31, top.unit, Kind.COMPUTED, named, (top, median)))
    assert receipt["codes"] == [("1b2c", 2)] and dict(receipt["facts"])["Rests on"] == "what its author named"
    assert "Unit" not in dict(receipt["facts"])
    said = operation("code", how="a root", sha="2c3d", code="x", rests="all", unit_by="author")
    receipt = entered(citations, Number(3, 3, top.unit, Kind.COMPUTED, said, (top,)))
    assert dict(receipt["facts"])["Unit"].startswith("its author’s word")


def test_rows_too_many_to_list_name_who_said_them(citations):
    rows = Number(
        low=650.0,
        high=650.0,
        unit=parse_unit("1", citations.units),
        kind=Kind.REPORTED,
        operation=operation("rows", count=650, digest="0" * 16, sources="kettle-survey"),
        label="rows of cups",
        ref="rows:asked#amount",
        why="an archive lists them in rows/rows.csv",
    )
    asked = operation("query", question="asked", column="amount", how="added up")
    cups = Number(3.0, 3.0, parse_unit("order/week", citations.units), Kind.COMPUTED, asked, (rows,))
    receipt = entered(citations, cups)
    assert dict(receipt["facts"])["Seen"] == "in full; primary" and list(citations.used) == ["kettle-survey"]
    assert citations.cited([cups]) == "The Kettle, 15 April 2026"
    assert "The Kettle" in receipt["steps"][0].about
    assert "The Kettle, 15 April 2026" in str(receipt)


def test_a_figure_stands_as_printed_where_its_claim_has_another_period_or_unit(made, citations):
    top, sourcing = figure(made, "kettle-survey", "top"), citations.sourcing
    assert sourcing.as_printed(sourcing.reading(top.ref)) == "", "printed in the claim's unit"
    yearly = {"low": 8293.68, "high": 8293.68, "unit": "USD/year", "form": "quantity"}
    monthly = {"printed_low": 691.14, "printed_high": 691.14, "printed_unit": "USD/month"}
    assert sourcing.as_printed(yearly | monthly) == "$691.14 a month"
    assert sourcing.as_printed(yearly | {**monthly, "printed_unit": "million USD/year"}) == "", "only scales differ"
    daily = {"printed_low": 4.5, "printed_high": 4.5, "printed_unit": "order/day"}
    sourcing._readings[top.ref] = sourcing.reading(top.ref) | daily
    assert "printed as 4.5 orders a day" in str(entered(citations, top))
