"""A process that is killed alone: what it started ends with it, and what it left is removed by the next."""

import os
import random
import shutil
import subprocess
import sys
import time
import uuid

import psutil
import pytest

from tests import attacks, counts
from tests.small_dataset import INSPECTIONS
from tests.test_atomic import POSIX, killed, running, spread_over, started
from toolkit.core.parent_process import VARIABLE
from toolkit.core.scratch import new_scratch, scratch

TRIES = 5  # to see a process with all that it starts before it ends
SOON = 2  # seconds of the machine's time, in which all that was started has to end


def ended(mark):
    """Whether all that were marked end soon; a machine that is busy with other things is given more time."""
    busy = 1 + os.getloadavg()[0] / (os.cpu_count() or 1)
    end = time.monotonic() + SOON * busy
    while running(mark) and time.monotonic() < end:
        time.sleep(0.05)
    return running(mark) == []


def test_a_folder_of_a_process_that_is_gone_is_removed_and_no_other(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for name in (f"toolkit-{gone.pid}-abcd", f"toolkit-{os.getpid()}-abcd", "toolkit-abcd", f"other-{gone.pid}-abcd"):
        (tmp_path / name / "inside").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / f"toolkit-{gone.pid}-link").symlink_to(tmp_path / "elsewhere")
    with scratch() as folder:
        left = {path.name for path in tmp_path.iterdir()} - {folder.name}
    assert left == {
        f"toolkit-{os.getpid()}-abcd",
        "toolkit-abcd",
        f"other-{gone.pid}-abcd",
        "elsewhere",
        f"toolkit-{gone.pid}-link",
    }
    assert not folder.exists()
    shutil.rmtree(new_scratch())


@POSIX
def test_a_program_of_the_toolkit_ends_with_the_process_that_asked_for_that():
    waits = (
        "import time; from toolkit.core.parent_process import end_with_parent; "
        "end_with_parent(); print(1, flush=True); time.sleep(60)"
    )
    asks = (
        "import os, subprocess, sys; from toolkit.core.parent_process import child_environment; "
        f"subprocess.Popen([sys.executable, '-c', {waits!r}], env={{**os.environ, **child_environment()}}).wait()"
    )
    mark = uuid.uuid4().hex
    process = subprocess.Popen([sys.executable, "-c", asks], stdout=subprocess.PIPE, env={**os.environ, "MARK": mark})
    process.stdout.read(1)
    assert len(running(mark)) == 2
    process.kill()
    process.wait()
    process.stdout.close()
    assert ended(mark)
    assert VARIABLE not in os.environ


@POSIX
def test_the_process_of_kernels_ends_while_it_still_imports_and_starts_none(tmp_path):
    """A build that is killed then has asked for a kernel, for which nobody waits: the imports take seconds."""
    folder = tmp_path / "kernels"
    folder.mkdir()
    serve = "from toolkit.notebook.fork_server import serve; serve()"
    asked = subprocess.run([sys.executable, "-c", serve, str(folder)], input=b'{"asked": 1}\n', capture_output=True)
    assert (asked.returncode, asked.stdout, asked.stderr) == (0, b"", b"") and not folder.exists()


@POSIX
@pytest.mark.slow
@pytest.mark.heavy
@counts.of("killed")
@pytest.mark.parametrize("command", ["build", "verify", "lab"])
def test_nothing_runs_on_or_is_left_after_a_process_was_killed_alone(changeable, tmp_path, command, record_property):
    """Killed when all that it starts runs, and at moments before."""
    place = tmp_path / "temporary"
    place.mkdir()
    environment = {"TMPDIR": str(place), "JUPYTER_RUNTIME_DIR": str(place / "jupyter")}
    arguments = {"build": (), "verify": ("reports",), "lab": ("--no-browser", "--ServerApp.port=0")}[command]
    processes = {"build": 3, "verify": 4, "lab": 1}[command]
    number, left = counts.count("killed"), 0
    for moment in [None, *spread_over(6, number - 1, random.Random(7))]:
        for _ in range(TRIES):
            if command == "build":
                shutil.rmtree(changeable.build, ignore_errors=True)  # one that was killed early made none
            mark = uuid.uuid4().hex
            process = started(changeable, command, *arguments, MARK=mark, **environment)
            end = time.monotonic() + (600 if moment is None else moment)
            whole = False
            while time.monotonic() < end and process.poll() is None and not whole:
                there = command != "lab" or (place / "jupyter").exists()
                whole = moment is None and there and len(running(mark)) >= processes
                time.sleep(0 if whole else 0.02)
            if whole or moment is not None:
                break
            process.communicate()  # it ended before it was seen with all that it starts
        assert whole or moment is not None, f"{command} was never seen with all that it starts"
        process.kill()
        gone = ended(mark)
        left += not gone
        for one in running(mark):
            psutil.Process(one).kill()
        process.communicate()
    record_property("rounds", number)
    attacks.record(record_property, f"{command}, killed alone: something runs on", tried=number, passed=left)
    assert left == 0
    assert started(changeable, "verify", "reports", **environment).wait(timeout=300) == 0
    assert [path.name for path in place.iterdir() if path.name.startswith("toolkit-")] == []


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@POSIX
@pytest.mark.slow
@pytest.mark.heavy
@counts.of("added")
@pytest.mark.parametrize("command", ["add", "archive"])
def test_a_command_killed_at_any_moment_has_written_all_or_nothing(changeable, tmp_path, command, record_property):
    if command == "add":
        given = tmp_path / "kitchens.csv"
        given.write_text(INSPECTIONS)
        arguments, made = ("add", str(given), "--title", "Kitchens"), changeable.data / "datasets"
    else:
        made = tmp_path / "packed"
        arguments = ("archive", "--out", str(made / "a.zip"))
    made.mkdir(exist_ok=True)
    start = time.monotonic()
    assert started(changeable, *arguments).wait(timeout=300) == 0
    seconds, whole = time.monotonic() - start, contents(made)
    number, torn, some = counts.count("added"), 0, set()
    for at in spread_over(seconds, number, random.Random(7)):
        shutil.rmtree(made)
        made.mkdir()
        shutil.rmtree(changeable.build / "datasets", ignore_errors=True)
        killed(changeable, *arguments, at=at)
        now = {name: found for name, found in contents(made).items() if not name.name.startswith(".")}
        if command == "add" and len(now) == 1:  # the declaration stands: whoever reads it next puts the file in place
            process = started(changeable, "check")
            said = process.communicate(timeout=300)[0]
            assert "kitchens" not in said, said
            now = contents(made)
        torn += now not in ({}, whole)
        some.add(len(now))
    record_property("rounds", number)
    attacks.record(
        record_property, f"{command}, killed at a moment: a part of what it writes", tried=number, passed=torn
    )
    assert torn == 0
    started(changeable, *arguments).communicate(timeout=300)
    assert contents(made) == whole
