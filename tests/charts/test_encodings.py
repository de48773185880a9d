"""What a form is told becomes rows and options with a field for each encoding."""

from dataclasses import dataclass
from pathlib import Path

from tests.charts.example_charts import cell, drawing
from toolkit.charts import FORMS, Cell, forms
from toolkit.charts.encodings import Form, Row, number_column, number_option, text_column, text_option


@dataclass(frozen=True)
class PlantRow(Row):
    height: Cell = number_column("how high it is", required=True)
    name: str | None = text_column("what it is called")
    role: str = text_column("what the row is", choices=("tree", "flower"))


@dataclass(frozen=True)
class PlantOptions:
    title: str = text_option("over it", "Plants")
    floor: float | None = number_option("where it starts")


PLANTS = Form("plants", "Which grow there?", PlantRow, PlantOptions, lambda drawing, layout: None)


def test_rows_have_a_field_for_each_column_and_their_place_in_the_table():
    table = [{"h": cell(1, "1"), "n": "oak"}, {"h": cell(2, "2"), "n": None}]
    rows, options = PLANTS.read(drawing("plants", table, height="h", name="n", floor=3))
    assert rows == [
        PlantRow(index=0, height=cell(1, "1"), name="oak", role="tree"),
        PlantRow(index=1, height=cell(2, "2"), name=None, role="tree"),
    ]
    assert options == PlantOptions(title="Plants", floor=3)


def test_an_empty_role_is_the_first_one():
    table = [{"h": cell(1, "1"), "what": role} for role in (None, "flower")]
    rows, _ = PLANTS.read(drawing("plants", table, height="h", role="what"))
    assert [row.role for row in rows] == ["tree", "flower"]


def test_every_module_of_the_folder_is_a_form():
    modules = {path.stem for path in Path(forms.__file__).parent.glob("*.py")} - {"__init__"}
    assert FORMS.keys() == modules
