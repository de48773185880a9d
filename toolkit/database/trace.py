"""What was taken from the desk: every question that was put to it with a digest of the answer, to be asked again."""

from __future__ import annotations

import contextlib
import copy
import importlib
import json
from collections.abc import Callable
from functools import wraps
from operator import attrgetter
from typing import Self

from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project, digest

UNREPEATABLE = "unrepeatable"


def noted(ask: Callable) -> Callable:
    """A method of a class with `Taken` whose answers are noted."""

    @wraps(ask)
    def asked(self, *arguments):
        return self._note(f"{ask.__module__}:{ask.__qualname__}", arguments, lambda: ask(self, *arguments))

    return asked


class Taken:
    """Notes what it was asked: `taken` has a digest of each answer under the JSON of name and arguments."""

    project: Project
    taken: dict[str, str]

    def apart(self) -> Self:
        """The same with nothing taken yet."""
        other = copy.copy(self)
        other.taken = {}
        return other

    def take(self, function: Callable, *arguments: object):
        """What `function(project, ...)` answers, noted as well."""
        name = f"{function.__module__}:{function.__qualname__}"
        return self._note(name, arguments, lambda: function(self.project, *arguments))

    def ask_again(self, asked: str) -> str:
        """The digest of what is answered now to an entry of `taken`."""
        name, *arguments = json.loads(asked)
        if name == UNREPEATABLE:
            return UNREPEATABLE
        module, _, path = name.partition(":")
        function = attrgetter(path)(importlib.import_module(module))
        with contextlib.suppress(ToolkitError):  # a refusal is an answer too
            function(self, *arguments) if "." in path else self.take(function, *arguments)
        return self.taken[asked]

    def _note(self, name: str, arguments: tuple, answer: Callable[[], object]):
        try:
            asked = json.dumps([name, *arguments], ensure_ascii=False)
        except TypeError:  # what cannot be written down cannot be asked again
            asked = json.dumps([UNREPEATABLE, name, repr(arguments)], ensure_ascii=False)
        try:
            found = answer()
        except ToolkitError as error:
            self.taken[asked] = digest(["refused", str(error)])
            raise
        if asked not in self.taken:
            self.taken[asked] = digest([repr(found)])
        return found
