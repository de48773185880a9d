"""A project lies wherever its newsroom put it: any folder's name, any locale, and folders that may not be written."""

import contextlib
import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow
import pytest
from pyarrow import parquet

from tests.build.test_pipeline import contents
from tests.build.three_stories import three_stories
from tests.test_atomic import bound_by_permissions
from toolkit.analysis.padding import flag_weeks, tokens_by_week, with_truth
from toolkit.build import edition_record
from toolkit.build.edition_inputs import edition_inputs
from toolkit.core.errors import ToolkitError, refused_by_system
from toolkit.core.project import Project, find_project
from toolkit.database.open import open_database
from toolkit.database.query import ask, read_question
from toolkit.database.usage_logs import open_usage_log
from toolkit.engine.paths import from_parquet, quoted
from toolkit.main import main
from toolkit.notebook.story import open_story
from toolkit.reported.declaration_file import read_declaration
from toolkit.usage.calibrate import chat
from toolkit.usage.calibration_check import compare
from toolkit.usage.simulate.plan import make_plan
from toolkit.usage.simulate.run import simulate

pytestmark = pytest.mark.heavy  # commands run in folders of many names

HERE = find_project()
SAMPLE = Path(__file__).parent / "sample"
POSIX = pytest.mark.skipif(os.name != "posix", reason="names and rights of a POSIX system")
WORST = 'it\'s 100% #1 é日 [draft] {brace} "q"; $HOME *'
NAMES = (
    "it's 100% #1 é日",
    "report [draft]",
    'a"b',
    "semi;colon",
    "{brace} %s {0}",
    "-dash",
    "a\tb",
    "dot.",
    "x" * 250,
    "a*b",
    "**",
    WORST,
)
BELOW = (*NAMES, "what?", "back\\slash")  # nothing but the database minds the last two
NEIGHBOURS = {"report [draft]": "report d", "a*b": "axb", "what?": "whats", "back\\slash": "back/slash", "**": "other"}
UNFIT = ("what?", "back\\slash", "a\\b?c")
COMMANDS = (
    ["build"],
    ["check"],
    ["claims"],
    ["verify"],
    ["archive"],
    ["docs"],
    ["diff", "a", "b"],
    ["strip"],
    ["simulate", "none"],
    ["new", "a-story"],
    ["lab"],
)


@pytest.fixture
def placed(tmp_path, monkeypatch):
    """Puts a copy of the sample into a folder of a name, and the working directory inside it."""

    def place(name):
        shutil.copytree(SAMPLE, tmp_path / "newsroom" / name)
        monkeypatch.chdir(tmp_path / "newsroom" / name)
        return find_project()

    return place


@pytest.fixture(scope="module")
def usage_logs(tmp_path_factory):
    """Two small usage logs that differ."""
    into = tmp_path_factory.mktemp("usage_logs")
    return [simulate(make_plan(HERE, name, 60, 2, seed=1), into, processes=1) for name in ("none", "public-board")]


def answers_of(folder):
    """Metrics, the truth of a simulation, and the comparison with real traffic."""
    usage_log, rules = open_usage_log(HERE, folder), read_declaration(HERE, "padding-signals")
    asked = open_story("paths", HERE).ask("team_week", of=usage_log)
    scored = with_truth(flag_weeks(usage_log, rules), rules)
    return repr((asked.digest, tokens_by_week(usage_log).digest, scored.padded.tolist(), compare(HERE, folder)))


@pytest.fixture(scope="module")
def answers(usage_logs):
    return answers_of(usage_logs[0])


def rows_of(path):
    with duckdb.connect() as connection:
        return connection.execute(f"FROM {from_parquet([path])}").fetchall()


def run(*arguments, cwd, before=None, **environment):
    return subprocess.run(
        [sys.executable, "-m", "toolkit", *arguments],
        cwd=cwd,
        capture_output=True,
        check=False,
        timeout=300,
        preexec_fn=before,
        env={**os.environ, **environment},
    )


@POSIX
@pytest.mark.parametrize("name", BELOW)
def test_a_file_is_read_from_its_own_folder_whatever_that_is_called(tmp_path, name):
    """To DuckDB `*`, `?` and `[d]` in a path are a pattern, which the neighbour's folder would fit."""
    for value, folder in enumerate((name, NEIGHBOURS.get(name, "other"))):
        (tmp_path / folder).mkdir(parents=True)
        parquet.write_table(pyarrow.table({"value": [value]}), tmp_path / folder / "week.parquet")
    assert rows_of(tmp_path / name / "week.parquet") == [(0,)]
    duckdb.sql(f"COPY (SELECT 5) TO {quoted(tmp_path / name / 'new.parquet')} (FORMAT parquet)")
    assert rows_of(tmp_path / name / "new.parquet") == [(5,)]
    (tmp_path / name / "azure.csv").write_text("ContextTokens,GeneratedTokens\n7,3\n")
    assert chat(tmp_path / name / "azure.csv")[0]["chat.context"][1].tolist() == [7]


@POSIX
@pytest.mark.parametrize("name", ["it's 100% #1 é日", "report [draft]", "what?", "back\\slash", WORST])
def test_a_usage_log_answers_from_its_own_files_whatever_its_folder_is_called(usage_logs, answers, tmp_path, name):
    for source, folder in zip(usage_logs, (name, NEIGHBOURS.get(name, "other")), strict=True):
        shutil.copytree(source, tmp_path / folder / "log")
    assert answers_of(tmp_path / name / "log") == answers


@POSIX
@pytest.mark.parametrize("name", NAMES)
def test_a_project_works_in_a_folder_of_any_name(placed, name, capsys):
    project = placed(name)
    database = open_database(project)
    assert len(ask(database, "told", read_question(database, "told"))) > 0
    assert database.path.parent == project.build and database.path.is_file()
    others = (["claims"], ["strip"], ["docs"]) if name == WORST else ()
    for command in (["check"], *others, ["new", "a-story"]):
        assert main(command) == 0, capsys.readouterr().err
    out, err = capsys.readouterr()
    assert "all well" in out and "notebooks/a-story.ipynb" in out and name not in out + err


@POSIX
@pytest.mark.slow
def test_in_the_worst_folder_a_whole_edition_has_the_bytes_of_any_other(built_stories, tmp_path):
    """Build, verify, archive and diff; the folder for temporary files has a bad name too, and a long one."""
    odd = three_stories(tmp_path / WORST)
    scratch = tmp_path / ("long " * 20) / WORST
    scratch.mkdir(parents=True)
    done = run("build", cwd=odd.root, TMPDIR=str(scratch))
    assert done.returncode == 0, done.stderr.decode()
    assert contents(built_stories.reports) == contents(odd.reports)
    for arguments in (
        ["verify"],
        ["archive", "--out", f"{WORST}.zip"],
        ["diff", "reports", str(built_stories.reports)],
    ):
        done = run(*arguments, cwd=odd.root, TMPDIR=str(scratch))
        assert done.returncode == 0, done.stderr.decode()
    assert (odd.root / f"{WORST}.zip").stat().st_size > 100_000 and list(scratch.iterdir()) == []


@POSIX
@pytest.mark.parametrize("name", UNFIT)
def test_a_folder_in_which_no_database_can_be_opened_is_refused_before_anything_runs(placed, tmp_path, name, capsys):
    with pytest.raises(ToolkitError, match="the project's path, folder"):
        placed(name)
    before = contents(tmp_path)
    for command in COMMANDS:
        assert main(command) == 1
        said = capsys.readouterr().err
        assert f"folder '{name}': it has a " in said and "do: rename the folder" in said, said
        assert str(tmp_path) not in said
    assert main(["init", str(tmp_path / name / "desk")]) == 1 and f"folder '{name}'" in capsys.readouterr().err
    assert contents(tmp_path) == before


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no names that are not Unicode")
def test_a_name_that_is_not_in_utf_8_is_refused_for_a_folder_and_no_trouble_in_data(tmp_path, sample, monkeypatch):
    odd = Path(os.fsdecode(b"/caf\xe9"))
    shutil.copytree(sample.root, f"{tmp_path}{odd}")
    with pytest.raises(ToolkitError, match=r"folder 'caf\\xe9': not read as UTF-8"):
        find_project(Path(f"{tmp_path}{odd}"))
    for name in (b"caf\xe9.txt", 'it\'s "é日".txt'.encode()):
        (sample.data / os.fsdecode(name)).write_text("kept beside the record")
    assert not [name for name in edition_inputs(sample, {"coffee": {}})["data"] if "caf" in name or "é日" in name]
    assert edition_record.digest_now(sample) and main(["check"]) == 0


@pytest.mark.slow
@POSIX
def test_a_locale_without_utf_8_is_no_reason_for_a_traceback(tmp_path):
    old = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for name, status in (("plain", 0), ("é日", 1)):
        shutil.copytree(SAMPLE, tmp_path / name)
        done = run("check", cwd=tmp_path / name, **old)
        assert done.returncode == status and b"Traceback" not in done.stderr
    assert b"not read as UTF-8 here" in done.stderr and b"PYTHONUTF8=1" in done.stderr


@pytest.mark.heavy
@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_whatever_the_encoding_of_the_output_it_is_printed_and_json_stays_json(sample, encoding):
    path = sample.data / "claims" / "coffee.yml"
    path.write_text(path.read_text().replace("(invented)", "(inventé 日)", 1), encoding="utf-8")
    done = run("claims", "--json", cwd=sample.root, PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    assert "inventé 日" in str(json.loads(done.stdout.decode(encoding)))
    done = run("new", "a-story", cwd=sample.root, PYTHONIOENCODING=encoding)
    assert done.returncode == 0 and "notebooks/a-story.ipynb" in done.stdout.decode(encoding)


MANY = """
import contextlib, io, json, sys
from toolkit.main import main
told = []
for command in json.loads(sys.argv[1]):
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        status = main(command)
    told.append([command[0], status, said.getvalue()])
print(json.dumps(told))
"""


def as_another_user(root, commands):
    """(command, exit status, what it complained of) for each, run by one who may read `root` and not write there."""
    if not hasattr(os, "chown"):
        pytest.skip("NOT TRIED AS ANOTHER USER: this system has no owners of files")
    for path in (root, *root.rglob("*")):
        if os.geteuid() == 0:
            os.chown(path, 65534, 65534)
        elif path.is_dir():
            path.chmod(0o555)
    done = subprocess.run(
        [sys.executable, "-c", MANY, json.dumps(commands)],
        cwd=root,
        capture_output=True,
        text=True,
        preexec_fn=bound_by_permissions,
        check=False,
        timeout=300,
    )
    for path in (root, *root.rglob("*")):
        with contextlib.suppress(OSError):
            path.chmod(0o755 if path.is_dir() else 0o644)
    if done.returncode == 99:
        pytest.skip("NOT TRIED WITHOUT LEAVE TO WRITE: root keeps every right here")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@POSIX
@pytest.mark.heavy
def test_where_a_folder_may_not_be_written_every_command_says_so_in_one_message(tmp_path):
    project = three_stories(tmp_path / "desk")
    commands = [["build"], ["check"], ["claims"], ["docs"], ["simulate", "none"], ["new", "a-story"], ["strip"]]
    for command, status, said in as_another_user(project.root, commands):
        assert status == 1, f"{command}: {said}"
        assert "Permission denied" in said and "    do: allow" in said and said.endswith("\n1 problem\n"), said
        assert "Traceback" not in said and str(tmp_path) not in said and ".tmp" not in said, said


@POSIX
@pytest.mark.slow
def test_an_edition_that_may_be_read_only_is_verified_and_archived_elsewhere(built_stories, tmp_path):
    shutil.copytree(built_stories.root, tmp_path / "desk")
    project = find_project(tmp_path / "desk")
    shutil.rmtree(project.build)
    for folder in (project.root, *(path for path in project.root.rglob("*") if path.is_dir())):
        folder.chmod(0o555)
    commands = [["verify"], ["archive"], ["archive", "--out", str(tmp_path / "a.zip")], ["diff", "reports", "reports"]]
    told = {command: (status, said) for command, status, said in as_another_user(project.root, commands[:2])}
    assert told["verify"][0] == 0, told
    assert told["archive"][0] == 1 and "data/build: Permission denied" in told["archive"][1]
    assert [status for _, status, _ in as_another_user(project.root, commands[2:])] == [0, 0]


def test_without_a_folder_for_temporary_files_it_is_said_which_variable_names_one(sample, monkeypatch, capsys):
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("tempfile._candidate_tempdir_list", lambda: [str(sample.root / "nowhere")])
    (sample.root / "a.zip").write_text("PK")
    assert main(["verify", "a.zip"]) == 1
    said = capsys.readouterr().err
    assert "the folder for temporary files: none can be written" in said and "TMPDIR" in said
    assert str(sample.root) not in said


def test_without_a_home_folder_the_lab_does_not_start_and_says_why(sample, monkeypatch, capsys):
    (sample.root / "home").write_text("a file")
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(sample.root / "home" / "runtime"))
    assert main(["lab", "--version"]) == 1
    assert "JUPYTER_RUNTIME_DIR" in capsys.readouterr().err


def test_what_the_system_refuses_is_said_in_words():
    full = OSError(errno.ENOSPC, "No space left on device")
    assert str(refused_by_system(full)).startswith("the disk: No space left on device")
    half_made = PermissionError(errno.EACCES, "Permission denied", "/desk/notebooks/.a.ipynb.17.tmp")
    assert str(refused_by_system(half_made)).startswith("notebooks: Permission denied")
    several = shutil.Error([("/desk/data/a.yml", "/tmp/x/a.yml", "[Errno 13] Permission denied: '/desk/data/a.yml'")])
    assert str(refused_by_system(several)).splitlines()[0] == "a.yml: Permission denied"
    gone = FileNotFoundError(errno.ENOENT, "No such file or directory", "/desk/data/calibration.yml")
    assert "do: add it, or correct its name" in str(refused_by_system(gone))


@POSIX
def test_a_working_directory_that_is_gone_is_named(sample, tmp_path, monkeypatch, capsys):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert main(["check"]) == 1
    assert "the working directory: it is not there any more" in capsys.readouterr().err
    assert main(["--project", str(sample.root), "check"]) == 0


@POSIX
def test_a_project_behind_a_link_or_inside_another_is_itself(sample, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(sample.root, target_is_directory=True)
    assert find_project(link) == sample and main(["--project", str(link), "check"]) == 0
    (tmp_path / "elsewhere").mkdir()
    sample.reports.symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert sample.name(sample.reports) == "reports" and sample.name(tmp_path / "elsewhere" / "a.html") == "a.html"
    inner = sample.data / "inner"
    shutil.copytree(SAMPLE, inner)
    assert find_project(inner / "notebooks") == Project(inner)
    assert main(["--project", str(inner), "check"]) == 0 and main(["--project", str(sample.root), "check"]) == 0


def test_a_notebook_whose_name_is_none_for_an_address_is_refused(sample, capsys):
    coffee = sample.notebooks / "coffee.ipynb"
    for name in ("it's 100% #1", "a.b", "index"):
        shutil.copy(coffee, sample.notebooks / f"{name}.ipynb")
    assert main(["check"]) == 1
    said = capsys.readouterr().err
    for name in ("it's 100% #1", "a.b", "index"):
        assert f"notebooks/{name}.ipynb: no name for a page" in said
    assert said.endswith("3 problems\n")


def test_a_message_does_not_name_the_place_of_the_project(sample):
    said = sample.without_root(f'IO Error: Cannot open file "{sample.root / "data"}", below {sample.root}')
    assert said == 'IO Error: Cannot open file "data", below the project'
