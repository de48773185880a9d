"""One small usage log for the tests of this room."""

import pytest

from toolkit.core.project import find_project
from toolkit.usage.simulate.plan import make_plan
from toolkit.usage.simulate.run import simulate

SIZE = (300, 12)  # developers, weeks


@pytest.fixture(scope="session")
def plan():
    return make_plan(find_project(), "target-and-board", *SIZE, seed=7)


@pytest.fixture(scope="session")
def usage_log(plan, tmp_path_factory):
    """The folder of a usage log of the scenario target-and-board."""
    return simulate(plan, tmp_path_factory.mktemp("usage_logs"), processes=1)
