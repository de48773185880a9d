"""One question of a usage log, datasets and figures together: each number rests on each part that it reads."""

import shutil

import pytest

from tests.small_dataset import declare
from toolkit.core.errors import ToolkitError
from toolkit.core.kind import Kind
from toolkit.database.open import open_database
from toolkit.database.usage_logs import open_usage_log
from toolkit.notebook.story import Story

pytestmark = pytest.mark.heavy

TOGETHER = """
SELECT team, count(*) AS n_rows, max(score) AS most_score, sum(developer.tokens) / 7 AS a_day,
    any_value(low) AS told, any_value([key]) AS keys
FROM developer JOIN inspections ON inspections.id = 1 + developer.weeks % 6, figures
WHERE figures.id = 'heavy' GROUP BY team ORDER BY team LIMIT 2
"""


@pytest.fixture
def story(sample):
    with (sample.data / "units.txt").open("a") as units:
        units.write("token = [token] = _ = tokens\nrequest = [request] = _ = requests\n")
    declare(sample, publish="[borough, score]")
    return Story("together", open_database(sample))


def rests(number):
    return {leaf.ref for leaf in number.leaves()}


def test_a_log_a_dataset_and_a_figure_are_asked_together(story, usage_log):
    log = open_usage_log(story.database.project, usage_log)
    table = story.sql(TOGETHER, units={"a_day": "token"}, of=log)
    figure, dataset = "figure:office-survey#heavy", "dataset:inspections"
    row = next(iter(table))
    assert rests(row["most_score"]) == rests(row["n_rows"]) == {f"log:{log.name}", dataset, figure}
    assert (row["told"], row["told"].kind) == (story.database.leaf(figure), Kind.REPORTED)
    assert table.kind == Kind.SYNTHETIC and str(row["most_score"].unit) == "cup"
    assert {"inspections"} == {*story.datasets} and any(key.endswith(f"of {log.name}") for key in story.asked)
    assert {f"log:{log.name}", dataset} <= {leaf.ref for leaf in story.inputs.leaves}
    assert {name for call in story.database.trace for name in ("rows_digest", "dataset") if name in call} == {
        "rows_digest",
        "dataset",
    }


def test_a_log_beside_figures_needs_their_keys_and_its_columns_say_units(story, usage_log):
    log = open_usage_log(story.database.project, usage_log)
    with pytest.raises(ToolkitError, match="numbers without the rows they came from"):
        story.sql("SELECT sum(tokens) AS tokens FROM developer, figures WHERE id = 'heavy'", of=log)
    sql = "SELECT max(tokens) - min(tokens) AS gap, any_value([key]) AS keys FROM developer, figures WHERE id = 'heavy'"
    (gap,) = story.sql(sql, of=log)["gap"]
    assert str(gap.unit) == "token" and rests(gap) == {f"log:{log.name}", "figure:office-survey#heavy"}


def test_a_question_of_the_project_alone_does_not_rest_on_the_log(story, usage_log):
    log = open_usage_log(story.database.project, usage_log)
    (mean,) = story.sql("SELECT avg(score) AS mean_score FROM inspections", of=log)["mean_score"]
    assert rests(mean) == {"dataset:inspections"} and mean.kind == Kind.MEASURED


def test_a_dataset_with_the_name_of_a_table_of_the_log_is_refused(story, usage_log):
    declare(story.database.project, "developer")
    story.database = open_database(story.database.project)
    log = open_usage_log(story.database.project, usage_log)
    with pytest.raises(ToolkitError, match="the name developer, which a table of the usage log"):
        story.sql("SELECT count(*) AS n FROM developer, inspections", of=log)


def test_what_another_process_removed_meanwhile_is_named_with_what_to_do(story, usage_log, tmp_path):
    folder = tmp_path / usage_log.name
    shutil.copytree(usage_log, folder)
    log = open_usage_log(story.database.project, folder)
    (folder / "events" / log.declared["files"][0]).unlink()
    for ask, where in (
        (lambda: story.sql("SELECT count(*) AS n FROM event_row", of=log), "event_row-"),
        (lambda: open_usage_log(story.database.project, folder), f"the usage log {log.name}"),
    ):
        with pytest.raises(ToolkitError) as caught:
            ask()
        (problem,) = caught.value.problems
        assert (
            where in problem.where and log.declared["files"][0] in problem.found and str(tmp_path) not in problem.found
        )
        assert problem.remedy == "run the command again, a notebook from its first cell"
    story.database.path.unlink()
    with pytest.raises(ToolkitError, match="another process removed it"):
        story.sql(
            "SELECT count(*) AS n FROM event_row, inspections", of=open_usage_log(story.database.project, usage_log)
        )
