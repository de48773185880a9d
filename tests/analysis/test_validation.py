"""Simulated beside real: both sides are numbers, and each says where it is from."""

import pytest

from toolkit.analysis.validation import against_reality, count_rows, real_number, sampled_concentration
from toolkit.core.errors import ToolkitError
from toolkit.core.kind import Kind
from toolkit.core.project import find_project
from toolkit.database.usage_logs import open_usage_log
from toolkit.usage.calibration_check import compare
from toolkit.usage.simulate.plan import make_plan
from toolkit.usage.simulate.run import simulate

HERE = find_project()


@pytest.fixture(scope="module")
def usage_log(tmp_path_factory):
    return open_usage_log(
        HERE, simulate(make_plan(HERE, "none", 150, 3), tmp_path_factory.mktemp("usage_logs"), processes=1)
    )


@pytest.fixture(scope="module")
def answer(usage_log):
    return against_reality(usage_log)


def test_real_values_are_measured_and_name_their_file(answer):
    real = answer.one("real", statistic="coding.input", at="p50")
    assert (real.low, str(real), real.kind) == (100446, "100,000 tokens", Kind.MEASURED)
    known = ("kv_cache_tester.csv.gz", "github.com/callanjfox", "Apache-2.0", "sha256 1a1698f0", "usage.calibrate")
    assert [word for word in known if word not in real.why] == []
    assert real.leaves() == (real,) and real.ref == "calibration:coding.input"


def test_generated_values_are_synthetic_and_rest_on_the_usage_log(answer, usage_log):
    for row in answer:
        assert row["generated"].kind == Kind.SYNTHETIC and row["generated"].leaves() == (usage_log.leaf,)
        assert row["ratio"] is None or row["ratio"].kind == Kind.SYNTHETIC
        assert row["why"] == "" or not row["agrees"]


def test_the_table_says_what_the_command_says(answer, usage_log):
    lines = compare(HERE, usage_log.folder)
    assert len(answer) == len(lines)
    for row, line in zip(answer, lines, strict=True):
        many = 1000 if line.unit == "millisecond" else 1
        assert (row["statistic"], row["at"], row["agrees"]) == (line.statistic, line.at, line.holds)
        assert (row["real"].low * many, row["generated"].low * many) == pytest.approx((line.real, line.generated))


def test_rows_are_counted_as_a_number(answer, usage_log):
    counted = count_rows(answer, basis="put in")
    assert counted.low == len([row for row in answer if row["basis"] == "put in"]) and str(counted) == "20"
    assert counted.kind == Kind.SYNTHETIC and counted.leaves() == (usage_log.leaf,)
    both = count_rows(answer, basis="follows", agrees=True)
    assert both.operation.words([]) == "rows of the table against_reality where basis is follows and agrees is yes"
    assert count_rows(answer).operation.words([]) == "rows of the table against_reality"
    assert count_rows(answer, basis="put in", agrees=None).low == 0


def test_samples_of_the_usage_log_are_as_large_as_the_real_one(usage_log):
    found = sampled_concentration(usage_log)
    assert len(found) == 16
    real = [row["place"] for row in found if row["real"] is not None]
    assert real == ["8", "15"]
    for row in found:
        assert 0 < row["generated"].low < row["generated"].high < 1
    assert sampled_concentration(usage_log).rows == found.rows
    assert sampled_concentration(usage_log, seed=2).rows != found.rows


def test_a_number_that_was_not_measured_is_refused():
    assert str(real_number("developers.people", HERE)) == "17 people"
    with pytest.raises(ToolkitError, match="coding.cache_share"):
        real_number("coding.cash_share", HERE)
