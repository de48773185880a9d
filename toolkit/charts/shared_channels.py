"""What the layers of a specification say alike of a channel, said once above them: Vega-Lite looks for it there too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

PARTS = ("axis", "scale", "type")  # of a channel's encoding, each in full


def with_shared_channels(part: Any) -> Any:
    """The specification in which layers that have one axis, scale or type of a channel have it above them."""
    if isinstance(part, list):
        return [with_shared_channels(one) for one in part]
    if not isinstance(part, Mapping):
        return part
    made = {name: with_shared_channels(one) for name, one in part.items()}
    if isinstance(made.get("layer"), list):
        above = dict(made.get("encoding", {}))
        for channel in dict.fromkeys(name for layer in made["layer"] for name in layer.get("encoding", {})):
            made["layer"], above[channel] = _hoisted(made["layer"], channel, above.get(channel, {}))
        made |= {"encoding": kept} if (kept := {channel: said for channel, said in above.items() if said}) else {}
    return made


def _hoisted(layers: list[dict[str, Any]], channel: str, above: Any) -> tuple[list[dict[str, Any]], Any]:
    """(the layers, what stands above them) of a channel; as they are where it has a field or a value above them.

    A layer without a field of this channel has nothing of it from above.
    """
    given = [said for layer in layers if "field" in (said := _said(layer, channel))]
    if len(given) < 2 or not isinstance(above, Mapping) or not above.keys() <= set(PARTS):
        return layers, above
    shared = _alike(given, above)
    made = [
        layer | {"encoding": layer["encoding"] | {channel: {k: v for k, v in said.items() if k not in shared}}}
        if "field" in (said := _said(layer, channel))
        else layer
        for layer in layers
    ]
    return made, {**above, **shared}


def _said(layer: Mapping[str, Any], channel: str) -> Mapping[str, Any]:
    said = layer.get("encoding", {}).get(channel)
    return said if isinstance(said, Mapping) else {}


def _alike(given: Sequence[Mapping[str, Any]], above: Mapping[str, Any]) -> dict[str, Any]:
    """The parts that all of these have alike, and that do not stand above them."""
    parts = [name for name in PARTS if name in given[0] and name not in above]
    return {name: given[0][name] for name in parts if all(one.get(name) == given[0][name] for one in given)}
