"""Fixtures for tests in every room."""

import atexit
import gc
import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache, partial
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from tests import counts
from tests.browser import NoBrowser, in_ci, launched
from tests.build.three_stories import three_stories
from tests.small_dataset import declare
from tests.small_series import written
from toolkit.build.pipeline import build
from toolkit.core.number_functions import assumptions
from toolkit.core.project import find_project
from toolkit.database.open import open_database


def pytest_addoption(parser):
    parser.addoption("--soak", action="store_true", help="loops of tests go round in full, as in `make soak`")


def pytest_configure(config):
    gc.disable()  # all that collection makes stays
    counts.full = config.getoption("soak")
    # a busy machine is no failure; the few inputs are the same each time, those of a soak are new ones
    settings.register_profile(
        "desk", deadline=None, max_examples=counts.count("properties"), derandomize=not counts.full
    )
    settings.load_profile("desk")


def pytest_collection_modifyitems(items):
    """Those that take minutes come first: begun last, they would run on while other processes have nothing left."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish():
    """What tests are made of stays to the end: garbage is no longer looked for in it, and less often in the rest."""
    gc.freeze()
    atexit.register(gc.unfreeze)  # or DuckDB says at the end that what it bound is left
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


@pytest.fixture(scope="module")
def browser():
    """A running Chromium. Skips without one, but fails in CI, where it has to be there.

    One per module, not per session: while Playwright's synchronous interface is open, its event loop
    counts as running, and code that starts a loop of its own (a build) would fail in the same process.
    """
    try:
        with launched() as running:
            yield running
    except NoBrowser as error:
        if in_ci():
            pytest.fail(str(error))
        pytest.skip(f"BROWSER TEST LEFT OUT. {error}")


@pytest.fixture(autouse=True)
def no_assumption_of_another_test():
    """A process keeps the assumptions that were made in it, as a notebook's kernel does; here each test is a kernel."""
    assumptions.clear()


@pytest.fixture(scope="session", autouse=True)
def _one_process_for_kernels():
    """Stories that tests run or build in their own process fork their kernels from one for each environment.

    A build starts one for itself, which imports for seconds; tests of that start a process that builds, or `Kernels`,
    of their own.
    """
    from toolkit.build import preview
    from toolkit.notebook import kernels, run
    from toolkit.notebook.kernels import Kernels

    class Shared(Kernels):
        def close(self):
            """It is for the next run too."""

    started = []

    @cache
    def shared(environment):
        started.append(Shared())
        return started[-1]

    def of_this_environment():
        return shared(frozenset((name, value) for name, value in os.environ.items() if not name.startswith("PYTEST_")))

    with pytest.MonkeyPatch.context() as patched:
        for module in (run, preview, kernels):
            patched.setattr(module, "Kernels", of_this_environment)
        yield
    for one in started:
        Kernels.close(one)


@pytest.fixture(scope="session", autouse=True)
def _builds_draw_in_their_own_process():
    """Builds that tests run in their own process have charts drawn there, where what draws was loaded for others too.

    Another process loads it for seconds; tests of that start a process that builds, or a `DrawingProcess` of their own.
    """
    from toolkit.build import drawings, edition_making
    from toolkit.build.drawing_process import DrawingProcess

    class DrawnHere(DrawingProcess):
        def _is_answered(self, line):
            drawings.draw_or_reuse(json.loads(line), self._project, self._drawing_code)
            return True

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(edition_making, "DrawingProcess", DrawnHere)
        yield


@pytest.fixture(scope="session", autouse=True)
def _databases_made_once(tmp_path_factory):
    """A database, which is named after all that it is made from, is made once in a process, and copied from then on."""
    from toolkit.database import open as opening

    made, make = tmp_path_factory.mktemp("databases"), opening._write

    def made_once(project, path):
        kept = made / path.name.partition(".")[0]
        if kept.exists():
            project.build.mkdir(parents=True, exist_ok=True)
            shutil.copy(kept, path)
        else:
            make(project, path)
            shutil.copy(path, kept)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(opening, "_write", made_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _pictures_made_once():
    """A drawing is made a picture, and the picture packed, once in a process: the same bytes in give the same out."""
    import vl_convert

    from toolkit.charts import png

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(png, "with_palette", lru_cache(200)(png.with_palette))
        patched.setattr(vl_convert, "svg_to_png", lru_cache(200)(vl_convert.svg_to_png))
        yield


@pytest.fixture(scope="session", autouse=True)
def _own_code_read_once():
    """The toolkit's own files, which are among the inputs of each edition, are hashed once in a process."""
    from toolkit.build import edition_inputs
    from toolkit.review import archive_check

    hashed = cache(edition_inputs.package_files)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(edition_inputs, "package_files", hashed)
        patched.setattr(archive_check, "package_files", hashed)
        patched.setattr(edition_inputs, "_line_ends", cache(edition_inputs._line_ends))
        yield


@pytest.fixture
def sample(tmp_path, monkeypatch):
    """A copy of the tiny invented project of tests/sample, and the working directory inside it."""
    root = tmp_path / "sample"
    shutil.copytree(Path(__file__).parent / "sample", root)
    monkeypatch.chdir(root)
    return find_project(root)


@pytest.fixture(scope="session")
def _built_database(tmp_path_factory):
    root = tmp_path_factory.mktemp("database") / "sample"
    shutil.copytree(Path(__file__).parent / "sample", root)
    return open_database(find_project(root)).path.parent


@pytest.fixture(scope="session")
def desk_with(tmp_path_factory):
    """Gives the database of the sample with a dataset as `declare` says, or of the sample alone; tests only ask it.

    It is opened once for all tests of a process. `units` are further lines of data/units.txt.
    """

    @cache
    def opened(*declared, units="", **more):
        root = tmp_path_factory.mktemp("desk") / "sample"
        shutil.copytree(Path(__file__).parent / "sample", root)
        project = find_project(root)
        with (project.data / "units.txt").open("a", encoding="utf-8") as file:
            file.write(units)
        if declared:
            declare(project, *declared, **more)
        return open_database(project)

    return opened


@pytest.fixture(scope="session")
def desk_of_series(tmp_path_factory):
    """Gives the database of a project with one series, as `written` says; opened once, tests only ask it."""
    opened = {}

    def give(*series):
        if repr(series) not in opened:
            opened[repr(series)] = open_database(written(tmp_path_factory.mktemp("series"), *series))
        return opened[repr(series)]

    return give


@pytest.fixture
def with_database(sample, _built_database):
    """The sample as `sample` has it, with the database that another copy of it was built into."""
    shutil.copytree(_built_database, sample.build)
    return sample


@pytest.fixture(scope="session")
def built_once(tmp_path_factory, worker_id):
    """Gives a copy of a project with its edition in reports/, which one process makes and builds for all."""

    def give(name, make):
        own = tmp_path_factory.mktemp("built") / name
        shared = tmp_path_factory.getbasetemp()
        shared = (shared if worker_id == "master" else shared.parent) / f"{name}-for-all"
        with FileLock(f"{shared}.lock"):
            if not shared.exists():
                made = own.with_name("made")
                make(made)
                with ThreadPoolExecutor(1) as aside:  # a test's browser may have this thread's loop
                    aside.submit(build, find_project(made)).result()
                made.rename(shared)
        shutil.copytree(shared, own)
        return find_project(own)

    return give


@pytest.fixture(scope="session")
def built(built_once):
    """The sample's project with its edition; tests leave it as it is."""
    return built_once("sample", partial(shutil.copytree, Path(__file__).parent / "sample"))


@pytest.fixture(scope="session")
def built_stories(built_once):
    """Three stories, one of them on a synthetic usage log, with their edition; tests leave them as they are."""
    return built_once("three-stories", three_stories)


@pytest.fixture
def changeable(built, tmp_path):
    """A copy of the built sample, to be changed."""
    shutil.copytree(built.root, tmp_path / "sample")
    return find_project(tmp_path / "sample")


@pytest.fixture(scope="session")
def warmed(built):
    """Gives a project what the build of the sample kept, but for its stories: a build of it then takes half as long."""

    def give(project):
        shutil.copytree(built.build, project.build, ignore=shutil.ignore_patterns("stories", "edition.json", "lock"))
        return project

    return give


@pytest.fixture
def warm(sample, warmed):
    """The sample as `sample` has it, warmed."""
    return warmed(sample)
