"""Series: what a declaration promises holds in every row, and the slips that trackers made are refused."""

import csv
import shutil
from pathlib import Path

import pytest

from tests.small_series import values_of
from toolkit.core.project import Project
from toolkit.core.unit import registry
from toolkit.reported.read_all import read_reported
from toolkit.reported.series import read_series

ROOT = Path(__file__).parents[2]
HISTORY, GUIDANCE = "capex_history", "capex_guidance_2026"


class Desk:
    """A copy of a series that a test may spoil."""

    def __init__(self, folder: Path, name: str):
        self.project, self.name = Project(folder), name
        (folder / "data" / "series").mkdir(parents=True)
        shutil.copy(ROOT / "data" / "units.txt", folder / "data")
        for end in ("yml", "csv"):
            shutil.copy(ROOT / "data" / "series" / f"{name}.{end}", folder / "data" / "series")
        self.table = folder / "data" / "series" / f"{name}.csv"
        self.declaration = self.table.with_suffix(".yml")
        with self.table.open(encoding="utf-8", newline="") as handle:
            self.rows = list(csv.DictReader(handle))
        self.sources = {row["source"] for row in self.rows}

    def row(self, key: str) -> dict:
        """The row of "Meta/capex_cash/net/FY2025/latest"."""
        names = ("entity", "metric", "basis", "fiscal_period", "vintage")
        if self.name == GUIDANCE:
            names = ("entity", "period", "item", "speaker", "stated_on")
        [found] = [row for row in self.rows if "/".join(row[name] for name in names) == key]
        return found

    def set(self, key: str, **cells: object) -> None:
        self.row(key).update({name: str(value) for name, value in cells.items()})

    def read(self):
        """(series, problems) of the rows as they stand now."""
        with self.table.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(self.rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows)
        return self.read_files()

    def read_files(self):
        problems = []
        series = read_series(self.project, registry(ROOT / "data" / "units.txt"), self.sources, problems)
        return series.get(self.name), problems

    def problems(self) -> str:
        """All problems as one text; there must be some."""
        _, problems = self.read()
        assert problems
        return "\n".join(map(str, problems))


@pytest.fixture
def history(tmp_path):
    return Desk(tmp_path, HISTORY)


@pytest.fixture
def guidance(tmp_path):
    return Desk(tmp_path, GUIDANCE)


# what stands in data/


@pytest.mark.parametrize("name", [HISTORY, GUIDANCE])
def test_the_record_reads_clean_and_back_unchanged(tmp_path, name):
    desk = Desk(tmp_path, name)
    series, problems = desk.read()
    assert problems == []
    assert len(series.rows) == len(desk.rows)
    columns, cells = series.table()
    table = {column: made for (column, _), made in zip(columns, cells, strict=True)}
    assert len(set(table["key"])) == len(desk.rows)
    assert [column for column in table if not column.startswith(("key", "printed_"))] == list(desk.rows[0])
    for column in desk.rows[0]:
        made = table.get(f"printed_{column}", table[column])
        assert ["" if cell is None else str(cell) for cell in made] == [row[column] for row in desk.rows]


def test_every_row_cites_a_source_of_the_desk():
    known = {path.stem for path in (ROOT / "data" / "sources").glob("*.yml")}
    for name in (HISTORY, GUIDANCE):
        with (ROOT / "data" / "series" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
            assert {row["source"] for row in csv.DictReader(handle)} <= known


def test_the_one_statement_that_is_a_figure_too_agrees_with_its_row():
    reported = read_reported(Project(ROOT))
    row = values_of(reported.series[GUIDANCE])["series:capex_guidance_2026#Amazon/2026/capex/company/2026-02-05"]
    figure = reported.figures["amazon-release-2025-q4#capex_2026"]
    assert (figure.quantity.low, figure.quantity.high) == (row["low"], row["high"])
    assert figure.source.id == row["source"]


def test_a_leaf_is_in_plain_dollars_and_says_what_it_is(history):
    series, _ = history.read()
    assert values_of(series)["series:capex_history#Meta/capex_cash/net/FY2026-Q2/latest"] == {
        "key": "series:capex_history#Meta/capex_cash/net/FY2026-Q2/latest",
        "series": HISTORY,
        "low": 30_116_000_000.0,
        "high": 30_116_000_000.0,
        "unit": "USD",
        "printed_low": "30116",
        "printed_high": "30116",
        "printed_unit": "million USD",
        "label": "Meta, cash purchases of property and equipment, FY2026-Q2",
        "source": "meta-10q-2026-06",
        "place": "PaymentsToAcquirePropertyPlantAndEquipment, 10-Q and 10-K",
    }


def test_a_statement_without_an_amount_is_a_row_but_no_number(guidance):
    series, _ = guidance.read()
    key = "series:capex_guidance_2026#Microsoft/FY2026/capex/company/2025-10-29"
    assert key in {series.ref(row, series.values[0]) for row in series.rows}
    assert key not in values_of(series) and [*values_of(series)] == series.keys()


def test_a_range_keeps_both_ends(guidance):
    series, _ = guidance.read()
    meta = values_of(series)["series:capex_guidance_2026#Meta/2026/capex/company/2026-04-29"]
    assert (meta["low"], meta["high"], meta["unit"]) == (125e9, 145e9, "USD")


def test_first_filed_and_restated_values_stand_side_by_side(history):
    filed = {
        (row["vintage"], row["basis"]): int(row["amount"])
        for row in history.rows
        if (row["entity"], row["metric"], row["fiscal_period"]) == ("Meta", "capex_cash", "FY2023")
    }
    assert filed == {("latest", "net"): 27_045, ("first_filed", "gross"): 27_266}


def test_what_is_only_remembered_or_derived_is_not_entered(history):
    values = {(row["entity"], row["fiscal_period"], row["amount"]) for row in history.rows}
    for left_out in (
        ("Amazon", "FY2015", "5387"),
        ("Amazon", "FY2017", "10058"),
        ("Amazon", "FY2018", "11323"),
        ("Amazon", "FY2025", "128300"),
        ("Amazon", "FY2022", "675"),
        ("Amazon", "FY2019", "9628"),
        ("Microsoft", "FY2015", "29668"),
    ):
        assert left_out not in values


# year-to-date values, signs and bases: slips found in public trackers


@pytest.mark.parametrize(
    "key, wrong, right",
    [
        ("Alphabet/capex_cash/sole/FY2026-Q2/latest", 80_598, 44_924),
        ("Meta/operating_cash_flow/none/FY2026-Q2/latest", 64_088, 31_862),
    ],
)
def test_a_half_year_taken_for_a_quarter_is_refused(history, key, wrong, right):
    history.set(key, amount=wrong)
    text = history.problems()
    assert f"data/series/capex_history.csv, line {history.rows.index(history.row(key)) + 2}, {key}" in text
    assert f"{wrong} looks like the year to date" in text
    assert f"about {right}" in text


@pytest.mark.parametrize(
    "entity, metric, basis, value",
    [
        ("Alphabet", "capex_cash", "sole", 80_598),
        ("Meta", "operating_cash_flow", "none", 64_088),
        ("Amazon", "capex_cash", "gross", 98_411),
    ],
)
def test_it_is_refused_even_where_no_half_year_is_reported(history, entity, metric, basis, value):
    history.rows.remove(history.row(f"{entity}/{metric}/{basis}/FY2026-H1/latest"))
    assert history.read()[1] == []
    history.set(f"{entity}/{metric}/{basis}/FY2026-Q2/latest", amount=value)
    assert "looks like the year to date" in history.problems()


def test_a_year_taken_for_its_fourth_quarter_is_refused(history):
    history.set("Microsoft/capex_cash/sole/FY2026-Q4/latest", amount=115_948)
    text = history.problems()
    assert "115948 looks like the year to date" in text
    assert "FY2026 is 115948, its quarters make 196094" in text


def test_a_third_quarter_to_date_is_named_by_the_sum_of_the_year(history):
    history.set("Meta/revenue/none/FY2025-Q3/latest", amount=42_314 + 47_516 + 51_242)
    assert "the third value is the year to date: take off 89830" in history.problems()


def test_a_last_quarter_taken_for_the_year_is_refused(history):
    history.set("Amazon/capex_cash/gross/FY2024/latest", amount=27_834)
    assert "the whole equals its last quarter" in history.problems()


def test_a_wrong_year_is_refused(history):
    history.set("Amazon/capex_cash/gross/FY2025/latest", amount=93_100)
    assert "FY2025 is 93100, its quarters make 131819" in history.problems()


def test_a_trailing_year_taken_for_a_year_is_refused(history):
    trailing = 32_183 + 35_095 + 39_522 + 44_203
    history.set("Amazon/capex_cash/gross/FY2025/latest", amount=trailing)
    assert "that of the four quarters to FY2026-Q1" in history.problems()


def test_a_year_that_is_not_over_is_refused(history):
    row = dict(history.row("Amazon/capex_cash/gross/FY2025/latest"), amount="151000")
    row.update(fiscal_period="FY2026", calendar_period="2026", period_end="2026-12-31")
    history.rows.append(row)
    assert "FY2026 ends on 2026-12-31, after the series was closed" in history.problems()


def test_a_quarter_that_does_not_fit_its_half_year_is_refused(history):
    history.set("Amazon/capex_cash/gross/FY2026-Q1/latest", amount=18_400)
    assert "FY2026-H1 is 98411, its quarters make 72608" in history.problems()


def test_a_lost_minus_sign_is_refused_though_the_year_still_adds_up(history):
    history.set("Amazon/operating_cash_flow/none/FY2022-Q1/latest", amount=2_790)
    history.set("Amazon/operating_cash_flow/none/FY2022-Q4/latest", amount=23_593)
    assert "FY2022-T1 is 39324, its quarters make 44904" in history.problems()


def test_the_tolerance_is_that_of_the_declaration(history):
    key = "Alphabet/revenue/none/FY2025-Q1/latest"
    history.set(key, amount=90_234 + 2)
    assert history.read()[1] == []
    history.set(key, amount=90_234 + 3)
    assert "a difference of 2 at most" in history.problems()


def test_statements_rounded_to_a_tenth_of_a_billion_have_their_own_slack(history):
    key = "Microsoft/capex_company_defined/with_lease_assets/FY2025/latest"
    history.set(key, amount=88_400)
    assert history.read()[1] == []
    history.set(key, amount=88_500)
    assert "a difference of 252 at most" in history.problems()


def test_gross_and_net_may_not_stand_in_one_line(history):
    history.set("Amazon/capex_cash/net/FY2015/first_filed", line="main")
    assert "main rows are net here and gross elsewhere" in history.problems()


def test_two_bases_of_one_period_may_not_both_be_summed(history):
    history.set("Meta/capex_cash/gross/FY2023/first_filed", line="main")
    text = history.problems()
    assert "a second main row for the period" in text


def test_a_whole_that_is_not_the_sum_of_its_lines_is_refused(history):
    history.set("Meta/capex_company_defined/with_lease_principal/FY2025/latest", amount=72_212)
    assert "Meta's own measure is the sum of the two lines" in history.problems()


def test_capex_with_leases_below_capex_is_refused(history):
    row = dict(history.row("Amazon/capex_cash/gross/FY2024/latest"), amount="77000")
    history.rows.append(dict(row, metric="capex_company_defined", basis="with_lease_principal"))
    text = history.problems()
    assert "capex_cash gross is 82999, capex_company_defined with_lease_principal is 77000" in text


def test_a_net_value_above_the_gross_one_is_refused(history):
    history.set("Amazon/capex_company_defined/net/FY2026-Q2/latest", amount=54_900)
    text = history.problems()
    assert "capex_company_defined net is 54900, capex_cash gross is 54208" in text


# periods


def test_a_fiscal_year_ends_when_the_company_s_year_ends(history):
    history.set("Microsoft/revenue/none/FY2025/latest", period_end="2025-12-31")
    text = history.problems()
    assert "period_end is 2025-12-31" in text
    assert "2025-06-30, since Microsoft's year ends in June" in text


def test_a_fiscal_year_is_not_a_calendar_year(history):
    history.set("Microsoft/revenue/none/FY2025/latest", calendar_period="2025")
    assert "calendar_period is 2025" in history.problems()


def test_a_year_of_weeks_ends_on_its_last_sunday(history):
    history.set("Nvidia/revenue/none/FY2024/latest", period_end="2024-01-31")
    assert "2024-01-28, since Nvidia's year ends in last Sunday of January" in history.problems()


def test_an_outlook_for_a_year_that_was_over_is_refused(guidance):
    guidance.set("Amazon/2026/capex/company/2026-02-05", period="2025")
    assert "an outlook for 2025, given on 2026-02-05" in guidance.problems()


# the file itself


def test_all_problems_of_a_file_come_at_once_with_line_and_remedy(history):
    history.rows[0]["amount"] = "7,804"
    history.rows[1]["entity"] = "Amzaon"
    history.rows[2]["source"] = "nowhere"
    history.rows[3]["period_end"] = "31.12.2019"
    history.rows[4]["metric"] = ""
    _, problems = history.read()
    lines = [problem.where.split(",")[1].strip() for problem in problems]
    assert lines == ["line 2", "line 3", "line 4", "line 5", "line 6"]
    assert all(problem.allowed and problem.remedy for problem in problems)
    assert "'7,804'" in problems[0].found
    assert "Amazon, Alphabet" in problems[1].allowed


def test_a_key_stands_once(history):
    history.rows.append(dict(history.rows[0]))
    assert "the key again (first in line 2)" in history.problems()


def test_half_a_range_and_a_range_upside_down_are_refused(guidance):
    guidance.set("Meta/2026/capex/company/2026-04-29", low=150)
    guidance.set("Amazon/2026/capex/company/2026-07-30", high="")
    text = guidance.problems()
    assert "low 150 is over high 145" in text
    assert "one end of a range" in text


def test_a_column_that_is_not_declared_is_named(history):
    for row in history.rows:
        row["mood"] = "good"
    assert "unknown: mood" in history.problems()


@pytest.mark.parametrize(
    "old, new, found",
    [
        ("unit: million USD\nrounding", "unit: million doubloons\nrounding", "million doubloons"),
        ("type: integer", "type: number", "type is 'number'"),
        ("check: quarters_add_up", "check: quarters_ad_up", "the check 'quarters_ad_up'"),
        ("tolerance: 2", "tolerance: some", "tolerance is 'some'"),
        ("    why: filings round", "    because: filings round", "unknown key 'because'"),
        ("value: amount", "value: million_eur", "the column 'million_eur' is not declared"),
        ("Microsoft: June", "Microsoft: Brumaire", "Microsoft's year ends in 'Brumaire'"),
        ("{metric}, {fiscal_period}", "{metrik}", "label asks for 'metrik'"),
        ("id: capex_history", "id: capex", "id is 'capex'"),
        ("schema: 1", "schema: 2", "schema is 2"),
    ],
)
def test_a_wrong_declaration_names_file_and_line(history, old, new, found):
    text = history.declaration.read_text(encoding="utf-8")
    assert old in text
    history.declaration.write_text(text.replace(old, new, 1), encoding="utf-8")
    _, problems = history.read_files()
    assert any(found in problem.found for problem in problems)
    assert all(problem.where.startswith("data/series/capex_history.yml, line ") for problem in problems)


def test_a_table_without_a_declaration_and_one_without_a_table_are_refused(history):
    history.declaration.rename(history.declaration.with_name("other.yml"))
    _, problems = history.read_files()
    assert {problem.found for problem in problems} == {
        "a table that nothing declares",
        "id is 'capex_history'",
    }
    history.table.unlink()
    history.declaration.with_name("other.yml").rename(history.declaration)
    _, problems = history.read_files()
    assert [problem.found for problem in problems] == ["no such file"]
