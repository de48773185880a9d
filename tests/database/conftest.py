"""A small dataset in a database, for the tests of this room."""

import pytest


@pytest.fixture
def inspected(desk_with):
    """The database of the sample with the dataset `inspections`, of which no column is published; tests only ask it."""
    return desk_with("inspections")
