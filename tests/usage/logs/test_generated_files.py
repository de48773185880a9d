"""Lines broken at random between those of samples and of generated files: each is accounted for, sums are exact."""

import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.usage.logs.reading import SAMPLES, counts, new_project, read, rows
from tests.usage.logs.test_codex_counters import counter
from toolkit.usage.logs.lines import _shape
from toolkit.usage.logs.log_format import log_formats

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SUMS = """
SELECT
    source_format, count(*), sum("gen_ai.usage.input_tokens"), sum("gen_ai.usage.output_tokens"),
    CAST(round(sum(cost_usd) * 100) AS BIGINT), sum(requests)
FROM {events} GROUP BY ALL
"""
USED = st.tuples(st.integers(0, 10**9), st.integers(0, 10**6))  # input and output of one event
BROKEN = (b"no JSON", b'{"a": 1', b"\xff\xfe", b"\0\0\0", b'{"a": 1}{"b": 2}', b"[[[", b'"text without end')
BLANK = (b"", b"  ", b"\r")
CURSOR = (
    "Date,User,Kind,Model,Input (w/ Cache Write),Input (w/o Cache Write),Cache Read,Output Tokens,Total Tokens,Cost"
)
BILL = {"BillingCurrency": "USD", "ConsumedUnit": "Tokens", "ServiceCategory": "AI and Machine Learning"}
PARTS = ("inputTokens", "outputTokens", "cacheReadInputTokens", "cacheCreationInputTokens")


def at(place):
    return f"{START + timedelta(hours=place):%Y-%m-%dT%H:%M:%SZ}"


def on(place):
    return f"{START + timedelta(days=place):%Y-%m-%d}"


def bucket(place, **result):
    return {"starting_at": at(place), "ending_at": at(place + 1), "results": [result]}


def attribute(name, value):
    return {"key": name, "value": {"intValue": str(value)}}


def span(p, i, o):
    used = [attribute("gen_ai.usage.input_tokens", i), attribute("gen_ai.usage.output_tokens", o)]
    nanoseconds = int((START + timedelta(hours=p)).timestamp()) * 10**9
    made = {"traceId": f"t{p}", "spanId": f"s{p}", "startTimeUnixNano": str(nanoseconds), "attributes": used}
    return {"resourceSpans": [{"resource": {}, "scopeSpans": [{"spans": [made]}]}]}


def claude_report(p, i, o):
    tokens = {"input": i, "output": o, "cache_read": 0, "cache_creation": 0}
    model = {"model": "claude-opus-4-1", "tokens": tokens, "estimated_cost": {"amount": 3, "currency": "USD"}}
    actor = {"type": "user_actor", "email_address": "dev@example.org"}
    return {"data": [{"date": f"{on(p)}T00:00:00Z", "actor": actor, "model_breakdown": [model]}]}


def openai_bucket(p, i, o):
    start = int((START + timedelta(hours=p)).timestamp())
    result = {"object": "organization.usage.completions.result", "input_tokens": i, "output_tokens": o}
    return {"start_time": start, "end_time": start + 3600, "results": [result | {"num_model_requests": 1}]}


LINES = {  # a line of some formats, of its place and its input and output
    "anthropic-claude-code": claude_report,
    "anthropic-cost": lambda p, i, o: bucket(p, amount=str(o), currency="USD"),
    "anthropic-messages": lambda p, i, o: bucket(p, uncached_input_tokens=i, output_tokens=o),
    "ccusage": lambda p, i, o: {
        "daily": [{"date": on(p), "inputTokens": i, "outputTokens": o, "cacheReadTokens": 0, "totalTokens": i + o}],
        "totals": {"inputTokens": i},
    },
    "claude-code": lambda p, i, o: {
        "type": "assistant",
        "sessionId": "s",
        "uuid": f"u{p}",
        "requestId": f"r{p}",
        "timestamp": at(p),
        "message": {"id": f"m{p}", "role": "assistant", "usage": {"input_tokens": i, "output_tokens": o}},
    },
    "claude-code-stats": lambda p, i, o: {
        "version": 5,
        "dailyModelTokens": [{"date": on(p), "tokensByModel": {"claude-opus-4-1": i}}],
        "modelUsage": {"claude-opus-4-1": dict.fromkeys(PARTS, 1)},
    },
    "copilot-users": lambda p, i, o: {
        "day": on(p),
        "user_id": 7,
        "user_login": "dev",
        "user_initiated_interaction_count": 1,
        "totals_by_cli": {"token_usage": {"prompt_tokens_sum": i, "output_tokens_sum": o}},
    },
    "cursor-events": lambda p, i, o: {
        "timestamp": str(int((START + timedelta(hours=p)).timestamp()) * 1000),
        "model": "auto",
        "kind": "Included",
        "tokenUsage": {"inputTokens": i, "outputTokens": o},
        "userEmail": "dev@example.org",
    },
    "focus-bill": lambda p, i, o: {
        **BILL,
        "BilledCost": 0.05,
        "ChargePeriodStart": at(p),
        "ChargePeriodEnd": at(p + 1),
        "ConsumedQuantity": i,
        "SkuMeter": "Input Tokens",
        "ServiceSubcategory": "Generative AI",
    },
    "gemini-cli": lambda p, i, o: {
        "sessionId": "s",
        "projectHash": "h",
        "id": f"m{p}",
        "timestamp": at(p),
        "type": "gemini",
        "tokens": {"input": i, "output": o, "total": i + o},
    },
    "gemini-cli-telemetry": lambda p, i, o: {
        "attributes": {
            "event.name": "gemini_cli.api_response",
            "event.timestamp": at(p),
            "session.id": "s",
            "input_token_count": i,
            "output_token_count": o,
            "total_token_count": i + o,
        },
    },
    "langfuse": lambda p, i, o: {
        "id": f"o{p}",
        "traceId": f"t{p}",
        "type": "GENERATION",
        "startTime": at(p),
        "usageDetails": {"input": i, "output": o},
    },
    "litellm-daily": lambda p, i, o: {
        "user_id": "a",
        "date": on(p),
        "api_key": "k",
        "model": "gpt-5",
        "model_group": "gpt-5",
        "prompt_tokens": i,
        "completion_tokens": o,
        "cache_read_input_tokens": 0,
        "cache_creation_input_tokens": 0,
        "api_requests": 1,
    },
    "litellm-spend-logs": lambda p, i, o: {
        "request_id": f"r{p}",
        "call_type": "acompletion",
        "prompt_tokens": i,
        "completion_tokens": o,
        "startTime": at(p),
        "api_key": "k",
        "spend": "0.01",
        "total_tokens": i + o,
        "status": "success",
    },
    "openai-usage": openai_bucket,
    "openrouter-activity": lambda p, i, o: {
        "date": on(p),
        "model": "openai/gpt-5",
        "model_permaslug": "openai/gpt-5",
        "endpoint_id": "e",
        "usage": 0.01,
        "byok_usage_inference": 0,
        "requests": 1,
        "prompt_tokens": i,
        "completion_tokens": o,
    },
    "otlp-genai-spans": span,
    "tracelab": lambda p, i, o: {
        "provider": "codex",
        "session_id": "s",
        "round_index": p,
        "trace_key": f"k{p}",
        "input_tokens_total": i,
        "newly_append_tokens": i,
        "output_tokens": o,
        "timing_events": [{"timestamp": at(p)}],
    },
}
CSV = {  # the header of a format, and a row of its place and its input and output
    "copilot-premium-requests": (
        "Timestamp,User,Model,Requests Used,Exceeds Monthly Quota,Total Monthly Quota",
        lambda p, i, o: f"{at(p)},dev,GPT-5,1,false,300",
    ),
    "cursor-dashboard": (CURSOR, lambda p, i, o: f"{at(p)},dev,Included,auto,0,{i},0,{o},{i + o},0.05"),
}
ONLY = {  # what a format does not say: input, output
    "anthropic-cost": (False, False),
    "claude-code-stats": (True, False),
    "focus-bill": (True, False),
    "copilot-premium-requests": (False, False),
}
CENTS = {"anthropic-cost": lambda o: o, "focus-bill": lambda o: 5, "cursor-dashboard": lambda o: 5}


def codex(used):
    """The lines of a session whose counter these steps make."""
    made, total = [], (0, 0, 0, 0)
    for place, (i, o) in enumerate(used):
        step = (i, 0, o, 0)
        total = tuple(map(sum, zip(total, step, strict=True)))
        made.append(counter(total, step, 60 * place))
    return made


def content(name, used, draw):
    """A file of a format with these events, as bytes, and how many of its lines are broken and how many blank."""
    if name in CSV:
        header, row = CSV[name]
        good, broken, blank = [row(p, i, o).encode() for p, (i, o) in enumerate(used)], (b"one,two", b"x"), (b"",)
        first = [header.encode()]
    else:
        said = codex(used) if name == "codex" else [LINES[name](p, i, o) for p, (i, o) in enumerate(used)]
        good, broken, blank, first = [json.dumps(one).encode() for one in said], BROKEN, BLANK, []
    made, numbers = [*first, *good[: not first]], [0, 0]
    for line in [*good[not first :], None]:
        for _ in range(draw.randrange(3)):
            kind = draw.random() < 0.5
            made.append(
                draw.choice(blank)
                if kind
                else draw.choice((*broken, good[0][: len(good[0]) // 2] if not first else b"x"))
            )
            numbers[kind] += 1
        made += [] if line is None else [line]
    return b"\n".join(made) + (draw.choice((b"", b"\n")) if made[-1] else b"\n"), *numbers


@pytest.mark.slow
@settings(max_examples=2, deadline=None, phases=[Phase.generate])  # to shrink would read for minutes
@given(used=st.lists(USED, min_size=1, max_size=6), draw=st.randoms())
def test_generated_files_of_these_formats_have_the_exact_sums_and_no_line_is_lost(tmp_path_factory, used, draw):
    names = sorted({*LINES, *CSV, "codex"})
    if sum(used[0]) == 0:
        used = [(1, 1), *used[1:]]  # a session whose counter is zero says nothing
    folder = tmp_path_factory.mktemp("generated")
    desk, numbers = new_project(folder / "desk"), {}
    for name in names:
        (folder / "in" / name).mkdir(parents=True)
        text, *numbers[name] = content(name, used, draw)
        (folder / "in" / name / "file").write_bytes(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOOLKIT_KEYS", str(folder / "keys"))
        account = read(desk, folder / "in")
    sums = {row[0]: row[1:] for row in rows(desk, SUMS)}
    for one in account.files:
        name, (broken, blank) = one.format, numbers.pop(one.format)
        events = [pair for pair in used if name != "codex" or sum(pair)]
        says_input, says_output = ONLY.get(name, (True, True))
        count, tokens_in, tokens_out, cents, requests = sums[name]
        assert (one.events, one.quarantined) == (len(events), broken), name
        assert one.records == len(used) + broken + blank + (name in CSV), name
        assert tokens_in == (sum(i for i, _ in events) if says_input else None), name
        assert tokens_out == (sum(o for _, o in events) if says_output else None), name
        assert count == requests == len(events), name
        if name in CENTS:
            assert cents == sum(CENTS[name](o) for _, o in events), name
    assert not numbers


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(log_formats()))
@settings(max_examples=2, deadline=None, phases=[Phase.generate])
@given(draw=st.randoms())
def test_lines_broken_between_those_of_a_sample_are_counted_and_change_no_total(tmp_path_factory, name, draw):
    folder = tmp_path_factory.mktemp("sample")
    shutil.copytree(SAMPLES / name / "files", folder / "in")
    numbers = [0, 0]
    for path in sorted(one for one in (folder / "in").rglob("*") if one.is_file()):
        first, *lines = path.read_bytes().splitlines(keepends=True)
        if lines and _shape(first) in ("lines", "csv"):
            wrong = ((b"one,two", b"x"), (b"",)) if _shape(first) == "csv" else (BROKEN, BLANK)
            made = [first]
            for line in lines:
                kinds = [draw.randrange(2) for _ in range(draw.randrange(3))]
                made += [draw.choice(wrong[kind]) + b"\n" for kind in kinds] + [line]
                numbers = [number + kinds.count(kind) for kind, number in enumerate(numbers)]
            path.write_bytes(b"".join(made))
    desk = new_project(folder / "desk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOOLKIT_KEYS", str(folder / "keys"))
        whole, changed = read(desk, SAMPLES / name / "files"), read(desk, folder / "in", name="changed", form=name)
    assert changed.totals == whole.totals
    records, events, duplicates, others, quarantined = counts(whole)
    broken, blank = numbers
    said = (records + broken + blank, events, duplicates, others + blank, quarantined + broken)
    assert counts(changed) == said
