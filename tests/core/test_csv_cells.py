"""Texts of CSV files: no spreadsheet, of whatever country, finds the start of a formula in one."""

import csv
import io
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.core.csv_cells import without_apostrophes, without_formula

SIGNS = "=+-@＝＋－＠"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        (" =1", " '=1"),
        ("＝1", "'＝1"),
        ("a\n=1", "a\n'=1"),
        ("a\r\n-1", "a\r\n'-1"),
        ("a;=1", "a;'=1"),
        ('a;"=1"', 'a;"\'=1"'),
        ("a\t@x", "a\t'@x"),
    ],
)
def test_an_apostrophe_stands_before_what_would_begin_a_formula(text, written):
    assert without_formula(text) == written


@pytest.mark.parametrize("text", ["", "a=b", "5-4", "a - b", "3, -5", "a\r\n\r\nb", "Köln; Ulm", "me@example.org"])
def test_other_texts_stay_as_they_are(text):
    assert without_formula(text) == text


@given(st.text(alphabet=SIGNS + " \t\n;\"'a1", max_size=12), st.sampled_from(";\t"))
def test_no_cell_of_a_line_begins_a_formula_however_it_is_cut(text, separator):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow([without_formula(text), "b"])
    for cells in (re.split(rf"[\n{separator}]", out.getvalue()), next(csv.reader(io.StringIO(out.getvalue())))):
        assert not [cell for cell in cells if cell.strip(' "')[:1] in [*SIGNS]]


@given(st.text(alphabet=SIGNS + " \t\n;\"'a1", max_size=12))
def test_the_apostrophes_are_taken_away_again(text):
    assert without_apostrophes(without_formula(text)) == without_apostrophes(text)
    assert "'" in text or without_apostrophes(without_formula(text)) == text


def test_a_long_text_takes_no_time():
    start = time.process_time()
    for part in ("\n", " ", ";", '"', "\t", "= "):
        without_formula(part * 200_000)
    assert time.process_time() - start < 2
