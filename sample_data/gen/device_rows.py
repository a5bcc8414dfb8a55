"""A device as a row of sensors.geojson, and how many of each kind there are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from shapely.geometry import Point

from sample_data.feeds.device_types import DEVICE_TYPES
from sample_data.gen.buildings import Building
from sample_data.gen.chance import u
from sample_data.gen.floors import floors, gross_floor_m2
from sample_data.models.parts import Device

COUNTS = {
    "smoke": 6000,
    "fire_pump": 60,
    "fire_tank": 40,
    "hydrant_pressure": 120,
    "main_pressure": 45,
    "air": 12,
    "noise": 30,
    "manhole": 220,
    "manhole_tilt": 220,
    "manhole_ch4": 220,
    "manhole_h2s": 220,
    "river_level": 7,
    "reservoir_level": 1,
    "ponding": 8,
    "rain": 6,
    "pole": 300,
    "lift": 150,
    "power_meter": 200,
    "ebike_charger": 60,
    "ebike_power": 60,
    "tilt": 24,
}
"""How many feeds of each kind the core has, those in the authored models included.

A lid has four feeds, a charging place two and an air station four: 220, 60 and 12 devices.
"""


@dataclass
class Devices:
    """Rows of sensors.geojson, and which lid hides which sensor."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    lids: dict[str, str] = field(default_factory=dict)

    def count(self, kind: str) -> int:
        """How many of a kind there are so far."""
        return sum(row["type"] == kind for row in self.rows)

    def add(
        self,
        code: str,
        kind: str,
        names: tuple[str, str],
        at: tuple[float, float, float],
        *,
        b: Building | None = None,
        floor_no: int | None = None,
        device: str | None = None,
        road_class: str | None = None,
    ) -> None:
        """Add a feed by east, north and height; unit, period and limits come with its kind.

        `device` is the thing that measures where one has several feeds, `road_class`
        that of the street it stands at.
        """
        of = DEVICE_TYPES[kind]
        metered = b if kind == "power_meter" else None
        self.rows.append(
            {
                "id": code,
                "device": device or code,
                "type": kind,
                "name_zh": names[0],
                "name_en": names[1],
                "bldg_code": b.code if b else None,
                "floor_no": floor_no,
                "host_space": None,
                "z": round(at[2], 2),
                "unit": of.unit,
                "period_s": of.period_s,
                "attention": of.attention,
                "night_attention": of.night_attention,
                "alarm": of.alarm,
                "direction": of.direction,
                "use": metered.use if metered else None,
                "area_m2": gross_floor_m2(metered, floors(metered)) if metered else None,
                "road_class": road_class,
                "installed": installed(device or code),
                "geometry": Point(round(at[0], 2), round(at[1], 2)),
            }
        )

    def add_modelled(self, b: Building, d: Device, at: tuple[float, float, float]) -> None:
        """Add a device of an authored model as it is; its GlobalIds join the IFC file."""
        self.add(d.id, d.type, (d.name_zh, d.name_en), at, b=b, floor_no=d.floor_no)
        self.rows[-1] |= {
            "host_space": d.host_space,
            "unit": d.unit,
            "period_s": d.period_s,
            "attention": d.attention,
            "alarm": d.alarm,
            "direction": d.direction,
        }


def installed(code: str) -> str:
    """Day a device was put up: 2016 to 2023."""
    return (dt.date(2016, 1, 1) + dt.timedelta(days=int(2600 * u(code, "installed")))).isoformat()
