"""Rules of CityJSON 2.0 for what we write, after its schema and its list of errors and warnings."""

from __future__ import annotations

import re
from typing import Any

_TOP = {
    *("type", "version", "transform", "metadata", "CityObjects", "vertices"),
    *("extensions", "appearance", "geometry-templates"),
}
_CHILDREN = {"Building": {"BuildingPart", "BuildingInstallation"}, "BuildingPart": {"BuildingInstallation"}}
_OBJECT = {"type", "attributes", "geometry", "parents", "children", "geographicalExtent", "address"}
_SURFACES = {
    *("RoofSurface", "GroundSurface", "WallSurface", "ClosureSurface", "OuterCeilingSurface"),
    *("OuterFloorSurface", "Window", "Door", "InteriorWallSurface", "CeilingSurface", "FloorSurface"),
}


def faults(whole: dict[str, Any]) -> list[str]:
    """Every rule broken, in words."""
    found = [f"member {name}" for name in set(whole) - _TOP]
    if (whole.get("type"), whole.get("version")) != ("CityJSON", "2.0"):
        found.append("type or version")
    transform = whole.get("transform", {})
    if set(transform) != {"scale", "translate"} or any(len(transform[name]) != 3 for name in transform):
        found.append("transform")
    if not re.match(r"^(http|https)://www\.opengis\.net/def/crs/", whole["metadata"]["referenceSystem"]):
        found.append("referenceSystem")
    vertices = whole["vertices"]
    if not all(len(v) == 3 and all(type(number) is int for number in v) for v in vertices):
        found.append("vertices are not whole numbers")
    if len({tuple(v) for v in vertices}) != len(vertices):
        found.append("duplicate vertices")
    used: set[int] = set()
    for key, one in whole["CityObjects"].items():
        found += [f"{key}: {text}" for text in _object(key, one, whole["CityObjects"], used)]
    if used != set(range(len(vertices))):
        found.append("vertices nobody uses, or indices without vertex")
    return found


def _object(key: str, one: dict[str, Any], objects: dict[str, Any], used: set[int]) -> list[str]:
    found = [f"member {name}" for name in set(one) - _OBJECT]
    if one["type"] not in ("Building", "BuildingPart", "BuildingInstallation"):
        found.append(f"type {one['type']}")
    if (one["type"] == "Building") == ("parents" in one):
        found.append("a Building has no parents, everything else has")
    for parent in one.get("parents", ()):
        if key not in objects[parent].get("children", ()):
            found.append(f"parent {parent} does not know it")
    for child in one.get("children", ()):
        if objects[child].get("parents") != [key] or objects[child]["type"] not in _CHILDREN[one["type"]]:
            found.append(f"child {child}")
    for geometry in one.get("geometry", ()):
        found += _geometry(geometry, used)
    return found


def _geometry(geometry: dict[str, Any], used: set[int]) -> list[str]:
    found = []
    if not isinstance(geometry["lod"], str) or not re.fullmatch(r"[0-3](\.[0-3])?", geometry["lod"]):
        found.append(f"lod {geometry['lod']!r}")
    shells = geometry["boundaries"] if geometry["type"] == "Solid" else [geometry["boundaries"]]
    for shell in shells:
        for face in shell:
            for ring in face:
                used.update(ring)
                if len(ring) < 3 or any(a == b for a, b in zip(ring, ring[1:] + ring[:1], strict=True)):
                    found.append("a ring too short or with a corner twice")
    semantics = geometry.get("semantics")
    if semantics is not None:
        values = semantics["values"] if geometry["type"] == "Solid" else [semantics["values"]]
        if [len(value) for value in values] != [len(shell) for shell in shells]:
            found.append("semantics are not as long as the boundaries")
        count = len(semantics["surfaces"])
        if any(v is not None and not 0 <= v < count for value in values for v in value):
            found.append("a value without surface")
        found += [f"surface {s['type']}" for s in semantics["surfaces"] if s["type"] not in _SURFACES]
    return found
