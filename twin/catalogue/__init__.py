"""The layers of the city, one file a theme.

Adding a layer is one entry here and one migration.
"""

from __future__ import annotations

from twin.catalogue import buildings, housing, interior, land, safety, sensing, transport, utilities
from twin.errors import NotFound
from twin.model.collection import Collection

COLLECTIONS: tuple[Collection, ...] = (
    land.TERRAIN_ZONE,
    land.WATER_BODY,
    land.VEGETATION,
    land.PARCEL,
    land.ADDRESS,
    land.FACILITY,
    transport.ROAD,
    transport.RAIL,
    transport.BRIDGE,
    transport.TUNNEL,
    buildings.BUILDING,
    buildings.BUILDING_PART,
    buildings.FIRE_PROFILE,
    interior.STOREY,
    interior.SPACE,
    interior.ELEMENT,
    interior.OPENING,
    interior.EQUIPMENT,
    housing.UNIT,
    housing.ENTERPRISE,
    utilities.UTILITY_LINE,
    utilities.UTILITY_NODE,
    utilities.HYDRANT,
    safety.FIRE_STATION,
    safety.HAZARD,
    sensing.POLE,
    sensing.SENSOR,
    sensing.CAMERA,
    safety.INCIDENT,
    safety.ALERT,
    land.THEME,
)
"""Every layer, parents before children."""

_BY_NAME = {c.name: c for c in COLLECTIONS}


def collection(name: str) -> Collection:
    """Look a layer up.

    Raises
    ------
    NotFound
        The catalogue has none of that name.
    """
    try:
        return _BY_NAME[name]
    except KeyError:
        raise NotFound(
            f"there is no collection '{name}'; the catalogue has {', '.join(sorted(_BY_NAME))}"
        ) from None
