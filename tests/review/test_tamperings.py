"""Editions that somebody changed to deceive, with hashes brought up to date: `verify` and `diff` see each change."""

import itertools
import shutil
from pathlib import Path

import pytest

from tests import counts
from tests.attacks import record
from tests.build.test_pipeline import run
from tests.review import rich_edition
from tests.review.odd_tamperings import TAMPERINGS
from tests.review.tamperings import Copy, NotHere
from toolkit.core.errors import ToolkitError
from toolkit.review.diff import changes
from toolkit.review.verdict import report
from toolkit.review.verify import verdict

pytestmark = pytest.mark.heavy
ELSEWHERE = {"python": "CPython 3.99.1"}  # is claimed of an edition, so that only what its files mean is compared


@pytest.fixture(scope="module")
def edition(request, tmp_path_factory) -> Path:
    """An edition with parts of every sort in `make soak`; usually that of the sample, which other tests have built."""
    if not counts.full:
        return request.getfixturevalue("built").reports
    project = rich_edition.make(tmp_path_factory.mktemp("rich") / "sample")
    done = run(project, seconds=600)
    assert done.returncode == 0, done.stderr
    return project.reports


def seen(edition: Path, changed: Path, environment: dict | None) -> bool:
    """True if verify says that the edition does not come out again; with the same environment diff says it too."""
    try:
        found = verdict(changed, edition, None)
        assert found.holds or report(found)
        return not found.holds and (environment is not None or changes(edition, changed) != [])
    except ToolkitError:
        return True


@counts.of("tamperings")
@pytest.mark.parametrize("group", TAMPERINGS)
def test_a_tampering_is_seen_whatever_environment_the_edition_claims(edition, tmp_path, group, record_property):
    tried, passed, applied = 0, [], set()
    for (name, tamper), seed in itertools.product(TAMPERINGS[group].items(), range(counts.count("tamperings"))):
        for environment in (None, ELSEWHERE)[:: 1 if seed % 2 else -1][: 2 if counts.full else 1]:
            copy = Copy(edition, tmp_path / "changed", seed)
            try:
                tamper(copy)
                copy.save(environment)
                tried += 1
                applied.add(name)
                if not seen(edition, copy.folder, environment):
                    passed.append((name, seed, environment))
            except NotHere:
                pass
            shutil.rmtree(copy.folder)
    record_property("rounds", tried)
    record(record_property, f"an edition changed: {group}", tried=tried, passed=len(passed))
    assert passed == [] and tried > 0
    assert not counts.full or applied == set(TAMPERINGS[group]), "the edition has parts of every sort"
