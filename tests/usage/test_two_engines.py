"""Every metric gives the same on DuckDB and on Spark: on Sail here, on Apache Spark in the slow tests."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings

from tests import counts
from tests.cluster import QUICK
from tests.engine.test_spark import NO_SPARK
from tests.usage.generated_logs import CONTENT, MODELS, STARTS, TIMES, TOKEN_COLUMNS, TOKENS, write_log
from tests.usage.test_metrics import HERE, METRICS, PARAMETERS
from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project
from toolkit.core.unit import unit_text
from toolkit.database.event_files import open_events
from toolkit.database.usage_logs import ask_usage_log, metric_sql, open_usage_log
from toolkit.engine.spark import open_spark
from toolkit.engine.spark_server import start_sail
from toolkit.usage.log_views import METRIC_TABLES

pytestmark = [pytest.mark.heavy, counts.of("engines")]
EXAMPLES = settings(
    deadline=None,
    # shrinking would ask each engine hundreds of times
    phases=(Phase.explicit, Phase.generate) if counts.full else (Phase.explicit,),
    max_examples=counts.count("engines"),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
ONE_OF_EACH = {  # what logs of generated content may have: ties, a week without use, costs that are not known
    "start": STARTS[0],
    "events": [
        {
            "person": place % 7,
            "week": 2 * (place % 3 == 0),
            "second": TIMES[place % len(TIMES)],
            "model": MODELS[place % len(MODELS)],
            "headless": place % 4 == 0,
            "unknown": place % 5 == 0,
            **{name: TOKENS[(place * step) % len(TOKENS)] for step, name in enumerate(TOKEN_COLUMNS, 1)},
        }
        for place in range(25)
    ],
    "work": [(place % 4, (0.0, 0.25, 1.1, 7.35)[place % 3]) for place in range(24)],
    "people": 8,
}


# tokens that differ by millionths: of a slope over their logarithms nine digits need all those of a double
NEARLY_ALIKE = {
    **ONE_OF_EACH,
    "events": [
        {**ONE_OF_EACH["events"][0], "person": person, "week": 0, "read": 2_000_000_000, "uncached": uncached}
        for person, uncached in enumerate((0, 1, 500, 12_345))
    ],
    "work": [(place % 5, (1.1, 7.35)[place % 2]) for place in range(24)],
}


@pytest.fixture(scope="module")
def sail():
    server = start_sail()
    with open_spark(server.remote) as session:
        yield session
    server.close()


@pytest.fixture(scope="module")
def apache():
    few_rows = {"spark.sql.shuffle.partitions": "2", "spark.sql.codegen.wholeStage": "false"}
    settings = {**QUICK, **few_rows, "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
    with open_spark(master="local[2]", settings=settings) as session:
        yield session


def answers(log, names=METRICS):
    """The rows of each of these metrics, or what is said of them."""
    found = {}
    for name in names:
        try:
            rows = ask_usage_log(log, name, metric_sql(name), PARAMETERS.get(name)).rows
            found[name] = [[cell.low if hasattr(cell, "low") else cell for cell in row] for row in rows]
        except ToolkitError as error:
            found[name] = [[problem.where, problem.found] for problem in error.problems]
    return found


def refuse_differences(kind, content, spark):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "data").mkdir()
        (root / "data" / "units.txt").write_text((HERE.data / "units.txt").read_text())
        write_log(root / "log", content, kind)
        there = answers(open_usage_log(Project(root), root / "log", spark))
        here = answers(open_usage_log(Project(root), root / "log"))
    for name, rows in here.items():
        assert there[name] == [
            [pytest.approx(one, rel=1e-9, abs=1e-12) if isinstance(one, float) and one % 1 else one for one in row]
            for row in rows
        ], name


@pytest.mark.parametrize("kind", ["synthetic", "measured"])
def test_metrics_agree_with_sail_to_nine_digits_and_counts_exactly(sail, kind):
    @EXAMPLES
    @example(ONE_OF_EACH)
    @example(NEARLY_ALIKE)
    @given(CONTENT)
    def agrees(content):
        refuse_differences(kind, content, sail)

    agrees()


USE = {"second": 1, "headless": False, "uncached": 7, "read": 500, "creation": 1, "output": 7}
SOME_COSTS = {
    "start": STARTS[0],
    "events": [
        {**USE, "person": person, "week": week, "unknown": unknown, "model": "without a price" if unknown else "a"}
        for person in range(6)
        for week in range(3)
        for unknown in (True, False)
    ],
    "work": [(1, 0.25)] * 24,
    "people": 6,
}


OF_MANY = {"leaderboards", "lorenz", "token_spread", "top_tenth_multiples"}  # of people, or of a log with many


def said_of_costs(log, names):
    """The metrics of these that say anything of money, and what they say."""
    said = {}
    for name in names:
        answer = ask_usage_log(log, name, metric_sql(name), PARAMETERS.get(name))
        columns = [one.name for one in answer.columns if "usd" in one.name or one.name == "cost_rank"]
        if name == "board_agreement":
            answer, columns = answer.where(board="cost"), ["rank_correlation", "both_first_tenth_share"]
        if columns:
            said[name] = {row[column] for row in answer for column in columns}
    return said


@pytest.mark.parametrize(("kind", "names"), [("synthetic", METRICS), ("measured", set(METRICS) - OF_MANY)])
def test_costs_that_a_log_does_not_have_are_unknown_in_every_metric_on_both_engines(sail, tmp_path, kind, names):
    """Of the two requests of each person and week one has no cost: no sum is known, and none is 0."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "units.txt").write_text((HERE.data / "units.txt").read_text())
    write_log(tmp_path / "log", SOME_COSTS, kind)
    of_money = {*names} & {"before_after", "blended_price", "board_agreement", "leaderboards", "team_week"}
    for spark in (None, sail):
        log = open_usage_log(Project(tmp_path), tmp_path / "log", spark)
        asked = of_money if spark else names  # which metrics speak of money at all is the same on both
        assert said_of_costs(log, asked) == {name: {None} for name in of_money}


WITHOUT_UNIT = {
    "sum(tokens) AS spend_usd": "the name says USD, its values are in token",
    "CAST(sum(tokens) AS DOUBLE) / count(*) AS n_tokens": "a name that says a count",
    "sum(tokens) * 0.000003 AS spend_usd": "an expression whose unit cannot be read",
    "CAST(sum(tokens) AS STRING) AS used": "a text that the query makes of numbers",
}


def test_a_unit_is_read_from_the_query_on_spark_too(sail, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "units.txt").write_text((HERE.data / "units.txt").read_text())
    write_log(tmp_path / "log", SOME_COSTS, "synthetic")
    log = open_usage_log(Project(tmp_path), tmp_path / "log", sail)
    for selected, said in WITHOUT_UNIT.items():
        with pytest.raises(ToolkitError, match=said):
            ask_usage_log(log, "mine", f"SELECT {selected} FROM activity_day")
    with pytest.raises(ToolkitError, match=r"the table usage_event.*\n.*request_all_types, activity_day"):
        ask_usage_log(log, "mine", "SELECT count(*) AS n_rows FROM usage_event")
    used = ask_usage_log(log, "mine", "SELECT CAST(sum(tokens) AS DOUBLE) / count(*) AS used FROM activity_day")
    assert unit_text(used.one("used").unit) == "token"


@pytest.fixture(params=["sail", pytest.param("apache", marks=(NO_SPARK, pytest.mark.slow))])
def spark(request):
    return request.getfixturevalue(request.param)


def in_every_way(root, kind, spark):
    """A log of a kind, opened as a story and `--log` do and as `--events` does, on DuckDB and on Spark."""
    events = str(root / kind / "events" / "*.parquet")
    asked = "SELECT tokens FROM request_all_types"
    for engine in (None, spark):
        yield open_usage_log(Project(root), root / kind, engine)
        yield open_events(Project(root), events, asked, engine)


def test_metrics_see_the_same_tables_and_columns_of_any_log_in_every_way(spark, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "units.txt").write_text((HERE.data / "units.txt").read_text())
    seen = []
    for kind in ("synthetic", "measured"):
        write_log(tmp_path / kind, ONE_OF_EACH, kind)
        for log in in_every_way(tmp_path, kind, spark):
            answers = {table: log.rows(table, f"SELECT * FROM {table} LIMIT 0")[0] for table in METRIC_TABLES}
            seen.append(
                {table: [(name, is_as.partition("(")[0]) for name, is_as in one] for table, one in answers.items()}
            )
    assert {"session_id", "agent", "provider", "project"} <= {*dict(seen[0]["request_all_types"])}
    for one in seen[1:]:
        assert one == seen[0]


def test_requests_are_the_same_rows_in_every_way(spark, tmp_path):
    """Of a read log; what the simulator's files cost is known of the log alone, which has its prices."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "units.txt").write_text((HERE.data / "units.txt").read_text())
    for kind in ("measured", "synthetic"):
        write_log(tmp_path / kind, ONE_OF_EACH, kind)
        rows, without_cost = [], []
        for log in in_every_way(tmp_path, kind, spark):
            columns, arrays = log.rows("requests", "SELECT * FROM request_all_types")
            known = {name: array.tolist() for (name, _), array in zip(columns, arrays, strict=True)}
            rows.append(sorted(map(str, zip(*known.values(), strict=True))))
            del known["cost_usd"]
            without_cost.append(sorted(map(str, zip(*known.values(), strict=True))))
        assert len(rows[0]) == len(ONE_OF_EACH["events"])
        assert without_cost == without_cost[:1] * 4
        (of_log, of_files, *on_spark) = rows
        assert on_spark == [of_log, of_files] and (of_log == of_files) == (kind == "measured")


@NO_SPARK
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["synthetic", "measured"])
def test_metrics_agree_with_apache_spark_to_nine_digits_and_counts_exactly(apache, kind):
    @EXAMPLES
    @example(ONE_OF_EACH)
    @example(NEARLY_ALIKE)
    @given(CONTENT)
    def agrees(content):
        refuse_differences(kind, content, apache)

    agrees()
