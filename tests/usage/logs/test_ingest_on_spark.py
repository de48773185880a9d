"""Files read as tasks of Spark give the rows of a reading by one machine, and no name or key leaves a task."""

import json
import os
import shutil

import pytest

from tests.usage.logs.reading import SAMPLES, counts, new_project, rows
from tests.usage.logs.test_source_protection import MARK, plant
from toolkit.core.errors import ToolkitError
from toolkit.engine.connect import in_memory
from toolkit.engine.paths import from_parquet
from toolkit.engine.spark import open_spark
from toolkit.engine.task_inputs import served_inputs
from toolkit.usage.logs import ingest, spark_job

pytestmark = pytest.mark.heavy
FEW = ("claude-code", "codex", "openai-usage")


@pytest.fixture(scope="module")
def sail():
    with open_spark() as spark:
        yield spark


def kept(desk):
    """The rows of a log's files, in their order, by the week or the table that each holds; and what it declares."""
    folder = desk.data / "logs" / "log"
    paths = {path.relative_to(folder).as_posix().rpartition("-")[0]: path for path in folder.rglob("*.parquet")}
    found = {name: in_memory().execute(f"FROM {from_parquet([path])}").fetchall() for name, path in paths.items()}
    declared = json.loads((folder / "log.json").read_text())
    hashed = ("files", "tables", "fingerprint", "made_from")
    return found, {key: value for key, value in declared.items() if key not in hashed}


def planted_samples(folder, formats=FEW):
    """The samples of formats with words planted in them, twice over, so that there are duplicates over files."""
    for name in formats:
        files = [path for path in (SAMPLES / name / "files").rglob("*") if path.is_file()]
        for path in files:
            target = folder / f"{MARK}-{name}" / path.relative_to(SAMPLES / name / "files")
            target.parent.mkdir(parents=True, exist_ok=True)
            plant(path, target, name)
            shutil.copy(target, target.with_name(f"again-{target.name}"))
    (folder / "notes.txt").write_text(f"{MARK}\n")
    return folder


def refuse_difference(desk, other, given, spark):
    here = ingest.ingest(desk, [given], "log")
    there = ingest.ingest(other, [given], "log", spark=spark)
    assert counts(there) == counts(here) and there.totals == here.totals
    assert there.files == here.files and all(one.holds for one in there.files)
    assert there.reasons == here.reasons and there.remarks == here.remarks
    assert kept(other) == kept(desk)
    assert rows(other, "SELECT count(*) FROM {events}") == [(counts(here)[1],)]


def test_a_reading_on_sail_has_the_same_rows(desk, tmp_path, monkeypatch, sail, same_key):
    monkeypatch.setattr(spark_job, "TOGETHER", 8_000)  # so that there are several tasks
    other, given = new_project(tmp_path / "other"), planted_samples(tmp_path / "given")
    refuse_difference(desk, other, given, sail)
    assert MARK not in repr(kept(other)) and same_key.hex() not in repr(kept(other))
    again = ingest.ingest(other, [given], "log")  # a log of Spark's is read on here
    assert again.read == 0


def test_what_spark_is_not_given_to_do_is_refused(desk, tmp_path, sail):
    given = SAMPLES / "claude-code" / "files"
    with pytest.raises(ToolkitError, match="--dry-run: on Spark"):
        ingest.ingest(desk, [given], "log", dry_run=True, spark=sail)
    ingest.ingest(desk, [given], "log", spark=sail)
    with pytest.raises(ToolkitError, match="it is there, and Spark reads a log whole(.|\n)*without --engine spark"):
        ingest.ingest(desk, [given], "log", spark=sail)


def test_a_task_that_fails_says_no_word_of_its_file(desk, tmp_path, monkeypatch, sail):
    """The file is gone when its task runs; the log is not there, and nothing is left beside it."""
    given = tmp_path / MARK / "one.jsonl"
    given.parent.mkdir()
    shutil.copy(next((SAMPLES / "claude-code" / "files").rglob("*.jsonl")), given)
    asked = spark_job._input
    monkeypatch.setattr(spark_job, "_input", lambda *a: (asked(*a), given.unlink())[0])
    with pytest.raises(ToolkitError, match="No such file or directory") as failed:
        ingest.ingest(desk, [given], "log", spark=sail)
    assert MARK not in str(failed.value) and failed.value.__cause__ is None
    assert not [path for path in (desk.data / "logs").rglob("*") if path.is_file()]
    assert os.listdir(desk.data / "logs") == ["log"]


def test_a_worker_of_another_version_reads_nothing(tmp_path):
    with served_inputs([b"{}"], "127.0.0.1") as told, pytest.raises(ToolkitError, match="another version"):
        spark_job.read_group(told, "0" * 12, 0)
