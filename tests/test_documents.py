"""README.md, CONTRIBUTING.md and the CI script name only commands and files that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MADE_HERE = ("data/datasets/", ".venv", "data/build")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", ".ci/run"])
def test_named_make_targets_exist(document):
    targets = set(re.findall(r"^([a-z-]+):.*## ", read("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^|^ +)make ([a-z-]+)", read(document), re.MULTILINE))
    assert named
    assert named <= targets


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_named_files_exist(document):
    """Paths in backticks and in links; of one with a placeholder, the folder it is in."""
    text = read(document)
    named = set(re.findall(r"`([\w.-]+/[^`\s]*|[\w-]+\.(?:md|toml|lock|yml|txt))`", text))
    named |= set(re.findall(r"\]\(([^)#:]+)\)", text))
    real = {re.split(r"[^/]*[<*{]", path)[0] for path in named}
    missing = sorted(path for path in real if not path.startswith(MADE_HERE) and not (ROOT / path).exists())
    assert missing == []
