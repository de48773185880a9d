"""Which Pythons of this machine the fast tests are run on."""

import os
import sys

import pytest

from tests import pythons

HERE = os.path.dirname(os.path.realpath(sys.executable))


@pytest.mark.skipif(os.name != "posix", reason="pyenv's folders are laid out so on POSIX")
def test_a_python_that_only_pyenv_has_is_found(tmp_path):
    folder = tmp_path / "versions" / f"{pythons.OWN}.99"
    folder.mkdir(parents=True)
    (folder / "bin").symlink_to(HERE, target_is_directory=True)
    nowhere = {"PATH": "", "PYENV_ROOT": str(tmp_path), "HOME": str(tmp_path)}
    found = pythons.python(pythons.OWN, nowhere)
    assert found and os.path.samefile(os.path.dirname(os.path.realpath(found)), HERE)
    assert pythons.python("3.99", nowhere) is None


def test_each_that_did_not_run_is_said_and_only_a_failure_counts(monkeypatch, capsys):
    outcomes = {"3.11": (True, "passed"), "3.12": (True, "did not run: this machine has none")}
    monkeypatch.setattr(pythons, "VERSIONS", tuple(outcomes))
    monkeypatch.setattr(pythons, "OWN", "3.11")
    monkeypatch.setattr(pythons, "run", outcomes.__getitem__)
    monkeypatch.chdir(".")
    assert pythons.main([]) == 0
    assert "Python 3.11 passed\n  Python 3.12 did not run: this machine has none" in capsys.readouterr().out
    outcomes["3.12"] = (False, "failed")
    assert pythons.main([]) == 1


def test_the_newest_that_is_here_runs_alone_and_the_others_are_named(monkeypatch, capsys):
    outcomes = {"3.12": (True, "passed"), "3.13": (True, "passed"), "3.14": (True, pythons.NONE)}
    monkeypatch.setattr(pythons, "VERSIONS", ("3.11", *outcomes))
    monkeypatch.setattr(pythons, "OWN", "3.11")
    monkeypatch.setattr(pythons, "run", outcomes.__getitem__)
    monkeypatch.chdir(".")
    assert pythons.main(["--newest"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "  Python 3.14 did not run: this machine has none",
        "  Python 3.13 passed",
        "  Python 3.12 did not run: --newest leaves it out; make test-pythons runs them on it",
        "  Python 3.11 is that of .venv, on which CI runs all tests",
    ]
