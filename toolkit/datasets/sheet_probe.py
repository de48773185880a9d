"""How large the sheets of a workbook are: another process reads them first, with limits.

Their reader asks for memory for each cell up to the last one, and where there is too little, or a value that it does
not expect, it ends its process.

    python -I sheet_probe.py FILE MOST_CELLS
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys

MEMORY = 3 << 30  # bytes that reading a workbook may ask for
SECONDS = 120  # of a processor
FAILED = 3  # exit status for a file that cannot be read, which is said by who reads it


def sheet_sizes(path: str, most_cells: int) -> dict[str, tuple[int, int]] | str:
    """(rows, columns) up to the last cell by sheet; what is wrong in words where the reader did not get through.

    Sheets of more cells are not read through. Empty for what is no spreadsheet.
    """
    process = subprocess.run(
        [sys.executable, "-I", __file__, path, str(most_cells)], capture_output=True, check=False, encoding="utf-8"
    )
    if process.returncode == FAILED:
        return {}
    if process.returncode == 0:
        return {name: (rows, columns) for name, rows, columns in json.loads(process.stdout)}
    message = process.stderr.strip().rpartition("\n")[2]
    if process.returncode == 1 and "PanicException: " in message:
        return f"a cell that cannot be read: {message.partition('PanicException: ')[2]}"
    return f"more than {MEMORY >> 30} GiB of memory, or two minutes, to read its cells and all empty ones between them"


def main() -> int:
    """Prints the name, rows and columns of each sheet of the file in the first argument, as JSON."""
    _limit()
    import python_calamine

    unreadable = (python_calamine.CalamineError, OSError)
    try:
        with python_calamine.load_workbook(sys.argv[1]) as book:
            sizes = []
            for name in book.sheet_names:
                with contextlib.suppress(*unreadable):  # a sheet that holds a chart alone
                    sheet = book.get_sheet_by_name(name)
                    sizes.append([name, sheet.total_height, sheet.total_width])
                    if sheet.total_height * sheet.total_width <= int(sys.argv[2]):
                        for _ in sheet.iter_rows():
                            pass
    except unreadable as error:
        return 1 if "limit exceeded" in str(error) else FAILED
    print(json.dumps(sizes))
    return 0


def _limit() -> None:
    """Bounds memory and time where the system has such limits."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for limit, largest in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(limit)
        least = largest if hard == resource.RLIM_INFINITY else min(largest, hard)
        resource.setrlimit(limit, (least, hard))


if __name__ == "__main__":
    sys.exit(main())
