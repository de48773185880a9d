"""Killed at any moment, with no room, with no leave to write: the old edition or the new, and no cleaning up."""

import contextlib
import ctypes
import functools
import hashlib
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
import uuid

import psutil
import pytest
from nbformat.v4 import new_code_cell

from tests import counts
from tests.build.test_pipeline import contents
from tests.build.three_stories import three_stories
from toolkit.core.project import find_project
from toolkit.database.open import open_database

pytestmark = pytest.mark.heavy
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and limits of a POSIX system")


BY_STEPS = """
import os, signal, sys
from toolkit.main import main
stop, log, own, here = sys.argv[1], os.open(sys.argv[2], os.O_CREAT | os.O_WRONLY), os.getpid(), os.getcwd()
def step(event, given):
    if os.getpid() != own or event not in ("open", "os.rename", "os.remove", "shutil.rmtree", "ctypes.dlsym"):
        return
    if event == "open" and not (isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR)):
        return
    name = " ".join([event, *(str(part) for part in given if isinstance(part, str | os.PathLike))])
    name = name.replace(here, "").replace(f".{own}.", ".N.")
    if "/" in name.partition(" ")[2] and here in str(given) or name.endswith("renameat2"):
        os.write(log, f"{name}\\n".encode())
        if name == stop:
            os.kill(own, signal.SIGKILL)
sys.addaudithook(step)
sys.exit(main(sys.argv[3:]))
"""


def started(project, *arguments, before=None, stop=None, **environment):
    """The toolkit in a process of its own; what it says can be read from it.

    With `stop` it writes down each step by which it changes files, and kills itself before the one that is named so.
    """
    how = ["-m", "toolkit"] if stop is None else ["-c", BY_STEPS, stop, project.root.parent / "steps"]
    return subprocess.Popen(
        [sys.executable, *how, *arguments],
        cwd=project.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **environment},
        preexec_fn=before,
    )


def timed(project, *arguments):
    """The seconds that a whole run takes, and its steps in order."""
    start = time.monotonic()
    process = started(project, *arguments, stop="")
    said = process.communicate(timeout=120)[0]
    assert process.returncode == 0, said
    steps = dict.fromkeys((project.root.parent / "steps").read_text().splitlines())
    (project.root.parent / "steps").unlink()
    return time.monotonic() - start, list(steps)


def before_the_swap(steps, number):
    """So many steps before the one that puts the new in place, spread over the run."""
    return counts.spread(steps[: _swap(steps)], number)


def around_the_swap(steps):
    """The step that puts the new in place, before which the old stands, and the next, before which the new does."""
    swap = _swap(steps)
    return steps[swap : swap + 2]


def _swap(steps):
    return next(place for place, step in enumerate(steps) if re.search("renameat2|rename .*/(reports|synthetic)", step))


def killed(project, *arguments, at, **environment):
    """Starts the toolkit and waits until it is killed: after some seconds, or before a step; or until it ends."""
    process = started(project, *arguments, stop=at if isinstance(at, str) else None, **environment)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=120 if isinstance(at, str) else at)
    process.kill()
    process.communicate()


def spread_over(seconds, number, chance):
    """So many moments from the first of these seconds to the last, each by chance in its own part of the time."""
    return [seconds * (moment + chance.random()) / number for moment in range(number)]


def built(project, **options):
    process = started(project, "build", **options)
    said = process.communicate(timeout=120)[0]
    return process.returncode, said


def figure(project, value):
    """The number of cups that the survey gives; every page of the sample says it."""
    path = project.data / "sources" / "office-survey.yml"
    lines = path.read_text().splitlines(keepends=True)
    at = next(count for count, line in enumerate(lines) if "coffee.cups_heavy" in line)
    lines[at + 1] = f"    value: {value}\n"
    path.write_text("".join(lines))


def left_behind(project):
    """What a build that ended well does not leave."""
    beside = [path.name for path in project.root.iterdir() if path.name.startswith(".reports")]
    return beside + [path.name for path in project.build.rglob("*.tmp*")]


def running(mark):
    """Processes that a killed build started and that still run."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get("MARK") == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
    return found


def all_gone(mark):
    """Waits until all that were marked are gone."""
    end = time.monotonic() + 20
    while time.monotonic() < end and running(mark):
        time.sleep(0.2)
    return running(mark) == []


@POSIX
@pytest.mark.long
@pytest.mark.slow
@counts.of("builds")
@pytest.mark.parametrize("part", counts.parts())
def test_a_build_killed_at_any_moment_leaves_the_old_edition_or_the_new(changeable, part, record_property):
    """Every other time a build that keeps what it can, or one from nothing."""
    editions, moments, certain, chance = {}, [], [], random.Random(7)
    times, stops = counts.count("builds")
    for value, kept in ((35, False), (36, True)):
        figure(changeable, value)
        if not kept:
            shutil.rmtree(changeable.build)
        seconds, steps = timed(changeable, "build")
        editions[value] = contents(changeable.reports)
        at = spread_over(seconds, times // 2, chance) + before_the_swap(steps, stops // 2 - 2)
        moments += [(kept, moment) for moment in at]
        certain += [(kept, step) for step in around_the_swap(steps)]
    assert editions[35] != editions[36]
    moments = moments[part :: len(counts.parts())] + certain
    mark, value, changed = uuid.uuid4().hex, 35, 0
    for kept, at in moments:
        figure(changeable, value)
        if not kept:
            shutil.rmtree(changeable.build, ignore_errors=True)  # a killed one may still write there
        killed(changeable, "build", at=at, MARK=mark)
        now = contents(changeable.reports)
        for name in {name for edition in (now, *editions.values()) for name in edition}:
            known = [edition.get(name) for edition in editions.values()]
            assert now.get(name) in known, f"{at}: {name} is neither of the old edition nor of the new"
        assert now in editions.values(), f"{at}: partly of the old edition, partly of the new"
        if now == editions[value]:
            value, changed = 71 - value, changed + 1
    assert 0 < changed < len(moments), "the moments were all before the end, or all after it"
    record_property("rounds", len(moments))
    assert all_gone(mark)
    figure(changeable, value)
    assert built(changeable)[0] == 0
    assert contents(changeable.reports) == editions[value] and left_behind(changeable) == []


@POSIX
@pytest.mark.slow
@counts.of("simulations")
@pytest.mark.parametrize("part", counts.parts())
def test_a_simulation_killed_at_any_moment_leaves_a_whole_usage_log_or_none(tmp_path, part, record_property):
    project = three_stories(tmp_path / "desk")
    command = ("simulate", "none", "--developers", "60", "--weeks", "2")

    def usage_logs():
        return [path for path in (project.build / "usage_logs").glob("*") if not path.name.startswith(".")]

    def digests(folder):
        return {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in folder.rglob("*")
            if path.is_file()
        }

    seconds, steps = timed(project, *command)
    (usage_log,) = usage_logs()
    whole, mark, made = digests(usage_log), uuid.uuid4().hex, 0
    shutil.rmtree(usage_log)
    times, stops = counts.count("simulations")
    moments = spread_over(seconds, times, random.Random(7)) + before_the_swap(steps, stops - 2)
    moments = moments[part :: len(counts.parts())] + around_the_swap(steps)
    for at in moments:
        killed(project, *command, at=at, MARK=mark)
        for found in usage_logs():
            assert found == usage_log and digests(found) == whole, f"{at}: a usage log that is not whole"
            shutil.rmtree(found)
            made += 1
    assert 0 < made < len(moments) and all_gone(mark)
    record_property("rounds", len(moments))
    assert started(project, *command).wait(timeout=60) == 0
    assert digests(usage_log) == whole
    assert [path.name for path in usage_log.parent.iterdir()] == [usage_log.name]


@pytest.mark.slow
def test_of_two_builds_at_once_the_second_says_that_it_waits(sample):
    first = started(sample, "build")
    while not (sample.build / "lock").exists():
        assert first.poll() is None, first.communicate()[0]
        time.sleep(0.01)
    first.send_signal(signal.SIGSTOP)  # so that it holds the lock until the second has said that it waits
    second, said = started(sample, "build", PYTHONUNBUFFERED="1"), ["", ""]
    while "waiting" not in said[1] and (line := second.stdout.readline()):
        said[1] += line
    first.send_signal(signal.SIGCONT)
    said[0] = first.communicate(timeout=120)[0]
    said[1] += second.communicate(timeout=120)[0]
    assert (first.returncode, second.returncode) == (0, 0)
    assert "ran coffee" in said[0] and "waiting" not in said[0]
    assert "another build is running: waiting" in said[1] and "kept coffee" in said[1]
    assert left_behind(sample) == []


@pytest.mark.slow
def test_an_open_notebook_is_not_in_the_way_of_a_build_nor_it_of_the_notebook(warm):
    held = open_database(warm)
    figure(warm, 36)
    code, said = built(warm)
    assert code == 0, said
    assert held.leaf("figure:office-survey#heavy").low == 35
    assert open_database(warm).leaf("figure:office-survey#heavy").low == 36


@pytest.mark.slow
def test_a_folder_that_was_taken_away_to_be_replaced_is_put_back(changeable):
    """What a build leaves that is killed between two renames, where a system cannot exchange two names."""
    before = contents(changeable.reports)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    changeable.reports.rename(changeable.root / f".reports.{gone.pid}.old")
    notebook = changeable.notebooks / "coffee.ipynb"
    notebook.write_text(notebook.read_text().replace("{eval}`multiple`", "{eval}`multiply`"))
    assert built(changeable)[0] == 1
    assert contents(changeable.reports) == before and left_behind(changeable) == []


def no_file_over(size):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def bound_by_permissions():
    """Takes from root, in this process and what it starts, the right to write where nobody may."""
    if os.geteuid() == 0:
        drop, overrides = 24, (1, 2)  # PR_CAPBSET_DROP; CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH: <linux/capability.h>
        for right in overrides:
            if ctypes.CDLL(None).prctl(drop, right, 0, 0, 0):
                os._exit(99)


def refused(code, said, sample, before):
    """A clear error, and nothing lost."""
    assert code == 1 and "Traceback" not in said, said
    assert "    do: " in said and contents(sample.reports) == before, said


def told(code, said, sample, before):
    """A clear error, and nothing lost; the next build, with room again, ends well."""
    refused(code, said, sample, before)
    code, said = built(sample)
    assert code == 0, said
    assert contents(sample.reports) != before and left_behind(sample) == []


@POSIX
@pytest.mark.slow
def test_a_disk_without_room_is_an_error_that_loses_nothing(changeable):
    """Every file may have so many bytes and no more, so that another step fails each time."""
    before = contents(changeable.reports)
    figure(changeable, 36)
    for size in (3_000, 80_000):
        refused(*built(changeable, before=no_file_over(size)), changeable, before)
    told(*built(changeable, before=no_file_over(700_000)), changeable, before)


@POSIX
@pytest.mark.slow
def test_a_full_disk_is_an_error_that_loses_nothing(changeable, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(small)], capture_output=True)
    if mounted.returncode:
        pytest.skip("NOT TRIED ON A FULL DISK: this user may not mount one; the test with limits stands for it")
    try:
        root = small / "desk"
        shutil.copytree(changeable.root, root)
        project = find_project(root)
        before = contents(project.reports)
        figure(project, 36)
        free = shutil.disk_usage(small).free
        (small / "filler").write_bytes(b"\0" * max(free - 20_000, 0))
        code, said = built(project)
        (small / "filler").unlink()
        told(code, said, project, before)
    finally:
        subprocess.run(["umount", str(small)], check=True)


@POSIX
@pytest.mark.slow
def test_a_folder_that_may_not_be_written_is_an_error_that_loses_nothing(changeable):
    before = contents(changeable.reports)
    figure(changeable, 36)
    for folder in ("data/build", "data/build/stories", "."):
        path = changeable.root / folder
        path.chmod(0o555)
        try:
            code, said = built(changeable, before=bound_by_permissions)
            if code == 99:
                pytest.skip("NOT TRIED WITHOUT LEAVE TO WRITE: root keeps every right here")
        finally:
            path.chmod(0o755)
        refused(code, said, changeable, before)
    told(code, said, changeable, before)


def test_ctrl_c_ends_a_build_and_all_that_it_started(warm):
    """While it imports, and while a kernel runs."""
    heeded = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # background jobs of a shell ignore it
    notebook = warm.notebooks / "coffee.ipynb"
    text = notebook.read_text()
    waits = json.loads(text)
    waits["cells"].insert(0, {**new_code_cell("import time\ntime.sleep(600)"), "id": "waits"})
    notebook.write_text(json.dumps(waits))  # the kernel runs until it is ended, however fast the machine is
    for processes in (2, 3):
        mark = uuid.uuid4().hex
        process = started(warm, "build", before=heeded, MARK=mark)
        while len(running(mark)) < processes and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[0]
        assert process.returncode == 1 and said.splitlines()[-1] == "stopped" and "Traceback" not in said, said
        assert not warm.reports.exists() and not list(warm.root.glob(".reports*"))
        assert all_gone(mark)
    notebook.write_text(text)
    assert built(warm)[0] == 0 and left_behind(warm) == []
