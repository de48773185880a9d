"""Changes that somebody makes to an archive, each with all hashes brought up to date, so that none of them tells."""

import json
import random
import re
import zipfile
from pathlib import Path

from toolkit.build.edition_inputs import sha256
from toolkit.build.manifest import canonical

Files = dict[str, bytes]
MANIFEST, CRATE = "edition/manifest.json", "ro-crate-metadata.json"
NUMERAL = re.compile(rb"(?<![\w.-])\d+(?:\.\d+)?(?![\w.-])")
OWN_NAME = re.compile(rb"-[0-9a-f]{12}\.zip")
WORD = re.compile(rb"[A-Za-z]{4,}")


def read(path: Path) -> Files:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def write(path: Path, files: Files) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for name in sorted(files):
            packed.writestr(name, files[name])
    return path


def with_hashes(files: Files) -> Files:
    """The files with the hashes of the manifest, of the data packages, of README and RO-Crate as they are."""
    files = dict(files)
    manifest = json.loads(files[MANIFEST])
    manifest["files"] = {
        name.removeprefix("edition/"): {"sha256": sha256(content), "bytes": len(content)}
        for name, content in files.items()
        if name.startswith("edition/") and name != MANIFEST
    }
    for story in manifest["stories"].values():
        for key in ("html", "annex"):
            if key in story and story[key]["path"] in manifest["files"]:
                story[key].update(manifest["files"][story[key]["path"]])
    files[MANIFEST] = canonical(manifest)
    if "README.md" in files:
        files["README.md"] = OWN_NAME.sub(f"-{sha256(files[MANIFEST])[:12]}.zip".encode(), files["README.md"])
    for name in [name for name in files if name.endswith("/datapackage.json")]:
        described = json.loads(files[name])
        for resource in described["resources"]:
            content = files.get(f"{name.rpartition('/')[0]}/{resource['path']}", b"")
            resource.update(bytes=len(content), hash=f"sha256:{sha256(content)}")
        files[name] = (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode()
    if CRATE in files:
        files[CRATE] = _crate(files)
    return files


def _crate(files: Files) -> bytes:
    told = json.loads(files[CRATE])
    entities = {entity["@id"]: entity for entity in told["@graph"]}
    like = next(entity for entity in told["@graph"] if "sha256" in entity)
    for name, content in files.items():
        if name != CRATE:
            if name not in entities:
                told["@graph"].append(entities.setdefault(name, {**like, "@id": name, "name": name.rpartition("/")[2]}))
            entities[name].update(sha256=sha256(content), contentSize=str(len(content)))
    told["@graph"] = [one for one in told["@graph"] if "sha256" not in one or one["@id"] in files]
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


# changes of one file


def _other(found: re.Pattern, draw: random.Random, content: bytes, change) -> bytes:
    places = list(found.finditer(content))
    if not places:
        return content
    place = draw.choice(places)
    return content[: place.start()] + change(place[0]) + content[place.end() :]


def number_changed(draw, content):
    return _other(NUMERAL, draw, content, lambda text: str(int(float(text)) + draw.randint(1, 9)).encode())


def word_changed(draw, content):
    return _other(WORD, draw, content, lambda text: text[::-1] if text[::-1] != text else b"other")


def line_removed(draw, content):
    lines = content.splitlines(keepends=True)
    return b"".join(lines[:place] + lines[place + 1 :]) if (place := draw.randrange(len(lines))) >= 0 else content


def line_doubled(draw, content):
    lines = content.splitlines(keepends=True)
    place = draw.randrange(len(lines))
    return b"".join([*lines[: place + 1], *lines[place:]])


def cut_to_one_row(draw, content):
    return b"".join(content.splitlines(keepends=True)[:2])


def emptied(draw, content):
    return b""


def more_at_the_end(draw, content):
    return content + b"\n# more\n"


def byte_flipped(draw, content):
    place = draw.randrange(len(content)) if content else 0
    return (
        content[:place] + bytes([content[place] ^ (1 << draw.randrange(8))]) + content[place + 1 :] if content else b"x"
    )


OF_ONE_FILE = (
    number_changed,
    word_changed,
    line_removed,
    line_doubled,
    cut_to_one_row,
    emptied,
    more_at_the_end,
    byte_flipped,
)
EXTRA = (
    "csv.py",
    "statistics.py",
    "toolkit/__init__.py",
    "toolkit/core/decimal.py",
    "toolkit/core/__pycache__/operation.cpython-311.pyc",
    "evil.js",
    "edition/evil.js",
    "edition/more.html",
    "figures/more.csv",
    "findings/more.csv",
    "charts/coffee/more.csv",
    "questions/more.sql",
    "datasets/more.csv",
    ".hidden",
    "READ ME FIRST.txt",
)


def changed_everywhere(draw: random.Random, files: Files) -> Files:
    """A figure doubled in its table, in the receipts and in the manifest, with the finding that rests on it."""
    made = dict(files)
    manifest = json.loads(files[MANIFEST])
    for story in manifest["stories"].values():
        for node in story["nodes"].values():
            if node.get("ref", "").endswith("#heavy") or node["operation"]["name"] == "ratio":
                node["low"], node["high"] = node["low"] * 2, node["high"] * 2
    made[MANIFEST] = canonical(manifest)
    made["figures/figures.csv"] = files["figures/figures.csv"].replace(b",35,35,", b",70,70,")
    for name in ("findings/nodes.csv", "findings/findings.csv"):
        made[name] = made[name].replace(b",35,35,", b",70,70,").replace(b",35.0,35.0,", b",70.0,70.0,")
        made[name] = made[name].replace(b",3.5,3.5,", b",7.0,7.0,")
    return made
