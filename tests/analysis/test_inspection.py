"""Inspecting a usage log: regularities beside real ones, groups of five or more, and nobody real scored or ranked."""

import json
import re
import shutil

import pytest

from tests.usage.logs.reading import new_project
from toolkit.analysis import inspection, padding, padding_recipes
from toolkit.analysis.inspection import CONSISTENT, NO_RANGE, NOT_CONSISTENT, NOT_RECORDED, TOO_FEW, inspect
from toolkit.analysis.microdata import totals
from toolkit.core.errors import ToolkitError
from toolkit.core.kind import Kind
from toolkit.core.number_functions import assume
from toolkit.core.project import find_project
from toolkit.database.usage_logs import ask_usage_log, metric_sql, simulated_usage_log, usage_log_named
from toolkit.main import main
from toolkit.reported.declaration_file import read_declaration
from toolkit.site.inspection_page import inspection_headline, inspection_page
from toolkit.usage.logs.ingest import ingest

pytestmark = pytest.mark.heavy
HERE = find_project()


@pytest.fixture(scope="module", autouse=True)
def one_recipe():
    """What signals are worth is counted on one recipe here; all of them are in test_padding_recipes.py."""
    with pytest.MonkeyPatch.context() as patch:
        known = padding_recipes.honest_twins
        patch.setattr(padding_recipes, "honest_twins", lambda project: dict(sorted(known(project).items())[-2:-1]))
        yield


@pytest.fixture(scope="module")
def simulated():
    return simulated_usage_log(HERE, "burn-repeated-prompts", developers=150, weeks=2)


@pytest.fixture(scope="module")
def found(simulated):
    return inspect(simulated)


@pytest.fixture(scope="module")
def handed_over(tmp_path_factory):
    """The invented session, read as six people would hand it over; the folder of its key goes with the test."""
    root = tmp_path_factory.mktemp("handed-over")
    desk = new_project(root / "desk")
    for name in ("units.txt", "declarations/padding-signals.yml"):
        (desk.data / name).parent.mkdir(exist_ok=True)
        shutil.copy(HERE.data / name, desk.data / name)
    lines = (HERE.data / "datasets" / "invented_session.jsonl").read_text(encoding="utf-8")
    for person in "abcdef":
        file = root / "files" / person / ".claude" / "projects" / "p" / "s.jsonl"
        file.parent.mkdir(parents=True)
        file.write_text(re.sub(r"(msg|req|session|line)-", rf"{person}-\1-", lines), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOOLKIT_KEYS", str(root / "keys"))
        ingest(desk, [root / "files"], "log")
        yield usage_log_named(desk, "log")


def test_a_read_log_is_inspected_without_naming_anyone(handed_over):
    found = inspect(handed_over)
    assert {row["here"].kind for row in found.checks if row["here"] is not None} == {Kind.MEASURED}
    assert {row["verdict"] for row in found.checks if row["here"] is not None} == {TOO_FEW}
    assert len(found.signals) == 5 and all(row["right"] is None for row in found.signals)
    page = inspection_page(found)
    assert inspection_headline(found) == "Usage log log: too short to judge"
    people = handed_over.connection.execute("SELECT DISTINCT user_id FROM stored_event").fetchall()
    assert len(people) == 6 and not any(str(person) in page for (person,) in people)


def test_a_log_is_consistent_with_real_traffic_or_not_and_never_forged(found):
    verdicts = {row["check"]: row["verdict"] for row in found.checks}
    assert set(verdicts.values()) <= {CONSISTENT, NOT_CONSISTENT, NO_RANGE, NOT_RECORDED}
    assert verdicts["USD per million tokens of all types"] == NOT_RECORDED  # a scenario's costs are its list prices
    written = found.checks.one("here", check="Steps on which the answer before, or more, is written to the cache")
    assert 0 < written.low <= 100 and "98.0" in str(found.checks.one("real", verdict=NO_RANGE))
    assert verdicts["Share of input read from a cache"] == CONSISTENT
    assert {row["real"].kind for row in found.checks if row["real"] is not None} == {Kind.MEASURED, Kind.REPORTED}
    assert {row["here"].kind for row in found.checks if row["here"] is not None} == {Kind.SYNTHETIC}
    page = inspection_page(found)
    assert "forged" not in page and "fake" not in page and inspection_headline(found).startswith("Simulated log")
    assert not re.search(r"sim-[0-9a-f]{16}", page)


def test_prompts_that_are_sent_again_do_not_grow_as_real_contexts_do(simulated):
    cursor = simulated.connection.cursor()
    cursor.execute(
        "CREATE TEMP VIEW stored_event AS SELECT log.* FROM memory.main.stored_event AS log JOIN "
        "(SELECT conversation_id FROM truth WHERE role = 'padding') ON conversation_id = \"gen_ai.conversation.id\""
    )
    _, checks = inspection._checks(simulated, cursor, withholds=False)
    verdicts = {row["check"]: row["verdict"] for row in checks}
    assert verdicts["Steps on which the input grows by the answer or more"] == NOT_CONSISTENT
    assert verdicts["Growth of the input in a step, median"] == NOT_CONSISTENT


def test_a_small_group_and_its_complement_are_withheld(simulated, found):
    cells = {row["signal"]: row["marked"] for row in found.signals}
    assert "withheld" in str(cells["Long reads, little written"]) or cells["Long reads, little written"].low >= 0
    small = simulated_usage_log(HERE, "none", developers=3, weeks=1)
    alone = inspect(small)
    assert alone.signals is None and "fewer than 5 people" in alone.withheld
    assert {row["verdict"] for row in alone.checks} <= {TOO_FEW, CONSISTENT, NOT_CONSISTENT, NO_RANGE, NOT_RECORDED}


def test_no_way_scores_or_ranks_a_person_of_a_real_log(handed_over):
    log, rules = handed_over, read_declaration(HERE, "padding-signals")
    for refused in (
        lambda: padding.flag_weeks(log, rules),
        lambda: padding.tokens_by_week(log),
        lambda: totals(log, assume(0, "week", why="all weeks")),
        lambda: ask_usage_log(log, "leaderboards", metric_sql("leaderboards"), {"n_places": 5}),
        lambda: ask_usage_log(log, "own", "SELECT user_id, tokens FROM developer"),
        lambda: ask_usage_log(log, "own", "SELECT user_id AS who, tokens FROM developer"),
    ):
        with pytest.raises(ToolkitError):
            refused()
    inspected = inspect(log)
    for table in (inspected.checks, inspected.signals, log.accounting, log.grains, log.people):
        assert "user_id" not in {column.name for column in table.columns}
        assert len(table) <= len(inspected.checks), "rows are checks, signals, formats and grains, never people"


def test_the_command_prints_the_tables_and_writes_a_page(simulated, tmp_path, capsys):
    page = tmp_path / "page.html"
    size = ("--developers", "150", "--weeks", "2")
    assert main(["inspect", "burn-repeated-prompts", *size, "--page", str(page), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert len(said["checks"]) == 10 and len(said["signals"]) == 5 and said["withheld"] is None
    assert page.read_text().startswith("<!doctype html>") and str(HERE.root) not in page.read_text()
    assert main(["inspect", "burn-repeated-prompts", *size]) == 0
    assert "consistent with" in capsys.readouterr().out


@pytest.mark.parametrize("page", [True, False])
def test_a_log_of_fewer_than_five_people_is_inspected_without_their_values(tmp_path, monkeypatch, capsys, page):
    monkeypatch.setenv("TOOLKIT_KEYS", str(tmp_path / "keys"))
    desk = new_project(tmp_path / "desk")
    lines = HERE.data / "datasets" / "invented_session.jsonl"
    ingest(desk, [lines], "log")
    monkeypatch.chdir(desk.root)
    assert main(["inspect", "log", *(["--page", "page.html"] if page else [])]) == 0
    said = capsys.readouterr().out
    found = inspect(usage_log_named(desk, "log"))
    assert "Fewer than 5 people are in the log" in said and found.values_withheld
    assert {row["here"] for row in found.checks} <= {None, "withheld: under 5 people"}
    if page:
        written = (desk.root / "page.html").read_text(encoding="utf-8")
        assert "Fewer than 5 people" in written and "Runs of days" not in written


@pytest.mark.parametrize(("cost", "verdict"), [(1.0, CONSISTENT), (50.0, NOT_CONSISTENT)])
def test_what_tokens_cost_is_set_beside_what_others_published(tmp_path, monkeypatch, cost, verdict):
    """A million tokens at 50 dollars is an export that leaves cached context out."""
    monkeypatch.setenv("TOOLKIT_KEYS", str(tmp_path / "keys"))
    desk, lines = new_project(tmp_path / "desk"), []
    for place in range(600):
        usage = {"input_tokens": 10, "cache_read_input_tokens": 900 + place, "output_tokens": 90 - place % 7}
        total = usage["input_tokens"] + usage["cache_read_input_tokens"] + usage["output_tokens"]
        message = {"id": f"m{place}", "model": "claude-opus-4-1", "role": "assistant", "usage": usage}
        when = f"2026-03-02T{place // 60:02d}:{place % 60:02d}:00Z"
        said = {"type": "assistant", "sessionId": "s", "uuid": f"u{place}", "requestId": f"r{place}", "timestamp": when}
        lines.append(json.dumps(said | {"message": message, "costUSD": round(total * cost / 1e6, 9)}))
    (tmp_path / "s.jsonl").write_text("\n".join(lines))
    ingest(desk, [tmp_path / "s.jsonl"], "log")
    checks = inspect(usage_log_named(desk, "log")).checks
    assert checks.one("verdict", check="USD per million tokens of all types") == verdict
