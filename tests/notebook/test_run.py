"""Running stories: numbers of the prose evaluated in document order, and every failure with story, cell and text."""

import asyncio
import contextlib
import json
from concurrent.futures import Future

import psutil
import pytest

from toolkit.core.errors import StoryError
from toolkit.database.open import open_database
from toolkit.notebook.kernels import FORKED, Kernels
from toolkit.notebook.mime import CHART, NUMBER
from toolkit.notebook.notebook_file import read_notebook
from toolkit.notebook.run import RunHooks, execute_all

pytestmark = pytest.mark.heavy
OPEN = 'from toolkit import open_story\nstory = open_story("coffee")\nsurvey = story["office-survey"]'


def write(sample, slug, *cells):
    """A notebook in the sample: text that begins with "# " or holds {eval} is Markdown, all else code."""
    made = []
    for count, source in enumerate(cells):
        prose = source.startswith("# ") or "{eval}" in source
        cell = {"cell_type": "markdown" if prose else "code", "id": f"c{count}", "metadata": {}, "source": source}
        made.append(cell if prose else {**cell, "execution_count": None, "outputs": []})
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path = sample.notebooks / f"{slug}.ipynb"
    path.write_text(json.dumps(notebook))
    return path


def evaluated(executed):
    """(expression, wording) of every {eval}, in document order."""
    found = [item for cell in executed.notebook.cells for item in cell.metadata.get("user_expressions", [])]
    return [(item["expression"], item["result"]["data"]["text/plain"]) for item in found]


def test_stories_run_with_their_prose_in_document_order(sample):
    ordered = write(
        sample,
        "ordered",
        OPEN,
        'x = survey["heavy"]',
        "First {eval}`x`, {eval}`x.bare`.",
        'x = survey["median"]',
        'Then {eval}`x` and {eval}`x / survey["heavy"]`.',
    )
    done = []
    first, second = execute_all([sample.notebooks / "coffee.ipynb", ordered], RunHooks(ran=done.append))
    assert sorted(story.slug for story in done) == ["coffee", "ordered"]

    assert first.slug == "coffee" and evaluated(first) == [("multiple", "3.5 times")]
    data = first.notebook.cells[1].metadata["user_expressions"][0]["result"]["data"]
    assert (
        data[NUMBER]["nodes"][data[NUMBER]["root"]]["printed"] == "3.5 times"
        and data[NUMBER]["nodes"][data[NUMBER]["root"]]["kind"] == "computed"
    )
    assert first.record["findings"]["coffee.multiple"]["printed"] == "3.5 times"
    assert first.record["charts"] == ["told"] and list(first.record["asked"]) == ["told"]
    (output,) = first.notebook.cells[2].outputs
    assert str(output.data[CHART]["title"]["text"]).startswith("The survey has 3.5 times")
    assert "image/svg+xml" not in output.data, "a build draws in its own process"

    assert [wording for _, wording in evaluated(second)] == ["35 cups a week", "35", "10 cups a week", "0.29 times"]
    assert second.record["findings"] == {}
    stored = json.loads(ordered.read_text())
    assert not any(cell.get("outputs") or cell["metadata"] for cell in stored["cells"]), "the file is untouched"


def test_a_notebook_that_opens_no_story_is_refused_by_name(sample):
    path = write(sample, "closed", "x = 1", "# Coffee")
    with pytest.raises(StoryError, match="story closed: no story was opened"):
        execute_all([path])


LEAVES = 'import json, os, decimal\njson.left = os.environ["LEFT"] = "left"\ndecimal.getcontext().prec = 3'
FINDS = """import json, os, decimal
assert (hasattr(json, "left"), "LEFT" in os.environ, decimal.getcontext().prec) == (False, False, 28)"""


def test_a_kernel_of_a_build_has_its_database_and_its_engine_and_reads_no_data(sample):
    source = sample.data / "sources" / "office-survey.yml"
    engine = "from toolkit.database.log_engine import log_engine\nengine = log_engine(story.database.project)"
    told = write(sample, "told", OPEN, f'{engine}\nassert (engine.name, engine.remote) == ("spark", "sc://a:1")')
    opened: Future = Future()
    opened.set_result(open_database(sample))
    source.unlink()
    (run,) = execute_all([told], RunHooks(opened, chosen={"engine": "spark", "remote": "sc://a:1"}))
    assert run.database == opened.result().path.name
    with pytest.raises(StoryError, match="office-survey"):
        execute_all([told])  # which is told nothing, and reads data/


def test_a_story_finds_nothing_of_another_in_its_kernel(sample):
    first = write(sample, "first", OPEN, LEAVES)
    second = write(sample, "second", OPEN, FINDS)
    for path in (first, second):  # forked from one process
        execute_all([path])  # which would raise what the second asserts


@pytest.mark.skipif(not FORKED, reason="this system cannot fork")
def test_no_other_process_has_the_id_of_a_kernel_that_has_ended_before_all_are_killed(sample):
    async def started_and_ended(kernels):
        async with kernels.one(sample.notebooks) as manager:
            process = manager.provisioner.process
            assert process.poll() is None
        return process

    with contextlib.closing(Kernels()) as kernels:
        process = asyncio.run(started_and_ended(kernels))
        assert process.poll() == 0 and psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE
    assert process.poll() == 0 and not psutil.pid_exists(process.pid)


@pytest.mark.skipif(not FORKED, reason="this system cannot fork")
def test_a_forked_kernel_gives_what_one_started_by_itself_gives(sample):
    surrounding = write(
        sample,
        "surrounding",
        OPEN,
        'import locale, os, sys, time\nprint(os.getcwd(), sys.path, sys.flags.hash_randomization, hash("a"))\n'
        "print(locale.setlocale(locale.LC_ALL), time.tzname, __name__, sys.stdin.isatty() if sys.stdin else None)",
    )
    paths = [sample.notebooks / "coffee.ipynb", surrounding]
    with contextlib.closing(Kernels(forked=False)) as unforked:
        forked, by_itself = (execute_all(paths, kernels=kernels) for kernels in (None, unforked))
    assert [story.as_bytes for story in forked] == [story.as_bytes for story in by_itself]


def test_the_failures_of_all_stories_come_in_one_error_with_story_cell_and_text(sample):
    paths = [
        write(sample, "unknown-name", OPEN, "# Coffee\n\nThey drink {eval}`heavvy` a week."),
        write(sample, "bare-value", OPEN, '# Coffee\n\nThey drink {eval}`survey["heavy"].low` a week.'),
        write(sample, "a-day", OPEN, "# Coffee", 'first = "2022-01-09"', "# Days\n\nIt began on {eval}`first`."),
        write(sample, "failing-cell", OPEN, "# Coffee", 'survey["heavy"] + story["office-survey"]["budget"]'),
        write(sample, "typed-digit", OPEN, "# Coffee\n\nThey drink 35 cups a week."),
    ]
    with pytest.raises(StoryError) as raised:
        execute_all(paths)
    problems = {problem.where.split(",")[0]: problem for problem in raised.value.problems}
    assert len(raised.value.problems) == len(problems) == 5
    for slug, cell, text, found in (
        ("unknown-name", 2, "They drink {eval}`heavvy` a week", "NameError: name 'heavvy' is not defined"),
        ("bare-value", 2, "They drink {eval}`survey", "is 35.0"),
        ("a-day", 4, "It began on {eval}`first", "is '2022-01-09'"),
        ("failing-cell", 3, 'survey["heavy"] + story', "units of the same dimension"),
        ("typed-digit", 2, "They drink 35 cups", "a typed number: 35"),
    ):
        problem = problems[f"story {slug}"]
        assert problem.where.startswith(f"story {slug}, cell {cell}, “") and text in problem.where
        assert found in problem.found and "allowed: " in str(problem) and "do: " in str(problem)
    assert "same dimension" in problems["story failing-cell"].found
    assert "write words and dates in the sentence itself" in problems["story a-day"].remedy
    assert "\x1b" not in str(raised.value)


def test_every_typed_number_of_a_notebook_is_named_before_anything_runs(sample):
    path = write(sample, "typed", "import nothing", "# Coffee in 10 cups\n\nIn 2026 twice {eval}`x`, 5%.", "# 7")
    with pytest.raises(StoryError) as raised:
        read_notebook(path)
    found = [(problem.where.split(", “")[0], problem.found) for problem in raised.value.problems]
    assert found == [
        ("story typed, cell 2", "a typed number: 10"),
        ("story typed, cell 2", "a typed number: twice"),
        ("story typed, cell 2", "a typed number: 5%"),
        ("story typed, cell 3", "a typed number: 7"),
    ]


def test_outputs_that_were_stored_are_not_read(sample):
    path = sample.notebooks / "coffee.ipynb"
    stored = json.loads(path.read_text())
    stored["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "old"}]
    stored["cells"][0]["execution_count"] = 3
    stored["cells"][1]["metadata"]["user_expressions"] = [{"expression": "multiple", "result": {}}]
    path.write_text(json.dumps(stored))
    notebook = read_notebook(path)
    assert notebook.cells[0].outputs == [] and notebook.cells[0].execution_count is None
    assert "user_expressions" not in notebook.cells[1].metadata


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": [{}]}'])
def test_a_file_that_is_no_notebook_is_an_error_of_its_story(sample, text):
    path = sample.notebooks / "broken.ipynb"
    path.write_text(text)
    with pytest.raises(StoryError, match="story broken"):
        read_notebook(path)
