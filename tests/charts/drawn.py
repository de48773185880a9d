"""The marks of a chart's SVG as tests look at them: each with the style that it has from its groups."""

from __future__ import annotations

from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"


def nodes(source: str, kind: str) -> list[ElementTree.Element]:
    """All elements of a kind, in drawing order."""
    root = ElementTree.fromstring(source)
    hand_down(root)
    return root.findall(f".//{SVG}{kind}")


def hand_down(node: ElementTree.Element) -> None:
    """Gives the attributes of groups to what stands in them."""
    for child in node:
        if node.tag == f"{SVG}g":
            child.attrib = {**node.attrib, **child.attrib}
        hand_down(child)
