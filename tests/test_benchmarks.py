"""The benches: who goes first, what a row says, and the page that is made of them."""

from dataclasses import replace

import pytest

from bench import __main__ as benches
from bench import rows
from bench import simulate_against_others as simulator
from bench.rows import Row, in_turn, keep


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch):
    for module in (rows, benches):
        monkeypatch.setattr(module, "KEPT", tmp_path)


def test_another_one_goes_first_in_each_round():
    order = []
    found = in_turn({name: lambda name=name: order.append(name) or len(order) for name in ("ours", "peer")}, 3)
    assert order == ["ours", "peer", "peer", "ours", "ours", "peer"]
    assert found == {"ours": [1, 4, 5], "peer": [2, 3, 6]}


def test_a_goal_is_a_share_of_the_peer_or_a_limit_without_one():
    assert Row("build", "s", 20, 40, goal=0.7).holds and not Row("build", "s", 30, 40, goal=0.7).holds
    assert Row("help", "s", 0.1, goal=0.3).holds and not Row("help", "s", 0.4, goal=0.3).holds


def test_the_page_names_peers_floors_goals_and_what_was_left_out():
    found = [Row("five metrics", "s", 1.5, 3.0, "pandas", 1.25, "all cores busy", 0.7), Row("help", "s", 0.4, goal=0.3)]
    keep("changes", "2 cores", found, ["polars, which is not installed here"])
    told = benches.section("changes", "Changes")
    assert "| five metrics | 1.5 s | 3 s, pandas | 0.50 | 1.25 s, all cores busy | 0.7, kept |" in told
    assert "| help | 0.4 s | none |  |  | 0.3 s, not kept |" in told
    assert "Left out: polars, which is not installed here." in told and "2 cores" in told
    assert "Not measured for this page" in benches.section("datasets", "Datasets")


def test_the_simulator_stands_beside_each_generator_and_its_limits():
    ours, peer = simulator.Run(10_000_000, 1.0, 500_000_000, 150_000_000), simulator.Run(5_000_000, 1.0, 1, 1)
    found = simulator.rows_of({"toolkit simulate": [ours] * 3, "NumPy": [peer] * 3})
    assert [(row.name, row.peer_is, row.ratio) for row in found if row.peer] == [
        ("a million events simulated", "NumPy", 0.5)
    ]
    assert all(row.holds for row in found)
    slow, fat, large = replace(ours, seconds=2.0), replace(ours, peak=2 * 10**9), replace(ours, size=170_000_000)
    for worse in (slow, fat, large):
        assert sum(not row.holds for row in simulator.rows_of({"toolkit simulate": [worse]})) == 1


@pytest.mark.heavy  # Altair is imported
def test_the_ratios_are_drawn_in_a_form_of_the_toolkit():
    drawn = benches.picture([Row("five metrics", "s", 1.5, 3.0, "pandas"), Row("help", "s", 0.4)])
    assert "five metrics" in drawn and "0.50 times" in drawn and "help" not in drawn


def test_the_page_has_a_part_for_every_bench():
    page = benches.PAGE.read_text(encoding="utf-8")
    assert [line[3:] for line in page.splitlines() if line.startswith("## ")] == list(benches.BENCHES.values())


def test_the_page_says_where_a_peers_own_count_is_not_that_of_the_documentation():
    page = benches.PAGE.read_text(encoding="utf-8")
    assert benches.NOTES.keys() <= benches.BENCHES.keys() and all(note in page for note in benches.NOTES.values())
    assert all(benches.section(bench, "Title").endswith(note) for bench, note in benches.NOTES.items())
