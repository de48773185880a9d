"""Lighthouse on a simulated phone: each page of an edition beside stock nbconvert's of the same notebook.

The edition is built in a copy of the project with the address under which this machine then serves it, as one that is
published knows its own. All pages, or those named, are loaded in turn, round after round; the table has the medians.
Exits with 1 if a page of ours misses a bound; that of SEO is not for one that asks not to be found. Needs Chromium
(CHROME_PATH, or one on the PATH) and npm, which installs Lighthouse into bench/node/ when it is first asked for.

Pages are served compressed, as hosts of pages do: the byte budget of a page is one of gzipped bytes, and what it weighs
unpacked, 600 KB, needs three seconds by itself on the 1.6 Mbit/s that Lighthouse simulates. --raw serves them unpacked.

    python -m bench.lighthouse [--rounds 3] [--raw] [page ...]
"""

import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib import metadata
from pathlib import Path
from statistics import median

from bench.build_against_nbconvert import NOTEBOOKS, copy_project, machine

NODE = Path(__file__).parent / "node"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FLOORS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
NOT_TO_BE_FOUND = "is-crawlable"  # the audit that a page with noindex fails
LCP_LIMIT = 2.0  # seconds
OURS, STOCK = "ours", "stock"


@dataclass(frozen=True)
class Run:
    scores: dict[str, float]  # of 100, by category
    lcp: float  # seconds
    cls: float
    tbt: float  # milliseconds
    failed: frozenset[str]  # audits that count for a score and are not passed
    refused: frozenset[str]  # hosts outside that the page asked in vain


class Files(SimpleHTTPRequestHandler):
    """The files of a folder over HTTP/1.1, compressed if told so."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args, compressed: bool, **settings):
        self._compressed = compressed
        super().__init__(*args, **settings)

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        if not (self._compressed and path.is_file()):
            return super().do_GET()
        body = gzip.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@contextmanager
def served(folder: Path, compressed: bool) -> Iterator[str]:
    """The address under which a folder's files are found."""
    handler = partial(Files, directory=str(folder), compressed=compressed)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def lighthouse() -> Path:
    """Lighthouse's program, installed from package-lock.json where it is not there yet."""
    program = NODE / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not program.is_file():
        npm = shutil.which("npm")
        if not npm:
            sys.exit("Lighthouse comes from npm, and there is no npm (Debian: apt-get install npm).")
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(NODE)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode or not program.is_file():
            sys.exit(f"Lighthouse could not be installed: npm ci ended with {done.returncode}.\n{done.stderr.strip()}")
    return program


def chromium() -> str:
    named = os.environ.get("CHROME_PATH")
    found = next(filter(None, map(shutil.which, [named] if named else BROWSERS)), None)
    if not found:
        sys.exit("No Chromium was found. Install one (Debian: apt-get install chromium), or set CHROME_PATH to one.")
    return found


def write_pages(pages: list[str], ours: Path, site: str, stock: Path, scratch: Path) -> None:
    """The edition, and stock's of the pages that come from a notebook, made in one copy of the project."""
    project = scratch / "project"
    copy_project(project, site)
    run(["toolkit", "build", "--out", str(ours)], project)
    names = [path.name for path in NOTEBOOKS if not pages or path.stem in pages]
    if names:
        run(["nbconvert", "--execute", "--to", "html", "--output-dir", str(stock), *names], project / "notebooks")


def run(command: list[str], folder: Path) -> None:
    """A module of this Python, run to its end in a folder."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, errors="replace"
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with exit status {done.returncode}:\n{done.stderr[-3000:]}")


def audit(address: str, browser: str, scratch: Path) -> Run:
    """One run of Lighthouse with its own defaults: a phone, its network and processor simulated."""
    to = scratch / "lighthouse.json"
    to.unlink(missing_ok=True)
    options = ["--output=json", f"--output-path={to}", "--quiet", "--no-enable-error-reporting"]
    command = ["node", str(lighthouse()), address, *options]
    done = subprocess.run(
        [*command, f"--chrome-flags={' '.join(FLAGS)}"],
        capture_output=True,
        text=True,
        env={**os.environ, "CHROME_PATH": browser},
    )
    if not to.is_file():
        sys.exit(f"Lighthouse ended with exit status {done.returncode} for {address}:\n{done.stderr.strip()[-3000:]}")
    result = json.loads(to.read_text(encoding="utf-8"))
    if "runtimeError" in result:
        sys.exit(f"Lighthouse gave no result for {address}: {result['runtimeError']['message']}")
    return read(result, address)


def read(result: dict, address: str) -> Run:
    audits, categories = result["audits"], result["categories"]
    weighed = {ref["id"] for category in categories.values() for ref in category["auditRefs"] if ref["weight"]}
    scores = {name: audits[name]["score"] for name in weighed & set(audits)}  # none where it does not apply
    requests = audits["network-requests"]["details"]["items"]
    outside = {one["url"].split("/")[2] for one in requests if one["url"].startswith(("http://", "https://"))}
    return Run(
        {name: (categories[name]["score"] or 0) * 100 for name in FLOORS},
        audits["largest-contentful-paint"]["numericValue"] / 1000,
        audits["cumulative-layout-shift"]["numericValue"],
        audits["total-blocking-time"]["numericValue"],
        frozenset(name for name, score in scores.items() if score is not None and score < 0.9),
        frozenset(outside - {address.split("/")[2]}),
    )


def middle(runs: list[Run]) -> Run:
    """The median of each value; every audit that failed once, and every host that was asked once."""
    return Run(
        {name: median(run.scores[name] for run in runs) for name in FLOORS},
        median(run.lcp for run in runs),
        median(run.cls for run in runs),
        median(run.tbt for run in runs),
        frozenset().union(*(run.failed for run in runs)),
        frozenset().union(*(run.refused for run in runs)),
    )


def compare(pages: list[str], rounds: int, compressed: bool) -> dict[tuple[str, str], Run]:
    """Each page of ours and, where it comes from a notebook, stock's, in turn."""
    browser, runs = chromium(), {}
    lighthouse()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        ours, stock = scratch / "ours", scratch / "stock"
        with served(ours, compressed) as site, served(stock, compressed) as other:
            write_pages(pages, ours, site, stock, scratch)
            there = sorted(path.name for path in ours.glob("*.html"))
            if unknown := set(pages) - {name.removesuffix(".html") for name in there}:
                sys.exit(f"The edition has no page {', '.join(sorted(unknown))}. It has: {', '.join(there)}.")
            for _ in range(rounds):
                for name in (f"{page}.html" for page in pages) if pages else there:
                    for who, place, address in ((OURS, ours, site), (STOCK, stock, other)):
                        if (place / name).is_file():
                            done = audit(f"{address}/{name.removesuffix('index.html')}", browser, scratch)
                            runs.setdefault((Path(name).stem, who), []).append(done)
    return {page: middle(done) for page, done in runs.items()}


def misses(run: Run) -> list[str]:
    """The bounds that a page does not keep, in words."""
    low = {name: floor for name, floor in FLOORS.items() if run.scores[name] < floor}
    if NOT_TO_BE_FOUND in run.failed:
        low.pop("seo", None)
    said = [f"{name} {run.scores[name]:.0f}, at least {floor}" for name, floor in low.items()]
    if run.lcp > LCP_LIMIT:
        said.append(f"LCP {run.lcp:.2f} s, at most {LCP_LIMIT:.1f}")
    return said


def report(runs: dict[tuple[str, str], Run], rounds: int, compressed: bool) -> bool:
    """Print the table; true if every page of ours keeps the bounds."""
    version = json.loads((NODE / "package.json").read_text(encoding="utf-8"))["devDependencies"]["lighthouse"]
    print(f"Machine: {machine()}, Lighthouse {version}, nbconvert {metadata.version('nbconvert')}")
    how = "compressed (gzip)" if compressed else "not compressed"
    print(f"Simulated phone, pages served {how}; medians of {rounds} rounds, in turn\n")
    wide = max(len(page) for page, _ in runs)
    print(f"| {'page':<{wide}} | whose | performance | accessibility | best practices | SEO | LCP s |   CLS | TBT ms |")
    print(f"| {'-' * wide} | ----- | ----------: | ------------: | -------------: | --: | ----: | ----: | -----: |")
    for (page, who), run in runs.items():
        columns = zip(FLOORS, (11, 13, 14, 3), strict=True)
        scores = " | ".join(f"{run.scores[name]:{width}.0f}" for name, width in columns)
        print(f"| {page:<{wide}} | {who:<5} | {scores} | {run.lcp:5.2f} | {run.cls:5.3f} | {run.tbt:6.0f} |")
    print()
    hosts = sorted(set().union(*(run.refused for (_, who), run in runs.items() if who == STOCK)))
    if hosts:
        print(f"Stock's pages ask hosts outside, which may be refused here: {', '.join(hosts)}.")
    kept = True
    for (page, who), run in runs.items():
        if who == OURS:
            if run.refused:
                print(f"{page} asks hosts outside: {', '.join(sorted(run.refused))}.")
            missed = misses(run)
            if missed:
                kept = False
                print(f"{page} MISSES {'; '.join(missed)}. Audits below 90: {', '.join(sorted(run.failed)) or 'none'}.")
    if kept:
        print("Every page of ours keeps the bounds.")
    return kept


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pages", nargs="*", help="names of pages, or notebooks; default: all")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--raw", action="store_true", help="serve the pages as they are, not compressed")
    options = parser.parse_args()
    runs = compare([Path(page).stem for page in options.pages], options.rounds, not options.raw)
    return 0 if report(runs, options.rounds, not options.raw) else 1


if __name__ == "__main__":
    sys.exit(main())
