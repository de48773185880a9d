"""Compiled templates are kept beside them: found again, compiled anew where text or options changed."""

import sys

import pytest
from jinja2 import Environment, FileSystemLoader
from jinja2.environment import Environment as Compiling

from toolkit.site.template_cache import TemplateCache


@pytest.fixture
def compiled(tmp_path, monkeypatch):
    """A function that renders `<b>` in a new environment; whether the template was compiled for that, and the text."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "page.html").write_text("{{ word }}")
    asked, compile_ = [], Compiling.compile
    monkeypatch.setattr(Compiling, "compile", lambda *given, **named: (asked.append(1), compile_(*given, **named))[1])

    def render(**options):
        asked.clear()
        environment = Environment(loader=FileSystemLoader(tmp_path), bytecode_cache=TemplateCache(tmp_path), **options)
        text = environment.get_template("page.html").render(word="<b>")
        return bool(asked), text

    return render


def test_it_is_compiled_once_and_anew_where_text_or_options_changed(compiled, tmp_path):
    assert [compiled(), compiled()] == [(True, "<b>"), (False, "<b>")]
    assert [compiled(autoescape=True), compiled(autoescape=True)] == [(True, "&lt;b&gt;"), (False, "&lt;b&gt;")]
    (tmp_path / "page.html").write_text("Now {{ word }}")
    assert [compiled(), compiled()] == [(True, "Now <b>"), (False, "Now <b>")]
    assert {path.suffix for path in (tmp_path / "__pycache__").iterdir()} == {".pyc"}


def test_what_is_kept_and_is_damaged_is_made_again(compiled, tmp_path):
    compiled()
    for path in (tmp_path / "__pycache__").iterdir():
        path.write_bytes(path.read_bytes()[:-9])
    assert [compiled(), compiled()] == [(True, "<b>"), (False, "<b>")]


def test_where_it_cannot_be_kept_it_is_compiled_each_time(compiled, tmp_path):
    (tmp_path / "__pycache__").write_text("a file in its place")
    assert [compiled(), compiled()] == [(True, "<b>"), (True, "<b>")]


def test_it_is_not_kept_where_python_keeps_nothing(compiled, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert [compiled(), compiled()] == [(True, "<b>"), (True, "<b>")]
    assert not (tmp_path / "__pycache__").exists()
