"""Every reader on inputs broken in any way: it reads them or says what is wrong, at once, and changes nothing."""

import faulthandler
import json
import random
import resource
import time

import pytest

from tests import attacks, counts
from tests.broken import broken
from tests.readers import READERS, written
from toolkit.core.errors import ToolkitError

LONGEST = 2  # seconds of the processor: a machine may be busy
MOST = 400  # MiB that a reader's process may grow by, whatever it reads
QUICK = 4  # inputs of each reader that `make test` tries


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return written(tmp_path_factory.mktemp("readers"))


@pytest.fixture
def inside(desk, monkeypatch):
    monkeypatch.chdir(desk.root)
    return desk


def tried(name, project, seed):
    """What is wrong with how a reader takes one broken input, in words; "" if nothing is."""
    reader = READERS[name]
    path = project.root / reader.file
    whole = path.read_bytes()
    content = broken(whole, random.Random(f"{name} {seed}"))
    path.write_bytes(content)
    start = time.process_time()
    try:
        reader.read(project)
    except ToolkitError as error:
        json.dumps([vars(problem) for problem in error.problems])
        if not all(problem.where and problem.found for problem in error.problems):
            return "an error without its place, or without what was found"
        if len(str(error)) > 200_000:
            return f"an error of {len(str(error)):,} characters"
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:200]
    finally:
        took = time.process_time() - start
        now = path.read_bytes()
        path.write_bytes(whole)
    if now != content and name != "anybody's notebook":  # which is stripped
        return "its file was changed"
    return f"{took:.1f} s" if took > LONGEST else ""


def all_tried(name, project, seeds):
    """What was wrong, by seed."""
    faulthandler.dump_traceback_later(60, repeat=False, exit=True)  # what C code does cannot be stopped in another way
    try:
        found = {}
        for seed in seeds:
            faulthandler.dump_traceback_later(60, repeat=False, exit=True)
            if said := tried(name, project, seed):
                found[seed] = said
        return found
    finally:
        faulthandler.cancel_dump_traceback_later()


def files(project):
    return {
        path.relative_to(project.root).as_posix(): path.read_bytes()
        for path in project.root.rglob("*")
        if path.is_file()
    }


@pytest.mark.heavy
@pytest.mark.parametrize("name", READERS)
def test_a_reader_reads_its_input_and_some_that_are_broken(inside, name):
    READERS[name].read(inside)
    assert all_tried(name, inside, range(QUICK)) == {}


@pytest.mark.slow
@counts.of("readers")
@pytest.mark.parametrize("name", READERS)
def test_no_broken_input_gives_a_traceback_hangs_or_changes_a_file(inside, name, record_property):
    shares = sum(reader.share for reader in READERS.values())
    number = counts.count("readers") * READERS[name].share // shares + 1
    all_tried(name, inside, range(QUICK))
    before, size = files(inside), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = all_tried(name, inside, range(number))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - size) // 1024
    record_property("rounds", number)
    attacks.record(record_property, f"a broken input: {name}", tried=number, passed=len(found))
    assert found == {} and grown < MOST
    assert files(inside) == before
