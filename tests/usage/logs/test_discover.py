"""Whose a file is: the folder above the tool's own, however deep it lies and however the path to it is given."""

import pytest

from toolkit.usage.logs.discover import discover

FILE = ".claude/projects/p/s.jsonl"


def owners(folder, files, given):
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    found = discover([folder / one for one in given]).files
    assert len(found) == len({one.name for one in found}) == len(files)
    return sorted(one.owner.replace(folder.as_posix(), "").lstrip("/") for one in found)


TEAMS = [f"in/{team}/{person}/{FILE}" for team in ("team1", "team2") for person in "abc"]


@pytest.mark.parametrize(
    ("files", "given", "expected"),
    [
        (TEAMS, ["in"], [f"in/{team}/{person}" for team in ("team1", "team2") for person in "abc"]),
        ([f"in/a/{FILE}", f"in/b/{FILE}"], ["in"], ["in/a", "in/b"]),
        ([f"in/a/{FILE}", "in/a/.codex/sessions/2026/x.jsonl"], ["in"], ["in/a"] * 2),
        (["in/a/2026/03/x.jsonl", "in/a/2026/04/x.jsonl"], ["in"], ["in/a"] * 2),
        ([f"in/a/{FILE}", f"in/b/{FILE}"], ["in/a/.claude", "in/b/.claude"], ["in/a", "in/b"]),
        ([f"1/a/{FILE}", f"2/a/{FILE}"], ["1/a", "2/a"], ["1/a", "2/a"]),
        (
            [f"in/a/{FILE}", "in/a/.claude/projects/q/t.jsonl"],
            ["in/a/.claude/projects/p", "in/a/.claude/projects/q"],
            ["in/a"] * 2,
        ),
        (
            [f"in/a/{FILE}", "in/a/.claude/projects/p/t.jsonl"],
            [f"in/a/{FILE}", "in/a/.claude/projects/p/t.jsonl"],
            ["in/a"] * 2,
        ),
        (["in/x.jsonl", "in/y.jsonl"], ["in/x.jsonl", "in/y.jsonl"], ["in"] * 2),
    ],
)
def test_the_owner_is_the_folder_above_the_tools_own(tmp_path, files, given, expected):
    assert owners(tmp_path, files, given) == expected
