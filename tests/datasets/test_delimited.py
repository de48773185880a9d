"""Which delimited files several processors may read: those in which no line ends between two quotes."""

import pytest

from toolkit.datasets import delimited


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a,b\n1,2\n", True),
        ('a,b\n"1, ""one""",2\r\n"3",4\n', True),
        ('a,b\n"1\n2",3\n', False),
        ('a,b\n1,"2""\r3"\n', False),
        ('a,b\n5",6\n', False),
    ],
)
def test_only_a_file_whose_lines_are_records_is_read_by_all_processors(tmp_path, monkeypatch, text, found):
    monkeypatch.setattr(delimited, "LARGE", 0)
    (tmp_path / "x.csv").write_text(text, newline="")
    assert delimited._lines_are_records(tmp_path / "x.csv", '"') == found
    assert delimited._lines_are_records(tmp_path / "x.csv", "")
