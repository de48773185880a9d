"""Fetches a file from an address that anybody may answer at."""

from __future__ import annotations

import http.client
import ipaddress
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from toolkit.core.errors import ToolkitError
from toolkit.core.text import shortened
from toolkit.core.web_address import wrong_address

PATIENCE = 60  # seconds without a byte
LONGEST = 3600  # seconds in all: a server may send a byte a minute
LARGEST = 4 << 30  # bytes: a server may send without end
BLOCK = 1 << 20
LONGEST_NAME = 100  # characters of a file's name
BY_HAND = "try it in a browser, save the file, and add that"
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

    Raises ToolkitError where it gives nothing, breaks off, has no end, or leads elsewhere than on the web.
    """
    if wrong := wrong_address(address):
        raise ToolkitError(address, wrong, "an address with https://", "write it as the site itself writes it")
    try:
        request = urllib.request.Request(address, headers={"User-Agent": "toolkit add"})
        with urllib.request.build_opener(_Redirects, _Connections()).open(request, timeout=PATIENCE) as answer:
            expected: int | None = answer.length
            path = folder / _file_name(address, answer.headers.get("Content-Disposition", ""), answer.headers)
            with open(path, "wb") as file:
                for block in _blocks(address, answer):
                    file.write(block)
    except (OSError, ValueError, OverflowError, http.client.HTTPException) as error:
        found = f"cannot be fetched: {shortened(' '.join(_said(error).split()))}"
        raise ToolkitError(address, found, "an address that gives a file", BY_HAND) from error
    if expected and path.stat().st_size < expected:
        found = f"broke off after {path.stat().st_size:,} of {expected:,} bytes"
        raise ToolkitError(address, found, "the whole file", "run it again")
    return path


def _said(error: Exception) -> str:
    if isinstance(error, http.client.IncompleteRead):
        return "it broke off"
    return f"{error.code} {error.reason}" if isinstance(error, urllib.error.HTTPError) else str(error)


def _blocks(address: str, answer: Any) -> Iterator[bytes]:
    """What a server sends, as it arrives. Raises ToolkitError for more than LARGEST, and after LONGEST."""
    read, end = 0, time.monotonic() + LONGEST
    while block := answer.read1(BLOCK):
        read += len(block)
        if read > LARGEST:
            raise ToolkitError(address, f"more than {LARGEST >> 30} GiB", "a file of a dataset", BY_HAND)
        if time.monotonic() > end:
            raise ToolkitError(address, f"{read:,} bytes in {LONGEST // 60} minutes", "the whole file", BY_HAND)
        yield block


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a redirect on the web, and not from https to http."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        """The request for where a server leads. Raises ToolkitError where that is elsewhere than on the web."""
        there = urllib.parse.urlsplit(newurl)
        if there.scheme not in ("http", "https"):
            wrong = "no address of the web"
        elif req.type == "https" and there.scheme == "http":
            wrong = "which is not encrypted"
        else:
            return super().redirect_request(req, fp, code, msg, headers, newurl)
        found = f"it leads to {shortened(newurl)}, {wrong}"
        raise ToolkitError(req.full_url, found, "a file on the web", "add the file from where it is, if you trust it")


class _Connections(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """Connections, of which none leads from the web into this machine or its network, whatever its name means by then.

    The address that is connected to counts, before anything is asked of it. A proxy alone knows where it leads.
    """

    first_is_local: bool | None = None

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """The answer over http. Raises ToolkitError as `_refuse_local` does, URLError where there is none."""
        return self._answer(http.client.HTTPConnection, req)

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """The answer over https. Raises ToolkitError as `_refuse_local` does, URLError where there is none."""
        return self._answer(http.client.HTTPSConnection, req)

    def _answer(self, kind: type[http.client.HTTPConnection], req: urllib.request.Request) -> http.client.HTTPResponse:
        refuse_local = self._refuse_local

        class Checked(kind):  # type: ignore[valid-type, misc]
            def connect(self) -> None:
                super().connect()
                refuse_local(str(self.sock.getpeername()[0]), req.full_url)

        return self.do_open(kind if req.has_proxy() else Checked, req)

    def _refuse_local(self, place: str, address: str) -> None:
        local = _is_local(place)
        if local and self.first_is_local is False:
            found = f"it leads to {place}, an address inside this machine or its network"
            raise ToolkitError(address, found, "a file on the web", "add the file from where it is, if you trust it")
        self.first_is_local = local if self.first_is_local is None else self.first_is_local


def _is_local(place: str) -> bool:
    """True for an IP address of this machine, or of one in its own network."""
    return not ipaddress.ip_address(place.partition("%")[0]).is_global


def _file_name(address: str, disposition: str, headers: object) -> str:
    match = re.search(r'filename="?([^";/\\]+)', disposition)
    path = urllib.parse.unquote(urllib.parse.urlsplit(address).path).rstrip("/").rpartition("/")[2]
    name = re.sub(r"[^\w.-]+", "-", match[1] if match else path)[-LONGEST_NAME:].strip("-.") or "data"
    kind = str(getattr(headers, "get_content_type", str)())
    return name if "." in name else name + ENDINGS.get(kind, "")
