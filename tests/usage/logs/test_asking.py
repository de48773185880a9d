"""A read log is asked as a simulated one is; what would show single people is withheld or refused."""

import json
import re
from pathlib import Path

import pytest

from tests.small_dataset import declare
from tests.usage.logs.reading import new_project, read
from toolkit import open_story
from toolkit.core.errors import ToolkitError
from toolkit.core.kind import Kind
from toolkit.database import usage_logs
from toolkit.database.log_people import with_second
from toolkit.database.metric_people import TAILS, without_few
from toolkit.database.usage_logs import ask_usage_log, metric_sql, usage_log_named

pytestmark = pytest.mark.heavy  # logs are read

PEOPLE = {"claude-opus-4-1": 7, "claude-sonnet-4-5": 6, "claude-haiku-4-5": 2}  # who used each model


def line(person, model, number, day=2):
    usage = {"input_tokens": 10, "cache_read_input_tokens": 90, "output_tokens": 5}
    return {
        "type": "assistant",
        "sessionId": f"s{person}",
        "requestId": f"{model}{person}{number}",
        "uuid": "u",
        "timestamp": f"2026-03-{day:02d}T09:{number:02d}:31.000Z",
        "message": {"id": f"{model}{person}{number}", "model": model, "role": "assistant", "usage": usage},
    }


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return new_project(tmp_path_factory.mktemp("asking") / "desk")


@pytest.fixture(scope="module")
def log(desk, tmp_path_factory):
    tmp_path = tmp_path_factory.mktemp("given")
    for model, count in PEOPLE.items():
        for person in range(count):
            path = tmp_path / "in" / f"{model}-{person}" / "projects" / "p" / "s.jsonl"
            path.parent.mkdir(parents=True)
            path.write_text("\n".join(json.dumps(line(f"{model}{person}", model, number)) for number in range(3)))
    with pytest.MonkeyPatch.context() as context:
        context.setenv("TOOLKIT_KEYS", str(tmp_path / "keys"))
        read(desk, tmp_path / "in")
    return usage_log_named(desk, "log")


def test_the_cell_of_the_guide_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("TOOLKIT_KEYS", str(tmp_path / "keys"))
    desk = new_project(tmp_path / "desk")
    for person in range(6):
        path = tmp_path / "in" / f"p{person}" / "projects" / "p" / "s.jsonl"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(line(str(person), "claude-opus-4-1", 1)))
    read(desk, tmp_path / "in", name="newsroom-logs")
    text = (Path(__file__).parents[3] / "docs" / "usage_logs.md").read_text("utf-8")
    (cell,) = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    space = {"story": open_story("logs", desk)}
    exec(cell, space)
    assert space["log"].developers.low == 6


def declare_prices(desk):
    columns = (
        "  - {name: model, printed: model, type: text}\n  - {name: price, printed: price, type: integer, unit: USD}\n"
    )
    declare(
        desk, "prices", "model,price\nclaude-opus-4-1,15\nclaude-haiku-4-5,1\n", columns, None, publish="[model, price]"
    )


def test_a_dataset_is_joined_with_the_answer_of_a_read_log(desk, log):
    declare_prices(desk)
    story = open_story("logs", desk)
    opened = story.usage_log("log")
    tokens = "SELECT model, sum(tokens) AS tokens FROM request_all_types GROUP BY model"
    used = story.sql(tokens, of=opened).frame  # noqa: F841 (SQL names it)
    made = story.sql(
        "SELECT u.tokens, p.price FROM used AS u JOIN prices AS p USING (model)", units={"tokens": "token"}
    )
    together = story.sql(
        f"WITH used AS ({tokens}) SELECT model, u.tokens, p.price, u.tokens / p.price AS tokens_per_usd "
        "FROM used AS u JOIN prices AS p USING (model) ORDER BY model",
        units={"tokens_per_usd": "token/USD"},
        of=opened,
    )
    assert together["model"] == ("claude-haiku-4-5", "claude-opus-4-1")
    assert together["tokens"][0] is None and together["tokens_per_usd"][0] is None
    for table in (made, together):
        tokens = table["tokens"][-1]
        assert tokens.low == 7 * 3 * 105 and str(tokens.unit) == "token" and tokens.kind == Kind.MEASURED
        assert {leaf.ref for leaf in tokens.leaves()} == {"log:log", "dataset:prices"}
    assert together["tokens_per_usd"][1].low == 7 * 3 * 105 / 15


def test_a_part_of_a_question_takes_no_parameter_but_its_own(desk, log):
    declare_prices(desk)
    story = open_story("logs", desk)
    together = story.sql(
        "WITH used AS (SELECT model || ' of $most' AS label, model, sum(tokens) AS tokens FROM request_all_types "
        "WHERE model <> $model_left_out GROUP BY ALL) "
        "SELECT label, u.tokens, p.price FROM used AS u JOIN prices AS p USING (model) "
        "WHERE model = $model AND price <= $most",
        of=story.usage_log("log"),
        model="claude-opus-4-1",
        model_left_out="claude-haiku-4-5",
        most=15,
    )
    assert together["label"] == ("claude-opus-4-1 of $most",)
    assert [number.low for number in together["tokens"]] == [7 * 3 * 105]


BY_MODEL = "SELECT model, sum(tokens) AS tokens FROM request_all_types GROUP BY model"
PEOPLE_OF = "SELECT r.model, count(*) AS n FROM request_all_types AS r JOIN prices AS p USING (model) GROUP BY ALL"


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (PEOPLE_OF, "a SELECT of the read log's request_all_types that is no plain one"),
        (
            "SELECT price, (SELECT sum(tokens) FROM request_all_types WHERE model = p.model) AS t FROM prices AS p",
            "p",
        ),
        ("SELECT price FROM prices WHERE model IN (SELECT model FROM request_all_types)", "people behind each row"),
        (
            "WITH u AS (SELECT user_id, tokens FROM request_all_types) SELECT u.tokens FROM u, prices",
            "people behind each",
        ),
        (
            f"WITH u AS ({BY_MODEL}) SELECT sum(u.tokens) AS tokens, count(*) AS n FROM u, prices",
            "aggregate or a window",
        ),
        (
            f"WITH u AS ({BY_MODEL}), v AS (SELECT * FROM u) SELECT sum(v.tokens) OVER () AS tokens FROM v, prices",
            "window",
        ),
        (f"SELECT sum(tokens) AS tokens FROM ({BY_MODEL}), prices", "aggregate or a window of the log's answer"),
        (f"WITH request_all_types AS ({BY_MODEL}) SELECT tokens FROM request_all_types, prices", "the name of a table"),
        (
            "WITH u AS (SELECT max(tokens) AS tokens FROM request_all_types) SELECT tokens FROM u, prices",
            "max, which may",
        ),
        (
            "WITH u AS (SELECT sum(tokens) AS tokens FROM request_all_types WHERE model LIKE '%haiku%') "
            "SELECT tokens FROM u, prices",
            "no row that 5 people",
        ),
    ],
)
def test_beside_a_dataset_nothing_of_a_read_log_is_told_but_its_own_answers(desk, log, sql, said):
    declare_prices(desk)
    story = open_story("logs", desk)
    with pytest.raises(ToolkitError, match=said):
        story.sql(sql, units={"tokens": "token", "t": "token"}, of=story.usage_log("log"))


def asked(log, sql, name="asked"):
    return [[getattr(cell, "low", cell) for cell in row.values()] for row in ask_usage_log(log, name, sql)]


def test_a_log_says_what_it_holds(log):
    assert log.kind == Kind.MEASURED and log.developers.low == 15 and log.leaf.low == 45 and log.weeks.low == 1
    (row,) = log.accounting
    assert [value.low for value in list(row.values())[1:]] == [15, 45, 45, 0, 0, 0]
    (row,) = log.people
    assert row["n_people"].low == 15


@pytest.mark.parametrize("name", ["adoption_intensity", "blended_price", "concentration", "board_agreement"])
def test_metrics_answer(log, name):
    answer = ask_usage_log(log, name, metric_sql(name))
    assert len(answer) and {number.kind for number in answer.numbers} <= {Kind.MEASURED}


@pytest.mark.parametrize(("name", "people"), [("lorenz", 500), ("token_spread", 50), ("top_tenth_multiples", 50)])
def test_a_metric_of_the_first_few_of_a_ranking_is_refused(log, name, people):
    """The step of a Lorenz curve of fifteen people is the use of one of them."""
    with pytest.raises(ToolkitError, match=f"{people} in the log"):
        ask_usage_log(log, name, metric_sql(name))


def test_a_metric_has_the_shares_that_enough_people_are_behind(log):
    (row,) = ask_usage_log(log, "concentration", metric_sql("concentration"))
    assert row["top_hundredth_share"] is None and row["top_tenth_share"] is None
    assert row["bottom_half_share"].low == pytest.approx(7 / 15) and row["gini"].low == pytest.approx(0, abs=1e-9)


def test_every_metric_that_ranks_people_says_of_how_many_its_numbers_are():
    ranking = re.compile(r"\b(row_number|rank|dense_rank|ntile|percent_rank|quantile\w*|percentile\w*)\(")
    metrics = Path(usage_logs.SQL / "metrics").glob("*.sql")
    found = {path.stem for path in metrics if ranking.search(path.read_text(encoding="utf-8"))}
    assert found - {"leaderboards"} == TAILS.keys()  # of single people, which no read log has


def test_a_metric_of_sessions(log):
    (row,) = ask_usage_log(log, "session_tokens", metric_sql("session_tokens"))
    people, sessions, tokens = [*row.values()][1:]
    assert (people.low, sessions.low, tokens.low, str(tokens.unit)) == (15, 15, 3 * 105, "token / session")


def test_rows_of_a_metric_of_models_are_withheld_by_the_people_that_it_counts_or_refused(log):
    def answered(columns):
        sql = f"SELECT model, {columns} FROM request_all_types GROUP BY model ORDER BY model"
        return without_few("mine.sql", log.rows("mine", sql), {"request_all_types"}, log.rows)[1]

    with pytest.raises(ToolkitError, match="rows told apart by model, whose people nobody counted"):
        answered("sum(tokens) AS tokens")
    _, people, tokens = answered("count(DISTINCT user_id) AS n_developers, sum(tokens) AS tokens")
    assert people.tolist() == [None, 7, None] and tokens.tolist() == [None, 7 * 3 * 105, None]


def test_a_metric_of_weekly_use(log):
    (row,) = ask_usage_log(log, "weekly_active", metric_sql("weekly_active"), {"target_share": 0.8})
    assert [str(row["n_active"]), str(row["active_share"])] == ["15", "100%"]


def test_numbers_of_few_people_are_withheld_and_the_second_that_would_give_them_away(log):
    rows = asked(log, "SELECT model, sum(tokens) AS tokens FROM request_all_types GROUP BY model ORDER BY model")
    assert rows == [["claude-haiku-4-5", None], ["claude-opus-4-1", 7 * 3 * 105.0], ["claude-sonnet-4-5", None]]


@pytest.mark.parametrize("cut", ["HAVING count(DISTINCT user_id) >= 5", "ORDER BY tokens DESC LIMIT 2"])
def test_what_a_question_leaves_out_of_its_groups_gives_nobody_away(log, cut):
    """Sonnet's tokens and those of Opus, taken from the sum of all, are Haiku's, which two people used."""
    (row,) = [row for row in asked(log, f"{BY_MODEL} {cut}") if row[1] is not None]
    assert row == ["claude-opus-4-1", 7 * 3 * 105.0]
    with pytest.raises(ToolkitError, match="no row that 5 people or more are behind"):
        asked(log, "SELECT sum(tokens) AS tokens FROM request_all_types GROUP BY model HAVING model LIKE '%sonnet%'")


def test_what_few_are_behind_is_withheld_in_any_column_but_those_that_rows_are_told_apart_by(log):
    sql = "SELECT model, {} FROM request_all_types GROUP BY model ORDER BY model"
    rows = asked(log, sql.format("sum(tokens)::BIGINT AS in_rank"))
    assert [row[1] is None for row in rows] == [True, False, True]
    with pytest.raises(ToolkitError, match="a text that the query makes of numbers"):
        asked(log, sql.format("CAST(sum(tokens) AS VARCHAR) AS said"))


@pytest.mark.parametrize(
    ("labels", "people", "withheld"),
    [
        ([("a",), ("b",), ("c",)], [9, 8, 7], "..."),
        ([("a",), ("b",), ("c",)], [2, 8, 7], "x.x"),
        ([("a",), ("b",)], [2, 3], "xx"),
        ([("a", 1), ("a", 2), ("b", 1), ("b", 2)], [2, 9, 8, 7], "xxxx"),
        ([()], [2], "x"),
    ],
)
def test_no_row_is_withheld_alone(labels, people, withheld):
    assert with_second(labels, [count < 5 for count in people], people) == [sign == "x" for sign in withheld]


def test_times_are_those_of_the_hour(log):
    times = asked(log, "SELECT time_utc, count(*) AS n_rows FROM usage_event GROUP BY time_utc")
    assert [str(row[0]) for row in times] == ["2026-03-02T09:00:00"]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT user_id, sum(tokens) AS tokens FROM developer GROUP BY user_id", "five|5 people|each person"),
        ("SELECT user_id AS u, sum(tokens) AS tokens FROM developer GROUP BY user_id", "no row that 5 people"),
        ("SELECT tokens FROM developer", "cannot be counted"),
        ("SELECT max(tokens) AS tokens FROM developer", "max, which may show"),
        ("SELECT quantile_cont(tokens, 1.0) AS tokens FROM developer", "quantile_cont, which may show"),
        ("SELECT quantile(tokens, [0.5, 1 - 1]) AS tokens FROM developer", "quantile, which may show"),
        ("SELECT quantile_disc(tokens, -1) AS tokens FROM developer", "quantile_disc, which may show"),
        ("SELECT percentile_cont(0) WITHIN GROUP (ORDER BY tokens) AS tokens FROM developer", "which may show"),
        ("SELECT 1.0 AS n_share, quantile_disc(tokens, n_share) AS tokens FROM developer", "which may show"),
        ("SELECT quantile_disc(tokens, 0.9) AS tokens FROM developer", "no row that 5 people"),
        ("SELECT list(user_id) AS who, sum(tokens) AS tokens FROM developer", "list, which may show"),
        ("SELECT sum(tokens) AS tokens FROM developer WHERE user_id = 'x'", "no row that 5 people"),
        ("SELECT sum(tokens) AS tokens FROM (SELECT * FROM developer LIMIT 1)", "cannot be counted"),
        ("SELECT sum(tokens) AS tokens FROM developer, request_all_types", "cannot be counted"),
        ("SELECT tokens FROM team_week", "cannot be counted"),
        ("SELECT time_utc, count(*) AS n_rows FROM stored_event GROUP BY time_utc", "ask usage_event"),
        ("SELECT session_id, sum(tokens) AS tokens FROM request_all_types GROUP BY ALL", "no row that 5 people"),
        ("SELECT sum(DISTINCT tokens) AS tokens FROM request_all_types", "sum of DISTINCT values, which may show"),
        ("SELECT sum(coalesce(nullif(tokens, 105), 0)) AS tokens FROM request_all_types", "nullif.*, which may show"),
        (
            "SELECT sum(tokens * length(regexp_extract(model, 'haiku'))) AS tokens FROM request_all_types",
            "which may show",
        ),
        ("SELECT sum(tokens * CAST(is_sidechain AS INT)) AS tokens FROM request_all_types", "which may show"),
        ("SELECT sum(tokens * tokens) AS tokens FROM request_all_types", "which may show"),
        ("SELECT sum(1 / (tokens - 104)) AS tokens FROM request_all_types", "which may show"),
        ("SELECT count(*) AS n_rows FROM request_all_types HAVING max(tokens) > 1", "max, which may show"),
    ],
)
def test_a_question_that_would_show_a_person_is_refused(log, sql, said):
    with pytest.raises(ToolkitError, match=said):
        asked(log, sql)


def test_a_quantile_that_five_people_lie_past_is_answered(log):
    sql = "SELECT quantile_disc(tokens, 0.6) AS tokens, median(tokens) AS middle_tokens FROM developer"
    assert asked(log, sql) == [[315.0, 315.0]]


def test_what_an_aggregate_picks_out_is_counted_too(log):
    sql = "SELECT sum(CASE WHEN model = 'claude-haiku-4-5' THEN tokens END) AS tokens FROM request_all_types"
    with pytest.raises(ToolkitError, match="no row that 5 people"):
        asked(log, sql)


def test_what_is_added_up_of_columns_is_answered(log):
    sql = "SELECT sum(tokens - output_tokens) AS tokens, avg(output_tokens) AS mean_tokens FROM request_all_types"
    assert asked(log, sql) == [[15 * 3 * 100.0, 5.0]]
    sql = "SELECT sum(CASE WHEN requests > 0 THEN tokens ELSE 0 END) AS tokens, count_if(NOT is_error) AS n_rows "
    assert asked(log, f"{sql} FROM request_all_types") == [[15 * 3 * 105.0, 45.0]]


def test_a_read_log_has_no_other_size(desk, log):
    with pytest.raises(ToolkitError, match="a size, which it has"):
        usage_log_named(desk, "log", weeks=3)


def test_a_log_of_few_people_says_what_became_of_its_lines_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("TOOLKIT_KEYS", str(tmp_path / "keys"))
    few = new_project(tmp_path / "few")
    (tmp_path / "s.jsonl").write_text(json.dumps(line("a", "claude-opus-4-1", 1)))
    read(few, tmp_path / "s.jsonl")
    opened = usage_log_named(few, "log")
    assert len(opened.accounting) == len(opened.people) == 1
    for about in ("grains", "gaps"):
        with pytest.raises(ToolkitError, match="no row that 5 people"):
            getattr(opened, about)
