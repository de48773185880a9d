"""What an interface answers is read as it came, page by page, and as somebody kept it: the events or buckets alone."""

import json

import pytest

from tests.usage.logs.reading import SAMPLES, counts, read, rows

pytestmark = pytest.mark.heavy  # files of logs are read

PARTS = {"cursor-events": "usageEvents", "anthropic-messages": "data", "anthropic-cost": "data", "openai-usage": "data"}


def parts(name):
    """The parts of all pages of a format's sample, in the order of reading."""
    for path in sorted((SAMPLES / name / "files").rglob("*.json*")):
        texts = path.read_text().splitlines() if path.suffix == ".jsonl" else [path.read_text()]
        for page in map(json.loads, texts):
            yield from page.get(PARTS[name], ())


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("shape", ["lines", "list"])
def test_parts_alone_are_recognised_and_have_the_totals_of_pages(desk, tmp_path, name, shape):
    found = [*parts(name)]
    if name == "cursor-events":  # of the same event on two pages, which here are one file, there is one
        found = [one for place, one in enumerate(found) if found.index(one) == place]
    text = json.dumps(found, indent=1) if shape == "list" else "".join(f"{json.dumps(one)}\n" for one in found)
    (tmp_path / f"kept.{shape}").write_text(text)
    account, pages = read(desk, tmp_path / f"kept.{shape}"), read(desk, SAMPLES / name / "files", name="pages")
    assert {one.format for one in account.files} == {name}
    assert account.totals == pages.totals


def cursor_event(written, **more):
    """An event as Cursor's interface has it, with so many tokens written to the cache."""
    usage = {"inputTokens": 300, "outputTokens": 700, "cacheWriteTokens": written, "cacheReadTokens": 60_000}
    event = {"timestamp": "1772442000000", "model": "gpt-5", "kind": "Included", "userEmail": "dev@example.org"}
    return event | {"tokenUsage": usage | {"totalCents": 4.2}} | more


def test_a_single_cursor_event_is_recognised(desk, tmp_path):
    (tmp_path / "event.json").write_text(json.dumps(cursor_event(written=4000, isTokenBasedCall=True)))
    account = read(desk, tmp_path / "event.json")
    assert counts(account) == (1, 1, 0, 0, 0) and account.totals[0].input_tokens == 64_300


def test_an_event_of_the_interface_and_of_the_dashboard_is_one(desk, tmp_path):
    (tmp_path / "events.json").write_text(json.dumps({"usageEvents": [cursor_event(written=0)]}))
    (tmp_path / "usage.csv").write_text(
        "Date,User,Kind,Model,Input (w/ Cache Write),Input (w/o Cache Write),Cache Read,Output Tokens,"
        "Total Tokens,Cost\n"
        "2026-03-02T09:00:00.000Z,dev@example.org,Included,gpt-5,0,300,60000,700,61000,0.04\n"
    )
    account = read(desk, tmp_path / "events.json", tmp_path / "usage.csv")
    assert counts(account) == (3, 1, 1, 1, 0) and rows(desk, "SELECT count(DISTINCT user_id) FROM {events}") == [(1,)]


def test_json_texts_one_after_another_are_lines_and_what_is_cut_off_is_quarantined(desk, tmp_path):
    sample = (SAMPLES / "gemini-cli-telemetry" / "files" / "telemetry.log").read_text()
    for cut in (3000, 5000, len(sample) - 1):
        (tmp_path / f"{cut}.log").write_text(sample[:cut])
        account = read(desk, tmp_path / f"{cut}.log", name=f"cut-{cut}")
        assert counts(account)[4] == 1 and counts(account)[0] >= 3
