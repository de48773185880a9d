"""Generated against real traffic: quantiles within their allowance or the difference explained; numbers made again."""

import os
from pathlib import Path

import pytest

from toolkit.core.errors import ToolkitError
from toolkit.core.project import find_project
from toolkit.usage.calibrate import TRACES, document
from toolkit.usage.calibration_check import DISTRIBUTIONS, EXPLAINED, NUMBERS, QUANTILES, compare, text
from toolkit.usage.real_traffic import BASE_RATES, base_rates
from toolkit.usage.simulate.plan import make_plan
from toolkit.usage.simulate.run import simulate

HERE = find_project()


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    plan = make_plan(HERE, "none", 1500, 4)
    return compare(HERE, simulate(plan, tmp_path_factory.mktemp("usage_logs"), processes=1))


@pytest.mark.slow
def test_generated_traffic_has_the_quantiles_of_real_traffic(lines):
    assert len(lines) == len(DISTRIBUTIONS) * len(QUANTILES) + len(NUMBERS)
    assert [f"{line.name}: {line.ratio:.2f}" for line in lines if not line.holds and not line.why] == []
    assert {line.name for line in lines if not line.holds} <= set(EXPLAINED)


@pytest.mark.slow
def test_the_table_shows_real_and_generated_side_by_side(lines):
    shown = text(lines)
    assert shown.count("\n") == len(lines) + 1
    assert "DIFFERS" not in shown
    assert all(line.name in shown for line in lines)


@pytest.mark.slow
def test_traffic_with_another_mix_is_not_taken_for_real(tmp_path):
    """The comparison can fail: padding that is not known as such changes it."""
    usage_log = simulate(make_plan(HERE, "public-board", 300, 16), tmp_path, processes=1)
    for path in (usage_log / "truth").iterdir():
        path.write_bytes((usage_log / "truth" / "week-0000-part-0000.parquet").read_bytes())
    assert len([line for line in compare(HERE, usage_log) if not line.holds and not line.why]) > 5


def test_missing_traces_are_named_at_once(tmp_path):
    with pytest.raises(ToolkitError) as caught:
        document(tmp_path)
    assert len(caught.value.problems) == len(TRACES)


@pytest.mark.skipif("TRACES" not in os.environ, reason="TRACES names no folder with the traces of data/calibration.yml")
def test_the_calibration_is_what_its_command_writes():
    assert document(Path(os.environ["TRACES"])) == (HERE.data / "calibration.yml").read_text(encoding="utf-8")


@pytest.mark.skipif("TRACES" not in os.environ, reason="TRACES names no folder with the traces of data/calibration.yml")
def test_the_base_rates_of_inspections_are_what_their_command_writes():
    file = Path(os.environ["TRACES"]) / "claude_code_requests_kv_cache_tester.csv.gz"
    assert base_rates(file) == BASE_RATES.read_text(encoding="utf-8")
