"""The drafted correction: what was printed, what is, and the input that moved; nothing where readers see no change."""

import yaml

from tests.build.editions import PAGE, nodes, write_edition
from toolkit.review.correction_draft import as_text, drafts
from toolkit.review.diff import changes


def drafted(tmp_path, old=None, new=None):
    before = write_edition(tmp_path / "old", **(old or {}))
    after = write_edition(tmp_path / "new", **(new or {}))
    return drafts(before, after, changes(before, after))


def moved(heavy, multiple, **style):
    found = nodes(heavy=heavy, multiple=multiple)
    found["a"]["style"] = style
    return found


def test_a_finding_that_prints_otherwise_is_drafted_with_the_input_that_moved(tmp_path):
    (draft,) = drafted(tmp_path, new={"found": moved(40.0, 4.0)})
    assert (draft.story, draft.finding, draft.was, draft.now) == ("coffee", "coffee.multiple", "3.5 times", "4.0 times")
    assert draft.why == "The figure office-survey#heavy was 35 cups a week and is 40 cups a week."


def test_a_change_that_no_reader_sees_needs_no_correction(tmp_path):
    assert drafted(tmp_path, new={"found": nodes(multiple=3.5000001)}) == []


def test_where_the_computation_changed_the_reason_is_left_to_the_editor(tmp_path):
    (draft,) = drafted(tmp_path, new={"found": nodes(multiple=3.7)})
    assert draft.why == ""


def test_a_sentence_that_the_finding_explains_is_not_drafted_again(tmp_path):
    old = {"page": PAGE.replace("Nothing is true.", "Of 12 cups, 3.5 times as many. It costs $1.20. Nothing is true.")}
    text = old["page"].replace("3.5 times", "3.7 times").replace("$1.20", "$1.30").replace("Nothing", "All")
    made = drafted(tmp_path, old, {"found": nodes(multiple=3.7), "page": text})
    assert [(draft.finding, draft.was, draft.now) for draft in made] == [
        ("coffee.multiple", "3.5 times", "3.7 times"),
        ("", "It costs $1.20.", "It costs $1.30."),
    ]


def test_stories_and_findings_that_come_and_go_are_no_corrections(tmp_path):
    assert drafted(tmp_path, new={"slugs": ("coffee", "tea"), "names": ("coffee.multiple", "coffee.more")}) == []


def test_the_text_is_an_entry_of_the_file_once_the_blanks_are_filled(tmp_path):
    text = as_text(drafted(tmp_path, new={"found": moved(12.0, 4.0, words=True)}))
    (entry,) = yaml.safe_load(text)
    assert entry["was"] == "3.5 times" and "was 35 cups a week and is twelve cups a week" in entry["why"]
    assert [key for key, value in entry.items() if value is None] == [True, "noticed_by"]  # YAML 1.1 reads on as true
