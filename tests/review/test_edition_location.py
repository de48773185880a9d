"""Editions by folder and by git revision."""

import os
import subprocess

import pytest

from tests.build.editions import nodes, write_edition
from toolkit.core.errors import ToolkitError
from toolkit.review.diff import changes
from toolkit.review.edition_location import edition_at


def git(project, *arguments):
    who = ["-c", "user.name=An Editor", "-c", "user.email=editor@desk.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=project.root, check=True, capture_output=True)


@pytest.fixture
def history(sample):
    """The sample under git: a commit without an edition, one with it, and one in which a finding moved."""
    git(sample, "init", "-q")
    git(sample, "add", "-A")
    git(sample, "commit", "-qm", "no edition yet")
    for count, multiple in enumerate((3.5, 3.7)):
        if count:
            for path in sorted(sample.reports.rglob("*"), reverse=True):
                path.unlink()
            sample.reports.rmdir()
        write_edition(sample.reports, found=nodes(multiple=multiple))
        git(sample, "add", "-A")
        git(sample, "commit", "-qm", f"edition {count}")
    git(sample, "tag", "printed")
    return sample


def test_two_revisions_are_compared_by_what_they_published(history):
    with edition_at(history, "HEAD~1") as old, edition_at(history, "printed") as new:
        assert [(change.where, change.what) for change in changes(old, new)] == [("coffee, coffee.multiple", "moved")]
    assert not old.exists() and not new.exists()


def test_a_revision_and_the_working_folder_may_be_compared(history):
    with edition_at(history, "HEAD") as old, edition_at(history, str(history.reports)) as new:
        assert changes(old, new) == [] and new.exists()
    assert new.exists()


@pytest.mark.parametrize(
    "name, found",
    [
        ("HEAD~2", "no reports/ in it"),
        ("nowhere", "neither a folder nor a revision"),
        ("--output=x", "neither a folder nor a revision"),
        ("", "neither a folder nor a revision"),
    ],
)
def test_what_is_no_edition_is_an_error(history, name, found):
    with pytest.raises(ToolkitError, match=found):
        with edition_at(history, name):
            pass


def test_outside_git_a_revision_is_an_error(sample):
    with pytest.raises(ToolkitError, match="neither a folder nor a revision"):
        with edition_at(sample, "HEAD"):
            pass


@pytest.mark.skipif(os.name != "posix", reason="a script of a shell")
def test_taking_an_edition_out_of_git_runs_no_program_that_the_repository_names(history, tmp_path):
    script, ran = tmp_path / "filter.sh", tmp_path / "ran"
    script.write_text(f"#!/bin/sh\ntouch {ran}\ncat\n")
    script.chmod(0o755)
    with edition_at(history, "HEAD") as edition:
        before = {path.relative_to(edition): path.read_bytes() for path in edition.rglob("*") if path.is_file()}
    for name in (
        "filter.x.smudge",
        "filter.x.clean",
        "diff.x.textconv",
        "core.fsmonitor",
        "core.pager",
        "tar.tar.command",
    ):
        git(history, "config", name, str(script))
    (history.root / ".git" / "info").mkdir(exist_ok=True)
    (history.root / ".git" / "info" / "attributes").write_text("* filter=x diff=x text eol=crlf export-subst\n")
    with edition_at(history, "HEAD") as edition:
        assert {path.relative_to(edition): path.read_bytes() for path in edition.rglob("*") if path.is_file()} == before
    assert before and not ran.exists()
