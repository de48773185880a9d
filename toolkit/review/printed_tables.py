"""The tables in an archive that its other files are made of, read back: figures, series, sources, rows of datasets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from toolkit.core.text import newest

Rows = dict[str, dict[str, str]]


@dataclass(frozen=True)
class PrintedTables:
    """The rows of figures and series rows by key, and of sources by id.

    `listed` are the ids of the steps whose rows are in rows/rows.csv, `given` says by dataset why its rows are not.
    """

    figures: Rows
    series: Rows
    sources: Rows
    listed: frozenset[str]
    given: Mapping[str, str]

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> PrintedTables:
        """The tables among an archive's files by path. Raises KeyError, ValueError or csv.Error for no table."""
        return cls(
            _rows(files["figures/figures.csv"], "key"),
            _rows(files["series/series.csv"], "key"),
            _rows(files["figures/sources.csv"], "id"),
            frozenset(_rows(files["rows/rows.csv"], "rows")),
            {name: row["given"] for name, row in _rows(files["rows/datasets.csv"], "dataset").items()},
        )

    @property
    def units(self) -> set[str]:
        """The units as printed."""
        return {row["unit"] for rows in (self.figures, self.series) for row in rows.values()} - {""}

    def newest(self, stored: Mapping) -> str:
        """The date of the newest source behind the findings of a manifest, or of all if there is none behind them."""
        refs = {node.get("ref") for story in stored["stories"].values() for node in story["nodes"].values()}
        keyed = {**self.figures, **self.series}
        source_ids = {keyed[ref]["source"] for ref in refs if ref in keyed} & self.sources.keys()
        return newest(self.sources[name]["date"] for name in source_ids or self.sources) or ""


def _rows(content: bytes, key: str) -> Rows:
    return dict(_keyed(content, key))


def _keyed(content: bytes, key: str) -> Iterator[tuple[str, dict[str, str]]]:
    for row in csv.DictReader(io.StringIO(content.decode(), newline=""), restval="", restkey="more"):
        yield row[key], row
