"""The totals of a log that grew step by step are those of one that was read at once, whatever came, grew or went."""

import gzip
import json
from shutil import copytree

import pytest

from tests.usage.logs.reading import SAMPLES, read
from tests.usage.logs.test_bad_lines import answer, text
from toolkit.engine.connect import in_memory
from toolkit.usage.logs.store import declared_log, log_folder

pytestmark = pytest.mark.heavy


@pytest.fixture
def grown(desk, tmp_path):
    """Adds lines to a transcript of somebody, reads all of them, and returns the account of the log."""

    def grow(person, *lines):
        file = tmp_path / "in" / person / ".claude" / "projects" / "x.jsonl"
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a") as opened:
            opened.write(text(*lines))
        return read(desk, tmp_path / "in")

    return grow


def at_once(desk, tmp_path, number):
    return read(desk, tmp_path / "in", name=f"at-once-{number}").totals


def test_totals_follow_new_files_grown_ones_and_events_that_are_gone(desk, tmp_path, grown):
    steps = (
        ("ann", [answer(1), answer(2)], (2, 200, 10, 1)),
        ("bob", [answer(3), answer(2)], (3, 300, 15, 2)),  # of a copy one is the event
        ("ann", [answer(4)], (4, 400, 20, 2)),
        ("bob", [answer(3, 60), answer(1, 3)], (4, 400, 75, 2)),  # an answer that was read while it grew is gone
        ("cyd", [answer(1, 100), answer(2, 100)], (4, 400, 265, 3)),  # those with fewer tokens are gone
        ("cyd", [answer(5)], (5, 500, 270, 3)),
    )
    for number, (person, lines, expected) in enumerate(steps):
        (total,) = grown(person, *lines).totals
        assert (total.events, total.input_tokens, total.output_tokens, total.people) == expected, person
        assert at_once(desk, tmp_path, number) == (total,)


def test_whoever_has_no_event_any_more_is_no_person_of_the_log(grown):
    assert grown("ann", answer(1)).totals[0].people == 1
    assert grown("bob", answer(1, 60)).totals[0].people == 1


def test_totals_of_several_grains_and_of_counts_that_are_not_recorded(desk, tmp_path, grown):
    for number, sample in enumerate(("copilot-premium-requests", "claude-code-stats", "litellm-daily")):
        copytree(SAMPLES / sample / "files", tmp_path / "in" / sample)
        account = grown("ann", answer(number))
        assert account.totals == at_once(desk, tmp_path, number)
    assert {total.input_tokens is None for total in account.totals} == {True, False}


def test_totals_of_a_file_that_is_read_again(desk, tmp_path, grown):
    grown("ann", answer(1))
    path = tmp_path / "in" / "bob.jsonl.gz"
    for number, lines in enumerate(([answer(2)], [answer(2), answer(3)], [answer(2), answer(3), answer(4, 9)])):
        path.write_bytes(gzip.compress(text(*lines).encode()))
        assert read(desk, tmp_path / "in").totals == at_once(desk, tmp_path, number)


def test_a_log_of_before_it_had_the_sums_of_people_gets_them(desk, tmp_path, grown):
    grown("ann", answer(1))
    grown("bob", answer(2))
    path = log_folder(desk, "log") / "log.json"
    whole = json.loads(path.read_text())
    del whole["tables"]["person"]
    path.write_text(json.dumps(whole))
    assert grown("bob", answer(3)).totals == at_once(desk, tmp_path, 1)
    assert declared_log(log_folder(desk, "log"))["tables"]["person"]


def test_of_the_events_that_were_there_adding_reads_the_keys_alone(desk, grown):
    """A log without their other columns is added to all the same, where no key comes again."""
    grown("ann", answer(1))
    (events,) = (log_folder(desk, "log") / "events").glob("*")
    kept = "source_file, source_line, record, time_utc, dedup_key, replay_key"
    in_memory().execute(f"COPY (SELECT {kept} FROM '{events}') TO '{events}' (FORMAT parquet)")
    (total,) = grown("bob", answer(2)).totals
    assert (total.events, total.input_tokens, total.people) == (2, 200, 2) and events.is_file()
