"""Compiled templates, kept where Python keeps compiled modules: to compile them takes half a second."""

from __future__ import annotations

import contextlib
import sys
from importlib.util import cache_from_source
from pathlib import Path

from jinja2 import Environment
from jinja2.bccache import Bucket, FileSystemBytecodeCache


class TemplateCache(FileSystemBytecodeCache):
    """Keeps the templates of `folder` compiled in its `__pycache__`; where nobody may write there, nowhere.

    A template is compiled anew if its text has changed, or an option of the environment that compiles it.
    """

    def __init__(self, folder: Path):
        super().__init__(str(Path(cache_from_source(str(folder / "templates.py"))).parent), "%s.pyc")

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """The place of a template in the cache, which depends on the options that compile it."""
        options = (environment.autoescape, environment.trim_blocks, environment.lstrip_blocks, *environment.extensions)
        return super().get_bucket(environment, f"{name} {options}", filename, source)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fills the place with the compiled template, if it is kept."""
        with contextlib.suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps the compiled template, unless Python keeps none or nobody may write there."""
        if not sys.dont_write_bytecode:
            with contextlib.suppress(OSError):
                Path(self.directory).mkdir(parents=True, exist_ok=True)
                super().dump_bytecode(bucket)
