"""Files broken at random, of every format: no crash, no hang, and every line accounted for."""

import codecs
import random

import pytest

from tests import counts
from tests.usage.logs.reading import SAMPLES, new_project, read, rows
from toolkit.usage.logs.lines import _shape
from toolkit.usage.logs.log_format import log_formats

TOGETHER = 200  # files of one format that are read at once: 5,000 are some of every format
TOKENS = (
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\n",
    b"\r\n",
    b"\0",
    b"\xff",
    b"\\",
    b"\xef\xbb\xbf",
    b"-",
    b"e99",
)
VALUES = (
    b"null",
    b"-1",
    b"1e400",
    b"true",
    b'""',
    b"[]",
    b"{}",
    b"9223372036854775808",
    b"0.5",
    b'"\\ud800"',
    b"1" * 400,
)
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def broken(content: bytes, draw: random.Random) -> bytes:
    """A file with one to six things done to it."""
    for _ in range(draw.randrange(1, 7)):
        start = draw.randrange(len(content) + 1)
        end = min(len(content), start + int(draw.expovariate(1 / 40)))
        what = draw.randrange(9)
        if what == 0:
            content = content[:start]
        elif what == 1:
            content = content[:start] + content[end:]
        elif what == 2:
            content = content[:end] + content[start:end] * draw.choice((1, 1, 50)) + content[end:]
        elif what == 3:
            content = content[:start] + draw.choice(TOKENS) + content[start:]
        elif what == 4:
            content = content[:start] + draw.randbytes(end - start) + content[end:]
        elif what == 5:
            places = [place for place, sign in enumerate(content) if sign in b":,"]
            if places:
                place = draw.choice(places) + 1
                stop = min((at for sign in b",}]\n" if (at := content.find(sign, place)) >= 0), default=place)
                content = content[:place] + draw.choice(VALUES) + content[stop:]
        elif what == 6:
            lines = content.splitlines(keepends=True)
            draw.shuffle(lines)
            content = b"".join(lines)
        elif what == 7:
            content = content.decode("latin-1").encode(draw.choice(("utf-8", "utf-16", "latin-1")))
        else:
            content = content.replace(draw.choice((b"input", b"output", b"time", b"id", b"usage", b"model")), b"x", 2)
    return content


@pytest.mark.slow
@counts.of("lines")
@pytest.mark.parametrize("part", counts.parts())
def test_every_line_of_broken_files_is_accounted_for(tmp_path, part, record_property):
    number = counts.count("lines") // len(counts.parts())
    names = sorted(log_formats())
    assert number >= TOGETHER * len(names)  # so that each format has its turn
    for start in range(0, number, TOGETHER):
        name, draw = names[start // TOGETHER % len(names)], random.Random(f"{part} {start}")
        whole = [path.read_bytes() for path in (SAMPLES / name / "files").rglob("*") if path.is_file()]
        folder, contents = tmp_path / f"in-{start}", {}
        folder.mkdir()
        for place in range(min(TOGETHER, number - start)):
            contents[place] = broken(draw.choice(whole), draw)
            (folder / f"{place:03d}").write_bytes(contents[place])
        desk = new_project(tmp_path / f"desk-{start}")
        account = read(desk, folder, form=name)
        assert len(account.files) == len(contents)
        for place, one in enumerate(account.files):
            content = contents[place]
            if _shape(content[:8192].removeprefix(codecs.BOM_UTF8)) == "lines" and not content.startswith(WIDE):
                text = content.removeprefix(codecs.BOM_UTF8)
                assert one.lines == text.count(b"\n") + (text[-1:] not in (b"", b"\n")), place
        kept = rows(desk, "SELECT count(*) FROM {quarantine}")[0][0]
        assert kept == sum(one.quarantined for one in account.files) == sum(account.reasons.values())
    record_property("rounds", number)
