"""Systems and zones: which objects work or count together."""

from __future__ import annotations

from typing import Any

from loaders.ifc.attributes import attribute
from loaders.ifc.values import text, word

_KINDS = ("IfcSystem", "IfcZone")


def read_groups(model: Any) -> list[dict[str, Any]]:
    """Systems, zones and spatial zones with the GlobalIds of their members.

    A fire compartment is an `IfcSpatialZone` of type FIRESAFETY; its members are what is
    contained in it or refers to it.
    """
    groups: dict[int, dict[str, Any]] = {}
    for relation in model.by_type("IfcRelAssignsToGroup"):
        group = relation.RelatingGroup
        if group is not None and any(group.is_a(kind) for kind in _KINDS):
            _entry(groups, group)["members"] += _identities(relation.RelatedObjects)
    if model.schema != "IFC2X3":
        for zone in model.by_type("IfcSpatialZone"):
            _entry(groups, zone)
        for kind in ("IfcRelReferencedInSpatialStructure", "IfcRelContainedInSpatialStructure"):
            for relation in model.by_type(kind):
                zone = relation.RelatingStructure
                if zone is not None and zone.is_a("IfcSpatialZone"):
                    _entry(groups, zone)["members"] += _identities(relation.RelatedElements)
    for group in groups.values():
        group["members"] = list(dict.fromkeys(group["members"]))
    return [group for group in groups.values() if group["global_id"]]


def systems_of(groups: list[dict[str, Any]]) -> dict[str, str]:
    """Name of the first system each object belongs to."""
    found: dict[str, str] = {}
    for group in groups:
        if group["ifc_class"] != "IfcZone" and group["ifc_class"] != "IfcSpatialZone" and group["name"]:
            for member in group["members"]:
                found.setdefault(member, group["name"])
    return found


def _entry(groups: dict[int, dict[str, Any]], group: Any) -> dict[str, Any]:
    return groups.setdefault(
        group.id(),
        {
            "global_id": text(group.GlobalId),
            "ifc_class": group.is_a(),
            "predefined_type": word(attribute(group, "PredefinedType")),
            "name": text(attribute(group, "LongName")) or text(group.Name),
            "code": text(group.Name),
            "object_type": text(group.ObjectType),
            "members": [],
        },
    )


def _identities(entities: Any) -> list[str]:
    return [e.GlobalId for e in entities or () if e is not None and e.GlobalId]
