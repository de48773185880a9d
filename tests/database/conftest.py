"""A small dataset in a database, for the tests of this room."""

import shutil

import pytest

from tests.small_dataset import declare
from toolkit.core.project import find_project
from toolkit.database.open import open_database


@pytest.fixture(scope="session")
def inspected(tmp_path_factory, request):
    """The sample with the dataset `inspections`, its database built once; tests leave both as they are."""
    root = tmp_path_factory.mktemp("inspected") / "sample"
    shutil.copytree(request.config.rootpath / "tests" / "sample", root)
    project = find_project(root)
    declare(project)
    open_database(project)
    return project
