"""Inputs broken in any way: bytes taken out, put in, doubled or cut off, and values put in the place of others."""

import json
import random
import re

ODD = [
    *(b"\xff", b"\0", b"\xc3", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\xef\xbf\xbe", b"\xe2\x80\xae", b"\xed\xa0\x80"),
    *(b"\r", b"\n", b"\n\n", b"\t", b"#", b" #", b"&", b"*", b"!", b": ", b"- ", b"[", b"{", b"]", b"}", b"'", b'"'),
    *(b"|", b">", b"<<: ", b"---\n", b"%", b",", b";", b"=", b"-", b"0", b"1e400", b"9" * 400, b"null", b"true", b"~"),
    *(b"\\", b"$", b"/*", b"--", b"<", b"&#8238;", b"a" * 5000, b"(" * 2000, b"[" * 2000),
    *(b"{a: " * 300, b'{"a": ' * 2000),
]
VALUES = [
    *("!!int x", '!!float ""', "!!python/object:os.system x", "[a, b]", "[]", "{a: b}", "{}", "null", "~", "true", "5"),
    *(
        "1.5",
        "-1",
        "1e400",
        ".nan",
        "9**9**9",
        "9" * 5000,
        "USD#x",
        '"\\a"',
        '"\\0"',
        '"\\e"',
        '"\\uFFFE"',
        "1e308",
        "-0",
    ),
    *('"\\u202E1"', '"\\uE000"', "&a x", "*a", "2026-13-45", "0000-00-00", "99999-01-01", "2026-02-30/2026-01-01"),
    *("../x", "/etc/passwd", "=1+1", "{{ 7 * 7 }}", "javascript:alert(1)", "''", '""', "' '", "[[[[[[]]]]]]", "<b>"),
    *("x" * 20_000, "[1, a, null, [2], {b: c}]", "|\n  a\n  b", '[1, "a", null, {}]', '{"low": "x"}', "a: b: c"),
    *("𝟜", "٣", "１"),
]
PARTS = [
    None,
    True,
    0,
    -1,
    1e308,
    1.5,
    "",
    "x",
    "../x",
    [],
    {},
    [None],
    [[]],
    {"a": None},
    "x" * 5000,
    10**400,
    "\u202e",
]
VALUE = re.compile(rb"(?<=[:\-,\[{(=\s])[^\s:,\[\]{}()=]+")


def broken(content: bytes, rolled: random.Random) -> bytes:
    """The content with one to four things wrong."""
    for _ in range(rolled.randint(1, 4)):
        content = rolled.choice(WAYS)(content, rolled)
    return content


def _put_in(content: bytes, rolled: random.Random) -> bytes:
    at = rolled.randrange(len(content) + 1)
    return content[:at] + rolled.choice(ODD) + content[at:]


def _taken_out(content: bytes, rolled: random.Random) -> bytes:
    at = rolled.randrange(len(content) + 1)
    return content[:at] + content[at + rolled.randint(1, 8) :]


def _doubled(content: bytes, rolled: random.Random) -> bytes:
    at, to = sorted(rolled.randrange(len(content) + 1) for _ in range(2))
    return content[:at] + content[at:to][:200] + content[at:]


def _noise(content: bytes, rolled: random.Random) -> bytes:
    at = rolled.randrange(len(content) + 1)
    return content[:at] + rolled.randbytes(rolled.randrange(6)) + content[at:]


def _flipped(content: bytes, rolled: random.Random) -> bytes:
    at = rolled.randrange(len(content) or 1)
    return content[:at] + bytes(byte ^ 1 << rolled.randrange(8) for byte in content[at : at + 1]) + content[at + 1 :]


def _cut_off(content: bytes, rolled: random.Random) -> bytes:
    return content[: rolled.randrange(len(content) + 1)] if rolled.random() < 0.2 else content


def _another_value(content: bytes, rolled: random.Random) -> bytes:
    found = list(VALUE.finditer(content))
    if not found:
        return content
    place = rolled.choice(found)
    return content[: place.start()] + rolled.choice(VALUES).encode() + content[place.end() :]


def _another_part(content: bytes, rolled: random.Random) -> bytes:
    """JSON with another part in the place of one."""
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError):
        return _another_value(content, rolled)
    part, path = whole, []
    while isinstance(part, (dict, list)) and part and (not path or rolled.random() < 0.8):
        path.append((part, rolled.choice([*part] if isinstance(part, dict) else range(len(part)))))
        part = part[path[-1][1]]
    if path:
        path[-1][0][path[-1][1]] = rolled.choice(PARTS)
    return json.dumps(whole).encode()


def _line_gone(content: bytes, rolled: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    if lines:
        lines.pop(rolled.randrange(len(lines)))
    return b"".join(lines)


WAYS = (
    _put_in,
    _taken_out,
    _doubled,
    _noise,
    _flipped,
    _cut_off,
    _another_value,
    _another_part,
    _another_part,
    _line_gone,
)
