"""What a file holds, decompressed where it is compressed, up to a limit."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import Any

import pyarrow

from toolkit.core.errors import ToolkitError
from toolkit.usage.logs.discover import LogFile

PART = 1 << 16  # bytes decompressed at once
LARGEST_RATIO, SMALL = 200, 256 << 20  # a compressed file may hold so many times its size, or so many bytes


def open_file(file: LogFile) -> io.RawIOBase:
    """What a file holds, decompressed; reading it raises ToolkitError for more than a compressed file may hold."""
    if file.compression == "gz":
        return _Limited(gzip.open(file.path), file.size)
    if file.compression == "zst":
        return _Limited(pyarrow.CompressedInputStream(pyarrow.OSFile(file.path), "zstd"), file.size)
    return open(file.path, "rb", buffering=0)


class _Limited(io.RawIOBase):
    """A stream that gives what a damaged file still holds, and ends with ToolkitError where it has given too much."""

    def __init__(self, stream: Any, size: int):
        self.stream, self.given, self.damaged = stream, 0, False
        self.limit = max(SMALL, LARGEST_RATIO * size)

    def readinto(self, buffer: Any) -> int:
        view, length = memoryview(buffer).cast("B"), 0
        while length < len(view) and not self.damaged:
            try:
                part = bytes(self.stream.read1(min(PART, len(view) - length)))
            except (EOFError, OSError, zlib.error) as error:
                if isinstance(error, OSError) and error.errno:
                    raise
                part, self.damaged = b"\0", True  # which no JSON has: the line that it ends in is quarantined
            if not part:
                break
            view[length : length + len(part)] = part
            length += len(part)
        self.given += length
        if self.given > self.limit:
            raise ToolkitError(
                "a compressed file",
                f"it holds more than {self.limit >> 20:,} MB, {LARGEST_RATIO} times its size",
                f"{LARGEST_RATIO} times its size, or {SMALL >> 20} MB",
                "decompress it yourself, if you trust it, and read the result",
            )
        return length

    def close(self) -> None:
        self.stream.close()
        super().close()
