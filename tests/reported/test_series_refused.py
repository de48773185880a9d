"""What a series may not be: every slip is refused with file, line, what was found and a remedy; nothing is lost."""

import re
from fractions import Fraction

import duckdb
import pytest

from tests.small_series import ROOT, column, declared, values_of, written
from toolkit.core.unit import registry
from toolkit.reported.series import read_series
from toolkit.reported.series_checks import CHECKS
from toolkit.reported.series_names import SQL, reserved

BONN = ["Bonn", "2024", "1.5", "paper"]


def read(project):
    """(series by id, problems) of a project."""
    problems = []
    return read_series(project, registry(ROOT / "data" / "units.txt"), {"paper"}, problems), problems


def refused(project, file="prices.csv", line=None):
    """The problems of a file as one text; each has a place, what is allowed and a remedy."""
    _, problems = read(project)
    assert problems and all(problem.allowed and problem.remedy for problem in problems)
    assert all(problem.where.startswith(f"data/series/{file}, line ") for problem in problems)
    if line:
        assert problems[0].where.split(", ")[1] == f"line {line}"
    return "\n".join(map(str, problems))


def accepted(project):
    series, problems = read(project)
    assert problems == []
    return series["prices"]


# the file


def test_a_byte_order_mark_is_dropped(tmp_path):
    made = accepted(written(tmp_path, [], text="\ufefftown,year,amount,source\r\nBonn,2024,1.5,paper\r\n"))
    assert [row.cells["town"] for row in made.rows] == ["Bonn"]


@pytest.mark.parametrize(
    "header, found",
    [
        ("town,year,amount,amount,source", "'amount' stands 2 times"),
        ("town,,amount,source", "cell 2 has no name"),
        ("town, ,amount,source", "cell 2 has no name"),
        ("town\u200b,year,amount,source", r"'town\u200b'"),
        ("\ufeff\ufefftown,year,amount,source", r"'\ufefftown'"),
        (" town,year,amount,source", "unknown: ' town'"),
        ("year,town,amount,source", "the columns in the order year, town, amount, source"),
        ("town,amount,source", "columns missing: year"),
    ],
)
def test_a_header_that_differs_is_told_so_that_the_difference_shows(tmp_path, header, found):
    assert found in refused(written(tmp_path, [BONN], header=header), line=1)


def test_windows_1252_is_named_by_line_and_byte(tmp_path):
    text = "town,year,amount,source\nBonn,2024,1.5,paper\nKöln,2024,1.5,paper\n".encode("cp1252")
    said = refused(written(tmp_path, [], text=text), line=3)
    assert "the byte 0xF6 is not UTF-8; in Windows-1252 it is 'ö'" in said and "save it as CSV UTF-8" in said


def test_utf_16_is_named_as_what_it_is(tmp_path):
    text = "town,year,amount,source\nBonn,2024,1.5,paper\n".encode("utf-16")
    said = refused(written(tmp_path, [], text=text), line=1)
    assert "zero bytes or a mark of UTF-16" in said and "Windows-1252" not in said


def test_a_header_without_rows_is_no_series(tmp_path):
    assert "a header without rows" in refused(written(tmp_path, []), line=1)


def test_quotes_without_an_end_and_rows_of_another_length_are_named_by_their_lines(tmp_path):
    assert "line 3" in refused(written(tmp_path, [BONN, ['"Ulm', "2024", "2", "paper"]]))
    said = refused(written(tmp_path, [BONN, ["Ulm", "2024", "1", "5", "paper"]]), line=3)
    assert "5 cells" in said and "mend commas and quotes" in said
    assert "an empty line" in refused(written(tmp_path, [BONN, []]), line=3)


@pytest.mark.parametrize("place", ["series", "column"])
def test_a_unit_without_a_text_is_refused(tmp_path, place):
    declaration = declared(unit="") if place == "series" else declared()
    if place == "column":
        declaration["columns"][2]["unit"] = ""
    said = refused(written(tmp_path, [BONN], declaration), "prices.yml")
    assert "unit is empty" in said and "write the unit" in said


# cells


@pytest.mark.parametrize(
    "text, found",
    [
        ("9007199254740993", "9007199254740993"),
        ("1234567890123456789", "more digits than a number keeps"),
        ("0.1234567890123456789", "more digits than a number keeps"),
        ("1" * 400, "values between"),
        ("0." + "0" * 400 + "1", "values between"),
        ("1e5", "a number in digits"),
        ("1,5", "5 cells"),
        ("٣", "digits"),
    ],
)
def test_a_value_that_would_not_come_out_as_printed_is_refused(tmp_path, text, found):
    assert found in refused(written(tmp_path, [["Bonn", "2024", text, "paper"]]), line=2)


@pytest.mark.parametrize("text", ["0.0004", "0.0014", "2.5678", "9007199254740992", "123456789012345", "-0.10", "007"])
@pytest.mark.parametrize("unit", ["USD", "million USD", "percent", "trillion", "USD/million_tokens"])
def test_a_value_that_comes_out_as_printed_is_kept_as_it_was_written(tmp_path, text, unit):
    made = accepted(written(tmp_path, [["Bonn", "2024", text, "paper"]], declared(unit=unit)))
    (leaf,) = values_of(made).values()
    assert (leaf["printed_low"], leaf["printed_high"], leaf["printed_unit"]) == (text, text, unit)
    assert leaf["low"] == float(Fraction(text) * Fraction(made.values[0].scale[0]) / Fraction(made.values[0].scale[1]))


@pytest.mark.parametrize(
    "text, kept",
    [
        ("9223372036854775807", True),
        ("9223372036854775808", False),
        ("-9223372036854775808", True),
        ("1" * 5000, False),
    ],
)
def test_whole_numbers_beyond_64_bits_are_to_be_text(tmp_path, text, kept):
    declaration = declared(column("code", "integer"))
    project = written(tmp_path, [[*BONN, text]], declaration)
    if kept:
        assert accepted(project).rows[0].cells["code"] == int(text)
    else:
        said = refused(project, line=2)
        assert "more than 64 bits" in said and "declare code as text" in said


def test_a_decimal_that_is_no_value_is_kept_whole_too(tmp_path):
    project = written(tmp_path, [[*BONN, "0.12345678901234567"]], declared(column("index")))
    assert "declare index as text" in refused(project, line=2)


@pytest.mark.parametrize(
    "values",
    [
        {"007": "seven", "010": "ten", "true": "yes", "1.10": "a price"},
        ["007", "010", "true", "1.10"],
    ],
)
def test_codes_of_a_closed_list_are_what_is_written(tmp_path, values):
    rows = [["Bonn", str(2000 + n), "1", "paper", code] for n, code in enumerate(values)]
    project = written(tmp_path, rows, declared(column("code", "text", values=values)))
    path = project.data / "series" / "prices.yml"
    path.write_text(re.sub("'(007|010|true|1.10)'", r"\1", path.read_text()))
    assert [row.cells["code"] for row in accepted(project).rows] == list(values)
    table = project.data / "series" / "prices.csv"
    table.write_text(table.read_text().replace("007", "7"))
    assert "code is '7'" in refused(project, line=2)


# keys


def test_two_spellings_of_one_key_are_one_key(tmp_path):
    rows = [["K\u00f6ln", "2024", "1", "paper"], ["Ko\u0308ln", "2024", "2", "paper"]]
    assert "the key again (first in line 2)" in refused(written(tmp_path, rows), line=3)
    made = accepted(written(tmp_path, rows[1:]))
    assert (made.rows[0].key, made.rows[0].cells["town"]) == ("K\u00f6ln/2024", "K\u00f6ln")


@pytest.mark.parametrize(
    "town, found",
    [
        ("Ulm ", "a space"),
        ("\u00a0Ulm", "a space"),
        ("U\u200blm", "U+200B"),
        ("Ulm\u200b", r"'Ulm\u200b'"),
        ("\u2060Ulm", "U+2060"),
    ],
)
def test_spaces_and_signs_that_nobody_sees_are_refused(tmp_path, town, found):
    assert found in refused(written(tmp_path, [BONN, [town, "2024", "1", "paper"]]), line=3)


def test_one_number_in_two_spellings_is_one_key(tmp_path):
    rows = [["Ulm", "2024", "1", "paper"], ["Ulm", "02024", "2", "paper"]]
    assert "the key again (first in line 2)" in refused(written(tmp_path, rows), line=3)


ODD = {
    "Ulm\u00a0Ost": "U+00A0 (no-break space)",
    "Ulm\tOst": "a tab in it",
    "Ulm  Ost": "two spaces together",
    "Ulm\u2009Ost": "U+2009 (thin space)",
    "o\ufb03ce": "U+FB03 (latin small ligature ffi), which looks like 'ffi'",
    "\uff35lm": "which looks like 'U'",
    "B\u0435rlin": "U+0435 (cyrillic small letter ie) among Latin letters",
    "\u039fslo": "U+039F (greek capital letter omicron) among Latin letters",
}


@pytest.mark.parametrize("town", ODD, ids=ascii)
def test_a_key_that_looks_like_another_is_refused_also_where_the_other_is_missing(tmp_path, town):
    said = refused(written(tmp_path, [BONN, [town, "2024", "1", "paper"]]), line=3)
    assert ODD[town] in said and "write one name in one way" in said


def test_a_line_break_in_a_key_is_refused(tmp_path):
    assert "town is 'Ulm\\nOst', with a line break in it" in refused(
        written(tmp_path, [BONN, ['"Ulm\nOst"', "2024", "1", "paper"]])
    )


def test_two_keys_that_look_the_same_are_refused(tmp_path):
    rows = [["ABC", "2024", "1", "paper"], ["\u0410\u0412\u0421", "2024", "1", "paper"]]
    assert "with letters that look like those of 'ABC'" in refused(written(tmp_path, rows), line=3)
    rows = [["O'Brien", "2024", "1", "paper"], ["O\u2019Brien", "2025", "1", "paper"]]
    assert 'with letters that look like those of "O\'Brien"' in refused(written(tmp_path, rows), line=3)


@pytest.mark.parametrize(
    "town", ["TNF\u03b1", "k\u03a9", "\u00b5g", "m\u00b2", "IT-компания", "ไทยคำ", "O\u2019Brien", "A\u2013B"]
)
def test_a_name_that_is_written_as_it_is_meant_is_kept(tmp_path, town):
    assert [row.cells["town"] for row in accepted(written(tmp_path, [[town, "2024", "1", "paper"]])).rows] == [town]


TOTALS = ["Total", "SUM", "all", "Gesamt", "insgesamt", "Sub-total", "Subtotal", "Overall", "Gesamtsumme", "Summe:"]
TOTALS += ["Total général", "Ensemble", "Totale", "Suma", "(Total)", "Итого", "總計"]


@pytest.mark.parametrize("word", TOTALS)
def test_a_total_in_any_column_of_the_key_is_refused(tmp_path, word):
    sex = {"name": "sex", "type": "text", "meaning": "an invented group"}
    declaration = declared(sex) | {"key": ["town", "year", "sex"]}
    rows = [
        ["Ulm", "2024", "10", "paper", "f"],
        ["Ulm", "2024", "20", "paper", "m"],
        ["Ulm", "2024", "30", "paper", word],
    ]
    assert f"sex is {word!r}, beside the rows that it adds up" in refused(written(tmp_path, rows, declaration), line=4)


@pytest.mark.parametrize("word", TOTALS)
def test_a_row_that_adds_the_others_up_is_refused(tmp_path, word):
    rows = [["Ulm", "2024", "10", "paper"], ["Bonn", "2024", "20", "paper"], [word, "2024", "30", "paper"]]
    said = refused(written(tmp_path, rows), line=4)
    assert f"town is {word!r}, beside the rows that it adds up" in said and "values of town" in said


def test_a_grand_total_beside_single_rows_is_refused(tmp_path):
    columns = [{**entry, "type": "text"} if entry["name"] == "year" else entry for entry in declared()["columns"]]
    rows = [["Ulm", "2024", "10", "paper"], ["Bonn", "2025", "20", "paper"], ["Total", "All", "30", "paper"]]
    assert "town is 'Total' and year is 'All'" in refused(written(tmp_path, rows, declared(columns=columns)), line=4)


def test_a_total_whose_other_cells_are_empty_is_called_a_total_and_no_more(tmp_path):
    rows = [["Ulm", "2024", "10", "paper"], ["Bonn", "2025", "20", "paper"], ["Total", "", "30", "paper"]]
    said = refused(written(tmp_path, rows), line=4)
    assert "town is 'Total', beside the rows that it adds up" in said and "empty" not in said


def test_a_row_s_unknown_source_is_refused_with_the_nearest(tmp_path):
    said = refused(written(tmp_path, [["Ulm", "2024", "10", "papr"]]), line=2)
    assert "no source 'papr' in data/sources/\n    allowed: paper" in said


def test_a_total_that_doubles_nothing_or_is_declared_is_a_row(tmp_path):
    apart = [["Ulm", "2024", "10", "paper"], ["Total", "2023", "30", "paper"], ["Total Bay", "2024", "1", "paper"]]
    assert len(accepted(written(tmp_path / "a", apart)).rows) == 3
    columns = declared()["columns"]
    columns[0]["values"] = ["Ulm", "Total"]
    rows = [["Ulm", "2024", "10", "paper"], ["Total", "2024", "30", "paper"]]
    assert len(accepted(written(tmp_path / "b", rows, declared(columns=columns))).rows) == 2


@pytest.mark.parametrize(
    "word",
    [
        "Total towns",
        "TOTAL US",
        "Sum of all",
        "In total",
        "Total¹",
        "Total*",
        "∑",
        "汇总",
        "全部",
        "全国合计",
        "Grand total 2024",
        "T o t a l",
        "All towns (2024)",
        "Summe der Orte",
    ],
)
def test_a_row_that_reads_as_a_total_and_states_the_sum_of_the_others_is_refused(tmp_path, word):
    parts = [["Ulm", "2024", "10.5", "paper"], ["Bonn", "2024", "20.3", "paper"], ["Ulm", "2025", "7", "paper"]]
    said = refused(written(tmp_path, [*parts, [word, "2024", "30.9", "paper"]]), line=5)
    assert word in said and "leave the row out" in said
    twice = [[word, "2024", "30.8", "paper"], [word, "2025", "7", "paper"]]
    assert refused(written(tmp_path, [*parts, *twice]), line=5).count("leave the row out") == 2


def test_a_total_of_the_rows_above_it_and_of_one_of_several_values_is_refused(tmp_path):
    towns = [["Ulm", "2024", "10", "paper"], ["Bonn", "2024", "20", "paper"], ["Total towns", "2024", "30", "paper"]]
    villages = [["Ay", "2024", "1", "paper"], ["Au", "2024", "2", "paper"], ["Total villages", "2024", "3", "paper"]]
    said = refused(written(tmp_path, [*towns, *villages, ["Total land", "2024", "33", "paper"]]), line=4)
    assert "town is 'Total towns', and amount, 30, is the sum of 2 other rows" in said
    assert "'Total villages'" in said and "'Total land', and amount, 33, is the sum of 4 other rows" in said


def test_a_name_that_reads_as_a_total_and_states_something_else_is_a_row(tmp_path):
    rows = [["Ulm", "2024", "10", "paper"], ["Bonn", "2024", "20", "paper"], ["Ulm", "2025", "4", "paper"]]
    for amount, same in (("31", "4"), ("1", "4"), ("29", "5")):
        more = [["Total Bay", "2024", amount, "paper"], ["Total Bay", "2025", same, "paper"]]
        project = written(tmp_path / amount, [*rows, *more])
        assert len(accepted(project).rows) == len(rows) + 2


# periods


@pytest.mark.parametrize(
    "period, fits",
    [
        ("2024-Q4", True),
        ("2024", True),
        ("FY2024-Q4", True),
        ("2024-Q5", False),
        ("2024-H3", False),
        ("0000", False),
        ("FY0000", False),
        ("9999-H2", False),
    ],
)
def test_a_period_that_no_year_has_is_refused_without_a_last_day_too(tmp_path, period, fits):
    declaration = declared(
        column("period", "text"),
        column("said_on", "date"),
        key=["town", "period"],
        periods={"fiscal": "period", "entity": "town", "year_ends": {"Bonn": "June"}},
        checks=[{"check": "said_before_the_end", "said": "said_on", "why": "an outlook"}],
    )
    project = written(tmp_path, [["Bonn", "1", "1", "paper", period, "2024-05-01"]], declaration)
    if fits:
        accepted(project)
    else:
        assert f"period is '{period}'" in refused(project, line=2)


def test_checks_hold_for_decimals_with_a_tolerance_of_a_part(tmp_path):
    declaration = declared(
        column("metric", "text"),
        column("period", "text"),
        key=["town", "metric", "period"],
        periods={"fiscal": "period", "entity": "town", "year_ends": {"Bonn": "December"}},
        checks=[
            {
                "check": "quarters_add_up",
                "within": ["town", "metric"],
                "tolerance": 0.1,
                "metric": "metric",
                "may_be_negative": [],
                "why": "rounded",
            }
        ],
    )
    quarters = [["Bonn", "1", "0.1", "paper", "tax", f"FY2024-Q{n}"] for n in range(1, 5)]
    accepted(written(tmp_path, [*quarters, ["Bonn", "1", "0.5", "paper", "tax", "FY2024"]], declaration))
    said = refused(written(tmp_path, [*quarters, ["Bonn", "1", "0.51", "paper", "tax", "FY2024"]], declaration))
    assert "FY2024 is 0.51, its quarters make 0.4" in said


def test_the_guide_names_every_check():
    guide = (
        (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("may declare `checks`")[2].partition("\n- ")[0]
    )
    assert {name for name in re.findall(r"`(\w+)`", guide) if "_" in name} == CHECKS.keys()


@pytest.mark.parametrize("text", ["n/a", "-", "..", "*"])
def test_a_row_without_a_value_is_left_out_and_nothing_invented_for_it(tmp_path, text):
    said = refused(written(tmp_path, [["Bonn", "2001", "3", "paper"], ["Ulm", "2001", text, "paper"]]))
    assert "where it states none leave the row out, or declare empty: true of the column" in said


@pytest.mark.parametrize("key", ["tolerance", "margin"])
def test_a_check_without_its_tolerance_is_refused(tmp_path, key):
    check = {"check": "no_running_total", "within": ["town"], "tolerance": 0, "margin": 0, "why": "rounded", key: None}
    declaration = declared(
        column("period", "text"),
        key=["town", "period"],
        periods={"fiscal": "period", "entity": "town", "year_ends": {"Bonn": "December"}},
        checks=[check],
    )
    project = written(tmp_path, [["Bonn", "1", "1", "paper", "FY2024"]], declaration)
    assert f"{key} is empty" in refused(project, "prices.yml")


# the declaration


@pytest.mark.parametrize("kind", ["text", "date"])
def test_a_value_is_a_number(tmp_path, kind):
    project = written(tmp_path, [BONN], declared(column("when", kind), value="when"))
    assert f"the column 'when' is of type {kind}" in refused(project, "prices.yml")


@pytest.mark.parametrize(
    "name", ["figures", "sources", "claims", "series_rows", "mutated_claims", "order", "left", "duckdb_tables"]
)
def test_a_name_that_the_database_or_sql_has_is_refused(tmp_path, name):
    assert f"id is {name!r}, a " in refused(written(tmp_path, [BONN], declared(id=name)), f"{name}.yml", line=2)


def test_the_words_of_sql_are_those_that_cannot_be_asked_from():
    words = set()
    with duckdb.connect() as connection:
        known = connection.execute("SELECT DISTINCT keyword_name FROM duckdb_keywords()").fetchall()
        for (word,) in known:
            connection.execute(f'CREATE OR REPLACE TABLE "{word}" (a INTEGER)')
            try:
                connection.execute(f"SELECT * FROM {word}")
            except duckdb.ParserException:
                words.add(word)
            connection.execute(f'DROP TABLE "{word}"')
        for path in (SQL / "schema.sql", *(SQL / "views").glob("*.sql")):
            connection.execute(path.read_text())
        tables = connection.execute("SELECT table_name FROM information_schema.tables").fetchall()
    assert set(reserved()) == words | {name for (name,) in tables}


@pytest.mark.parametrize(
    "name, unit, better",
    [
        ("million_usd", "million USD", "amount or amount_usd"),
        ("low_billion_usd", "billion USD", "low or low_usd"),
        ("growth_percent", "percent", "growth"),
        ("millions", "million USD", "amount or amount_usd"),
        ("price_usd_per_token", "USD/million_tokens", "price"),
        ("staff", "1", None),
        ("price_min", "USD", None),
        ("amount_usd", "million USD", None),
        ("growth_share", "percent", None),
        ("usd_per_token", "USD/token", None),
    ],
)
def test_a_value_s_name_says_what_sql_sees(tmp_path, name, unit, better):
    project = written(tmp_path, [[*BONN, "1"]], declared(column(name), value=name, unit=unit))
    if better is None:
        accepted(project)
    else:
        said = refused(project, "prices.yml")
        assert f"the column name {name!r} says" in said and f"rename it here and in the table: {better}" in said


def test_units_of_values_agree_and_stand_at_one_place(tmp_path):
    two = [column("seats", unit="person"), column("low", unit="USD"), column("high", unit="million USD")]
    several = {"seats": "seats", "spend": ["low", "high"]}
    said = refused(written(tmp_path / "a", [BONN], declared(*two, value=several)), "prices.yml")
    assert "unit beside several values that are named" in said and "the column 'high' is in million USD" in said
    said = refused(written(tmp_path / "b", [BONN], declared(column("more", unit="person"), value="more")), "prices.yml")
    assert "the column 'more' is in person" in said
    twice = {"seats": "seats", "again": "seats"}
    said = refused(written(tmp_path / "c", [BONN], declared(two[0], value=twice, unit=None)), "prices.yml")
    assert "the column 'seats' twice" in said
    bare = declared(column("more"), two[0], value={"seats": "seats", "more": "more"}, unit=None)
    assert "the column 'more' is without a unit" in refused(written(tmp_path / "d", [BONN], bare), "prices.yml")


@pytest.mark.parametrize(
    "changes, found",
    [
        ({"columns": [*declared()["columns"], column("printed_amount")]}, "the column name 'printed_amount'"),
        ({"columns": [*declared()["columns"], column("key")]}, "the column name 'key'"),
        ({"key": []}, "no key"),
        ({"label": "{town.upper}"}, "label asks for 'town.upper'"),
        ({"label": "{towns} {yaer}"}, "label asks for 'yaer'"),
        ({"label": "{town}}"}, "label is no template: Single '}'"),
        ({"label": "{town:>5.x}"}, "label asks for 'town' in the form '>5.x'"),
        ({"label": "{town!r}"}, "label asks for 'town' in the form 'r'"),
        ({"label": "{town!}"}, "label is no template"),
        ({"rounding": "town"}, "the column 'town' is text"),
        ({"source": ["source", "town"]}, "source is a list"),
        ({"value": {"amount": "amount"}, "unit": None}, "values named amount"),
        ({"value": []}, "value is []"),
        ({"place": "nowhere"}, "the column 'nowhere' is not declared"),
    ],
)
def test_what_would_break_later_is_refused_in_the_declaration(tmp_path, changes, found):
    assert found in refused(written(tmp_path, [BONN], declared(**changes)), "prices.yml")


def test_all_problems_of_declarations_and_tables_come_at_once(tmp_path):
    written(tmp_path, [["Bonn", "x", "1.5", "nowhere"], ["Ulm ", "2024", "y", "paper"]])
    project = written(tmp_path, [BONN], declared(id="figures", value="town"))
    _, problems = read(project)
    places = [problem.where.split(",")[0] for problem in problems]
    assert places == ["data/series/figures.yml"] * 2 + ["data/series/prices.csv"] * 4
