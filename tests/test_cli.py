"""The command `toolkit`: help with an example, exit status 0 or 1, text and JSON, no path of the machine."""

import json
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from tests.build.editions import nodes, write_edition
from toolkit import cli
from toolkit.main import main

pytestmark = pytest.mark.heavy

ROOT = Path(__file__).parents[1]
COMMANDS = tuple(command.name for command in cli.COMMANDS)


@pytest.fixture
def run(sample, capsys):
    """Runs a command in the sample's folder: exit status, what it printed, what it complained."""

    def run(*arguments):
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as end:
            status = end.code
        out, err = capsys.readouterr()
        assert str(sample.root) not in out + err, "the machine's path is printed"
        return status, out, err

    return run


def break_record(sample):
    path = sample.data / "sources" / "office-survey.yml"
    path.write_text(path.read_text().replace("low: 1.2", "low: 1.9").replace("value: 35", "value: many"))


def edit_cell(sample, cell, **changes):
    path = sample.notebooks / "coffee.ipynb"
    notebook = json.loads(path.read_text())
    notebook["cells"][cell].update(changes)
    path.write_text(json.dumps(notebook))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(run, command):
    status, out, _ = run(command, "--help")
    assert status == 0
    assert re.search(rf"^example: toolkit {command}", out, re.MULTILINE)


def test_help_lists_every_command_in_a_line(run):
    status, out, _ = run("--help")
    listed = re.findall(r"^    ([a-z]+)  +\S", out, re.MULTILINE)
    assert (status, set(listed)) == (0, set(COMMANDS))


def test_what_a_command_does_is_in_the_module_of_its_name():
    assert {command.name: command.run.__module__ for command in cli.COMMANDS} == {
        name: f"toolkit.commands.{name}" for name in COMMANDS
    }


@pytest.mark.parametrize("arguments", [(), ("publish",), ("claims", "--jason"), ("diff", "reports")])
def test_what_is_no_command_ends_with_one(run, arguments):
    status, out, err = run(*arguments)
    assert status == 1 and "toolkit" in out + err


def test_the_version_is_that_of_what_is_installed(run):
    status, out, _ = run("--version")
    assert (status, out) == (0, f"toolkit {metadata.version('numberdesk')}\n")


def test_outside_a_project_it_says_what_one_is(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 1
    assert "data/units.txt" in capsys.readouterr().err


def test_verify_says_of_a_name_that_is_nothing_that_there_is_none_in_a_project_and_outside(run, tmp_path, monkeypatch):
    inside = run("verify", "missing.zip")
    monkeypatch.chdir(tmp_path)
    assert inside == run("verify", "missing.zip") and inside[0] == 1
    assert inside[2].startswith("missing.zip: no such file or folder\n")


def test_add_says_in_words_what_separates_the_cells_of_a_file(run, sample):
    said = []
    for name, sign in (("commas", ","), ("semicolons", ";"), ("bars", "|")):
        (sample.root / f"{name}.csv").write_text(f"town{sign}n\nUlm{sign}3\nBonn{sign}4\n")
        said.append(run("add", f"{name}.csv")[1].splitlines()[0])
    words = ("commas", "semicolons", "vertical bars")
    assert [f"separated by {word}, " in line for word, line in zip(words, said, strict=True)] == [True] * 3, said


def test_claims_are_listed_with_sources_origins_and_what_changed(run):
    status, out, _ = run("claims")
    assert status == 0
    assert "coffee.multiple_as_told\n" in out and out.rstrip().endswith("5 claims")
    block = out.split("coffee.multiple_as_told\n")[1].split("coffee.")[0]
    assert "2 sources, 1 origin (office-survey)" in block
    assert "    1 source, 1 origin" in out
    assert "changed in retelling: baseline, value" in block


def test_claims_are_listed_as_json_too(run):
    status, out, _ = run("claims", "--json")
    rows = {row["id"]: row for row in json.loads(out)}
    assert status == 0 and len(rows) == 5
    assert rows["coffee.multiple_as_told"]["sources"] == ["office-survey", "paper-retelling"]
    assert rows["coffee.multiple_as_told"]["origins"] == ["office-survey"]
    assert rows["coffee.multiple_as_told"]["mutated"] == ["baseline", "value"]
    assert rows["coffee.budget"]["certainty"] == "high"


def test_the_readings_of_one_claim_stand_side_by_side(run):
    status, out, _ = run("claims", "coffee.multiple_as_told")
    assert status == 0
    first, second = out.index("office-survey (Invented Office, primary)"), out.index("paper-retelling (Invented Paper)")
    assert first < second
    assert "3.5 times" in out[first:second] and "baseline: the median member of staff" in out[first:second]
    for words in (
        "about 4 times",
        "baseline: the average",
        "period: 2026-Q1",
        "seen: archived copy",
        "relies on: office-survey",
        "changed: value: 3.5 times → 4 times",
    ):
        assert words in out[second:]
    assert "relies on: nothing on the desk (an origin)" in out[first:second]


def test_readings_are_given_as_json_too(run):
    status, out, _ = run("claims", "coffee.beans", "--json")
    survey, paper = json.loads(out)
    assert status == 0
    assert (survey["printed"], survey["primary"]) == ("affirms: The beans are roasted in the cellar.", True)
    assert (paper["relies_on"], paper["changed"], paper["origins"]) == (
        ["office-survey"],
        ["stance: affirms → denies"],
        ["office-survey"],
    )


def test_the_start_of_an_id_lists_the_claims_that_begin_so(run):
    assert run("claims", "coffee.cups")[1].rstrip().endswith("2 claims")


def test_a_claim_that_nobody_states_is_shown_without_readings(run, sample):
    path = sample.data / "claims" / "coffee.yml"
    path.write_text(path.read_text() + "  - {id: coffee.tea, statement: Tea (invented), unit: USD, entity: office}\n")
    status, out, _ = run("claims", "coffee.tea")
    assert status == 0 and "0 sources" in out


def test_an_unknown_claim_ends_with_one(run):
    status, out, err = run("claims", "tea.cups")
    assert (status, out) == (1, "") and "'tea.cups'" in err and "1 problem" in err


def test_an_unknown_claim_is_refused_with_the_nearest_and_help_keeps_its_capitals(run, capsys):
    assert "allowed: coffee.cups_" in run("claims", "coffee.cup_median")[2]
    with pytest.raises(SystemExit):
        main(["docs", "--help"])
    assert "data/README.md and the certainty rule in CONTRIBUTING.md" in " ".join(capsys.readouterr().out.split())


def test_check_counts_what_it_looked_at(run):
    counted = "5 claims, 2 sources, 8 figures, 0 watched, 0 series, 0 datasets, 1 question, 0 declarations, 0 scenarios"
    counted += ", 1 story, 0 drafts"
    assert run("check")[:2] == (0, f"{counted}: all well\n")
    assert json.loads(run("check", "--json")[1]) == {
        "claims": 5,
        "sources": 2,
        "figures": 8,
        "watched": 0,
        "series": 0,
        "datasets": 0,
        "questions": 1,
        "declarations": 0,
        "scenarios": 0,
        "stories": 1,
        "drafts": 0,
    }


def test_check_names_every_problem_of_record_and_notebooks_at_once(run, sample):
    break_record(sample)
    edit_cell(sample, 3, source=["Staff drink 3.5 cups."])
    edit_cell(sample, 2, execution_count=4)
    status, out, err = run("check")
    assert (status, out) == (1, "")
    assert "low 1.9 is over high 1.5" in err and "'many'" in err
    assert "a typed number: 3.5" in err and "cell 3: stored with outputs" in err and "4 problems" in err


def test_check_gives_its_problems_as_json(run, sample):
    break_record(sample)
    status, out, err = run("check", "--json")
    problems = json.loads(out)
    assert (status, err) == (1, "")
    assert {problem["where"].split(",")[0] for problem in problems} == {"data/sources/office-survey.yml"}
    assert all(problem.keys() == {"where", "found", "allowed", "remedy"} for problem in problems)


def test_check_asks_the_questions(run, sample):
    (sample.questions / "bad.sql").write_text("SELECT nothing FROM figures")
    status, _, err = run("check")
    assert status == 1 and "notebooks/sql/bad.sql" in err and "nothing" in err


@pytest.mark.parametrize("sql", ["COPY figures TO $file", "FROM read_csv($file)", "SELECT $n; SELECT 2"])
def test_check_reads_a_question_with_parameters_without_running_it(run, sample, sql):
    (sample.questions / "reaches.sql").write_text(sql)
    status, _, err = run("check")
    assert status == 1 and "notebooks/sql/reaches.sql" in err and "the project's tables" in err


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": [{}]}', "\udcff"])
def test_check_and_strip_say_when_a_notebook_is_none(run, sample, text):
    (sample.notebooks / "coffee.ipynb").write_bytes(text.encode("utf-8", "surrogateescape"))
    for command in ("check", "strip"):
        status, _, err = run(command)
        assert status == 1 and "notebooks/coffee.ipynb" in err and ("not a notebook" in err or "0xFF" in err)


def test_strip_takes_the_outputs_out_once(run, sample):
    assert run("strip") == (0, "", "")
    edit_cell(sample, 0, execution_count=3, outputs=[{"output_type": "stream", "name": "stdout", "text": "35"}])
    assert run("strip")[:2] == (0, "stripped notebooks/coffee.ipynb\n")
    assert run("check")[0] == 0


def test_docs_are_written_once_and_found_out_of_date_after_a_change(run, sample):
    assert run("docs", "--check")[0] == 1
    assert not (sample.data / "README.md").exists()
    assert run("docs")[:2] == (0, "data/README.md: written\n")
    assert run("docs", "--check") == (0, "", "")
    path = sample.data / "sources" / "paper-retelling.yml"
    path.write_text(path.read_text().replace("Staff drown in coffee", "Staff | drown"))
    status, out, _ = run("docs", "--check")
    assert status == 1 and out.startswith("data/README.md: out of date")
    assert run("docs")[0] == 0 and "Staff \\| drown" in (sample.data / "README.md").read_text()


def test_diff_of_equal_editions_ends_with_nought(run, tmp_path):
    old, new = write_edition(tmp_path / "old"), write_edition(tmp_path / "new")
    assert run("diff", old, new)[:2] == (0, "0 differences\n")
    assert json.loads(run("diff", old, new, "--json")[1]) == {"differences": [], "corrections": []}


def test_diff_of_changed_editions_ends_with_one_and_says_what_moved(run, tmp_path):
    old, new = write_edition(tmp_path / "old"), write_edition(tmp_path / "new", found=nodes(multiple=3.6))
    status, out, _ = run("diff", old, new)
    assert status == 1
    assert "coffee, coffee.multiple: moved" in out and "3.5 times" in out and "3.6 times" in out
    assert 'was: "3.5 times"' in out and "    # the day it is published\n    on:" in out
    said = json.loads(run("diff", old, new, "--json")[1])
    assert [(one["where"], one["what"]) for one in said["differences"]] == [("coffee, coffee.multiple", "moved")]
    assert [(draft["was"], draft["now"]) for draft in said["corrections"]] == [("3.5 times", "3.6 times")]


def test_diff_with_what_is_no_edition_ends_with_one(run, tmp_path):
    status, _, err = run("diff", write_edition(tmp_path / "old"), tmp_path / "nowhere")
    assert status == 1 and "'nowhere'" in err and "git revision" in err and str(tmp_path) not in err
    (tmp_path / "empty").mkdir()
    status, _, err = run("diff", tmp_path / "old", tmp_path / "empty")
    assert status == 1 and "empty/manifest.json" in err and str(tmp_path) not in err


@pytest.mark.heavy
def test_it_runs_as_a_module_and_stops_quietly_when_nobody_reads_on(sample):
    command = f"{sys.executable} -m toolkit claims | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60, cwd=sample.root)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "coffee.beans\n"


def test_the_documents_of_this_desk_are_current(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert main(["docs", "--check"]) == 0, capsys.readouterr().out


@pytest.mark.heavy
def test_a_new_story_is_a_draft_that_stops_neither_check_nor_build(run, warm):
    status, out, _ = run("new", "tea-breaks")
    assert (status, out.partition(":")[0]) == (0, "notebooks/tea-breaks.ipynb")
    for command in ("check", "build"):
        status, out, _ = run(command)
        assert status == 0 and "tea-breaks: draft, not built; " in out and "prompts to fill in" in out
    assert (warm.reports / "coffee.html").exists() and not (warm.reports / "tea-breaks.html").exists()
    assert "tea-breaks" not in (warm.reports / "manifest.json").read_text()


@pytest.mark.parametrize("name", ["coffee", "Tea", "tea breaks", "../tea", "tea--breaks", ""])
def test_a_name_that_is_taken_or_none_is_refused(run, sample, name):
    before = sorted(sample.notebooks.iterdir())
    status, _, err = run("new", name)
    assert status == 1 and "allowed:" in err
    assert sorted(sample.notebooks.iterdir()) == before
