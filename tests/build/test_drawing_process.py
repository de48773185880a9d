"""The process that draws a build's charts: what it drew is found; where it ended it is started again."""

import os
import shutil
import signal
import subprocess
import sys

import pytest

from tests.build.test_drawings import CHART, shown
from tests.build.test_pipeline import contents
from toolkit.build import drawings
from toolkit.build.drawing_process import DrawingProcess
from toolkit.core.project import Project
from toolkit.notebook import mime

pytestmark = pytest.mark.heavy  # charts are drawn
LIMIT = 6_000_000  # KiB: enough for a build, and less than Vega asks for


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("drawn")
    (root / "pyproject.toml").write_text("[tool.toolkit]\n")
    return Project(root)


@pytest.fixture(scope="module")
def drawer(project):
    """One process for all tests: to start it takes longer than what it draws. The last test ends it."""
    process = DrawingProcess(project, "one")
    yield process
    process.close()


def test_what_it_drew_is_kept_and_the_same_as_drawn_here(project, drawer, tmp_path):
    assert not drawings.are_cached({mime.CHART: CHART}, project, "one")
    drawer.draw({mime.CHART: CHART}).result()
    assert drawings.are_cached({mime.CHART: CHART}, project, "one")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "pyproject.toml").write_text("[tool.toolkit]\n")
    assert shown(project) == shown(Project(elsewhere))


def test_a_chart_is_asked_for_once_and_what_is_kept_starts_no_process(project, drawer):
    asked = drawer.draw({mime.CHART: CHART})
    assert drawer.draw({mime.CHART: dict(CHART), "text/plain": "a chart"}) is asked
    asked.result()
    another = DrawingProcess(project, "one")
    another.draw({mime.CHART: CHART}).result()
    assert another._process is None
    another.close()


def test_a_form_that_refuses_is_left_to_the_page(project, drawer):
    wrong, before = {**CHART, "form": "nothing"}, [*(project.build / "drawings").rglob("*")]
    drawer.draw({mime.CHART: wrong}).result()
    assert [*(project.build / "drawings").rglob("*")] == before


def test_a_process_that_somebody_ended_is_started_again(project, drawer):
    drawer.draw({mime.CHART: CHART}).result()
    os.kill(drawer._process.pid, signal.SIGKILL)
    other = {mime.CHART: {**CHART, "id": "others"}}
    drawer.draw(other).result()
    assert drawings.are_cached(other, project, "one")


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of memory is Linux's")
def test_a_build_under_a_limit_of_memory_ends_in_words_and_keeps_the_edition(changeable):
    shutil.rmtree(changeable.build / "drawings")
    for name in ("stories/coffee.page", "edition.json"):
        (changeable.build / name).unlink()
    before = contents(changeable.reports)
    limited = f"ulimit -v {LIMIT}; ulimit -c 0; exec {sys.executable} -m toolkit build"
    done = subprocess.run(["sh", "-c", limited], cwd=changeable.root, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert "the process that draws charts ended at it" in done.stderr and "Traceback" not in done.stderr
    assert contents(changeable.reports) == before
