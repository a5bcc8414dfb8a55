"""Electric power of a building, kW a square metre: what always runs, and what people switch on."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sample_data.feeds import profiles


class Load(NamedTuple):
    """Base and occupied load, kW per m2 of floor, and the share of people present by hour and weekend."""

    base_kw_m2: float
    occupied_kw_m2: float
    occupancy: Callable[[float, bool], float]


_HOME = Load(0.004, 0.012, profiles.home_occupancy)
OTHERS = Load(0.006, 0.045, profiles.office_occupancy)
"""Offices, and every use without a profile of its own: civic, transport, storage, utility."""

LOADS: dict[str, Load] = {
    "R": _HOME,
    "RV": _HOME,
    "O": OTHERS,
    "C": Load(0.010, 0.060, profiles.shop_occupancy),
    "E": OTHERS._replace(occupancy=profiles.school_occupancy),
    "H": OTHERS._replace(occupancy=profiles.hotel_occupancy),
    "M": OTHERS._replace(occupancy=profiles.hospital_occupancy),
}
"""By code of list `use`. Schools, hotels and hospitals draw like an office, at their own hours."""


def draw_kw_m2(use: str | None, hour: float, weekend: bool) -> float:
    """`w0 + w1 * occupancy` of a use at a local hour.

    >>> round(draw_kw_m2("M", 3.0, False), 5)
    0.03975
    """
    load = LOADS.get(use or "", OTHERS)
    return load.base_kw_m2 + load.occupied_kw_m2 * load.occupancy(hour, weekend)
