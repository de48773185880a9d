"""Exports that hold the same use again, later or grouped in another way, are added once, in any order of reading."""

import json

import pytest

from tests.usage.logs.reading import counts, read, rows

DAY = {"starting_at": "2026-03-02T00:00:00Z", "ending_at": "2026-03-03T00:00:00Z"}
TOTAL = (
    'SELECT sum("gen_ai.usage.input_tokens"), sum("gen_ai.usage.output_tokens"), sum(cost_usd), count(*) FROM {events}'
)


def openai(*results, day=1_772_409_600):
    bucket = {"object": "bucket", "start_time": day, "end_time": day + 86_400}
    made = [{"object": "organization.usage.completions.result", "num_model_requests": 1} | one for one in results]
    return {"object": "page", "data": [bucket | {"results": made}]}


def used(tokens, output, **names):
    return {"input_tokens": tokens, "output_tokens": output} | names


def messages(*results):
    made = [
        {"uncached_input_tokens": tokens, "cache_read_input_tokens": 0, "output_tokens": output} | names
        for tokens, output, names in results
    ]
    return {"data": [DAY | {"results": made}]}


def cost(*amounts):
    made = [{"amount": str(amount), "currency": "USD"} | names for amount, names in amounts]
    return {"data": [DAY | {"results": made}], "has_more": False}


def daily(tokens, output, **names):
    more = {"model": "gpt-5", "model_group": "gpt-5", "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0}
    said = {"date": "2026-03-02", "prompt_tokens": tokens, "completion_tokens": output, "api_requests": 1, "spend": 1}
    return said | more | names


def ccusage(tokens, output, model=None):
    parts = {"inputTokens": tokens, "outputTokens": output, "cacheCreationTokens": 0, "cacheReadTokens": 0}
    entry = parts | {"date": "2026-03-02", "totalTokens": tokens + output, "totalCost": 1, "modelsUsed": [model]}
    return entry


ORDERS = ("at once", "first", "second")  # which of the two is read first
TOTALS = {"totals": {"inputTokens": 1}}
TWO = {  # a format, two exports of one day, and the input, output, cost and rows of the one that counts
    "by user and by model": (
        "openai-usage",
        openai(used(100, 1, user_id="a"), used(200, 2, user_id="b"), used(300, 3, user_id="c")),
        openai(used(500, 5, model="gpt-5"), used(100, 1, model="gpt-4o")),
        (600, 6, None, 3),
    ),
    "by user, and by nothing in the evening": (
        "openai-usage",
        openai(used(100, 1, user_id="a"), used(200, 2, user_id="b")),
        openai(used(400, 4)),
        (400, 4, None, 1),
    ),
    "by user, again in the evening": (
        "openai-usage",
        openai(used(100, 1, user_id="a"), used(200, 2, user_id="b")),
        openai(used(150, 1, user_id="a"), used(200, 2, user_id="b"), used(50, 1, user_id="c")),
        (400, 4, None, 3),
    ),
    "by key and by workspace": (
        "anthropic-messages",
        messages((100, 1, {"api_key_id": "k"}), (200, 2, {"api_key_id": "l"})),
        messages((250, 1, {"workspace_id": "w"}), (50, 2, {"workspace_id": None})),
        (300, 3, None, 2),
    ),
    "costs by description and by workspace": (
        "anthropic-cost",
        cost((100, {"description": "in"}), (250, {"description": "out"}), (50, {"description": "search"})),
        cost((300, {"workspace_id": "w"}), (100, {})),
        (None, None, 4, 3),
    ),
    "costs again in the evening": (
        "anthropic-cost",
        cost((100, {"description": "in"}), (250, {"description": "out"})),
        cost((160, {"description": "in"}), (250, {"description": "out"}), (40, {"description": "out"})),
        (None, None, 4.5, 3),
    ),
    "tables of users and teams": (
        "litellm-daily",
        [daily(100, 1, user_id="a", api_key="k"), daily(200, 2, user_id="b", api_key="l")],
        [daily(300, 3, team_id="t", api_key="k")],
        (300, 3, 2, 2),
    ),
    "reports by model and by project": (
        "ccusage",
        TOTALS | {"daily": [ccusage(300, 3, "claude-opus-4-1")]},
        TOTALS | {"projects": {"p": [ccusage(100, 1)], "q": [ccusage(200, 2)]}},
        (300, 3, 2, 2),
    ),
}


@pytest.mark.heavy
@pytest.mark.parametrize("what", TWO)
@pytest.mark.parametrize("order", [ORDERS[0], *(pytest.param(order, marks=pytest.mark.slow) for order in ORDERS[1:])])
def test_use_that_two_exports_hold_is_added_once(desk, tmp_path, what, order):
    name, one, two, total = TWO[what]
    paths = [tmp_path / "first.json", tmp_path / "second.json"]
    for path, content in zip(paths, (one, two), strict=True):
        path.write_text(json.dumps(content))
    for given in {"at once": [paths], "first": [[one] for one in paths], "second": [[paths[1]], paths]}[order]:
        account = read(desk, *given, form=name)
    found = rows(desk, TOTAL)[0]
    assert (*found[:2], None if found[2] is None else float(found[2]), found[3]) == total
    assert counts(account)[1] == total[3] and counts(account)[2] > 0 and counts(account)[4] == 0


def test_spans_of_which_there_is_one_export_are_all_added(desk, tmp_path):
    """Another day by another grouping is no second count, and a part of a day's results on another page is none."""
    pages = [
        openai(used(100, 1, user_id="a")),
        openai(used(40, 4, model="gpt-5"), day=1_772_409_600 + 86_400),
        openai(used(7, 1, user_id="b")),
    ]
    for place, page in enumerate(pages):
        (tmp_path / f"{place}.json").write_text(json.dumps(page))
    read(desk, *(tmp_path / f"{place}.json" for place in range(3)))
    assert rows(desk, TOTAL)[0][:2] == (147, 6)
