"""Our rules, in the order a report lists them: life safety first, then the model's own order."""

from __future__ import annotations

from loaders.ifc.check.rule import Rule
from loaders.ifc.check.rules.compartments import COMPARTMENT_AREA
from loaders.ifc.check.rules.doors import DOOR_WIDTH
from loaders.ifc.check.rules.identity import DUPLICATE_ID, MALFORMED_ID, USERDEFINED
from loaders.ifc.check.rules.meaning import BUILDING_CODE, DEVICE_ID, SPACE_AREA
from loaders.ifc.check.rules.stairs import STAIR_GROUND
from loaders.ifc.check.rules.storeys import IN_TWO_PLACES, OUTSIDE_STOREY, STOREY_ORDER
from loaders.ifc.check.rules.ways_out import WAYS_OUT

RULES: tuple[Rule, ...] = (
    WAYS_OUT,
    STAIR_GROUND,
    COMPARTMENT_AREA,
    DOOR_WIDTH,
    DUPLICATE_ID,
    MALFORMED_ID,
    OUTSIDE_STOREY,
    IN_TWO_PLACES,
    STOREY_ORDER,
    SPACE_AREA,
    BUILDING_CODE,
    DEVICE_ID,
    USERDEFINED,
)
