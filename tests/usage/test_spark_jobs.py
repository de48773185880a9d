"""Simulations as Spark jobs: the same bytes as on one machine, on Sail here, on a cluster in test_spark_cluster.py."""

import pytest

from tests.usage.test_scenarios import HERE
from tests.usage.test_simulate import digests
from toolkit.core.errors import ToolkitError
from toolkit.engine.spark import open_spark
from toolkit.usage.simulate import spark_job
from toolkit.usage.simulate.plan import Plan, make_plan
from toolkit.usage.simulate.run import simulate


@pytest.mark.heavy
def test_a_simulation_on_sail_has_the_same_bytes(tmp_path):
    plan = make_plan(HERE, "target-and-board", 130, 5, seed=7)
    here = simulate(plan, tmp_path / "here", processes=1)
    with open_spark() as spark:
        there = simulate(plan, tmp_path / "there", spark=spark)
    assert digests(there) == digests(here)
    assert [path.name for path in there.parent.iterdir()] == [here.name]


def test_a_worker_with_another_version_writes_nothing(plan, tmp_path):
    parts = list(plan.parts())
    with pytest.raises(ToolkitError, match="another version"):
        spark_job.write_whole(Plan(plan.scenario, plan.seed), "0" * 12, parts, tmp_path, 0)
    assert list(tmp_path.iterdir()) == []
