"""What two published tables say together: a group of few people is not found by taking one number from another."""

import pytest

from tests.usage.logs.test_asking import asked, desk, log  # noqa: F401, of the same log: seven, six and two people
from toolkit.core.errors import ToolkitError

pytestmark = pytest.mark.heavy

SMALL = "claude-haiku-4-5"
ALL = "SELECT sum(tokens) AS tokens FROM request_all_types"


@pytest.mark.parametrize(
    "sql",
    [
        f"{ALL} WHERE model <> '{SMALL}'",
        f"{ALL} WHERE model NOT LIKE '%haiku%'",
        f"{ALL} WHERE model IN ('claude-opus-4-1', 'claude-sonnet-4-5')",
        f"SELECT sum(tokens) FILTER (WHERE model <> '{SMALL}') AS tokens FROM request_all_types",
        f"SELECT sum(CASE WHEN model <> '{SMALL}' THEN tokens ELSE 0 END) AS tokens FROM request_all_types",
        f"SELECT time_utc, sum(tokens) AS tokens FROM request_all_types WHERE model <> '{SMALL}' GROUP BY time_utc",
        f"SELECT sum(tokens) AS tokens, time_utc FROM request_all_types WHERE model <> '{SMALL}' GROUP BY 2 ORDER BY 2",
    ],
)
def test_a_question_that_leaves_out_a_few_people_is_refused(log, sql):  # noqa: F811
    """All people's tokens are published: less these they would be the tokens of two."""
    assert asked(log, ALL)
    with pytest.raises(ToolkitError, match="no row that 5 people"):
        asked(log, sql)


def test_a_question_that_leaves_out_nobody_or_enough_people_is_answered(log):  # noqa: F811
    assert asked(log, f"{ALL} WHERE requests > 0") == asked(log, ALL)
    assert asked(log, f"{ALL} WHERE model = 'claude-opus-4-1'") == [[7 * 3 * 105.0]]
    by_model = "SELECT model, sum(tokens) AS tokens FROM request_all_types WHERE model LIKE '%opus%' GROUP BY model"
    assert asked(log, by_model) == [["claude-opus-4-1", 7 * 3 * 105.0]]


@pytest.mark.parametrize(
    "rest",
    [
        f"WHERE model <> '{SMALL}' GROUP BY model ORDER BY model",
        f"GROUP BY model HAVING model <> '{SMALL}' ORDER BY model",
        "GROUP BY model HAVING sum(tokens) > 1000 ORDER BY model",
        "GROUP BY 1 ORDER BY tokens DESC LIMIT 2",
        "GROUP BY ALL ORDER BY tokens DESC LIMIT 2",
    ],
)
def test_a_row_that_is_left_out_has_a_second_beside_it(log, rest):  # noqa: F811
    """All people's tokens less those of the rows that are shown would be the tokens of two."""
    rows = asked(log, f"SELECT model, sum(tokens) AS tokens FROM request_all_types {rest}")
    assert rows == [["claude-opus-4-1", 7 * 3 * 105.0], ["claude-sonnet-4-5", None]]
    unlabelled = asked(
        log, f"SELECT sum(tokens) AS tokens FROM request_all_types WHERE model <> '{SMALL}' GROUP BY model"
    )
    assert sorted(unlabelled, key=str) == [[7 * 3 * 105.0], [None]]


def test_a_row_of_enough_people_may_be_left_out(log):  # noqa: F811
    sql = "SELECT time_utc, is_sidechain, sum(tokens) AS tokens FROM request_all_types GROUP BY ALL LIMIT 1"
    assert asked(log, sql)[0][-1] == 15 * 3 * 105.0


def test_rows_that_are_withheld_have_no_place_among_numbers(log):  # noqa: F811
    sql = "SELECT model, sum(tokens) AS tokens FROM request_all_types GROUP BY model ORDER BY tokens"
    assert [row[1] is None for row in asked(log, sql)] == [False, True, True]
    assert [row[1] is None for row in asked(log, sql.replace("BY tokens", "BY model"))] == [True, False, True]
