"""SSH signatures of archives: made and checked by `ssh-keygen -Y`, with keys and lists of signers that newsrooms have.

The signature of `x.zip` is the file `x.zip.sig` beside it, over all its bytes, in the namespace `toolkit-archive`.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.core.errors import ToolkitError
from toolkit.core.project import replace_file
from toolkit.core.scratch import scratch
from toolkit.core.text import shortened
from toolkit.review.unpacking import LONGEST as LONGEST_ARCHIVE

NAMESPACE = "toolkit-archive"
LONGEST = 1 << 16  # bytes of a signature, and of a line of a list of signers
MOST_LINES = 100  # of one key, in a list of signers
NEW_KEY = "ssh-keygen -t ed25519 makes one"
REFUSED = (  # (what ssh-keygen says of a key, in lower case; what was found, what is allowed, what to do)
    (
        "permissions|unprotected",
        "others may read this private key, so ssh-keygen does not take it",
        "a key that only its owner may read",
        "chmod 600 {name}",
    ),
    (
        "passphrase",
        "its passphrase was not given, or another one",
        "the passphrase, which ssh-keygen asks for in a terminal, or a key that an SSH agent holds",
        "run this in a terminal; or run ssh-add {name}, and name the public key after --sign",
    ),
    (
        "no private key found",
        "a public key, whose private key is neither beside it nor held by an SSH agent",
        "a private key, or a public one whose private key is in reach",
        "name the file of the private key, the one without .pub; or run ssh-add with it first",
    ),
    (
        "load public key|invalid format|unknown key type|unsupported|not supported",
        "no key of a kind and a form that ssh-keygen can sign with",
        "a private key of OpenSSH, such as Ed25519, ECDSA or RSA",
        f"name another key: {NEW_KEY}; PuTTY exports its keys in OpenSSH's form",
    ),
)
UNSIGNED = "unsigned: there is no {name} beside it"
UNCHECKED = "signed, and the signature was not checked: name the file of the signers that you trust with --signed-by"


@dataclass(frozen=True)
class Signature:
    """Whether an archive is signed as it should be, and what is to be said of it."""

    holds: bool
    said: str


def signature_of(archive: Path) -> Path:
    """Where the signature of an archive lies."""
    return archive.with_name(f"{archive.name}.sig")


def sign(archive: Path, key: Path) -> Path:
    """Signs an archive with an SSH key and returns the signature's path; a passphrase is asked for by ssh-keygen.

    `key` is a private key, or a public one whose private key an SSH agent holds. Raises ToolkitError if ssh-keygen is
    not installed, or does not take the key.
    """
    if not key.is_file() or not os.access(key, os.R_OK):
        found = "a folder" if key.is_dir() else "cannot be read by you" if key.exists() else "no such file"
        raise ToolkitError("--sign", f"{key.name}: {found}", "the file of an SSH key", f"name one; {NEW_KEY}")
    process = _ssh_keygen(archive, "sign", "-f", str(key.resolve()))
    if process.returncode or not process.stdout.startswith(b"-----BEGIN SSH SIGNATURE-----"):
        raise _refused(key, process)
    target = signature_of(archive)
    replace_file(target, process.stdout)
    return target


def _refused(key: Path, process: subprocess.CompletedProcess[bytes]) -> ToolkitError:
    """Why ssh-keygen does not sign with a key, and what to do."""
    said = process.stderr.decode("utf-8", "replace").lower()
    for pattern, found, allowed, remedy in REFUSED:
        if re.search(pattern, said.replace(str(key.resolve()).lower(), "")):
            return ToolkitError("--sign", f"{key.name}: {found}", allowed, remedy.format(name=key))
    return ToolkitError("--sign", f"{key.name}: {_message(process)}", "an SSH key that can sign", "name another key")


@contextlib.contextmanager
def held(archive: Path) -> Iterator[Path]:
    """A copy of an archive and of the signature beside it, in the block: what is checked is what is read then.

    What is no file, as an edition's folder, and a file larger than an archive may be, is given as it is.
    """
    if not archive.is_file() or archive.stat().st_size > LONGEST_ARCHIVE:
        yield archive
        return
    with scratch() as folder:
        copy = folder / archive.name
        shutil.copyfile(archive, copy)
        if signature_of(archive).is_file():
            with open(signature_of(archive), "rb") as content:
                signature_of(copy).write_bytes(content.read(LONGEST + 1))
        yield copy


def checked(archive: Path, signers: Path | None) -> Signature:
    """Whether an archive is signed by somebody in an allowed_signers file; without one, what there is beside it.

    Raises ToolkitError if `signers` cannot be read, or ssh-keygen is not installed.
    """
    signature = signature_of(archive)
    if not signature.is_file():
        return Signature(signers is None, UNSIGNED.format(name=signature.name))
    if signers is None:
        return Signature(True, UNCHECKED)
    if not signers.is_file():
        allowed = "an allowed_signers file, as ssh-keygen -Y verify reads it: NAME KEY-TYPE KEY, one a line"
        raise ToolkitError("--signed-by", f"no file {signers.name}", allowed, "name the file of the signers you trust")
    if signature.stat().st_size > LONGEST:
        return Signature(False, f"{signature.name} is no signature: it is larger than {LONGEST >> 10} KB")
    at, signers_path = str(signature.resolve()), str(signers.resolve())
    good = _ssh_keygen(archive, "check-novalidate", "-s", at)
    if good.returncode:
        return Signature(False, f"{signature.name} is no signature of this file: {_message(good)}")
    key = _key(good.stdout)
    for name in _names_of_signer(archive, signature, signers):
        if _ssh_keygen(archive, "verify", "-s", at, "-f", signers_path, "-I", name).returncode == 0:
            return Signature(True, f"signed by {_plain(os.fsdecode(name))}, {key}")
    return Signature(False, f"signed by somebody whom {signers.name} does not list for archives today: {key}")


def _names_of_signer(archive: Path, signature: Path, signers: Path) -> Iterator[bytes]:
    """A name from each line of `signers` that has the signature's key.

    ssh-keygen gives the names of the first such line, which may be for another use, or over: it is asked again without.
    """
    lines = [line for line in signers.read_bytes().splitlines() if len(line) <= LONGEST]
    with scratch() as folder:
        left = folder / "signers"
        for _ in range(MOST_LINES):
            left.write_bytes(b"\n".join([*lines, b""]))
            at = ("-s", str(signature.resolve()), "-f", str(left))
            names = _ssh_keygen(archive, "find-principals", *at, namespace=False).stdout.splitlines()
            for name_list in names:
                yield from [name for name in name_list.split(b",") if name and not name.startswith(b"!")][:1]
            before, lines = len(lines), [line for line in lines if not _has_names(line, names)]
            if len(lines) == before:
                return


def _has_names(line: bytes, names: Sequence[bytes]) -> bool:
    return any(re.match(rb'\s*"?%s[\s"]' % re.escape(name), line) for name in names)


def _ssh_keygen(
    archive: Path, action: str, *arguments: str | bytes, namespace: bool = True
) -> subprocess.CompletedProcess[bytes]:
    """Runs `ssh-keygen -Y` on an archive's bytes. Raises ToolkitError if it is not installed."""
    namespace_option = ("-n", NAMESPACE) if namespace else ()
    try:
        with open(archive, "rb") as content:
            return subprocess.run(
                ["ssh-keygen", "-Y", action, *arguments, *namespace_option],
                stdin=content,
                capture_output=True,
                env={**os.environ, "LC_ALL": "C"},
                check=False,
            )
    except FileNotFoundError as error:
        raise ToolkitError(
            "ssh-keygen", "not installed here", "OpenSSH 8.2 or later", "install it, or leave the signature out"
        ) from error


def _key(output: bytes) -> str:
    match = re.search(r"with (\S+ key SHA256:\S+)", output.decode("utf-8", "replace"))
    return f"with the {_plain(match[1])}" if match else "with a key that it does not name"


def _message(process: subprocess.CompletedProcess[bytes]) -> str:
    lines = process.stderr.decode("utf-8", "replace").strip().splitlines()
    return _plain(lines[-1]) if lines else f"ssh-keygen ended with {process.returncode}"


def _plain(text: str) -> str:
    return shortened("".join(sign if sign.isprintable() else "\ufffd" for sign in text))
