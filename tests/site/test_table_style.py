"""Tables on a phone: as rows where they fit, else as a card a row with the heading before each value."""

import pytest

from toolkit.site.rendered_table import RenderedTable
from toolkit.site.table_style import card_labels, table_style


def table(*columns: tuple[str, str, str], rows: int = 2) -> tuple[tuple[dict, ...], tuple[tuple[dict, ...], ...]]:
    headings = tuple({"label": label, "unit": "", "style": style} for label, style, _ in columns)
    return headings, tuple(tuple({"text": text} for _, _, text in columns) for _ in range(rows))


@pytest.mark.parametrize(
    ("columns", "rows", "style"),
    [
        ([("Who", "short", "The Kettle"), ("Cups", "right", "31")], 2, "whole"),
        ([("Who", "short", "The Kettle"), ("Cups", "right", "31")], 13, ""),
        ([("Who", "long", "word " * 9), ("What", "long", "word " * 9), ("Cups", "right", "31")], 13, "cards"),
        ([("Who", "short", "The Kettle")] + [("Cups", "right", "31,000,000")] * 4, 2, "cards whole"),
    ],
)
def test_a_table_too_wide_for_a_phone_becomes_cards_and_a_short_one_stays_whole_on_paper(columns, rows, style):
    assert table_style(*table(*columns, rows=rows)) == style


def test_labels_of_cards_are_headings_with_units_and_end_nothing():
    headings = ({"label": "Who", "unit": ""}, {"label": 'a "b" </style>', "unit": "cups"})
    made = RenderedTable("table-a:b", "", "", headings, (), (), "", "cards")
    css = card_labels([made])
    assert '#table-a\\3a b td:nth-child(2){--label:"a \\22 b\\22  \\3c /style\\3e , cups"}' in css
    assert card_labels([RenderedTable("t", "", "", headings, (), (), "")]) == ""
