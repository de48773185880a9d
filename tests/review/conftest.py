"""The sample with its edition built, for the tests that look at whole editions."""

import shutil
from pathlib import Path

import pytest

from toolkit.core.project import find_project

SAMPLE = Path(__file__).parents[1] / "sample"


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The sample's project with its edition in reports/, built once; tests leave it as it is."""
    from tests.build.test_pipeline import run  # not above: how often its loops go round is not known there

    root = tmp_path_factory.mktemp("built") / "sample"
    shutil.copytree(SAMPLE, root)
    project = find_project(root)
    done = run(project)
    assert done.returncode == 0, done.stderr
    return project


@pytest.fixture
def changeable(built, tmp_path):
    """A copy of the built sample, to be changed."""
    shutil.copytree(built.root, tmp_path / "sample")
    return find_project(tmp_path / "sample")
