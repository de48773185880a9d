"""Inspecting a usage log: regularities beside real ones, groups of five or more, and nobody real scored or ranked."""

import json
import re
from dataclasses import replace

import pytest

from toolkit.analysis import inspection, padding
from toolkit.analysis.inspection import CONSISTENT, NOT_CONSISTENT, TOO_FEW, inspect
from toolkit.analysis.microdata import totals
from toolkit.core.errors import ToolkitError
from toolkit.core.kind import Kind
from toolkit.core.number_functions import assume
from toolkit.core.project import find_project
from toolkit.database.usage_logs import UsageLog, ask_usage_log, metric, simulated_usage_log
from toolkit.main import main
from toolkit.reported.declaration_file import read_declaration
from toolkit.site.inspection_page import headline, inspection_page

pytestmark = pytest.mark.heavy
HERE = find_project()


@pytest.fixture(scope="module")
def simulated():
    return simulated_usage_log(HERE, "burn-repeated-prompts", developers=150, weeks=2)


@pytest.fixture(scope="module")
def found(simulated):
    return inspect(simulated)


def read(log: UsageLog) -> UsageLog:
    """The same log as if somebody had handed it over."""
    return replace(log, declared={**log.declared, "kind": "measured", "feed": "handed-over", "made_from": "one file"})


def test_a_log_is_consistent_with_real_traffic_or_not_and_never_forged(found):
    verdicts = {row["check"]: row["verdict"] for row in found.checks}
    assert set(verdicts.values()) <= {CONSISTENT, NOT_CONSISTENT}
    assert verdicts["Share of input read from a cache"] == CONSISTENT
    assert {row["real"].kind for row in found.checks} == {Kind.MEASURED}
    assert {row["here"].kind for row in found.checks} == {Kind.SYNTHETIC}
    page = inspection_page(found)
    assert "forged" not in page and "fake" not in page and headline(found).startswith("Simulated log")
    assert not re.search(r"sim-[0-9a-f]{16}", page)


def test_repeated_prompts_do_not_grow_as_real_contexts_do():
    """Of sessions that send one prompt again and again, nothing joins the context."""
    log = simulated_usage_log(HERE, "burn-repeated-prompts", developers=150, weeks=2)
    only = replace(log, connection=log.connection.cursor())
    only.connection.execute(
        "CREATE TEMP VIEW stored_event AS SELECT log.* FROM memory.main.stored_event AS log JOIN "
        "(SELECT conversation_id FROM truth WHERE role = 'padding') ON conversation_id = \"gen_ai.conversation.id\""
    )
    _, checks = inspection._checks(only)
    verdicts = {row["check"]: row["verdict"] for row in checks}
    assert verdicts["Steps on which the input grows by the answer or more"] == NOT_CONSISTENT
    assert verdicts["Growth of the input in a step, median"] == NOT_CONSISTENT


def test_a_small_group_and_its_complement_are_withheld(simulated, found):
    cells = {row["signal"]: row["marked"] for row in found.signals}
    assert "withheld" in str(cells["Long reads, little written"]) or cells["Long reads, little written"].low >= 0
    small = simulated_usage_log(HERE, "none", developers=3, weeks=1)
    alone = inspect(small)
    assert alone.signals is None and "fewer than 5 people" in alone.withheld
    assert {row["verdict"] for row in alone.checks} <= {TOO_FEW, CONSISTENT, NOT_CONSISTENT}


def test_no_way_scores_or_ranks_a_person_of_a_real_log(simulated):
    log = read(simulated)
    rules = read_declaration(HERE, "padding-signals")
    for refused in (
        lambda: padding.judge(log, rules),
        lambda: padding.tokens_by_week(log),
        lambda: totals(log, assume(0, "week", why="all weeks")),
        lambda: ask_usage_log(log, "leaderboards", metric("leaderboards"), {"n_places": 5}),
        lambda: ask_usage_log(log, "own", "SELECT user_id, tokens FROM developer"),
    ):
        with pytest.raises(ToolkitError):
            refused()
    inspected = inspect(log)
    text = inspection_page(inspected)
    assert not re.search(r"sim-[0-9a-f]{16}", text)
    people = {str(row[0]) for row in log.connection.execute("SELECT DISTINCT user_id FROM stored_event").fetchall()}
    assert not any(person in text for person in people)
    assert all(number.kind == Kind.MEASURED for number in (row["here"] for row in inspected.checks))
    assert "user_id" not in {column.name for table in (inspected.checks, inspected.signals) for column in table.columns}


def test_the_command_prints_the_tables_and_writes_a_page(simulated, tmp_path, capsys):
    page = tmp_path / "page.html"
    size = ("--developers", "150", "--weeks", "2")
    assert main(["inspect", "burn-repeated-prompts", *size, "--page", str(page), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert len(said["checks"]) == 8 and len(said["signals"]) == 5 and said["withheld"] is None
    assert page.read_text().startswith("<!doctype html>") and str(HERE.root) not in page.read_text()
    assert main(["inspect", "burn-repeated-prompts", *size]) == 0
    assert "consistent with" in capsys.readouterr().out
