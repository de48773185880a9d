"""Chromium for the tests: found, or installed where CI may, and started the same way everywhere.

`python -m tests.browser` prints the one that will be used.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

# The first is the same engine without a window's tabs, menus and profiles: a page takes a third of the work.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",  # words as wide as their font says, as in a window
)
REMEDY = (
    "No Chromium was found. Install one (Debian: apt-get install chromium-headless-shell), "
    "or set CHROMIUM to the path of a Chromium or Chrome."
)


class NoBrowser(Exception):
    """There is no Chromium, and this machine may not be given one."""


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in ("1", "true")


def chromium() -> str:
    """The path of a Chromium that starts; in CI, one is installed where there is none."""
    found = _find()
    if not found and in_ci():
        _install()
        found = _find()
    if not found:
        raise NoBrowser(REMEDY)
    return found


@contextmanager
def launched():
    """A running browser, as Playwright's object, closed at the end."""
    from playwright.sync_api import sync_playwright

    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def _find() -> str | None:
    named = os.environ.get("CHROMIUM")
    for name in [named] if named else NAMES:
        path = shutil.which(name)
        if path and _starts(path):
            return path
    return None


def _starts(path: str) -> bool:
    """False for a stand-in that only says where the browser could be had."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _install() -> None:
    """Debian's Chromium, once, also when several test processes ask at the same time."""
    if os.name != "posix" or os.geteuid() != 0 or not shutil.which("apt-get"):
        raise NoBrowser(f"{REMEDY} This CI may not install it: that takes root and apt-get.")
    import fcntl

    with open(Path(tempfile.gettempdir()) / "toolkit-chromium.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _find():
            return
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "-y", "--no-install-recommends", NAMES[0]]):
            done = subprocess.run(
                ["apt-get", "-q", *command],
                env=quiet,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
            )
            if done.returncode:
                raise NoBrowser(f"{REMEDY} apt-get {command[0]} failed:\n{done.stderr.strip()}")


if __name__ == "__main__":
    try:
        print(chromium())
    except NoBrowser as error:
        print(f"Browser tests cannot run here. {error}", file=sys.stderr)
        sys.exit(1 if in_ci() else 0)
