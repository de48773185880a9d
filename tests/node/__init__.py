"""What the tests of pages take from npm, installed from package-lock.json when it is first asked for."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.browser import in_ci

HERE = Path(__file__).parent
AXE = "axe-core/axe.min.js"
CHECKER = "vnu-jar/build/dist/vnu.jar"


class Missing(Exception):
    """npm, or what it should have installed, is not there."""


def wanted(file: str) -> Path:
    """A file of an installed package. Skips the test without npm, loudly, but fails it in CI."""
    try:
        return _installed(file)
    except Missing as error:
        if in_ci():
            pytest.fail(str(error))
        pytest.skip(f"PAGE TEST LEFT OUT. {error}")


def java() -> str:
    """The java that runs the HTML checker. Skips the test without one, but fails it in CI."""
    found = shutil.which("java")
    if not found:
        message = "There is no java, which the Nu HTML checker needs (Debian: apt-get install default-jre-headless)."
        if in_ci():
            pytest.fail(message)
        pytest.skip(f"PAGE TEST LEFT OUT. {message}")
    return found


def _installed(file: str) -> Path:
    path = HERE / "node_modules" / file
    if path.is_file():
        return path
    npm = shutil.which("npm")
    if not npm:
        raise Missing(f"{file} comes from npm, and there is no npm (Debian: apt-get install npm).")
    with _one_at_a_time():
        if not path.is_file():
            command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(HERE)]
            done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "CI": "true"})
            if done.returncode or not path.is_file():
                raise Missing(
                    f"{file} could not be installed: npm ci ended with {done.returncode}.\n{done.stderr.strip()}"
                )
    return path


def _one_at_a_time():
    """A lock between test processes; on a system without fcntl they take their chance."""
    import contextlib

    try:
        import fcntl
    except ImportError:
        return contextlib.nullcontext()

    @contextlib.contextmanager
    def locked():
        with open(Path(tempfile.gettempdir()) / "toolkit-npm.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    return locked()
