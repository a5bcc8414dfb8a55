"""Which fire compartment a room belongs to, whichever way the model says it."""

from __future__ import annotations

import re
from typing import Any

from loaders.ifc.properties import Sets
from loaders.ifc.values import text

_PROPERTIES = ("FireCompartmentId", "FireCompartment", "FireCompartmentName", "防火分区", "防火分区编号")
_WORDS = re.compile(r"防火分区|fire[ _-]?(?:compartment|zone|area|section)|brandabschnitt", re.IGNORECASE)


def compartments_of(model: Any, groups: list[dict[str, Any]], sets: Sets) -> dict[str, str]:
    """Name of the compartment of each member, by GlobalId.

    A spatial zone of type FIRESAFETY says it best, a zone that is called a fire compartment
    next, a property of the room last.
    """
    found: dict[str, str] = {}
    for group in sorted(groups, key=lambda one: one["ifc_class"] != "IfcSpatialZone"):
        if is_compartment(group):
            name = group["code"] or group["name"] or group["global_id"]
            for member in group["members"]:
                found.setdefault(member, name)
    for space in model.by_type("IfcSpace"):
        stated = _stated(sets.get(space.GlobalId, {}))
        if stated is not None:
            found.setdefault(space.GlobalId, stated)
    return found


def is_compartment(group: dict[str, Any]) -> bool:
    """Whether a group of `loaders.ifc.groups` is a fire compartment."""
    if group["ifc_class"] == "IfcSpatialZone" and group["predefined_type"] == "FIRESAFETY":
        return True
    said = " ".join(filter(None, (group["code"], group["name"], group["object_type"])))
    return group["ifc_class"] in ("IfcZone", "IfcSpatialZone") and bool(_WORDS.search(said))


def _stated(entry: dict[str, Any]) -> str | None:
    for values in entry.get("psets", {}).values():
        for name in _PROPERTIES:
            value = text(values.get(name))
            if value is not None:
                return value
    return None
