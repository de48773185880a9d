"""The guide from laptop to cluster: its commands are run, on Sail, and its table is that of the code."""

import csv
import io
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.test_guides import DOCS, blocks
from toolkit.core.project import find_project
from toolkit.engine.portable import RULES, SAME
from toolkit.engine.spark_server import listens

HERE = find_project()
PORT = "15002"


@pytest.fixture
def desk(tmp_path):
    """A folder with the scenarios of this project."""
    for name in ("scenarios", "sources"):
        shutil.copytree(HERE.data / name, tmp_path / "data" / name)
    for name in ("calibration.yml", "units.txt"):
        shutil.copy(HERE.data / name, tmp_path / "data")
    (tmp_path / "pyproject.toml").write_text("[tool.toolkit]\nname = 'Invented desk'\n")
    return tmp_path


def run(line, folder):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        line, shell=True, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_whoever_follows_the_five_commands_gets_one_answer(desk):
    laptop, install, sail, serve, remote = (body.strip() for kind, body in blocks("cluster") if kind == "sh")
    on_laptop = run(laptop, desk)
    assert on_laptop.startswith("SIMULATED") and "tokens" in on_laptop
    assert install.startswith("pip install") and all(
        name in install for name in ("pyspark-client", "sqlglot", "pysail")
    )
    assert run(sail, desk) == on_laptop
    with socket.create_server(("127.0.0.1", 0)) as found:
        free = str(found.getsockname()[1])
    words = serve.replace(PORT, free).split()
    server = subprocess.Popen([Path(sys.executable).parent / words[0], *words[1:]], stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while not listens("127.0.0.1", int(free)) and time.monotonic() < until:
            time.sleep(0.1)
        rows = list(csv.DictReader(io.StringIO(run(remote.replace(PORT, free), desk))))
    finally:
        server.terminate()
        server.wait()
    assert [row["measure"] for row in rows] == ["merged requests", "tokens"]
    assert all(f"{float(row['gini']):.6g}" in on_laptop for row in rows)


def test_the_table_of_what_is_refused_is_that_of_the_code():
    text = (DOCS / "cluster.md").read_text(encoding="utf-8")
    found = text.partition("<!-- rules:begin -->\n")[2].partition("\n<!-- rules:end -->")[0].splitlines()
    head = ["| refused | on Spark, or on Sail | write instead |", "| --- | --- | --- |"]
    rows = [f"| {rule.found} | {rule.differs} | {rule.instead} |" for rule in RULES]
    same = f"Functions that give the same: {', '.join(f'`{name}`' for name in SAME)}."
    assert found == [*head, *rows, "", same]
