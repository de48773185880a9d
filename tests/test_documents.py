"""README.md, CONTRIBUTING.md, the architecture and the CI script name only commands and files that exist."""

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


def test_the_architecture_names_modules_that_exist():
    """A path in backticks lies below toolkit/ or the project; a name without a folder is that of one of their files."""
    text = read("docs/architecture.md")
    named = set(re.findall(r"`([\w./-]+(?:\.(?:py|js|css|sql|html|j2|toml|yml|txt)|/))`", text))
    paths = [path for folder in ("toolkit", "tests", "data") for path in (ROOT / folder).rglob("*")]
    names = {path.name + "/" * path.is_dir() for path in paths}
    assert len(named) > 80
    missing = {name for name in named - names if not ((ROOT / "toolkit" / name).exists() or (ROOT / name).exists())}
    assert missing == set()


@pytest.mark.parametrize(
    ("heading", "steps"), [("How a figure reaches the page's receipt", 9), ("How an event reaches a chart", 14)]
)
def test_what_is_entered_reaches_the_page_through_few_modules(heading, steps):
    """Each step of a walk is a module, or a folder of modules of one kind, in which something takes another form."""
    walk = read("docs/architecture.md").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    modules = re.findall(r"^\d+\. `([\w/]+(?:\.py|/))`: ", walk, re.MULTILINE)
    assert 5 < len(modules) <= steps
    assert [name for name in modules if not (ROOT / "toolkit" / name).exists()] == []
