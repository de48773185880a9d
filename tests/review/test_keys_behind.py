"""Figures too many for a receipt are listed in the archive, and the script adds them up and counts them again."""

import pytest

from tests.database.test_answers_equal_their_rows import asked, database_of, many, numbers_of
from toolkit.core.errors import ToolkitError
from toolkit.core.tree import nodes_to_json
from toolkit.database.evidence_summary import KEYS
from toolkit.reported.read_all import read_reported
from toolkit.review import data_packages, recompute
from toolkit.review.findings_package import findings
from toolkit.review.printed_tables import PrintedTables
from toolkit.review.rows_package import rows

SUM = "SELECT sum(CASE WHEN id <> 'f7' THEN low ELSE -low END) AS amount, "
SUM += "list(CASE WHEN id <> 'f7' THEN key ELSE '-' || key END) AS keys FROM figures"
COUNT = (
    "SELECT count(*) AS n_readings, count(DISTINCT claim) AS n_claims, list(key) AS keys, list(key) AS keys_n_claims "
)
COUNT += "FROM figures"


@pytest.mark.heavy
def test_what_rests_on_very_many_figures_is_worked_out_from_them(tmp_path):
    with database_of(["USD"], numbers_of(many(KEYS + 100))) as database:
        counts = asked(database, COUNT)
        made = {
            "a.sum": (asked(database, SUM).one("amount"), SUM),
            "a.readings": (counts.one("n_readings"), COUNT),
            "a.claims": (counts.one("n_claims"), COUNT),
            "a.largest": (asked(database, SUM.replace("sum(", "max(")).one("amount"), SUM.replace("sum(", "max(")),
        }
        stories = {
            name: {
                "nodes": nodes_to_json([number]),
                "findings": {name: {"node": number.digest, "printed": str(number), "label": name}},
                "questions": {"asked": ""},
                "queries": {"asked": sql},
            }
            for name, (number, sql) in made.items()
        }
        stored = {"name": "Many", "stories": stories, "units": database.file("data/units.txt")}
        reported = read_reported(database.project)
        packages = {"figures": data_packages.figures(reported), "series": data_packages.series(reported)}
        packages["rows"] = rows(database.project, stored)
    found = {f"{folder}/{name}": content for folder, files in packages.items() for name, content in files.items()}
    found |= {f"findings/{name}": content for name, content in findings(stored, PrintedTables.of(found)).items()}
    for name, content in found.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    lines, agrees = recompute.check(tmp_path)
    assert agrees and lines[-1].startswith("3 of 4 findings recomputed"), lines
    assert lines[0].startswith("not recomputed to the end (worked out in SQL): a.largest")
    table = tmp_path / "rows" / "rows.csv"
    text = table.read_text()
    assert text.count("\n") == 1 + 3 * (KEYS + 100) and "figure:survey#f7,,-1" in text
    table.write_text(text.replace("figure:survey#f7,,-1", "figure:survey#f7,,1"))
    lines, agrees = recompute.check(tmp_path)
    assert not agrees and any("NOT REPRODUCED: a.sum" in line and "other keys than" in line for line in lines)
    table.write_text(text.splitlines(keepends=True)[0])
    lines, agrees = recompute.check(tmp_path)
    assert not agrees and sum("its rows are missing" in line for line in lines) == 4, lines


@pytest.mark.heavy
def test_an_archive_is_refused_where_a_question_gives_other_keys_than_the_receipt(tmp_path):
    with database_of(["USD"], numbers_of(many(KEYS + 100))) as database:
        number = asked(database, SUM).one("amount")
        story = {"nodes": nodes_to_json([number]), "questions": {"asked": ""}, "queries": {"asked": f"{SUM} LIMIT 0"}}
        with pytest.raises(ToolkitError, match="other rows than those of its receipt"):
            units = database.file("data/units.txt")
            rows(database.project, {"name": "Many", "stories": {"a": story}, "units": units})
