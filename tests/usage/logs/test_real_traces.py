"""Files of real tools, where the folder of traces is here: their totals are those that were published with them."""

import os
from pathlib import Path

import pytest

from tests.usage.logs.reading import counts, read, rows

TRACES = Path(os.environ.get("TRACES", "no folder"))


@pytest.mark.skipif(not TRACES.is_dir(), reason="TRACES names no folder with the traces of data/calibration.yml")
def test_a_textless_codex_session(desk):
    """uw-syfi/TraceLab, its example of a Codex session without text: the last counter is 97,731 tokens."""
    account = read(desk, TRACES / "tracelab_example_codex_textless.jsonl")
    assert counts(account) == (72, 9, 0, 63, 0)
    sql = 'SELECT sum("gen_ai.usage.input_tokens" + "gen_ai.usage.output_tokens") FROM {events}'
    assert rows(desk, sql) == [(97_731,)]
