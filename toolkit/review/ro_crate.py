"""RO-Crate metadata: every file of an archive, what it is, under which licence, with its hash."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import PurePosixPath

from toolkit.build.edition_inputs import sha256

NAME = "ro-crate-metadata.json"
VERSION = "https://w3id.org/ro/crate/1.2"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
MIT = "https://spdx.org/licenses/MIT"
BSD = "https://spdx.org/licenses/BSD-3-Clause"
OFL = "https://spdx.org/licenses/OFL-1.1"
ISC = "https://spdx.org/licenses/ISC"
BUNDLED = {"edition/vega.js": (BSD, ISC)}
FONT = b"@font-face"  # files with it have letters of the fonts inside: pages, drawings, styles
LICENCES = {
    CC_BY: (
        "Creative Commons Attribution 4.0 International",
        "The desk's own pages, charts, tables and wording; facts and short quotations stay what their sources said.",
    ),
    MIT: ("MIT License", "The desk's own code."),
    BSD: ("BSD 3-Clause License", "Vega and Vega-Lite, bundled for the interactive pages of charts."),
    ISC: ("ISC License", "D3 and TopoJSON, bundled with Vega."),
    OFL: ("SIL Open Font License 1.1", "The fonts inside pages, drawings and the styles that pages share."),
}
FORMATS = {
    ".html": "text/html",
    ".csv": "text/csv",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".py": "text/x-python",
    ".sql": "application/sql",
    ".js": "text/javascript",
    ".css": "text/css",
    ".xml": "application/xml",
    ".md": "text/markdown",
    ".txt": "text/plain",
}
ABOUT = {
    "edition/index.html": "The front page: open this one.",
    "edition/manifest.json": "Findings with their receipts, and hashes of all that the edition was made from.",
    "recompute.py": "Recomputes the findings from the CSV files; needs Python and nothing else.",
    "README.md": "What this archive is and how to check it.",
}
KINDS = {  # what a file is, by its ending, where nothing above says more
    ".html": "A page as published.",
    ".csv": "A table.",
    ".svg": "A chart's drawing.",
    ".png": "A chart's picture.",
    ".jpg": "A photograph or scan.",
    ".sql": "A question to the desk's database.",
    ".js": "Vega, Vega-Lite and the script that starts them.",
    ".css": "A style that pages share.",
    ".py": "A part of the script.",
    ".json": "What the tables beside it hold.",
    ".xml": "A feed or a list of the pages.",
}
FOLDERS = {
    "figures/": "Data package: figures as their sources printed them.",
    "series/": "Data package: long tables of reported values.",
    "findings/": "Data package: findings, receipts, units.",
    "rows/": "Data package: rows of datasets that SQL counted or added up.",
    "charts/": "Data package: the table behind each chart.",
    "edition/": "The pages as published.",
    "questions/": "The questions that were asked of the desk's database, in SQL.",
    "toolkit/": "The table of operations and the rules of ranges that the script reads.",
}


def crate(
    name: str, published: str, files: Mapping[str, bytes], pictures: Mapping[str, tuple[str, str]] | None = None
) -> bytes:
    """The content of ro-crate-metadata.json (RO-Crate 1.2) for an archive's other files, by path.

    `published` is an ISO date; `pictures` are (credit, licence) of photographs and scans by how their paths begin.
    """
    credits = {
        path: words for path in files for start, words in (pictures or {}).items() if path.startswith(f"{start}-")
    }
    folders = {folder: about for folder, about in FOLDERS.items() if any(path.startswith(folder) for path in files)}
    top = [*folders, *(path for path in files if "/" not in path)]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": name,
        "datePublished": published,
        "license": {"@id": CC_BY},
        "description": "An edition with the data behind it: pages, manifest, data packages, and a script that "
        "recomputes the findings. The date is that of the newest source used.",
        "hasPart": [{"@id": part} for part in top],
    }
    about = {"@id": NAME, "@type": "CreativeWork", "conformsTo": {"@id": VERSION}, "about": {"@id": "./"}}
    inside = [
        {
            "@id": folder,
            "@type": "Dataset",
            "name": folder.rstrip("/"),
            "description": description,
            "license": {"@id": CC_BY},
            "hasPart": [{"@id": path} for path in files if path.startswith(folder)],
        }
        for folder, description in folders.items()
    ]
    terms = [
        {"@id": at, "@type": "CreativeWork", "name": title, "description": description}
        for at, (title, description) in LICENCES.items()
    ]
    terms += [
        {"@id": f"#{path}-licence", "@type": "CreativeWork", "name": licence, "description": f"Credit: {credit}"}
        for path, (credit, licence) in credits.items()
    ]
    described = [_file(path, content, credits.get(path)) for path, content in files.items()]
    graph = [about, root, *inside, *described, *terms]
    metadata = {"@context": f"{VERSION}/context", "@graph": graph}
    return (json.dumps(metadata, ensure_ascii=False, indent=1) + "\n").encode()


def _file(path: str, content: bytes, credited: tuple[str, str] | None) -> dict:
    suffix = PurePosixPath(path).suffix
    code = suffix in (".py", ".sql", ".js")
    licences = [f"#{path}-licence"] if credited else [*BUNDLED.get(path, (MIT if code else CC_BY,))]
    licences += [OFL] if FONT in content else []
    terms = [{"@id": licence} for licence in licences]
    entity = {
        "@id": path,
        "@type": ["File", "SoftwareSourceCode"] if code else "File",
        "name": PurePosixPath(path).name,
        "encodingFormat": FORMATS.get(suffix, "application/octet-stream"),
        "contentSize": str(len(content)),
        "sha256": sha256(content),
        "license": terms if len(terms) > 1 else terms[0],
    }
    if credited:
        return entity | {"creditText": credited[0], "description": "A photograph or scan."}
    return entity | {"description": ABOUT.get(path) or KINDS.get(suffix, "A file of the edition.")}


def hashes(content: bytes) -> dict[str, str]:
    """The SHA-256 of each file that the content of a ro-crate-metadata.json names, by path."""
    graph = json.loads(content)["@graph"]
    return {entity["@id"]: entity["sha256"] for entity in graph if "sha256" in entity}
