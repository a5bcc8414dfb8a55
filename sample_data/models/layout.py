"""Layouts of the authored models, without ifcopenshell: the border to the rest of the city.

The generator takes floors, units, fire profiles, footprints and sensor rows from
here; the authors of the IFC files draw from the same objects. So every flat of a
model joins its row of the housing table and every sensor its feed, both ways.

>>> from sample_data.models.layout import tower
>>> len(tower().flats), tower().flats[0].unit_code
(252, '4403030059019000001002001')
"""

from __future__ import annotations

from sample_data.models.parts import Device, Flat, ModelLayout, Place, Room, Storey, device, global_id
from sample_data.models.pump_layout import pump_station
from sample_data.models.tower_layout import tower

__all__ = [
    "Device",
    "Flat",
    "ModelLayout",
    "Place",
    "Room",
    "Storey",
    "device",
    "global_id",
    "layouts",
    "pump_station",
    "tower",
]


def layouts() -> tuple[ModelLayout, ...]:
    """Every authored model, sorted by code."""
    return (pump_station(), tower())
