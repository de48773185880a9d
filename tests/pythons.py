"""The fast tests on each Python that this machine has: `python -m tests.pythons`.

No Python is downloaded. Each but that of .venv has an environment in .venvs/, made from the same lock. With
`--newest` they run on the newest alone, where it is not that of .venv: CI has run all tests on that one, which is the
oldest allowed, and what works on both ends of the range works between them.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

VERSIONS = ("3.11", "3.12", "3.13", "3.14")
OWN = f"{sys.version_info.major}.{sys.version_info.minor}"
NONE = "did not run: this machine has none"
BETWEEN = "did not run: --newest leaves it out; make test-pythons runs them on it"
ALL = "is that of .venv, on which CI runs all tests"
FIND = (sys.executable, "-m", "uv", "python", "find", "--system", "--no-project", "--no-python-downloads")


def python(version: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """The path of an interpreter of this version: pyenv's, on the path, or uv's; None if there is none."""
    pyenv = Path(environment.get("PYENV_ROOT") or Path.home() / ".pyenv")
    folders = [str(folder) for folder in sorted(pyenv.glob(f"versions/{version}*/bin"))]
    path = os.pathsep.join([*folders, environment.get("PATH", "")])
    done = subprocess.run([*FIND, version], env={**environment, "PATH": path}, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else None


def run(version: str) -> tuple[bool, str]:
    """Runs the fast tests on one version: whether nothing is wrong, and what came of it in a few words."""
    variables = []
    if version != OWN:
        interpreter = python(version)
        if not interpreter:
            return True, NONE
        variables = [f"VENV=.venvs/{version}", f"PYTHON={interpreter}", "COMPILED=0"]
    if subprocess.run(["make", "setup", *variables]).returncode:
        return False, "did not run: its environment could not be made, as said above"
    if subprocess.run(["make", "test-fast", *variables]).returncode:
        return False, "failed"
    return True, "passed"


def newest() -> dict[str, tuple[bool, str]]:
    """What came of the newest version that is here, and of each other that none ran."""
    found: dict[str, tuple[bool, str]] = {}
    done = False
    for version in reversed(VERSIONS):
        if version == OWN:
            found[version] = (True, ALL)
            done = True
        else:
            found[version] = (True, BETWEEN) if done else run(version)
            done = done or found[version] != (True, NONE)
    return found


def main(arguments: list[str]) -> int:
    """Runs them all and says in one line for each what came of it; 1 if anything is wrong."""
    os.chdir(Path(__file__).parents[1])
    found = newest() if "--newest" in arguments else {version: run(version) for version in VERSIONS}
    print("The fast tests:")
    for version, (_, said) in found.items():
        print(f"  Python {version} {said}")
    return 0 if all(well for well, _ in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
