"""Rows that are totals of others are never taken together with them, whatever the form of the question."""

import pytest

from tests.small_dataset import declare
from tests.small_series import written
from toolkit.core.errors import ToolkitError
from toolkit.database.ask import answer_question
from toolkit.database.open import open_database

WAITS = """\
trust,specialty,month,code,waiting
Avon,Ears,2024-01-01,A,3
Avon,Eyes,2024-01-01,A,4
Avon,All,2024-01-01,A,7
Bath,Ears,2024-01-01,B,1
Bath,All,2024-01-01,B,1
England,All,2024-01-01,ENG,8
Avon,Ears,2024-02-01,A,5
Avon,Eyes,2024-02-01,A,
Avon,All,2024-02-01,A,5
Bath,Ears,2024-02-01,B,2
Bath,All,2024-02-01,B,2
England,All,2024-02-01,ENG,7
,Ears,2024-02-01,C,10
"""
COLUMNS = """\
  - {name: trust, printed: trust, type: text, totals: [England]}
  - {name: specialty, printed: specialty, type: text, totals: [All]}
  - {name: month, printed: month, type: date}
  - {name: code, printed: code, type: text}
  - {name: waiting, printed: waiting, type: integer, unit: person}
"""


@pytest.fixture(scope="module")
def waits(tmp_path_factory):
    project = written(tmp_path_factory.mktemp("waits"), [["A", "2001", "3", "paper"]])
    declare(project, "waits", WAITS, COLUMNS, source="paper", publish="[trust, specialty, month, code, waiting]")
    return open_database(project)


OWN = "coalesce(trust, '') <> 'England' AND specialty <> 'All'"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT sum(waiting) AS s FROM waits",
        "SELECT month, sum(waiting) AS s FROM waits GROUP BY month",
        "SELECT sum(waiting) AS s FROM waits WHERE specialty <> 'Eyes'",
        "SELECT sum(waiting) AS s FROM (SELECT * FROM waits)",
        "WITH w AS (SELECT * FROM waits) SELECT sum(waiting) AS s FROM w",
        "SELECT sum(s) AS s FROM (SELECT trust, specialty, sum(waiting) AS s FROM waits GROUP BY 1, 2)",
        "SELECT trust, specialty, sum(waiting) AS s FROM waits GROUP BY ROLLUP (trust, specialty)",
        "SELECT trust, specialty, waiting / sum(waiting) OVER () AS share FROM waits",
        "SELECT (SELECT sum(waiting) FROM waits) AS s",
        "SELECT count(DISTINCT trust) AS n_trusts FROM waits",
        "SELECT max(waiting) AS most FROM waits WHERE month = DATE '2024-01-01'",
        "SELECT trust, rank() OVER (ORDER BY waiting DESC) AS rank FROM waits WHERE specialty = 'All'",
        "SELECT avg(waiting) AS mean FROM waits WHERE month = DATE '2024-01-01'",
    ],
)
def test_rows_of_totals_are_not_taken_with_others(waits, sql):
    with pytest.raises(ToolkitError, match="rows of waits that are totals of others"):
        answer_question(waits, sql)


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (f"SELECT sum(waiting) AS s FROM waits WHERE {OWN}", ["25 people"]),
        (f"SELECT sum(waiting) FILTER (WHERE {OWN}) AS s FROM waits", ["25 people"]),
        (f"SELECT sum(CASE WHEN {OWN} THEN waiting ELSE 0 END) AS s FROM waits", ["25 people"]),
        ("SELECT sum(waiting) AS s FROM waits WHERE trust = 'England' AND specialty = 'All'", ["15 people"]),
        ("SELECT month, sum(waiting) AS s FROM waits WHERE trust = 'England' GROUP BY month", ["8 people", "7 people"]),
        (
            "WITH w AS (SELECT * FROM waits WHERE code <> 'ENG') "
            "SELECT sum(waiting) AS s FROM w WHERE specialty <> 'All'",
            ["25 people"],
        ),
        (
            "SELECT waiting FROM waits WHERE month = (SELECT max(month) FROM waits) AND trust = 'England'",
            ["7 people"],
        ),
        (
            "SELECT trust, sum(waiting) AS s FROM waits WHERE specialty = 'All' GROUP BY trust ORDER BY trust",
            ["12 people", "3 people", "15 people"],
        ),
        (
            "SELECT waiting - lag(waiting) OVER (PARTITION BY trust, specialty ORDER BY month) AS change FROM waits "
            "QUALIFY trust = 'England' AND change IS NOT NULL",
            ["−1 person"],
        ),
        (
            "SELECT sum(waiting) FILTER (trust = 'England') - sum(waiting) FILTER (trust <> 'England') AS gap "
            "FROM waits WHERE specialty = 'All'",
            ["0 people"],
        ),
    ],
)
def test_a_question_may_take_them_apart_or_leave_them_out(waits, sql, words):
    assert [str(number) for number in answer_question(waits, sql).numbers] == words


@pytest.fixture(scope="module")
def crimes(tmp_path_factory):
    project = written(tmp_path_factory.mktemp("crimes"), [["A", "2001", "3", "paper"]])
    columns = COLUMNS.replace(", totals: [All]", "")
    rows = "".join(line for line in WAITS.splitlines(True) if ",All," not in line or line.startswith("England"))
    declare(project, "waits", rows, columns, source="paper", publish="[trust, specialty, month, code, waiting]")
    return open_database(project)


ENGLAND = "(SELECT sum(waiting) FROM waits WHERE trust = 'England')"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT sum(waiting) FILTER (trust = 'Avon') / sum(waiting) AS share FROM waits",
        "SELECT sum(CASE WHEN trust = 'Avon' THEN waiting ELSE 0 END) / sum(waiting) AS share FROM waits",
        "SELECT sum(waiting) AS s, max(waiting) FILTER (trust = 'England') AS most FROM waits",
        "SELECT CASE WHEN trust = 'Avon' THEN 'Avon' ELSE 'other' END AS x, sum(waiting) AS s FROM waits GROUP BY 1",
        "SELECT count(*) FILTER (trust <> 'Avon') AS n_rows FROM waits",
        "SELECT sum(waiting) AS s FROM (SELECT waiting FROM waits WHERE trust = 'England' UNION ALL "
        "SELECT waiting FROM waits WHERE trust <> 'England')",
    ],
)
def test_a_part_that_chooses_rows_does_not_excuse_another_that_does_not(crimes, sql):
    with pytest.raises(ToolkitError, match="rows of waits that are totals of others"):
        answer_question(crimes, sql)


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (
            f"SELECT trust, sum(waiting) / {ENGLAND} AS s FROM waits WHERE trust <> 'England' GROUP BY 1 ORDER BY 1",
            ["0.8", "0.2"],
        ),
        (
            "WITH e AS (SELECT month, sum(waiting) AS whole FROM waits WHERE trust = 'England' GROUP BY 1) "
            "SELECT sum(waiting) / any_value(whole) AS share FROM waits JOIN e USING (month) "
            "WHERE trust = 'Bath' GROUP BY month ORDER BY month",
            ["13%", "29%"],
        ),
        (f"SELECT count(*) AS n_rows FROM waits WHERE trust <> 'England' AND waiting < {ENGLAND} / 5", ["2"]),
        (
            "SELECT 'trusts' AS kind, sum(waiting) AS s FROM waits WHERE trust <> 'England' "
            "UNION ALL SELECT 'England', sum(waiting) FROM waits WHERE trust = 'England'",
            ["15 people", "15 people"],
        ),
        ("SELECT sum(waiting) AS s FROM waits WHERE code = 'ENG'", ["15 people"]),
        (
            "SELECT trust, sum(waiting) AS s FROM waits WHERE trust IS NOT NULL GROUP BY 1 ORDER BY 2 LIMIT 1",
            ["3 people"],
        ),
    ],
)
def test_a_total_may_stand_beside_what_it_sums(crimes, sql, words):
    assert [str(number) for number in answer_question(crimes, sql).numbers] == words


def test_a_row_may_be_joined_with_its_total(crimes):
    joined = "waits a JOIN waits b ON a.month = b.month AND b.trust = 'England'"
    sql = (
        f"SELECT a.trust, sum(a.waiting) AS s, max(b.waiting) AS whole FROM {joined} WHERE a.trust = 'Avon' GROUP BY 1"
    )
    assert [str(number) for number in answer_question(crimes, sql).numbers] == ["12 people", "8 people"]
    with pytest.raises(ToolkitError, match="rows of waits that are totals of others"):
        answer_question(crimes, f"SELECT sum(a.waiting) AS s FROM {joined}")


@pytest.fixture(scope="module")
def regions(tmp_path_factory):
    project = written(tmp_path_factory.mktemp("regions"), [["A", "2001", "3", "paper"]])
    rows = "".join(f"{area},{area[0]},{count}\n" for area, count in [("Na", 1), ("Nb", 2), ("Sa", 3), ("Sb", 4)])
    totals = "North,N,3\nSouth,S,7\nAll,X,10\n"
    columns = """\
  - {name: area, printed: area, type: text, totals: [North, South, All]}
  - {name: part, printed: part, type: text}
  - {name: waiting, printed: waiting, type: integer, unit: person}
"""
    content = f"area,part,waiting\n{rows}{totals}"
    declare(project, "waits", content, columns, source="paper", publish="[area, part, waiting]")
    return open_database(project)


def test_totals_are_not_added_up_with_one_another(regions):
    apart = answer_question(regions, "SELECT area, sum(waiting) AS s FROM waits GROUP BY area ORDER BY area")
    assert [number.low for number in apart.numbers] == [10, 1, 2, 3, 3, 4, 7]
    named = "CASE WHEN area IN ('All', 'South', 'North') THEN 'total' ELSE area END"
    for sql in (
        f"SELECT {named} AS x, sum(waiting) AS s FROM waits GROUP BY 1",
        "SELECT part, sum(waiting) AS s FROM waits GROUP BY part",
        "SELECT part, sum(waiting) AS s FROM waits WHERE area IN ('North', 'South', 'Na') GROUP BY ALL",
    ):
        with pytest.raises(ToolkitError, match="rows of waits that are totals of others"):
            answer_question(regions, sql)


def test_a_question_that_adds_nothing_up_may_list_them(waits):
    latest = answer_question(waits, "SELECT max(month) AS latest FROM waits")
    assert str(latest.rows[0][0]) == "2024-02-01"
    listed = "SELECT trust, waiting FROM waits WHERE month = (SELECT max(month) FROM waits)"
    assert len(answer_question(waits, listed)) == 7
