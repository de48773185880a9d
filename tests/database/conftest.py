"""A small dataset in a database, for the tests of this room."""

import shutil
from functools import cache

import pytest

from tests.small_dataset import declare
from toolkit.core.project import find_project
from toolkit.database.open import open_database


@pytest.fixture(scope="session")
def desk_with_inspections(tmp_path_factory, request):
    """The sample with the dataset `inspections` as `declare` says, its database built once; tests leave it as it is."""

    @cache
    def made(**declared):
        root = tmp_path_factory.mktemp("inspections") / "sample"
        shutil.copytree(request.config.rootpath / "tests" / "sample", root)
        project = find_project(root)
        declare(project, **declared)
        open_database(project)
        return project

    return made


@pytest.fixture
def inspected(desk_with_inspections):
    """The sample with that dataset, of which no column is published."""
    return desk_with_inspections()
