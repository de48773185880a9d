"""How much a packed file may hold: what a few bytes unpack to without end is no data."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import IO

from toolkit.core.errors import ToolkitError

MOST_TIMES = 200  # what is packed: records seldom pack to a fiftieth
FREE = 256 << 20  # bytes that may be packed as tightly as they come


def is_bomb(packed: int, unpacked: int) -> bool:
    """Whether so many bytes hold more than data do."""
    return unpacked > max(FREE, packed * MOST_TIMES)


class Unpacked(io.RawIOBase):
    """The bytes that a packed file holds; read raises ToolkitError where it is broken, or holds more than data do."""

    def __init__(self, path: Path, source: IO[bytes] | io.BufferedIOBase) -> None:
        self._path, self._packed, self._source, self._read = path, path.stat().st_size, source, 0

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fills the buffer from where it is read; 0 at the end."""
        try:
            block = self._source.read(len(buffer))
        except (EOFError, OSError, zlib.error) as error:
            found = f"cannot be read: {error}"
            raise ToolkitError(self._path.name, found, "a whole file", "fetch it again") from error
        buffer[: len(block)] = block
        self._read += len(block)
        if is_bomb(self._packed, self._read):
            raise ToolkitError(
                self._path.name,
                f"more than {self._read >> 20:,} MiB in {self._packed:,} bytes",
                f"a file that unpacks to at most {MOST_TIMES} times its size",
                "unpack it, look into it, and add what it holds",
            )
        return len(block)

    def close(self) -> None:
        """Closes the packed file too."""
        self._source.close()
        super().close()
