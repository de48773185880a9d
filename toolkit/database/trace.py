"""The trace: every call to the database with a digest of its answer.

A later build makes the calls of a story's trace again: where all digests are equal, the story need not run.
"""

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
# made once: json.dumps would make an encoder for each of thousands of calls
_as_json = json.JSONEncoder(ensure_ascii=False).encode
Method = TypeVar("Method", bound=Callable[..., Any])
Answer = TypeVar("Answer")


def traced(method: Method) -> Method:
    """Makes a method of a `Traced` class add each of its calls to the trace.

    A call whose arguments JSON cannot hold is added as unrepeatable.
    """

    @wraps(method)
    def traced_method(self: Traced, *arguments: object) -> Any:
        return self._trace(f"{method.__module__}:{method.__qualname__}", arguments, lambda: method(self, *arguments))

    return cast(Method, traced_method)


class Traced:
    """An object that keeps a trace of its calls."""

    project: Project
    trace: dict[str, str]  # JSON of [name, *arguments] of a call: digest of its answer

    def with_empty_trace(self) -> Self:
        """A copy whose trace is empty; the rest is shared."""
        other = copy.copy(self)
        other.trace = {}
        return other

    def call(self, function: Callable[..., Answer], *arguments: object) -> Answer:
        """What `function(project, *arguments)` returns, added to the trace. Raises what it raises."""
        name = f"{function.__module__}:{function.__qualname__}"
        return self._trace(name, arguments, lambda: function(self.project, *arguments))

    def ask_again(self, call: str) -> str:
        """Makes a call of a trace, by its JSON, again; returns the digest of the answer, or UNREPEATABLE."""
        name, *arguments = json.loads(call)
        if name == UNREPEATABLE:
            return UNREPEATABLE
        module, _, path = name.partition(":")
        function = attrgetter(path)(importlib.import_module(module))
        with contextlib.suppress(ToolkitError):  # a refusal is an answer too
            function(self, *arguments) if "." in path else self.call(function, *arguments)
        return self.trace[call]

    def _trace(self, name: str, arguments: tuple[object, ...], make_call: Callable[[], Answer]) -> Answer:
        """Makes a call and returns its answer, whose digest is in the trace then; so of a refusal, which it raises."""
        try:
            call = _as_json([name, *arguments])
        except TypeError:  # what cannot be written down cannot be asked again
            call = _as_json([UNREPEATABLE, name, repr(arguments)])
        try:
            answer = make_call()
        except ToolkitError as error:
            self.trace[call] = digest(["refused", str(error)])
            raise
        if call not in self.trace:
            self.trace[call] = digest([repr(answer)])
        return answer
