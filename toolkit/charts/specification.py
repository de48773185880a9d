"""How a specification of Vega-Lite, a dictionary, is read: the views that it holds, and what their channels show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

VIEWS = ("layer", "hconcat", "vconcat", "concat", "spec")  # where a specification holds others
Specification = dict[str, Any]


class UnitView(NamedTuple):
    """A view with a mark, its encoding with that of the layers around it, and the transforms that its rows pass."""

    view: Specification
    encoding: dict[str, Any]
    transforms: tuple[Mapping[str, Any], ...]

    @property
    def name(self) -> str:
        """What it is called; "" for most."""
        return str(self.view.get("name", ""))

    @property
    def type(self) -> str:
        """The type of its mark."""
        return mark_type(self.view)


def objects_of(part: Any) -> list[dict[str, Any]]:
    """The objects of a part of a specification that may be one, a list of them, or none."""
    return [one for one in (part if isinstance(part, list) else [part]) if isinstance(one, dict)]


def inner_views(view: Mapping[str, Any]) -> Iterator[Specification]:
    """The views that one holds itself."""
    yield from (one for name in VIEWS for one in objects_of(view.get(name)))


def views(view: Mapping[str, Any]) -> Iterator[Specification]:
    """A specification and all that it holds."""
    if isinstance(view, dict):
        yield view
    for inner in inner_views(view):
        yield from views(inner)


def unit_views(
    view: Specification, around: Mapping[str, Any] | None = None, before: tuple[Mapping[str, Any], ...] = ()
) -> Iterator[UnitView]:
    """The views with a mark; layers have the encoding `around` them, all views the transforms `before`."""
    encoding, transforms = {**(around or {}), **view.get("encoding", {})}, (*before, *view.get("transform", ()))
    if "mark" in view:
        yield UnitView(view, encoding, transforms)
    for inner in inner_views(view):
        yield from unit_views(inner, encoding if "layer" in view else {}, transforms)


def plots(view: Specification) -> Iterator[list[UnitView]]:
    """The parts of each plot: its one view with a mark, or all its layers."""
    if "mark" in view or "layer" in view:
        yield list(unit_views(view))
    else:
        for inner in inner_views(view):
            yield from plots(inner)


def mark_type(view: Mapping[str, Any]) -> str:
    """The type of a view's mark; "" of one without a mark."""
    mark = view.get("mark", "")
    return str(mark["type"] if isinstance(mark, dict) else mark)


def channels(whole: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, definition) of every channel in all views, each of a list, and what its conditions put in its place."""
    for view in views(whole):
        for name, channel in view.get("encoding", {}).items():
            yield from ((name, part) for part in channel_parts(channel))


def channel_parts(channel: Any) -> Iterator[dict[str, Any]]:
    """A channel, each of a list of them, and what its conditions put in its place."""
    for one in objects_of(channel):
        if "field" in one or "condition" not in one or one.get("value") not in (None, ""):
            yield one
        yield from channel_parts(one.get("condition"))


def values_of(whole: Mapping[str, Any], field: Any) -> list[Any]:
    """The distinct values of a field in a specification's data, None among them where a row has none."""
    own = [view["data"] for view in views(whole) if isinstance(view.get("data"), dict)]
    data = [*whole.get("datasets", {}).values(), *(one["values"] for one in own if isinstance(one.get("values"), list))]
    return list(dict.fromkeys(row[field] for rows in data for row in rows if field in row))
