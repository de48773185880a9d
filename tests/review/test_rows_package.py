"""What SQL adds up after WITH, a JOIN or arithmetic comes with its rows, and is worked out again from them."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from tests.small_dataset import COLUMNS, INSPECTIONS, declare
from toolkit.build.manifest import SCHEMA, canonical
from toolkit.core import followed
from toolkit.core.operation import operation
from toolkit.core.project import find_project
from toolkit.core.tree import nodes_to_json
from toolkit.database.ask import answer_question
from toolkit.database.open import open_database
from toolkit.database.question_text import question_as_asked
from toolkit.reported.read_all import read_reported
from toolkit.review import data_packages, recompute
from toolkit.review.findings_package import findings
from toolkit.review.printed_tables import PrintedTables
from toolkit.review.rows_package import rows
from toolkit.site import recheck

BEST = "WITH best AS (SELECT borough, max(score) AS score, max(fee) AS fee FROM inspections GROUP BY borough) "
ASKED = {  # SQL, its parameters, and the row that is taken
    "sum": (f"{BEST} SELECT sum(score) AS x FROM best", {}, {}),
    "cast": (f"{BEST} SELECT CAST(sum(score + fee) AS DOUBLE) AS x FROM best", {}, {}),
    "group": (
        f"{BEST} SELECT left(borough, 1) AS first, sum(fee) AS x FROM best GROUP BY first ORDER BY first",
        {},
        {"first": "Q"},
    ),
    "given": (f"{BEST} SELECT max(score) AS x FROM best WHERE score > $least", {"least": 10}, {}),
    "join": (
        "SELECT a.cuisine, count(*) AS n_pairs FROM inspections a JOIN inspections b USING (borough) GROUP BY ALL",
        {},
        {"cuisine": "Tea"},
    ),
    "plain": ("SELECT borough, avg(score * 2 + fee) AS x FROM inspections GROUP BY borough", {}, {"borough": "Bronx"}),
    "named": ("SELECT upper(borough) AS b, sum(score) AS x FROM inspections WHERE b = 'BRONX' GROUP BY b", {}, {}),
    "rounded": (f"{BEST} SELECT CAST(sum(fee) AS BIGINT) AS x FROM best", {}, {}),
    "few": (f"{BEST} SELECT median(score) AS x FROM best", {}, {}),
}
LEFT = ("rounded", "few")  # arithmetic of SQL that nothing here makes again
READ = """async ([nodes, units, files]) => {
  const held = new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)]));
  const context = { units: unitsOf(units), locale: TABLE.language, rows: archiveRows(held, ""),
                    lines: archiveLines(held, ""), datasets: archiveDatasets(held, "") };
  const told = [];
  checkRows([{ slug: "a", tree: await readNodes(nodes, context) }], context, () => (sentence) => told.push(sentence));
  if (told.length) return told;
  const said = ({ key, given, wrong }) => [key, given, wrong.map((one) => one.sentence)];
  return [...(await readNodes(nodes, context)).values()].map(said);
}"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The manifest of a desk with a finding of each question, and those files of its archive that tell of findings."""
    root = tmp_path_factory.mktemp("rows") / "sample"
    shutil.copytree(Path(__file__).parents[1] / "sample", root)
    project = find_project(root)
    content = "".join(f"{line.rpartition(',')[0]}\n" for line in INSPECTIONS.splitlines())  # without their owners
    columns = "".join(line for line in COLUMNS.splitlines(keepends=True) if "owner" not in line)
    declare(project, content=content, columns=columns, publish="[id, borough, cuisine, score, fee, inspected]")
    stories = {}
    database = open_database(project)
    for name, (sql, parameters, row) in ASKED.items():
        units = {} if name == "join" else {"x": "cup"}
        number = answer_question(database, sql, units, parameters, name).one(
            "n_pairs" if name == "join" else "x", **row
        )
        stories[name] = {
            "nodes": json.loads(canonical(nodes_to_json([number]))),
            "findings": {f"a.{name}": {"node": number.digest, "printed": str(number), "label": name}},
            "questions": {question_as_asked(name, parameters): ""},
            "queries": {name: sql},
            "datasets": {"inspections": {}},
        }
    stored = {"name": "Rows", "stories": stories, "units": database.file("data/units.txt")}
    reported = read_reported(project)
    packages = {"figures": data_packages.figures(reported), "series": data_packages.series(reported)}
    packages["rows"] = rows(project, stored)
    found = {f"{folder}/{name}": content for folder, files in packages.items() for name, content in files.items()}
    found |= {f"findings/{name}": content for name, content in findings(stored, PrintedTables.of(found)).items()}
    return stored, found


def checked(files, folder):
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_bytes(content)
    return recompute.check(folder)


@pytest.mark.heavy
def test_all_that_sql_added_up_is_worked_out_again_from_its_rows(made, tmp_path):
    lines, agrees = checked(made[1], tmp_path)
    said = {
        f"not recomputed to the end (worked out in SQL): a.{name} rests on the question {name}, "
        "whose arithmetic is in SQL"
        for name in LEFT
    }
    assert agrees and set(lines[:-1]) == said
    assert lines[-1].startswith(f"{len(ASKED) - len(LEFT)} of {len(ASKED)} findings recomputed")
    listed = list(csv.DictReader(io.StringIO(made[1]["rows/rows.csv"].decode())))
    found = {row["column"]: [one["value"] for one in listed if one["column"] == row["column"]] for row in listed}
    assert found["(score + fee)" if "(score + fee)" in found else "score + fee"] == ["35.25", "42.5"] + [""]
    assert found["fee"] == ["20.25"]


@pytest.mark.heavy
def test_a_row_changed_doubled_or_taken_away_is_seen(made, tmp_path):
    text = made[1]["rows/rows.csv"].decode()
    changes = {
        "a.cast": (",35.25", ",36.25"),
        "a.group": (",20.25\n", ",20.5\n"),
        "a.sum": ("1,score,15.0", "1,score,16.0"),
    }
    for name, (old, new) in changes.items():
        assert old in text, name
        lines, agrees = checked({**made[1], "rows/rows.csv": text.replace(old, new).encode()}, tmp_path / name)
        assert not agrees and any(f"NOT REPRODUCED: {name}" in line for line in lines), name
    (more,) = [line for line in text.splitlines() if ",20.25" in line and ",fee," in line]
    doubled = text + more.replace(",1,", ",2,").replace("20.25", "0") + "\n"
    lines, agrees = checked({**made[1], "rows/rows.csv": doubled.encode()}, tmp_path / "doubled")
    assert not agrees and any("other rows than" in line for line in lines)


@pytest.mark.heavy
def test_rows_that_are_missing_though_they_belong_there_are_an_error(made, tmp_path):
    lines, *listed = made[1]["rows/rows.csv"].decode().splitlines(keepends=True)
    for step in {line.partition(",")[0] for line in listed}:
        text = lines + "".join(line for line in listed if not line.startswith(step))
        said, agrees = checked({**made[1], "rows/rows.csv": text.encode()}, tmp_path / step)
        assert not agrees and any("its rows are missing" in line for line in said), said


def test_the_rows_of_the_smallest_steps_are_listed_until_there_are_too_many():
    made = {"aggregate": "sum", "where": "", "of": "a", "question": "q", "column": "a", "how": ""}
    leaf = followed.ArchivedStep(operation("rows_within", all=9), (), "dataset:cups", 9)
    sizes = {"a": 5, "b": followed.MOST_ROWS - 5, "c": followed.MOST_ROWS}
    steps = {
        name: followed.ArchivedStep(operation("query", **made, rows=size), ["0"], "", 1) for name, size in sizes.items()
    }
    assert followed.steps_listed({"0": leaf, **steps}, {"cups"}).keys() == {"a", "b"}
    assert followed.steps_listed({"0": leaf, **steps}, {"mugs"}) == {}


@pytest.mark.heavy
@pytest.mark.browser
def test_the_page_in_a_browser_follows_the_same(made, browser):
    stored, found = made
    page = browser.new_page()
    page.goto(recheck.FOLDER.as_uri())  # on a blank page browsers work out no hashes
    page.add_script_tag(content=recheck.script((*recheck.CORE, "tables", "archive", "edition"), SCHEMA))
    files = {name: content.decode() for name, content in found.items()}
    for name, story in stored["stories"].items():
        told = page.evaluate(READ, [story["nodes"], stored["units"], files])
        assert all(not wrong for _, _, wrong in told), (name, told)
        given = {why for _, why, _ in told if why}
        assert given == ({"worked out in SQL"} if name in LEFT else set()), name
    more = {**files, "rows/rows.csv": files["rows/rows.csv"].replace(",20.25\n", ",20.5\n")}
    told = page.evaluate(READ, [stored["stories"]["group"]["nodes"], stored["units"], more])
    assert any("20.5 is what the step comes to" in sentence for _, _, wrong in told for sentence in wrong), told
    none = {**files, "rows/rows.csv": files["rows/rows.csv"].splitlines()[0]}
    told = page.evaluate(READ, [stored["stories"]["sum"]["nodes"], stored["units"], none])
    assert len(told) == 1 and "are missing" in told[0]
    page.close()
