"""Values of a frame's rows that are written into its texts have no receipt; names with numbers are none."""

import pytest

from tests.notebook.test_from_pandas import run_cell
from toolkit.core.errors import ToolkitError
from toolkit.notebook.story import Story

SHOPS = """\
town,model,founded,cups,pct,fee
Ulm,Press 2,1962,420,45.2,18234
Bonn,Press 3.1,1975,310,37.2,15012
Kiel,Drip 12,2001,980,17.6,7101
Jena,Drip 7,1988,1120,40,18888
"""
OF_SHOPS = """\
  - {name: town, printed: town, type: text}
  - {name: model, printed: model, type: text}
  - {name: founded, printed: founded, type: integer}
  - {name: cups, printed: cups, type: integer, unit: cup}
  - {name: pct, printed: pct, type: decimal, unit: percent}
  - {name: fee, printed: fee, type: integer, unit: USD}
"""
ALL = "town, model, founded, cups, pct, fee"


@pytest.fixture
def shops(desk_with):
    story = Story("any", desk_with("shops", SHOPS, OF_SHOPS, publish=f"[{ALL}]"))
    return story, story.sql(f"SELECT {ALL} FROM shops").frame


def made(label, columns="['label', 'cups']"):
    return f"made = story.table(frame.assign(label={label})[{columns}], name='made')"


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("[f'{t} ({v})' for t, v in zip(frame.town, frame.fee)]", "18234"),
        ("frame.town + ': ' + frame.fee.astype(str)", "18234"),
        ("frame.town + ' ' + frame.pct.round(1).astype(str)", "45.2"),
        ("[f'{t} {v:.0f}' for t, v in zip(frame.town, frame.pct)]", "45"),
        ("[f'{t} {v / 1000:.0f}' for t, v in zip(frame.town, frame.fee)]", "18"),
        ("[f'{t} ({v})' if v > 400 else t for t, v in zip(frame.town, frame.cups)]", "1120"),
        ("frame.town + ' ' + (frame.fee / frame.cups).round(2).astype(str)", "43.41"),
        ("frame.town + ' ' + frame.pct.where(frame.cups > 350, 0).round().astype(int).astype(str)", "45"),
    ],
)
def test_a_value_in_a_label_is_refused(shops, label, said):
    with pytest.raises(ToolkitError, match=f"column label, the text .* a number without a receipt: {said}"):
        run_cell(*shops, made(label))


def test_a_sum_in_a_label_is_refused_beside_its_column(shops):
    source = (
        "sums = frame.groupby('town', as_index=False).fee.sum()\n"
        "sums['label'] = sums.town + ' ' + sums.fee.astype(str)\n"
        "made = story.table(sums[['label', 'fee']], name='made', units={'fee': 'USD'})"
    )
    with pytest.raises(ToolkitError, match="a number without a receipt: 15012"):
        run_cell(*shops, source.replace("sums = frame", "sums = frame.copy()"))


@pytest.mark.parametrize(
    ("label", "first"),
    [
        ("frame.town + ' (' + frame.founded.astype(str) + ')'", "Ulm (1962)"),
        ("frame.town + ', ' + frame.model", "Ulm, Press 2"),
        ("[f'Ward {one}' for one in range(1, 5)]", "Ward 1"),
        ("[f'{place}. {town}' for place, town in enumerate(frame.town, 1)]", "1. Ulm"),
        ("frame.town.str.upper()", "ULM"),
        ("['Model 4.5', 'Model 4.6', 'Model 5', 'Model 5.1']", "Model 4.5"),
        ("['5 May 2024 10:30', '6 May 2024 11:45', '7 May 2024', '2024-05-08']", "5 May 2024 10:30"),
        ("pd.cut(frame.cups, [0, 350, 1000, 2000])", "(350, 1000]"),
        ("pd.cut(frame.cups, [0, 350, 1000, 2000], labels=['to 350', '350 to 1000', 'more'])", "350 to 1000"),
    ],
)
def test_a_name_with_a_number_is_none(shops, label, first):
    table = run_cell(*shops, f"import pandas as pd\n{made(label)}")
    assert table["label"][0] == first
