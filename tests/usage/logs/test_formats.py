"""Each format against its sample: the totals are those that the sample's README works out line by line."""

import re
import shutil
from dataclasses import replace

import pytest

from tests.usage.logs.reading import SAMPLES, as_rows, counts, read, rows
from toolkit.engine.errors import EngineError
from toolkit.usage.declaration import GRAINS
from toolkit.usage.logs.log_format import FOLDER, log_formats


@pytest.mark.heavy
@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.sql")))
def test_a_sample_gives_the_totals_that_its_readme_works_out_and_read_again_the_same(desk, name):
    account = read(desk, SAMPLES / name / "files")
    said = (SAMPLES / name / "README.md").read_text(encoding="utf-8")
    whole, totals = as_rows(desk, account)
    stated = [line for line in said.splitlines() if line.startswith("| ")]
    assert whole in stated
    assert [line for line in stated if re.match(rf"\| ({'|'.join(GRAINS)}) \|", line)] == totals
    assert {one.format for one in account.files} == {name}
    assert ("other",) not in rows(desk, 'SELECT "gen_ai.agent.name" FROM {events}')
    again = read(desk, SAMPLES / name / "files")
    assert again.read == 0 and counts(again) == counts(account) and again.totals == account.totals


def test_the_formats_are_the_files_of_their_folder():
    assert {path.stem for path in FOLDER.glob("*.sql")} == set(log_formats())


def test_a_format_of_columns_that_do_not_fit_an_event_fails_instead_of_quarantining_its_lines(desk, monkeypatch):
    form = log_formats()["claude-code"]
    wrong = replace(form, sql=form.sql.replace("cost AS cost_usd", "{'a': 1} AS requests, cost AS cost_usd"))
    monkeypatch.setitem(log_formats(), "claude-code", wrong)
    with pytest.raises(EngineError, match=r"STRUCT\(a INTEGER\)"):
        read(desk, SAMPLES / "claude-code" / "files")
    assert not (desk.data / "logs" / "log").exists()


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["codex", "litellm-spend-logs"])
def test_parts_that_do_not_add_up_to_the_total_that_is_said_are_noticed(desk, tmp_path, name):
    said = "parts that do not add up to the total that is said"
    assert said not in read(desk, SAMPLES / name / "files").remarks
    shutil.copytree(SAMPLES / name / "files", tmp_path / "files")
    for path in (one for one in (tmp_path / "files").rglob("*") if one.is_file()):
        path.write_text(re.sub(r'"total_tokens":(\d+)', r'"total_tokens":1\1', path.read_text()))
    changed = read(desk, tmp_path / "files", name="changed")
    assert changed.remarks[said] > 0 and changed.totals == read(desk, SAMPLES / name / "files").totals
