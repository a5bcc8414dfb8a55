"""value(id, t) of every kind of device, for all devices of a kind at once.

`value = profile(kind, t) * k(id) + noise(id, t)`; nothing is remembered, so history,
live readings and a replay agree.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sample_data.feeds import profiles
from sample_data.feeds.chance import Array, noise, uniforms
from sample_data.feeds.power import draw_kw_m2

BASE_FLOW_M3_S = 3.0  # dry-weather flow of the Buji River
_STREET_DB = {"A1": 66.0, "A2": 63.0, "A3": 60.0, "local": 54.0, "lane": 54.0}
_CHARGE_S, CHARGER_KW = 7200, 0.4  # a place is taken or free for two hours


@dataclass(frozen=True, slots=True)
class Group:
    """Devices of one kind.

    Attributes
    ----------
    codes : tuple of str
        Ids.
    z_m, attention : array
        Heights (EPSG:5737, metres) and attention limits (NaN: none).
    area_m2 : array
        Floor a power meter measures (NaN: unknown, and so is its reading).
    uses, road_classes : tuple of str or None
        Use of the building and class of the street (codes of lists `use` and `road_class`).
    """

    codes: tuple[str, ...]
    z_m: Array
    attention: Array
    area_m2: Array
    uses: tuple[str | None, ...]
    road_classes: tuple[str | None, ...]

    def spread(self, low: float, high: float, field: str = "k") -> Array:
        """Give every device its own constant between two bounds."""
        return low + (high - low) * uniforms(self.codes, field)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time, as the profiles want it."""

    t_s: float
    hour: float
    weekend: bool
    day: int
    day_of_year: int

    @classmethod
    def at(cls, t_s: float) -> Moment:
        """Split a Unix time."""
        return cls(t_s, *profiles.local(t_s))


Formula = Callable[[Group, Moment], Array]


def _flat(level: float, sigma: float) -> Formula:
    return lambda g, m: level + sigma * noise(g.codes, m.t_s)


def _zone_m(z_m: Array) -> Array:
    """Height above the foot of the pressure zone: booster stations lift every 15 m anew."""
    return np.where(z_m > 20.0, (z_m - 5.0) % 15.0, np.maximum(z_m - 5.0, -5.0))


def main_pressure(g: Group, m: Moment) -> Array:
    """Water main, MPa: static head less what the demand of the hour takes."""
    head: Array = 0.36 - 0.00981 * _zone_m(g.z_m)
    return head - 0.10 * profiles.water_demand(m.hour) / 1.2 + 0.004 * noise(g.codes, m.t_s)


def _smoke(g: Group, m: Moment) -> Array:
    return np.maximum(0.0, 0.15 + 0.05 * noise(g.codes, m.t_s))


def _tank(g: Group, m: Moment) -> Array:
    full: Array = np.where(np.isnan(g.attention), 2.7, g.attention + 0.3)
    return full + 0.02 * noise(g.codes, m.t_s)


def _pm25(g: Group, m: Moment) -> Array:
    level = 17 + 7 * math.cos(2 * math.pi * (m.hour - 8) / 24) + 10 * profiles.traffic(m.hour, m.weekend)
    return np.maximum(1.0, level * g.spread(0.85, 1.15) + 3.0 * noise(g.codes, m.t_s))


def _no2(g: Group, m: Moment) -> Array:
    level = 18 + 22 * profiles.traffic(m.hour, m.weekend)
    return np.maximum(1.0, level * g.spread(0.8, 1.2) + 1.5 * noise(g.codes, m.t_s))


def _ozone(g: Group, m: Moment) -> Array:
    sun = math.sin(math.pi * (m.hour - 6) / 15) ** 2 if 6 <= m.hour <= 21 else 0.0
    return 60 + 45 * sun + 3.0 * noise(g.codes, m.t_s)


def _air_temperature(g: Group, m: Moment) -> Array:
    return 27 + 4.5 * math.cos(2 * math.pi * (m.hour - 15) / 24) + 0.3 * noise(g.codes, m.t_s)


def _noise_level(g: Group, m: Moment) -> Array:
    base = np.array([_STREET_DB.get(name or "", np.nan) for name in g.road_classes])
    return base + 8 * math.log10(0.1 + profiles.traffic(m.hour, m.weekend)) + 1.2 * noise(g.codes, m.t_s)


def _manhole(g: Group, m: Moment) -> Array:
    level = (120 + 60 * profiles.water_demand(m.hour)) * g.spread(0.8, 1.2)
    return np.maximum(0.0, level + 6.0 * noise(g.codes, m.t_s))


def _methane(g: Group, m: Moment) -> Array:
    return np.maximum(0.0, 1.0 + 0.25 * noise(g.codes, m.t_s))


def _lid(g: Group, m: Moment) -> Array:
    """A lid that lies well: its own small tilt, below the limit of 3 degrees."""
    return np.maximum(0.0, g.spread(0.3, 2.0) + 0.1 * noise(g.codes, m.t_s))


def _sulphide(g: Group, m: Moment) -> Array:
    return np.maximum(0.0, 0.5 + 0.1 * noise(g.codes, m.t_s))


def _river(g: Group, m: Moment) -> Array:
    stage = profiles.stage_m(profiles.tide_m(m.t_s), BASE_FLOW_M3_S)
    return stage + g.spread(-0.1, 0.1) + 0.01 * noise(g.codes, m.t_s)


def _nothing(g: Group, m: Moment) -> Array:
    """Dry road, no rain, no sprinkler open, pumps at rest: a measured zero."""
    return np.zeros(len(g.codes))


def _lighting(g: Group, m: Moment) -> Array:
    night = m.hour >= 18.5 or m.hour < 6.0
    dimmed = m.hour >= 23.5 or m.hour < 5.0
    level = (0.08 if dimmed else 0.12) if night else 0.02
    return level * g.spread(0.9, 1.1) + 0.001 * noise(g.codes, m.t_s)


def _lift(g: Group, m: Moment) -> Array:
    """0 standing, 1 up, 2 down, 3 fault; half an hour of fault in 40 days."""
    busy = 0.15 + 0.5 * profiles.traffic(m.hour, m.weekend)
    turn = uniforms(g.codes, f"trip|{int(m.t_s // 60)}")
    state = np.where(turn < busy / 2, 1.0, np.where(turn < busy, 2.0, 0.0))
    faulty = uniforms(g.codes, f"fault|{m.day}") < 1 / 40
    since = m.hour - 23.5 * uniforms(g.codes, f"fault-hour|{m.day}")
    return np.where(faulty & (since >= 0) & (since < 0.5), 3.0, state)


def _power(g: Group, m: Moment) -> Array:
    uses = {use: draw_kw_m2(use, m.hour, m.weekend) for use in set(g.uses)}
    draw: Array = g.area_m2 * np.array([uses[use] for use in g.uses])
    return draw * (g.spread(0.9, 1.1) + 0.01 * noise(g.codes, m.t_s))


def _charger(g: Group, m: Moment) -> Array:
    level = 30 + 8 * profiles.home_occupancy(m.hour, m.weekend)
    return level * g.spread(0.97, 1.03) + 0.6 * noise(g.codes, m.t_s)


def _charging(g: Group, m: Moment) -> Array:
    """A battery charges in a share of two-hour turns: six tenths of those at home plug in."""
    turn = int(m.t_s // _CHARGE_S)
    taken = uniforms(g.codes, f"charge|{turn}") < 0.6 * profiles.home_occupancy(m.hour, m.weekend)
    level = CHARGER_KW * g.spread(0.6, 0.95) + 0.005 * noise(g.codes, m.t_s)
    return np.where(taken, level, 0.0)


def _tilt(g: Group, m: Moment) -> Array:
    return 2 * math.sin(2 * math.pi * m.day_of_year / 365) + 0.2 * noise(g.codes, m.t_s)


def _pump_level(g: Group, m: Moment) -> Array:
    """Basin of a pump station; the outlet gauge (id ends in RIVER) follows the river."""
    outside = profiles.stage_m(profiles.tide_m(m.t_s), BASE_FLOW_M3_S)
    river = np.array([code.endswith("RIVER") for code in g.codes])
    inside = 0.9 + 0.1 * profiles.water_demand(m.hour)
    return np.where(river, outside, inside) + 0.01 * noise(g.codes, m.t_s)


FORMULAS: dict[str, Formula] = {
    "smoke": _smoke,
    "sprinkler_flow": _nothing,
    "fire_pump": _flat(0.85, 0.006),
    "fire_tank": _tank,
    "hydrant_pressure": lambda g, m: main_pressure(g, m) - 0.01,
    "main_pressure": main_pressure,
    "air": _pm25,
    "air_no2": _no2,
    "air_o3": _ozone,
    "air_temp": _air_temperature,
    "noise": _noise_level,
    "manhole": _manhole,
    "manhole_tilt": _lid,
    "manhole_ch4": _methane,
    "manhole_h2s": _sulphide,
    "river_level": _river,
    "reservoir_level": _flat(26.40, 0.005),
    "ponding": _nothing,
    "rain": _nothing,
    "pole": _lighting,
    "lift": _lift,
    "power_meter": _power,
    "ebike_charger": _charger,
    "ebike_power": _charging,
    "tilt": _tilt,
    "pump_level": _pump_level,
    "pump_flow": _nothing,
}
