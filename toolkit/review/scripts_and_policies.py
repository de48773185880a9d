"""What pages of an archive may run and load: its scripts, its other shared files, and each page's security policy."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

from toolkit.build.manifest import NAME, SCHEMA
from toolkit.core.locales import ENGLISH
from toolkit.review.compare_all_files import files_of_chart
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
WRONG_POLICY = ("one policy at its head, which lets nothing of other sites in", "another policy, or none")
DIGEST = r"'sha256-[A-Za-z0-9+/=]+'"
ALLOWED = re.compile(  # but for scripts, all that security_policy.policy writes
    rf"default-src 'none'; style-src (?:'self'|(?:'self' )?{DIGEST})(?:; img-src (?:'self' )?data:)?; font-src data:"
    r"(?:; connect-src https?://[\w.:\[\]-]+/robots\.txt)?; base-uri 'none'; form-action 'none'"
)
OF_ITSELF = re.compile(  # what policies of any version have in common: no other site
    rf"default-src 'none'(?:; [a-z-]+(?: (?:'none'|'self'|data:|blob:|{DIGEST}|https?://[\w.:\[\]-]+/robots\.txt))+)*"
)
CLAIMS = re.compile(r"claims(-[\w.-]+)?\.html")


def shared_disagreements(edition: Mapping[str, bytes], stored: Mapping) -> Iterator[tuple[str, str, str]]:
    """(file, what is wanted, what is found) for shared files that this version makes otherwise, for other files than it
    writes, and for wrong policies.

    `edition` are the edition's files by path, of this version of the toolkit. Raises KeyError for a language that there
    is not.
    """
    shared = {name: edition[name] for name in FILES if name in edition}
    expected = {
        MADE.name: MADE.read_bytes(),
        OF_STORIES: rules("report.css").encode(),
        OF_CLAIMS: rules("claims.css").encode(),
        recheck.NAME: recheck.recheck_page(
            stored["name"], SCHEMA, stored.get("language", ENGLISH.code), shared
        ).encode(),
    }
    for name, content in expected.items():
        if edition.get(name) != content:
            yield name, "as this version of the toolkit makes it", "another file, or none"
    names = _names(stored)
    for name in sorted(edition):
        if name not in names and not CLAIMS.fullmatch(name):
            yield name, "a file that a build of these stories writes", "another"
        if name.endswith(".html") and name != recheck.NAME and not _is_allowed(_policy(edition[name]), name):
            yield name, *WRONG_POLICY


def foreign_sources(edition: Mapping[str, bytes]) -> Iterator[tuple[str, str, str]]:
    """The same for pages of any version that have no policy at their head, or one that lets other sites in."""
    for name in sorted(edition):
        if name.endswith(".html") and not OF_ITSELF.fullmatch(_policy(edition[name])):
            yield name, *WRONG_POLICY


def _policy(page: bytes) -> str:
    """The policy at the head of a page; "" where there is none, or another one below."""
    text = page.decode("utf-8", "replace")
    match = OPENING.match(text)
    return html.unescape(match[1]) if match and len(POLICY.findall(text)) == 1 else ""


def _is_allowed(policy: str, name: str) -> bool:
    run = f"; script-src {script_source()}"
    if name.endswith("-interactive.html"):
        run = "; frame-src 'self'; script-src 'self' blob:"
    return bool(ALLOWED.fullmatch(policy.removesuffix(run)))


def _names(stored: Mapping) -> set[str]:
    """The files that a build may write for the stories of a manifest; beside them there are pages of claims."""
    names = {*FILES, NAME, recheck.NAME, "index.html", "feed.xml", "sitemap.xml", "robots.txt"}
    for slug, story in stored["stories"].items():
        names |= {f"{slug}/share.png", *(story[key]["path"] for key in ("html", "annex") if key in story)}
        names |= {name for chart in story["charts"] for name in files_of_chart(f"{slug}, {chart}")}
        pictures = re.compile(rf"{re.escape(slug)}/pictures/({'|'.join(map(re.escape, story['pictures']))})-\d+\.\w+")
        names |= {name for name in stored["files"] if pictures.fullmatch(name)}
    return names
