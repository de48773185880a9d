"""TraceLab's published example, where it is: uw-syfi/TraceLab at 0b8a262ba696, data under CC BY 4.0; never committed.

The totals are sums over the file. Input and output of its Codex session make 97,731 tokens, as the last counter of that
session says, which the example has too.
"""

import os
from pathlib import Path

import pytest

from tests.usage.logs.reading import counts, read, rows

TRACES = Path(os.environ.get("TRACES", "no folder"))
SUMS = """
SELECT
    "gen_ai.agent.name", count(*), sum("gen_ai.usage.input_tokens"), sum("gen_ai.usage.cache_read.input_tokens"),
    sum("gen_ai.usage.cache_creation.input_tokens"), sum("gen_ai.usage.output_tokens"),
    sum("gen_ai.usage.reasoning.output_tokens")
FROM {events} GROUP BY ALL ORDER BY ALL
"""


@pytest.mark.skipif(not TRACES.is_dir(), reason="TRACES names no folder with the traces of data/calibration.yml")
def test_the_totals_of_the_published_rounds(desk):
    account = read(desk, TRACES / "tracelab_example_sanitized_rounds.jsonl")
    assert counts(account) == (19, 19, 0, 0, 0)
    assert rows(desk, SUMS) == [
        ("claude-code", 10, 418_193, 394_068, 21_086, 9_423, None),
        ("codex", 9, 95_819, 79_488, None, 1_912, 581),
    ]
