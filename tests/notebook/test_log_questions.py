"""Questions of usage logs in cells that mean something else on Spark are found without running the notebook."""

import nbformat

from toolkit.notebook.log_questions import unportable_questions

CELLS = (
    'log = story.usage_log("newsroom")\nstory.sql("SELECT\\n    avg(tokens) AS tokens\\nFROM developer", of=log)',
    'story.ask("concentration", of=log)\nstory.sql("SELECT avg(fee) AS fee FROM permits")',
    "%time 1\nstory.sql('SELECT avg(tokens) AS tokens FROM developer', of=log)",
    'story.sql(query="SELECT n_x // 2 AS n FROM developer", of=log)\nstory.sql(f"SELECT {x} AS y", of=log)',
)


def test_questions_of_logs_in_cells_are_read_and_others_are_not():
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("SELECT avg(x)"), *cells])
    found = [(one.where, one.found.partition(":")[0]) for one in unportable_questions("kitchens", notebook)]
    assert found == [("story kitchens, cell 2, line 2", "avg(…)"), ("story kitchens, cell 5, line 1", "//")]
