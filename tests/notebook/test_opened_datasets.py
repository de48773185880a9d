"""A dataset's file that pandas reads by itself: what is worked out of it rests on the dataset."""

import pytest

from tests.notebook.test_from_pandas import run_cell
from tests.small_dataset import declare
from toolkit.core.errors import StoryError
from toolkit.core.kind import Kind
from toolkit.notebook.declared_reads import DeclaredReads
from toolkit.notebook.kernel_extension import OpenedFiles
from toolkit.notebook.story import OPENED, open_story

pytestmark = pytest.mark.heavy


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


WAITS = """\
trust,waiting,late
North,1200,33
North,-99,*
South,804,4
Total,2004,37
"""
DECLARED = """\
  - {name: trust, printed: trust, type: text}
  - {name: waiting, printed: waiting, type: integer, unit: cup, missing: ["-99"]}
  - {name: late, printed: late, type: integer, unit: cup, missing: ["*"]}
"""
FILE = "import pandas\nframe = pandas.read_csv('../data/datasets/waits.csv'{how})\n"
RIGHT = "frame = story.sql('SELECT * FROM waits').frame\n"
SUM = "made = story.number(frame.waiting.sum(), 'cup', how='sum')"
LATE = "made = story.table(frame[['trust', 'late']], units={'late': 'cup'})"
TABLE = "made = story.table(frame[['trust', 'late']])"


@pytest.fixture
def waits(sample, monkeypatch):
    declare(sample, name="waits", content=WAITS, columns=DECLARED, rows=3, publish="[trust, waiting, late]")
    path = sample.data / "datasets" / "waits.yml"
    path.write_text(path.read_text().replace("{format: csv}", "{format: csv, footer: 1}"))
    monkeypatch.chdir(sample.notebooks)
    return open_story("coffee")


def test_rows_and_codes_that_a_declaration_leaves_out_are_told(waits):
    with pytest.raises(StoryError) as raised:
        run_cell(waits, None, FILE.replace("{how}", "") + SUM)
    said = str(raised.value)
    assert "its last row, which is no row of it, -99 in waiting, which means no value" in said
    assert 'story.sql("SELECT * FROM waits").frame' in said
    with pytest.raises(StoryError, match="-99 in waiting"):
        run_cell(waits, None, FILE.replace("{how}", ", skipfooter=1, engine='python'") + SUM)


@pytest.mark.parametrize("other", ["short = '2024-03-01'[:-3]\n", "less = frame[:-1].waiting.sum()\n"])
def test_other_code_that_leaves_rows_out_says_nothing_of_a_number(waits, other):
    source = FILE.replace("{how}", ", na_values=['-99', '*']") + other
    with pytest.raises(StoryError, match="its last row, which is no row of it"):
        run_cell(waits, None, source + SUM)
    assert run_cell(waits, None, source + SUM.replace("frame.waiting", "frame[:-1].waiting")).low == 2004.0


def test_declared_totals_of_a_file_that_a_library_reads_are_not_added_up(waits, sample):
    path = sample.data / "datasets" / "waits.yml"
    path.write_text(
        path.read_text().replace("printed: trust, type: text", "printed: trust, type: text, totals: [South]")
    )
    source = FILE.replace("{how}", ", skipfooter=1, engine='python', na_values=['-99', '*']")
    story = open_story("coffee")
    with pytest.raises(StoryError, match="rows of waits that are totals of others, trust 'South'"):
        run_cell(story, None, source + SUM)
    rest = source + "frame = frame[frame.trust != 'South']\n" + SUM
    assert run_cell(story, None, rest).low == 1200.0


def test_a_file_with_a_footer_and_totals_refuses_no_value_of_another_dataset(waits, sample):
    path = sample.data / "datasets" / "waits.yml"
    path.write_text(
        path.read_text().replace("printed: trust, type: text", "printed: trust, type: text, totals: [South]")
    )
    shops = "  - {name: town, printed: town, type: text}\n  - {name: fee, printed: fee, type: integer, unit: cup}\n"
    declare(sample, name="shops", content="town,fee\nA,3\nB,4\n", columns=shops, publish="[town, fee]")
    story = open_story("coffee")
    source = FILE.replace("{how}", "") + "other = story.sql('SELECT trust, waiting FROM waits').frame\n"
    source += "e = story.sql('SELECT town, fee FROM shops').frame\n"
    assert run_cell(story, None, source + "made = story.number(e.fee.sum(), 'cup', how='all')").low == 7.0
    read = source + "f = pandas.read_csv('../data/datasets/shops.csv')\n"
    assert run_cell(story, None, read + "made = story.number(f.fee.sum(), 'cup', how='all')").low == 7.0
    assert len(run_cell(story, None, source + "made = story.table(e)")) == 2
    grouped = "made = story.sql('SELECT town, sum(fee) AS fee FROM e GROUP BY town')"
    assert len(run_cell(story, None, source + grouped)) == 2
    with pytest.raises(StoryError, match="totals of others"):
        run_cell(story, None, source + "made = story.number(other.waiting.sum(), 'cup', how='all')")


@pytest.mark.parametrize("how", [", skipfooter=1, engine='python', na_values=['-99', '*']", None])
def test_what_is_read_as_it_is_declared_is_taken(waits, how):
    source = RIGHT + "# as waits.csv has it\n" if how is None else FILE.replace("{how}", how)
    made = run_cell(waits, None, source + SUM)
    assert made.low == 2004.0
    assert [leaf.ref for leaf in made.leaves()] == ["dataset:waits"]
    assert [getattr(cell, "low", cell) for cell in run_cell(waits, None, source + LATE)["late"]] == [33.0, None, 4.0]


def test_numbers_that_a_library_reads_as_text_are_no_labels(waits):
    how = ", skipfooter=1, engine='python', na_values=['-99']"
    with pytest.raises(StoryError, match=r"(?s)column late.*numbers as text, '33'.*numbers in cup") as raised:
        run_cell(waits, None, FILE.replace("{how}", how) + TABLE)
    assert 'story.sql("SELECT * FROM waits").frame' in str(raised.value)
    trusts = run_cell(waits, None, FILE.replace("{how}", how) + "made = story.table(frame[['trust']])")
    assert trusts["trust"] == ("North", "North", "South")
