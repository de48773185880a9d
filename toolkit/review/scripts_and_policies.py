"""What pages of an archive may run and load: its scripts, its other shared files, and each page's security policy."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

from toolkit.build.manifest import SCHEMA
from toolkit.core.locales import ENGLISH
from toolkit.site import recheck
from toolkit.site.claim_pages import script_source
from toolkit.site.embed import STYLESHEET
from toolkit.site.style import OF_CLAIMS, OF_STORIES, SHARED, rules
from toolkit.site.vega_bundle import MADE

FILES = (MADE.name, STYLESHEET, SHARED, OF_STORIES, OF_CLAIMS)  # in the order of the page that checks in a browser
POLICY = re.compile(r"""<meta http-equiv=["']?content-security-policy""", re.IGNORECASE)
OPENING = re.compile(  # a policy counts for what stands after it
    r'<!doctype html>\s*(?:<!--[^<>]*-->\s*)?<html[^<>]*>\s*<head>\s*<meta charset="utf-8">\s*'
    r'<meta http-equiv="Content-Security-Policy" content="([^"<>]*)">'
)
DIGEST = r"'sha256-[A-Za-z0-9+/=]+'"
ALLOWED = re.compile(  # but for scripts, all that metadata.policy writes
    rf"default-src 'none'; style-src (?:'self'|(?:'self' )?{DIGEST})(?:; img-src (?:'self' )?data:)?; font-src data:"
    r"(?:; connect-src https?://[\w.:\[\]-]+/robots\.txt)?; base-uri 'none'; form-action 'none'"
)


def shared_disagreements(edition: Mapping[str, bytes], stored: Mapping) -> Iterator[tuple[str, str, str]]:
    """(file, what is wanted, what is found) for shared files that this version makes otherwise, and for wrong policies.

    `edition` are the edition's files by path, of this version of the toolkit. Raises KeyError for a language that there
    is not.
    """
    shared = {name: edition[name] for name in FILES if name in edition}
    made = {
        MADE.name: MADE.read_bytes(),
        OF_STORIES: rules("report.css").encode(),
        OF_CLAIMS: rules("claims.css").encode(),
        recheck.NAME: recheck.recheck_page(
            stored["name"], SCHEMA, stored.get("language", ENGLISH.code), shared
        ).encode(),
    }
    for name, content in made.items():
        if edition.get(name) != content:
            yield name, "as this version of the toolkit makes it", "another file, or none"
    for name in sorted(edition):
        if name.endswith((".js", ".mjs", ".wasm")) and name not in made:
            yield name, "no script but vega.js", "a script"
        if name.endswith((".html", ".htm")) and name != recheck.NAME:
            text = edition[name].decode("utf-8", "replace")
            found = OPENING.match(text)
            if not found or not _is_allowed(html.unescape(found[1]), name) or len(POLICY.findall(text)) > 1:
                yield name, "one policy at its head, which lets nothing of other sites in", "another policy, or none"


def _is_allowed(policy: str, name: str) -> bool:
    run = f"; script-src {script_source()}"
    if name.endswith("-interactive.html"):
        run = "; frame-src 'self'; script-src 'self' blob:"
    return bool(ALLOWED.fullmatch(policy.removesuffix(run)))
