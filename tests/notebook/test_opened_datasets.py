"""A dataset's file that pandas reads by itself: what is worked out of it rests on the dataset."""

import pytest

from tests.notebook.test_from_pandas import run_cell
from tests.small_dataset import declare
from toolkit.core.kind import Kind
from toolkit.notebook.declared_reads import DeclaredReads
from toolkit.notebook.kernel_extension import OpenedFiles
from toolkit.notebook.story import OPENED, open_story


@pytest.fixture
def story(sample, monkeypatch):
    declare(sample)
    declare(sample, name="visits")
    monkeypatch.chdir(sample.notebooks)
    return open_story("coffee")


READ = "import pandas\nframe = pandas.read_csv({path})\nmade = story.number(frame.score.sum(), 'cup', how='sum')"


@pytest.mark.parametrize(
    "path, names",
    [
        ("'../data/datasets/inspections.csv'", ["inspections"]),
        ("next(story.database.project.data.rglob('inspections.csv'))", ["inspections"]),
        ("story.database.project.data / 'datasets' / ('inspec' + 'tions.csv')", ["inspections", "visits"]),
    ],
)
def test_a_number_rests_on_the_datasets_that_its_cell_names(story, path, names):
    made = run_cell(story, None, READ.replace("{path}", path))
    assert (made.low, made.kind) == (80.0, Kind.MEASURED)
    assert [leaf.ref for leaf in made.leaves()] == [f"dataset:{name}" for name in names]
    assert list(story.datasets) == names
    assert sum("DatasetQuestions.dataset" in call for call in story.database.trace) == len(names)


def test_what_python_opens_is_taken_whatever_the_cell_says(story):
    recording = OpenedFiles(DeclaredReads((), (str(story.database.project.root),)))
    recording.audit_hook(OPENED, (story,))
    for name in ("inspections.csv", "inspections.yml"):
        recording.audit_hook("open", (str(story.database.project.data / "datasets" / name), "r", 0))
    assert [leaf.ref for leaf in story.inputs.leaves] == ["dataset:inspections"]
    assert recording.files == {"data/datasets/inspections.yml"} and list(story.datasets) == ["inspections"]


def test_what_names_no_file_rests_on_no_dataset(story):
    story["office-survey"]["heavy"]
    made = run_cell(story, story.ask("told").frame, "made = story.number(frame.told_multiple.max(), '1', how='most')")
    assert not any(leaf.ref.startswith("dataset:") for leaf in made.leaves()) and not story.datasets
