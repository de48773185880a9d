"""One small usage log for the tests of this room, and one key for logs that are read."""

import pytest

from toolkit.core.project import find_project
from toolkit.usage.logs import ingest
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


@pytest.fixture
def same_key(monkeypatch):
    """The key of all readings: those of another folder have it too, and one id."""
    key = bytes(range(32))
    monkeypatch.setattr(ingest, "make_key", lambda: key)
    monkeypatch.setattr(ingest.secrets, "token_hex", lambda size: "0123abcd")
    return key
