"""pyproject.toml, requirements.lock, environment.yml and the running Python agree with each other."""

import re
import shutil
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests import third_party

pytestmark = pytest.mark.heavy

ROOT = Path(__file__).parents[1]
FILES = ("pyproject.toml", "requirements.lock", "environment.yml", ".github/workflows/ci.yml")


def read(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


def entries(folder: Path) -> list[tuple[Requirement, str]]:
    """The lock's pins, each with the lines below it: its hashes and who asked for it."""
    blocks = re.split(r"\n(?=\S)", read(folder, "requirements.lock").rstrip())
    pins = [block.partition("\n") for block in blocks if block[0].isalnum()]
    return [(Requirement(first.rstrip(" \\")), rest) for first, _, rest in pins]


def locked(folder: Path) -> dict[str, str]:
    """The lock's versions by package, for the Python and the system this runs on."""
    return {
        canonicalize_name(pin.name): str(pin.specifier).removeprefix("==")
        for pin, _ in entries(folder)
        if str(pin.specifier).startswith("==") and (pin.marker is None or pin.marker.evaluate())
    }


def declared(folder: Path) -> tuple[list[Requirement], list[Requirement]]:
    """What pyproject.toml asks for: in the lock (the package's own and the dev group's), and for Spark."""
    project = tomllib.loads(read(folder, "pyproject.toml"))
    groups = project["dependency-groups"]
    in_lock = [*project["project"]["dependencies"], *groups["dev"]]
    return [Requirement(line) for line in in_lock], [Requirement(line) for line in groups["spark"]]


def oldest_python(folder: Path) -> str:
    requires = tomllib.loads(read(folder, "pyproject.toml"))["project"]["requires-python"]
    return requires.removeprefix(">=")


def disagreements(folder: Path) -> list[str]:
    """Everything in which the files in a folder, and what is installed here, do not agree."""
    return [
        *_pyproject_against_lock(folder),
        *_form_of_lock(folder),
        *_conda_against_lock(folder),
        *_workflow_against_pyproject(folder),
        *_installed_against_lock(folder),
    ]


def _pyproject_against_lock(folder: Path):
    (wanted, spark), pins = declared(folder), locked(folder)
    for requirement in wanted:
        pin = pins.get(canonicalize_name(requirement.name))
        if pin is None:
            yield f"{requirement.name} is in pyproject.toml and not in the lock; run make lock"
        elif not requirement.specifier.contains(pin, prereleases=True):
            yield f"the lock pins {requirement.name} {pin}, pyproject.toml asks for {requirement.specifier}"
    now = {canonicalize_name(requirement.name) for requirement in wanted}
    for pin, rest in entries(folder):
        if "numberdesk (pyproject.toml" in rest and canonicalize_name(pin.name) not in now:
            yield f"the lock was made when pyproject.toml asked for {pin.name}; run make lock"
    for requirement in spark:
        if canonicalize_name(requirement.name) in pins:
            yield f"{requirement.name} is optional and must not be in the lock"


def _form_of_lock(folder: Path):
    for line in read(folder, "requirements.lock").splitlines():
        if "://" in line or line.startswith("-"):
            yield f"the lock names an address or an option: {line.strip()}"
    for pin, rest in entries(folder):
        if "--hash=sha256:" not in rest:
            yield f"the lock has no hash for {pin.name}"
        if not re.fullmatch(r"==[^*,]+", str(pin.specifier)):
            yield f"the lock does not pin {pin.name} to one version"


def _conda_against_lock(folder: Path):
    environment = yaml.safe_load(read(folder, "environment.yml"))
    conda = [line for line in environment["dependencies"] if isinstance(line, str)]
    pip = [line for lines in environment["dependencies"] if isinstance(lines, dict) for line in lines["pip"]]
    if pip != ["-r requirements.lock"]:
        yield f"environment.yml must install by pip only -r requirements.lock, but has {pip}"
    if conda != [f"python={oldest_python(folder)}", "pip"]:
        yield f"environment.yml must take from conda only pip and the oldest Python, but has {conda}"


def _workflow_against_pyproject(folder: Path):
    workflow = yaml.safe_load(read(folder, ".github/workflows/ci.yml"))
    for step in (step for job in workflow["jobs"].values() for step in job["steps"]):
        python = step.get("with", {}).get("python-version")
        if python and python != oldest_python(folder):
            yield f"the workflow runs Python {python}, the oldest allowed is {oldest_python(folder)}"


def _installed_against_lock(folder: Path):
    for name, pin in locked(folder).items():
        try:
            here = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield f"{name} {pin} is in the lock and not installed; run make setup"
        else:
            if Version(here) != Version(pin):
                yield f"{name} {here} is installed, the lock pins {pin}; run make setup"


@pytest.fixture
def copy(tmp_path):
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def edit(folder: Path, name: str, pattern: str, replacement: str):
    text, n = re.subn(pattern, replacement, read(folder, name), count=1, flags=re.MULTILINE)
    assert n == 1, f"{pattern} is not in {name}"
    (folder / name).write_text(text, encoding="utf-8")


def test_files_and_installed_packages_agree():
    assert disagreements(ROOT) == []


def test_lock_is_read_whole():
    lines = read(ROOT, "requirements.lock").splitlines()
    assert len(entries(ROOT)) == sum(not line.startswith(" ") for line in lines) > 100
    assert locked(ROOT)["duckdb"] == metadata.version("duckdb")


def test_the_lock_names_the_extras_that_its_packages_ask_for():
    """Of a pin without them, pip takes the newest version that has the extra, and refuses it as not pinned."""
    named = {canonicalize_name(pin.name): pin.extras for pin, _ in entries(ROOT)}
    asked = [Requirement(line) for name in locked(ROOT) for line in metadata.requires(name) or []]
    asked = [other for other in asked if other.extras and (not other.marker or other.marker.evaluate({"extra": ""}))]
    assert asked
    assert [str(other) for other in asked if not other.extras <= named[canonicalize_name(other.name)]] == []


@pytest.mark.parametrize(
    "name, pattern, replacement, finding",
    [
        ("requirements.lock", r"^duckdb==\S+", "duckdb==1.5.5", "the lock pins duckdb 1.5.5, pyproject.toml"),
        ("requirements.lock", r"^markupsafe==\S+", "markupsafe==30.99", "is installed, the lock pins 30.99"),
        ("requirements.lock", r"^jinja2==\S+", "jinja2==3.0.1", "the lock pins 3.0.1; run make setup"),
        ("requirements.lock", r"^altair==.*\n(?: .*\n)*", "", "altair is in pyproject.toml and not"),
        ("requirements.lock", r"(^altair==\S+)(?: \\\n {4}--hash=\S+)+", r"\1", "no hash for altair"),
        ("requirements.lock", r"^altair==", "altair>=", "does not pin altair to one version"),
        ("requirements.lock", r"\A", "--find-links elsewhere\n", "names an address or an option"),
        ("requirements.lock", r"\A", "# from https://example.org\n", "names an address or an option"),
        ("requirements.lock", r"\Z", "absent-package==1.0 \\\n    --hash=sha256:0\n", "and not installed"),
        ("requirements.lock", r"\Z", "pyspark==4.3.0 \\\n    --hash=sha256:0\n", "pyspark is optional"),
        ("pyproject.toml", r'"pandas>=[^"]+"', '"pandas>=4"', "the lock pins pandas"),
        ("pyproject.toml", r"^dependencies = \[", 'dependencies = ["new-package",', "new-package is in"),
        ("pyproject.toml", r'^ *"markupsafe.*\n', "", "the lock was made when pyproject.toml asked for markupsafe"),
        ("pyproject.toml", r'^(requires-python = ">=3).11"', r'\1.12"', "only pip and the oldest"),
        ("environment.yml", r"-r requirements.lock", "pandas==3.1.1", "must install by pip only"),
        ("environment.yml", r"^  - pip$", "  - pip\n  - pandas=3", "only pip and the oldest Python"),
        ("environment.yml", r"python=3.11", "python=3.10", "only pip and the oldest"),
        (".github/workflows/ci.yml", r'"3.11"', '"3.13"', "the workflow runs Python 3.13"),
    ],
)
def test_one_edit_is_found(copy, name, pattern, replacement, finding):
    edit(copy, name, pattern, replacement)
    found = disagreements(copy)
    assert any(finding in line for line in found), found


def test_actions_of_ci_are_pinned_by_commit():
    used = re.findall(r"uses: (\S+)(.*)", read(ROOT, ".github/workflows/ci.yml"))
    assert used and all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action) and "# v" in note for action, note in used)


def test_what_others_made_is_listed_as_the_lock_has_it():
    before = third_party.PAGE.read_text(encoding="utf-8")
    assert before == third_party.page(before), "run: python -m tests.third_party"
    assert not re.search(r"\bAGPL|GPL-3|General Public License v3", before)
