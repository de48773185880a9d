"""The pre-commit configuration, run by pre-commit itself on the sample under git."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
CONFIGURATION = Path(__file__).parents[1] / ".pre-commit-config.yaml"


@pytest.fixture
def run(sample, tmp_path):
    """Runs every hook on every file of the sample: exit status and what it printed."""
    shutil.copy(CONFIGURATION, sample.root)
    (sample.root / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    (sample.root / ".gitignore").write_text(".venv\ndata/build/\n")
    environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "home")}
    subprocess.run(["git", "init", "-q"], cwd=sample.root, check=True)

    def run() -> tuple[int, str]:
        subprocess.run(["git", "add", "-A"], cwd=sample.root, check=True)
        done = subprocess.run(
            [sys.executable, "-m", "pre_commit", "run", "--all-files"],
            cwd=sample.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return run


def test_the_sample_passes_and_a_wrong_unit_does_not(run, sample):
    assert run()[0] == 0
    source = sample.data / "sources" / "office-survey.yml"
    source.write_text(source.read_text().replace("unit: cup/week", "unit: mug/week", 1))
    status, said = run()
    assert status == 1 and "data/sources/office-survey.yml, line" in said and "mug" in said


def test_outputs_are_stripped_before_they_are_stored(run, sample):
    path = sample.notebooks / "coffee.ipynb"
    notebook = json.loads(path.read_text())
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    code["execution_count"] = 7
    path.write_text(json.dumps(notebook))
    status, said = run()
    assert status == 1 and "files were modified by this hook" in said
    assert '"execution_count": 7' not in path.read_text()
    assert run()[0] == 0
