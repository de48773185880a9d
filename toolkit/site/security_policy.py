"""The content security policy of each page of an edition: what it may load and run, which is next to nothing."""

from __future__ import annotations

import base64
import hashlib

from toolkit.site.metadata import robots


def nothing_but(sources: str) -> str:
    """A policy that lets a page load and run these `sources`, in the words of policies, and nothing else."""
    return f"default-src 'none'; {sources}; base-uri 'none'; form-action 'none'"


def hash_of(text: str) -> str:
    """What a policy names a script or a style in the page itself by."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def policy(style: str, site: str = "", pictures: bool = False, shared: bool = False) -> str:
    """The policy of a page with this one style element: nothing is fetched, nothing runs.

    `pictures` of the edition itself are loaded where the page has any, and its `shared` style where it has that.

    If the edition has an address, the host's robots.txt may be fetched: tools that audit a page from inside do so.
    """
    images = "'self' data:" if pictures else "data:"
    styles = "'self' " if shared else ""
    connections = f"; connect-src {robots(site)}" if site else ""
    return nothing_but(f"style-src {styles}{hash_of(style)}; img-src {images}; font-src data:{connections}")
