"""`python -m toolkit` is the command `toolkit`."""

from toolkit.main import run

run()
