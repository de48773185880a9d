"""Reads all declared datasets, or every problem at once; says which files of data/datasets/ nothing declares."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable

from toolkit.core.errors import Problem
from toolkit.core.project import Project
from toolkit.core.unit import UnitRegistry
from toolkit.datasets.declaration import Dataset, dataset_of
from toolkit.reading.file_names import NOTES, meant_name
from toolkit.reading.yaml_file import read_yaml


def read_datasets(
    project: Project, sources: Collection[str], units: UnitRegistry, problems: list[Problem]
) -> dict[str, Dataset]:
    """The datasets that data/datasets/*.yml declare, by name; `sources` has the ids of all sources.

    Reads no file but the declarations. What is wrong is added to `problems`.
    """
    datasets = {}
    for path in sorted((project.data / "datasets").glob("*.yml")):
        top = None if path.name.startswith(".") else read_yaml(project, path, problems)
        if top is not None:
            before = len(problems)
            dataset = dataset_of(top, path.stem, sources, units)
            if len(problems) == before:
                datasets[path.stem] = dataset
    return datasets


def undeclared_files(project: Project, datasets: Iterable[Dataset]) -> list[Problem]:
    """A problem for each file in data/datasets/ that is neither a declaration nor a declared file.

    What lies beside a declaration of its name that is wrong is not taken for undeclared.
    """
    folder, datasets = project.data / "datasets", list(datasets)
    if not folder.is_dir():
        return []
    declared = {dataset.file.split("/")[0] for dataset in datasets if not dataset.linked}
    wrong = {path.stem for path in folder.glob("*.yml")} - {dataset.name for dataset in datasets}
    names = sorted(entry.name for entry in os.scandir(folder))
    return [
        Problem(
            f"data/datasets/{name}",
            "a file that no dataset declares",
            "declarations (*.yml) and the files that they name",
            f"rename it to {meant_name(name)}, or move it out of data/"
            if meant_name(name).endswith(".yml")
            else f"run `toolkit add data/datasets/{name}`, or move it out of data/",
        )
        for name in names
        if name not in declared
        and name.partition(".")[0] not in wrong
        and not name.startswith(".")
        and not name.endswith((".yml", NOTES))
    ]
