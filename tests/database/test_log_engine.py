"""Which engine answers metrics: the command's options before the build's, before those of pyproject.toml."""

from argparse import Namespace

import pytest

from toolkit.commands.engine_options import with_engine
from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project
from toolkit.database.log_engine import LogEngine, log_engine, on_one_server
from toolkit.engine.spark import REMOTE


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Makes a project with these lines under [tool.toolkit]."""
    monkeypatch.delenv(REMOTE, raising=False)

    def made(lines):
        (tmp_path / "pyproject.toml").write_text(f"[tool.toolkit]\n{lines}\n")
        return Project(tmp_path)

    return made


def options(engine=None, remote=None, master=None):
    return Namespace(engine=engine, remote=remote, master=master)


def test_options_go_before_settings(project, monkeypatch):
    desk = project(
        'engine = "spark"\nremote = "sc://a:1"\n[tool.toolkit.spark]\n"fs.s3a.endpoint" = "https://store.example"'
    )
    store = {"fs.s3a.endpoint": "https://store.example"}
    assert log_engine(desk) == LogEngine("spark", "sc://a:1", "", store)
    assert log_engine(with_engine(desk, options("duckdb"))).name == "duckdb"
    assert log_engine(with_engine(desk, options(remote="sc://b:2"))) == LogEngine("spark", "sc://b:2", "", store)
    assert log_engine(with_engine(desk, options(master="local[*]"))) == LogEngine("spark", "", "local[*]", store)
    monkeypatch.setenv(REMOTE, "sc://c:3")
    assert log_engine(with_engine(desk, options(master="local[*]"))).master == "local[*]"
    assert log_engine(with_engine(project(""), options("spark"))).remote == "sc://c:3"
    assert log_engine(project("")) == LogEngine("duckdb", "sc://c:3")


def test_kernels_of_a_build_are_told_the_engine_and_the_server(project):
    desk = with_engine(project(""), options(remote="sc://a:1"))
    with on_one_server(desk) as chosen:
        assert log_engine(Project(desk.root, chosen=chosen)) == LogEngine("spark", "sc://a:1")


@pytest.mark.parametrize(
    "lines, said",
    [
        ('engine = "polars"', "duckdb or spark"),
        ("engine = 1", "engine"),
        ('engine = "spark"\nremote = "sc://a:1"\nmaster = "local[*]"', "keep one"),
        ("[tool.toolkit.spark]\nport = 1", "put it in quotes"),
    ],
)
def test_settings_that_make_no_engine_are_refused(project, lines, said):
    with pytest.raises(ToolkitError, match=said):
        log_engine(project(lines))
