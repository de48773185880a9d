"""Texts, numbers and files: read exactly as they are written, or refused with what is wrong."""

import math
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.core.errors import ToolkitError
from toolkit.core.project import read_text
from toolkit.core.text import clean_text, exact_float, made_visible, newest, plain_value, unfit_sign


@pytest.mark.parametrize(
    "text, clean",
    [
        ("", ""),
        ("Ulm", "Ulm"),
        ("Ko\u0308ln", "Köln"),
        ("two  words", "two  words"),
        ("45\xa0%", "45\xa0%"),
        ("line\nline", "line\nline"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("क्\u200dष", "क्\u200dष"),
        ("1\ufe0f\u20e3 ❤\ufe0f", "1\ufe0f\u20e3 ❤\ufe0f"),
        ("葛\U000e0100", "葛\U000e0100"),
    ],
)
def test_clean_text_comes_back_composed(text, clean):
    assert clean_text(text) == (clean, "")


@pytest.mark.parametrize(
    "text, wrong",
    [
        ("Ulm ", "a space after it"),
        (" Ulm", "a space before it"),
        ("Ulm\xa0", "a space after it"),
        ("\tUlm", "before"),
        ("Ulm\n", "a space after it"),
        ("\u3000Ulm", "before"),
        ("U\u200blm", "U+200B (zero width space)"),
        ("Ulm\u200d", "U+200D (zero width joiner)"),
        ("U\u200clm", "U+200C"),
        ("\ufeffUlm", "U+FEFF"),
        ("U\u2060lm", "U+2060"),
        ("Ulm\u200e", "U+200E (left-to-right mark)"),
        ("\u202eUlm", "U+202E"),
        ("U\xadlm", "U+00AD (soft hyphen)"),
        ("U\x07lm", "U+0007 (control character)"),
        ("K\ufffdln", "U+FFFD (replacement character)"),
        ("a\u2028b", "U+2028"),
        ("a\u3164b", "U+3164 (hangul filler)"),
        ("a\ufe0fb", "U+FE0F"),
        ("a\U000e0041", "U+E0041"),
        ("a\ufdd0", "U+FDD0"),
        ("a\U0001fffe", "U+1FFFE"),
        ("\ue000", "U+E000, a character of one font's own"),
    ],
)
def test_what_nobody_sees_is_named(text, wrong):
    assert wrong in clean_text(text)[1]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("12.5\u202e", "12.5[U+202E]"),
        ("a\u200bb\x1b[0m", "a[U+200B]b[U+001B][0m"),
        ("\x00\ufffe\u3164", "[U+0000][U+FFFE][U+3164]"),
        ("two\nlines\tand 👩\u200d💻", "two\nlines\tand 👩\u200d💻"),
    ],
)
def test_what_nobody_sees_is_made_visible(text, shown):
    assert made_visible(text) == shown


@given(st.text())
def test_what_was_made_visible_has_nothing_that_nobody_sees(text):
    assert made_visible(made_visible(text)) == made_visible(text)
    assert "invisible" not in unfit_sign(made_visible(text))


@given(st.text(max_size=12))
def test_clean_text_is_clean_again(text):
    clean, wrong = clean_text(text)
    assert unicodedata.is_normalized("NFC", clean) and clean_text(clean) == (clean, wrong)


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "-0",
        "51",
        "+5",
        "007",
        "1.10",
        "0.1",
        "0.0004",
        "9007199254740992",
        "1e23",
        "1.5e-7",
        "5e-324",
        "123456789012345",
        "0.123456789012345",
        "1" + "0" * 22,
    ],
)
def test_numbers_that_a_float_keeps(text):
    assert exact_float(text) == float(text)


@pytest.mark.parametrize(
    "text",
    [
        "9007199254740993",
        "9223372036854775807",
        "0.12345678901234567890",
        "12345678901.1234567",
        "1e400",
        "-1e400",
        "1e-400",
        "1" * 301,
        "1e99999999999999999999",
        "1e-99999999999999999999",
        "0e99999999999999999999",
        "nan",
        "inf",
        "-Infinity",
        "1_000",
        "1,000",
        "٣",
        "",
        " 1",
        "1 ",
        ".5",
        "5.",
        "0x1F",
        "1e",
        "--1",
        "1\n",
    ],
)
def test_what_a_float_does_not_keep_is_no_number(text):
    assert exact_float(text) is None


FINITE = {"allow_nan": False, "allow_infinity": False}


@given(st.decimals(**FINITE, places=6) | st.decimals(**FINITE))
def test_a_number_is_kept_exactly_or_not_at_all(number):
    text = f"{number:f}" if -300 < number.adjusted() < 280 else str(number)
    found = exact_float(text)
    assert found is None or (math.isfinite(found) and Decimal(repr(found)) == Decimal(text))
    if len(text.strip("-").replace(".", "").strip("0")) <= 15 and abs(number.adjusted()) < 290 and "E+" not in text:
        assert found is not None


@pytest.mark.parametrize(
    "text, value",
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("5", 5),
        ("-5", -5),
        ("1.50", 1.5),
        ("1e3", 1000.0),
        ("1e999", math.inf),
        ("True", "True"),
        ("yes", "yes"),
        ("no", "no"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        (".5", ".5"),
        ("1.", "1."),
        (".nan", ".nan"),
        ("2026-04-15", "2026-04-15"),
        ("-", "-"),
        ("1" * 301, "1" * 301),
    ],
)
def test_what_a_text_without_quotes_stands_for(text, value):
    found = plain_value(text)
    assert found == value and type(found) is type(value)


def refused(path):
    with pytest.raises(ToolkitError) as raised:
        read_text(path)
    (problem,) = raised.value.problems
    assert problem.allowed and problem.remedy
    return problem.where, problem.found


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_text_comes_back_as_it_was_written(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("text") / "x.txt"
    path.write_bytes(text.encode())
    assert read_text(path) == text.lstrip("\ufeff")


@pytest.mark.parametrize(
    "data, line, found",
    [
        ("eins\nKöln\n".encode("cp1252"), 2, "the byte 0xF6, which is no UTF-8 (ö in Windows-1252)"),
        ("eins\r\nzwei\rKöln".encode("cp1252"), 3, "0xF6"),
        (b"a\n\x81", 2, "the byte 0x81, which is no UTF-8"),
        ("a\nb".encode("utf-16"), 1, "UTF-16"),
        ("a\nb".encode("utf-16-be"), 1, "UTF-16"),
        (b"a\nb\0", 1, "UTF-16"),
        (b"a\n\xed\xa0\x80", 2, "0xED"),
        ("Köln".encode()[:2], 1, "0xC3"),
    ],
)
def test_another_encoding_is_named_with_line_and_byte(sample, data, line, found):
    path = sample.data / "names_with_digits.txt"
    path.write_bytes(data)
    where, said = refused(path)
    assert where == f"data/names_with_digits.txt, line {line}" and found in said


def test_a_file_outside_a_project_is_named_without_its_folder(tmp_path):
    (tmp_path / "x.txt").write_bytes(b"\xff\xfe")
    assert refused(tmp_path / "x.txt")[0] == "x.txt, line 1"
    assert refused(tmp_path) == (tmp_path.name, "cannot be read: a folder")
    assert refused(tmp_path / "y.txt") == ("y.txt", "cannot be read: No such file or directory")


def test_the_newest_of_dates_is_the_newest_source_with_a_day_or_a_month():
    assert newest(["2026-05-12", "2026-05", None, "2026"]) == "2026-05"
    assert newest(["2026-05-12", "2026-04", "2026-Q3"]) == "2026-05-12"
    assert newest(["2025-11/2026", "2026"]) == "2025-11"
    assert newest(["2026", None]) == "2026"
    assert newest([None, ""]) is None
