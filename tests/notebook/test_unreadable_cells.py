"""A cell that no kernel can be given is refused where the notebook is read, by its number."""

import json

import pytest

from toolkit.core.errors import StoryError
from toolkit.notebook.notebook_file import read_notebook


def cell(source):
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None, "id": "a"}


@pytest.mark.parametrize(
    "source, found",
    [
        ("x = '\ud800'", "U+D800"),
        ("x = 1\0", "U+0000"),
        ("x = " + "-" * 30_000 + "1", "a line nested too deeply"),
        ("x = a" + ".b" * 100_000, "a line nested too deeply"),
    ],
)
def test_what_no_kernel_can_be_given_is_refused_with_its_cell(tmp_path, source, found):
    (tmp_path / "pyproject.toml").write_text("[tool.toolkit]\n")
    path = tmp_path / "story.ipynb"
    made = {"cells": [cell("%%time\n1"), cell(source)], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    path.write_text(json.dumps(made))
    with pytest.raises(StoryError) as refused:
        read_notebook(path)
    assert [one.where for one in refused.value.problems] == ["story story, cell 2"]
    assert found in refused.value.problems[0].found
