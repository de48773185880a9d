"""What a notebook reads in a build: what is declared, and nothing else, by whatever library or program."""

import contextlib
import json
import os
import sqlite3
import subprocess
import sys

import duckdb
import pytest

from tests.small_dataset import INSPECTIONS, declare
from toolkit.build import edition_making, pipeline
from toolkit.core.errors import StoryError
from toolkit.core.project import Project
from toolkit.notebook import landlock
from toolkit.notebook.declared_reads import DeclaredReads, declared_reads, project_reads, refusal, undeclared_file
from toolkit.notebook.kernels import Kernels
from toolkit.notebook.run import execute_all

needs_landlock = pytest.mark.skipif(not landlock.is_supported(), reason="this system has no Landlock")


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "project"
    for name in ("data/datasets", "data/build", "notebooks", "analysis", "scans"):
        (root / name).mkdir(parents=True)
    for name in ("pyproject.toml", "helpers.py", "analysis/__init__.py", "scans/1.csv", "notes.csv", "data/units.txt"):
        (root / name).write_text("")
    (tmp_path / "large.csv").write_text("n\n1\n")
    (tmp_path / "beside.csv").write_text("n\n1\n")
    (root / "data/datasets/large.yml").write_text("schema: 1\nid: large\nlinked: true\nfile: ../large.csv\n")
    (root / "data/datasets/small.yml").write_text("schema: 1\nid: small\nfile: ../beside.csv\n")
    return Project(root)


def test_code_data_and_linked_files_of_a_project_may_be_read_and_no_other(project):
    reads = declared_reads(project_reads(project))
    root = project.root
    for name in ("pyproject.toml", "data/claims/a.yml", "notebooks/x.py", "helpers.py", "analysis/b.py"):
        assert reads.allow(str(root / name)), name
    assert reads.allow(str(root / "../large.csv"))
    assert reads.allow(os.__file__) and reads.allow(json.__file__) and reads.allow(pytest.__file__)
    assert reads.allow(landlock.__file__) and reads.allow("/usr/share/zoneinfo/Europe/Berlin")
    for name in ("notes.csv", "scans/1.csv", "../beside.csv", "notebooks/../notes.csv", "data.csv", ".env"):
        assert not reads.allow(str(root / name)), name
    assert not reads.allow("/etc/hostname") and not reads.allow("/proc/self/root/etc/hostname")


def test_links_lead_to_what_is_read(project):
    (project.notebooks / "link.csv").symlink_to(project.root / "notes.csv")
    (project.data / "datasets" / "big.csv").symlink_to(project.root / "scans" / "1.csv")
    reads = declared_reads(project_reads(project))
    assert not reads.allow(str(project.notebooks / "link.csv"))
    assert reads.allow(str(project.data / "datasets" / "big.csv"))


def test_the_projects_folder_on_the_path_of_modules_is_no_library(project, monkeypatch):
    monkeypatch.syspath_prepend(str(project.root))
    assert not declared_reads(project_reads(project)).allow(str(project.root / "notes.csv"))


@pytest.mark.parametrize(
    "message",
    [
        "PermissionError: [Errno 13] Permission denied: '{path}'",
        'IOException: IO Error: Cannot open file "{path}": Permission denied',
        "PermissionError: [Errno 13] Failed to open local file '{path}'. Detail: [errno 13] Permission denied",
        "ComputeError: Permission denied (os error 13): {path}",
        "CalledProcessError: Command '['cat', '{path}']' returned non-zero exit status 1.",
    ],
)
def test_the_file_is_found_in_what_a_library_says(project, message):
    reads = DeclaredReads((), (str(project.data),))
    for path in ("../../beside.csv", str(project.root.parent / "beside.csv")):
        found = undeclared_file(message.format(path=path), project.notebooks, reads)
        assert found is not None and os.path.samefile(found, project.root.parent / "beside.csv")
    assert undeclared_file(message.format(path="../data/units.txt"), project.notebooks, reads) is None
    assert undeclared_file(message.format(path="missing.csv"), project.notebooks, reads) is None


def test_a_file_beside_data_is_found_where_it_is_looked_for_in_notebooks(project):
    reads = declared_reads(project_reads(project))
    (project.root / "raw").mkdir()
    (project.root / "raw" / "votes.csv").write_text("n\n1\n")
    missing = "FileNotFoundError: [Errno 2] No such file or directory: '{path}'"
    found = undeclared_file(missing.format(path="raw/votes.csv"), project.notebooks, reads)
    assert found is not None and "toolkit add raw/votes.csv" in refusal(found, project)[2]
    for path in ("data/units.txt", "votes.csv", "raw"):
        assert undeclared_file(missing.format(path=path), project.notebooks, reads) is None
    assert undeclared_file("ValueError: 'raw/votes.csv'", project.notebooks, reads) is None


def test_the_remedy_names_the_file_as_a_shell_takes_it(project):
    found, _, remedy = refusal(str(project.root / "my notes.csv"), project)
    assert "it reads 'my notes.csv'" in found and "toolkit add 'my notes.csv'" in remedy
    assert "toolkit add" not in refusal(str(project.root / "lib/x.py"), project)[2]


LIMITED = """
import os, subprocess, sys
from toolkit.notebook.landlock import limit_reads
limit_reads([*sys.path, sys.prefix, sys.base_prefix, "/usr", "/lib", "/lib64", "/bin", "kept", "missing"])
print(open("kept/a").read(), os.listdir("other"))
for read in (lambda: open("other/b").read(), lambda: subprocess.run(["cat", "other/b"], check=True)):
    try:
        print(read())
    except (OSError, subprocess.CalledProcessError) as error:
        print(type(error).__name__)
open("other/c", "w").write("c")
os.replace("other/c", "other/d")
os.replace("kept/a", "other/a")
"""


@needs_landlock
def test_a_limited_process_and_its_programs_read_what_is_listed_and_write_and_move_all(tmp_path):
    for name in ("kept/a", "other/b"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("text")
    done = subprocess.run([sys.executable, "-c", LIMITED], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["text ['b']", "PermissionError", "CalledProcessError"], done.stderr
    assert sorted(path.name for path in (tmp_path / "other").iterdir()) == ["a", "b", "d"]


OPEN = 'from toolkit import open_story\nstory = open_story("coffee")'
PYTHON = {
    "pandas": 'import pandas\npandas.read_csv("{file}.csv")',
    "sqlite": 'import sqlite3\nsqlite3.connect("{file}.db").execute("FROM t")',
    "passed-over": 'try:\n    open("{file}.csv")\nexcept OSError:\n    pass',
    "system": 'open("/etc/hostname").read()',
}
LIBRARIES = {
    "pyarrow": 'import pyarrow.parquet\npyarrow.parquet.read_table("{file}.parquet")',
    "duckdb": "import duckdb\nduckdb.sql(\"FROM '{file}.csv'\").fetchall()",
    "polars": 'import polars\npolars.scan_csv("{file}.csv").collect()',
    "program": 'import subprocess\nsubprocess.run(["cat", "{file}.csv"], check=True)',
}
DECLARED = """
import duckdb, os, pathlib, pwd, ssl, tempfile, zoneinfo, pandas, pyarrow.csv
own = pathlib.Path(tempfile.mkdtemp()) / "own.csv"
own.write_text("n\\n1\\n")
assert pandas.read_csv(own).n.sum() == pyarrow.csv.read_csv(own)["n"][0].as_py() == 1
os.replace(own, "../data/build/own.csv")
assert duckdb.sql("FROM '../data/build/own.csv'").fetchall() == [(1,)]
os.remove("../data/build/own.csv")
pathlib.Path("../data/units.txt").read_text()
zoneinfo.ZoneInfo("Europe/Berlin"), ssl.create_default_context(), pwd.getpwuid(os.getuid())
assert "TOOLKIT_READS" not in os.environ
"""


def notebook(sample, slug, source):
    cells = [
        {"cell_type": "code", "id": f"c{at}", "metadata": {}, "source": text, "execution_count": None, "outputs": []}
        for at, text in enumerate((OPEN, source))
    ]
    path = sample.notebooks / f"{slug}.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path


@pytest.fixture
def beside(sample):
    """Files beside the sample's notebooks that nothing declares, by their path from there without its ending."""
    path = sample.root / "beside"
    path.with_suffix(".csv").write_text("n\n1\n")
    duckdb.connect().execute(f"COPY (SELECT 1 AS n) TO '{path}.parquet' (FORMAT parquet)")
    with sqlite3.connect(f"{path}.db") as connection:
        connection.execute("CREATE TABLE t (n)")
    return "../beside"


def problems(sample, beside, tried):
    paths = [notebook(sample, slug, source.replace("{file}", beside)) for slug, source in tried.items()]
    with pytest.raises(StoryError) as raised:
        execute_all(paths)
    return {problem.where.split(",")[0].removeprefix("story "): problem for problem in raised.value.problems}


@pytest.mark.heavy
def test_what_python_opens_and_nothing_declares_is_refused_by_name(sample, beside):
    found = problems(sample, beside, PYTHON)
    assert set(found) == set(PYTHON)
    for slug, problem in found.items():
        name = {"sqlite": "beside.db", "system": "/etc/hostname"}.get(slug, "beside.csv")
        assert problem.found.startswith(f"it reads {name}, which neither") and f"toolkit add {name}," in problem.remedy


@needs_landlock
@pytest.mark.slow
def test_what_libraries_and_programs_read_and_nothing_declares_is_refused_by_name(sample, beside):
    found = problems(sample, beside, LIBRARIES)
    assert set(found) == set(LIBRARIES)
    for slug, problem in found.items():
        name = "beside.parquet" if slug == "pyarrow" else "beside.csv"
        assert problem.found.startswith(f"it reads {name}, which neither") and f"toolkit add {name}," in problem.remedy
        assert "cell 2" in problem.where


@pytest.mark.heavy
@pytest.mark.parametrize("forked", [True, False])
def test_what_is_declared_installed_or_a_kernels_own_is_read(sample, forked):
    with contextlib.closing(Kernels(forked=False)) as unforked:
        paths = [notebook(sample, "declared", DECLARED)]
        (executed,) = execute_all(paths, kernels=None if forked else unforked)
    assert executed.slug == "declared"


@pytest.mark.heavy
def test_a_file_that_a_dataset_links_to_is_read_where_it_is_and_runs_the_story_again(sample):
    (sample.root.parent / "large.csv").write_text(INSPECTIONS)
    declare(sample, "large", linked="true", file="../large.csv")
    source = (
        "import duckdb\nfrom toolkit import say\n"
        "scores = duckdb.sql(\"SELECT sum(score) AS n_points FROM '../../large.csv'\").df()\n"
        "story.finding('coffee.points', story.table(scores)['n_points'][0])"
    )
    (executed,) = execute_all([notebook(sample, "linked", source)])
    finding = executed.record["findings"]["coffee.points"]
    assert finding["printed"] == "80" and finding["kind"] == "measured"
    assert any('DatasetQuestions.dataset", "large"' in call for call in executed.trace)
    assert "large" in executed.record["datasets"]


@pytest.mark.heavy
@pytest.mark.parametrize("supported", [True, False])
def test_a_build_says_where_it_cannot_check_what_libraries_read(warm, monkeypatch, supported):
    def nothing_runs(*_, **__):
        raise StoryError("story coffee", "nothing", "a run", "run it")

    monkeypatch.setattr(landlock, "is_supported", lambda: supported)
    monkeypatch.setattr(edition_making, "execute_all", nothing_runs)
    lines = []
    with pytest.raises(StoryError):
        pipeline.build(warm, progress=lines.append)
    assert ("no Landlock here" in "\n".join(lines)) is not supported
