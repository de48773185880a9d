"""Which lines of data/units.txt a result depends on: those of the units that it looked up, or looked for."""

import pytest

from toolkit.core.unit import parse_unit, registry
from toolkit.core.unit_dependencies import definitions_of, lookups
from toolkit.database.column_names import unit_or_form

CUP, WEEK, DAY = "cup = [cup] = _ = cups", "week = 7 * day = _ = weeks", "day = 86400 * second = _ = days"
SECOND = "second = [time] = _ = seconds"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1", []),
        ("cup", [CUP]),
        ("cups", [CUP]),
        ("mean_Cups", [CUP]),
        ("cup/week", [CUP, DAY, SECOND, WEEK]),
        ("heavy_cups_per_week", [CUP, DAY, SECOND, WEEK]),
        ("saucer", []),
    ],
)
def test_a_text_depends_on_its_units_and_on_what_they_are_made_of(sample, text, found):
    assert definitions_of(sample, [text]) == sorted(found)


def test_a_unit_that_was_looked_for_in_vain_counts_once_it_is_defined(sample):
    units = sample.data / "units.txt"
    units.write_text(units.read_text() + "saucer = 2 * cup  # for two\nspoon = [spoon]\n")
    assert definitions_of(sample, ["mean_saucer"]) == [CUP, "saucer = 2 * cup"]


def test_what_is_looked_up_is_noted_whether_it_is_there_or_not_and_each_time(sample):
    units = registry(sample.data / "units.txt")
    for _ in range(2):
        with lookups(units) as found:
            parse_unit("cup/week", units)
            assert unit_or_form("mean_saucer", units).unit is None
        assert found == {"cup/week", "mean_saucer"} <= units.looked_up
