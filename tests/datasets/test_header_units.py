"""What headers, and lines beside a table, say of its numbers: millions, per cent, a currency."""

import pytest

from toolkit.core.project import find_project
from toolkit.database.open import open_database
from toolkit.datasets.header_units import scale_said, unit_and_doubt
from toolkit.main import main
from toolkit.notebook.story import Story

UNITS = {"USD", "EUR", "percent", "thousand", "million", "billion"}


@pytest.mark.parametrize(
    ("scale", "headers"),
    {
        "thousand": "Cost £k; k€; TEUR; T€; Budget ('000s); £'000; Population (thousands); in 1.000 Euro; (1,000s); "
        "Umsatz Tsd. EUR; C$ thousands; en milliers d'euros; miles de euros; Revenue (000); Budget (EUR 1,000); "
        "Budget ($1,000); Budget, 1000 EUR; Budget, 1,000 euros; Budget (1.000 €)",
        "million": "Sales (USD m); ($m); $M; $MM; m€; Mio. €; EURm; US$ mn; millions of dollars; R$ milhões; Mkr; "
        "Sales, $ mil.; revenue_usd_m; million_usd",
        "billion": "€bn; EURbn; Mrd. Euro; Milliarden; USD b; billions",
        "trillion": "Market cap ($T); trillion yen",
        "crore": "₹ crore; INR cr",
        "": "Price ($ per million tokens); $/million tokens; per 100,000; under $50,000; $1 million or more; miles; "
        "Year 2000; Betrag je 1.000 Stück; millionaires; m; Height (m); Menge (k); 1 000; Fee ($); Umsatz pro Mio. €; "
        "Mt CO2; Europe; Model T; Emissions (tn); Budgets over €1,000; Fine of 1,000 EUR; Grants, €1,000 or more",
    }.items(),
)
def test_a_scale_is_read_where_a_header_says_one(scale, headers):
    assert [scale_said(header) for header in headers.split("; ")] == [scale] * len(headers.split("; "))


@pytest.mark.parametrize(
    ("header", "sign", "beside", "unit", "said"),
    [
        ("Sales", "USD", "", "USD", ""),
        ("Sales (USD m)", "USD", "", "million USD", "else write unit: USD"),
        ("Sales €bn", "EUR", "", "billion EUR", "else write unit: EUR"),
        ("Change (in %)", "percent", "", "percent", ""),
        ("Change (in %)", "", "", None, "write unit: percent"),
        ("Sales ($m)", "", "", None, "write unit: million USD"),
        ("Betrag in €", "", "", None, "its header says EUR: write unit: EUR"),
        ("Fee (CAD)", "", "", None, "its header says CAD: write unit: CAD"),
        ("Preis in EUR/kWh", "", "", None, "its header says EUR: write unit: EUR/…"),
        ("Fees (€), as % of all", "", "", None, "write unit: percent"),
        ("Fees, EUR or USD", "", "", None, ""),
        ("Residents (thousands)", "", "", None, "write unit: thousand …"),
        ("Sales", "USD", "million", None, "write unit: million USD, or unit: USD"),
        ("Sales (CAD)", "USD", "", None, "define CAD in data/units.txt, then write unit: CAD"),
        ("Sales (CAD $m)", "USD", "", None, "then write unit: million CAD"),
        ("Sales (€)", "USD", "", "EUR", "else write unit: USD"),
        ("Sales ($)", "EUR", "", None, "its cells say EUR and its header USD"),
        ("₹ crore", "INR", "", None, "define crore and INR"),
        ("Fee", "GBP", "", None, ""),
        ("Price ($ per million tokens)", "USD", "", "USD", ""),
    ],
)
def test_the_unit_is_given_where_it_is_certain_and_else_asked_for(header, sign, beside, unit, said):
    found, doubt = unit_and_doubt(header, sign, beside, UNITS)
    assert found == unit and said in doubt and bool(said) == bool(doubt)


def test_dollars_under_millions_are_millions_of_dollars(sample, capsys):
    path = sample.root / "firms.csv"
    path.write_text("firm,Sales (USD m),Staff (thousands)\nA,$12.5,3\nB,$7.5,4\n")
    assert main(["add", str(path)]) == 0
    out = capsys.readouterr().out
    assert "sales_usd_m: its header says million USD: taken for it; else write unit: USD" in out
    assert "staff_thousands: its header says thousand: write unit: thousand …" in out
    story = Story("any", open_database(find_project(sample.root)))
    assert str(story.sql("SELECT sum(sales_usd_m) AS sales FROM firms").one("sales")) == "$20m"


@pytest.mark.parametrize(
    "text",
    [
        "Firms in USD millions,\nfirm,sales\nA,$12.5\nB,$7.5\n",
        "firm,sales,n\nA,$12.5,1\nB,$7.5,2\nC,$1,3\nIn USD millions,,\n",
    ],
)
def test_millions_beside_the_table_are_asked_about(sample, capsys, text):
    path = sample.root / "firms.csv"
    path.write_text(text)
    assert main(["add", str(path)]) == 0
    out = capsys.readouterr().out
    assert "sales: a line beside the table says million: write unit: million USD, or unit: USD" in out
    assert "unit:" not in (sample.data / "datasets" / "firms.yml").read_text()
