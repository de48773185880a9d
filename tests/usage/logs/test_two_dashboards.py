"""The invented log of the story two-dashboards-disagree: read as a usage log it has the total of each answer once."""

import pytest

from tests.usage.logs.reading import counts, read, rows
from toolkit.core.kind import Kind
from toolkit.core.project import find_project
from toolkit.notebook.story import open_story

HERE = find_project()
TYPES = ("reread_token", "written_token", "uncached_token", "output_token")
READ = """
SELECT count(*), sum("gen_ai.usage.cache_read.input_tokens"), sum("gen_ai.usage.cache_creation.input_tokens"),
    sum("usage.uncached_input_tokens"), sum("gen_ai.usage.output_tokens")
FROM {events}
"""


@pytest.mark.heavy
def test_each_answer_once_is_what_the_reader_counts(desk):
    account = read(desk, HERE.data / "datasets" / "invented_session.jsonl")
    assert counts(account) == (201, 50, 96, 55, 0)
    story = open_story("two-dashboards-disagree")
    ways = story.sql("dashboard_ways", units=dict.fromkeys((*TYPES, "all_token"), "token"))
    assert ways.kind == Kind.SYNTHETIC
    by_way = {row["way"]: row for row in ways}
    once = by_way["each answer once"]
    assert rows(desk, READ) == [tuple(once[name].low for name in ("n_counted", *TYPES))]
    assert [by_way[way]["all_token"].low for way in by_way] == [4_649_924, 1_573_969, 1_317_081, 27_872]
