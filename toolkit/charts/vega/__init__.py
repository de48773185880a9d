"""Vega and Vega-Lite, run in V8: they place the marks of charts, with words measured as `typography` measures them."""

from __future__ import annotations

import atexit
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from py_mini_racer import DEFAULT_V8_FLAGS, JSFunction, JSPromise, JSPromiseError, MiniRacer, init_mini_racer

from toolkit.charts.typography import WEIGHTS, Metrics, metrics
from toolkit.core.project import with_lf

HERE = Path(__file__).parent
LITE = "6.4"  # the version of Vega-Lite: the grammar of Altair 6


def comment_of_licences() -> str:
    """The licences of Vega and Vega-Lite as the comment that every script with them begins with."""
    return f"/*!\n{with_lf((HERE / 'licences.txt').read_bytes()).decode()}*/\n"


def script_of_vega() -> str:
    """The script that sets the globals `vega`, `vegaLite` and `expressionInterpreter`, without its licences."""
    return with_lf((HERE / "vega.js").read_bytes()).decode().removeprefix(comment_of_licences())


def svg_of_vega_lite(specification: Mapping[str, Any]) -> str:
    """The SVG of a chart in Vega-Lite, data included. Raises ValueError with what is wrong with it."""
    return _answer("drawn", specification)


def svg_of_vega(specification: Mapping[str, Any]) -> str:
    """The SVG of a chart in Vega itself, data included. Raises ValueError with what is wrong with it."""
    return _answer("drawnVega", specification)


def compiled(specification: Mapping[str, Any]) -> dict[str, Any]:
    """The Vega that a chart in Vega-Lite compiles to. Raises ValueError with what is wrong with it."""
    compiled_chart: dict[str, Any] = json.loads(_answer("compiled", specification))
    return compiled_chart


def _answer(name: str, specification: Mapping[str, Any]) -> str:
    """What a function of draw.js says of a specification."""
    function = _script().eval(name)
    assert isinstance(function, JSFunction)
    promise = function(json.dumps(specification))
    assert isinstance(promise, JSPromise)
    try:
        return str(promise.get())
    except JSPromiseError as error:
        raise ValueError(str(error.reason)) from error


@cache
def _script() -> MiniRacer:
    """A V8 of this process with Vega, Vega-Lite and draw.js, which knows how wide all letters are."""
    # a chart is drawn once: what V8 optimises further takes longer than it saves. The size, in MB: 45 MB less in all
    flags = (*DEFAULT_V8_FLAGS, "--no-opt", "--max-semi-space-size=2")
    init_mini_racer(flags=flags, ignore_duplicate_init=True)
    with ThreadPoolExecutor() as thread:  # in that of a notebook it would wait for the notebook's own event loop
        script = thread.submit(MiniRacer).result()
    atexit.register(script.close)  # from Python 3.13 on a process does not end while V8's thread runs
    script.eval((HERE / "draw.js").read_text(encoding="utf-8"))
    script.eval(script_of_vega())
    script.eval(f"measureWith({json.dumps([_widths(metrics(weight)) for weight in WEIGHTS])})")
    return script


def _widths(font: Metrics) -> dict[str, dict[Any, float]]:
    """A font's widths and kerning as draw.js has them."""
    kerning = {f"{one} {other}": width for (one, other), width in font.kerning.items()}
    return {"advances": font.advances, "kerning": kerning}
