"""Events of several grains of time or meanings of tokens, which a read log may hold together, are not added."""

import json

import pytest

from tests.usage.logs.reading import new_project, read
from tests.usage.logs.test_asking import asked, line
from toolkit.core.errors import ToolkitError
from toolkit.database.usage_logs import ask_usage_log, metric_sql, usage_log_named

pytestmark = pytest.mark.heavy  # logs are read


@pytest.fixture(scope="module")
def log_of_two_grains(tmp_path_factory):
    """Five people's requests, and the days that another tool made of the same requests."""
    tmp_path = tmp_path_factory.mktemp("grains")
    desk = new_project(tmp_path / "desk")
    parts = {
        "inputTokens": 10,
        "outputTokens": 15,
        "cacheReadTokens": 290,
        "cacheCreationTokens": 0,
        "totalTokens": 315,
    }
    day = parts | {"date": "2026-03-02", "modelsUsed": ["claude-opus-4-1"], "totalCost": 1}
    for person in range(5):
        own = tmp_path / "in" / f"p{person}"
        (own / "projects" / "p").mkdir(parents=True)
        requests = [json.dumps(line(f"p{person}", "claude-opus-4-1", number)) for number in range(3)]
        (own / "projects" / "p" / "s.jsonl").write_text("\n".join(requests))
        (own / "daily.json").write_text(json.dumps({"daily": [day], "totals": parts}))
    with pytest.MonkeyPatch.context() as context:
        context.setenv("TOOLKIT_KEYS", str(tmp_path / "keys"))
        read(desk, tmp_path / "in")
    return usage_log_named(desk, "log")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT sum(requests) AS requests FROM usage_event",
        'SELECT sum("gen_ai.usage.output_tokens") AS output_tokens FROM Usage_Event GROUP BY "gen_ai.request.model"',
        "SELECT source_file > 0 AS one, count(*) AS n_rows FROM usage_event WHERE requests > 0 GROUP BY ALL",
    ],
)
def test_events_of_two_grains_are_not_added(log_of_two_grains, sql):
    with pytest.raises(ToolkitError, match=r"(?s)several time grains.*ask one of day_all_types, request_all_types"):
        asked(log_of_two_grains, sql)


def test_events_of_one_grain_are_added(log_of_two_grains):
    total = "sum(requests) AS requests FROM usage_event"
    by_grain = f"SELECT time_grain, token_definition, {total} GROUP BY ALL ORDER BY ALL"
    assert asked(log_of_two_grains, by_grain) == [["day", "all_types", 5.0], ["request", "all_types", 15.0]]
    for grain, requests in (("day", 5.0), ("request", 15.0)):
        assert asked(log_of_two_grains, f"SELECT {total} WHERE time_grain = '{grain}'") == [[requests]]
        assert asked(log_of_two_grains, f"SELECT sum(requests) AS requests FROM {grain}_all_types") == [[requests]]


def stats_caches(tmp_path, versions):
    """The log of people who each have a cache of a version, with 5,000 tokens on each of ten days."""
    desk = new_project(tmp_path / "desk")
    days = [{"date": f"2026-03-{day:02d}", "tokensByModel": {"claude-opus-4-1": 5000}} for day in range(2, 12)]
    parts = ("inputTokens", "outputTokens", "cacheReadInputTokens", "cacheCreationInputTokens")
    for person, version in enumerate(versions):
        cache = tmp_path / "in" / f"p{person}" / ".claude" / "stats-cache.json"
        cache.parent.mkdir(parents=True)
        said = {"version": version, "dailyModelTokens": days}
        cache.write_text(json.dumps(said | {"modelUsage": {"claude-opus-4-1": dict.fromkeys(parts, 1)}}))
    read(desk, tmp_path / "in")
    return usage_log_named(desk, "log")


@pytest.mark.parametrize("versions", [[5] * 6, [1] * 6, [5] * 6 + [1] * 4])
def test_weeks_of_stats_caches_are_rolled_up_where_five_people_have_one_meaning_of_tokens(tmp_path, versions):
    log = stats_caches(tmp_path, versions)
    weeks = [row["tokens"].low for row in ask_usage_log(log, "team_week", metric_sql("team_week"))]
    assert weeks == [6 * 7 * 5000, 6 * 3 * 5000]
    (mean, _) = ask_usage_log(log, "adoption_intensity", metric_sql("adoption_intensity"))["mean_token_per_developer"]
    assert mean.low == 7 * 5000


def test_weeks_of_stats_caches_of_which_no_five_have_one_meaning_of_tokens_are_refused(tmp_path):
    """Four whose numbers are of all tokens and four whose numbers are of input and output have no sum together."""
    log = stats_caches(tmp_path, [5] * 4 + [1] * 4)
    for name in ("team_week", "adoption_intensity"):
        with pytest.raises(ToolkitError, match="(?s)no row that 5 people.*one meaning of tokens: log.grains"):
            ask_usage_log(log, name, metric_sql(name))
    assert len(log.grains) == 2
