"""Stock nbconvert at its best: notebooks executed two at a time in kernels that draw no chart, then written as HTML.

python -m bench.stock --to FOLDER notebook ...
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import Any

AT_ONCE = 2  # as in a build
KERNEL = "--IPKernelApp.extensions=bench.stock"  # this module, as an extension of IPython


def load_ipython_extension(shell: Any) -> None:
    """Has charts shown without an SVG, as the kernels of a build do."""
    from toolkit.notebook.chart import Chart

    shell.display_formatter.formatters["image/svg+xml"].for_type(Chart, lambda chart: None)


async def converted(paths: list[Path], to: Path) -> None:
    """Runs the notebooks, those that simulate a usage log first, as a build does, and writes a page of each."""
    import nbformat
    from nbconvert.exporters import HTMLExporter
    from nbconvert.preprocessors import ExecutePreprocessor

    turn = asyncio.Semaphore(AT_ONCE)
    exporter = HTMLExporter()

    async def convert(path: Path) -> None:
        async with turn:
            notebook = nbformat.read(path, as_version=4)
            runner = ExecutePreprocessor(timeout=None, extra_arguments=[KERNEL])
            runner.nb, runner.resources = notebook, {"metadata": {"path": str(path.parent)}}
            await runner.async_execute()
            html, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": path.stem}})
            (to / f"{path.stem}.html").write_text(html, encoding="utf-8")

    longest_first = sorted(paths, key=lambda path: b".usage_log(" not in path.read_bytes())
    await asyncio.gather(*map(convert, longest_first))


def main() -> None:
    """Converts the notebooks that are named."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--to", type=Path, required=True)
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    asyncio.run(converted(options.notebooks, options.to))


if __name__ == "__main__":
    main()
