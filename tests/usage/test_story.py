"""A story that asks a synthetic usage log: every number says so, and so does the chart."""

import contextlib
import json
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from toolkit.analysis.elasticity import output_elasticity
from toolkit.charts import draw_svg, read_drawing
from toolkit.core.errors import ToolkitError
from toolkit.core.kind import Kind
from toolkit.core.project import find_project
from toolkit.database.usage_logs import open_usage_log
from toolkit.notebook.kernels import Kernels
from toolkit.notebook.run import execute_all
from toolkit.notebook.story import open_story

pytestmark = pytest.mark.heavy

OPENED = """\
from pathlib import Path
from toolkit import open_story
from toolkit.database.usage_logs import open_usage_log
from toolkit.core.project import find_project
story = open_story("kernel")
opened = open_usage_log(find_project(), Path("../data/build/log"))
"""


@pytest.fixture(scope="module")
def story():
    return open_story("a-story-of-the-tests")


def test_a_metric_of_a_usage_log_is_synthetic_down_to_its_leaf(story, usage_log):
    opened = open_usage_log(find_project(), usage_log)
    active = story.ask("weekly_active", of=opened, target_share=0.8)
    assert active.kind == Kind.SYNTHETIC and len(active) == 12
    assert {leaf.ref for number in active.numbers for leaf in number.leaves()} == {f"log:{opened.name}"}
    assert any(key.endswith(f"of {opened.name}") for key in story.asked)
    finding = story.finding("padding.test_share", active.numbers[0])
    assert story.record()["findings"]["padding.test_share"]["kind"] == "synthetic"
    assert finding.kind == Kind.SYNTHETIC


def test_a_story_has_the_elasticity_of_a_usage_log_as_a_finding(story, usage_log):
    opened = open_usage_log(find_project(), usage_log)
    found = story.finding("padding.test_elasticity", output_elasticity(opened))
    assert found.low < found.high and found.kind == Kind.SYNTHETIC
    assert " to " in str(found)
    assert output_elasticity(opened, seed=2) != found


def test_a_chart_of_a_usage_log_says_simulated_in_its_plot(story, usage_log):
    active = story.ask("weekly_active", of=open_usage_log(find_project(), usage_log), target_share=0.8)
    share = next(column.name for column in active.columns if column.unit == "1" and column.name.endswith("_share"))
    week = next(column.name for column in active.columns if column.unit is None)
    made = story.chart(
        active,
        "bars",
        value=share,
        label=week,
        title="Most of an invented company is active each week",
        subtitle="Share of developers active in a week, simulated company",
        notes="Nobody here is real.",
        alt="Bars of the share of developers that used a tool in each week of a simulated company.",
    )
    assert made.kind == Kind.SYNTHETIC and made.source == "our computation"
    assert "SIMULATED" in draw_svg(read_drawing(json.loads(json.dumps(made.to_json()))), "wide")


def test_a_metric_that_does_not_exist_is_named_with_those_that_do(story, usage_log):
    with pytest.raises(ToolkitError, match="weekly_active"):
        story.ask("weekly_inactive", of=open_usage_log(find_project(), usage_log))


@pytest.mark.parametrize("forked", [False, True])
def test_a_usage_log_opens_in_a_kernel_and_prints_nothing(usage_log, sample, forked):
    """A kernel is no terminal: DuckDB has other rules for its progress bar there, and a page takes no stray output."""
    shutil.copytree(usage_log, sample.build / "log")
    notebook = new_notebook(cells=[new_code_cell(OPENED)])
    path = sample.notebooks / "kernel.ipynb"
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    with contextlib.closing(Kernels(forked=False)) as unforked:
        (executed,) = execute_all([path], kernels=None if forked else unforked)
    assert executed.notebook.cells[0].outputs == []
