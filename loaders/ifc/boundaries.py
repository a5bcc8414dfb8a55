"""Which rooms an element bounds, where the model states it."""

from __future__ import annotations

from typing import Any

_DOORS = ("IfcDoor", "IfcOpeningElement", "IfcVirtualElement")


def read_boundaries(model: Any) -> dict[str, list[str]]:
    """Rooms at each door, opening and virtual element, by GlobalId.

    Only what can be walked through: a wall bounds rooms without joining them. A boundary of
    the opening a door fills is the door's.
    """
    found: dict[str, dict[str, None]] = {}
    for relation in model.by_type("IfcRelSpaceBoundary"):
        space, element = relation.RelatingSpace, relation.RelatedBuildingElement
        if space is None or element is None or not space.is_a("IfcSpace"):
            continue
        if not any(element.is_a(kind) for kind in _DOORS):
            continue
        for filled in getattr(element, "HasFillings", None) or ():
            element = filled.RelatedBuildingElement or element
        if element.is_a("IfcWindow"):
            continue
        found.setdefault(element.GlobalId, {})[space.GlobalId] = None
    return {element: list(spaces) for element, spaces in found.items()}
