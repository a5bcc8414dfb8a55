"""A device as a row of sensors.geojson, and how many of each kind there are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from shapely.geometry import Point

from sample_data.feeds.device_types import DEVICE_TYPES
from sample_data.gen.buildings import Building
from sample_data.gen.chance import u

COUNTS = {
    "smoke": 6000,
    "fire_pump": 60,
    "fire_tank": 40,
    "hydrant_pressure": 120,
    "main_pressure": 45,
    "air": 12,
    "noise": 30,
    "manhole": 220,
    "manhole_ch4": 60,
    "river_level": 7,
    "reservoir_level": 1,
    "ponding": 8,
    "rain": 6,
    "pole": 300,
    "lift": 150,
    "power_meter": 200,
    "ebike_charger": 60,
    "tilt": 24,
}
"""How many of each kind the core has, those in the authored models included."""


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
    ) -> None:
        """Add a device by east, north and height; unit, period and limits come with its kind."""
        of = DEVICE_TYPES[kind]
        self.rows.append(
            {
                "id": code,
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
                "alarm": of.alarm,
                "direction": of.direction,
                "installed": installed(code),
                "geometry": Point(round(at[0], 2), round(at[1], 2)),
            }
        )


def installed(code: str) -> str:
    """Day a device was put up: 2016 to 2023."""
    return (dt.date(2016, 1, 1) + dt.timedelta(days=int(2600 * u(code, "installed")))).isoformat()
