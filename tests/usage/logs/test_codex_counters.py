"""Counters of Codex sessions that share a file, begin again, repeat or are copied: each step counts once.

What a line says is what the tool does: it adds the last step to the counter and writes both (TokenUsageInfo in
codex-rs/protocol). So sums of steps that were not repeated are the truth here.
"""

import json
from itertools import accumulate

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from tests.usage.logs.reading import counts, new_project, read, rows

pytestmark = pytest.mark.heavy
SUMS = """
SELECT
    coalesce(sum("gen_ai.usage.input_tokens"), 0), coalesce(sum("gen_ai.usage.cache_read.input_tokens"), 0),
    coalesce(sum("gen_ai.usage.output_tokens"), 0), coalesce(sum("gen_ai.usage.reasoning.output_tokens"), 0), count(*)
FROM {events}
"""
FALLS = "a counter that began again, or another session's: the step is taken as the file says it"
TURNS = "counters of several sessions in turn: the step is the one to the counter that it goes on from"


def usage(parts):
    names = ("input_tokens", "cached_input_tokens", "output_tokens", "reasoning_output_tokens")
    return dict(zip(names, parts, strict=True)) | {"total_tokens": parts[0] + parts[2]}


def counter(total, last, second=0):
    """A token_count: the counter, the last step (None: not said) and when, in seconds from the file's beginning."""
    info = {"total_token_usage": usage(total), "last_token_usage": usage(last) if last else None}
    time = f"2026-03-02T{10 + second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.000Z"
    return {"timestamp": time, "type": "event_msg", "payload": {"type": "token_count", "info": info}}


def meta(name, **said):
    payload = {"id": name, "cwd": "/workspace/p", "originator": "codex_cli_rs", "source": "cli"} | said
    return {"timestamp": "2026-03-02T10:00:00.000Z", "type": "session_meta", "payload": payload}


def counters(steps):
    """The counters of a session whose steps are these, each with its step."""
    totals = accumulate(steps, lambda one, other: tuple(map(sum, zip(one, other, strict=True))))
    return [*zip(totals, steps, strict=True)]


def steps(*inputs):
    return [(one, one // 2, one // 100, one // 1000) for one in inputs]


def account(desk, tmp_path, *lines, name="log", **files):
    folder = tmp_path / f"in-{name}"
    folder.mkdir()
    for file, own in {"one": lines, **files}.items():
        (folder / f"{file}.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in own))
    return read(desk, folder, name=name, form="codex")


def sums(desk, name="log"):
    return rows(desk, SUMS, name)[0]


def true_sums(*sessions):
    listed = [step for session in sessions for step in session]
    return (*map(sum, zip(*listed, strict=True)), len(listed))


def test_two_counters_in_turn_each_go_on_from_their_own(desk, tmp_path):
    first, second = steps(9000, 10_000, 5000), steps(3000, 2000, 1000)
    lines = [meta("a")]
    for place, pair in enumerate(zip(counters(first), counters(second), strict=True)):
        lines += [counter(*one, 60 * place + 30 * at) for at, one in enumerate(pair)]
    found = account(desk, tmp_path, *lines)
    assert sums(desk) == true_sums(first, second)
    assert found.remarks == {FALLS: 1, TURNS: 4}


def test_a_counter_that_falls_and_goes_on(desk, tmp_path):
    first, second = steps(9000, 10_000), steps(8000, 30_000)
    lines = [counter(*one, 60 * at) for at, one in enumerate(counters(first) + counters(second))]
    assert account(desk, tmp_path, meta("a"), *lines).remarks == {FALLS: 1}
    assert sums(desk) == true_sums(first, second)


def test_a_resumed_session_that_writes_its_counters_again(desk, tmp_path):
    first = counters(steps(9000, 10_000))
    lines = [counter(*one, 60 * at) for at, one in enumerate([*first, *first, first[-1]])]
    later = counter((24_000, 12_000, 240, 24), (5000, 2500, 50, 5), 400)
    found = account(desk, tmp_path, meta("a"), *lines, meta("a"), later)
    assert sums(desk) == (24_000, 12_000, 240, 24, 3) and counts(found) == (8, 3, 3, 2, 0)


def test_two_sessions_one_after_the_other_in_a_file(desk, tmp_path):
    same = [counter(*one, 60 * at) for at, one in enumerate(counters(steps(9000, 10_000)))]
    account(desk, tmp_path, meta("a"), *same, meta("b"), *same)
    assert sums(desk) == true_sums(steps(9000, 10_000), steps(9000, 10_000))
    assert rows(desk, 'SELECT count(DISTINCT "gen_ai.conversation.id") FROM {events}') == [(2,)]


@pytest.mark.parametrize("source", [{"forked_from_id": "a"}, {"source": {"subagent": {"thread_spawn": {}}}}])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_fork_repeats_what_its_parent_counted(desk, tmp_path, source, number):
    whole = counters(steps(9000, 10_000, 5000, 4000))
    parent = [counter(*one, 600 + 60 * at) for at, one in enumerate(whole[:number])]
    fork = [meta("b", **source), meta("a"), *(counter(*one) for one in whole[:number]), counter(*whole[number], 90)]
    found = account(desk, tmp_path, meta("a"), *parent, fork=fork)
    assert sums(desk) == true_sums(steps(9000, 10_000, 5000, 4000)[: number + 1]) and not found.remarks


def test_what_says_a_step_that_was_none_is_a_duplicate(desk, tmp_path):
    """After compaction the last step is an estimate; a full context sets the counter to zero: neither is use."""
    (one, step), (two, other) = counters(steps(9000, 10_000))
    nothing = counter((0, 0, 0, 0), (0, 0, 0, 0), 200)
    nothing["payload"]["info"]["total_token_usage"]["total_tokens"] = 258_400
    lines = [
        counter(one, step),
        counter(one, (0, 0, 0, 0), 30),
        counter(two, other, 60),
        counter(two, (258_400, 0, 0, 0), 90),
        nothing,
        counter((700, 0, 7, 0), (700, 0, 7, 0), 300),
    ]
    found = account(desk, tmp_path, meta("a"), *lines)
    assert sums(desk) == (19_700, 9500, 197, 19, 3) and counts(found) == (7, 3, 2, 2, 0)


def test_counters_that_say_no_step(desk, tmp_path):
    """One that only grows is differenced; where it falls nobody knows whether it began again or is another's."""
    rising = [counter(one, None, 60 * at) for at, (one, _) in enumerate(counters(steps(9000, 10_000, 5000)))]
    account(desk, tmp_path, meta("a"), *rising)
    assert sums(desk) == true_sums(steps(9000, 10_000, 5000))
    fallen = account(desk, tmp_path, meta("a"), *rising, counter((3000, 0, 3, 0), None, 300), name="fallen")
    assert fallen.reasons == {"a counter that falls and says no step": 1}
    assert sums(desk, "fallen") == sums(desk)


STEP = st.tuples(st.integers(1, 10**6), st.integers(0, 1), st.integers(1, 10**4), st.integers(0, 1))


@settings(
    max_examples=5, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sessions=st.lists(st.lists(STEP, min_size=1, max_size=8), min_size=1, max_size=4), draw=st.randoms())
def test_any_sessions_in_turn_with_counters_repeated(tmp_path_factory, sessions, draw):
    """The sums are those of all steps, whatever the order of the sessions' lines and how often each is written."""
    sessions = [[(i, c * i, o, r * o) for i, c, o, r in session] for session in sessions]
    queues, lines = [counters(session) for session in sessions], []
    totals = [(total[0], total[2]) for queue in queues for total, _ in queue]
    assume(len({*totals}) == len(totals))  # of two sessions with one counter nobody can tell which goes on
    while any(queues):
        queue = draw.choice([one for one in queues if one])
        lines += [queue.pop(0)] * draw.choice((1, 1, 2))
    folder = tmp_path_factory.mktemp("codex")
    desk = new_project(folder / "desk")
    found = account(desk, folder, meta("a"), *(counter(*one, 60 * at) for at, one in enumerate(lines)))
    assert sums(desk) == true_sums(*sessions)
    assert counts(found)[2] == len(lines) - sum(map(len, sessions))
