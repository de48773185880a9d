"""A question without an end is stopped after a stated time, wherever it is asked."""

import pandas
import pytest

from tests.small_dataset import declare
from tests.usage.test_metrics import sample as sample_log
from toolkit.core.errors import ToolkitError
from toolkit.database.ask import answer_question
from toolkit.database.frame_questions import ask_frames
from toolkit.database.open import open_database
from toolkit.database.usage_logs import ask_usage_log
from toolkit.engine import errors

pytestmark = pytest.mark.heavy
WITHOUT_END = {
    "recursive": "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n % 7 + 1 FROM t) SELECT count(*) AS n_rows FROM t",
    "cross join": "SELECT count(*) AS n_rows FROM range(1000000000) AS many (n), range(1000000000) AS more (m)",
}


@pytest.mark.parametrize("sql", WITHOUT_END.values(), ids=WITHOUT_END)
def test_it_is_stopped_and_the_next_one_is_answered(sample, monkeypatch, sql):
    declare(sample)
    database, log = open_database(sample), sample_log()
    monkeypatch.setattr(errors, "SECONDS", 0.01)  # before some of them run
    asking = [
        lambda: answer_question(database, sql),
        lambda: answer_question(database, f"{sql}, inspections"),
        lambda: database.answer("mine", sql),
        lambda: ask_frames(database, "mine", sql, {}, {"df": pandas.DataFrame({"n": [1]})}),
        lambda: ask_usage_log(log, "mine", sql),
    ]
    for ask in asking:
        with pytest.raises(ToolkitError, match="(?s)no answer after 0.01 seconds.*WITH RECURSIVE end"):
            ask()
    monkeypatch.setattr(errors, "SECONDS", 60)
    assert len(answer_question(database, "SELECT borough, count(*) AS n FROM inspections GROUP BY borough")) == 3
