"""The manifest: every finding of an edition with its receipt, as JSON."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from toolkit.errors import ToolkitError

SCHEMA = 1


def manifest(name: str, stories: dict[str, dict]) -> str:
    """Canonical JSON text of an edition's manifest: `stories` by slug."""
    value = {"schema": SCHEMA, "name": name, "stories": stories}
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n"


def story_entry(title: str, path: str, html: bytes, record: dict) -> dict:
    """One story in the manifest: title, page with its hash, findings with their receipt trees."""
    nodes = record["nodes"]
    findings = {
        name: {**tree(finding["node"], nodes), "printed": finding["printed"], "label": finding["label"]}
        for name, finding in record["findings"].items()
    }
    page = {"path": path, "sha256": hashlib.sha256(html).hexdigest(), "bytes": len(html)}
    return {"title": title, "html": page, "findings": findings, "questions": record["asked"]}


def tree(node: str, nodes: dict[str, dict]) -> dict:
    """A receipt as nested JSON: value, unit, kind, method, and the same for each input."""
    found = nodes[node]
    kept = {key: found[key] for key in ("low", "high", "unit", "kind", "method")}
    kept |= {"printed": found["text"], "inputs": [tree(part, nodes) for part in found["inputs"]]}
    kept |= {key: found[key] for key in ("ref", "why", "label") if found.get(key)}
    return kept


def read_manifest(edition: Path) -> dict:
    """The manifest of an edition's folder. Raises ToolkitError if there is none that can be read."""
    path = edition / "manifest.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise ToolkitError(f"{edition.name}/manifest.json", said, "the manifest of an edition",
                           "build the edition with `toolkit build`") from error  # fmt: skip
    schema = found.get("schema") if isinstance(found, dict) else None
    if schema != SCHEMA:
        raise ToolkitError(f"{edition.name}/manifest.json", f"schema {schema!r}", str(SCHEMA),
                           "build the edition again")  # fmt: skip
    return found
