"""Calls with a missing or unknown argument: the error shows the call as it should be, instead of a traceback."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from toolkit.core.errors import ToolkitError

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


def clear_call(function: Callable[P, R], name: str = "") -> Callable[P, R]:
    """A function that raises ToolkitError where it is called with other arguments than it takes.

    `name` is how errors call it, by default its own name; a method's is given with what stands before the dot.
    """

    @wraps(function)
    def checked_call(*arguments: P.args, **keywords: P.kwargs) -> R:
        try:
            return function(*arguments, **keywords)
        except TypeError as error:
            if _fits(function, arguments, keywords):
                raise
            message = str(error).partition("() ")[2] or str(error)
            raise ToolkitError(
                f"{name or function.__name__}(…)", message, _call(function, name), "write the call so"
            ) from error

    return checked_call


def clear_calls(kind: type[T]) -> type[T]:
    """A class whose public methods are each a `clear_call`, named after the class: story.chart."""
    for name, method in list(vars(kind).items()):
        if inspect.isfunction(method) and not name.startswith("_"):
            setattr(kind, name, clear_call(method, f"{kind.__name__.lower()}.{name}"))
    return kind


def _fits(function: Callable[..., object], arguments: tuple[object, ...], keywords: dict[str, object]) -> bool:
    """True if a function takes these arguments: then its TypeError came from inside, not from the call."""
    try:
        inspect.signature(function).bind(*arguments, **keywords)
    except TypeError:
        return False
    return True


def _call(function: Callable[..., object], name: str) -> str:
    """The call as it should be: name and parameters, without their types."""
    signature = inspect.signature(function)
    plain = [
        parameter.replace(annotation=parameter.empty)
        for parameter in signature.parameters.values()
        if parameter.name != "self"
    ]
    return f"{name or function.__name__}{signature.replace(parameters=plain, return_annotation=signature.empty)}"
