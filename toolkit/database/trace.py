"""The trace: every question that was put to the database with a digest of the answer, to be asked again."""

from __future__ import annotations

import contextlib
import copy
import importlib
import json
from collections.abc import Callable
from functools import wraps
from operator import attrgetter
from typing import Any, Self, TypeVar, cast

from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project, digest

UNREPEATABLE = "unrepeatable"
M = TypeVar("M", bound=Callable[..., Any])
R = TypeVar("R")


def traced(method: M) -> M:
    """Makes a method of a `Traced` class add each of its answers to the trace."""

    @wraps(method)
    def asked(self: Traced, *arguments: object) -> Any:
        return self._trace(f"{method.__module__}:{method.__qualname__}", arguments, lambda: method(self, *arguments))

    return cast(M, asked)


class Traced:
    """Keeps a trace: a digest of each answer under the JSON of what was asked, name and arguments."""

    project: Project
    trace: dict[str, str]

    def with_empty_trace(self) -> Self:
        """The same with nothing in its trace yet."""
        other = copy.copy(self)
        other.trace = {}
        return other

    def call(self, function: Callable[..., R], *arguments: object) -> R:
        """What `function(project, ...)` answers; the answer is in the trace too."""
        name = f"{function.__module__}:{function.__qualname__}"
        return self._trace(name, arguments, lambda: function(self.project, *arguments))

    def ask_again(self, asked: str) -> str:
        """The digest of what is answered now to an entry of a trace."""
        name, *arguments = json.loads(asked)
        if name == UNREPEATABLE:
            return UNREPEATABLE
        module, _, path = name.partition(":")
        function = attrgetter(path)(importlib.import_module(module))
        with contextlib.suppress(ToolkitError):  # a refusal is an answer too
            function(self, *arguments) if "." in path else self.call(function, *arguments)
        return self.trace[asked]

    def _trace(self, name: str, arguments: tuple[object, ...], answer: Callable[[], R]) -> R:
        try:
            asked = json.dumps([name, *arguments], ensure_ascii=False)
        except TypeError:  # what cannot be written down cannot be asked again
            asked = json.dumps([UNREPEATABLE, name, repr(arguments)], ensure_ascii=False)
        try:
            found = answer()
        except ToolkitError as error:
            self.trace[asked] = digest(["refused", str(error)])
            raise
        if asked not in self.trace:
            self.trace[asked] = digest([repr(found)])
        return found
