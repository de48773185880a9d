"""Metrics of Parquet files of events, on DuckDB and on Sail: the same as of a log that was read from them."""

import json
from datetime import date

import pyarrow
import pytest
from pyarrow import parquet

from tests.usage.generated_logs import write_log
from tests.usage.test_metrics import HERE, METRICS, PARAMETERS
from toolkit.analysis.elasticity import output_elasticity
from toolkit.core.errors import ToolkitError
from toolkit.core.kind import Kind
from toolkit.core.project import Project
from toolkit.database.event_files import open_events
from toolkit.database.usage_logs import ask_usage_log, metric_sql, open_usage_log
from toolkit.engine.spark import open_spark
from toolkit.main import main

TOKENS = {"uncached": 500, "read": 7, "creation": 1, "output": 12}
CONTENT = {
    "start": date(2026, 3, 23),
    "events": [
        {
            "person": number % 6,
            "week": number % 2 * 2,
            "second": 3600 * number,
            "model": "ab"[number % 2],
            "headless": number % 3 == 0,
            "unknown": False,
            **{name: count * number for name, count in TOKENS.items()},
        }
        for number in range(1, 25)
    ],
    "work": [(1, 0.5)] * 24,
    "people": 6,
}
OF_EVENTS = [name for name in METRICS if name != "before_after"]  # which needs incentives


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A project with two logs, as their files and their declarations."""
    root = tmp_path_factory.mktemp("events")
    (root / "data").mkdir()
    (root / "data" / "units.txt").write_text((HERE.data / "units.txt").read_text())
    (root / "pyproject.toml").write_text("[tool.toolkit]\nname = 'Invented desk'\n")
    for kind in ("measured", "synthetic"):
        write_log(root / kind, CONTENT, kind)
    return root


def rows(log, name):
    """The rows of a metric as plain values, or what is said of it."""
    try:
        found = ask_usage_log(log, name, metric_sql(name), PARAMETERS.get(name)).rows
    except ToolkitError as error:
        return str(error)
    values = [[cell.low if hasattr(cell, "low") else cell for cell in row] for row in found]
    return [[pytest.approx(one, rel=1e-9) if isinstance(one, float) else one for one in row] for row in values]


def of_events(root, kind, name, spark=None):
    return rows(open_events(Project(root), str(root / kind / "events" / "*.parquet"), metric_sql(name), spark), name)


@pytest.mark.heavy
@pytest.mark.parametrize("name", OF_EVENTS)
def test_a_metric_of_files_of_a_read_log_is_that_of_the_log(root, name):
    log = open_usage_log(Project(root), root / "measured")
    assert of_events(root, "measured", name) == rows(log, name)


def test_files_of_the_simulator_are_synthetic_and_count_those_with_any_use(root):
    log = open_events(Project(root), str(root / "synthetic" / "events" / "*.parquet"), metric_sql("weekly_active"))
    assert log.kind == Kind.SYNTHETIC and log.leaf.low == len(CONTENT["events"])
    assert of_events(root, "synthetic", "concentration")[0][:2] == ["tokens", 6]
    with pytest.raises(ToolkitError, match="no costs"):
        of_events(root, "synthetic", "team_week")


@pytest.mark.slow
def test_metrics_of_files_are_the_same_on_sail(root, tmp_path):
    with open_spark() as spark:
        for name in OF_EVENTS:
            assert of_events(root, "measured", name, spark) == of_events(root, "measured", name), name
        for name in ("concentration", "weekly_active", "lorenz"):
            assert of_events(root, "synthetic", name, spark) == of_events(root, "synthetic", name), name
        for pattern in (str(root / "nowhere" / "*.parquet"), str(root / "data" / "units.txt")):
            with pytest.raises(ToolkitError, match="files that the server can read"):
                open_events(Project(root), pattern, metric_sql("lorenz"), spark)
        (one, *_) = sorted((root / "synthetic" / "events").iterdir())
        parquet.write_table(parquet.read_table(one).drop_columns(["user_id"]), tmp_path / "few.parquet")
        with pytest.raises(ToolkitError, match="column user_id: missing"):
            open_events(Project(root), str(tmp_path / "few.parquet"), metric_sql("lorenz"), spark)


def test_the_command_takes_files_in_place_of_a_log(root, capsys, monkeypatch):
    monkeypatch.chdir(root)
    asked = ["metric", "concentration", "--events", "measured/events/*.parquet"]
    assert main([*asked, "--format", "json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["measure"] == "tokens"
    assert main(["metric", "weekly_active", *asked[2:]]) == 1
    assert "no value for target_share" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([*asked, "--log", "burn-loop"])
    assert "not allowed with argument" in capsys.readouterr().err


def test_what_people_merged_is_not_known_of_files_and_no_elasticity_is_made_of_it(root, capsys, monkeypatch):
    monkeypatch.chdir(root)
    pattern = "synthetic/events/*.parquet"
    assert main(["metric", "output_elasticity", "--events", pattern]) == 0
    *_, names, values = capsys.readouterr().out.splitlines()
    assert names.split()[0] == "n_developers" and values.split("  ")[0] == "not known"
    with pytest.raises(ToolkitError, match="merged is not recorded"):
        output_elasticity(open_events(Project(root), pattern, metric_sql("output_elasticity")))


def test_files_that_are_none_or_lack_columns_are_refused_by_name(root, tmp_path):
    def refused(pattern, match):
        with pytest.raises(ToolkitError, match=match) as caught:
            open_events(Project(root), pattern, metric_sql("lorenz"))
        return caught.value.problems

    refused(str(tmp_path / "*.parquet"), "no files")
    refused("s3://bucket/events/*.parquet", "--engine spark")
    (tmp_path / "cut.parquet").write_bytes(b"PAR1")
    refused(str(tmp_path / "cut.parquet"), "read to its end")
    (one, *_) = sorted((root / "measured" / "events").iterdir())
    table = parquet.read_table(one)
    parquet.write_table(table.drop_columns(["user_id", "is_headless"]), tmp_path / "few.parquet")
    assert [problem.where.rpartition(" ")[2] for problem in refused(str(tmp_path / "few.parquet"), "missing")] == [
        "user_id",
        "is_headless",
    ]
    parquet.write_table(table.drop_columns(["gen_ai.conversation.id"]), tmp_path / "few.parquet")
    few = str(tmp_path / "few.parquet")
    assert rows(open_events(Project(root), few, metric_sql("lorenz")), "adoption_intensity")  # which has no sessions
    with pytest.raises(ToolkitError, match=r"column gen_ai\.conversation\.id: missing"):
        open_events(Project(root), few, metric_sql("session_tokens"))
    with pytest.raises(ToolkitError, match="no prices, which the metric needs"):
        open_events(Project(root), few, "SELECT count(*) AS n_prices FROM price")
    both = pyarrow.array([place == 0 for place in range(len(table))])
    parquet.write_table(table.set_column(0, "synthetic", both), tmp_path / "both.parquet")
    refused(str(tmp_path / "both.parquet"), "synthetic events and others")
