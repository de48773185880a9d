"""Archives made by hand or by chance: one clear error, nothing written outside, nothing run."""

import os
import stat
import struct
import zipfile
import zlib

import pytest

from toolkit.build.edition_paths import LARGEST, outside, refuse_paths_outside
from toolkit.build.manifest import stored_manifest
from toolkit.core.errors import ToolkitError
from toolkit.review import unpacking
from toolkit.review.unpacking import unpacked
from toolkit.review.verify import verify_alone

CONTENT = {"edition/manifest.json": b"{}", "README.md": b"read me " * 50}


def packed(path, files=None, method=zipfile.ZIP_DEFLATED, **attributes):
    """A zip file of these contents; `attributes` are those of its last entry."""
    files = list((files or CONTENT).items())
    with zipfile.ZipFile(path, "w") as archive:
        for place, (name, content) in enumerate(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = method
            for key, value in attributes.items() if place == len(files) - 1 else ():
                setattr(entry, key, value)
            archive.writestr(entry, content)
    return path


def refused(path):
    """The one error for a file that is no archive."""
    with pytest.raises(ToolkitError) as raised, unpacked(path):
        pass
    text = str(raised.value)
    assert "allowed: " in text and "\n    do: " in text and text.replace("…", "").isascii()
    return text


def changed(path, old, new, count=-1):
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, count))
    return path


@pytest.mark.parametrize(
    "name",
    [
        "../over.txt",
        "edition/../../over.txt",
        "/tmp/over.txt",
        "C:/over.txt",
        "C:over.txt",
        "edition\\..\\over.txt",
        "//host/share/over.txt",
        "edition/./x",
        "edition//x",
        "edition/x:stream",
        "edition/trailing. /x",
        "edition/line\nbreak",
        "x" * 300,
    ],
)
def test_no_path_leads_out_of_the_folder(tmp_path, name):
    assert outside(name)
    path = packed(tmp_path / "a.zip", {"README.md": b"x", name: b"over"})
    assert "path" in refused(path)
    assert [found.name for found in tmp_path.rglob("*")] == ["a.zip"]


def test_a_zero_in_a_name_is_seen_before_python_cuts_the_name_there(tmp_path):
    path = changed(packed(tmp_path / "a.zip", {"READMEx.md": b"x"}), b"READMEx", b"README\0")
    assert "path" in refused(path)


def test_a_second_name_in_an_extra_field_is_refused(tmp_path, monkeypatch):
    def second(self, *_):
        self.filename = "../over.txt"  # as Python 3.13 and later take it from there

    path = packed(tmp_path / "a.zip")
    monkeypatch.setattr(zipfile.ZipInfo, "_decodeExtra", second)
    assert "two names" in refused(path)


def test_links_and_special_files_are_refused(tmp_path):
    for kind in (stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK):
        path = packed(tmp_path / "a.zip", {"README.md": b"/etc/passwd"}, external_attr=(kind | 0o777) << 16)
        assert "a link, or another special file" in refused(path)


def test_two_files_of_one_name_and_a_file_inside_a_file_are_refused(tmp_path):
    for names in (("README.md", "readme.MD"), ("caf\u00e9.md", "cafe\u0301.md")):
        assert "a second file of this name" in refused(packed(tmp_path / "a.zip", dict.fromkeys(names, b"x")))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("README.md", b"one")
        archive.writestr("README.md", b"two")
    assert "a second file of this name" in refused(tmp_path / "b.zip")
    inside = {"edition/a": b"x", "edition/a/b": b"x"}
    assert "a file inside another file" in refused(packed(tmp_path / "c.zip", inside))


def test_what_an_archive_says_beside_its_files_is_refused(tmp_path):
    path, said = tmp_path / "a.zip", "something beside its files"
    for attributes in ({"comment": b"99% more"}, {"extra": struct.pack("<HH4s", 0x7A7A, 4, b"over")}):
        assert said in refused(packed(path, **attributes))
    assert said in refused(packed(path, CONTENT | {"edition/99% more/": b""}))
    whole = packed(path).read_bytes()
    for content in (whole + b"more", b"more" + whole, whole + whole, whole[:-12] + b"\1\0" + whole[-10:]):
        path.write_bytes(content)
        assert said in refused(path)
    assert "special file" in refused(packed(path, external_attr=(stat.S_IFREG | 0o4755) << 16))


def test_encryption_and_odd_methods_are_named(tmp_path):
    path = packed(tmp_path / "a.zip", {"README.md": b"x"})
    content = bytearray(path.read_bytes())
    content[6] |= 1  # flags of the local header, then of the list of files
    content[content.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(content)
    assert "encrypted" in refused(path)
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        assert f"method {method}" in refused(packed(tmp_path / "b.zip", method=method))
    path = packed(tmp_path / "c.zip", {"README.md": b"x"})
    content = bytearray(path.read_bytes())
    content[8] = content[content.index(b"PK\1\2") + 10] = 97
    path.write_bytes(content)
    assert "method 97" in refused(path)


@pytest.mark.heavy
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("zeros.txt", "w") as file:
            for _ in range(201):
                file.write(bytes(1 << 20))
    assert path.stat().st_size < 1 << 20
    assert "files of 201 MiB in all" in refused(path) and "at most 200 MiB" in refused(path)
    with open(tmp_path / "c.zip", "wb") as file:
        file.truncate((200 << 20) + 1)
    assert "a file of 200 MiB" in refused(tmp_path / "c.zip")
    monkeypatch.setattr(unpacking, "MOST_FILES", 3)
    assert "4 files" in refused(packed(tmp_path / "b.zip", {f"{place}": b"" for place in range(4)}))


def test_a_file_that_says_too_small_a_size_is_refused(tmp_path):
    path = packed(tmp_path / "a.zip", {"README.md": b"x" * 5000})
    changed(path, struct.pack("<L", 5000), struct.pack("<L", 5))
    assert "README.md" in refused(path)


def test_bad_deflate_a_wrong_checksum_and_no_zip_at_all(tmp_path):
    path = packed(tmp_path / "a.zip")
    stream = zlib.compressobj(-1, zlib.DEFLATED, -15)
    good = stream.compress(CONTENT["README.md"]) + stream.flush()
    assert "README.md" in refused(changed(path, good[2:6], b"\xff\xff\xff\xff"))
    path = packed(tmp_path / "b.zip", {"README.md": b"hello"}, zipfile.ZIP_STORED)
    assert "README.md" in refused(changed(path, b"hello", b"hallo"))
    for content in (b"", b"PK", b"PK\5\6" + bytes(17), b"no zip" * 100, b"PK\3\4" + bytes(200)):
        (tmp_path / "c.zip").write_bytes(content)
        refused(tmp_path / "c.zip")


def test_nothing_hides_before_or_after_the_files(tmp_path):
    path = packed(tmp_path / "a.zip")
    path.write_bytes(b"#!/bin/sh\n" + path.read_bytes())
    assert "something beside its files" in refused(path)
    with zipfile.ZipFile(packed(tmp_path / "b.zip"), "a") as archive:
        archive.comment = b"more"
    assert "something beside its files" in refused(tmp_path / "b.zip")


def test_a_manifest_that_is_none_is_one_error(tmp_path):
    deep = b"[" * 100_000
    for content in (b"{}", b"[]", b"null", b"\xff\xfe", b'{"schema": 2}', b'{"schema": 3}', deep):
        path = packed(tmp_path / "a.zip", {"edition/manifest.json": content})
        with pytest.raises(ToolkitError, match=r"edition/manifest\.json"):
            verify_alone(path)


@pytest.mark.parametrize("bad", ["../x", "/etc/passwd", "C:\\x", "a\\b", "..", "a/../../b"])
def test_a_manifests_paths_and_links_stay_in_the_edition(tmp_path, bad):
    story = {"charts": {}, "questions": {}, "html": {"path": "a.html"}}
    manifest = {"files": {}, "stories": {"a": story}}
    refuse_paths_outside(tmp_path, manifest)
    for change in (
        {"files": {bad: {}}},
        {"stories": {bad: story}},
        {"stories": {"a": {**story, "html": {"path": bad}}}},
        {"stories": {"a": {**story, "annex": {"path": bad}}}},
        {"stories": {"a": {**story, "charts": {"c": {"csv": bad, "svg": "c.svg"}}}}},
        {"stories": {"a": {**story, "charts": {"c": {"csv": "c.csv", "svg": bad}}}}},
        {"stories": {"a": {**story, "questions": {f"{bad} of x": ""}}}},
        {"stories": {"a": {**story, "queries": {bad: "SELECT 1"}}}},
        {"stories": {"a": {**story, "datasets": {bad: {"file": "x.csv"}}}}},
    ):
        with pytest.raises(ToolkitError, match="path"):
            refuse_paths_outside(tmp_path, manifest | change)


@pytest.mark.skipif(os.name != "posix", reason="POSIX alone has such files")
def test_an_edition_with_other_than_files_is_refused_before_any_is_read(tmp_path):
    os.mkfifo(tmp_path / "manifest.json")  # whoever reads it waits
    (tmp_path / "page.html").symlink_to("/dev/zero")
    with pytest.raises(ToolkitError) as raised:
        stored_manifest(tmp_path)
    assert "manifest.json: a pipe or a device" in str(raised.value)
    assert "page.html: a symbolic link" in str(raised.value)


def test_an_edition_that_no_memory_holds_is_refused_before_any_of_it_is_read(tmp_path):
    with open(tmp_path / "manifest.json", "wb") as file:
        file.truncate(LARGEST + 1)  # takes no room on the disk
    with pytest.raises(ToolkitError, match="files of 1,024 MiB"):
        stored_manifest(tmp_path)


@pytest.mark.parametrize("odd", ["NaN", "1e999", "9" * 400, r'"\ud800"'])
def test_values_that_are_none_in_json_are_one_error(tmp_path, odd):
    (tmp_path / "manifest.json").write_text(f'{{"schema": 3, "name": {odd}}}', encoding="utf-8")
    with pytest.raises(ToolkitError, match="the manifest of an edition"):
        stored_manifest(tmp_path)


def test_a_file_that_stands_between_others_and_not_in_the_list_is_refused(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("edition/manifest.json", "hidden.sh", "README.md"):
            archive.writestr(name, "{}")
        archive.filelist = [entry for entry in archive.filelist if entry.filename != "hidden.sh"]
    assert "something beside its files" in refused(path)


def test_an_archive_packed_again_as_a_stream_is_read(tmp_path):
    with open(tmp_path / "a.zip", "wb") as file:
        file.seekable = lambda: False
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in CONTENT.items():
                archive.writestr(name, content)
    with unpacked(tmp_path / "a.zip") as (_, root):
        assert (root / "README.md").read_bytes() == CONTENT["README.md"]
