"""Fetches a file from an address."""

from __future__ import annotations

import re
import shutil
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from toolkit.core.errors import ToolkitError

PATIENCE = 60  # seconds without a byte
ENDINGS = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
    "application/geo+json": ".geojson",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}


def is_address(text: str) -> bool:
    """True for the address of a file on the web."""
    return text.startswith(("https://", "http://"))


def fetch(address: str, folder: Path) -> Path:
    """Saves what an address gives in `folder`, under the name that it has there.

    Raises ToolkitError where it gives nothing, or breaks off.
    """
    request = urllib.request.Request(address, headers={"User-Agent": "toolkit add"})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            path = folder / _file_name(address, answer.headers.get("Content-Disposition", ""), answer.headers)
            with open(path, "wb") as file:
                shutil.copyfileobj(answer, file, 1 << 20)
            expected = answer.headers.get("Content-Length")
    except (OSError, ValueError, urllib.error.URLError) as error:
        reason = f"{error.code} {error.reason}" if isinstance(error, urllib.error.HTTPError) else str(error)
        raise ToolkitError(
            address,
            f"cannot be fetched: {reason}",
            "an address that gives a file",
            "try it in a browser, save the file, and add that",
        ) from error
    if expected and expected.isdigit() and path.stat().st_size < int(expected):
        raise ToolkitError(
            address,
            f"broke off after {path.stat().st_size:,} of {int(expected):,} bytes",
            "the whole file",
            "run it again",
        )
    return path


def _file_name(address: str, disposition: str, headers: object) -> str:
    named = re.search(r'filename="?([^";/\\]+)', disposition)
    path = urllib.parse.unquote(urllib.parse.urlsplit(address).path).rstrip("/").rpartition("/")[2]
    name = re.sub(r"[^\w.-]+", "-", named[1] if named else path).strip("-.") or "data"
    kind = str(getattr(headers, "get_content_type", str)())
    return name if "." in name else name + ENDINGS.get(kind, "")
