"""The wheel holds every file of the package, and does its work where this repository is not beside it."""

import compileall
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from email.parser import Parser
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.build.test_pipeline import contents
from tests.build.three_stories import three_stories
from tests.test_architecture import MODULES, imported
from toolkit.build.edition_inputs import DISTRIBUTION, package_files
from toolkit.commands.init import write_desk

pytestmark = pytest.mark.heavy
ROOT = Path(__file__).parents[1]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
OFFLINE = ("--no-deps", "--no-index", "--quiet")


def run(*command: object, cwd: Path, **environment: str) -> str:
    """What a command prints, with no way to this repository but what the command itself names.

    The files that Jupyter's packages keep outside Python's folders are those of this environment.
    """
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    kept["JUPYTER_PATH"] = str(Path(sys.prefix) / "share" / "jupyter")
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def committed(folder: str) -> list[str]:
    """The files below a folder that git has, or would take."""
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", folder, cwd=ROOT)
    return sorted(name for name in listed.split("\0") if (ROOT / name).is_file())


def built_wheel(folder: Path) -> Path:
    """The wheel, built in a folder from a copy of what git has, in which Python has left its compiled files."""
    source, made = folder / "source", folder / "wheel"
    made.mkdir()
    for name in (*committed("toolkit"), "pyproject.toml", "README.md", "LICENSE"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, source / name)
    compileall.compile_dir(source / "toolkit", quiet=1)
    run(sys.executable, "-m", "pip", "wheel", *OFFLINE, "--no-build-isolation", "-w", made, source, cwd=made)
    (built,) = made.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return built_wheel(tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """The Python of a new environment with the wheel, which sees the libraries of this one.

    The path file names their folder; path files in there, such as that of an editable install, are not read.
    """
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, symlinks=os.name == "posix")
    made = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    run(sys.executable, "-m", "pip", "--python", made, "install", *OFFLINE, wheel, cwd=folder)
    asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(run(made, "-c", asked, cwd=folder).strip())
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return made


def described(wheel: Path):
    """The wheel's metadata."""
    with zipfile.ZipFile(wheel) as packed:
        (name,) = [name for name in packed.namelist() if name.endswith(".dist-info/METADATA")]
        return Parser().parsestr(packed.read(name).decode())


def test_the_wheel_holds_every_file_of_the_package_and_no_other(wheel):
    with zipfile.ZipFile(wheel) as packed:
        beside = [name.partition(".data/data/")[2] for name in packed.namelist() if ".data/data/" in name]
        held = [name for name in packed.namelist() if ".dist-info/" not in name and ".data/data/" not in name]
        assert sorted(held) == committed("toolkit")
        assert "etc/jupyter/jupyter_server_config.d/toolkit.json" in beside
        assert "share/jupyter/labextensions/toolkit/static/toolkit.js" in beside
        assert [name for name in held if packed.read(name) != (ROOT / name).read_bytes()] == []


def test_the_wheel_has_a_name_of_its_own_and_the_one_version(wheel):
    found = described(wheel)
    assert (found["Name"], found["Version"]) == (DISTRIBUTION, VERSION)
    assert wheel.name == f"{DISTRIBUTION}-{VERSION}-py3-none-any.whl"
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = re.findall(r"^## (.*)$", changes, re.MULTILINE)
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d", release) for release in releases[1:])
    assert re.fullmatch(rf"{re.escape(VERSION)} - (unreleased|\d{{4}}-\d\d-\d\d)", releases[0])


def test_the_wheel_asks_for_every_library_that_its_code_imports(wheel):
    asked = {canonicalize_name(Requirement(line).name) for line in described(wheel).get_all("Requires-Dist")}
    names = {module.split(".")[0] for path in MODULES for _, module in imported(path)}
    libraries = names - sys.stdlib_module_names - {"toolkit"}
    found = metadata.packages_distributions()
    assert [name for name in sorted(libraries) if not asked & set(map(canonicalize_name, found[name]))] == []


def test_what_is_installed_is_the_wheel(python, tmp_path):
    asked = "import sys, toolkit; print(toolkit.__file__, *sys.path, sep='\\n')"
    file, *path = run(python, "-c", asked, cwd=tmp_path).splitlines()
    assert Path(file).is_relative_to(python.parents[1])
    assert str(ROOT) not in path
    assert run(python, "-m", "toolkit", "--version", cwd=tmp_path).strip() == f"toolkit {VERSION}"


@pytest.mark.slow
def test_a_project_is_built_checked_archived_and_verified_with_the_wheel(python, tmp_path):
    project = three_stories(tmp_path / "project")

    def toolkit(*arguments: object) -> str:
        return run(python, "-m", "toolkit", *arguments, cwd=project.root, PYTHONSAFEPATH="1")

    assert "index.html" in toolkit("build")
    pages = {path.stem for path in project.reports.glob("*.html")}
    assert {"index", "claims", "coffee", "tea", "board"} <= pages
    made_from = json.loads((project.reports / "manifest.json").read_bytes())["inputs"]
    assert made_from["code"].items() >= package_files().items()
    toolkit("check")
    toolkit("archive", "--out", "edition.zip")
    said = toolkit("verify", "edition.zip")
    assert re.search(r"(\d+) of \1 findings reproduced", said), said
    toolkit("new", "milk")
    assert (project.notebooks / "milk.ipynb").is_file()
    toolkit("init", "kitchens", "--title", "Kitchens")
    write_desk(tmp_path / "kitchens", "Kitchens")
    assert contents(project.root / "kitchens") == contents(tmp_path / "kitchens")
