"""Names that look alike: what a reader cannot tell apart is refused, what is written as it is meant is not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.core.lookalikes import CONFUSABLES, misleading_names, skeleton, wrong_in_name
from toolkit.core.total_words import is_total

LETTERS = st.text(alphabet="abcdefghij", min_size=1, max_size=8)


@given(LETTERS, LETTERS, st.sampled_from(["\xa0", "\t", "\n", "  ", "\u2009", "\u3000", " \xa0", "\u200b", "\u2028"]))
def test_a_name_with_another_space_in_it_is_refused_and_looks_like_that_with_a_plain_one(left, right, space):
    assert wrong_in_name(f"{left}{space}{right}") and not wrong_in_name(f"{left} {right}")
    if space not in ("\u200b", "\u2028"):
        assert skeleton(f"{left}{space}{right}") == f"{left} {right}"


@given(LETTERS, st.sampled_from(sorted(CONFUSABLES)))
def test_a_letter_of_another_script_among_latin_ones_is_named(word, letter):
    wrong = wrong_in_name(word + letter)
    assert f"U+{ord(letter):04X}" in wrong and "among Latin letters" in wrong
    assert skeleton(word + letter) == word + CONFUSABLES[letter]


@given(st.text(alphabet=st.characters(categories=["L"], max_codepoint=0x24F), min_size=1, max_size=6))
def test_words_of_latin_letters_are_names_but_for_ligatures(word):
    plain = unicodedata.normalize("NFC", word)
    forms = [sign for sign in plain if unicodedata.decomposition(sign).startswith("<compat> ") and sign != "µ"]
    assert (not wrong_in_name(word)) == (not forms)


@pytest.mark.heavy
@given(st.text(max_size=8))
def test_what_is_seen_of_a_name_is_seen_of_that_too(text):
    assert skeleton(skeleton(text)) == skeleton(text)


def test_each_name_is_held_against_the_first_that_looks_like_it():
    assert misleading_names([" a", "b  c", "b c"]) == {" a": "a space before it", "b  c": "two spaces together in it"}
    assert misleading_names(["ABC", "x", "АВС", "ABC", "a–b", "a-b"]) == {
        "АВС": "letters that look like those of 'ABC'",
        "a-b": r"letters that look like those of 'a\u2013b'",
    }


@given(st.lists(st.text(alphabet="ab сА’'µé \u00a0–-ﬁ", max_size=4), max_size=8))
def test_what_misleads_is_found_one_by_one_as_in_all_at_once(names):
    found = misleading_names(names)
    assert all(found[name] == wrong for name in names if (wrong := wrong_in_name(name)))
    left = [name for name in dict.fromkeys(names) if name not in found]
    assert len({skeleton(name) for name in left}) == len(left), "no two of those that are left look alike"


@pytest.mark.parametrize("word", ["Total", "SUB-TOTAL:", "Summe", "total\xa0général", "(Итого)", "Grand Total"])
def test_a_word_for_a_total_is_one_however_it_is_written(word):
    assert is_total(word) and is_total(word, certain=True)


@pytest.mark.parametrize("word", ["All", "overall", "Ensemble", "Both"])
def test_a_word_that_may_name_a_group_is_no_certain_total(word):
    assert is_total(word) and not is_total(word, certain=True)


@pytest.mark.parametrize("word", ["Total Bay", "Totally", "Summer", "Allgäu", "Sumatra", "", "-"])
def test_a_name_that_begins_like_one_is_none(word):
    assert not is_total(word)
