"""A reading that is killed at any moment leaves the log as it was or as it will be; the next one ends it."""

import json
import random
import shutil

import pytest

from tests import counts
from tests.test_atomic import POSIX, killed, spread_over, started, timed
from tests.usage.logs.reading import new_project
from tests.usage.logs.test_bad_lines import answer, text
from toolkit.usage.logs import store
from toolkit.usage.logs.ingest import ingest

pytestmark = pytest.mark.heavy


def state(project):
    """What the log says of itself; None where there is none. Every file that it names is there."""
    declared = store.declared_log(store.log_folder(project, "log"))
    return declared and (declared["events"], declared["accounting"])


@POSIX
@pytest.mark.slow
@counts.of("readings")
@pytest.mark.parametrize("part", counts.parts())
def test_a_reading_killed_at_any_moment_leaves_the_old_log_or_the_new(tmp_path, part, record_property):
    project, given = new_project(tmp_path / "desk"), tmp_path / "given"
    given.mkdir()
    (given / "a.jsonl").write_text(text(*(answer(number) for number in range(3000))))
    ingest(project, [given], "log")
    old, kept = state(project), tmp_path / "kept"
    shutil.copytree(project.data / "logs", kept)
    (given / "a.jsonl").open("a").write(text(answer(7, 90), answer(5000)))
    (given / "b.jsonl").write_text(text(*(answer(number) for number in range(2000, 6000))))
    command = ("ingest", str(given), "--as", "log")
    seconds, steps = timed(project, *command)
    new, made = state(project), 0
    assert old != new
    times, stops = counts.count("readings")
    moments = spread_over(seconds, times, random.Random(7)) + counts.spread(steps, stops)
    for at in moments[part :: len(counts.parts())]:
        shutil.rmtree(project.data / "logs")
        shutil.copytree(kept, project.data / "logs")
        killed(project, *command, at=at)
        assert state(project) in (old, new), at
        made += state(project) == new
        assert started(project, *command).wait(timeout=60) == 0
        assert state(project) == new, at
        named = {*store.named_files(json.loads((project.data / "logs" / "log" / "log.json").read_text()))}
        folder = project.data / "logs" / "log"
        left = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        assert left == named | {"log.json", ".gitignore"}, at
    assert made < len(moments)
    record_property("rounds", len(moments[part :: len(counts.parts())]))
