"""A script without comments and spaces and with short names, as browsers read it just as well.

For our own modules: statements end with semicolons, names of built-in things are declared nowhere again. One name has
one short name all through the script, so that no scopes need be known; names of properties stay.
"""

from __future__ import annotations

import itertools
import re
import string
from collections import Counter
from collections.abc import Iterator, Sequence

TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*)|(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?P<name>[A-Za-z_$][\w$]*)
    |(?P<number>\d[\w.]*)|(?P<mark>=>|\+\+|--|\.\.\.|\?\.|.)""",
    re.VERBOSE,
)
REGEX = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
TEMPLATE = re.compile(r"[`}](?:[^`\\$]|\\.|\$(?!\{))*(`|\$\{)", re.DOTALL)  # a part of one, up to its end or to ${
BEFORE_REGEX = {*"(,=:[!&|?{};+", "", "return", "=>"}
BEFORE_OBJECT = {*"(,=:[?&|", "return", "const", "let", "..."}
OPENS, CLOSES = "([{", ")]}"
RESERVED = {
    *(
        "async await break case catch const continue default delete do else false finally for function if in instanceof"
    ).split(),
    *("let new null of return switch this throw true try typeof undefined void while yield").split(),
}


def shortened(script: str) -> str:
    """The script in the form that is published. The same script gives the same text."""
    tokens = list(_plain(list(_tokens(script))))
    roles = _roles(tokens)
    short = _short_names(tokens, roles)
    made = ""
    for token, role in zip(tokens, roles, strict=True):
        name = short.get(token, token) if role != "property" else token
        text = f"{token}:{name}" if role == "both" and name != token else name
        apart = re.search(r"[\w$]$", made) and re.match(r"[\w$]", text)
        made += f" {text}" if apart or (made[-1:] in "+-" and text[:1] == made[-1:]) else text
    return made


def _tokens(script: str) -> Iterator[str]:
    """The tokens of a script; a template's text stands in parts, with the tokens of what is inside ${} between them."""
    at, last, open_braces = 0, "", [0]  # the open braces in each ${} that is open
    while at < len(script):
        found = None
        if script[at] == "`" or (script[at] == "}" and open_braces[-1] == 0 and len(open_braces) > 1):
            found = TEMPLATE.match(script, at)
            open_braces = open_braces[:-1] if script[at] == "}" else open_braces
            open_braces += [0] if found and found[1] == "${" else []
        elif script[at] == "/" and last in BEFORE_REGEX and script[at + 1] != "/":
            found = REGEX.match(script, at)
        else:
            found = TOKEN.match(script, at)
            open_braces[-1] += (script[at] == "{") - (script[at] == "}")
        assert found, f"a script that cannot be read at {script[at : at + 20]!r}"
        at = found.end()
        if not found[0].isspace() and not found[0].startswith("//"):
            last = found[0]
            yield last


def _plain(tokens: Sequence[str]) -> Iterator[str]:
    """The tokens without those that change nothing: brackets around one parameter, a semicolon before a brace."""
    left_out = set()
    for place, token in enumerate(tokens):
        if token == "=>" and tokens[place - 1] == ")" and tokens[place - 3] == "(" and tokens[place - 2].isidentifier():
            left_out |= {place - 1, place - 3}
        if token == "}" and tokens[place - 1] == ";" and tokens[place - 2] != ")":
            left_out.add(place - 1)
    for place, token in enumerate(tokens):
        if place not in left_out:
            yield "let" if token == "const" else token


def _roles(tokens: Sequence[str]) -> list[str]:
    """What each token is: "property", "both" for one that names a property and a variable as x in {x}, or ""."""
    found, stack = [], [""]
    for place, token in enumerate(tokens):
        before = tokens[place - 1] if place else ""
        after = tokens[place + 1] if place + 1 < len(tokens) else ""
        role = ""
        if token in OPENS or token.endswith("${"):
            if token[0] == "}":
                stack.pop()
            stack.append("object" if token == "{" and before in BEFORE_OBJECT else token)
        elif token in CLOSES or token[0] == "}":
            stack.pop()
        elif token.isidentifier():
            if before in (".", "?."):
                role = "property"
            elif stack[-1] == "object" and before in ("{", ","):
                role = {":": "property", ",": "both", "}": "both", "=": "both"}.get(after, "")
        found.append(role)
    return found


def _short_names(tokens: Sequence[str], roles: Sequence[str]) -> dict[str, str]:
    """A short name for each that the script declares; those that are used most have the shortest."""
    used = Counter(
        token for token, role in zip(tokens, roles, strict=True) if role != "property" and token.isidentifier()
    )
    declared = _declared(tokens)
    chosen = [name for name, _ in used.most_common() if name in declared]
    taken = {*used, *RESERVED} - {*chosen}
    letters = string.ascii_letters
    spare = itertools.chain(letters, map("".join, itertools.product(letters, letters + string.digits)))
    return dict(zip(chosen, (name for name in spare if name not in taken), strict=False))


def _declared(tokens: Sequence[str]) -> set[str]:
    """Names after const, let and function, in what these take apart, and in parameters."""
    found: set[str] = set()
    for place, token in enumerate(tokens):
        if token in ("const", "let", "function"):
            at = place + 1 + (tokens[place + 1] == "*")
            found.update(tokens[at : _end(tokens, at) if tokens[at] in OPENS else at + 1])
            if token == "function":
                found.update(tokens[at + 1 : _end(tokens, at + 1)])
        elif token == "," and tokens[place + 2] == "=" and tokens[place + 1].isidentifier():
            found.add(tokens[place + 1])  # the second of a const with two, or one that is assigned
        elif token == "catch" and tokens[place + 1] == "(":
            found.add(tokens[place + 2])
        elif token == "=>":
            found.update(tokens[_start(tokens, place - 1) if tokens[place - 1] == ")" else place - 1 : place])
    built_in = {name for name in found if name[:1].isupper() and not name.isupper() and "_" not in name}
    return {name for name in found if name.isidentifier()} - built_in - RESERVED


def _end(tokens: Sequence[str], start: int) -> int:
    """The place after the bracket that closes the one at `start`."""
    depth = 0
    for place in range(start, len(tokens)):
        depth += (tokens[place] in OPENS) - (tokens[place] in CLOSES)
        if depth == 0:
            return place + 1
    return len(tokens)


def _start(tokens: Sequence[str], end: int) -> int:
    """The place of the bracket that the one at `end` closes."""
    depth = 0
    for place in range(end, -1, -1):
        depth += (tokens[place] in CLOSES) - (tokens[place] in OPENS)
        if depth == 0:
            return place
    return 0
