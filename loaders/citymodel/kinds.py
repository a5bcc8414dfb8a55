"""Which city object goes to which collection, and which faces mean what.

Names of CityGML 1 to 3 and CityJSON 1 and 2. What is not listed goes to `theme` when it
has a shape: nothing is dropped silently.
"""

from __future__ import annotations

COLLECTION: dict[str, str] = {
    "Building": "building",
    "BuildingPart": "building_part",
    "BuildingInstallation": "building_part",
    "BuildingConstructiveElement": "element",
    "BuildingFurniture": "element",
    "IntBuildingInstallation": "element",
    "BuildingRoom": "space",
    "Room": "space",
    "Storey": "storey",
    "BuildingStorey": "storey",
    "Door": "opening",
    "Window": "opening",
    "Bridge": "bridge",
    "BridgePart": "bridge",
    "BridgeInstallation": "bridge",
    "BridgeConstructionElement": "bridge",
    "BridgeConstructiveElement": "bridge",
    "Tunnel": "tunnel",
    "TunnelPart": "tunnel",
    "TunnelInstallation": "tunnel",
    "TunnelConstructiveElement": "tunnel",
    "WaterBody": "water_body",
    "PlantCover": "vegetation",
    "SolitaryVegetationObject": "vegetation",
}
LINES = {"Road": "road", "Track": "road", "TransportationComplex": "road", "Railway": "rail"}
"""These collections are lines: areas of a road go to `theme`, its centre line here."""
ZONES = "geospatial.jp/iur/urf"
"""Namespace of Japan's planning districts: they are `terrain_zone`."""
NOT_KEPT = frozenset(
    (
        *("CityObjectGroup", "BuildingUnit", "BuildingSubdivision", "IntBridgeInstallation"),
        *("BridgeRoom", "BridgeFurniture", "IntTunnelInstallation", "HollowSpace"),
        *("TunnelHollowSpace", "TunnelFurniture", "Version", "VersionTransition"),
    )
)
"""No collection of the catalogue says what these say; the report names each one."""

SURFACES = frozenset(
    (
        *("RoofSurface", "GroundSurface", "WallSurface", "ClosureSurface"),
        *("OuterCeilingSurface", "OuterFloorSurface", "InteriorWallSurface", "CeilingSurface"),
        *("FloorSurface", "WindowSurface", "DoorSurface", "TrafficArea", "AuxiliaryTrafficArea"),
        *("WaterSurface", "WaterGroundSurface", "WaterClosureSurface", "Marking", "HoleSurface", "Hole"),
    )
)
"""Boundary surfaces; extensions end in Surface as well."""
THROUGH = frozenset(
    (
        *("TrafficSpace", "AuxiliaryTrafficSpace", "Section", "Intersection", "ClearanceSpace"),
        *("ReliefFeature", "HoleSpace", "MarkingSpace"),
    )
)
"""No objects of ours: their surfaces are those of what they divide."""

_COLLECTIONS_IN_ORDER = (
    *("terrain_zone", "water_body", "vegetation", "road", "rail", "bridge", "tunnel", "building"),
    *("building_part", "storey", "space", "element", "opening", "theme"),
)
ORDER = {name: number for number, name in enumerate(_COLLECTIONS_IN_ORDER)}
"""Parents before children."""


def collection_of(kind: str, namespace: str, has_lines: bool) -> str | None:
    """Collection of an object; None where the catalogue has none.

    Parameters
    ----------
    kind : str
        Class as the file spells it; an extension of CityJSON begins with +.
    namespace : str
        Namespace of the class in CityGML; empty in CityJSON.
    has_lines : bool
        Whether it has a centre line.
    """
    if kind in NOT_KEPT:
        return None
    if kind in LINES and has_lines:
        return LINES[kind]
    if ZONES in namespace:
        return "terrain_zone"
    return COLLECTION.get(kind, "theme")


def is_surface(name: str, within: str) -> bool:
    """Whether an element is a face's meaning; a door in an opening of a wall is, a door of its own is not."""
    if within == "opening" and name in ("Door", "Window"):
        return True
    return name in SURFACES or name.endswith("Surface")
