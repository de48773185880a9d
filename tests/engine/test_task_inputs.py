"""Inputs of tasks are handed to those who show the word, and to nobody once they are gone."""

import socket
from dataclasses import replace

import pytest

from toolkit.core.errors import ToolkitError
from toolkit.engine.task_inputs import served_inputs


def test_a_task_is_told_its_own_input_and_nobody_else_is():
    long = b"\n\0" * 1_000_000
    with served_inputs([b"", long], "127.0.0.1") as told:
        assert told.host == "127.0.0.1"
        assert [told.fetch(0), told.fetch(1), told.fetch(1)] == [b"", long, long]
        for stranger, number in ((replace(told, token="0" * 32), 0), (told, 2), (replace(told, token=""), 0)):
            with pytest.raises(ToolkitError, match=r"does not answer it at 127\.0\.0\.1"):
                stranger.fetch(number)
        with socket.create_connection((told.host, told.port)) as silent:
            assert told.fetch(1) == long  # one who says nothing keeps nobody waiting
            silent.sendall(b"\xff\n")
            assert silent.recv(10) == b""
    with pytest.raises(ToolkitError, match="workers with network access"):
        told.fetch(0)
