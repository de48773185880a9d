"""A script without comments and spaces and with short names, as browsers read it just as well.

For our own modules: statements end with semicolons, names of built-in things are declared nowhere again. One name has
one short name in a function, or in the whole script if it is declared at its top, so that no other scopes need be
known; names of properties stay.
"""

from __future__ import annotations

import itertools
import math
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
WORD = re.compile(r"[\w$]")
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
    roles, parts, again = _roles(tokens), _parts(tokens), _let_again(tokens)
    short = _short_names(tokens, roles, parts)
    made, last = [], ""
    for place, (token, role, part) in enumerate(zip(tokens, roles, parts, strict=True)):
        name = short[part].get(token, token) if role != "property" else token
        text = f"{token}:{name}" if role == "both" and name != token else name
        if place in again:
            text = "," if token == ";" else ""
        apart = WORD.match(last) and WORD.match(text)
        made.append(f" {text}" if apart or (last in ("+", "-") and text[:1] == last) else text)
        last = text[-1:] or last
    return "".join(made)


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


def _parts(tokens: Sequence[str]) -> list[int]:
    """For each token, the number of its statement or function at the top of the script."""
    found, depth, part, begins = [], 0, 0, ""
    for token in tokens:
        begins = begins or token
        depth += (token in OPENS or token.endswith("${")) - (token in CLOSES or token[0] == "}")
        found.append(part)
        if depth == 0 and (token == ";" or (token == "}" and begins in ("function", "async", "for", "if"))):
            part, begins = part + 1, ""
    return found


def _let_again(tokens: Sequence[str]) -> set[int]:
    """The places of a semicolon and a let, inside functions, between two statements that begin with let."""
    found: set[int] = set()
    starts: list[str] = [""]  # by open bracket: how the statement begins that is being read
    for place, token in enumerate(tokens):
        if token in CLOSES or token[0] == "}":
            starts.pop()
        starts[-1] = starts[-1] or token
        if token in OPENS or token.endswith("${"):
            starts.append("")
        elif token == ";":
            after = tokens[place + 1] if place + 1 < len(tokens) else ""
            if len(starts) > 1 and starts[-1] == "let" and after == "let" and tokens[place + 2] not in OPENS:
                found |= {place, place + 1}
            starts[-1] = ""
        elif token == "}" and len(starts) >= 1 and starts[-1] != "let":
            starts[-1] = ""
    return found


def _short_names(tokens: Sequence[str], roles: Sequence[str], parts: Sequence[int]) -> list[dict[str, str]]:
    """By part, a short name for each name that the script declares; those used most have the shortest.

    What is declared at the top has one name in all parts; what a part alone knows has one there.
    """
    top, declared = _declared(tokens, 0), _declared(tokens)
    used = [Counter[str]() for _ in range(parts[-1] + 1)]
    for token, role, part in zip(tokens, roles, parts, strict=True):
        if role != "property" and token.isidentifier():
            used[part][token] += 1
    whole = sum(used, Counter[str]())
    kept = {*whole, *RESERVED} - declared
    letters, more = string.ascii_lowercase, string.ascii_letters + string.digits
    two = ["".join(pair) for pair in itertools.product(letters, more)]
    chosen = [name for name, _ in whole.most_common() if name in top]
    names = dict(zip(chosen, (name for name in [*string.ascii_uppercase, *two] if name not in kept), strict=False))
    found = []
    for counted in used:
        own = [name for name, _ in counted.most_common() if name in declared - top]
        taken = kept | {names[name] for name in counted if name in names}
        found.append(names | dict(zip(own, (name for name in [*letters, *two] if name not in taken), strict=False)))
    return found


def _declared(tokens: Sequence[str], deepest: float = math.inf) -> set[str]:
    """Names after let and function, in what these take apart, and in parameters; in so many brackets at the most."""
    found: set[str] = set()
    depth = 0
    for place, token in enumerate(tokens):
        depth += (token in OPENS or token.endswith("${")) - (token in CLOSES or token[0] == "}")
        if depth > deepest:
            continue
        if token in ("let", "function"):
            at = place + 1 + (tokens[place + 1] == "*")
            found.update(tokens[at : _end(tokens, at) if tokens[at] in OPENS else at + 1])
            if token == "function" and deepest:
                found.update(tokens[at + 1 : _end(tokens, at + 1)])
        elif token == "," and tokens[place + 2] == "=" and tokens[place + 1].isidentifier():
            found.add(tokens[place + 1])  # the second of a const with two, or one that is assigned
        elif token == "catch" and tokens[place + 1] == "(":
            found.add(tokens[place + 2])
        elif token == "=>" and deepest:
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
