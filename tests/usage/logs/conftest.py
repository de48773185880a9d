"""Keys of the logs that these tests read lie in a folder of the test."""

import pytest

from tests.usage.logs.reading import new_project


@pytest.fixture(autouse=True)
def keys(tmp_path, monkeypatch):
    monkeypatch.setenv("TOOLKIT_KEYS", str(tmp_path / "keys"))
    return tmp_path / "keys"


@pytest.fixture
def desk(tmp_path):
    """A project without any log."""
    return new_project(tmp_path / "desk")
