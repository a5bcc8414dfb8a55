"""The tree of a model, and which storey, space and building each object belongs to.

One pass over each kind of relation builds parent maps for the whole file; asking
object by object is ten times slower. A circle in the tree ends at the first
repetition instead of for ever.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from sys import intern
from typing import Any

from loaders.ifc.values import text

FACILITIES = ("IfcRoad", "IfcBridge", "IfcRailway", "IfcMarineFacility", "IfcFacility")
"""Facilities other than buildings."""
_TREE = ("IfcProject", "IfcSite", "IfcBuilding", "IfcBuildingStorey", "IfcSpace")


@dataclass(frozen=True, slots=True)
class Address:
    """GlobalIds of what an object is in; None where it is in none."""

    parent: str | None = None
    space: str | None = None
    storey: str | None = None
    building: str | None = None
    facility: str | None = None


@dataclass(slots=True)
class Spatial:
    """Parent of every object, by entity number.

    Attributes
    ----------
    parent : dict of int to entity_instance
        The whole an object is a part of, else the spatial element it is contained in.
    hosted : dict of int to entity_instance
        Wall of an opening; opening or wall of a door.
    _addresses : dict of int to Address
        What all that hang on the same whole share, by its number.
    """

    parent: dict[int, Any] = field(default_factory=dict)
    hosted: dict[int, Any] = field(default_factory=dict)
    _addresses: dict[int, Address] = field(default_factory=dict)

    def address(self, entity: Any) -> Address:
        """Where an object is: nearest space, storey, building and other facility above it."""
        up = self._up(entity)
        if up is None:
            return Address()
        known = self._addresses.get(up.id())
        if known is not None:
            return known
        found: dict[str, str] = {}
        chain = self.above(entity)
        for whole in chain:
            for kind, name in (
                ("IfcSpace", "space"),
                ("IfcBuildingStorey", "storey"),
                ("IfcBuilding", "building"),
            ):
                if name not in found and whole.is_a(kind):
                    found[name] = intern(whole.GlobalId)
            if "facility" not in found and whole.is_a() in FACILITIES:
                found["facility"] = intern(whole.GlobalId)
        address = Address(
            parent=intern(up.GlobalId),
            space=found.get("space"),
            storey=found.get("storey"),
            building=found.get("building"),
            facility=found.get("facility"),
        )
        if chain and self._up(chain[-1]) is None:  # in a circle everyone sees another end of it
            self._addresses[up.id()] = address
        return address

    def above(self, entity: Any) -> list[Any]:
        """Everything above an object, the nearest first."""
        chain: list[Any] = []
        seen = {entity.id()}
        here = self._up(entity)
        while here is not None and here.id() not in seen:
            seen.add(here.id())
            chain.append(here)
            here = self._up(here)
        return chain

    def host(self, entity: Any) -> Any | None:
        """Wall or slab a door, window or opening sits in."""
        first = self.hosted.get(entity.id())
        if first is None:
            return None
        return self.hosted.get(first.id(), first)

    def _up(self, entity: Any) -> Any | None:
        return self.parent.get(entity.id()) or self.hosted.get(entity.id())


def read_spatial(model: Any) -> Spatial:
    """Read every relation that says what is in what."""
    spatial = Spatial()
    for relation in model.by_type("IfcRelContainedInSpatialStructure"):
        _hang(spatial.parent, relation.RelatedElements, relation.RelatingStructure)
    # being a part of something says more than being somewhere
    for kind in ("IfcRelNests", "IfcRelAggregates"):
        for relation in model.by_type(kind):
            if kind == "IfcRelNests" and relation.RelatingObject is None:
                continue
            _hang(spatial.parent, relation.RelatedObjects, relation.RelatingObject)
    for relation in model.by_type("IfcRelVoidsElement"):
        _hang(spatial.hosted, (relation.RelatedOpeningElement,), relation.RelatingBuildingElement)
    if model.schema.startswith("IFC4X3"):
        for relation in model.by_type("IfcRelAdheresToElement"):
            _hang(spatial.parent, relation.RelatedSurfaceFeatures, relation.RelatingElement)
    for relation in model.by_type("IfcRelFillsElement"):
        _hang(spatial.hosted, (relation.RelatedBuildingElement,), relation.RelatingOpeningElement)
    return spatial


def _hang(parents: dict[int, Any], children: Any, parent: Any) -> None:
    if parent is None:
        return
    for child in children or ():
        if child is not None and child.id() != parent.id():
            parents[child.id()] = parent


def read_tree(model: Any, spatial: Spatial) -> list[dict[str, Any]]:
    """Project, sites, buildings, storeys and spaces as nested plain values for a model browser."""
    kinds = _TREE if model.schema != "IFC4X3" else (*_TREE, "IfcFacility", "IfcFacilityPart")
    entities = {e.id(): e for kind in kinds for e in model.by_type(kind)}
    nodes = {number: _node(entity) for number, entity in entities.items()}
    roots = []
    for number, entity in entities.items():
        whole = next((w for w in spatial.above(entity) if w.id() in nodes), None)
        siblings = roots if whole is None else nodes[whole.id()].setdefault("children", [])
        siblings.append(nodes[number])
    return _acyclic(roots, nodes)


def _node(entity: Any) -> dict[str, Any]:
    return {
        "global_id": text(entity.GlobalId),
        "ifc_class": entity.is_a(),
        "name": text(entity.Name),
        "long_name": text(getattr(entity, "LongName", None)),
    }


def _acyclic(roots: list[dict[str, Any]], nodes: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
    """The tree as reached from its roots; what only hangs on itself is put at the top, cut open."""
    reached: set[int] = set()

    def copy(node: dict[str, Any]) -> dict[str, Any]:
        reached.add(id(node))
        children = [copy(child) for child in node.get("children", ()) if id(child) not in reached]
        plain = {key: value for key, value in node.items() if key != "children"}
        return {**plain, "children": children} if children else plain

    trees = [copy(root) for root in roots]
    trees += [copy(node) for node in nodes.values() if id(node) not in reached]
    return trees
