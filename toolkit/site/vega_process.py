"""Draws charts of anybody's notebook in a process of its own: Vega ends its process where memory is short.

python -m toolkit.site.vega_process
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from functools import cache
from typing import Any

from toolkit.core import parent_process

SECONDS = 120.0  # that drawing a chart may take


class VegaProcessEnded(Exception):
    """The process that draws ended: a chart took more memory or time than there is."""


def svg(kind: str, spec: Any) -> str:
    """The drawing of a specification of a `kind`, vegalite or vega; "" if it cannot be drawn.

    Raises VegaProcessEnded where the process has no memory for it, or takes longer than SECONDS.
    """
    process = _process()
    requests, answers = process.stdin, process.stdout
    if requests is None or answers is None:
        raise VegaProcessEnded
    late = threading.Timer(SECONDS, process.kill)
    late.start()
    try:
        requests.write(json.dumps([kind, spec]).encode() + b"\n")
        requests.flush()
        answer = answers.readline()
    except OSError:
        answer = b""
    finally:
        late.cancel()
    if not answer:
        process.kill()
        process.communicate()
        _process.cache_clear()
        raise VegaProcessEnded
    return str(json.loads(answer))


@cache
def _process() -> subprocess.Popen[bytes]:
    """The process that draws; it ends when its standard input does, or this process."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **parent_process.child_environment()},
    )


def serve() -> None:
    """Answers each line of standard input, a kind and a specification, with the drawing, as JSON."""
    from toolkit.charts import vega

    parent_process.end_with_parent()
    for line in sys.stdin.buffer:
        kind, spec = json.loads(line)
        try:
            drawing = vega.svg_of_vega_lite(spec) if kind == "vegalite" else vega.svg_of_vega(spec)
        except ValueError:
            drawing = ""
        sys.stdout.buffer.write(json.dumps(drawing).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    serve()
